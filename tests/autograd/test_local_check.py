"""The second method: each rule against its own operation, and all of them by the chain rule."""

from __future__ import annotations

import math

import pytest

from autograd import Value, cos, dot, exp, log, relu, sin, sqrt, tanh, total
from autograd.difference import EPSILON, TOLERANCE, Estimate
from autograd.graph import topological_order
from autograd.local_check import Chain, LocalCheck, chain, evaluated, local_checks, shaken
from autograd.node import Node
from autograd.operation import TABLE, Operation, record


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
    assert check.numerical.derivative == pytest.approx(-1e-150, rel=1e-12, abs=0.0)


def test_a_sum_that_cancels_is_judged_by_the_size_of_its_terms() -> None:
    leaves = [Value(1e8), Value(-1e8), Value(1.0 / 3.0)]
    node = dot(leaves, [1.0 / 3.0, 1.0 / 3.0, 1e-9])
    check = local_checks(node)[2]
    assert check.noise > 1e-9 > local_checks(tanh(leaves[2]))[0].noise
    assert check.decided
    assert check.relative_error <= 1e-8
    whole = dot([Value(1.0), Value(2.0)], [3.0, 4.0])  # where nothing cancels there is little noise
    assert 0.0 < local_checks(whole)[0].noise < 1e-14
    assert local_checks(exp(Value(700.0)))[0].noise == 0.0  # it adds nothing up


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


# ------------------------------------------------------------------------------------- by hand


def known(node: Node, *estimates: Estimate) -> list[LocalCheck]:
    """The checks of a node whose numerical derivatives are these."""
    checks = local_checks(node)
    for check, estimate in zip(checks, estimates, strict=True):
        vars(check)["numerical"] = estimate
    return checks


@pytest.mark.parametrize(
    ("labels", "index", "said"),
    [
        (["x"], 0, "(1.0) has the local gradient 1.0 towards x,"),
        ([""], 0, "(1.0) has the local gradient 1.0 towards input 1,"),
        (["", ""], 1, "(1.0, 2.0) has the local gradient 1.0 towards input 2,"),
        (["a\n"], 0, "(1.0) has the local gradient 1.0 towards 'a\\n',"),
        ([""] * 4, 3, "(1.0, 2.0, 3.0, 4.0) has the local gradient 1.0 towards input 4,"),
        ([""] * 5, 4, "(1.0, 2.0, 3.0, 4.0, ...) has the local gradient 1.0 towards input 5,"),
    ],
)
def test_a_wrong_rule_is_shown_with_at_most_four_inputs(
    labels: list[str], index: int, said: str
) -> None:
    node = total([Value(1.0 + i, label) for i, label in enumerate(labels)])
    check = known(node, *[Estimate(2.5, 0.0)] * len(labels))[index]
    assert str(check) == f"wrong rule: total at {said} numerically 2.5"


def test_at_an_edge_nothing_is_found_and_where_digits_are_lost_a_little() -> None:
    at_edge = LocalCheck(sqrt(Value(0.0)), 0)
    assert math.isnan(at_edge.numerical.derivative)
    assert not at_edge.decided and not at_edge.at_kink
    flat = LocalCheck(tanh(Value(18.0)), 0)
    assert not flat.decided
    assert abs(flat.numerical.derivative) < flat.numerical.uncertainty < 1e-6


def test_what_rounding_changes_inside_a_composed_operation() -> None:
    def inside(x: Value) -> Value:
        return (x + 1e8) - 1e8

    row = Operation("inside", "i", lambda x: (x + 1e8) - 1e8, lambda y, x: (1.0,), ((-9.0, 9.0),))
    apart = math.ulp(1e8)
    (check,) = local_checks(record(row._replace(expand=inside), [Value(1.0)]))
    floats = check.noise / (2.0 * apart)  # how many farther on it may be
    assert floats == pytest.approx(round(floats), rel=1e-6) and 1 <= round(floats) <= 2
    (check,) = local_checks(record(row, [Value(1.0)]))
    assert check.noise == 0.0


def test_evaluating_again_changes_nothing_that_was_given() -> None:
    x = Value(0.25)
    y = (x + 1.0) * x
    order, values = topological_order(y), {x: 3.0}
    assert evaluated(order, values) == 12.0
    assert values == {x: 3.0} and (x.data, y.data) == (0.25, 0.3125)
    assert math.isnan(evaluated(topological_order(log(x)), {x: -1.0}))
    assert math.isnan(evaluated([], {}))


def test_what_rounding_changes_on_the_way_counts_twice() -> None:
    one = Value(1.0) * 1.0
    assert shaken([one], {}) == 2.0 * EPSILON
    x = Value(1.0)
    assert shaken(topological_order(log(x)), {x: -1.0}) == 0.0
    assert shaken([], {}) == 0.0


def test_the_chain_by_hand() -> None:
    x = Value(1.0, "x")
    inner = x * 2.0
    outer = inner * 3.0
    checks = {
        inner: known(inner, Estimate(2.0, 0.5), Estimate(1.0, 0.0)),
        outer: known(outer, Estimate(3.0, 0.25), Estimate(2.0, 0.0)),
    }
    found = chain(x, [inner, outer], checks)
    assert found.product.derivative == 6.0
    assert found.product.uncertainty == pytest.approx(3.0 * 0.5 + 0.25 * (2.0 + 0.5), rel=1e-12)
    assert found.rounding == 16.0 * EPSILON * 6.0
    difference = 2.0 * x - 5.0 * x + 1.0
    found = chain(x, topological_order(difference), {})
    assert found.product.derivative == pytest.approx(-3.0, rel=1e-9)
    assert found.rounding == 16.0 * EPSILON * 7.0  # of 2 and 5, although they nearly cancel
    alone = chain(x, [], {})
    assert (alone.product.derivative, alone.product.uncertainty) == (1.0, 0.0)
    assert alone.rounding == 16.0 * EPSILON
    assert alone.right and alone.known and alone.wrong is None


def test_a_rule_that_is_off_by_the_tolerance_itself_is_not_wrong() -> None:
    x = Value(1.0)
    y = x * 1e8
    for off, wrong in ((1.0, False), (2.0, True)):
        checks = known(y, Estimate(1e8 - off, 0.0), Estimate(1.0, 0.0))
        assert checks[0].decided
        assert checks[0].relative_error == off * TOLERANCE
        found = chain(x, [y], {y: checks})
        assert found.right is not wrong
        assert found.wrong is (checks[0] if wrong else None)
