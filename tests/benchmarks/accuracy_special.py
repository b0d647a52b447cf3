"""More functions for `accuracy`: those that mpmath alone knows, so with fewer inputs.

Read next: `accuracy_search`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath as mp

from tests.benchmarks.accuracy_functions import LEAST, UNIT, Formula, Function

BITS = 200
"""How long mpmath's numbers are here: enough where terms of 10³⁰ make a number of 1."""
FAR = 1e30

# -------------------------------------------------------------------- formulas of more than a line


def erfcx(x: Any) -> Any:
    """e^(x²)·erfc x."""
    return mp.exp(x * x) * mp.erfc(x)


def erfcx_slope(x: Any, n: int) -> Any:
    """Its n-th derivative, by 2x·f⁽ⁿ⁻¹⁾ + 2(n − 1)·f⁽ⁿ⁻²⁾."""
    before, y = erfcx(x), 2 * x * erfcx(x) - 2 / mp.sqrt(mp.pi)
    for k in range(1, n):
        before, y = y, 2 * x * y + 2 * k * before
    return y


def inverse_erf(x: Any) -> Any:
    """By Newton's steps; mpmath's own is right to 15 digits only near the ends."""
    z = mp.erfinv(x)
    for _ in range(4):
        z -= (mp.erf(z) - x) * mp.sqrt(mp.pi) / 2 * mp.exp(z * z)
    return z


def inverse_erfc(x: Any) -> Any:
    """By Newton's steps for ln erfc z, from a start that is right for small x."""
    if x > 1e-3:
        return inverse_erf(1 - x)
    z = mp.sqrt(-mp.log(x))
    for _ in range(9):
        z += (mp.log(mp.erfc(z)) - mp.log(x)) * mp.sqrt(mp.pi) / 2 * erfcx(z)
    return z


def sinc_slope(x: Any, n: int) -> Any:
    """The n-th derivative of sin πx / πx; near 0 by its series."""
    if abs(x) < 1e-3:
        return mp.fsum(
            (-1) ** k * mp.pi ** (2 * k) * mp.ff(2 * k, n) / mp.factorial(2 * k + 1)
            * x ** (2 * k - n)
            for k in range((n + 1) // 2, 12)
        )  # fmt: skip
    first = (mp.cospi(x) - mp.sincpi(x)) / x
    second = (-mp.pi * mp.sinpi(x) - 2 * first) / x
    third = (-(mp.pi**2) * mp.cospi(x) - 3 * second) / x
    return (mp.sincpi(x), first, second, third)[n]


def log_gamma(x: Any) -> Any:
    """ln |Γ(x)|."""
    if x > 0:
        return mp.loggamma(x)
    return mp.log(mp.pi / abs(mp.sinpi(x))) - mp.loggamma(1 - x)


def log_beta(a: Any, b: Any) -> Any:
    """ln B(a, b)."""
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def gamma_density(x: Any, a: float) -> Any:
    """xᵃ⁻¹·e⁻ˣ/Γ(a)."""
    return mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a))


def dawson(x: Any, n: int) -> Any:
    """The n-th derivative of Dawson's integral; far out that of its series."""
    if abs(x) > 100:
        return mp.fsum(
            (-1) ** n * mp.fac2(2 * k - 1) / mp.mpf(2) ** (k + 1) * mp.rf(2 * k + 1, n)
            / x ** (2 * k + 1 + n)
            for k in range(20)
        )  # fmt: skip
    before, y = mp.mpf(0), mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)
    for k in range(n):
        before, y = y, (1 if not k else 0) - 2 * x * y - 2 * k * before
    return y


def log_normal(x: Any) -> Any:
    """ln Φ(x)."""
    tail = mp.erfc(abs(x) / mp.sqrt(2)) / 2
    return mp.log1p(-tail) if x > 0 else mp.log(tail)


def mills(x: Any) -> Any:
    """φ/Φ."""
    return mp.exp(-x * x / 2 - log_normal(x)) / mp.sqrt(2 * mp.pi)


