"""The table `accuracy.md`: which functions are its rows, how a row is written and read.

Read next: `accuracy`.
"""

from __future__ import annotations

import math
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograd.compiler.vector.processor import host
from tests.benchmarks.accuracy_elementary import ELEMENTARY
from tests.benchmarks.accuracy_functions import FIRST, Function
from tests.benchmarks.accuracy_special import SPECIAL

REPORT = Path(__file__).with_name("accuracy.md")
COUNTS = 100_000, 1_000
"""How many inputs are tried: where extended doubles can tell the error, and where mpmath must."""
SLOWER = 6
"""Where Python computes row by row, so many times fewer of the first kind are tried."""
WAYS = ("eager", "one row", "batch")
GOAL = {"eager": 2.0, "one row": 1.5, "batch": 1.5}
FUNCTIONS = FIRST | ELEMENTARY | SPECIAL
Worst = tuple[float, tuple[float, ...]]

EXACT = {
    "a number that is computed without rounding, or chosen": (
        *("negative", "positive", "abs", "copysign", "sign", "heaviside", "relu"),
        *("maximum", "minimum", "share", "clip", "clip_share", "passed", "where", "stop_gradient"),
        *("greater", "greater_equal", "less", "less_equal", "equal", "not_equal"),
        *("floor", "ceil", "trunc", "round", "fmod", "floor_divide"),
    ),
    "rounded once, as IEEE 754 has it": ("add", "subtract", "multiply", "mod", "leaky_relu"),
    "rounded once for each term, so that the error grows with their number": (
        *("dot", "total", "prod"),
    ),
    "the slope of power, which is there as `power by a` and `power by b`": ("power_derivative",),
}
"""Operations that are not measured, by the reason."""


def outputs(name: str, function: Function) -> Iterator[tuple[str, int]]:
    """Name the value and the derivatives of a function, and count them."""
    names = ["′"] if len(function.slopes) == 1 else [" by a", " by b"]
    yield name, 0
    for k in range(len(function.slopes)):
        yield f"{name}{names[k]}", k + 1


def labels() -> dict[str, tuple[Function, int]]:
    """Every row of the table, in its order: the function and the number of the output."""
    return {
        label: (function, output)
        for name, function in FUNCTIONS.items()
        for label, output in outputs(name, function)
    }


def line(label: str, found: Mapping[str, Worst]) -> str:
    """A row of the table."""
    cells = [f"{written(found[way][0])} | {', '.join(map(repr, found[way][1]))}" for way in WAYS]
    return f"| {label} | {' | '.join(cells)} |"


def written(error: float) -> str:
    """An error, rounded up."""
    return "inf" if math.isinf(error) else f"{math.ceil(error * 100) / 100:,.2f}"


def read_report() -> dict[str, str]:
    """The rows of the table that is there."""
    if not REPORT.exists():
        return {}
    lines = REPORT.read_text(encoding="utf-8").splitlines()
    rows = [text for text in lines if text.startswith("| ") and not text.startswith("| function")]
    return {text.split(" | ")[0][2:]: text for text in rows}


def bounds(row: str) -> dict[str, float]:
    """The largest error of each way, of a row of the table."""
    cells = [cell.strip().replace(",", "") for cell in row.strip("|").split("|")]
    return dict(zip(WAYS, map(float, cells[1::2]), strict=True))


def above_goal(row: str) -> bool:
    """Tell whether an error of a row is larger than we want it."""
    return any(error > GOAL[way] for way, error in bounds(row).items())


def settings() -> dict[str, str]:
    """What eager and compiled results depend on here, as the table says it."""
    target = host().target
    fused = "with" if target.fused else "without"
    libc = " ".join(platform.libc_ver()) or platform.system()
    return {
        "eager": f"Eager functions are those of {libc}.",
        "compiled": f"Machine code is for vectors of {target.lanes} doubles {fused} fused "
        "multiply-add.",
    }


