"""Graphs that several tests of the views draw; a test gets this module as the fixture `graphs`."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from types import ModuleType

import pytest

from autograd import Drawing, Value, dot, draw, sigmoid, tanh
from autograd.value import Parameter

NASTY_LABELS = (
    "\"quoted\" 'twice'",
    "<script>alert(1)</script>",
    "<b>x</b>",
    "a & b &amp; c",
    "back\\slash \\N \\l",
    "new\nline\ttab",
    "a:b",
    "nul\0bell\a",
    "bidi \u202e\u2066override",
    "隐藏层的第一个神经元的权重",
    "lone \ud800 surrogate",
    "]]>",
    "{record|field}",
    "x" * 200,
    "\ufffe\uffff",
    " ",
)


@pytest.fixture(scope="session")
def neato() -> bool:
    """Whether Graphviz is installed, with the part that draws a graph at given places."""
    try:
        drawn = subprocess.run(
            ["neato", "-n2"], input=b"graph {}", capture_output=True, check=False
        )
    except FileNotFoundError:
        return False
    return drawn.returncode == 0


@pytest.fixture
def graphs() -> ModuleType:
    """The functions below."""
    return sys.modules[__name__]


@pytest.fixture
def drawing(graphs: ModuleType) -> Drawing:
    """The worked example, drawn."""
    return draw(graphs.worked_example())


def worked_example() -> Value:
    """The 2-2-2 network of the notes, after backward."""
    i1, i2 = Value(0.05, "i1"), Value(0.10, "i2")
    w = [
        Parameter(data, f"w{k}")
        for k, data in enumerate((0, 0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55))
    ]
    b1, b2 = Parameter(0.35, "b1"), Parameter(0.6, "b2")
    h1 = sigmoid(named("net_h1", w[1] * i1 + w[2] * i2 + b1))
    h2 = sigmoid(named("net_h2", w[3] * i1 + w[4] * i2 + b1))
    named("h1", h1), named("h2", h2)
    o1 = sigmoid(named("net_o1", w[5] * h1 + w[6] * h2 + b2))
    o2 = sigmoid(named("net_o2", w[7] * h1 + w[8] * h2 + b2))
    named("o1", o1), named("o2", o2)
    e1 = named("E1", 0.5 * (Value(0.01, "t1") - o1) ** 2)
    e2 = named("E2", 0.5 * (Value(0.99, "t2") - o2) ** 2)
    error = named("E", e1 + e2)
    error.backward()
    return error


def network(*sizes: int) -> list[Value]:
    """Outputs of a tanh network whose parameters are labelled as modules label theirs."""
    row = [Value(0.1 * (k + 1), f"x{k}") for k in range(sizes[0])]
    for layer, (n_in, n_out) in enumerate(pairwise(sizes)):
        outputs = []
        for neuron in range(n_out):
            path = f"layers.{layer}.neurons.{neuron}"
            weights = [Parameter(0.05 * (k - 1), f"{path}.w{k}") for k in range(n_in)]
            outputs.append(tanh(dot(weights, row, Parameter(0.0, f"{path}.b"))))
        row = outputs
    return row


def loss(outputs: list[Value]) -> Value:
    """Squared error against labelled targets, after backward."""
    error = sum((output - Value(0.5, f"t{k}")) ** 2 for k, output in enumerate(outputs))
    error.label = "L"
    error.backward()
    return error


def small_network() -> Value:
    """The loss of a 2-2-1 network."""
    return loss(network(2, 2, 1))


def chain(steps: int) -> Value:
    """A chain in which one parameter feeds every step."""
    w, x = Parameter(0.9, "w"), Value(1.0, "x")
    for _ in range(steps):
        x = x * w
    return x


def nasty() -> Value:
    """One node for each label that a drawing could trip over."""
    total = Value(0.0, "start")
    for label in NASTY_LABELS:
        total = total + Value(1.0, label)
        total.label = label
    return total


def named(label: str, value: Value) -> Value:
    """The value, with a label."""
    value.label = label
    return value
