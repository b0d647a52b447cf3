"""An independent check of the gradients: difference quotients on the recorded graph.

`check_gradients` moves one leaf a little, evaluates the recorded operations again on plain floats,
and compares the difference quotient, extrapolated to step 0, with what the backward pass computes.
It reads no derivative rule, so it finds a wrong one. The graph itself is not touched.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, TypeAlias

from autograd.backward import backward, refuse_changed_leaf
from autograd.copying import copy_graph
from autograd.difference import (
    EPSILON,
    SURE,
    TOLERANCE,
    Estimate,
    Function,
    Side,
    central,
    even,
    farthest_step,
    has_corner,
    side,
)
from autograd.graph import leaves as leaves_of
from autograd.graph import operation_of, topological_order
from autograd.node import INFINITY, NAN
from autograd.operation import Operation, local_gradients
from autograd.switches import ieee_arithmetic
from autograd.value import Constant, Value

AGREES, DIFFERS, CANNOT_TELL = "agrees", "differs", "cannot tell"

Checks: TypeAlias = "dict[Value, Callable[[int], LocalCheck]]"


class GradientError(ArithmeticError):
    """Reverse-mode and numerical derivatives disagree; ``report`` holds the comparison."""

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
        """The leaf's label, or where it has none its number."""
        return self.leaf.label or f"{self.leaf.data:g}"