def elliptic(m: Any, second: int, n: int) -> Any:
    """The n-th derivative of K or E, π/2·F(∓½, ½; 1; m)."""
    a = mp.mpf(-1 if second else 1) / 2
    factor = mp.pi / 2 * mp.rf(a, n) * mp.rf(mp.mpf(1) / 2, n) / mp.factorial(n)
    return factor * mp.hyp2f1(a + n, mp.mpf(1) / 2 + n, 1 + n, m)


def bessel_j(n: int, x: Any) -> Any:
    """Jₙ(x), also for n = −1."""
    return mp.besselj(n, x) if n >= 0 else -mp.besselj(-n, x)


def bessel_y(n: int, x: Any) -> Any:
    """Yₙ(x), also for n = −1."""
    return mp.bessely(n, x) if n >= 0 else -mp.bessely(-n, x)


def bessel_k(n: int, x: Any) -> Any:
    """Kₙ(x) from K₀ and K₁: by the trapezoidal rule for ∫ e^(−x·cosh t)·cosh nt dt, or near 0.

    mpmath's own takes tens of milliseconds.
    """
    if x < 1e-9:  # but for parts of x⁴
        log = mp.log(x / 2) + mp.euler
        k0, k1 = -log * (1 + x * x / 4) + x * x / 4, 1 / x + x / 2 * (log - 0.5)
    else:
        end = mp.acosh(1 + 100 / x)
        many = max(40, int(9 * end) + 1)
        h = end / many
        nodes = [mp.cosh(i * h) for i in range(1, many + 1)]
        weights = [mp.exp(x * (1 - c)) for c in nodes]
        scale = h * mp.exp(-x)
        k0 = scale * (0.5 + mp.fsum(weights))
        k1 = scale * (0.5 + mp.fdot(weights, nodes))
    n = abs(n)
    for k in range(1, n):
        k0, k1 = k1, 2 * k / x * k1 + k0
    return k1 if n else k0


def scaled_i(x: Any, n: int, k: int) -> Any:
    """The k-th derivative of e^−|x|·Iₙ(x), for x ≥ 0."""
    terms = (
        mp.binomial(k, j) * (-1) ** (k - j) * mp.binomial(j, i) / 2**j
        * mp.besseli(abs(n - j + 2 * i), x)
        for j in range(k + 1) for i in range(j + 1)
    )  # fmt: skip
    return mp.exp(-x) * mp.fsum(terms)


def wave(x: Any) -> Any:
    """The size of the waves of J and Y, for x not near 0."""
    return mp.sqrt(2 / (mp.pi * abs(x))) if abs(x) > 1 else mp.mpf(0)


# ---------------------------------------------------------------- rows of functions of one argument

Slope = Callable[[Any], Any]
Term = tuple[str, Slope]


def row(
    value: Slope,
    slope: Slope,
    domain: Sequence[tuple[float, float]],
    limits: tuple[float, float],
    switches: Sequence[float] = (),
    member: tuple[Any, ...] = (),
    bits: int = BITS,
    term: Term | None = None,
    slope_term: Term | None = None,
) -> Function:
    """Make a function of one argument whose formulas are mpmath's alone."""
    terms: dict[int, tuple[str, Formula]] = {
        output: (given[0], lambda m, x, size=given[1]: mp.mpf(size(x)))
        for output, given in enumerate((term, slope_term))
        if given
    }
    return Function(
        lambda m, x: value(x), [lambda m, x: slope(x)], domain, limits, switches,
        near_zero=terms, row=member, slow=True, bits=bits,
    )  # fmt: skip


def within(low: float, high: float, size: float = 1.0) -> Term:
    """The term of functions that cross 0: a size, between two numbers."""
    ends = f"{'−' * (low < 0)}{abs(low):g} < x < {high:g}"
    return f"{size:g} for {ends}", lambda x: size if low < x < high else 0.0


WAVE = ("√(2/πx) for x > 1", wave)
BELOW_0 = ("1 for x < 0", lambda x: 1.0 if x < 0 else 0.0)


