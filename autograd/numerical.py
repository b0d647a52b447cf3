"""`check_gradients`: whether what the backward pass computes is the derivative.

It is compared with two things that know no derivative rule. First, one leaf is moved a little and
the recorded operations are evaluated again (difference quotients of the whole). Where that leaves a
doubt, each operation on the way is compared with its own difference quotients (`local_check`). The
graph itself is not touched.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograd.backward import backward
from autograd.copying import copy_graph
from autograd.difference import (
    TOLERANCE,
    Estimate,
    Side,
    at_first_sight,
    central,
    farthest_step,
    has_corner,
    side,
)
from autograd.elementary import _round, ceil, floor, floor_divide, trunc
from autograd.functions import stop_gradient
from autograd.graph import leaves as leaves_of
from autograd.graph import operation_of, topological_order
from autograd.local_check import LocalCheck, chain, evaluated, shaken
from autograd.node import INFINITY, NAN, Node
from autograd.operation import local_gradients
from autograd.refusals import refuse_changed_leaf
from autograd.switches import ieee_arithmetic
from autograd.value import Constant, Value

_HELD = [f.operation for f in (stop_gradient, floor, ceil, trunc, _round, floor_divide)]
AGREES, DIFFERS, CANNOT_TELL = "agrees", "differs", "cannot tell"


class GradientError(ArithmeticError):
    """Reverse-mode and numerical derivatives disagree; ``report`` holds the comparison.

    Parameters
    ----------
    message : str
    report : GradientReport

    Examples
    --------
    A square whose rule has forgotten the 2:

    >>> from autograd import GradientError, Value, check_gradients
    >>> from autograd.operation import Operation, unary
    >>> rule = lambda y, x: (x,)
    >>> square = unary(Operation("square", "²", lambda x: x * x, rule, ((-9.0, 9.0),)))
    >>> try:
    ...     check_gradients(square(Value(3.0, "w")))
    ... except GradientError as error:
    ...     print(error.report.worst.reverse, round(error.report.worst.numerical, 6))
    3.0 6.0
    """

    def __init__(self, message: str, report: GradientReport) -> None:
        super().__init__(message)
        self.report = report

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.report)  # so that it comes back from another process


@dataclass(frozen=True, slots=True)
class GradientRow:
    """The comparison for one leaf.

    Attributes
    ----------
    leaf : Value
        The leaf.
    reverse : float
        ∂output/∂leaf as the backward pass computes it.
    numerical : float
        The extrapolated difference quotient; at a kink the middle of the one-sided ones.
    relative_error : float
        |reverse − numerical|, divided by the larger of |reverse| and |numerical|. But the numerical
        derivative is known to within an uncertainty u only; where u / 1e-8 is larger than both, it
        is the divisor, so that a difference of u counts as 1e-8. At a kink, the distance from the
        one-sided derivatives is divided instead. 0 where it cannot be told.
    note : str
        What is special here: a kink, a jump, an infinite derivative, digits lost to cancellation,
        a wrong rule, or why it cannot be told.
    outcome : str
        ``"agrees"``, ``"differs"`` or ``"cannot tell"``.
    guilty : str
        The operation whose rule is wrong, where one was found.
    """

    leaf: Value
    reverse: float
    numerical: float
    relative_error: float
    note: str = ""
    outcome: str = AGREES
    guilty: str = ""

    @property
    def name(self) -> str:
        """The leaf's label, quoted where it cannot be printed, or where it has none its number."""
        label = self.leaf.label
        return (label if label.isprintable() else repr(label)) or f"{self.leaf.data:g}"


@dataclass(frozen=True, slots=True)
class GradientReport:
    """What `check_gradients` found, one row for each leaf; printing it shows a table.

    Parameters
    ----------
    rows : tuple of GradientRows

    Examples
    --------
    >>> from autograd import Value, check_gradients
    >>> w = Value(3.0, "w")
    >>> report = check_gradients(w * w)
    >>> report.worst.name, report.worst.reverse
    ('w', 6.0)
    """

    rows: tuple[GradientRow, ...]

    @property
    def worst(self) -> GradientRow | None:
        """The row with the largest relative error; None where there are no rows."""
        return max(self.rows, key=lambda row: row.relative_error, default=None)

    def __str__(self) -> str:
        head = ("leaf", "reverse mode", "numerical", "relative error", "")
        lines = [head] + [
            (row.name, f"{row.reverse:.9g}", f"{row.numerical:.9g}", error, row.note)
            for row in self.rows
            for error in [f"{row.relative_error:.1e}"]
        ]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(
                cell.ljust(width) if i in (0, 4) else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )


