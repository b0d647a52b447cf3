import pytest

from autograd import Value, walkthrough
from autograd.graph import topological_order
from autograd.views.steps import Step, each_step


def test_the_steps_of_a_small_graph():
    w, x = Value(0.5, "w"), Value(3.0, "x")
    z = w * x
    y = z + x
    assert list(each_step(topological_order(y))) == [
        Step(y, z, 0, 1.0, 1.0, 1.0, 1.0),
        Step(y, x, 1, 1.0, 1.0, 1.0, 1.0),
        Step(z, w, 0, 1.0, 3.0, 3.0, 3.0),
        Step(z, x, 1, 1.0, 0.5, 0.5, 1.5),
    ]


def test_no_node_has_no_steps():
    assert list(each_step([])) == []


def test_an_order_with_a_node_that_the_last_one_does_not_reach_is_refused():
    x = Value(3.0, "x")
    with pytest.raises(KeyError):
        list(each_step([x * 2, x + 1]))


def test_numbers_are_shown_with_six_digits():
    x = Value(1.0 / 3.0, "x")
    shown = str(walkthrough(x * (2.0 / 3.0)))
    assert "0.666667" in shown and "0.6666667" not in shown