def _j(n: int) -> Function:
    return row(
        lambda x: bessel_j(n, x), lambda x: (bessel_j(n - 1, x) - bessel_j(n + 1, x)) / 2,
        ((-3.0, 3.0), (0.0, 30.0), (0.0, 3.0 * n + 60.0)), (-FAR, FAR),
        (2.0 * (n + 1.0) ** 0.5, max(25.0, float(n)), 25.0, 2.404825557695773, 3.8317059702075125),
        ("bessel_j", float(n)), 320, term=WAVE, slope_term=WAVE,
    )  # fmt: skip


def _y(n: int) -> Function:
    return row(
        lambda x: bessel_y(n, x), lambda x: (bessel_y(n - 1, x) - bessel_y(n + 1, x)) / 2,
        ((0.0, 3.0), (0.0, 30.0), (0.0, 3.0 * n + 60.0)), (LEAST, 1e9),
        (2.0, 25.0, 0.8935769662791675), ("bessel_y", float(n)), 140,
        term=("√(2/πx) for x > 0.5", lambda x: mp.sqrt(2 / (mp.pi * x)) if x > 0.5 else 0),
        slope_term=WAVE,
    )  # fmt: skip


def _i(n: int) -> Function:
    return row(
        lambda x: mp.besseli(n, x),
        lambda x: (mp.besseli(abs(n - 1), x) + mp.besseli(n + 1, x)) / 2,
        ((-3.0, 3.0), (0.0, 30.0), (0.0, 712.0)), (-712.0, 712.0),
        (20.0, max(20.0, 0.5 * n * n)), ("bessel_i", float(n)),
    )  # fmt: skip


def _scaled_i(n: int, k: int) -> Function:
    return row(
        lambda x: scaled_i(x, n, k), lambda x: scaled_i(x, n, k + 1),
        ((0.0, 3.0), (0.0, 30.0), (0.0, 700.0)), (LEAST, 1e8), (20.0,),
        ("bessel_ie", float(n), float(k)),
        slope_term=within(0.0, 8.0, 0.1), **({"term": within(0.0, 8.0, 0.1)} if k else {}),
    )  # fmt: skip


def _k(n: int) -> Function:
    return row(
        lambda x: bessel_k(n, x), lambda x: -(bessel_k(n - 1, x) + bessel_k(n + 1, x)) / 2,
        ((0.0, 3.0), (0.0, 30.0), (0.0, 700.0)), (LEAST, 1e4), (1.0,), ("bessel_k", float(n)), 130,
    )  # fmt: skip


def _incomplete(a: float, upper: bool) -> Function:
    sign = -1 if upper else 1
    part: Slope = (
        (lambda x: mp.gammainc(a, x, regularized=True))
        if upper
        else (lambda x: mp.gammainc(a, 0, x, regularized=True))
    )
    return row(
        part, lambda x: sign * gamma_density(x, a), ((0.0, 2.0 * a), (0.0, 4.0 * a + 30.0)),
        (LEAST, 1e4), (a, a + 1.0, 1.0, 1e-290), ("gammainc", a, float(upper)),
    )  # fmt: skip


def _density(a: float) -> Function:
    return row(
        lambda x: gamma_density(x, a), lambda x: gamma_density(x, a) * ((a - 1) / x - 1),
        ((0.0, 2.0 * a), (0.0, 4.0 * a + 30.0)), (LEAST, 1e4), (a,), ("gamma_density", a),
        slope_term=("the density", lambda x: gamma_density(x, a)),
    )  # fmt: skip


def _expn(n: int) -> Function:
    return row(
        lambda x: mp.expint(n, x),
        lambda x: -mp.expint(n - 1, x) if n else -mp.exp(-x) / x * (1 + 1 / x),
        ((0.0, 3.0), (0.0, 700.0)), (LEAST, 750.0), (1.0,), ("expn", float(n)),
    )  # fmt: skip


def _elliptic(second: int, n: int) -> Function:
    return row(
        lambda m: elliptic(m, second, n), lambda m: elliptic(m, second, n + 1),
        (UNIT, (0.9, 1.0), (-100.0, 1.0)), (-1e6, 0.9999999999999999), (0.5, 1.0),
        ("elliptic", float(second), float(n)),
    )  # fmt: skip


