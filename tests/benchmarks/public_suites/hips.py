"""The scalar tests of HIPS autograd, executed as they are, with numbers for their arrays.

Run are `test_scalar_ops.py`, `test_binary_ops.py` and `test_truediv.py`, of `test_systematic.py`
the functions of numbers, and of `test_scipy.py` the part on special functions. The check that they
call compares our derivatives, backward and forward, with differences.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy

import autograd
from tests.benchmarks.public_suites.cases import Case, check_slopes, execute, module, tests_of
from tests.benchmarks.public_suites.spelled import spelled

SUITE = "HIPS autograd"
_OF_NUMBERS = r"def test_(\w+)\(\):\s+(?:unary|binary)_ufunc_check"  # in test_systematic.py
_COMPLEX = {"real_ic", "imag", "angle"}


class _Functions(ModuleType):
    """A stand-in for `autograd.numpy` and the like: our functions by their names."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *inputs: spelled(name, len(inputs))(*inputs)


def _numpy() -> Any:
    np = _Functions("autograd.numpy")
    choose = Random(0)
    number = lambda *shape: choose.gauss(0.0, 1.0)  # noqa: E731
    np.random = module(
        "autograd.numpy.random",
        RandomState=lambda seed: module("state", randn=number),
        seed=lambda seed: None,
        randn=number,
        random=lambda *shape: choose.random(),
        rand=lambda *shape: choose.random(),
        uniform=lambda low, high, size=None: choose.uniform(low, high),
    )
    np.sum = lambda x: x
    np.all = bool
    np.array = lambda x: x
    return np


def _check_grads(f: Callable[..., Any], modes: Sequence[str] = (), order: int = 2) -> Any:
    return lambda *point: check_slopes(f, point, order)


def _combo_check(f: Callable[..., Any], by: Sequence[int], **_: Any) -> Any:
    """Check the derivatives by some of the arguments, of which there are lists of choices."""

    def check(*choices: Any) -> None:
        lists = [c if isinstance(c, list) else [c] for c in choices]
        for point in itertools.product(*lists):

            def put(*xs: Any, point: tuple[Any, ...] = point) -> Any:
                moving = dict(zip(by, xs, strict=True))
                return f(*(moving.get(i, p) for i, p in enumerate(point)))

            check_slopes(put, tuple(point[i] for i in by), 2)

    return check


def _unary(f: Callable[..., Any], lims: Sequence[float] = (-2.0, 2.0), **_: Any) -> None:
    for share in (0.4, 0.07, 0.66):
        check_slopes(f, (lims[0] + share * (lims[1] - lims[0]),), 2)


def _binary(
    f: Callable[..., Any],
    lims_A: Sequence[float] = (-2.0, 2.0),
    lims_B: Sequence[float] = (-2.0, 2.0),
    **_: Any,
) -> None:
    for a, b in ((0.6, 0.7), (0.23, 0.94), (0.81, 0.12)):
        point = lims_A[0] + a * (lims_A[1] - lims_A[0]), lims_B[0] + b * (lims_B[1] - lims_B[0])
        check_slopes(f, point, 2)


def _stand_ins() -> dict[str, Any]:
    np, special = _numpy(), _Functions("autograd.scipy.special")
    util = module("test_util", check_grads=_check_grads, combo_check=_combo_check)
    utils: dict[str, Any] = {"unary_ufunc_check": _unary, "binary_ufunc_check": _binary}
    utils |= {"binary_ufunc_check_no_same_args": _binary, "stat_check": None}
    scipy = module("scipy", integrate=None, special=special, stats=_Functions("stats"))
    linalg, signal, normal = module("linalg"), module("signal"), module("multivariate_normal")
    scipy.linalg, scipy.signal = linalg, signal
    scipy.stats.multivariate_normal = normal
    scipy.stats.dirichlet = module("dirichlet", rvs=lambda *_, **__: numpy.ones((1, 4)))
    grad = lambda f, argnum=0: autograd.grad(f, argnum)  # noqa: E731
    top = module("autograd", grad=grad, value_and_grad=autograd.value_and_grad)
    top.numpy, top.scipy, top.test_util = np, scipy, util
    return {
        "autograd": top,
        "autograd.numpy": np,
        "autograd.numpy.random": np.random,
        "autograd.test_util": util,
        "autograd.scipy": scipy,
        "autograd.scipy.linalg": linalg,
        "autograd.scipy.signal": signal,
        "autograd.scipy.stats.multivariate_normal": normal,
        "numpy_utils": module("numpy_utils", **utils),
        "test_binary_ops": module("test_binary_ops", arg_pairs=_pairs),
    }


def _pairs() -> Iterator[tuple[float, float]]:
    return itertools.product((2.0, 0.4, -1.3), (2.0, 0.7, -0.2))


def _tests(folder: Path, file: str) -> Iterator[tuple[str, Callable[[], object]]]:
    return tests_of(execute(folder / "autograd/tests" / file, _stand_ins()))


def cases(folder: Path) -> Iterator[Case]:
    """A case for each test about numbers."""
    for file in ("test_scalar_ops.py", "test_binary_ops.py", "test_truediv.py"):
        for name, run in _tests(folder, file):
            yield Case(SUITE, f"{file[5:-3]}.{name[5:]}", run)
    text = (folder / "autograd/tests/test_systematic.py").read_text("utf-8")
    of_numbers = {*re.findall(_OF_NUMBERS, text), "maximum", "minimum", "fmax", "fmin"} - _COMPLEX
    for name, run in _tests(folder, "test_systematic.py"):
        if name[5:] in of_numbers:
            yield Case(SUITE, f"systematic.{name[5:]}", run)
    text = (folder / "autograd/tests/test_scipy.py").read_text("utf-8")
    after = text.partition("### Special ###")[2].partition("### ")[0]
    for name, run in _tests(folder, "test_scipy.py"):
        if f"def {name}(" in after:
            yield Case(SUITE, f"scipy.{name[5:]}", run)
