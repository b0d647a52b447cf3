from __future__ import annotations

import re

from autograd import Value, exp
from autograd.graph import topological_order
from autograd.views.write.names import in_fraction, names
from autograd.views.write.notation import LATEX


def test_labels_numbers_and_expressions():
    x = Value(2.0, "x")
    u = 3 * x
    u.label = "u\n"
    y = exp(u - -1.5) * Value(0.25)
    name = names(topological_order(y))
    assert [name[node] for node in topological_order(y)] == [
        "u␊",
        "(u␊)−(−1.5)",
        "exp((u␊)−(−1.5))",
        "exp((u␊)−(−1.5))·0.25",
    ]
    assert name[x] == "x"


def test_long_expressions_are_cut():
    y = Value(1.0, "x")
    for _ in range(100):
        y = y + 1
    longest = max(names(topological_order(y)).values(), key=len)
    assert len(longest) <= 40
    assert re.fullmatch(r"x\+1…(\+1)+", longest)


def test_what_a_module_computes_is_named_after_it(graphs):
    root = graphs.loss(graphs.network(2, 2, 1))
    name = names(topological_order(root))
    assert len(set(name.values())) == len(name)
    assert "layers.0.neurons.1.tanh" in name.values()
    assert "layers.1.neurons.0.tanh−t0" in name.values()


def test_behind_a_partial_sign():
    x = Value(2.0, "x")
    root = (x + 1) * x
    order = topological_order(root)
    name = names(order)
    assert in_fraction(x, name[x], root) == "x"
    assert in_fraction(order[0], name[order[0]], root) == "(x+1)"
    assert in_fraction(root, name[root], root) == "output"
    assert in_fraction(order[0], name[order[0]], root, LATEX) == r"\left(x+1\right)"
    assert in_fraction(root, name[root], root, LATEX) == r"\mathrm{output}"