def check_gradients(output: Value, leaves: Iterable[Value] | None = None) -> GradientReport:
    """Compare ∂output/∂leaf from the backward pass with a numerical derivative.

    Parameters
    ----------
    output : Value
        The output of a recorded graph. No function is needed: the graph is evaluated again.
    leaves : iterable of Values, optional
        Which leaves to check; left out, all but the constants.

    Returns
    -------
    GradientReport
        With, for each leaf, both derivatives and their relative error.

    Raises
    ------
    GradientError
        When a gradient differs: by more than 1e-8 relative to the larger of both, beyond what
        rounding in the numerical derivative explains. The message names the worst leaf, and the
        operation whose rule is wrong where one was found.
    TypeError, ValueError
        When `output` is not a Value, or is not finite; when one of `leaves` is not a leaf of its
        graph; when a leaf's data was changed after the graph was recorded.

    Notes
    -----
    There are three outcomes for each leaf, ``row.outcome``. Only the second raises an error.

    - "agrees": the gradient is the derivative, as far as its note says.
    - "differs": it is not. Where one operation is to blame, ``row.guilty`` names it.
    - "cannot tell": the numbers do not show it. The value may have no digits left that depend on
      the leaf (tanh at 20), the derivative may be beyond the floats (1/x at 1e-200), or the floats
      may lie farther apart than the function's waves (sin at 1e20). The note says what is known.

    How they are found. First the whole: central differences, extrapolated to step 0 (Richardson).
    The steps begin next to the leaf's value and grow, as long as the estimates get surer and no
    shorter step contradicts the longer ones, so that the function's own scale decides. What
    rounding may change is measured, by changing last digits at random, and belongs to the
    uncertainty. Where the whole is unsure or does not agree, each operation on the way is asked by
    itself in the same manner, on its own scale: a local gradient that is surely wrong is named; if
    all are surely right, so is the gradient. A numerical derivative that is not sure judges
    nothing. (At an ordinary point this is not needed: a quotient of steps of ordinary length that
    agrees to eight digits settles it.)

    What `stop_gradient` gives is held fixed, in the numerical derivative as in the gradient, and so
    is what was rounded to whole numbers.

    At a kink, such as relu at 0, the engine's choice is accepted if it lies between the one-sided
    derivatives, and the note says "kink". At a jump and where a derivative is infinite or does not
    exist, the note says so.

    Neither data nor gradients of any Value change.

    References
    ----------
    Ridders: Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4
    (1982), section 2 (Richardson's extrapolation with an error estimate). Vignes: A stochastic
    arithmetic for reliable scientific computation, Mathematics and Computers in Simulation 35
    (1993) (changing last digits at random, to see what rounding does).

    Examples
    --------
    >>> from autograd import Value, check_gradients
    >>> x, w = Value(2.0, "x"), Value(-0.5, "w")
    >>> report = check_gradients((w * x).tanh())
    >>> [(row.leaf.label, round(row.reverse, 6)) for row in report.rows]
    [('w', 0.839949), ('x', -0.209987)]
    >>> report.worst.relative_error < 1e-8
    True
    """
    if not isinstance(output, Value):
        raise TypeError(f"check_gradients needs the output Value, not {type(output).__name__}")
    chosen = _chosen(output, leaves)
    order = topological_order(output)
    with ieee_arithmetic.on():
        for node in order:
            inputs = [parent._data for parent in node.parents]
            refuse_changed_leaf(node, local_gradients(operation_of(node), node._data, inputs))
    if not math.isfinite(output._data):
        raise ValueError(f"{output!r} is not finite, so it has no difference quotients to compare")
    reverse = _reverse_mode(output, chosen)
    checks: dict[Node, list[LocalCheck]] = {}  # shared by all leaves
    rows = tuple(
        _compared(_whole(v, order), gradient, checks)
        for v, gradient in zip(chosen, reverse, strict=True)
    )
    report = GradientReport(rows)
    wrong = [row for row in rows if row.outcome == DIFFERS]
    if wrong:
        worst = max(wrong, key=lambda row: row.relative_error)
        raise GradientError(_message(output, worst), report)
    return report


