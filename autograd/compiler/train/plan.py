"""What training computes, as three Wengert lists.

One list computes the gradient of a batch. One is run once for each step: it makes, from the
learning rate, the number of the step and the sum of the squared slopes, those numbers that the
update of every parameter needs. One is the update of a single parameter, and is run for each.

The last two are recorded from the optimiser's own methods `coefficients` and `update`, which are
plain arithmetic. So the rule that moves a parameter in a compiled loop is the one that the eager
loop runs.

Read next: `epochs`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeGuard

from autograd.compiler.record.trace import record
from autograd.compiler.train.clipping import check_clip, norm_factor, norm_of_squares
from autograd.compiler.wengert.expressions import Expressions
from autograd.compiler.wengert.from_graph import translate
from autograd.compiler.wengert.wengert import WengertList
from autograd.value import Value


class Optimizer(Protocol):
    """What training asks of an optimiser; those of `nn.optim` have it."""

    parameters: list[Value]
    lr: float
    steps: int
    state: list[Any]

    @property
    def initial_state(self) -> tuple[float, ...]:
        """What the state of every parameter is at first."""

    def coefficients(self, lr: Any, step: Any) -> tuple[Any, ...]:
        """Return the numbers of this step that are the same for all parameters."""

    def update(
        self, parameter: Any, gradient: Any, state: tuple[Any, ...], coefficients: tuple[Any, ...]
    ) -> tuple[Any, tuple[Any, ...]]:
        """Return the new parameter and its new state."""


_ASKED = ("parameters", "lr", "steps", "state", "initial_state", "coefficients", "update")


def is_optimizer(candidate: object) -> TypeGuard[Optimizer]:
    """Tell whether something has what `Optimizer` lists."""
    return all(hasattr(candidate, name) for name in _ASKED)


@dataclass(slots=True)
class Spent:
    """What a plan's trainings have asked for so far, in the operations of `run.runner`."""

    operations: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All that a training loop computes, as Wengert lists.

    Parameters
    ----------
    parameters : tuple of Values
        The parameters of `gradient`: first those that are moved, then those that are not.
    moved : int
        How many are moved.
    gradient : WengertList
        Its sums are the loss, and for each moved parameter the derivative of loss and penalty.
    numbers : WengertList
        Once for each step. Its parameters are the learning rate, the number of the step and the
        three sums of squared derivatives of `norm_of_squares`; its outputs are the gradient's norm,
        and then the parameters of `update`.
    update : WengertList
        A row for each moved parameter. Its columns are the parameter, its derivative and its state;
        its outputs are the parameter and its state afterwards.
    settled : callable, optional
        Makes the same plan with the gradient in which what is not selected passes nothing, where
        that of `gradient` may be nan (see `wengert.differentiate`). None: there is no difference.
    spent : Spent
        Many trainings of a step each are worth machine code, too.

    Raises
    ------
    ValueError
        If the lists do not fit together.
    """

    parameters: tuple[Value, ...]
    moved: int
    gradient: WengertList
    numbers: WengertList
    update: WengertList
    settled: Callable[[], Plan] | None = None
    spent: Spent = field(default_factory=Spent)

    def __post_init__(self) -> None:
        states = self.update.columns - 2
        if not 0 <= self.moved == len(self.gradient.sums) - 1 <= self.gradient.parameters:
            raise ValueError(
                f"the gradient of {self.gradient.parameters} parameters has 1 to "
                f"{self.gradient.parameters + 1} sums, not {len(self.gradient.sums)}"
            )
        if states < 0 or len(self.update.outputs) != 1 + states:
            raise ValueError(
                "an update has the columns parameter, derivative and state, and the outputs "
                f"parameter and state; not {self.update.columns} columns, "
                f"{len(self.update.outputs)} outputs"
            )
        if (self.numbers.columns, self.numbers.parameters) != (0, 5):
            raise ValueError("the numbers of a step depend on learning rate, step and squares only")
        if len(self.numbers.outputs) != 1 + self.update.parameters:
            raise ValueError(
                f"the numbers of a step must be the norm and the {self.update.parameters} "
                f"parameters of the update, not {len(self.numbers.outputs)} in all"
            )


Captured = tuple[WengertList, Sequence[Value]]
"""A list without outputs, whose sums are a result and its derivatives by those Values."""


def make_plan(
    loss: Captured,
    optimizer: Optimizer,
    *,
    clip: float | None = None,
    penalty: Captured | None = None,
    row: Sequence[float] | None = None,
) -> Plan:
    """Put together what training a program with an optimiser computes.

    Parameters
    ----------
    loss : pair of (WengertList, Values)
        The gradient of the function's result.
    optimizer : Optimizer
    clip : float, optional
        The largest norm of the gradient.
    penalty : pair of (WengertList without columns, Values), optional
        The gradient of what is added to the result.
    row : sequence of floats, optional
        Where there is one row only, its numbers: they become constants, and the list has no
        columns.
    """
    check_clip(clip)
    moved = list(optimizer.parameters)
    parts = [loss] if penalty is None else [loss, penalty]
    captured = [leaf for _, leaves in parts for leaf in leaves]
    parameters = tuple(dict.fromkeys([*moved, *captured]))
    gradient = _objective(parts, parameters, len(moved), row)
    rule = _numbers(optimizer, clip), _update(optimizer, clip)
    return Plan(parameters, len(moved), gradient, *rule)


def options_of(optimizer: Optimizer) -> tuple[Any, ...] | None:
    """Tell apart what optimisers do, by their class and options; None where these are no numbers.

    Two optimisers of equal rule have the same lists of numbers and update. An option may itself be
    an optimiser, as in `nn.optim.Groups`; its rate is then a number of the rule too.
    """
    own = getattr(optimizer, "__dict__", {"slots": ...})
    options = {name: _plain(own[name]) for name in sorted(own.keys() - _CHANGING)}
    if None in options.values():
        return None
    return type(optimizer), *options.items()


def _plain(option: object) -> object:
    """Return an option as numbers, texts and tuples of them; None where it is made of others."""
    if isinstance(option, (int, float, str)):
        return option
    if isinstance(option, tuple):
        parts = tuple(_plain(part) for part in option)
        return None if None in parts else parts
    if is_optimizer(option):
        rule = options_of(option)
        return rule and (option.lr, rule)
    return None


_CHANGING = {"parameters", "lr", "steps", "state"}


def _objective(
    parts: Sequence[Captured], parameters: Sequence[Value], moved: int, row: Sequence[float] | None
) -> WengertList:
    """Add the derivatives of loss and penalty up, for the parameters that are moved."""
    if len(parts) == 1 and row is None and moved == len(parameters):
        listed, leaves = parts[0]
        if [*map(id, leaves)] == [*map(id, parameters)]:  # it is what this would make once more
            return listed
    expressions = Expressions(parts[0][0].columns if row is None else 0, len(parameters))
    if row is None:
        expressions.lengths = parts[0][0].lengths
    columns = list(range(expressions.columns))
    number = {leaf: i for i, leaf in enumerate(parameters, expressions.columns)}
    if row is not None:
        columns = [expressions.constant(x) for x in row]
    losses: list[int] = []
    slope: dict[Value, int] = {}
    for listed, leaves in parts:
        given = [number[leaf] for leaf in leaves]
        slots = expressions.include(listed, columns[: listed.columns], given)
        loss, *slopes = [slots[total] for total in listed.sums]
        losses.append(loss)
        for leaf, part in zip(leaves, slopes, strict=True):
            known = slope.get(leaf)
            slope[leaf] = part if known is None else expressions.apply("add", (known, part))
    zero = expressions.constant(0.0)
    wanted = [losses[0], *(slope.get(leaf, zero) for leaf in parameters[:moved])]
    return expressions.listed((), wanted)[0]


def _numbers(optimizer: Optimizer, clip: float | None) -> WengertList:
    def numbers(lr: Any, step: Any, *squares: Any) -> tuple[Any, ...]:
        norm = norm_of_squares(*squares)
        factor = () if clip is None else (norm_factor(norm, clip),)
        return (norm, *factor, *optimizer.coefficients(lr, step))

    recording = record(numbers, [optimizer.lr, 1.0, 1.0, 1.0, 1.0])
    return translate((), recording.inputs, outputs=recording.outputs)[0]


def _update(optimizer: Optimizer, clip: float | None) -> WengertList:
    def update(parameter: Any, slope: Any, state: Any, numbers: Any) -> tuple[Any, ...]:
        if clip is not None:
            factor, *numbers = numbers
            slope = factor * slope
        moved, after = optimizer.update(parameter, slope, state, tuple(numbers))
        return (moved, *after)

    state = tuple(optimizer.initial_state)
    count = len(optimizer.coefficients(optimizer.lr, 1.0)) + (clip is not None)
    recording = record(update, [0.5, 0.5, state, (0.5,) * count])
    columns, shared = recording.inputs[: 2 + len(state)], recording.inputs[2 + len(state) :]
    return translate(columns, shared, outputs=recording.outputs)[0]
