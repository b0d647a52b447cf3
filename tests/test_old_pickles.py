"""What version 0.1 pickled still loads: a graph, a program, a model and its optimiser.

``version_0_1.pickle`` was written by version 0.1, as the dict of these four.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "autograd" / "data" / "version_0_1.pickle"


@pytest.fixture(scope="module")
def old():
    return pickle.loads(DATA.read_bytes())


def test_a_graph_backpropagates(old):
    y = old["graph"]
    w, x = y.parents[0].parents[0].parents[0].parents
    assert (w.label, x.label) == ("w", "x")
    before = w.grad
    y.backward()
    assert w.grad == 2.0 * before != 0.0


def test_a_program_computes_and_trains(old):
    program = old["program"]
    assert program([1.0, 2.0], 3.0) == 1.0
    (v,) = program.parameters
    v.grad = 0.0
    assert program.backward([[1.0, 2.0], [3.0, 0.0]], [3.0, 6.0]) == 0.5
    assert v.grad == 1.0


def test_a_model_goes_on_learning(old):
    model, optimizer = old["model"], old["optimizer"]
    assert optimizer.parameters[0] is model.parameters()[0]
    (output,) = model([0.5, -0.5])
    output.backward()
    before = [p.data for p in model.parameters()]
    optimizer.step()
    assert optimizer.steps == 2
    assert [p.data for p in model.parameters()] != before
