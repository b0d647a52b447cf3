"""The elementary functions are within 1.5 units in the last place of mpmath's, everywhere."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from autograd.compiler.readable.python import ieee
from autograd.compiler.vector.math.kernels import KERNELS, PAIRS, kernel_name, with_derivative
from autograd.compiler.vector.processor import host, kernel
from autograd.compiler.vector.target import Processor, Target

# Every way in which the code of a kernel can differ; LLVM splits vectors that are too wide.
TARGETS = (
    host().target,
    Target(8, fused=True),
    Target(4, fused=True),
    Target(2, fused=False),
    Target(1, fused=True),
    Target(1, fused=False),
)
TOLERANCE = 1.5
"""Units in the last place."""

TINY, HUGE = 5e-324, 1.7976931348623157e308
SPECIALS = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 1e-5, TINY, -TINY,
    2.2250738585072014e-308,
    -1e-310, 1e-300, -1e-300, 40.0, 40.00000001, 40.9, -40.0, 709.78, -745.1, 711.0, -746.0,
    1e16, -1e16, 1e300, HUGE, -HUGE, math.inf, -math.inf, math.nan,
)  # fmt: skip


def apply(name: str, target: Target, *arguments: Any) -> Any:
    """Run a kernel over arrays, padded to whole vectors."""
    machine = machine_for(target)
    code = kernel(name, machine)
    count = len(arguments[0])
    padding = -count % target.lanes
    padded = [np.concatenate([a, np.full(padding, a[-1])]) for a in arguments]
    result = np.empty(count + padding)
    pointers = [ctypes.c_void_p] * (len(arguments) + 1)
    function = ctypes.CFUNCTYPE(None, *pointers, ctypes.c_int64)(
        code.address(kernel_name(name, target))
    )
    addresses = [a.ctypes.data for a in (*padded, result)]
    function(*addresses, (count + padding) // target.lanes)
    return result[:count]


def apply_pair(name: str, target: Target, x: Any) -> tuple[Any, Any]:
    """Run a kernel that gives a function and its derivative over whole vectors."""
    name = with_derivative(name)
    code = kernel(name, machine_for(target))
    results = np.empty_like(x), np.empty_like(x)
    function = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3, ctypes.c_int64)(
        code.address(kernel_name(name, target))
    )
    function(*(a.ctypes.data for a in (x, *results)), len(x) // target.lanes)
    return results


@cache
def machine_for(target: Target) -> Processor:
    """The machine that tests run on, told to use such vectors."""
    return replace(host(), target=target)


def sigmoid(x: Any) -> Any:
    """The logistic function."""
    return 1 / (1 + mp.exp(-x))


REFERENCE: dict[str, Callable[..., Any]] = {
    "atan2": mp.atan2,
    "power": mp.power,
    "sigmoid": sigmoid,
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "gelu": lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2,
    "silu": lambda x: x * sigmoid(x),
    "direction_cosine": lambda x, y: x / mp.hypot(x, y),
    "sigmoid_derivative": lambda x: sigmoid(x) * sigmoid(-x),
    "tanh_derivative": lambda x: mp.sech(x) ** 2,
}

ANY = (-1e3, 1e3)
DOMAINS: dict[str, Sequence[tuple[float, float]]] = {
    "exp": [(-745.1, 709.7)],
    "expm1": [(-45.0, 709.7)],
    "log": [(TINY, 1e308), (0.5, 2.0)],
    "log1p": [(-1.0, 1e308), (-0.9, 2.0)],
    "sin": [(-10.0, 10.0), ANY, (-1e308, 1e308)],
    "cos": [(-10.0, 10.0), ANY, (-1e308, 1e308)],
    "tan": [(-10.0, 10.0), ANY, (-1e308, 1e308)],
    "asin": [(-1.0, 1.0)],
    "acos": [(-1.0, 1.0)],
    "atan": [(-3.0, 3.0), (-1e308, 1e308)],
    "sinh": [(-710.4, 710.4), (-2.0, 2.0)],
    "cosh": [(-710.4, 710.4), (-2.0, 2.0)],
    "tanh": [(-20.0, 20.0), (-1.0, 1.0)],
    "asinh": [(-3.0, 3.0), (-1e308, 1e308)],
    "acosh": [(1.0, 3.0), (1.0, 1e308)],
    "atanh": [(-1.0, 1.0)],
    "erf": [(-6.0, 6.0), (-1.0, 1.0)],
    "erfc": [(-6.0, 26.6), (-1.0, 2.0)],
    "sigmoid": [(-744.0, 40.0), (-3.0, 3.0)],
    "softplus": [(-744.0, 40.0), (-3.0, 3.0)],
    "gelu": [(-38.4, 9.0), (-2.0, 2.0)],
    "silu": [(-740.0, 40.0), (-3.0, 3.0)],
    "atan2": [(-3.0, 3.0), (-1e300, 1e300)],
    "hypot": [(-3.0, 3.0), (-1e308, 1e308), (-1e-300, 1e-300)],
    "power": [(1e-6, 3.0), (1e-3, 20.0)],
    "direction_cosine": [(-3.0, 3.0), (-1e300, 1e300)],
    "sigmoid_derivative": [(-708.0, 708.0), (-3.0, 3.0)],
    "tanh_derivative": [(-354.0, 354.0), (-3.0, 3.0)],
}


@cache
def points(name: str) -> tuple[Any, ...]:
    """Numbers spread over the domains, evenly and in order of magnitude."""
    random = np.random.default_rng(len(name))
    arity = KERNELS[name].__code__.co_argcount
    arguments = []
    for argument in range(arity):
        parts = []
        for low, high in DOMAINS[name]:
            even = random.uniform(low / 2, high / 2, 150) * 2
            largest = math.log2(max(abs(low), abs(high)))
            size = 2.0 ** random.uniform(min(-60.0, largest - 60.0), largest, 150)
            signed = size * random.choice([-1.0, 1.0], 150)
            if name == "power" and argument:
                even, signed = (
                    random.uniform(-200, 200, 150),
                    np.round(random.uniform(-30, 30, 150)),
                )
            parts += [even, np.clip(signed, low, high) if not argument else signed]
        arguments.append(np.concatenate(parts))
    return tuple(arguments)


@cache
def exact(name: str) -> list[Any]:
    """What mpmath gives for the points, to 200 bits."""
    function = REFERENCE.get(name) or getattr(mp, name)
    with mp.workprec(400 if name in ("sin", "cos", "tan") else 200):
        return [
            function(*map(mp.mpf, map(float, numbers)))
            for numbers in zip(*points(name), strict=True)
        ]


def units(got: float, wanted: Any) -> float:
    """How far a double is from a number, in the units of its last place."""
    if not mp.isfinite(wanted) or abs(wanted) >= mp.mpf(2) ** 1024 * (1 - mp.mpf(2) ** -54):
        return 0.0 if math.isinf(got) and (got > 0) == (wanted > 0) else math.inf
    if not math.isfinite(got):
        return math.inf
    near = float(wanted)
    if abs(near) > 1e-290:  # floats do: `got - near` is exact, and what is left is no subnormal
        rest = float(wanted - near)
        inner = math.nextafter(near, 0.0) if rest * math.copysign(1.0, near) < 0.0 else near
        return abs(got - near - rest) / math.ulp(inner)
    with mp.workprec(200):
        size = abs(wanted)
        exponent = -1022 if size < mp.mpf(2) ** -1022 else mp.frexp(size)[1] - 1
        return float(abs(mp.mpf(float(got)) - wanted) / mp.mpf(2) ** (exponent - 52))


@cache
def parts(name: str) -> Any:
    """Of the exact results: the double, what is left, and the unit; nan where `units` must look."""
    found = np.full((len(exact(name)), 3), math.nan)
    for row, wanted in zip(found, exact(name), strict=True):
        if abs(wanted) < 1e300 and abs(near := float(wanted)) > 1e-290:
            rest = float(wanted - near)
            inner = math.nextafter(near, 0.0) if rest * math.copysign(1.0, near) < 0.0 else near
            row[:] = near, rest, math.ulp(inner)
    return found.T


def all_units(name: str, got: Any) -> Any:
    """`units` of all results, most of them at once: they are the same for every target."""
    near, rest, unit = parts(name)
    with np.errstate(invalid="ignore"):
        found = np.abs(got - near - rest) / unit
    for k in np.flatnonzero(np.isnan(found)):
        found[k] = units(float(got[k]), exact(name)[k])
    return found


@pytest.mark.parametrize("target", TARGETS, ids=["host", *map(str, TARGETS[1:])])
@pytest.mark.parametrize("name", KERNELS)
def test_one_and_a_half_units_in_the_last_place(name: str, target: Target) -> None:
    got = apply(name, target, *points(name))
    errors = all_units(name, np.array(got))
    assert errors[::97].tolist() == [*map(units, got[::97], exact(name)[::97])]
    worst = int(np.argmax(errors))
    at = [float(argument[worst]) for argument in points(name)]
    assert errors[worst] <= TOLERANCE, (at, got[worst], exact(name)[worst])


def special_value(name: str, row: Sequence[float]) -> float:
    """What Python's IEEE arithmetic gives, or the limit where its formula has none."""
    if name in ("gelu", "silu") and row[0] == -math.inf:
        return -0.0
    if name == "direction_cosine" and any(row) and all(map(math.isfinite, row)):
        return math.copysign(float(row[0] / mp.hypot(*map(mp.mpf, row))), row[0])
    return float(ieee(name)(*row))


