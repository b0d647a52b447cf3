"""The order of a graph, its leaves, and `replay`."""

from __future__ import annotations

import math

import pytest

from autograd import Value, exp, log, replay, sqrt
from autograd.graph import leaves, operation_of, topological_order


def test_parents_come_before_consumers_and_each_once() -> None:
    x = Value(2.0)
    a = x * x
    b = a + x
    c = a * b
    d = c + b
    order = topological_order(d)
    assert set(order) == {a, b, c, d}
    assert len(order) == 4
    position = {node: i for i, node in enumerate(order)}
    for node in order:
        for parent in node.parents:
            assert parent is x or position[parent] < position[node]
    assert order[-1] is d


def test_a_leaf_has_no_order() -> None:
    x = Value(2.0)
    assert topological_order(x) == []
    assert leaves(x) == [x]


def test_leaves_in_the_order_of_first_use() -> None:
    w, x, b = Value(1.0, "w"), Value(2.0, "x"), Value(3.0, "b")
    assert leaves(w * x + b * x) == [w, x, b]


def test_replay_computes_again_in_place() -> None:
    x, w = Value(0.5, "x"), Value(2.0, "w")
    h = exp(x * w)
    y = h + x
    x.data = -1.0
    assert replay(y) is y
    assert h.data == math.exp(-2.0)
    assert y.data == math.exp(-2.0) - 1.0
    y.backward()
    assert x.grad == 2.0 * math.exp(-2.0) + 1.0
    assert w.grad == -math.exp(-2.0)


def test_a_replay_that_fails_leaves_the_graph_as_it_was() -> None:
    x = Value(4.0, "x")
    square = x * x
    y = square + log(x)  # the square is computed again before the logarithm fails
    before = (y.data, square.data, square.local_gradients())
    x.data = -4.0
    with pytest.raises(ValueError, match=r"log has no real value at 'x' = -4.0"):
        replay(y)
    assert (y.data, square.data, square.local_gradients()) == before


def test_replay_of_an_infinite_derivative() -> None:
    x = Value(4.0)
    y = sqrt(x)
    x.data = 0.0
    assert replay(y).local_gradients() == (math.inf,)


def test_replay_of_a_leaf_is_the_leaf() -> None:
    x = Value(2.0)
    assert replay(x) is x


def test_replay_of_a_number_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"replay needs a Value, .*, not float"):
        replay(3.0)  # type: ignore[type-var]


def test_a_leaf_has_no_operation() -> None:
    with pytest.raises(ValueError, match="is a leaf: no operation computed it"):
        operation_of(Value(1.0))