def _chosen(output: Value, leaves: Iterable[Value] | None) -> list[Value]:
    present = leaves_of(output)
    if leaves is None:
        return [v for v in present if not isinstance(v, Constant)]
    if isinstance(leaves, Value):
        raise TypeError(
            "check_gradients needs a sequence of leaves to check: check_gradients(y, [x])"
        )
    there = set(present)
    leaves = list(leaves)
    for v in leaves:
        if not isinstance(v, Value):
            raise TypeError(f"check_gradients checks leaves, which are Values, not {v!r}")
        if v.parents:
            raise ValueError(f"{v!r} is not a leaf: it was computed by {v.operation!r}")
        if v not in there:
            raise ValueError(
                f"{v!r} is not in the graph of {output!r}, which does not depend on it"
            )
    return leaves


def _message(output: Value, worst: GradientRow) -> str:
    name = repr(worst.leaf.label) if worst.leaf.label else repr(worst.leaf)
    note = f" ({worst.note})" if worst.note else ""
    cause = (
        f"the rule of {worst.guilty} is wrong, or does not hold at this point"
        if worst.guilty
        else "an operation between them has a wrong derivative rule, or one that does not hold at "
        "this point"
    )
    return (
        f"the gradient of {output!r} with respect to {name} is {worst.reverse!r} in reverse mode "
        f"and {worst.numerical!r} numerically{note}: relative error {worst.relative_error:.1e}, "
        f"allowed is {TOLERANCE:g}; {cause}"
    )


# ------------------------------------------------------------------------------ both derivatives


def _reverse_mode(output: Value, leaves: Sequence[Value]) -> list[float]:
    """Run the backward pass on a copy, so that no gradient of the graph itself changes."""
    memo: dict[int, Any] = {}
    copy = copy_graph(output, memo)
    for v in leaves:
        memo[id(v)].grad = 0.0
    backward(copy)
    return [memo[id(v)].grad for v in leaves]


@dataclass(frozen=True, slots=True)
class Whole:
    """The output as a function of one leaf's data: what is recorded, evaluated once more."""

    leaf: Value
    output: Value
    dependents: Sequence[Value]  # the last of them is the output, if a derivative passes at all

    def __call__(self, x: float) -> float:
        """Evaluate it with another number at the leaf."""
        if self.dependents:
            return evaluated(self.dependents, {self.leaf: x})
        return x if self.output is self.leaf else self.output._data

    def noise(self) -> float:
        """How much rounding on the way changes the output."""
        return shaken(self.dependents, {})


def _whole(leaf: Value, order: Sequence[Value]) -> Whole:
    output = (leaf, *order)[-1]
    depends = {leaf}
    for node in order:
        held = node.operation in _HELD  # at its number, as the gradient has it
        if not held and not depends.isdisjoint(node.parents):
            depends.add(node)
    passes = output in depends
    return Whole(leaf, output, [node for node in order if passes and node in depends])


# ------------------------------------------------------------------------------------- comparison


def _compared(f: Whole, reverse: float, checks: dict[Node, list[LocalCheck]]) -> GradientRow:
    """Compare with the difference quotients of the whole; in doubt, ask operation by operation."""
    v, x = f.leaf, f.leaf._data
    if not math.isfinite(x):
        note = "not compared: the leaf is not finite"
        return GradientRow(v, reverse, NAN, 0.0, note, CANNOT_TELL)
    glance = at_first_sight(f, x)
    row = _row(v, reverse, glance)
    exact = glance.uncertainty <= TOLERANCE * abs(reverse) or reverse == glance.derivative == 0.0
    if exact and row.outcome == AGREES and not has_corner(f, x, glance):
        return row
    noise = f.noise()
    whole = central(f, x, noise, farthest_step(x))
    row = _row(v, reverse, whole)
    sure = whole.is_sure(reverse)
    agrees = sure and row.outcome == AGREES
    if agrees and not has_corner(f, x, whole, noise):
        return row
    parts = chain(v, f.dependents, checks)
    if parts.wrong is not None:
        return _accused(_row(v, reverse, whole if sure else parts.product), parts.wrong)
    both = [side(f, x, sign, noise) for sign in (-1.0, 1.0)]
    special = _special(v, reverse, [side for side in both if side is not None])
    if special is not None:
        lost = abs(reverse - special.numerical) <= parts.rounding < INFINITY
        if special.outcome == AGREES or not (parts.right or lost):
            return special
    by_parts = _row(v, reverse, parts.product)
    known = parts.right or parts.product.is_sure(reverse)
    if known and by_parts.outcome == AGREES and not agrees:
        return replace(by_parts, note=f"{_doubt(whole)}; each operation agrees by itself")
    off = abs(reverse - whole.derivative)
    smooth = all(
        side and abs(side.slope.derivative - whole.derivative) + side.slope.uncertainty <= 0.1 * off
        for side in both
    )
    convicts = parts.known and smooth and sure and whole.is_sharp and not off <= parts.rounding
    if agrees or convicts:
        return row
    note = f"cannot tell here: {_doubt(whole)}"
    return replace(row, relative_error=0.0, note=note, outcome=CANNOT_TELL)


