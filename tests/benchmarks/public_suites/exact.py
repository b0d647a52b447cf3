"""Functions that the suites test, by mpmath, and points inside their domains.

Read next: `teaching`, `hips`, `mygrad`, `diffrules`, `jaxs`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp

import autograd
from tests.benchmarks.public_suites.cases import check_close
from tests.benchmarks.public_suites.spelled import spelled

Point = tuple[float, ...]
WITHIN = 1e-9
ANY, UNIT, ABOVE_1 = ((0.3,), (1.7,), (-0.6,)), ((0.3,), (0.75,)), ((1.6,), (4.3,))
POSITIVE, PAIRS = ((0.3,), (1.7,), (6.5,)), ((0.3, 0.8), (1.7, 2.4))
ORDERS = ((2.0, 0.7), (2.0, 6.3))


def degrees_of(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same function of an angle in degrees."""
    return lambda x: f(x * mp.pi / 180)


def in_degrees(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same function, whose result is an angle, in degrees."""
    return lambda x: f(x) * 180 / mp.pi


def _mod(a: Any, b: Any) -> Any:
    return a - b * mp.floor(a / b)


def _rem(a: Any, b: Any) -> Any:
    return a - b * mp.sign(a / b) * mp.floor(abs(a / b))


def _dawson(x: Any) -> Any:
    return mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)


def _inverse_digamma(y: Any) -> Any:
    return mp.findroot(lambda x: mp.digamma(x) - y, 1.5)


def _trigonometric() -> dict[str, tuple[Callable[..., Any], tuple[Point, ...]]]:
    made: dict[str, tuple[Callable[..., Any], tuple[Point, ...]]] = {}
    for name in ("sin", "cos", "tan", "sec", "csc", "cot"):
        far = ABOVE_1 if name in ("sec", "csc") else ((0.3,), (0.7,))
        made[name] = getattr(mp, name), ANY
        made[name + "d"] = degrees_of(getattr(mp, name)), ((17.0,), (-300.5,))
        made["a" + name] = getattr(mp, "a" + name), far
        made[f"a{name}d"] = in_degrees(getattr(mp, "a" + name)), far
        made[name + "h"] = getattr(mp, name + "h"), ANY
        inverse = {"cos": ABOVE_1, "cot": ABOVE_1, "sin": ANY, "csc": ANY}.get(name, UNIT)
        made[f"a{name}h"] = getattr(mp, f"a{name}h"), inverse
    return made


EXACT: dict[str, tuple[Callable[..., Any], tuple[Point, ...]]] = {
    **_trigonometric(),
    "+/1": (lambda x: x, ANY),
    "-/1": (lambda x: -x, ANY),
    "+/2": (lambda x, y: x + y, PAIRS),
    "-/2": (lambda x, y: x - y, PAIRS),
    "*": (lambda x, y: x * y, PAIRS),
    "/": (lambda x, y: x / y, PAIRS),
    "\\": (lambda x, y: y / x, PAIRS),
    "^": (lambda x, y: x**y, PAIRS),
    "pow": (lambda x, y: x**y, PAIRS),
    "sqrt": (mp.sqrt, POSITIVE),
    "cbrt": (mp.cbrt, POSITIVE),
    "abs2": (lambda x: x * x, ANY),
    "inv": (lambda x: 1 / x, ANY),
    "log": (mp.log, POSITIVE),
    "log10": (mp.log10, POSITIVE),
    "log2": (lambda x: mp.log(x, 2), POSITIVE),
    "log1p": (mp.log1p, POSITIVE),
    "exp": (mp.exp, ANY),
    "exp2": (lambda x: mp.mpf(2) ** x, ANY),
    "exp10": (lambda x: mp.mpf(10) ** x, ANY),
    "expm1": (mp.expm1, ANY),
    "sinpi": (mp.sinpi, ANY),
    "cospi": (mp.cospi, ANY),
    "sinc": (mp.sincpi, ANY),
    "deg2rad": (mp.radians, ANY),
    "rad2deg": (mp.degrees, ANY),
    "mod2pi": (lambda x: _mod(x, 2 * mp.pi), ((1.0,), (7.5,), (-2.0,))),
    "rem2pi": (lambda x, r: x - 2 * mp.pi * mp.nint(x / (2 * mp.pi)), ((7.5, 0.0), (1.0, 0.0))),
    "abs": (abs, ANY),
    "max": (max, PAIRS),
    "min": (min, PAIRS),
    "mod": (_mod, ((13.4, 5.3), (-1.0, 0.7))),
    "rem": (_rem, ((13.4, 5.3), (-1.0, 0.7))),
    "atan/2": (mp.atan2, PAIRS),
    "hypot": (mp.hypot, PAIRS),
    "log/2": (lambda b, x: mp.log(x) / mp.log(b), ((1.7, 0.4), (2.2, 3.0))),
    "ldexp": (lambda x, n: mp.ldexp(x, int(n)), ((0.3, 5.0), (-1.7, -3.0))),
    "muladd": (lambda x, y, z: x * y + z, ((0.3, 0.7, 1.2),)),
    "fma": (lambda x, y, z: x * y + z, ((0.3, 0.7, 1.2),)),
    "ifelse": (lambda c, x, y: x if c else y, ((1.0, 0.7, 1.2), (0.0, 0.7, 1.2))),
    # LogExpFunctions
    "xlogx": (lambda x: x * mp.log(x), POSITIVE),
    "logistic": (mp.sigmoid if hasattr(mp, "sigmoid") else lambda x: 1 / (1 + mp.exp(-x)), ANY),
    "logit": (lambda x: mp.log(x / (1 - x)), UNIT),
    "log1psq": (lambda x: mp.log1p(x * x), ANY),
    "log1pexp": (lambda x: mp.log1p(mp.exp(x)), ANY),
    "log1mexp": (lambda x: mp.log(-mp.expm1(x)), ((-0.3,), (-2.0,))),
    "log2mexp": (lambda x: mp.log(2 - mp.exp(x)), ((-0.3,), (0.4,))),
    "logexpm1": (lambda x: mp.log(mp.expm1(x)), POSITIVE),
    "log1pmx": (lambda x: mp.log1p(x) - x, POSITIVE),
    "logmxp1": (lambda x: mp.log(x) - x + 1, ((0.6,), (1.4,), (3.0,))),
    "xlogy": (lambda x, y: x * mp.log(y), PAIRS),
    "logaddexp": (lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), PAIRS),
    "logaddexp2": (lambda x, y: mp.log(mp.mpf(2) ** x + mp.mpf(2) ** y, 2), PAIRS),
    "logsubexp": (lambda x, y: mp.log(abs(mp.exp(x) - mp.exp(y))), ((0.3, 0.8), (2.4, 1.7))),
    "xlog1py": (lambda x, y: x * mp.log1p(y), PAIRS),
    # the normal distribution and its kin
    "erf": (mp.erf, ANY),
    "erf/2": (lambda x, y: mp.erf(y) - mp.erf(x), PAIRS),
    "erfc": (mp.erfc, ANY),
    "erfinv": (mp.erfinv, ((0.3,), (-0.4,))),
    "erfcinv": (lambda y: mp.erfinv(1 - y), UNIT),
    "erfcx": (lambda x: mp.exp(x * x) * mp.erfc(x), ANY),
    "erfi": (mp.erfi, ANY),
    "logerfc": (lambda x: mp.log(mp.erfc(x)), ANY),
    "logerfcx": (lambda x: x * x + mp.log(mp.erfc(x)), ANY),
    "dawson": (_dawson, ANY),
    # the gamma function and its kin
    "gamma": (mp.gamma, ((0.3,), (1.7,), (6.5,), (-0.6,))),
    "loggamma": (mp.loggamma, POSITIVE),
    "lgamma": (mp.loggamma, POSITIVE),
    "gammaln": (mp.loggamma, POSITIVE),
    "digamma": (mp.digamma, POSITIVE),
    "psi": (mp.digamma, POSITIVE),
    "invdigamma": (_inverse_digamma, ((-0.4,), (0.6,))),
    "trigamma": (lambda x: mp.polygamma(1, x), POSITIVE),
    "polygamma": (lambda n, x: mp.polygamma(int(n), x), ORDERS),
    "beta": (mp.beta, PAIRS),
    "logbeta": (lambda a, b: mp.log(mp.beta(a, b)), PAIRS),
    "betaln": (lambda a, b: mp.log(mp.beta(a, b)), PAIRS),
    "zeta": (mp.zeta, ((2.5, 0.7), (3.0, 6.3))),
    "rgamma": (mp.rgamma, POSITIVE),
    "gammasgn": (lambda x: mp.sign(mp.gamma(x)), POSITIVE),
    "multigammaln": (
        lambda a, d: mp.log(mp.pi) / 2 + mp.loggamma(a) + mp.loggamma(a - 0.5),
        ((4.3, 2.0), (4.8, 2.0)),
    ),
    "gammainc": (lambda a, x: mp.gammainc(a, 0, x, regularized=True), ((1.0, 2.4), (3.5, 1.3))),
    "gammaincc": (lambda a, x: mp.gammainc(a, x, regularized=True), ((1.0, 2.4), (3.5, 1.3))),
    "betainc": (lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True), ((1.5, 2.4, 0.4),)),
    # Bessel's and Airy's functions
    **{f"bessel{f}{n}": (g, ((0.7,), (6.3,))) for f, g, n in (("j", mp.j0, 0), ("j", mp.j1, 1))},
    **{f"bessely{n}": (lambda x, n=n: mp.bessely(n, x), ((0.7,), (6.3,))) for n in (0, 1)},
    **{f"j{n}": (lambda x, n=n: mp.besselj(n, x), ((0.7,), (6.3,), (19.0,))) for n in (0, 1)},
    **{f"y{n}": (lambda x, n=n: mp.bessely(n, x), ((0.7,), (6.3,), (19.0,))) for n in (0, 1)},
    **{f"i{n}": (lambda x, n=n: mp.besseli(n, x), ((0.7,), (6.3,), (19.0,))) for n in (0, 1)},
    **{f"bessel{f}": (getattr(mp, f"bessel{f}"), ORDERS) for f in "jyik"},
    **{f"bessel{f}x": (getattr(mp, f"bessel{f}"), ORDERS) for f in "jy"},
    "besselix": (lambda n, x: mp.exp(-x) * mp.besseli(n, x), ORDERS),
    "besselkx": (lambda n, x: mp.exp(x) * mp.besselk(n, x), ORDERS),
    "jn": (mp.besselj, ORDERS),
    "yn": (mp.bessely, ORDERS),
    "iv": (mp.besseli, ORDERS),
    "ive": (lambda n, x: mp.exp(-x) * mp.besseli(n, x), ORDERS),
    "airyai": (mp.airyai, ANY),
    "airybi": (mp.airybi, ANY),
    "airyaiprime": (lambda x: mp.airyai(x, derivative=1), ANY),
    "airybiprime": (lambda x: mp.airybi(x, derivative=1), ANY),
    # integrals
    "sinint": (mp.si, POSITIVE),
    "cosint": (mp.ci, POSITIVE),
    "ellipk": (mp.ellipk, ((0.3,), (0.75,), (-2.0,))),
    "ellipe": (mp.ellipe, ((0.3,), (0.75,), (-2.0,))),
    "expint/1": (mp.e1, POSITIVE),
    "expint/2": (lambda n, x: mp.expint(n, x), ORDERS),
}


def check_function(name: str, arguments: int, by: tuple[int, ...]) -> None:
    """Compare value and derivatives, by the arguments `by`, with mpmath's, at each point."""
    ours = spelled(name, arguments)
    exact, points = EXACT.get(f"{name}/{arguments}") or EXACT[name]
    for point in points:
        at = f"{name}{point}"
        with mp.workdps(40):
            wanted = exact(*map(mp.mpf, point))
            check_close(at, float(ours(*point)), float(wanted), WITHIN)
            for i in by:
                x = mp.mpf(point[i])
                along = lambda t, i=i, p=point: exact(*p[:i], t, *p[i + 1 :])  # noqa: E731
                slope = float(mp.diff(along, x))
                found = autograd.grad(ours, i)(*point)
                check_close(f"the slope of {at} by argument {i}", float(found), slope, WITHIN)
