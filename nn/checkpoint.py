"""What a training run can go back to: the numbers after an epoch, and the mode before the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy

from autograd import Value
from nn.module import Module
from nn.optim import Optimizer, Schedule


class Checkpoint:
    """The numbers of model, optimiser and schedule after an epoch."""

    def __init__(
        self,
        epoch: int,
        parameters: list[Value],
        modules: list[Module],
        optimizer: Optimizer,
        schedule: Schedule | None,
    ) -> None:
        self.epoch = epoch
        self.parameters = [(parameter, parameter.data) for parameter in parameters]
        self.buffers = [
            (module, name, copy(getattr(module, name)))
            for module in modules
            for name in module.buffers
        ]
        self.optimizer = optimizer
        self.progress = optimizer.lr, optimizer.steps, list(optimizer.state)
        self.schedule = schedule
        self.schedule_steps = 0 if schedule is None else schedule.steps

    def restore(self) -> None:
        """Bring all three back."""
        self.restore_model()
        self.optimizer.lr, self.optimizer.steps, self.optimizer.state = self.progress
        if self.schedule is not None:
            self.schedule.steps = self.schedule_steps

    def restore_model(self) -> None:
        """Bring the model's parameters and buffers back."""
        for parameter, number in self.parameters:
            parameter.data = number
        self.restore_buffers()

    def restore_buffers(self) -> None:
        """Bring back what the model keeps beside its parameters, such as running statistics."""
        for module, name, numbers in self.buffers:
            setattr(module, name, numbers)


@contextmanager
def mode_kept(model: Module) -> Iterator[None]:
    """Bring every module's training mode back at the end."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
