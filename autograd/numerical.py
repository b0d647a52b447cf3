"""An independent check of the gradients: difference quotients on the recorded graph.

`check_gradients` moves one leaf a little, evaluates the recorded operations again on plain floats,
and compares the difference quotient, extrapolated to step 0, with what the backward pass computes.
It reads no derivative rule, so it finds a wrong one. The graph itself is not touched.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from autograd.backward import backward
from autograd.copying import copy_graph
from autograd.graph import leaves as leaves_of
from autograd.graph import operation_of, topological_order
from autograd.node import INFINITY, NAN
from autograd.operation import local_gradients
from autograd.refusals import refuse_changed_leaf
from autograd.switches import ieee_arithmetic
from autograd.value import Constant, Value

TOLERANCE = 1e-8
EPSILON = 2.0**-52

Function = Callable[[float], float]


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
        one-sided derivatives is divided instead.
    note : str
        What is special here: a kink, a jump, an infinite derivative, digits lost to cancellation.
    """

    leaf: Value
    reverse: float
    numerical: float
    relative_error: float
    note: str = ""

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
    rows = tuple(
        _compared(v, gradient, _function_of(v, output, order))
        for v, gradient in zip(chosen, reverse, strict=True)
    )
    report = GradientReport(rows)
    worst = report.worst
    if worst is not None and worst.relative_error > TOLERANCE:
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
    return (
        f"the gradient of {output!r} with respect to {name} is {worst.reverse!r} in reverse mode "
        f"and {worst.numerical!r} numerically{note}: relative error {worst.relative_error:.1e}, "
        f"allowed is {TOLERANCE:g}; an operation between them has a wrong derivative rule, or one "
        "that does not hold at this point"
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


def _function_of(v: Value, output: Value, order: Sequence[Value]) -> Function:
    """The output as a function of one leaf's data; nan where an operation has no real value."""
    depends = {v}
    dependents = []
    for node in order:
        if not depends.isdisjoint(node.parents):
            depends.add(node)
            dependents.append((node, operation_of(node).forward))

    def f(x: float) -> float:
        values = {v: x}
        for node, forward in dependents:
            inputs = [values.get(p, p._data) for p in node.parents]
            try:
                values[node] = forward(*inputs)
            except (ArithmeticError, ValueError):
                return NAN
        return values[output]

    return f


# --------------------------------------------------------------------------------- extrapolation

# (step h, the difference quotient there, what rounding the function's values changes in it)
Quotient = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A numerical derivative and how far it can be trusted, as an absolute error."""

    derivative: float = NAN
    uncertainty: float = INFINITY

    def relative_error(self, reverse: float) -> float:
        """|reverse − numerical|, relative as `GradientRow.relative_error` says."""
        if not all(map(math.isfinite, (reverse, self.derivative, self.uncertainty))):
            return INFINITY
        scale = max(abs(reverse), abs(self.derivative), self.uncertainty / TOLERANCE)
        return abs(reverse - self.derivative) / scale if scale else 0.0


def _steps(x: float) -> Iterator[float]:
    """Halve the step from the size of 1 or x to 48 bits below, then, near 0, from the size of x.

    The steps keep x ± h free of rounding, and 0.7 keeps them off the period of a periodic function.
    """
    last = INFINITY
    for scale in (max(1.0, abs(x)), abs(x)):
        for k in range(48):
            h = (x + 0.7 * scale * 0.5**k) - x
            if 0.0 < h < last:
                last = h
                yield h


def _central(f: Function, x: float) -> Iterator[Quotient]:
    """Central differences; their error is a series in h²."""
    for h in _steps(x):
        right, left = f(x + h), f(x - h)
        yield h, (right - left) / (2.0 * h), EPSILON * (abs(right) + abs(left)) / h


def _one_sided(f: Function, x: float, sign: float, apart: int = 0) -> Iterator[Quotient]:
    """One-sided differences from x, or for ``apart=1`` from next to x; an error series in h."""
    at_x = f(x)
    for h in _steps(x):
        step = sign * h
        far, near = f(x + (1 + apart) * step), f(x + step) if apart else at_x
        yield h, (far - near) / step, EPSILON * (abs(far) + abs(near)) / h


def _extrapolated(quotients: Iterable[Quotient], order: int = 1, expected: float = NAN) -> Estimate:
    """Extrapolate to step 0 and take the result where three steps in succession agree best.

    The error of the quotients is a series in hᵒʳᵈᵉʳ. The search ends early where the steps agree
    closely, and with `expected`; without it all steps are tried.
    """
    window: deque[Quotient] = deque(maxlen=5)
    recent: deque[float] = deque(maxlen=3)
    best = Estimate()
    for quotient in quotients:
        if not math.isfinite(quotient[1]):  # outside the domain, or overflow: steps are too large
            window.clear()
            recent.clear()
            continue
        window.append(quotient)
        recent.append(_at_zero(window, order))
        if len(recent) == 3:
            first, second, third = recent
            spread = abs(third - second) + abs(second - first)
            rounding = quotient[2] + EPSILON * abs(third)
            estimate = Estimate(third, 2.0 * (spread + rounding))
            if estimate.uncertainty < best.uncertainty:
                best = estimate
            agreed = estimate.uncertainty <= 1e-10 * abs(third)
            if agreed and estimate.relative_error(expected) <= TOLERANCE:
                break
    return best


def _at_zero(points: Sequence[Quotient], order: int) -> float:
    """The value at h = 0 of the polynomial in hᵒʳᵈᵉʳ through the points (Neville's scheme)."""
    column = [quotient for _, quotient, _ in points]
    for width in range(1, len(points)):
        for i in range(len(points) - width):
            ratio = (points[i][0] / points[i + width][0]) ** order
            column[i] = column[i + 1] + (column[i + 1] - column[i]) / (ratio - 1.0)
    return column[0]


# ------------------------------------------------------------------------------------- comparison


def _compared(v: Value, reverse: float, f: Function) -> GradientRow:
    """Compare with central differences; where that fails or a kink shows, look at either side."""
    x = v._data
    if not math.isfinite(x):
        return GradientRow(v, reverse, NAN, 0.0, "not compared: the leaf is not finite")
    estimate = _extrapolated(_central(f, x), 2, reverse)
    row = GradientRow(v, reverse, estimate.derivative, estimate.relative_error(reverse))
    size = max(abs(reverse), abs(estimate.derivative))
    vague = estimate.uncertainty > 1e-6 * size
    if row.relative_error <= TOLERANCE and not vague and not _has_corner(f, x, estimate):
        return row
    special = _special(v, reverse, f)
    if special is None and vague and size > 0.0:
        note = f"cancellation: known numerically to ±{estimate.uncertainty:.0e} only"
        return replace(row, note=note)
    return special or row


def _has_corner(f: Function, x: float, estimate: Estimate) -> bool:
    """Suspect a kink where the slopes at a short step to the right and to the left differ."""
    for scale in (max(1.0, abs(x)), abs(x)):
        h = (x + 1e-6 * scale) - x
        right, middle, left = f(x + h), f(x), f(x - h)
        if math.isfinite(right) and math.isfinite(left):
            break
    change = abs(right - 2.0 * middle + left)
    rounding = 8.0 * EPSILON * (abs(right) + abs(left))
    return not change <= 1e-4 * abs(estimate.derivative) * h + rounding


@dataclass(frozen=True, slots=True)
class Side:
    """What happens to one side of a point: the slope there, and whether the function jumps."""

    slope: Estimate
    jumps: bool = False

    @property
    def exists(self) -> bool:
        """Whether the function is defined on this side."""
        return not math.isnan(self.slope.derivative)


def _side(f: Function, x: float, sign: float) -> Side:
    quotients = [q for q in _one_sided(f, x, sign) if math.isfinite(q[1])]
    slope = _extrapolated(quotients)
    if 0.0 < slope.uncertainty <= 1e-6 * abs(slope.derivative):
        return Side(slope)
    growth = _growth([quotient for h, quotient, _ in quotients if h < 1e-5 * max(1.0, abs(x))])
    if growth > 1.9:  # the quotient doubles when the step halves
        return Side(_extrapolated(_one_sided(f, x, sign, apart=1)), jumps=True)
    if growth > 0.9:  # it grows and grows, more slowly
        return Side(Estimate(math.copysign(INFINITY, quotients[-1][1]), 0.0))
    return Side(slope)


def _growth(quotients: Sequence[float], run: int = 10) -> float:
    """How quickly the changes of the quotients grow from step to step, over a run of steps."""
    changes = [b - a for a, b in pairwise(quotients)]
    ratios = [b / a if a else 0.0 for a, b in pairwise(changes)]
    return max((min(ratios[i : i + run]) for i in range(len(ratios) - run + 1)), default=0.0)


def _special(v: Value, reverse: float, f: Function) -> GradientRow | None:
    """Compare at a kink, a jump, an edge of the domain or an infinite slope; None elsewhere."""
    left, right = _side(f, v._data, -1.0), _side(f, v._data, 1.0)
    sides = [side for side in (left, right) if side.exists]
    if not sides:
        error = 0.0 if math.isnan(reverse) else INFINITY
        note = "no numerical derivative: not a real number at either side"
        return GradientRow(v, reverse, NAN, error, note)
    slopes = [side.slope.derivative for side in sides]
    low, high = min(slopes), max(slopes)
    uncertainty = max(side.slope.uncertainty for side in sides)
    parted = high - low > 1e-6 * max(abs(low), abs(high)) + 10.0 * uncertainty
    infinite = INFINITY in (abs(low), abs(high))
    note = _note(sides, parted, infinite, low, high)
    if not note:
        return None
    if math.isnan(reverse):
        exists = not (parted or infinite or any(side.jumps for side in sides))
        return GradientRow(v, reverse, 0.5 * (low + high), INFINITY if exists else 0.0, note)
    if math.isinf(reverse):
        there = reverse in slopes
        numerical = reverse if there else 0.5 * (low + high)
        return GradientRow(v, reverse, numerical, 0.0 if there else INFINITY, note)
    nearest = Estimate(min(max(reverse, low), high), uncertainty)
    numerical = 0.5 * (low + high) if parted else nearest.derivative
    return GradientRow(v, reverse, numerical, nearest.relative_error(reverse), note)


def _note(sides: Sequence[Side], parted: bool, infinite: bool, low: float, high: float) -> str:
    between = f"slopes {sides[0].slope.derivative:.6g} and {sides[-1].slope.derivative:.6g}"
    if any(side.jumps for side in sides):
        return f"jump, {between} on its sides"
    if infinite:
        return "infinite derivative"
    if len(sides) == 1:
        return "edge of the domain, one-sided derivative"
    return f"kink, {between}" if parted else ""
