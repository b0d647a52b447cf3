"""What a training can go back to: the numbers after an epoch.

Read next: `run`.
"""

from collections.abc import Iterator
from copy import copy
from operator import attrgetter

from autograd.whole import Change, set_all
from nn.optim import ReduceOnPlateau, Schedule
from nn.training.step import Step

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
        set_all([*self._numbers(), *self.buffers, *self.progress])

    def restore_model(self) -> None:
        """Bring the model's parameters and buffers back."""
        set_all([*self._numbers(), *self.buffers])

    def restore_buffers(self) -> None:
        """Bring back what the model keeps beside its parameters, such as running statistics."""
        set_all(self.buffers)

    def _numbers(self) -> Iterator[Change]:
        for parameter, number in zip(self.parameters, self.numbers, strict=True):
            yield parameter, "_data", number


def _kept(owner: object, name: str) -> Change:
    """Copy an attribute, with what is needed to bring it back."""
    return owner, name, copy(getattr(owner, name))
