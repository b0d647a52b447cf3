"""The derivative of a function of one number, from its values alone, and how far to trust it.

Nothing here knows a derivative rule or a graph. A difference quotient can be wrong in two ways: a
long step averages the slope over too wide a stretch, a short one loses its digits to rounding.
`limit` walks from the shortest step upwards and keeps the estimate that is surest, as long as the
shorter steps do not contradict it.

References
----------
Ridders: Accurate computation of F'(x) and F'(x)F''(x), Advances in Engineering Software 4 (1982),
section 2.

Read next: `local_check` and `numerical`, which check gradients with it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from autograd.node import INFINITY, NAN

TOLERANCE = 1e-8
EPSILON = 2.0**-52
SURE = 3e-6  # the relative uncertainty up to which an estimate can convict or acquit
SMALLEST = 5e-324
ROUGH = 2.0**40  # from here on, floats lie so far apart that a wave may be lost between them
COARSE = 2.0**50  # from here on, floats lie 1/4 apart or more
NOTHING = 1e-25  # a slope that may pass for 0 where 0 is claimed

Function = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A numerical derivative, how far it may be off, and the longest step that it rests on.

    Where it is not `resolved`, the function may move to and fro between two floats, as a fast wave
    or a saw does. That it stays small over a long step says nothing of its slope then.
    """

    derivative: float = NAN
    uncertainty: float = INFINITY
    step: float = NAN
    resolved: bool = True

    @property
    def is_sharp(self) -> bool:
        """Whether its relative uncertainty is small."""
        return self.uncertainty <= SURE * abs(self.derivative)

    def relative_error(self, claimed: float) -> float:
        """|claimed − numerical|, relative as `GradientRow.relative_error` says."""
        if not all(map(math.isfinite, (claimed, self.derivative, self.uncertainty))):
            return INFINITY
        off = abs(claimed - self.derivative)
        scale = max(abs(claimed), abs(self.derivative), self.uncertainty / TOLERANCE)
        return off / scale if off else 0.0

    def is_sure(self, claimed: float) -> bool:
        """Whether it is known closely enough to judge what is claimed."""
        if not math.isfinite(claimed):
            return self.is_sharp or (self.derivative == 0.0 and self.uncertainty <= SURE)
        off = abs(claimed - self.derivative)
        if claimed == 0.0 and (off == 0.0 or self.uncertainty < NOTHING):
            return True
        known = self.uncertainty <= max(SURE * abs(claimed), 0.1 * off)
        return self.resolved and (self.is_sharp or known)


@dataclass(frozen=True, slots=True)
class Quotient:
    """A difference quotient.

    Attributes
    ----------
    step : float
        How far from the point the function was evaluated.
    value : float
        The quotient; nan where the function has no value there, or the quotient overflows.
    rounding : float
        What rounding of the function's values may change in it.
    variation : float
        How far the function strays from its value at the point, divided by the step.
    """

    step: float
    value: float = NAN
    rounding: float = INFINITY
    variation: float = INFINITY

    @property
    def has_digits(self) -> bool:
        """Whether rounding leaves it three digits."""
        return self.rounding <= 1e-3 * abs(self.value) < INFINITY


# --------------------------------------------------------------------------------- extrapolation


def limit(
    quotient: Callable[[float], Quotient],
    start: float,
    reach: float,
    order: int,
    enough: float = 1e-12,
) -> Estimate:
    """Extrapolate a difference quotient to step 0; its error is a series in hᵒʳᵈᵉʳ.

    The steps grow from `start` to `reach`, quickly while rounding drowns the quotient. Each new one
    is combined with those just before it, and an estimate that is surer than the best so far takes
    its place, unless a shorter step contradicts it. Where nothing is sure, but the function does
    not move at all near the point, it is taken to be flat.
    """
    best = flat = Estimate()
    tried: list[Quotient] = []
    window: deque[Quotient] = deque(maxlen=5)
    idle = 0
    h = start
    while h <= reach and idle < 8:
        new = quotient(h)
        if math.isnan(new.value):  # outside the domain, and a longer step would be too
            break
        if not new.has_digits:
            window.clear()
        window.appendleft(new)
        tried.append(new)
        if not any(q.variation for q in tried):
            flat = _bound(new)
        before = best
        for found in _extrapolations(window, order) if new.has_digits else [_bound(new)]:
            surer = INFINITY > found.uncertainty <= best.uncertainty
            if surer and not _contradicted(found, window, tried):
                best = found
        if best.uncertainty <= enough * abs(best.derivative):
            break
        idle = idle + 1 if best is before and best.uncertainty < INFINITY else 0
        h *= _stride(new)
    return flat if flat.step >= start * 2.0**46 and not best.is_sharp else best


