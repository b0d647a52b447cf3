"""Cases that people reported to other projects, each with its public address, held in every mode.

Addresses without a host are below https://github.com/.

The reports concern automatic differentiation and numerical libraries. Functions and inputs are our
own, of the kind that was reported; expected values are the mathematics' (computed by mpmath where
they are no plain numbers), and where there is no derivative, what the rules of this project say:

- what is not selected passes nothing: the branch that `where` does not take, the loser of
  `maximum`, the flat side of a step;
- a zero that is merely a number multiplies as IEEE 754 says, so 0·inf is nan;
- a tie of `maximum` splits, abs′(0) and relu′(0) are 0, hypot and atan2 have no slope at (0, 0).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from mpmath import mp, mpf

from autograd import (
    Value,
    acosh,
    asinh,
    atan,
    atan2,
    check_gradients,
    compile,
    cos,
    erfc,
    exp,
    gelu,
    grad,
    gradients,
    hypot,
    jvp,
    log,
    log1p,
    logsumexp,
    maximum,
    relu,
    sigmoid,
    sin,
    softplus,
    sqrt,
    tanh,
    vjp,
    where,
)
from autograd import abs as absolute
from nn import losses
from nn.optim import RMSProp, clip_grad_norm

INF, NAN = math.inf, math.nan
mp.dps = 60


@dataclass(frozen=True)
class Report:
    """A function at a point, with its value and its slopes.

    Where an eager program has an error by design, such as log(0) in a branch that is not taken,
    `eager` is False: compiled code follows IEEE arithmetic there.
    """

    address: str
    function: Callable[..., Any]
    point: tuple[float, ...]
    value: float
    slopes: tuple[float, ...]
    eager: bool = True


def _number(x: Any) -> float:
    return float(mpf(x)) if not isinstance(x, float) else x


def report(
    address: str, function: Any, point: Any, value: Any, slopes: Any, *, eager: bool = True
) -> Report:
    return Report(
        f"https://github.com/{address}", function, tuple(map(float, point)), _number(value),
        tuple(map(_number, slopes)), eager,
    )  # fmt: skip


def _spread(x: Any, y: Any) -> Any:
    """The standard deviation of two numbers."""
    mean = 0.5 * (x + y)
    return sqrt(0.5 * ((x - mean) * (x - mean) + (y - mean) * (y - mean)))


PHI_9 = mp.erfc(9 / mp.sqrt(2)) / 2
NORMAL_9 = mp.exp(mpf(-81) / 2) / mp.sqrt(2 * mp.pi)
R2 = mpf(3e-14) ** 2 + mpf(4e-14) ** 2

REPORTS = [
    # the branch that is not taken
    report("jax-ml/jax/issues/5798", lambda x: where(x.less(1.0), x, sqrt(x)), (0,), 0, (1,)),
    report("pytorch/pytorch/issues/187297",
           lambda x: where(x.greater(0.0), sqrt(x), x), (-2.25,), -2.25, (1,), eager=False),
    report("pytorch/pytorch/issues/18287",
           lambda x: where(x.less(1.0), cos(x), 0.0), (INF,), 0, (0,), eager=False),
    report("pytorch/pytorch/issues/108618",
           lambda x: where(x.greater(2.0), log(x), 2.0 * x), (0,), 0, (2,), eager=False),
    report("pytorch/pytorch/issues/68425",
           lambda a: where(a.less_equal(0.0), exp(a), 1.0 + a), (800,), 801, (1,), eager=False),
    report("tinygrad/tinygrad/pull/15806",
           lambda x: where(x.less(0.5), 3.0 * x, sqrt(x)), (0,), 0, (3,)),
    report("huggingface/trl/issues/7221",
           lambda p: where(p.greater(0.0), p * log(p), 0.0), (0,), 0, (0,), eager=False),
    # roots and norms at 0: no slope, or one that 0·inf cannot give
    report("pytorch/pytorch/issues/2421", hypot, (0, 0), 0, (NAN, NAN)),
    report("jax-ml/jax/issues/4177", lambda x, y: hypot(x, y) ** 2, (0, 0), 0, (NAN, NAN)),
    report("HIPS/autograd/issues/151",
           lambda x: sqrt(x * x), (0,), 0, (NAN,)),
    report("pytorch/pytorch/issues/4320", _spread, (0.7, 0.7), 0, (NAN, NAN)),
    report("jax-ml/jax/issues/11716", _spread, (1, 3), 1, (-0.5, 0.5)),
    # powers at 0
    report("pytorch/pytorch/issues/27134", lambda a, b: a**b, (0, 1.5), 0, (0, 0)),
    report("stan-dev/math/issues/3031", lambda a, b: a**b, (0, 1), 0, (1, 0)),
    report("stan-dev/math/issues/3031", lambda a, b: a**b, (0, 0.5), 0, (INF, 0)),
    report("stan-dev/math/issues/3031", lambda a, b: a**b, (0, 3), 0, (0, 0)),
    report("stan-dev/math/issues/3031", lambda a: a**0.0, (0,), 1, (0,)),
    report("tensorflow/tfjs/issues/346", lambda a, b: a**b, (-3, 2), 9, (-6, NAN)),
    report("picolibc/picolibc/pull/459", lambda a, b: a**b,
           (float.fromhex("0x1.000002c5e2e99p+0"), float.fromhex("0x1.c9eee35374af6p+31") / 8),
           mp.power(float.fromhex("0x1.000002c5e2e99p+0"),
                    float.fromhex("0x1.c9eee35374af6p+31") / 8),
           (mpf(float.fromhex("0x1.c9eee35374af6p+31") / 8)
            * mp.power(float.fromhex("0x1.000002c5e2e99p+0"),
                       float.fromhex("0x1.c9eee35374af6p+31") / 8 - 1),
            mp.log(float.fromhex("0x1.000002c5e2e99p+0"))
            * mp.power(float.fromhex("0x1.000002c5e2e99p+0"),
                       float.fromhex("0x1.c9eee35374af6p+31") / 8))),
    # ties and kinks
    report("pytorch/pytorch/issues/56734", maximum, (2.5, 2.5), 2.5, (0.5, 0.5)),
    report("tensorflow/tensorflow/issues/51681",
           lambda a, b, c: maximum(maximum(a, b), c), (0.6, 0.6, 0.3), 0.6, (0.5, 0.5, 0)),
    report("tensorflow/playground/issues/19", relu, (0,), 0, (0,)),
    report("mitsuba-renderer/drjit/pull/366", absolute, (0,), 0, (0,)),
    # angles
    report("pytorch/pytorch/issues/98276", atan2, (0, 0), 0, (NAN, NAN)),
    report("pytorch/pytorch/issues/98276", atan2, (4e-14, 3e-14), mp.atan2(4e-14, 3e-14),
           (mpf(3e-14) / R2, -mpf(4e-14) / R2)),
    report("coin-or/CppAD/issues/120", atan2, (0, 2), 0, (0.5, 0)),
    report("golang/go/issues/6794", sin, (2.0**120,), mp.sin(2**120), (mp.cos(2**120),)),
    report("dotnet/corefx/issues/16486", cos, (3e22,), mp.cos(3e22), (-mp.sin(3e22),)),
    # logarithms of sums
    report("jax-ml/jax/issues/6811",
           lambda x: logsumexp([-INF, x - INF]), (1,), -INF, (0,)),
    report("jax-ml/jax/issues/1624", lambda x, y: logsumexp([x, y]), (-INF, 2), 2, (0, 1)),
    report("jax-ml/jax/issues/23842", lambda x, y: logsumexp([x, where(0.0 * y, y, -INF)]),
           (0.5, 100), 0.5, (1, 0)),
    report("uTensor/uTensor/issues/175", lambda x, y: logsumexp([x, y]), (900, 900),
           900 + mp.log(2), (0.5, 0.5)),
    # tails
    report("pytorch/pytorch/issues/187806", gelu, (-10,), -10 * mp.erfc(10 / mp.sqrt(2)) / 2,
           (mp.erfc(10 / mp.sqrt(2)) / 2 - 10 * mp.exp(-50) / mp.sqrt(2 * mp.pi),)),
    report("montanaflynn/stats/pull/125", lambda x: 0.5 * erfc(x * math.sqrt(0.5)), (9,),
           PHI_9, (-NORMAL_9,)),
    report("amd/aocl-libm-ose/issues/57", erfc, (25,), mp.erfc(25),
           (-2 / mp.sqrt(mp.pi) * mp.exp(-625),)),
    report("pytorch/pytorch/issues/195685", tanh, (-30,), mp.tanh(-30), (mp.sech(30) ** 2,)),
    report("tensorflow/tensorflow/pull/126747", tanh, (20,), mp.tanh(20), (mp.sech(20) ** 2,)),
    report("jeshraghian/snntorch/pull/433", sigmoid, (-125,), 1 / (1 + mp.exp(125)),
           (mp.exp(125) / (1 + mp.exp(125)) ** 2,)),
    report("jax-ml/jax/issues/777", lambda x: 1.0 / (1.0 + exp(-x)), (-200,),
           1 / (1 + mp.exp(200)), (mp.exp(200) / (1 + mp.exp(200)) ** 2,)),
    report("pytorch/pytorch/issues/1835", lambda x: log(sigmoid(x)), (-300,), -300, (1,)),
    report("pytorch/pytorch/issues/55587", softplus, (25,), 25 + mp.log1p(mp.exp(-25)),
           (1 / (1 + mp.exp(-25)),)),
    report("clab/dynet/pull/761", sigmoid, (1000,), 1, (0,)),
    # large and small arguments
    report("jax-ml/jax/issues/40634", asinh, (1e200,), mp.asinh(mpf(1e200)), (1 / mpf(1e200),)),
    report("jax-ml/jax/pull/40643", acosh, (1e200,), mp.acosh(mpf(1e200)), (1 / mpf(1e200),)),
    report("tinygrad/tinygrad/pull/17882", atan, (1e120,), mp.pi / 2, (1 / mpf(1e120) ** 2,)),
    report("mpmath/mpmath/issues/420", log1p, (5e-17,), mp.log1p(mpf(5e-17)),
           (1 / (1 + mpf(5e-17)),)),
]  # fmt: skip


def _names(item: Report) -> str:
    return "-".join([*item.address.split("/")[3:], *map(str, item.point)])


def _near(found: float, expected: float) -> bool:
    return found == pytest.approx(expected, rel=1e-13, abs=1e-300, nan_ok=True)


def _backward(f: Any, point: Sequence[float]) -> tuple[float, list[float]]:
    leaves = [Value(x) for x in point]
    y = f(*leaves)
    y.backward()
    return y.data, [leaf.grad for leaf in leaves]


def _gradients(f: Any, point: Sequence[float]) -> tuple[float, list[float]]:
    leaves = [Value(x) for x in point]
    y = f(*leaves)
    return y.data, [slope.data for slope in gradients(y, leaves)]


def _grad(f: Any, point: Sequence[float]) -> tuple[float, list[float]]:
    slopes = grad(f, argnums=tuple(range(len(point))))(*point)
    return f(*map(Value, point)).data, list(slopes)


def _vjp(f: Any, point: Sequence[float]) -> tuple[float, list[float]]:
    y, pullback = vjp(f, *point)
    return y, list(pullback(1.0))


def _jvp(f: Any, point: Sequence[float]) -> tuple[float, list[float]]:
    """One slope for each tangent; nan where another input's slope is infinite or nan: 0·inf."""
    found = []
    for place in range(len(point)):
        others = [x for k, x in enumerate(point) if k != place]

        def alone(x: Any, place: int = place, others: list[float] = others) -> Any:
            return f(*others[:place], x, *others[place:])

        y, tangent = jvp(alone, (point[place],), (1.0,))
        found.append(tangent)
    return y, found


