"""A search for the inputs at which a function is least accurate.

Inputs are drawn evenly, by exponent, and beside every place where the code changes its formula;
then, over and over, beside the worst that were found. Extended doubles tell which are the worst,
and mpmath how far off they are; where only mpmath knows the function, it looks at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import mpmath as mp
import numpy as np

from tests.benchmarks.accuracy_functions import Exact, Extended, Formula, Function

Compute = Callable[..., Any]
LOOKED_AT = 40
"""How many of the worst inputs mpmath looks at, and how many further inputs are drawn beside."""
ROUNDS = 4
"""How often inputs are drawn beside the worst so far, nearer each time."""
BELOW = -1022
"""The exponent below which the units of the last place stay what they are."""


def draw(function: Function, count: int, random: np.random.Generator) -> list[Any]:
    """Draw arguments, an array for each, of a third of the count in each of three ways."""
    third = count // 3
    first = np.concatenate(
        [
            _evenly(function.domain, third, random),
            _by_exponent(function.limits, third, random),
            _beside(function.switches or [1.0], third, random),
        ]
    )
    low, high = function.limits
    arguments = [np.clip(first, low, high)]
    if function.second:
        other = [_evenly(function.second, third, random), _ratio(function, first, third, random)]
        other.append(_evenly(function.second, third, random))
        low, high = function.second_limits
        second = np.concatenate(other)
        arguments.append(np.clip(abs(second) if low >= 0.0 else second, low, high))
    return arguments


def _evenly(domain: Sequence[tuple[float, float]], count: int, random: Any) -> Any:
    share = np.array_split(np.empty(count), len(domain))
    return np.concatenate(
        [random.uniform(*ends, len(part)) for ends, part in zip(domain, share, strict=True)]
    )


def _by_exponent(limits: tuple[float, float], count: int, random: Any) -> Any:
    """Numbers of every exponent; one in two between 2⁻³⁰ and 2¹⁰."""
    low, high = limits
    largest = math.frexp(max(-low, high))[1] - 1
    exponents = np.where(
        np.arange(count) % 2 == 0,
        random.integers(-1074, largest + 1, count),
        random.integers(-30, min(10, largest) + 1, count),
    )
    numbers = np.ldexp(random.uniform(1.0, 2.0, count), exponents)
    return np.clip(
        numbers if low >= 0.0 else numbers * random.choice([-1.0, 1.0], count), low, high
    )


def _beside(places: Sequence[float], count: int, random: Any) -> Any:
    """The places themselves, their nearest neighbours, and numbers that are further and further."""
    chosen = np.resize(np.array(places, dtype=float), count) * random.choice([-1.0, 1.0], count)
    units = np.round(random.choice([-1.0, 1.0], count) * 2.0 ** random.uniform(-1.0, 48.0, count))
    return chosen + units * np.spacing(np.maximum(abs(chosen), 2.0**-30))


def _ratio(function: Function, first: Any, count: int, random: Any) -> Any:
    """Second arguments for first ones of any exponent: of a similar size, or a power's exponent."""
    some = first[count : 2 * count]
    size = random.choice([-1.0, 1.0], count) * 2.0 ** random.uniform(-3.0, 3.0, count)
    if function.limits[0] >= 0.0:
        return np.clip(random.uniform(-745.0, 709.0, count) / np.log(some), -1e300, 1e300)
    with np.errstate(over="ignore"):
        return np.clip(some * size, -1.7e308, 1.7e308)


def units_of_last_place(exact: Any) -> Any:
    """The distance of doubles of the size of extended doubles."""
    _, exponent = np.frexp(np.where(exact == 0, 0, exact))
    least = np.where(exact == 0, BELOW, np.maximum(exponent - 1, BELOW)).astype(np.int64)
    return np.ldexp(np.longdouble(1), (least - 52).astype(np.int32))