def _bound(drowned: Quotient) -> Estimate:
    """What a quotient without digits still says: the slope is not larger than this."""
    return Estimate(drowned.value + 0.0, 2.0 * (drowned.variation + drowned.rounding), drowned.step)


def _contradicted(found: Estimate, window: Iterable[Quotient], tried: Iterable[Quotient]) -> bool:
    """Whether a shorter step is farther from the estimate than the steps that it was made of.

    A step that reaches across a pole or a period of the function shows no sign of it, but then the
    shorter ones, which should be nearer to the derivative, are not.
    """
    allowed = found.uncertainty + max(abs(q.value - found.derivative) for q in window)
    return any(abs(q.value - found.derivative) > allowed + 4.0 * q.rounding for q in tried)


def _stride(last: Quotient) -> float:
    """How many times longer the next step is: the fewer digits there were, the longer."""
    if last.has_digits:
        return 2.0
    return 64.0 if last.rounding < abs(last.value) else 4096.0


def _extrapolations(points: Sequence[Quotient], order: int) -> Iterator[Estimate]:
    """The values at h = 0 of the polynomials in hᵒʳᵈᵉʳ through the first 3, 4, ... points.

    Neville's scheme. Each is compared with the two polynomials of one point less.
    """
    column = [point.value for point in points]
    for width in range(1, len(points)):
        without_shortest, without_longest = column[:2]
        for i in range(len(points) - width):
            ratio = (points[i].step / points[i + width].step) ** order
            column[i] = column[i + 1] + (column[i + 1] - column[i]) / (ratio - 1.0)
        column.pop()
        value = column[0]
        spread = max(abs(value - without_shortest), abs(value - without_longest))
        rounding = points[width].rounding + EPSILON * abs(value)
        if width > 1:  # two quotients may be alike by chance
            yield Estimate(value, 4.0 * spread + 2.0 * rounding, points[0].step)


# --------------------------------------------------------------------------- kinds of quotients


def shortest_step(x: float) -> float:
    """The first step to try: the distance to the next float; at 0, something tiny."""
    return max(EPSILON * abs(x), 4.0 * SMALLEST) if x else 2.0**-200


def farthest_step(*numbers: float) -> float:
    """The last step to try, by the size of the numbers that the function deals with."""
    return 1024.0 * max(1.0, *map(abs, numbers))


def central(f: Function, x: float, noise: float, reach: float) -> Estimate:
    """The derivative by central differences; at a kink, the middle of both slopes."""
    noise = max(noise, stair(f, x, 1.0))
    found = limit(_central_quotient(f, x, noise), shortest_step(x), reach, 2)
    return _resolved(f, x, noise, found)


def at_first_sight(f: Function, x: float) -> Estimate:
    """The derivative by central differences with steps that suit most functions: quick, unchecked.

    The factor 0.7 keeps the steps off the periods that one meets.
    """
    size = max(1.0, abs(x))
    start = 0.7 * 2.0**-12 * size
    return limit(_central_quotient(f, x, 0.0), start, farthest_step(x), 2, enough=1e-10)


def _central_quotient(f: Function, x: float, noise: float) -> Callable[[float], Quotient]:
    at_x = f(x)

    def quotient(h: float) -> Quotient:
        h = (abs(x) + h) - abs(x)  # keeps x ± h free of rounding
        right, left = f(x + h), f(x - h)
        variation = max(abs(right - at_x), abs(left - at_x)) / h
        return _quotient(right, left, h, 2.0, noise, variation)

    return quotient


