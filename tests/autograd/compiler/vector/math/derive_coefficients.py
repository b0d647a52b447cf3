"""Derive the polynomials of `autograd/compiler/vector/math` with Remez' algorithm in mpmath.

Run `python tests/autograd/compiler/vector/math/derive_coefficients.py` to write `coefficients.py`
there anew.
Each polynomial is the one whose largest weighted error is smallest (Remez 1934; see Muller,
*Elementary Functions*, 3rd edition, chapter 3), with its coefficients rounded to doubles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mpmath as mp

DIGITS = 60
SELF = "tests/autograd/compiler/vector/math/derive_coefficients.py"
OUT = Path(__file__).parents[5] / "autograd" / "compiler" / "vector" / "math" / "coefficients.py"


def polynomial(coefficients: Sequence[Any], x: Any) -> Any:
    """c₀ + c₁x + c₂x² + …, by Horner's rule."""
    value = mp.mpf(0)
    for coefficient in reversed(coefficients):
        value = value * x + coefficient
    return value


def remez(f: Callable, weight: Callable, low, high, degree: int) -> tuple[list, mp.mpf]:
    """The polynomial p of a degree that minimises max |weight · (p - f)|, and that maximum."""
    n = degree + 2
    middle, half = (low + high) / 2, (high - low) / 2
    nodes = [middle - half * mp.cos(mp.pi * k / (n - 1)) for k in range(n)]
    grid = [middle - half * mp.cos(mp.pi * (k + mp.mpf(1) / 2) / (24 * n)) for k in range(24 * n)]
    samples = [(x, f(x), weight(x)) for x in grid]
    for _ in range(12):
        system = mp.matrix(n, n)
        right = mp.matrix(n, 1)
        for row, x in enumerate(nodes):
            for k in range(degree + 1):
                system[row, k] = x**k
            system[row, degree + 1] = (-1) ** row / weight(x)
            right[row] = f(x)
        solution = mp.lu_solve(system, right)
        coefficients = [solution[k] for k in range(degree + 1)]
        level = abs(solution[degree + 1])
        errors = [w * (polynomial(coefficients, x) - y) for x, y, w in samples]
        extremes = alternating_extremes(grid, errors)
        if len(extremes) < n:
            break
        while len(extremes) > n:
            drop = 0 if abs(extremes[0][1]) < abs(extremes[-1][1]) else -1
            extremes.pop(drop)
        nodes = [x for x, _ in extremes]
        if max(map(abs, errors)) < level * mp.mpf("1.01"):
            break
    return coefficients, max(map(abs, errors))


def alternating_extremes(grid: list, errors: list) -> list:
    """The largest error of each run of equal sign."""
    extremes = []
    for x, e in zip(grid, errors, strict=True):
        if extremes and (extremes[-1][1] > 0) == (e > 0):
            if abs(e) > abs(extremes[-1][1]):
                extremes[-1] = (x, e)
        else:
            extremes.append((x, e))
    return extremes


@dataclass(frozen=True)
class Fit:
    """A polynomial to be derived: its function, the weight of its error, interval and degree."""

    name: str
    says: str
    f: Callable
    weight: Callable
    low: object
    high: object
    degree: int


def safe(f: Callable, at_zero) -> Callable:
    """The function with its removable singularity at 0 filled in."""

    def filled(x):
        return mp.mpf(at_zero) if abs(x) < mp.mpf(10) ** -18 else f(x)

    return filled


def root(f: Callable) -> Callable:
    """The function of z = x² that f is of x."""
    return lambda z: f(mp.sqrt(z))


def scaled_erfc(t):
    """(1 + 2a) exp(a²) erfc(a) at a = 2 (1 + t) / (1 - t)."""
    a = 4 * (1 + t) / (1 - t)
    return (1 + 2 * a) * mp.exp(a * a) * mp.erfc(a)


def erfc_variable(a):
    """t = (a - 4) / (a + 4)."""
    return (a - 4) / (a + 4)


