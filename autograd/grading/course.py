"""Rounds of training: a pass, an update of the leaves that learn, the next pass.

Read next: `quantities`, what can be asked of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from autograd.grading.tape import RIGHT, Pass, Slip, Tape

HAND_ROUNDS = 10  # nobody computes more rounds than that by hand


@dataclass(frozen=True, slots=True)
class Setting:
    """What is trained, and how.

    Parameters
    ----------
    tape : Tape
    learning : tuple of int
        The leaves that are trained.
    rate : float
        The learning rate.
    """

    tape: Tape
    learning: tuple[int, ...]
    rate: float


@dataclass(slots=True)
class Course:
    """What somebody computes round by round, with or without a slip.

    Parameters
    ----------
    setting : Setting
    slip : Slip
    right : Course, optional
        The same without a slip: its forward pass before the first update can be used again.
    keep : collection of int
        Rounds beyond the first few that are asked for more than once.
    """

    setting: Setting
    slip: Slip = RIGHT
    right: Course | None = None
    keep: Collection[int] = ()
    _passes: dict[int, Pass] = field(default_factory=dict)
    _latest: tuple[int, Pass] | None = None

    def after(self, rounds: int) -> Pass:
        """The pass after some updates."""
        rounds = max(0, rounds + self.slip.later)
        if rounds not in self._passes:
            if self._latest is None or self._latest[0] > rounds:
                self._latest = 0, self._first()
            count, now = self._latest
            while count < rounds:
                self._note(count, now)
                now = self._next(now)
                count += 1
            self._latest = count, now
            self._note(count, now)
            return now
        return self._passes[rounds]

    def _note(self, count: int, now: Pass) -> None:
        if count <= HAND_ROUNDS or count in self.keep:
            self._passes[count] = now

    def _first(self) -> Pass:
        tape = self.setting.tape
        same = None if self.right is None or self.slip.forwards else self.right.after(0)
        return Pass(tape, self.slip, tape.start, self.setting.rate, same)

    def _next(self, now: Pass) -> Pass:
        tape, rate, slip = self.setting.tape, self.setting.rate, self.slip
        gradients = now.gradients(len(tape.nodes) - 1)
        start = list(now.start)
        for n in self.setting.learning:
            if n not in slip.frozen:
                step = slip.step or descend
                start[n] = step(now.data[n], gradients[n], rate)
                if slip.rounded:
                    start[n] = slip.rounded(start[n])
        return Pass(tape, slip, start, rate)


def descend(number: float, gradient: float, rate: float) -> float:
    """One step of gradient descent, w − η·∂E/∂w."""
    return number - rate * gradient