def _quotient(
    end: float, start: float, h: float, steps: float, noise: float, variation: float | None = None
) -> Quotient:
    """(end − start) / (steps · h), with what rounding changes in it."""
    rise = end / steps - start / steps
    rounding = noise + EPSILON * abs(end) + EPSILON * abs(start) + SMALLEST
    overflows = math.isinf(rise / h) and abs(rise) > 1e3 * rounding
    if overflows or not math.isfinite(rise):
        return Quotient(h)
    value = rise / h
    variation = abs(value) if variation is None else variation
    return Quotient(h, value, rounding / h + 4.0 * SMALLEST, variation)


def one_sided(f: Function, x: float, sign: float, noise: float, apart: int = 0) -> Estimate:
    """The derivative to one side, from x itself or, for ``apart=1``, from next to x."""
    quotient = _one_sided_quotient(f, x, sign, noise, apart)
    found = limit(quotient, shortest_step(x), farthest_step(x), 1)
    return _resolved(f, x, noise, found)


def _one_sided_quotient(
    f: Function, x: float, sign: float, noise: float, apart: int = 0
) -> Callable[[float], Quotient]:
    at_x = f(x)
    noise = max(noise, stair(f, x, sign))

    def quotient(h: float) -> Quotient:
        h = (abs(x) + h) - abs(x)
        far, near = f(x + (1 + apart) * sign * h), f(x + sign * h) if apart else at_x
        return _quotient(sign * far, sign * near, h, 1.0, noise)

    return quotient


def _resolved(f: Function, x: float, noise: float, found: Estimate) -> Estimate:
    """Distrust what was found where the floats lie far apart, unless it holds far around.

    The period of a sine may be shorter there than the distance between two floats; what one sees on
    the floats can then be a much slower wave, as smooth as any, or nothing at all.
    """
    far = found.step > 2.0**-20 * abs(x)
    if found.is_sharp and far:
        return found
    if abs(x) < COARSE:
        lost = abs(x) >= ROUGH and not found.is_sharp
        return replace(found, resolved=not lost and not _jagged(f, x, noise))
    return replace(found, resolved=False) if far and found.derivative == 0.0 else Estimate()


def _jagged(f: Function, x: float, noise: float) -> bool:
    """Whether the function goes up and down from one float to the next, by more than rounding.

    Every 41st float, say, may meet a saw at nearly the same height; then others do not.
    """
    return any(_turns(f, x, noise, stride * math.ulp(x)) >= 4 for stride in (1, 41, 1021))


def _turns(f: Function, x: float, noise: float, apart: float) -> int:
    """Count where the function does not go on as it went, among 65 points about x."""
    near = [f(x + k * apart) for k in range(-32, 33)]
    rises = [right - left for left, right in pairwise(near)]
    turns = [abs(right - left) for left, right in pairwise(rises)]
    rounding = 8.0 * (noise + EPSILON * max(map(abs, near)) + SMALLEST)
    sharp = max(rounding, 0.25 * max(map(abs, rises)))
    return sum(turn > sharp for turn in turns)


def even(f: Function, x: float, reach: float) -> Estimate:
    """The derivative x·f″(0) near 0, of a function with f(−h) = f(h) to the last bit.

    Such a function is flat at 0: next to 0, its values have no digit of the slope, as with the
    cosine at 1e-20. Its second difference at 0 has.
    """
    at_0 = f(0.0)

    def quotient(h: float) -> Quotient:
        right = f(h)
        if not math.isfinite(right) or f(-h) != right:
            return Quotient(h)
        rounding = 4.0 * EPSILON * abs(right) + 4.0 * EPSILON * abs(at_0) + SMALLEST
        scale = 2.0 * (x / h)
        value = (right - at_0) / h * scale
        return Quotient(h, value, rounding / h * abs(scale))

    found = limit(quotient, abs(x), reach, 2)
    useful = found.is_sharp and found.derivative and abs(x) <= 1e-5 * found.step
    return found if useful else Estimate()