def _dawson(n: int) -> Function:
    near = {} if not n else {"term": within(-3.0, 3.0)}
    return row(
        lambda x: dawson(x, n), lambda x: dawson(x, n + 1), (UNIT, (-10.0, 10.0)), (-1e30, 1e30),
        (0.25, 0.5, 7.0), ("dawson", float(n)), 320, slope_term=within(-3.0, 3.0), **near,
    )  # fmt: skip


def _sinc(n: int) -> Function:
    ends = ((n + 2.0) / 3.141592653589793, (n + 3.0) / 3.141592653589793)
    size = lambda x: min(mp.mpf(3), 1 / abs(x)) * 3**n if abs(x) > 0.2 else 0  # noqa: E731
    near = {} if not n else {"term": (f"3^{n}/|x| for |x| > 0.2", size)}
    return row(
        lambda x: sinc_slope(x, n), lambda x: sinc_slope(x, n + 1), (UNIT, (-10.0, 10.0)),
        (-FAR, FAR), (1.0, 2.0, 0.5, *ends), ("sinc_slope", float(n)) if n else (), 320,
        slope_term=(f"3^{n + 1}/|x| for |x| > 0.2", lambda x: 3 * size(x)), **near,
    )  # fmt: skip


def _polygamma(n: int) -> Function:
    terms = [
        (f"{size:g} for x < 0", lambda x, size=size: size if x < 0 else 0.0)
        for size in (float(mp.factorial(k)) * 2.0 ** (k + 1) for k in (n, n + 1))
    ]
    return row(
        lambda x: mp.psi(n, x), lambda x: mp.psi(n + 1, x),
        ((0.0, 3.0), (-20.0, 0.0), (0.0, 100.0)), (-1e4, 1e100), (1.0, 2.0),
        ("polygamma", float(n)), term=terms[0], slope_term=terms[1],
    )  # fmt: skip


def _zeta(s: float) -> Function:
    return row(
        lambda x: mp.zeta(s, x), lambda x: -s * mp.zeta(s + 1, x), ((0.0, 3.0), (0.0, 100.0)),
        (1e-100, 1e6), (1.0,), ("zeta", s), 240,
    )  # fmt: skip


