from __future__ import annotations

import math

import pytest

from autograd import Value, derivation, exp, sigmoid
from autograd.graph import leaves, topological_order


def named(label: str, value: Value) -> Value:
    value.label = label
    return value


@pytest.fixture
def worked() -> dict[str, Value]:
    """The 2-2-2 network of the notes, labelled as they label it."""
    figures = {"w1": 0.15, "w2": 0.2, "w3": 0.25, "w4": 0.3, "w5": 0.4, "w6": 0.45, "w7": 0.5}
    figures |= {"w8": 0.55, "b1": 0.35, "b2": 0.6, "i1": 0.05, "i2": 0.1}
    v = {name: Value(number, name) for name, number in figures.items()}
    v["net_h1"] = named("net_h1", v["w1"] * v["i1"] + v["w2"] * v["i2"] + v["b1"])
    v["net_h2"] = named("net_h2", v["w3"] * v["i1"] + v["w4"] * v["i2"] + v["b1"])
    v["out_h1"] = named("out_h1", sigmoid(v["net_h1"]))
    v["out_h2"] = named("out_h2", sigmoid(v["net_h2"]))
    v["net_o1"] = named("net_o1", v["w5"] * v["out_h1"] + v["w6"] * v["out_h2"] + v["b2"])
    v["net_o2"] = named("net_o2", v["w7"] * v["out_h1"] + v["w8"] * v["out_h2"] + v["b2"])
    v["out_o1"] = named("out_o1", sigmoid(v["net_o1"]))
    v["out_o2"] = named("out_o2", sigmoid(v["net_o2"]))
    error = 0.5 * (0.01 - v["out_o1"]) ** 2 + 0.5 * (0.99 - v["out_o2"]) ** 2
    v["E"] = named("E", error)
    return v


def test_one_path_reads_like_the_textbook(worked):
    derived = derivation(worked["E"], worked["w5"])
    assert derived.text == (
        "∂E/∂w5 = ∂E/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂w5 "
        "= 0.741365 · 0.186816 · 0.593270 = 0.0821670"
    )
    assert str(derived) == derived.text


def test_two_paths_are_added(worked):
    derived = derivation(worked["E"], worked["w1"])
    assert derived.text.split("\n") == [
        "∂E/∂w1 = ∂E/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂out_h1 · ∂out_h1/∂net_h1 · ∂net_h1/∂w1",
        "       + ∂E/∂out_o2 · ∂out_o2/∂net_o2 · ∂net_o2/∂out_h1 · ∂out_h1/∂net_h1 · ∂net_h1/∂w1",
        "       = 0.741365 · 0.186816 · 0.400000 · 0.241301 · 0.0500000",
        "       + (-0.217072) · 0.175510 · 0.500000 · 0.241301 · 0.0500000",
        "       = 0.000668396 + (-0.000229828)",
        "       = 0.000438568",
    ]
    assert derived.path_count == len(derived.paths) == 2
    first = derived.paths[0].factors
    assert [(f.numerator.label, f.denominator.label) for f in first][:2] == [
        ("E", "out_o1"),
        ("out_o1", "net_o1"),
    ]
    numerator, denominator, value = first[-1]
    assert (numerator, denominator, value) == (worked["net_h1"], worked["w1"], 0.05)


def test_latex(worked):
    derived = derivation(worked["E"], worked["w5"])
    assert derived.latex == (
        r"\begin{aligned} \frac{\partial E}{\partial w_{5}} & = "
        r"\frac{\partial E}{\partial \mathrm{out}_{\mathrm{o1}}} \cdot "
        r"\frac{\partial \mathrm{out}_{\mathrm{o1}}}{\partial \mathrm{net}_{\mathrm{o1}}} \cdot "
        r"\frac{\partial \mathrm{net}_{\mathrm{o1}}}{\partial w_{5}} \\ "
        r"& = 0.741365 \cdot 0.186816 \cdot 0.593270 \\ & = 0.0821670 \end{aligned}"
    )
    assert derived._repr_latex_() == derived._repr_markdown_() == f"$$\n{derived.latex}\n$$"


def test_paths_add_up_to_the_gradient_everywhere(worked):
    error = worked["E"]
    error.backward()
    for node in (*leaves(error), *topological_order(error)):
        derived = derivation(error, node)
        assert derived.total == node.grad
        assert math.isclose(sum(path.product for path in derived.paths), node.grad, rel_tol=1e-12)
        for path in derived.paths:
            product = math.prod(factor.value for factor in path.factors)
            assert math.isclose(path.product, product, rel_tol=1e-15)


