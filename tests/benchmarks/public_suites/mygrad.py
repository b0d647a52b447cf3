"""MyGrad's tests of its ufuncs: their list, and the domains from which they draw numbers.

The file `tests/ufuncs/test_fwd_prop_and_backprop.py` is executed; what its two tests check of an
array is checked of numbers: the value is NumPy's, through our function and through NumPy's on
Values, and the derivatives are mpmath's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mpmath as mp
import numpy as np

import autograd
from tests.benchmarks.public_suites.cases import Case, check_close, execute, module
from tests.benchmarks.public_suites.spelled import spelled

SUITE = "MyGrad"
_EXACT = {
    **{name: getattr(mp, name[3:] if name[:3] == "arc" else name) for name in ("cos", "cosh")},
    **{f"arc{f}": getattr(mp, f"a{f}") for f in ("cos", "cosh", "sin", "sinh", "tan", "tanh")},
    **{f: getattr(mp, f) for f in ("cbrt", "exp", "expm1", "log", "log10", "log1p", "sqrt")},
    **{f: getattr(mp, f) for f in ("sin", "sinh", "tan", "tanh")},
    "abs": abs,
    "absolute": abs,
    "arctan2": mp.atan2,
    "exp2": lambda x: mp.mpf(2) ** x,
    "log2": lambda x: mp.log(x, 2),
    "negative": lambda x: -x,
    "positive": lambda x: x,
    "reciprocal": lambda x: 1 / x,
    "square": lambda x: x * x,
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "maximum": max,
    "divide": lambda x, y: x / y,
    "true_divide": lambda x, y: x / y,
    "minimum": min,
    "power": lambda x, y: x**y,
    "logaddexp": lambda x, y: max(x, y) + mp.log1p(mp.exp(-abs(x - y))),
    "logaddexp2": lambda x, y: max(x, y) + mp.log1p(mp.mpf(2) ** -abs(x - y)) / mp.log(2),
}
_EXAMPLES = 60


class _Ufunc:
    """A name of MyGrad's."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.inputs = getattr(np, name).nin


class _Names(dict[str, Any]):
    def __missing__(self, name: str) -> _Ufunc:
        self[name] = _Ufunc(name)
        return self[name]


class _MyGrad(type(module("m"))):  # type: ignore[misc]
    """A stand-in for MyGrad, in which every name is a ufunc."""

    def __init__(self) -> None:
        super().__init__("mygrad")
        self.ufuncs = module("mygrad.ufuncs", MyGradBinaryUfunc=_Ufunc, MyGradUnaryUfunc=_Ufunc)
        self._names = _Names()

    def __getattr__(self, name: str) -> _Ufunc:
        return self._names[name]  # type: ignore[no-any-return]


def _check(name: str, inputs: int, domains: Any, backward: bool) -> None:
    """Draw numbers as MyGrad's test does, and check the value, or the derivatives."""
    from hypothesis import given, settings
    from hypothesis import strategies as st

    every = st.floats(-1e9, 1e9)
    drawn = st.tuples(*((domains or {}).get(i, every) for i in range(inputs)))
    function = spelled(name, inputs)

    @settings(max_examples=_EXAMPLES, derandomize=True, deadline=None, database=None)
    @given(drawn)
    def check(point: tuple[float, ...]) -> None:
        _check_slopes(name, function, point) if backward else _check_value(name, function, point)

    check()


def _check_value(name: str, function: Callable[..., Any], point: tuple[float, ...]) -> None:
    with np.errstate(all="ignore"):
        wanted = float(getattr(np, name)(*map(np.float64, point)))
        if math.isfinite(wanted):
            by_numpy = getattr(np, name)(*map(autograd.Value, point))
    if not math.isfinite(wanted):
        return  # beyond the floats ours is an error in words, as is documented
    check_close(f"{name}{point}", float(function(*point)), wanted, 1e-7)
    check_close(f"np.{name}{point}", by_numpy.data, wanted, 1e-7)


def _check_slopes(name: str, function: Callable[..., Any], point: tuple[float, ...]) -> None:
    if name in ("abs", "absolute", "maximum", "minimum") and len({*point, 0.0}) < len(point) + 1:
        return  # MyGrad excludes these, as differences at a kink are neither side's slope
    for i in range(len(point)):
        with mp.workdps(400):
            exact = [mp.mpf(p) for p in point]
            h = mp.mpf(10) ** -20 * (abs(exact[i]) or 1)
            ends = [_EXACT[name](*exact[:i], exact[i] + k * h, *exact[i + 1 :]) for k in (1, -1)]
            wanted = mp.re(ends[0] - ends[1]) / (2 * h)
        if abs(wanted) < 1e300:
            found = float(autograd.grad(function, i)(*point))
            check_close(f"the slope of {name}{point} by {i}", found, float(wanted), 1e-7)


def _checked(*arguments: Any) -> Callable[[], None]:
    return lambda: _check(*arguments)


def cases(folder: Path) -> Iterator[Case]:
    """Two cases for each ufunc: forward and backward; and what MyGrad tests apart."""
    apart: list[dict[str, Any]] = []

    def factory(**options: Any) -> Callable[[Any], Any]:
        return lambda test: apart.append(options | {"name": test.__name__}) or test

    mg = _MyGrad()
    stand_ins = {
        "mygrad": mg,
        "mygrad.ufuncs": mg.ufuncs,
        "tests.custom_strategies": module("custom_strategies", populates_ufunc=None),
        "tests.utils.numerical_gradient": module("numerical", numerical_gradient=None),
        "tests.wrappers.uber": module("uber", backprop_test_factory=factory),
    }
    path = folder / "MyGrad/tests/ufuncs/test_fwd_prop_and_backprop.py"
    names = execute(path, stand_ins)
    for ufunc in names["ufuncs"]:
        domains = names["FWD_DOMAINS"][ufunc]
        run = _checked(ufunc.name, ufunc.inputs, domains, False)
        yield Case(SUITE, f"test_ufunc_fwd[{ufunc.name}]", run)
    for ufunc in names["ufuncs"]:
        if ufunc not in names["DOES_NOT_SUPPORT_COMPLEX_DOMAIN"]:
            domains = names["BKWD_DOMAINS"][ufunc]
            run = _checked(ufunc.name, ufunc.inputs, domains, True)
            yield Case(SUITE, f"test_ufunc_bkwd[{ufunc.name}]", run)
    for options in apart:
        yield Case(SUITE, options["name"], _apart(options))
    yield Case(SUITE, "test_abs_nan_to_num", _abs_at_0)


def _apart(options: dict[str, Any]) -> Callable[[], None]:
    from hypothesis import strategies as st

    ufunc, bounds = options["mygrad_func"], options["index_to_bnds"]
    if not isinstance(bounds, dict):
        bounds = dict.fromkeys(range(ufunc.inputs), bounds)
    domains = {i: st.floats(*bounds.get(i, (-10.0, 10.0))) for i in range(ufunc.inputs)}
    return _checked(ufunc.name, ufunc.inputs, domains, True)


def _abs_at_0() -> None:
    """With MyGrad's default, the derivative at 0 is 0."""
    for x, slope in ((-2.0, -1.0), (-1.0, -1.0), (0.0, 0.0), (1.0, 1.0), (2.0, 1.0)):
        check_close("the slope of abs", autograd.grad(autograd.abs)(x), slope, 0.0)
