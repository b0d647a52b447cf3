"""`gradients`: derivatives that are Values themselves."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

from autograd import (
    Value,
    acos,
    cos,
    dot,
    exp,
    gradients,
    heaviside,
    hypot,
    log,
    maximum,
    no_grad,
    radians,
    relu,
    replay,
    sigmoid,
    sin,
    softplus,
    sqrt,
    tanh,
    total,
)
from autograd.graph import topological_order
from autograd.value import Constant


def network(seed: int) -> tuple[Value, list[Value]]:
    choose = random.Random(seed)
    leaves = [Value(choose.uniform(-2.0, 2.0), f"x{i}") for i in range(4)]
    pool = list(leaves)
    for _ in range(30):
        a, b, c = (choose.choice(pool[-10:]) for _ in range(3))
        made = [a + b, a * b, a - b, a / (b * b + 1.0), maximum(a, b), tanh(a), sigmoid(a), relu(a)]
        made += [softplus(a), dot([a, b], [b, c], 0.5), sin(a), sqrt(a * a + 1.0), -a, abs(a), a**3]
        pool.append(choose.choice([v for v in made if abs(v.data) < 1e3]))
    return total(pool[-3:]), leaves


@pytest.mark.parametrize("seed", range(30))
def test_the_first_order_has_the_bits_of_backward(seed: int) -> None:
    y, leaves = network(seed)
    found = gradients(y, leaves)
    assert all(v.grad == 0.0 for v in leaves)
    y.backward()
    assert [g.data for g in found] == [v.grad for v in leaves]


@pytest.mark.parametrize("seed", range(10))
def test_the_second_order_is_the_derivative_of_the_first(seed: int) -> None:
    y, leaves = network(seed)
    (first,) = gradients(y, leaves[:1])
    second = gradients(first, leaves)
    first.backward()
    assert [g.data for g in second] == [v.grad for v in leaves]
    mixed = [gradients(g, leaves[:1])[0].data for g in gradients(y, leaves)]
    assert mixed == pytest.approx([g.data for g in second], rel=1e-9, abs=1e-9)


def test_higher_orders() -> None:
    x = Value(0.7)
    y = exp(2.0 * x) * sin(x)
    exact = complex(2.0, 1.0)
    for order in range(1, 7):
        (y,) = gradients(y, [x])
        expected = (exact**order * complex(math.cos(0.7), math.sin(0.7))).imag * math.exp(1.4)
        assert y.data == pytest.approx(expected, rel=1e-12)


def test_a_derivative_can_be_part_of_a_loss() -> None:
    """As in a network that is to satisfy a differential equation."""
    x, w = Value(0.5, "x"), Value(1.5, "w")
    (slope,) = gradients(tanh(w * x), [x])
    loss = (slope - 1.0) ** 2
    loss.backward()
    t = math.tanh(0.75)
    slope_by_w = (1 - t * t) - 2.0 * w.data * t * (1 - t * t) * x.data
    assert slope.data == pytest.approx(1.5 * (1 - t * t), rel=1e-15)
    assert w.grad == pytest.approx(2.0 * (slope.data - 1.0) * slope_by_w, rel=1e-13)


def test_computed_values_on_the_way() -> None:
    x = Value(2.0)
    h = x * x
    y = h * h + x
    assert [g.data for g in gradients(y, [h, x])] == [8.0, 33.0]
    assert gradients(y, [y])[0].data == 1.0
    z = sin(h)
    (by_h,) = gradients(z, [h])
    assert gradients(by_h, [x])[0].data == -math.sin(4.0) * 4.0


def test_an_unrelated_leaf_gets_0_and_an_output_that_is_the_leaf_1() -> None:
    x, other = Value(2.0), Value(3.0)
    assert [g.data for g in gradients(x * x, [other, x])] == [0.0, 4.0]
    assert gradients(x, [x, other])[0].data == 1.0
    (zero,) = gradients(x * x, [other])
    assert gradients(zero, [x])[0].data == 0.0
    assert gradients(x * x, []) == ()
    assert [g.data for g in gradients(x * x, [x, x])] == [4.0, 4.0]


def test_any_iterable_of_values_will_do() -> None:
    x, w = Value(2.0), Value(3.0)
    assert [g.data for g in gradients(w * x, (v for v in (x, w)))] == [3.0, 2.0]
    assert [g.data for g in gradients(w * x, {"x": x, "w": w}.values())] == [3.0, 2.0]


def test_only_what_leads_there_is_differentiated() -> None:
    """The slope towards b is infinite, yet b is not asked for; nor is a node made for it."""
    a, b = Value(2.0), Value(0.0)
    (g,) = gradients(a * a + sqrt(b), [a])
    assert g.data == 4.0
    assert b not in {p for node in topological_order(g) for p in node.parents}
    shared = [Value(1.0)]
    for _ in range(1000):
        shared.append(sin(shared[-1]))
    (g,) = gradients(shared[-1] * a, [a])
    assert g is shared[-1]


def test_no_node_for_a_factor_of_one() -> None:
    a, b = Value(2.0), Value(3.0)
    by_a, by_b = gradients(a + b, [a, b])
    assert type(by_a) is type(by_b) is Constant
    assert gradients(a * b, [a, b]) == (b, a)


def test_a_constant_slope_is_multiplied_by() -> None:
    x = Value(2.0)
    (first,) = gradients(radians(3.0 * x), [x])
    assert first.data == pytest.approx(3.0 * math.pi / 180.0)


def test_a_changed_leaf_is_refused_by_name_until_replayed() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = tanh(x) * w
    w.data = 4.0
    with pytest.raises(ValueError, match=r"the data of 'w' was changed .* replay\(output\)"):
        gradients(y, [x])
    y.backward()
    assert x.grad == pytest.approx(3.0 * (1.0 - math.tanh(2.0) ** 2), rel=1e-14)
    replay(y)
    slope = 4.0 * (1.0 - math.tanh(2.0) ** 2)
    assert gradients(y, [x])[0].data == pytest.approx(slope, rel=1e-14)


def test_a_leaf_changed_without_effect_is_no_error() -> None:
    x, w, u = Value(2.0, "x"), Value(3.0, "w"), Value(1.0, "u")
    y = x * w + u
    u.data = 5.0
    with pytest.raises(ValueError, match="'u'"):
        gradients(y, [u])
    kept = relu(x) * w
    x.data = 2.0
    assert gradients(kept, [w])[0].data == 2.0
    for leaf in (x, w):
        leaf.data = math.nan
    nans = relu(x) * w
    assert math.isnan(gradients(nans, [w])[0].data)


def test_a_nameless_changed_leaf_is_shown() -> None:
    x = Value(2.0)
    y = x * x * 1.0
    x.data = 3.0
    with pytest.raises(ValueError, match=r"the data of Value\(data=3\.0, grad=0\.0\) was changed"):
        gradients(y, [x])


@pytest.mark.parametrize(
    ("compute", "expected"),
    [
        (sqrt, (math.inf, -math.inf)),
        (lambda x: x**0.5, (math.inf, -math.inf)),
        (lambda x: x**1.5, (0.0, math.inf)),
        (lambda x: acos(x + 1.0), (-math.inf, -math.inf)),
        (lambda x: hypot(x, 0.0), (math.nan, math.nan)),
        (lambda x: Value(-2.0) ** (x + 2.0), (math.nan, math.nan)),
        (lambda x: sqrt(x) * 0.0, (math.nan, math.nan)),
        (lambda x: log(1.0 + x) + sqrt(x), (math.inf, -math.inf)),
    ],
)
def test_infinite_and_missing_derivatives_are_inf_and_nan(
    compute: Callable[[Any], Value], expected: tuple[float, float]
) -> None:
    """Never an exception in the middle, to third order."""
    x = Value(0.0)
    y = compute(x)
    found = []
    for _ in range(3):
        (y,) = gradients(y, [x])
        found.append(y.data)
    assert found[:2] == pytest.approx(list(expected), nan_ok=True)


def test_nothing_is_followed_beyond_a_step() -> None:
    x = Value(0.0)
    y = sqrt(heaviside(x))
    assert gradients(y, [x])[0].data == 0.0
    y.backward()
    assert x.grad == 0.0


def test_overflow_in_a_derivative_is_infinite() -> None:
    x = Value(0.999)
    y = exp(600.0 * x)
    for _ in range(60):
        (y,) = gradients(y, [x])
    assert y.data == math.inf
    near = Value(1e-300)
    (first,) = gradients(log(near), [near])
    (second,) = gradients(first, [near])
    assert first.data == pytest.approx(1e300, rel=1e-15)
    assert second.data == -math.inf


def test_long_chains_take_no_recursion() -> None:
    x = Value(1.0)
    y = x
    for _ in range(5_000):
        y = cos(y)
    (first,) = gradients(y, [x])
    y.backward()
    assert first.data == x.grad
    (second,) = gradients(first, [x])
    assert math.isfinite(second.data)


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda x: gradients(x * x, x), r"a sequence of Values .*gradients\(y, \[x\]\)"),
        (lambda x: gradients(2.0, [x]), "works on Values, not float"),  # type: ignore[type-var]
        (lambda x: gradients(x * x, [2.0]), "works on Values, not float"),  # type: ignore[list-item]
        (lambda x: gradients([x], [x]), "works on Values, not list"),  # type: ignore[type-var]
    ],
)
def test_errors_say_what_to_pass(compute: Callable[[Value], object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        compute(Value(2.0))


def test_where_nothing_is_recorded_derivatives_are_numbers_alone() -> None:
    y, leaves = network(5)
    recorded = gradients(y, leaves)
    with no_grad():
        found = gradients(y, leaves)
    assert [g.data for g in found] == [g.data for g in recorded]
    assert all(g.parents == () for g in found) and any(g.parents for g in recorded)