@pytest.mark.parametrize("target", TARGETS, ids=["host", *map(str, TARGETS[1:])])
@pytest.mark.parametrize("name", KERNELS)
def test_special_values_are_those_of_ieee_arithmetic(name: str, target: Target) -> None:
    arity = KERNELS[name].__code__.co_argcount
    rows = [[x] for x in SPECIALS] if arity == 1 else [[x, y] for x in SPECIALS for y in SPECIALS]
    got = apply(name, target, *(np.array(column) for column in zip(*rows, strict=True)))
    for row, value in zip(rows, got, strict=True):
        wanted = special_value(name, row)
        if math.isnan(wanted):
            assert math.isnan(value), (row, value)
        else:
            # Below the normal numbers a formula may lose digits that the kernel keeps.
            assert value == pytest.approx(wanted, rel=1e-13, abs=1e-320), row
            assert math.copysign(1.0, value) == math.copysign(1.0, wanted), (row, value)


# Where `tests.benchmarks.accuracy` found these functions, or what they were before, at their worst.
HARD: dict[str, Sequence[Sequence[float]]] = {
    "exp": [(0.3465735927475209,), (3.8282868482817465,)],
    "expm1": [(0.3480489680884962,), (0.3465736475640119,), (0.3465860300764909,)],
    "tanh": [
        (0.060867045035859144,), (0.0009760484741350891,), (0.22190280242297075,),
        (0.25227220386,), (-6.238880931149229,), (6.585634038241117,),
        (0.17328682716390464,), (19.061547465398497,),
    ],
    "sinh": [(1.3893906384266372,), (-1.4152701140609252,), (-0.8761082164936772,)],
    "cosh": [(-8.721275869191922,), (2.2413759387682346e-07,)],
    "asinh": [(-1.1474880676631365,), (0.3475658027240441,)],
    "tan": [(0.7852354006973321,), (-0.7853969090292887,)],
    "erf": [(-0.999999997043406,), (-0.5000041050315438,), (7.07345280794076e-308,)],
    "erfc": [(0.5000000160766012,), (0.5001149545971928,)],
    "sigmoid": [
        (9.333786389458098,), (-37.460818665995944,), (-3.8123095099480105,), (36.39021647687459,),
        (-703.5496991035601,), (-708.4,), (-745.1332191019411,), (-744.8,), (37.43,),
    ],
    "softplus": [(0.3465764455753138,), (0.34657359322099773,)],
    "gelu": [(-30.332972774111493,), (-7.694,), (-34.5,), (-0.7071067812072447,), (-38.4,)],
    "silu": [(-0.5887192014786222,), (-731.0,), (-715.1298352417881,), (-745.0,)],
    "sigmoid_derivative": [(4.13707306038569,), (6.235194811499137,), (-708.6519012904513,)],
    "tanh_derivative": [(-354.69697364478213,), (2.769834945136952,), (372.0,)],
    "atan2": [
        (1.2435677348035335e173, 4.899103512076965e173), (-0.36952565717051017, 2.955355978530015),
        (-4.69191396903e-312, 8.94536534601e-312),
        (1.0943806143004544e-286, 4.330590523325058e-286),
        (-8.287065623014398e304, 3.299571712573579e305), (2.67599743e-316, 1.292318696e-315),
        (1e-160, 1e154), (1e129, 1e120),
    ],
    "hypot": [(-2.684327754389787e-309, -1.857337860029467e-308)],
    "power": [(0.7434072672605255, 2071.481907468015), (1.334623603452156, 2275.315719826175)],
    "direction_cosine": [
        (-9.665138831185117e307, 1.6875448547288225e308),
        (-0.9999664784259537, 0.02584979206547853),
        # scaled by too small a power of two, the first would be 0 or subnormal
        (-3.0830439786991153e-150, -8.456980888345337e153),
        (1.566681796930493e-136, 7.633903033516031e152), (1e-160, 1e154),
        (5e-324, -1e-300), (4e-320, 3e-320), (1.2345678e-301, 3000.0),
    ],
}  # fmt: skip