def _accused(row: GradientRow, wrong: LocalCheck) -> GradientRow:
    error = max(row.relative_error, wrong.relative_error)
    guilty = repr(operation_of(wrong.node))
    return replace(row, relative_error=error, note=str(wrong), outcome=DIFFERS, guilty=guilty)


def _row(v: Value, reverse: float, numerical: Estimate) -> GradientRow:
    error = numerical.relative_error(reverse)
    outcome = AGREES if error <= TOLERANCE else DIFFERS
    return GradientRow(v, reverse, numerical.derivative, error, outcome=outcome)


def _doubt(whole: Estimate) -> str:
    if not math.isfinite(whole.uncertainty):
        return "no difference quotient has a digit"
    if whole.is_sharp:
        return f"the difference quotients tend to {whole.derivative:.6g}"
    return f"cancellation: known numerically to ±{whole.uncertainty:.0e} only"


def _special(v: Value, reverse: float, sides: Sequence[Side]) -> GradientRow | None:
    """Compare at a kink, a jump, an edge of the domain or an infinite slope; None elsewhere."""
    if not sides:
        error = 0.0 if math.isnan(reverse) else INFINITY
        note = "no numerical derivative: not a real number at either side"
        outcome = AGREES if math.isnan(reverse) else DIFFERS
        return GradientRow(v, reverse, NAN, error, note, outcome)
    slopes = [side.slope.derivative for side in sides]
    low, high = min(slopes), max(slopes)
    uncertainty = max(side.slope.uncertainty for side in sides)
    parted = high - low > TOLERANCE * max(abs(low), abs(high)) + 10.0 * uncertainty
    infinite = INFINITY in (abs(low), abs(high))
    note = _note(sides, parted, infinite, low, high)
    if not note:
        return None
    steep = [side.steepest for side in sides if abs(side.slope.derivative) == INFINITY]
    if math.isfinite(reverse) and any(reverse / last > 0.1 for last in steep):
        return None  # so steep that no step between floats can tell it from infinite
    middle = 0.5 * low + 0.5 * high
    surely = all(side.slope.is_sure(reverse) for side in sides)
    if math.isnan(reverse):
        exists = not (parted or infinite or any(side.jumps for side in sides))
        if exists and not surely:
            return None
        numerical, error = middle, INFINITY if exists else 0.0
    elif math.isinf(reverse):
        there = reverse in slopes
        if not (there or surely):
            return None
        numerical, error = (reverse, 0.0) if there else (middle, INFINITY)
    else:
        nearest = Estimate(min(max(reverse, low), high), uncertainty)
        between = parted and low - uncertainty <= reverse <= high + uncertainty
        if not (between or nearest.is_sure(reverse)):
            return None
        numerical = middle if parted else nearest.derivative
        error = nearest.relative_error(reverse)
    outcome = AGREES if error <= TOLERANCE else DIFFERS
    return GradientRow(v, reverse, numerical, error, note, outcome)


def _note(sides: Sequence[Side], parted: bool, infinite: bool, low: float, high: float) -> str:
    between = f"slopes {sides[0].slope.derivative:.6g} and {sides[-1].slope.derivative:.6g}"
    if any(side.jumps for side in sides):
        return f"jump, {between} on its sides"
    if infinite:
        return "infinite derivative"
    if len(sides) == 1:
        return "edge of the domain, one-sided derivative"
    return f"kink, {between}" if parted else ""
