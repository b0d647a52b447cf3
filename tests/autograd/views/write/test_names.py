from __future__ import annotations

import re

from autograd import Value, exp
from autograd.graph import topological_order
from autograd.spelling import ATOM
from autograd.value import Parameter
from autograd.views.write.names import in_fraction, names, places, terms_of
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


def test_places_count_equal_operations_of_a_module():
    w = Parameter(0.5, "cell.w")
    first = w * Value(1.0, "x")
    second = w * first
    assert places([first, second]) == {first: "cell.multiply", second: "cell.multiply2"}
    assert places([Value(1.0) + 1]) == {}


def test_terms_are_of_leaves_labelled_nodes_and_places():
    x = Value(2.0, "x")
    u, v = x * x, x + x
    u.label = "u"
    terms = terms_of([u, v, u * v], {v: "cell.add"}, lambda value: (value.label.upper(), ATOM))
    assert terms == {x: ("X", ATOM), u: ("U", ATOM), v: ("cell.add", ATOM)}