@pytest.mark.parametrize("target", TARGETS, ids=["host", *map(str, TARGETS[1:])])
@pytest.mark.parametrize("name", HARD)
def test_the_worst_inputs_that_a_search_found(name: str, target: Target) -> None:
    got = apply(name, target, *(np.array(column) for column in zip(*HARD[name], strict=True)))
    function = REFERENCE.get(name) or getattr(mp, name)
    with mp.workprec(400):
        for row, value in zip(HARD[name], got, strict=True):
            assert units(float(value), function(*map(mp.mpf, row))) <= TOLERANCE, row


# Where a small fault weighs most, as a digit of a coefficient or the low part of a sum: there the
# right formula has nearly the nearest double, and one with the fault is off by 0.68 units or more.
TELLING: dict[str, Sequence[Sequence[float]]] = {
    "exp": [(-1.039720755346871,), (-685.5430343616412,)],
    "expm1": [(0.35439774292190745,), (-1.2775e-318,)],
    "sinh": [(-1.3944601964178927,), (0.99993896484375,)],
    "cosh": [(-1.7948120649113815,), (-0.8591079643513244,)],
    "tanh": [(-17.853552051550572,), (-5.209225282295051,)],
    "sigmoid": [
        (-415.5727977087065,), (-14.217010249556445,), (-36.88117182105128,),
        (-1.7684979264936618,),
    ],
    "silu": [(-58.20986563488077,), (-497.675867440833,), (-0.2797075604756051,)],
    "sigmoid_derivative": [(2.6683863792752645,), (0.47928261601579725,), (2.6482668487391576,)],
    "tanh_derivative": [(2.429703407148743,)],
    "log": [(1.3911992673688032,), (1.6385726998121393,)],
    "log1p": [(0.4029831240571703,), (0.6243313174524975,)],
    "asinh": [(0.5182797297249864,)],
    "acosh": [(1.1192014846240959,), (1.0601069252196713,), (1.5370316067811831,)],
    "atanh": [(-0.1666668256123858,)],
    "hypot": [(-7.571038830162966e-301, 7.718372046302315e-301)],
    "power": [(1.334623603452156, 2275.315719826175), (5.685923130136586, 198.0)],
    "softplus": [(-707.4104273964949,)],
    "direction_cosine": [
        (-9.052065099646845e+299, 1.213442885430223e+301),
        (-2.603894740076718e-305, -7.376414915726135e-306),
        (3.453349998029393e+299, -6.0978864119965e+299),
    ],
    "sin": [(-3.141592653589793,), (-225.34677782727329,)],
    "cos": [(-2.356194490192345,), (-1.5707963267948966,)],
    "tan": [
        (-6.678521048579836e+114,), (1.5729247510887358e+132,), (3.9269908169872414,),
        (-2.376097070564015e+282,), (6.35744081705933e+141,), (1350731.647533754,),
        (-435.8962047553057,), (847.4584522371545,), (5.521645250236231,),
    ],
    "asin": [(-0.5000004768371582,)],
    "acos": [(0.5555487088985402,), (0.5000000000000284,)],
    "atan": [(-1.5302898077225204,), (0.4365156684315461,)],
    "atan2": [
        (1.616983381152173e-280, 3.7499189828904876e-280),
        (-0.2668588987486924, 1.0620627033688617),
        (6.182154710442104e+299, 1.1430535041312498e+300),
        (-2.2163821637474076e-308, 0.18192455130319515), (-0.6574978152862387, 0.9084129059837549),
        (-1.25620861e-315, 0.04431064750493398), (-4.69191396903e-312, 8.94536534601e-312),
        (-2.21368426965123e+221, 1.7702261889914323e+222), (0.4217341017891272, 1.6763988455077745),
        (1.3253587749197724, 1.9497090711737464),
    ],
    "erf": [(-0.5267149817684231,), (0.5149562737687223,)],
    "erfc": [(0.505087509556831,), (0.489594758431958,), (-0.48420156769247497,)],
    "gelu": [
        (-13.146671234610402,), (-0.7071067798694586,), (-0.6530288884091995,),
        (-1.85953284091803,), (-0.6830637851130206,), (0.9266469970085249,), (0.03038171134874611,),
        (-0.6967961087705961,),
    ],
}  # fmt: skip


