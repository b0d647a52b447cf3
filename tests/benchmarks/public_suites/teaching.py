"""micrograd's and minitorch's tests of scalars, executed as they are.

micrograd's tests meet our `Value`. minitorch's meet `Scalar`, which says what differs between the
two: its comparisons give a Scalar, and its functions of numbers are exercises that it leaves open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import autograd
from autograd import Value
from tests.benchmarks.public_suites.cases import Case, check_close, execute, module, tests_of
from tests.benchmarks.public_suites.spelled import spelled

EPSILON = 1e-6  # what minitorch's logarithm adds


class Scalar:
    """minitorch's Scalar, by our Value."""

    def __init__(self, number: float | Value) -> None:
        self.value = number if isinstance(number, Value) else Value(number)

    data = property(lambda self: self.value.data)
    derivative = property(lambda self: self.value.grad)

    def backward(self) -> None:
        self.value.backward()


def _method(function: Callable[..., Any]) -> Callable[..., Scalar]:
    def method(*arguments: Any) -> Scalar:
        return Scalar(function(*(a.value if isinstance(a, Scalar) else a for a in arguments)))

    return method


for _name, _text in {
    "add": "x + y",
    "radd": "y + x",
    "sub": "x - y",
    "mul": "x * y",
    "rmul": "y * x",
    "truediv": "x / y",
    "rtruediv": "y / x",
    "lt": "less(x, y)",
    "gt": "greater(x, y)",
    "eq": "equal(x, y)",
}.items():
    setattr(Scalar, f"__{_name}__", _method(lambda x, y, t=_text: _run(t, x, y)))
Scalar.__neg__ = _method(lambda x: -x)  # type: ignore[attr-defined]
for _name in ("log", "exp", "sigmoid", "relu"):
    _offset = EPSILON if _name == "log" else 0.0
    setattr(Scalar, _name, _method(lambda x, n=_name, e=_offset: spelled(n, 1)(x + e)))


def _run(text: str, x: Any, y: Any) -> Any:
    if text.startswith(("less", "greater", "equal")):
        return spelled(text.partition("(")[0], 2)(x, y)
    return eval(text, {"x": x, "y": y})


def _operators() -> Any:
    return module(
        "operators",
        id=lambda x: x,
        add=lambda x, y: x + y,
        mul=lambda x, y: x * y,
        inv=lambda x: 1.0 / x,
        exp=autograd.exp,
        log=lambda x: autograd.log(x + EPSILON),
        relu=autograd.relu,
        sigmoid=autograd.sigmoid,
        lt=lambda x, y: float(x < y),
        eq=lambda x, y: float(x == y),
    )


def central_difference(f: Callable[..., Any], *point: Any, arg: int = 0) -> Any:
    """minitorch's first exercise: (f(x + ε) − f(x − ε)) / 2ε."""

    def at(step: float) -> Any:
        return f(*(p + step if i == arg else p for i, p in enumerate(point)))

    return (at(EPSILON) - at(-EPSILON)) / (2.0 * EPSILON)


def _check_derivatives(f: Callable[..., Any], *scalars: Scalar) -> None:
    f(*scalars).backward()
    for i, scalar in enumerate(scalars):
        wanted = central_difference(f, *scalars, arg=i).data
        check_close(f"the slope by argument {i}", scalar.derivative, wanted, 1e-2)


def _assert_close(a: float, b: float) -> None:
    check_close("the value", a, b, 1e-2)


def cases(folder: Path) -> Iterator[Case]:
    """A case for each test and choice of its parameters."""
    from hypothesis import settings
    from hypothesis.strategies import floats

    settings.register_profile("suites", derandomize=True, deadline=None)
    settings.load_profile("suites")
    engine = module("engine", Value=Value)
    stand_ins = {"micrograd": module("micrograd", engine=engine), "micrograd.engine": engine}
    for name, run in tests_of(execute(folder / "micrograd/test/test_engine.py", stand_ins)):
        yield Case("micrograd", name, run)

    operators = _operators()
    stand_ins = {"minitorch": module("minitorch"), "minitorch.operators": operators}
    stand_ins["minitorch"].operators = operators
    tables = execute(folder / "minitorch/minitorch/testing.py", stand_ins)
    vars(stand_ins["minitorch"]).update(
        Scalar=Scalar,
        MathTestVariable=tables["MathTestVariable"],
        central_difference=central_difference,
        derivative_check=_check_derivatives,
    )
    strategies = module("strategies", assert_close=_assert_close)
    strategies.small_floats = floats(-100.0, 100.0, allow_nan=False)
    stand_ins["strategies"] = strategies
    for name, run in tests_of(execute(folder / "minitorch/tests/test_scalar.py", stand_ins)):
        yield Case("minitorch", name, run)
