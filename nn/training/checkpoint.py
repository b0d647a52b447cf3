"""What a training can go back to: the numbers after an epoch, and the mode before it.

Read next: `run`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from operator import attrgetter
from typing import Any, TypeAlias

from nn.module import Module
from nn.optim import ReduceOnPlateau, Schedule
from nn.training.step import Step

Kept: TypeAlias = tuple[object, str, Any]


_NUMBER = attrgetter("_data")


class Checkpoint:
    """The numbers of model, optimiser and schedule after an epoch."""

    def __init__(self, epoch: int, step: Step, schedule: Schedule | ReduceOnPlateau | None) -> None:
        self.epoch = epoch
        self.parameters = step.parameters
        self.numbers = list(map(_NUMBER, step.parameters))
        self.buffers = [_kept(module, name) for module in step.modules for name in module.buffers]
        self.progress = [_kept(step.optimizer, name) for name in ("lr", "steps", "state")]
        if schedule is not None:
            names = getattr(schedule, "progress", ("steps",))
            self.progress += [_kept(schedule, name) for name in names]

    def restore(self) -> None:
        """Bring all three back."""
        self.restore_model()
        _put_back(self.progress)

    def restore_model(self) -> None:
        """Bring the model's parameters and buffers back."""
        for parameter, number in zip(self.parameters, self.numbers, strict=True):
            parameter.data = number
        self.restore_buffers()

    def restore_buffers(self) -> None:
        """Bring back what the model keeps beside its parameters, such as running statistics."""
        _put_back(self.buffers)


@contextmanager
def mode_kept(model: Module) -> Iterator[None]:
    """Bring every module's training mode back at the end."""
    modes = [_kept(module, "training") for module in model.modules()]
    try:
        yield
    finally:
        _put_back(modes)


def _kept(owner: object, name: str) -> Kept:
    """Copy an attribute, with what is needed to bring it back."""
    return owner, name, copy(getattr(owner, name))


def _put_back(attributes: Iterable[Kept]) -> None:
    for owner, name, thing in attributes:
        setattr(owner, name, thing)