@pytest.mark.parametrize("target", [host().target, Target(2, False)], ids=["host", "not fused"])
@pytest.mark.parametrize("name", TELLING)
def test_a_small_fault_would_be_seen_where_it_weighs_most(name: str, target: Target) -> None:
    got = apply(name, target, *(np.array(column) for column in zip(*TELLING[name], strict=True)))
    function = REFERENCE.get(name) or getattr(mp, name)
    with mp.workprec(1500):
        for row, value in zip(TELLING[name], got, strict=True):
            assert units(float(value), function(*map(mp.mpf, row))) <= 0.6, row


@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_large_angles_near_multiples_of_a_quarter_turn(name: str) -> None:
    # 6381956970095103 · 2^797 is the double nearest to a multiple of π/2 (Muller, table 11.1); the
    # next three are what continued fractions of 2^k · 2/π find beside it. The last lie where a
    # reduction for small angles would run out of digits.
    even = np.linspace(1.5e6, 3.2e6, 40)
    hard = np.array(
        [6381956970095103.0 * 2.0**797, 6381956970095103.0 * 2.0**798, 28922353.34055676,
         3.576149729694266e39, 1e22, 2.0**1023, 1.6e6, 1572864.5, -1e300, *even]
    )  # fmt: skip
    got = apply(name, host().target, hard)
    with mp.workprec(2000):
        wanted = [getattr(mp, name)(mp.mpf(float(x))) for x in hard]
    assert max(units(a, b) for a, b in zip(got, wanted, strict=True)) <= TOLERANCE