def test_unlabelled_nodes_are_multiplied_in():
    x = Value(2.0, "x")
    y = named("y", exp(3 * x) * x)
    derived = derivation(y, x)
    assert len(derived.paths) == 1
    assert derived.paths[0].factors == ((y, x, derived.total),)
    assert derived.text == f"∂y/∂x = {derived.total:#.6g}"


def test_a_direct_way_is_told_from_the_derivative_sought():
    x = Value(3.0, "x")
    u = named("u", x * x)
    assert "+ ∂y/∂x|direct" in derivation(named("y", u + 2 * x), x).text
    assert r"\right|_{\text{direct}}" in derivation(named("y", u + 2 * x), x).latex


def test_an_unrelated_value_has_no_path(worked):
    derived = derivation(worked["E"], Value(1.0, "z"))
    assert (derived.paths, derived.path_count, derived.total) == ((), 0, 0.0)
    assert derived.text == "∂E/∂z = 0"


def test_the_root_by_itself_is_one(worked):
    derived = derivation(worked["E"], worked["E"])
    assert (derived.total, derived.path_count, derived.text) == (1.0, 1, "∂E/∂E = 1")
    assert derived.paths[0].factors == ()


def double(labelled: bool) -> tuple[Value, Value]:
    """A chain through 25 sums of two equal terms: 2^25 paths."""
    x = y = Value(1.0, "x")
    for k in range(25):
        a, b = 1.0 * y, 1.0 * y
        if labelled:
            a.label, b.label = f"a{k}", f"b{k}"
        y = a + b
        if labelled:
            y.label = f"y{k}"
    return named("y", y), x


def test_too_many_paths_are_written_as_a_recursion():
    y, x = double(labelled=True)
    derived = derivation(y, x)
    assert (derived.path_count, derived.paths, derived.total) == (2**25, (), 2.0**25)
    lines = derived.text.split("\n")
    assert lines[0].startswith("33554432 paths lead from y to x, too many to write.")
    assert lines[1:3] == ["δ(y) = 1", "δ(a24) = δ(y) · ∂y/∂a24 = 1.00000 · 1.00000 = 1.00000"]
    assert lines[-2] == (
        "δ(x) = δ(a0) · ∂a0/∂x + δ(b0) · ∂b0/∂x = "
        "1.67772e+07 · 1.00000 + 1.67772e+07 · 1.00000 = 3.35544e+07"
    )
    assert lines[-1] == "∂y/∂x = δ(x)"
    assert r"\delta_{x}" in derived.latex
    assert "10^{7}" in derived.latex


def test_many_unlabelled_paths_are_one_factor():
    y, x = double(labelled=False)
    assert derivation(y, x).text == "∂y/∂x = 3.35544e+07"
    assert len(derivation(y, x).paths) == 1


def test_a_deep_chain_of_labels_does_not_recurse():
    x = y = Value(1.0, "x")
    for k in range(5000):
        y = named(f"y{k}", y + 1.0)
    assert len(derivation(y, x).paths[0].factors) == 5000


def test_an_output_without_a_label_is_called_output():
    x = Value(3.0, "x")
    assert derivation(x * 2, x).text == "∂output/∂x = 2.00000"
    assert r"\mathrm{output}" in derivation(x * 2, x).latex


def test_a_value_without_a_label_is_called_by_its_expression():
    x = Value(3.0, "x")
    u = x + 1
    derived = derivation(named("y", u * 2), u)
    assert derived.text == "∂y/∂(x+1) = 2.00000"
    assert r"\partial \left(x+1\right)" in derived.latex


def test_repr_is_short(worked):
    assert repr(derivation(worked["E"], worked["w1"])).startswith(
        "<Derivation over 2 paths: 0.0004"
    )


def test_only_values_have_a_derivation():
    with pytest.raises(TypeError, match="two Values"):
        derivation(Value(1.0), "x")


def test_the_derivative_of_a_value_by_itself_is_an_empty_product():
    x = Value(3.0, "x")
    (path,) = derivation(x, x).paths
    assert path.factors == ()
    assert isinstance(path.product, float)
    assert path.product == 1.0
