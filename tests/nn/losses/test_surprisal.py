"""What the true class costs, told by a number or by a Value."""

import math

import pytest

from autograd import Value
from nn.losses.surprisal import (
    check_class,
    check_index,
    chosen,
    distribution,
    surprisal,
    surprisals,
    weight_of,
)


def test_both_ways_to_tell_a_class_give_the_same():
    z = [Value(x) for x in (0.3, -1.2, 700.0)]
    for number in range(3):
        expected = surprisal(z, number).data
        assert surprisal(z, Value(float(number))).data == pytest.approx(
            expected, rel=1e-14, abs=0.0
        )
        assert surprisals(z)[number].data == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert chosen(z, Value(float(number))).data == z[number].data
        assert weight_of([1.0, 2.0, 4.0], Value(float(number))).data == 2.0**number
        told = distribution(3, Value(float(number)), 0.3)
        assert [q.data for q in told] == pytest.approx(
            distribution(3, number, 0.3), rel=1e-13, abs=0.0
        )


def test_a_class_that_is_far_ahead_costs_what_it_costs():
    loss = surprisal([Value(40.0), Value(0.0)], 0)
    assert loss.data == pytest.approx(math.exp(-40.0), rel=1e-12, abs=0.0)
    assert surprisal([Value(3.0)], 0).data == 0.0


def test_targets_are_looked_at_before_training():
    assert check_class(3, 2) == 2
    assert check_index(3, 2) == 2
    assert check_index(3, [0, 1]) == [0, 1]
    with pytest.raises(IndexError, match="no class 3"):
        check_index(3, 3)
    with pytest.raises(ValueError, match="2 probabilities for 3 classes"):
        check_class(3, [0.5, 0.5])


def test_the_target_of_a_class_is_1_there_and_smoothed_an_equal_part_elsewhere():
    assert distribution(3, 1, 0.0) == [0.0, 1.0, 0.0]
    assert {type(part) for part in distribution(3, 1, 0.0)} == {float}
    assert distribution(4, 1, 0.2) == pytest.approx([0.05, 0.85, 0.05, 0.05], rel=1e-13, abs=0.0)
    assert distribution(2, [0.25, 0.75], 0.5) == pytest.approx([0.375, 0.625], rel=1e-13, abs=0.0)
    assert distribution(2, [0.25, 0.75], 0.0) == [0.25, 0.75]


def test_a_class_that_is_told_by_a_number_takes_no_more_nodes_than_it_needs():
    z = [Value(1.0), Value(2.0)]
    assert chosen(z, 1) is z[1]
    (lead,) = surprisal(z, 0).parents
    assert lead.parents == (z[1], z[0])


def test_a_number_of_no_class_is_refused_everywhere():
    z = [Value(1.0), Value(2.0)]
    for tell in (
        lambda: surprisal(z, 2),
        lambda: chosen(z, 2),
        lambda: distribution(2, 2, 0.1),
        lambda: weight_of([1.0, 2.0], 2),
    ):
        with pytest.raises(IndexError, match="there is no class 2"):
            tell()


def test_a_target_that_is_told_by_probabilities_is_taken_as_it_is():
    q = [Value(0.25), Value(0.75)]
    assert check_class(2, q) is q
    first, second = distribution(2, q, 0.0)
    assert first is q[0]
    assert second is q[1]
    with pytest.raises(ValueError, match="2 probabilities for 3 classes: give one for each logit"):
        distribution(3, q, 0.0)


@pytest.mark.parametrize("logits", [[1e16, 1e16 + 2], [-1e16, 2 - 1e16], [0.0, 2.0]])
def test_what_all_classes_cost_depends_on_the_differences_alone(logits):
    last = math.log1p(math.exp(-2.0))
    costs = [cost.data for cost in surprisals([Value(z) for z in logits])]
    assert costs == pytest.approx([2.0 + last, last], rel=1e-14, abs=0.0)
    same = surprisals([Value(1e308), Value(1e308)])
    assert [cost.data for cost in same] == pytest.approx([math.log(2.0)] * 2, rel=1e-13, abs=0.0)