def fits() -> tuple[Fit, ...]:
    """The polynomials, their intervals in the digits of the moment."""
    half_ln2 = mp.log(2) / 2 * mp.mpf("1.001")
    log_s = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mp.mpf("1.001")
    quarter_pi = mp.pi / 4 * mp.mpf("1.0001")
    erfc_slope = mp.diff(scaled_erfc, 0)
    return (
        Fit(
            "EXP",
            "(exp(r) - 1 - r) / r² for |r| ≤ ln2 / 2",
            safe(lambda r: (mp.exp(r) - 1 - r) / r**2, 0.5),
            lambda r: abs(r) + mp.mpf(10) ** -12,
            -half_ln2,
            half_ln2,
            10,
        ),
        Fit(
            "TANH",
            "(exp(2h) - 1 - 2h) / 2h² for |2h| ≤ ln2 / 2",
            safe(lambda h: (mp.exp(2 * h) - 1 - 2 * h) / (2 * h**2), 1.0),
            lambda h: (abs(h) + mp.mpf(10) ** -12) * mp.exp(-2 * h),
            -half_ln2 / 2,
            half_ln2 / 2,
            9,
        ),
        Fit(
            "LOG",
            "(log((1 + s) / (1 - s)) / s - 2) / z for z = s², |s| ≤ (√2 - 1) / (√2 + 1)",
            safe(root(lambda s: (mp.log((1 + s) / (1 - s)) / s - 2) / s**2), mp.mpf(2) / 3),
            lambda z: z + mp.mpf(10) ** -12,
            mp.mpf(0),
            log_s,
            6,
        ),
        Fit(
            "LOG_TAIL",
            "((atanh(s) / s - 1) / z - 1/3) / z for z = s², the same s",
            safe(root(lambda s: ((mp.atanh(s) / s - 1) / s**2 - mp.mpf(1) / 3) / s**2), 0.2),
            lambda z: z**2 + mp.mpf(10) ** -12,
            mp.mpf(0),
            log_s,
            6,
        ),
        Fit(
            "SIN",
            "(sin(r) / r - 1) / z for z = r², |r| ≤ π/4",
            safe(root(lambda r: (mp.sin(r) / r - 1) / r**2), mp.mpf(-1) / 6),
            lambda z: z + mp.mpf(10) ** -12,
            mp.mpf(0),
            quarter_pi**2,
            5,
        ),
        Fit(
            "COS",
            "(cos(r) - 1 + z/2) / z² for z = r², |r| ≤ π/4",
            safe(root(lambda r: (mp.cos(r) - 1 + r**2 / 2) / r**4), mp.mpf(1) / 24),
            lambda z: z**2 + mp.mpf(10) ** -12,
            mp.mpf(0),
            quarter_pi**2,
            5,
        ),
        Fit(
            "ATAN",
            "(atan(t) / t - 1) / z for z = t², |t| ≤ 7/16",
            safe(root(lambda t: (mp.atan(t) / t - 1) / t**2), mp.mpf(-1) / 3),
            lambda z: z + mp.mpf(10) ** -12,
            mp.mpf(0),
            mp.mpf("0.1915"),
            11,
        ),
        Fit(
            "ASIN",
            "(asin(x) / x - 1) / z for z = x², |x| ≤ 1/2",
            safe(root(lambda x: (mp.asin(x) / x - 1) / x**2), mp.mpf(1) / 6),
            lambda z: z + mp.mpf(10) ** -12,
            mp.mpf(0),
            mp.mpf("0.25"),
            12,
        ),
        Fit(
            "SINH",
            "(sinh(x) / x - 1) / z for z = x², |x| ≤ 1",
            safe(root(lambda x: (mp.sinh(x) / x - 1) / x**2), mp.mpf(1) / 6),
            lambda z: z + mp.mpf(10) ** -12,
            mp.mpf(0),
            mp.mpf(1),
            6,
        ),
        Fit(
            "ERF",
            "erf(x) / x - 2/√π over z for z = x², |x| ≤ 1",
            safe(
                root(lambda x: (mp.erf(x) / x - 2 / mp.sqrt(mp.pi)) / x**2), -2 / mp.sqrt(mp.pi) / 3
            ),
            lambda z: z + mp.mpf(10) ** -12,
            mp.mpf(0),
            mp.mpf(1),
            10,
        ),
        Fit(
            "ERFC",
            "(f(t) - f(0)) / t, f = (1 + 2a) exp(a²) erfc(a), t = (a - 4) / (a + 4), a ≥ ½",
            safe(lambda t: (scaled_erfc(t) - scaled_erfc(mp.mpf(0))) / t, erfc_slope),
            lambda t: abs(t) + mp.mpf(10) ** -12,
            erfc_variable(mp.mpf("0.5")),
            erfc_variable(mp.mpf(28)),
            21,
        ),
    )