SPECIAL = {
    "gamma": row(
        mp.gamma, lambda x: mp.gamma(x) * mp.digamma(x),
        ((0.0, 3.0), (-20.0, 0.0), (0.0, 30.0), (-180.0, 172.0)), (-190.0, 172.0),
        (20.0, 1.5, 2.5, 171.6, *map(float, range(1, 9))),
        slope_term=("Γ(x)", lambda x: mp.gamma(x)),
    ),
    "lgamma": row(
        log_gamma, mp.digamma, ((0.0, 3.0), (-20.0, 0.0), (0.0, 30.0)), (-1e4, 2.5e305),
        (8.0, 0.5, 1.0, 1.5, 2.0, 2.5), term=BELOW_0,
        slope_term=("1 for x < 2", lambda x: 1.0 if x < 2 else 0.0),
    ),
    "digamma": row(
        mp.digamma, lambda x: mp.psi(1, x), ((0.0, 3.0), (-20.0, 0.0), (0.0, 30.0)), (-1e4, 1e300),
        (1.0, 1.4616321449683622, 2.0),
        term=("1 for x < 2", lambda x: 1.0 if x < 2 else 0.0),
    ),
    **{f"polygamma {n}": _polygamma(n) for n in (1, 2, 5)},
    "betaln": Function(
        lambda m, a, b: log_beta(a, b),
        [
            lambda m, a, b: mp.digamma(a) - mp.digamma(a + b),
            lambda m, a, b: mp.digamma(b) - mp.digamma(a + b),
        ],
        ((0.0, 3.0), (0.0, 20.0), (0.0, 1e3)), (1e-30, 1e30), (8.0, 1.0, 2.0),
        ((0.0, 3.0), (0.0, 20.0), (0.0, 1e3)), (1e-30, 1e30), slow=True, bits=320,
        near_zero={0: ("1 for a and b > 0.1", lambda m, a, b: mp.mpf(min(a, b) > 0.1))},
    ),
    **{f"zeta {s:g}": _zeta(s) for s in (1.5, 2.0, 10.0)},
    **{f"gamma_density {a:g}": _density(a) for a in (0.5, 2.5, 100.0, 500.0)},
    **{f"gammainc {a:g}": _incomplete(a, False) for a in (0.5, 2.5, 20.0, 100.0, 500.0)},
    **{f"gammaincc {a:g}": _incomplete(a, True) for a in (0.5, 2.5, 20.0, 100.0, 500.0)},
    "erfinv": row(
        inverse_erf, lambda x: mp.sqrt(mp.pi) / 2 * mp.exp(inverse_erf(x) ** 2), (UNIT,),
        (-0.9999999999999999, 0.9999999999999999), (0.25, 1.0),
    ),
    "erfcinv": row(
        inverse_erfc, lambda x: -mp.sqrt(mp.pi) / 2 * mp.exp(inverse_erfc(x) ** 2),
        ((0.0, 2.0), (0.9, 1.1)), (LEAST, 1.9999999999999998), (1.0, 0.75, 1e-290),
    ),
    "erfcx": row(
        erfcx, lambda x: erfcx_slope(x, 1), ((-26.0, 26.0), (-1.0, 3.0), (0.0, 100.0)),
        (-26.6, 1e20), (25.0, 1.5, -26.6), bits=400,
    ),
    "erfcx_slope 2": row(
        lambda x: erfcx_slope(x, 2), lambda x: erfcx_slope(x, 3),
        ((-26.0, 26.0), (-1.0, 3.0), (0.0, 100.0)), (-26.6, 1e12), (25.0, 1.5, -26.6),
        ("erfcx_slope", 2.0), 400,
    ),
    "erfi": row(
        mp.erfi, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(x * x), (UNIT, (-27.0, 27.0)),
        (-27.0, 27.0), (0.25, 0.5, 7.0, 26.6),
    ),
    "log_ndtr": row(
        log_normal, mills, (UNIT, (-9.0, 9.0), (-60.0, 10.0)), (-1e30, 38.0),
        (-1.0, 0.0, -50.0, 7.0), bits=400,
    ),
    "dawson": _dawson(0),
    "dawson 2": _dawson(2),
    "sinc": _sinc(0),
    "sinc_slope 2": _sinc(2),
    "expi": row(
        mp.ei, lambda x: mp.exp(x) / x, ((-3.0, 3.0), (-50.0, 50.0), (-710.0, 716.0)),
        (-740.0, 716.0), (-1.0, 40.0, 0.37250741078136663), term=within(0.2, 0.6),
    ),
    **{f"expn {n}": _expn(n) for n in (0, 1, 3, 20)},
    "sinint": row(
        mp.si, mp.sinc, ((-4.0, 4.0), (-40.0, 40.0)), (-FAR, FAR), (4.0, 1.0), bits=320,
    ),
    "cosint": row(
        mp.ci, lambda x: mp.cos(x) / x, ((0.0, 4.0), (0.0, 40.0)), (LEAST, FAR),
        (4.0, 0.6165054856207162), bits=320,
        term=("1/x for x > 0.4", lambda x: 1 / x if x > 0.4 else 0),
    ),
    **{f"ellipk{n}": _elliptic(0, int(n or 0)) for n in ("", " 2")},
    **{f"ellipe{n}": _elliptic(1, int(n or 0)) for n in ("", " 2")},
    **{f"bessel_j {n}": _j(n) for n in (0, 1, 3, 20, 100)},
    **{f"bessel_y {n}": _y(n) for n in (0, 1, 3, 20)},
    **{f"bessel_i {n}": _i(n) for n in (0, 1, 3, 20)},
    **{f"bessel_ie {n}": _scaled_i(n, 0) for n in (0, 1, 20)},
    "bessel_ie 0 2": _scaled_i(0, 2),
    **{f"bessel_k {n}": _k(n) for n in (0, 1, 3, 20)},
}  # fmt: skip
"""By their name in the operation table and, in a family, what chooses the member.

A number after those that the function takes is the order of
a derivative: `ellipk 2` is K″, `bessel_ie 0 2` the second derivative of e⁻ˣ·I₀.
"""