def rough_errors(formula: Formula, arguments: Sequence[Any], found: Any, term: Any) -> Any:
    """How far results are off, to some thousandths of a unit; 0 where it cannot be told."""
    with np.errstate(all="ignore"):
        x = [a.astype(np.longdouble) for a in arguments]
        exact = formula(Extended, *x)
        size = np.maximum(abs(exact), abs(term(Extended, *x))) if term else exact
        errors = abs(found - exact) / units_of_last_place(size)
        overflows = abs(exact) >= np.longdouble(2) ** 1024
        errors = np.where(overflows & np.isinf(found), 0, errors)
        errors = np.where(np.isfinite(exact) & np.isnan(found), np.inf, errors)
    return np.nan_to_num(errors.astype(np.float64), nan=0.0, posinf=1e308)


@cache
def exact(formula: Formula, arguments: Sequence[float], bits: int) -> Any:
    """What mpmath gives; nan where that is no real number."""
    with mp.workprec(bits):
        try:
            result = formula(Exact, *map(mp.mpf, arguments))
        except (ZeroDivisionError, ValueError):  # at a pole
            return mp.nan
        return mp.nan if isinstance(result, mp.mpc) else mp.mpf(result)


def error(
    formula: Formula, arguments: Sequence[float], found: float, term: Formula | None, bits: int
) -> float:
    """How far a double is off, in units of the last place of what mpmath gives."""
    right = exact(formula, arguments, bits)
    if mp.isnan(right):
        return 0.0
    if not mp.isfinite(right) or abs(right) >= mp.mpf(2) ** 1024 * (1 - mp.mpf(2) ** -54):
        return 0.0 if not math.isfinite(found) else math.inf
    if not math.isfinite(found):
        return math.inf
    with mp.workprec(bits):
        largest = max(abs(right), abs(exact(term, arguments, bits))) if term else right
        size = mp.frexp(abs(largest))[1] - 1 if largest else BELOW
        unit = mp.mpf(2) ** (max(size, BELOW) - 52)
        return float(abs(mp.mpf(found) - right) / unit)


def worst_of(
    function: Function, output: int, arguments: Sequence[Any], found: Any, many: int
) -> list[tuple[float, tuple[float, ...]]]:
    """The largest errors and their inputs, largest first."""
    formula, term = function.formulas[output], function.term(output)
    worst = range(len(found))
    if not function.slow:
        worst = np.argsort(rough_errors(formula, arguments, found, term))[::-1][:many]
    rows = [tuple(float(a[k]) for a in arguments) for k in worst]
    looked = [
        (error(formula, row, float(found[k]), term, function.bits), row)
        for row, k in zip(rows, worst, strict=True)
    ]
    return sorted(looked, key=lambda pair: -pair[0])[:many]


def search(
    function: Function,
    output: int,
    compute: Compute,
    count: int,
    seed: int,
    looked_at: int = LOOKED_AT,
) -> tuple[float, tuple[float, ...]]:
    """The largest error found and its input.

    Parameters
    ----------
    function : Function
    output : int
        0 for its value, else the number of a slope.
    compute : callable
        The results for an array of each argument.
    count : int
        How many inputs to try at first.
    seed : int
    looked_at : int
        How many of the worst are looked at with mpmath, each time.
    """
    random = np.random.default_rng(seed)
    arguments = draw(function, count, random)
    found = worst_of(function, output, arguments, compute(*arguments), looked_at)
    for k in range(ROUNDS):
        near = [
            np.repeat(np.array(column), max(1, count // (8 * looked_at)))
            for column in zip(*(row for _, row in found), strict=True)
        ]
        shift = 2.0 ** random.uniform(-52.0, -6.0 - 10.0 * k, len(near[0]))
        with np.errstate(over="ignore"):
            near = [
                np.clip(a * (1.0 + random.choice([-1.0, 1.0], len(a)) * shift), *bounds)
                for a, bounds in zip(near, (function.limits, function.second_limits), strict=False)
            ]
        found += worst_of(function, output, near, compute(*near), looked_at)
        found = sorted(set(found), key=lambda pair: -pair[0])[:looked_at]
    return found[0]