def _compiled(backend: Any) -> Any:
    def run(f: Any, point: Sequence[float]) -> tuple[float, list[float]]:
        leaves = [Value(x) for x in point]
        program = compile(lambda: f(*leaves), backend=backend)
        y = program.backward()
        return y, [leaf.grad for leaf in leaves]

    return run


MODES = {
    "backward": _backward, "gradients": _gradients, "grad": _grad, "vjp": _vjp, "jvp": _jvp,
    "python": _compiled("python"), "llvm": _compiled("llvm"),
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("item", REPORTS, ids=_names)
def test_a_reported_slope_in_every_mode(item: Report, mode: str) -> None:
    if not item.eager and mode not in ("python", "llvm"):
        with pytest.raises((ValueError, OverflowError, ZeroDivisionError)):
            MODES[mode](item.function, item.point)
        return
    value, slopes = MODES[mode](item.function, item.point)
    assert _near(value, item.value), item.address
    for found, expected in zip(slopes, item.slopes, strict=True):
        assert _near(found, expected), (item.address, slopes)


def test_there_are_enough_reports_and_each_has_a_public_address() -> None:
    addresses = {item.address for item in REPORTS}
    assert len(addresses) >= 25
    assert all(address.startswith("https://github.com/") for address in addresses)


# ------------------------------------------------------------------------------ second derivatives


@pytest.mark.parametrize(
    ("address", "function", "point", "expected"),
    [
        # second derivatives by the last input
        ("pytorch/pytorch/issues/95180", lambda a, b: a**b, (0.0, 2.0), 0.0),
        ("pytorch/pytorch/pull/196787", lambda x, y: logsumexp([x, y]), (0.0, 800.0), 0.0),
        ("pytorch/pytorch/pull/196787", lambda x, y: logsumexp([x, y]), (0.0, 2.0),
         math.exp(2.0) / (1.0 + math.exp(2.0)) ** 2),
        ("Hipparchus-Math/hipparchus/issues/411", lambda x, y: atan2(y, x), (0.0, 0.005), 0.0),
        ("tinygrad/tinygrad/pull/17882", atan, (1e100,), -2e-300),
        ("jax-ml/jax/pull/40744", asinh, (1e100,), -1e-200),
        ("pytorch/pytorch/issues/55587", softplus, (40.0,), math.exp(-40.0)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("compiled", [False, True])
def test_a_reported_second_derivative(
    address: str, function: Any, point: tuple[float, ...], expected: float, compiled: bool
) -> None:
    last = len(point) - 1
    second = grad(grad(function, argnums=last), argnums=last)
    found = compile(second, backend="llvm")(*point) if compiled else second(*point)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-305), address


# ---------------------------------------------------------------------------- losses and optimisers

LOSSES = [
    ("ml-explore/mlx/pull/4188", [1e8, 1e8], 0, math.log(2.0), [-0.5, 0.5]),
    ("pytorch/pytorch/issues/11752", [3e16, 3e16, 3e16], 2, math.log(3.0), [1 / 3, 1 / 3, -2 / 3]),
    ("linkedin/Liger-Kernel/pull/1419", [40.0, 0.0, 0.0], 0, 2 * math.exp(-40.0),
     [-2 * math.exp(-40.0), math.exp(-40.0), math.exp(-40.0)]),
    ("mechanistic-interpretability-grokking/progress-measures-paper/issues/2", [45.0, 0.0], 0,
     math.exp(-45.0), [-math.exp(-45.0), math.exp(-45.0)]),
    ("FluxML/NNlib.jl/issues/68", [-431.0, 279.0, 427.0], 0, 858.0, [-1.0, math.exp(-148.0), 1.0]),
    ("deeplearning4j/deeplearning4j/issues/785", [-101.0, 900.0], 0, 1001.0, [-1.0, 1.0]),
]  # fmt: skip


@pytest.mark.parametrize(("address", "logits", "index", "value", "slopes"), LOSSES)
def test_cross_entropy_as_reported(
    address: str, logits: list[float], index: int, value: float, slopes: list[float]
) -> None:
    leaves = [Value(z) for z in logits]
    loss = losses.cross_entropy(leaves, index)
    loss.backward()
    assert loss.data == pytest.approx(value, rel=1e-13, abs=0), address
    assert [z.grad for z in leaves] == pytest.approx(slopes, rel=1e-13, abs=0), address


def test_log_loss_of_a_certain_probability() -> None:
    """https://github.com/scikit-learn/scikit-learn/issues/24315 (nan for p = 1, right)."""
    p = Value(1.0)
    loss = losses.binary_cross_entropy(p, 1)
    loss.backward()
    assert (loss.data, p.grad) == (pytest.approx(0.0, abs=1e-40), -1.0)


def test_the_gradient_of_a_log_loss_does_not_overflow() -> None:
    """https://github.com/scikit-learn/scikit-learn/pull/4153 (an overflow in exp)."""
    for z, target, slope in ((-900.0, 1, -1.0), (900.0, 0, 1.0), (900.0, 1, 0.0)):
        logit = Value(z)
        losses.binary_cross_entropy_with_logits(logit, target).backward()
        assert logit.grad == slope


def test_the_norm_of_huge_gradients_is_clipped() -> None:
    """https://github.com/pytorch/pytorch/issues/46849 (all gradients became 0)."""
    weights = [Value(0.0), Value(0.0)]
    weights[0].grad, weights[1].grad = 3e200, 4e200
    assert clip_grad_norm(weights, 1.0) == pytest.approx(5e200, rel=1e-15)
    assert [w.grad for w in weights] == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize("size", [1e-7, 0.1, 1e4, 1e160])
def test_a_centred_variance_is_never_negative(size: float) -> None:
    """https://github.com/CanReader/FastNN/issues/12 and https://github.com/apache/mxnet/pull/6235."""
    w = Value(1.0)
    optimizer = RMSProp([w], lr=1e-3, centered=True)
    for _ in range(100):
        w.grad = size
        optimizer.step()
        assert math.isfinite(w.data)


# ------------------------------------------------------------------------- graphs, and their checks


def test_a_value_that_is_used_twice_on_the_way() -> None:
    """https://github.com/karpathy/micrograd/issues/2."""
    x = Value(1.5)
    h = x * x
    y = h * 3.0 + h * h  # 3x² + x⁴
    y.backward()
    assert x.grad == 6.0 * 1.5 + 4.0 * 1.5**3


def test_a_second_pass_gives_exactly_twice_the_gradient() -> None:
    """https://github.com/karpathy/micrograd/issues/53 (the third factor came out wrong)."""
    x = Value(3.0)
    y = x * x * x
    y.backward()
    y.backward()
    assert x.grad == 2 * 27.0


@pytest.mark.parametrize(
    ("address", "function", "point"),
    [
        ("pytorch/pytorch/issues/5351", lambda w, x: 0.3 * w - 0.7 * x + 0.2, (0.4, -0.9)),
        ("jax-ml/jax/pull/39821", sin, (0.5,)),
        ("pasteurlabs/tesseract-core/issues/740", lambda x: tanh(x) * exp(-x), (1e-3,)),
        ("PaddlePaddle/Paddle/issues/4283", lambda a, b: a * b + 1e6 * a, (0.25, 1e-5)),
    ],
)
def test_a_right_gradient_is_not_accused(
    address: str, function: Any, point: tuple[float, ...]
) -> None:
    assert check_gradients(function(*(Value(x) for x in point))) is not None, address