def report(rows: Mapping[str, str]) -> str:
    """Put the table together, its rows in the order of `FUNCTIONS`."""
    many, few = COUNTS
    table = [rows[label] for label in labels() if label in rows]
    text = [
        "# The largest errors found",
        "",
        "In units in the last place of the exact result, each with the input at which it was "
        f"found among at least {many:,} (batch) and {many // SLOWER:,} (eager, one row) inputs and "
        f"those drawn beside the worst; from gamma on, where mpmath alone can tell, among {few:,}. "
        "Beside a zero of a function the last place of its result is as small as one likes, and "
        "the rounding of the input alone is many of them: where a list below says so, units are "
        "those of the larger of the result and a term of it. A derivative (′) is compiled beside "
        "its function, as in training. One row is a program of parameters alone; a call with "
        "arguments runs the code of a batch; a program in Python computes what eager does. "
        + " ".join(settings().values()),
        "",
        "Written by `python -m tests.benchmarks.accuracy`; `--functions tanh,sigmoid` measures "
        "some anew, `--sample` compares anew, in less than a minute.",
        "",
        "| function | eager | at | one row | at | batch | at |",
        "|---|---:|---|---:|---|---:|---|",
        *table,
        "",
        "## What is above the goal, and why",
        "",
        f"Wanted are {GOAL['eager']:g} units eager and {GOAL['batch']:g} compiled.",
        "",
        *(f"- {reason}: {', '.join(names)}." for reason, names in reasons(rows).items()),
        "",
        "## The larger of the result and",
        "",
        *(f"- {', '.join(names)}: {term}" for term, names in terms().items()),
        "",
        "## Not measured",
        "",
        *(f"- {reason}: {', '.join(names)}." for reason, names in EXACT.items()),
    ]
    return "\n".join(text) + "\n"


def terms() -> dict[str, list[str]]:
    """The rows whose units a term sets, by what the term is."""
    said: dict[str, list[str]] = {}
    for label, (function, output) in labels().items():
        if output in function.near_zero:
            said.setdefault(function.near_zero[output][0], []).append(label)
    return said


REASONS = {
    "the C library's own, glibc's; Python has no other": ("tanh", "acosh", "erfc"),
    "made of the C library's erfc": ("gelu", "normal_cdf"),
    "beside its value in a batch the derivative is 1 − y² or y·(1 − y), which has few digits where "
    "y is nearly 1": ("tanh′", "sigmoid′"),
    "a number below 2⁻¹⁰²², which has fewer digits the smaller it is, times a large one": (
        *("gelu′", "silu′", "mish", "mish′", "gauss′", "normal_density′"),
        *("power by a", "power by b"),
    ),
    "a step on the way overflows, or is below 2⁻¹⁰²², where the result is not": (
        *("atan2 by a", "atan2 by b", "direction_cosine by a", "direction_cosine by b"),
        *("norm by a", "norm by b", "over", "over by b", "x^-0.5′", "exp2′", "expi′"),
    ),
    "a difference of terms that are 10 to 1,000 times as large": (
        *("erfcx′", "erfcx_slope 2", "erfcx_slope 2′", "dawson 2", "dawson 2′", "ellipe 2′"),
        *("bessel_ie 1′", "bessel_ie 20′"),
    ),
    "a recurrence of a hundred steps, or the hundredth power of a rounded number": (
        *("bessel_j 100", "bessel_j 100′", "bessel_i 20", "bessel_i 20′", "bessel_ie 20"),
    ),
    "ln Σ of a sum that is nearly 1, beside a largest input that is nearly 0": ("logsumexp",),
    "an input less the result is rounded before it is an exponent": (
        *("logsumexp by a", "logsumexp by b"),
    ),
}
"""Why rows are above the goal that are not so by their many steps alone."""
STEPS = "made of some operations, each rounded to half a unit and passing on what those before lost"
SERIES = "a sum or a recurrence of 20 to 200 rounded steps"
MOST = {STEPS: 8.0, SERIES: 32.0}
"""How many units these two may explain."""


def reason(label: str, row: str) -> str:
    """Say why a row is above the goal; "" where nothing is said."""
    for said, names in REASONS.items():
        if label in names:
            return said
    kind = SERIES if labels()[label][0].slow else STEPS
    return kind if max(bounds(row).values()) <= MOST[kind] else ""


def reasons(rows: Mapping[str, str]) -> dict[str, list[str]]:
    """The rows above the goal, by the reason."""
    said: dict[str, list[str]] = {}
    for label in labels():
        if label in rows and above_goal(rows[label]):
            said.setdefault(reason(label, rows[label]), []).append(label)
    return said
