"""`grade`: what it takes, and a sample of the benchmark of random networks."""

from __future__ import annotations

from random import Random

import pytest

import autograd
from autograd import Value, grade, tanh
from autograd.grading.grade import setting_of
from nn import MLP, half_squared_error
from tests.benchmarks import grading as benchmark


def test_it_is_public_and_lazy():
    assert autograd.grade is grade
    assert autograd.Grade is type(grade(Value(2.0, "x") * 1, {"v1": "2"}))


def test_bad_arguments():
    y = tanh(Value(0.5, "x"))
    with pytest.raises(TypeError, match=r"grade needs a Value, .* not float"):
        grade(0.5, {"x": "1"})
    for rate in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="learning_rate is a number above 0"):
            grade(y, {"x": "1"}, learning_rate=rate)
    with pytest.raises(ValueError, match="'w' is no leaf of the graph; there are x"):
        grade(y, {"x": "1"}, learning=["w"])
    y.label = "y"
    with pytest.raises(ValueError, match="'y' is no leaf of the graph; there are x"):
        grade(y, {"x": "1"}, learning=["y"])
    with pytest.raises(ValueError, match="after 10,001 rounds, and the most is 10,000"):
        grade(y, {"x@10001": "1"})


def test_what_is_trained_can_be_said():
    a, b = Value(1.0, "a"), Value(2.0, "b")
    y = a * b
    assert setting_of(y, 0.5, ["b"]).learning == (1,)
    assert grade(y, {"a+": "1.0", "b+": "1.5"}, learning=["b"]).score == 1.0


def test_the_graph_is_left_as_it_was():
    w = Value(0.5, "w")
    y = tanh(w * 3)
    y.backward()
    before = (w.data, w.grad, y.data)
    grade(y, {"dE/dw": "9.99999", "w+": "3"})
    assert (w.data, w.grad, y.data) == before


def test_a_module_with_another_activation():
    model = MLP(3, [2, 1], "softplus", seed=3)
    error = half_squared_error(model([0.5, -0.3, 0.8]), [0.2])
    error.backward()
    hidden = model.layers[0].neurons[0]
    z = sum(w.data * x for w, x in zip(hidden.weights, (0.5, -0.3, 0.8), strict=True))
    slope = 1.0 / (1.0 + 2.718281828459045 ** -(z + hidden.bias.data))
    name = "layers.0.neurons.0"
    given = {f"dE/d{name}.{each.label.rpartition('.')[2]}": f"{each.grad / slope:.8f}"
             for each in hidden.weights}  # fmt: skip
    graded = grade(error, given)
    assert graded.mistakes == ("missing σ′",)
    assert [item.verdict for item in graded.items].count("wrong") == 1


def test_the_mistakes_of_random_graphs_have_their_names():
    """One network or formula of each kind; `tests/benchmarks/grading.md` has 1,000."""
    found = benchmark.measure(len(benchmark.EXPECTED), 2, spoil_each=0)
    assert found.tried.total() == len(benchmark.EXPECTED)
    assert found.named.total() >= 0.9 * found.tried.total()
    assert found.right > 500
    assert found.right_named == 0


def test_spoiled_digits_have_no_name():
    random = Random(11)
    found = benchmark.Figures()
    for kind in ("sign", "no bias", "summed", "edge sign"):
        while (made := benchmark.task(kind, random)) is None:
            pass
        benchmark.count_spoiled(found, made, benchmark.sheet(made.right, random), random)
    assert found.spoiled > 30
    assert found.spoiled_named == 0