def test_a_lane_does_not_depend_on_the_others() -> None:
    x = np.array([0.5, 1e300, -3.0, math.nan, math.inf, 2.0, -0.0, 1e7])
    together = apply("sin", Target(8, fused=True), x)
    alone = [apply("sin", Target(8, fused=True), np.full(8, value))[0] for value in x]
    assert np.array_equal(together, alone, equal_nan=True)


@pytest.mark.parametrize("target", TARGETS, ids=["host", *map(str, TARGETS[1:])])
@pytest.mark.parametrize("name", ["exp", "atan2", "sin"])
def test_kernels_that_gather_give_the_same(name: str, target: Target) -> None:
    arity = KERNELS[name].__code__.co_argcount
    code = kernel(name, machine_for(target), True)
    numbers = np.linspace(-3.0, 3.0, 50)
    indices = np.random.default_rng(1).integers(0, 50, (arity, target.lanes)).astype(np.int32)
    result = np.empty(target.lanes)
    function = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3)(
        code.address(kernel_name(name, target, True))
    )
    function(numbers.ctypes.data, indices.ctypes.data, result.ctypes.data)
    assert np.array_equal(result, apply(name, target, *numbers[indices]))


def test_a_kernel_that_gathers_has_a_symbol_of_its_own() -> None:
    narrow, wide = Target(1, True), Target(8, True)
    symbols = [
        kernel_name("exp", target, one) for target in (narrow, wide) for one in (False, True)
    ]
    assert len({*symbols, kernel_name("expm1", wide), kernel_name("exp", wide)}) == 5


@pytest.mark.parametrize("target", [host().target, Target(2, False)], ids=["host", "not fused"])
@pytest.mark.parametrize("name", PAIRS)
def test_a_function_beside_its_derivative_has_the_same_bits(name: str, target: Target) -> None:
    """As the function alone, and as the derivative where a list computes the function, too."""
    x = np.linspace(-21.0, 19.0, 64)
    value, slope = apply_pair(name, target, x)
    assert np.array_equal(value, apply(name, target, x))
    assert np.array_equal(slope, apply(f"{name}_derivative_at", target, x))
    assert slope == pytest.approx(apply(f"{name}_derivative", target, x), rel=1e-15, abs=0.0)


# Of these derivatives, where a small fault weighs most, as in `TELLING`.
TELLING_SLOPES = {
    "sigmoid": [
        -7.977801308436391, 0.7706484732388263, -36.62424227700453, 718.0112951519714,
        16.955906582682005,
    ],
    "tanh": [-19.236808414940214, -0.8893992118820477, -10.589277230508927],
}  # fmt: skip


@pytest.mark.parametrize("target", [host().target, Target(2, False)], ids=["host", "not fused"])
@pytest.mark.parametrize("name", PAIRS)
def test_a_small_fault_of_a_derivative_would_be_seen(name: str, target: Target) -> None:
    numbers = TELLING_SLOPES[name]
    _, slope = apply_pair(name, target, np.array([*numbers, *[0.0] * (8 - len(numbers))]))
    with mp.workprec(200):
        for x, value in zip(numbers, slope, strict=False):
            wanted = REFERENCE[f"{name}_derivative"](mp.mpf(x))
            assert units(float(value), wanted) <= 0.6, x