@dataclass(frozen=True, slots=True)
class GradientReport:
    """What `check_gradients` found, one row for each leaf; printing it shows a table."""

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
        When they differ by more than 1e-8 relative to the larger, beyond what rounding in the
        numerical derivative explains. The message names the worst leaf.
    TypeError, ValueError
        When `output` is not a Value, or is not finite; when one of `leaves` is not a leaf of its
        graph; when a leaf's data was changed after the graph was recorded.

    Notes
    -----
    Central differences at halving steps are extrapolated to step 0 (Richardson), and taken where
    neighbouring steps agree best. Neither data nor gradients of any Value change.

    At a kink, such as relu at 0, the engine's choice is accepted if it lies between the one-sided
    derivatives, and the note says "kink". At a jump and where a derivative is infinite or does not
    exist, the note says so.

    References
    ----------
    Ridders: Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4
    (1982), section 2.

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
    checks: Checks = {}  # shared by all leaves
    rows = tuple(
        _compared(
            v, gradient, *_function_of(v, output, order), partial(_chain, v, output, order, checks)
        )
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
    name = f"'{worst.name}'" if worst.leaf.label else repr(worst.leaf)
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


def _function_of(v: Value, output: Value, order: Sequence[Value]) -> tuple[Function, float]:
    """The output as a function of one leaf's data, and how much rounding on the way changes it.

    The function is nan where an operation has no real value. To see what rounding does, every
    operation's value is changed in its last digit, up or down at random.
    """
    dependents = [(node, operation_of(node).forward) for node in _dependents(v, order)]

    def f(x: float, shake: random.Random | None = None) -> float:
        values = {v: x}
        for node, forward in dependents:
            inputs = [values.get(p, p._data) for p in node.parents]
            y = _real_value(forward, inputs)
            values[node] = y * (1.0 + shake.choice((-EPSILON, EPSILON))) if shake else y
        return values[output]

    shaken = [abs(f(v._data, random.Random(seed)) - output._data) for seed in range(3)]
    return f, max(change if math.isfinite(change) else 0.0 for change in shaken)


def _dependents(v: Value, order: Sequence[Value]) -> list[Value]:
    depends = {v}
    for node in order:
        if not depends.isdisjoint(node.parents):
            depends.add(node)
    return [node for node in order if node in depends]


def _real_value(forward: Callable[..., float], inputs: Sequence[float]) -> float:
    try:
        return forward(*inputs)
    except (ArithmeticError, ValueError):
        return NAN


# ------------------------------------------------------------------------- operation by operation


@dataclass(frozen=True, slots=True)
class LocalCheck:
    """One local gradient, and the numerical derivative of the operation's own forward."""

    node: Value
    index: int
    numerical: Estimate
    smooth: bool

    @property
    def relative_error(self) -> float:
        """How far the recorded local gradient is off."""
        return self.numerical.relative_error(self.node._local[self.index])

    @property
    def decided(self) -> bool:
        """Whether the numerical derivative is sure enough to judge the recorded one."""
        return self.smooth and self.numerical.is_sure(self.node._local[self.index])

    @property
    def operation(self) -> Operation:
        """The operation whose rule it is."""
        return operation_of(self.node)

    def __str__(self) -> str:
        node, parent = self.node, self.node.parents[self.index]
        at = ", ".join(f"{p._data!r}" for p in node.parents[:4]) + ", ..." * (len(node.parents) > 4)
        towards = f"'{parent.label}'" if parent.label else f"input {self.index + 1}"
        return (
            f"wrong rule: {self.operation!r} at ({at}) has the local gradient "
            f"{node._local[self.index]!r} towards {towards}, numerically "
            f"{self.numerical.derivative!r}"
        )


def _local_checks(node: Value) -> Callable[[int], LocalCheck]:
    """Make the check of a node's local gradients, input by input, on the operation's own scale."""
    operation = operation_of(node)
    inputs = [parent._data for parent in node.parents]
    reach = farthest_step(node._data, *inputs)
    noise = 0.0
    if not operation.domain:  # any number of inputs: a sum, which may cancel
        for i, x in enumerate(inputs):
            changed = [*inputs[:i], x * (1.0 + EPSILON), *inputs[i + 1 :]]
            noise += abs(_real_value(operation.forward, changed) - node._data)

    @cache
    def check(index: int) -> LocalCheck:
        def f(x: float) -> float:
            return _real_value(operation.forward, [*inputs[:index], x, *inputs[index + 1 :]])

        x, claimed = inputs[index], node._local[index]
        if not all(map(math.isfinite, (x, node._data, noise))):
            return LocalCheck(node, index, Estimate(), smooth=False)
        found = central(f, x, noise, reach)
        if x and not found.is_sure(claimed):
            near_0 = even(f, x, reach)
            if 0.0 < near_0.uncertainty <= SURE * abs(near_0.derivative):
                return LocalCheck(node, index, near_0, smooth=True)
        return LocalCheck(node, index, found, not has_corner(f, x, found))

    return check


@dataclass(frozen=True, slots=True)
class Chain:
    """What the operations between a leaf and the output say, one by one and all together."""

    wrong: LocalCheck | None  # the local gradient that is wrong by most
    right: bool  # every single one is known to be right
    product: Estimate  # ∂output/∂leaf from the numerical local derivatives, by the chain rule


def _chain(
    v: Value,
    output: Value,
    order: Sequence[Value],
    checks: dict[Value, Callable[[int], LocalCheck]],
) -> Chain:
    """Walk forward from the leaf with the numerical local derivatives."""
    tangents = {v: (1.0, 0.0)}  # ∂node/∂leaf and its uncertainty
    met: list[LocalCheck] = []
    for node in _dependents(v, order):
        if node not in checks:
            checks[node] = _local_checks(node)
        slope = uncertainty = 0.0
        for i, parent in enumerate(node.parents):
            if parent in tangents:
                met.append(checks[node](i))
                local = met[-1].numerical if met[-1].smooth else Estimate()
                tangent, unsure = tangents[parent]
                slope += local.derivative * tangent
                uncertainty += abs(local.derivative) * unsure + local.uncertainty * (
                    abs(tangent) + unsure
                )
        tangents[node] = slope, uncertainty + EPSILON * abs(slope)
    wrong = [check for check in met if check.decided and check.relative_error > TOLERANCE]
    right = not wrong and all(check.decided for check in met)
    worst = max(wrong, key=lambda check: check.relative_error, default=None)
    return Chain(worst, right, Estimate(*tangents[output]))


# ------------------------------------------------------------------------------------- comparison


def _compared(
    v: Value, reverse: float, f: Function, noise: float, chain: Callable[[], Chain]
) -> GradientRow:
    """Compare with the whole graph's difference quotients; in doubt, look closer."""
    x = v._data
    if not math.isfinite(x):
        note = "not compared: the leaf is not finite"
        return GradientRow(v, reverse, NAN, 0.0, note, CANNOT_TELL)
    whole = central(f, x, noise, farthest_step(x))
    row = _row(v, reverse, whole)
    sure = whole.is_sure(reverse)
    agrees = sure and row.outcome == AGREES
    if agrees and not has_corner(f, x, whole):
        return row
    parts = chain()
    if parts.wrong is not None:
        row = _row(v, reverse, whole if sure else parts.product, str(parts.wrong))
        error = max(row.relative_error, parts.wrong.relative_error)
        return replace(
            row, relative_error=error, outcome=DIFFERS, guilty=repr(parts.wrong.operation)
        )
    special = _special(v, reverse, f, noise)
    if special is not None and (special.outcome == AGREES or not parts.right):
        return special
    product = parts.product
    by_parts = _row(v, reverse, product, f"{_doubt(whole)}; each operation agrees by itself")
    if (parts.right and by_parts.outcome == AGREES) or (product.is_sure(reverse) and not agrees):
        return by_parts
    if sure:
        return row
    return replace(
        row, relative_error=0.0, note=f"cannot tell here: {_doubt(whole)}", outcome=CANNOT_TELL
    )


def _row(v: Value, reverse: float, numerical: Estimate, note: str = "") -> GradientRow:
    error = numerical.relative_error(reverse)
    outcome = AGREES if error <= TOLERANCE else DIFFERS
    return GradientRow(v, reverse, numerical.derivative, error, note, outcome)


def _doubt(whole: Estimate) -> str:
    if not math.isfinite(whole.uncertainty):
        return "no difference quotient has a digit"
    if whole.uncertainty <= SURE * abs(whole.derivative):
        return f"the difference quotients tend to {whole.derivative:.6g}"
    return f"cancellation: known numerically to ±{whole.uncertainty:.0e} only"


def _special(v: Value, reverse: float, f: Function, noise: float) -> GradientRow | None:
    """Compare at a kink, a jump, an edge of the domain or an infinite slope; None elsewhere."""
    both = (side(f, v._data, sign, noise) for sign in (-1.0, 1.0))
    sides = [side for side in both if side is not None]
    if not sides:
        error = 0.0 if math.isnan(reverse) else INFINITY
        note = "no numerical derivative: not a real number at either side"
        outcome = AGREES if math.isnan(reverse) else DIFFERS
        return GradientRow(v, reverse, NAN, error, note, outcome)
    slopes = [side.slope.derivative for side in sides]
    low, high = min(slopes), max(slopes)
    uncertainty = max(side.slope.uncertainty for side in sides)
    parted = high - low > SURE * max(abs(low), abs(high)) + 10.0 * uncertainty
    infinite = INFINITY in (abs(low), abs(high))
    note = _note(sides, parted, infinite, low, high)
    if not note:
        return None
    steep = [side.steepest for side in sides if abs(side.slope.derivative) == INFINITY]
    if math.isfinite(reverse) and any(reverse / last > 0.1 for last in steep):
        return None  # so steep that no step between floats can tell it from infinite
    middle = 0.5 * low + 0.5 * high
    if math.isnan(reverse):
        exists = not (parted or infinite or any(side.jumps for side in sides))
        numerical, error = middle, INFINITY if exists else 0.0
    elif math.isinf(reverse):
        there = reverse in slopes
        numerical, error = (reverse, 0.0) if there else (middle, INFINITY)
    else:
        nearest = Estimate(min(max(reverse, low), high), uncertainty)
        if not nearest.is_sure(reverse):
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