def two_over_pi_words() -> list[int]:
    """The bits of 2/π in words of 64, after one word of zeros."""
    with mp.workprec(1500):
        words = int(mp.floor(2 / mp.pi * mp.mpf(2) ** (64 * 20)))
    return [0] + [words >> (64 * (19 - k)) & (2**64 - 1) for k in range(20)]


def split(x, bits: tuple[int, ...]) -> list[float]:
    """A number as a sum of doubles of which each but the last has so many bits."""
    parts = []
    for count in bits:
        exponent = int(mp.floor(mp.log(abs(x), 2)))
        unit = mp.mpf(2) ** (exponent + 1 - count)
        part = mp.floor(x / unit) * unit if count < 53 else mp.mpf(float(x))
        parts.append(float(part))
        x -= part
    return parts


def assignment(name: str, numbers: list[str]) -> list[str]:
    """The lines of Python that give numbers a name, four of them in a line."""
    rows = [numbers[k : k + 4] for k in range(0, len(numbers), 4)]
    return [f"{name} = (", *(f"    {', '.join(row)}," for row in rows), ")"]


def constants() -> dict[str, list[float]]:
    """Constants as sums of doubles, by name."""
    steps = [mp.atan(mp.mpf(c)) for c in (0.5, 1.0, 1.5)]
    return {
        "LN2": split(mp.log(2), (32, 53)),
        "HALF_PI": split(mp.pi / 2, (33, 33, 33, 53)),
        "HALF_PI_SUM": split(mp.pi / 2, (53, 53)),
        "PI_SUM": split(mp.pi, (53, 53)),
        "THIRD_SUM": split(mp.mpf(1) / 3, (53, 53)),
        "TWO_OVER_ROOT_PI": split(2 / mp.sqrt(mp.pi), (53, 53)),
        "ERFC_FIRST": split(scaled_erfc(mp.mpf(0)), (53, 53)),
        "LOG2_E": split(1 / mp.log(2), (53,)),
        "TWO_OVER_PI": split(2 / mp.pi, (53,)),
        "ROOT_HALF": split(mp.sqrt(mp.mpf(1) / 2), (53, 53)),
        "ATAN_STEPS_HIGH": [float(step) for step in steps],
        "ATAN_STEPS_LOW": [float(step - mp.mpf(float(step))) for step in steps],
    }


def fitted(fit: Fit) -> list[str]:
    """The lines with the coefficients of a polynomial, and how good it is."""
    coefficients, error = remez(fit.f, fit.weight, fit.low, fit.high, fit.degree)
    says = f"# {fit.says}; error {mp.nstr(error, 2)}"
    return [says, *assignment(fit.name, [repr(float(c)) for c in coefficients]), ""]


def whole_file() -> str:
    """What `coefficients.py` is."""
    with mp.workdps(DIGITS):
        lines = [
            '"""Polynomial coefficients of the vector math, lowest power first.',
            "",
            f"Written by {SELF}, which says how; not by hand.",
            '"""',
            "",
            "# fmt: off",
            "",
        ]
        for fit in fits():
            lines += fitted(fit)
        lines.append("# Constants as sums of doubles; short ones leave room for an exact product.")
        for name, doubles in constants().items():
            text = ", ".join(map(repr, doubles)) + ("," if len(doubles) == 1 else "")
            lines.append(f"{name} = ({text})")
        lines += ["", "# The bits of 2/π in words of 64, after one word of zeros."]
        words = [f"0x{word:016X}" for word in two_over_pi_words()]
        lines += assignment("TWO_OVER_PI_BITS", words)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    OUT.write_text(whole_file(), encoding="utf-8")
