"""The second method: each rule against its own operation, and all of them by the chain rule."""

from __future__ import annotations

import math

import pytest

from autograd import Value, cos, dot, exp, relu, sin, tanh
from autograd.difference import EPSILON, Estimate
from autograd.graph import topological_order
from autograd.local_check import Chain, LocalCheck, chain, local_checks, shaken
from autograd.operation import TABLE, record


def along(x: Value, y: Value) -> Chain:
    return chain(x, topological_order(y), {})


def test_a_right_rule_is_known_to_be_right_and_a_wrong_one_to_be_wrong() -> None:
    x = Value(0.7, "x")
    assert LocalCheck(tanh(x), 0).decided
    assert LocalCheck(tanh(x), 0).relative_error < 1e-10
    slightly = TABLE["tanh"]._replace(local=lambda y, x: ((1.0 - y * y) * (1.0 + 1e-5),))
    check = LocalCheck(record(slightly, [x]), 0)
    assert check.decided
    assert check.relative_error == pytest.approx(1e-5, rel=1e-3)
    assert str(check).startswith("wrong rule: tanh at (0.7) has the local gradient 0.634")
    assert " towards x, numerically 0.634" in str(check)


def test_what_cannot_be_known_is_not_decided() -> None:
    assert not LocalCheck(sin(Value(1e200)), 0).decided
    assert not LocalCheck(tanh(Value(22.0)), 0).decided
    assert not LocalCheck(tanh(Value(math.inf)), 0).decided
    kink = LocalCheck(relu(Value(0.0)), 0)
    assert kink.at_kink and not kink.decided
    assert not LocalCheck(sin(Value(1e200)), 0).at_kink


def test_an_even_function_next_to_0_is_decided() -> None:
    check = LocalCheck(cos(Value(1e-150)), 0)
    assert check.decided
    assert check.numerical.derivative == pytest.approx(-1e-150)


def test_a_sum_that_cancels_is_judged_by_the_size_of_its_terms() -> None:
    leaves = [Value(1e8), Value(-1e8), Value(1.0 / 3.0)]
    node = dot(leaves, [1.0 / 3.0, 1.0 / 3.0, 1e-9])
    check = local_checks(node)[2]
    assert check.noise > 1e-9 > local_checks(tanh(leaves[2]))[0].noise
    assert check.decided
    assert check.relative_error <= 1e-8
    whole = dot([Value(1.0), Value(2.0)], [3.0, 4.0])  # where nothing cancels there is little noise
    assert 0.0 < local_checks(whole)[0].noise < 1e-14


def test_the_chain_multiplies_and_adds_along_the_paths() -> None:
    x = Value(0.4, "x")
    y = exp(x) * sin(x) + x
    found = along(x, y)
    assert found.right and found.known and found.wrong is None
    y.backward()
    assert found.product.derivative == pytest.approx(x.grad, rel=1e-10)
    assert found.product.uncertainty < 1e-9


def test_the_chain_names_the_worst_and_says_what_it_does_not_know() -> None:
    x = Value(0.4, "x")
    slightly = TABLE["exp"]._replace(local=lambda y, x: (y * (1.0 + 1e-6),))
    badly = TABLE["sin"]._replace(local=lambda y, x: (-cos(x),))
    found = along(x, record(slightly, [record(badly, [x])]))
    assert found.wrong is not None
    assert found.wrong.node.operation is badly
    assert not found.right
    unsure = along(x, tanh(60.0 * x + 1.0) * 2.0)
    assert unsure.wrong is None and not unsure.right and not unsure.known
    corner = along(x, relu(x - 0.4))
    assert not corner.right and corner.known


def test_the_uncertainties_of_factors_add_up_and_those_of_paths() -> None:
    x = Value(0.4, "x")
    y = exp(sin(x))
    inner, outer = (local_checks(node)[0].numerical for node in topological_order(y))
    factors = inner.uncertainty / inner.derivative + outer.uncertainty / outer.derivative
    found = along(x, y).product
    assert found.uncertainty == pytest.approx(found.derivative * factors, rel=1e-3, abs=0.0)
    y = 3.0 * x + x
    one, many = (along(x, each).product.uncertainty for each in (y, 3.0 * x))
    assert one > many + 1e-13
    exact = Value(0.4) + 1.0
    checks = local_checks(exact)
    for check in checks:
        vars(check)["numerical"] = Estimate(1.0, 0.0)
    product = chain(exact.parents[0], [exact], {exact: checks}).product
    assert product.uncertainty == EPSILON


def test_rounding_beyond_the_range_of_floats_counts_for_nothing() -> None:
    y = exp(Value(math.log(1.7976931348622732e308)) * 1.0)
    assert 0.0 < shaken(topological_order(y), {}) < 1e300