def stair(f: Function, x: float, sign: float) -> float:
    """The height of the first stair, where rounding makes the function stand still next to x.

    It may be far more than the last digit of the value, as with log(1 + x) for a small x.
    """
    at_x, still, end = f(x), shortest_step(x), farthest_step(x)
    if f(x + sign * still) != at_x:
        return 0.0
    moved = still
    while f(x + sign * moved) == at_x and moved < end:
        still, moved = moved, 64.0 * moved
    for _ in range(50):  # close in on the place where it begins to move
        middle = 0.5 * still + 0.5 * moved
        if f(x + sign * middle) == at_x:
            still = middle
        else:
            moved = middle
    height = abs(f(x + sign * moved) - at_x)
    return height if math.isfinite(height) else 0.0


# ------------------------------------------------------------------------------ kinks and sides


def has_corner(f: Function, x: float, estimate: Estimate, noise: float = 0.0) -> bool:
    """Suspect a kink where the slopes on both sides do not come closer with a shorter step.

    A straight line is known by steps so short that rounding parts the slopes; then longer ones
    are looked at.
    """

    def parting(h: float) -> tuple[float, float]:
        h = (abs(x) + h) - abs(x)
        right, left = f(x + h), f(x - h)
        rounding = 4.0 * (noise + EPSILON * abs(right) + EPSILON * abs(left))
        if not h:
            return 0.0, INFINITY
        return abs((right - middle) - (middle - left)) / h, (rounding + SMALLEST) / h

    middle = f(x)
    step = estimate.step
    narrow, wide = parting(step / 64.0), parting(step)
    while narrow[1] > 0.25 * wide[0] and step < 2.0**16 * shortest_step(x):
        step *= 64.0
        narrow, wide = wide, parting(step)
    return not narrow[0] <= 0.25 * wide[0] + narrow[1]


@dataclass(frozen=True, slots=True)
class Side:
    """What happens to one side of a point: the slope there, and whether the function jumps."""

    slope: Estimate
    jumps: bool = False
    steepest: float = NAN  # the last quotient, where the slope is infinite


def side(f: Function, x: float, sign: float, noise: float) -> Side | None:
    """Look at one side of a point: a slope, a jump or an infinite slope; None for no function."""
    near = sign * 2.0**-30
    if not any(math.isfinite(f(x + near * size)) for size in (max(1.0, abs(x)), abs(x)) if size):
        return None
    slope = one_sided(f, x, sign, noise)
    if abs(x) >= COARSE:
        return Side(slope)
    quotients, to_the_end = _with_digits(_one_sided_quotient(f, x, sign, noise), x)
    least, mean = _growth(quotients)
    if least <= 0.9:
        return Side(slope)
    falls = abs(quotients[-1]) <= abs(quotients[-2])
    doubles = mean > 1.99  # when the step halves
    if falls or (slope.is_sharp and slope.derivative) or (doubles and not to_the_end):
        return Side(Estimate())  # it changes too slowly to see where to, or jumps beside the point
    if doubles:
        return Side(one_sided(f, x, sign, noise, apart=1), jumps=True)
    infinite = Estimate(math.copysign(INFINITY, quotients[-1]), 0.0)
    return Side(infinite, steepest=quotients[-1])


def _with_digits(quotient: Callable[[float], Quotient], x: float) -> tuple[list[float], bool]:
    """The quotients of halving steps to which rounding leaves digits, and whether it is all."""
    tried = []
    h = 2.0 ** (math.frexp(max(1.0, abs(x)))[1] - 18)  # 2ᵏ, so that x + h is free of rounding
    while h >= shortest_step(x):
        tried.append(quotient(h))
        h *= 0.5
    return [q.value for q in tried if q.has_digits], tried[-1].has_digits


def _growth(quotients: Sequence[float], run: int = 10) -> tuple[float, float]:
    """How many times the changes grow from step to step, at least and in the mean.

    Those of the shortest steps count; where there are not enough, or one turns back, it is 0.
    """
    changes = [b - a for a, b in pairwise(quotients[-run - 2 :])]
    ratios = [b / a if a else 0.0 for a, b in pairwise(changes)]
    if len(ratios) < run or min(ratios) <= 0.0:
        return 0.0, 0.0
    return min(ratios), math.exp(math.fsum(map(math.log, ratios)) / run)
