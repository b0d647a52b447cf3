"""Rounds of training: a pass, an update of the leaves that learn, the next pass.

Read next: `quantities`, what can be asked of it.
"""

from __future__ import annotations

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
    """

    setting: Setting
    slip: Slip = RIGHT
    right: Course | None = None
    _passes: dict[int, Pass] = field(default_factory=dict)
    _starts: dict[int, tuple[float, ...]] = field(default_factory=dict)

    def after(self, rounds: int) -> Pass:
        """The pass after some updates."""
        rounds = max(0, rounds + self.slip.later)
        if rounds not in self._passes:
            setting = self.setting
            like = self.right.after(0) if self.right is not None and rounds == 0 else None
            start = self._start(rounds)
            self._passes[rounds] = Pass(setting.tape, self.slip, start, setting.rate, like)
        return self._passes[rounds]

    def leaf(self, n: int, rounds: int) -> float:
        """The number of a leaf after some updates, for which no further pass is needed."""
        return self._start(max(0, rounds + self.slip.later))[n]

    def _start(self, rounds: int) -> tuple[float, ...]:
        self._starts.setdefault(0, self.setting.tape.start)
        if rounds not in self._starts:
            count = max(each for each in self._starts if each <= rounds)
            while count < rounds:
                self._starts[count + 1] = self._next(self.after(count - self.slip.later))
                self._forget(count)
                count += 1
        return self._starts[rounds]

    def _forget(self, count: int) -> None:
        """Keep no pass of a later round, and of every thousand one start: it may be 100,000."""
        if count > HAND_ROUNDS:
            self._passes.pop(count, None)
            if count % 1000:
                self._starts.pop(count)

    def _next(self, now: Pass) -> tuple[float, ...]:
        rate, slip = self.setting.rate, self.slip
        gradients = now.gradients(len(self.setting.tape.nodes) - 1)
        start = list(now.start)
        for n in (*self.setting.learning, *slip.thawed):
            if n not in slip.frozen:
                start[n] = (slip.step or descend)(now.data[n], gradients[n], rate)
                if slip.rounded:
                    start[n] = slip.rounded(start[n])
        return tuple(start)


def descend(number: float, gradient: float, rate: float) -> float:
    """One step of gradient descent, w − η·∂E/∂w."""
    return number - rate * gradient
