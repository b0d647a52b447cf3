from __future__ import annotations

from autograd import Value, exp
from autograd.graph import topological_order
from autograd.spelling import ATOM, NEGATIVE
from autograd.value import Parameter
from autograd.views.write.names import (
    defined,
    formula_in,
    in_fraction,
    is_defined,
    is_number,
    names,
    places,
    terms_of,
)
from autograd.views.write.notation import LATEX, TEXT


def named(label: str, value: Value) -> Value:
    value.label = label
    return value


def test_nodes_without_a_label_are_numbered_in_the_order_of_evaluation():
    x = Value(2.0, "x")
    u = named("u\n", 3 * x)
    y = exp(u - -1.5) * Value(0.25)
    order = topological_order(y)
    name = names(order)
    assert [name[node] for node in order] == ["u␊", "v1", "v2", "v3"]
    assert list(name.values()) == ["3", "x", "u␊", "−1.5", "v1", "v2", "x1", "v3"]


def test_numbers_that_are_labels_are_left_out():
    root = (Value(1.0, "v1") + Value(2.0, "v3")) * Value(3.0) * Value(1.0, "x1")
    assert list(names(topological_order(root)).values()) == [
        *("v1", "v3", "v2", "x2", "v4", "x1", "v5")
    ]


def test_equal_labels_get_an_index():
    h = Value(0.5, "h")
    for _ in range(3):
        h = named("h", 2 * h)
    name = names(topological_order(h))
    assert [name[node] for node in topological_order(h)] == ["h₂", "h₃", "h₄"]
    same = Value(1.0, "w1") * Value(2.0, "w1")
    assert [names([same])[w] for w in same.parents] == ["w1[1]", "w1[2]"]
    taken = (Value(1.0, "h") * Value(2.0, "h₁")) * Value(1.0, "h")
    assert set(names(topological_order(taken)).values()) >= {"h₁", "h₂", "h₃"}


def test_no_two_names_are_alike(graphs):
    for root in (graphs.nasty(), graphs.worked_example(), graphs.chain(30)):
        name = names(topological_order(root))
        assert len(set(name.values())) == len([v for v in name if not is_number(v, name[v])]) + len(
            {name[v] for v in name if is_number(v, name[v])}
        )


def test_what_is_asked_for_is_named_too():
    y = 2 * Value(3.0, "x")
    other = Value(5.0)
    name = names([y], asked=[y, y.parents[0], other])
    assert (name[y], name[y.parents[0]], name[other]) == ("v1", "c1", "x1")
    assert names([y], asked=iter([y.parents[0]]))[y.parents[0]] == "c1"


def test_what_a_module_computes_is_explained_by_its_place(graphs):
    root = graphs.loss(graphs.network(2, 2, 1))
    name = names(topological_order(root))
    place = places(topological_order(root))
    difference = root.parents[0]
    assert (name[difference], name[root]) == ("v7", "L")
    assert defined(difference, name, place) == "v7 = v6−t0"
    assert is_defined(difference)
    assert not is_defined(root)
    assert defined(difference.parents[0], name, place) == "v6 = layers.1.neurons.0.tanh"


def test_a_long_formula_beside_a_name_is_cut():
    x = [Value(1.0, f"a long label {k}") for k in range(9)]
    root = sum(x[1:], x[0])
    wide = Value(0.0, "y" * 50) * Value(0.0, "z" * 50)
    assert defined(root, names(topological_order(root)), {}) == "v8 = v7+(a long label 8)"
    assert defined(wide, names([wide]), {}) == f"v1 = {'y' * 50}·{'z' * 8}…"
    widest = Value(0.0, "y" * 50) * Value(0.0, "z" * 9)
    assert defined(widest, names([widest]), {}) == f"v1 = {'y' * 50}·{'z' * 9}"


def test_behind_a_partial_sign():
    assert in_fraction("x") == "x"
    assert in_fraction("x+1") == "(x+1)"
    assert in_fraction("v12", LATEX) == "v_{12}"
    assert in_fraction("h₂", LATEX) == "h_{2}"
    assert in_fraction("x+1", LATEX) == r"\left(\mathrm{x+1}\right)"


def test_formulas_are_in_the_names_of_the_parents():
    x = Value(2.0, "a b")
    y = (x * x) * -3
    name = names(topological_order(y))
    assert formula_in(y.parents[0], name) == "(a b)·(a b)"
    assert formula_in(y, name) == "v1·(−3)"
    assert formula_in(y, name, LATEX) == r"v_{1} \cdot \left(-3\right)"


def test_places_count_equal_operations_of_a_module():
    w = Parameter(0.5, "cell.w")
    first = w * Value(1.0, "x")
    second = w * first
    assert places([first, second]) == {first: "cell.multiply", second: "cell.multiply2"}
    assert places([Value(1.0) + 1]) == {}


def test_a_constant_stands_in_formulas_as_its_number():
    y = Value(2.0, "x") + -0.5
    x, constant = y.parents
    assert terms_of(names([y]), TEXT) == {
        x: ("x", ATOM),
        constant: ("−0.5", NEGATIVE),
        y: ("v1", ATOM),
    }
