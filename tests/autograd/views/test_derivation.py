from __future__ import annotations

import dataclasses
import math
import re

import pytest

from autograd import Value, derivation, exp, sigmoid, total
from autograd.graph import leaves, topological_order
from autograd.views.write.chain_rule import MOST_PATHS


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
    assert derived.text.split("\n")[0] == (
        "∂E/∂w5 = ∂E/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂w5 "
        "= 0.741365 · 0.186816 · 0.593270 = 0.0821670"
    )
    assert str(derived) == derived.text


def test_two_paths_are_added(worked):
    derived = derivation(worked["E"], worked["w1"])
    assert derived.text.split("\n")[:6] == [
        "∂E/∂w1 = ∂E/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂out_h1 · ∂out_h1/∂net_h1 · ∂net_h1/∂w1",
        "       + ∂E/∂out_o2 · ∂out_o2/∂net_o2 · ∂net_o2/∂out_h1 · ∂out_h1/∂net_h1 · ∂net_h1/∂w1",
        "       = 0.741365 · 0.186816 · 0.400000 · 0.241301 · 0.0500000",
        "       + (−0.217072) · 0.175510 · 0.500000 · 0.241301 · 0.0500000",
        "       = 0.000668396 + (−0.000229828)",
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
    assert derived.latex.startswith(
        r"\begin{aligned} \frac{\partial E}{\partial w_{5}} & = "
        r"\frac{\partial E}{\partial \mathrm{out}_{\mathrm{o1}}} \cdot "
        r"\frac{\partial \mathrm{out}_{\mathrm{o1}}}{\partial \mathrm{net}_{\mathrm{o1}}} \cdot "
        r"\frac{\partial \mathrm{net}_{\mathrm{o1}}}{\partial w_{5}} \\ "
        r"& = 0.741365 \cdot 0.186816 \cdot 0.593270 \\ & = 0.0821670 \\ "
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


def test_what_lies_between_two_labels_is_derived_below(worked):
    text = derivation(worked["E"], worked["w5"]).text.split("\n")
    assert text[1:3] == [
        "∂E/∂out_o1 = ∂E/∂v12 · ∂v12/∂v11 · ∂v11/∂v10 · ∂v10/∂out_o1 "
        "= 1.00000 · 0.500000 · (−1.48273) · (−1.00000) = 0.741365",
        "∂net_o1/∂w5 = ∂net_o1/∂v9 · ∂v9/∂v4 · ∂v4/∂w5 = 1.00000 · 1.00000 · 0.593270 = 0.593270",
    ]
    assert text[3:] == [
        "with v4 = w5·out_h1",
        "     v9 = v4+v8",
        "     v10 = 0.01−out_o1",
        "     v11 = v10²",
        "     v12 = 0.5·v11",
    ]


def test_without_labels_between_there_is_a_factor_for_each_link():
    x = Value(2.0, "x")
    y = named("y", exp(3 * x) * x)
    derived = derivation(y, x)
    v2, v1 = y.parents[0], y.parents[0].parents[0]
    assert [path.factors for path in derived.paths] == [
        ((y, v2, 2.0), (v2, v1, v2.data), (v1, x, 3.0)),
        ((y, x, v2.data),),
    ]
    assert derived.text.split("\n")[:2] == ["∂y/∂x = ∂y/∂v2 · ∂v2/∂v1 · ∂v1/∂x", "      + ∂y/∂x|₂"]


def test_a_square_is_the_sum_over_its_two_arguments():
    x = Value(3.0, "x")
    assert derivation(named("y", x * x), x).text.split("\n") == [
        "∂y/∂x = ∂y/∂x|₁",
        "      + ∂y/∂x|₂",
        "      = 3.00000",
        "      + 3.00000",
        "      = 6.00000",
        "|ₖ marks a local derivative: through the k-th argument alone",
    ]


def test_equal_labels_get_an_index():
    h, w = Value(0.5, "h"), Value(2.0, "w")
    for _ in range(2):
        h = named("h", w * h)
    assert derivation(h, h.parents[1]).text == "∂h₃/∂h₂ = 2.00000"
    assert r"\frac{\partial h_{3}}{\partial h_{2}}" in derivation(h, h.parents[1]).latex
    n = Value(0.5, "h1")
    assert "∂y/∂h1[1] = 1.00000" in derivation(named("y", n + Value(1.0, "h1")), n).text
    assert r"\partial h_{1,1}" in derivation(named("y", n + Value(1.0, "h1")), n).latex


def test_a_direct_way_is_told_from_the_derivative_sought():
    x = Value(3.0, "x")
    u = named("u", x.exp())
    derived = derivation(named("y", u + 2 * x), x)
    assert "+ ∂y/∂x|direct" in derived.text
    assert "\n∂y/∂x|direct = ∂y/∂v1 · ∂v1/∂x = 1.00000 · 2.00000 = 2.00000" in derived.text
    assert "|direct marks a derivative along unlabelled nodes alone" in derived.text
    assert r"\right|_{\text{direct}}" in derived.latex


def test_an_unrelated_value_has_no_path(worked):
    derived = derivation(worked["E"], Value(1.0, "z"))
    assert (derived.paths, derived.path_count, derived.total) == ((), 0, 0.0)
    assert derived.text == "∂E/∂z = 0"


def test_the_root_by_itself_is_one(worked):
    derived = derivation(worked["E"], worked["E"])
    assert (derived.total, derived.path_count) == (1.0, 1)
    assert derived.text == "the output's own gradient is 1, where backpropagation starts"
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


def test_too_many_unlabelled_paths_are_a_recursion_too():
    y, x = double(labelled=False)
    derived = derivation(y, x)
    assert (derived.path_count, derived.paths) == (2**25, ())
    assert "δ(v2) = δ(v3) · ∂v3/∂v2 = 1.67772e+07 · 1.00000 = 1.67772e+07\n" in derived.text
    top = named("z", named("m", y.parents[0] * 2) + 1)
    assert "\n16777216 paths lead from m to x, too many to write." in derivation(top, x).text


def test_a_factor_over_many_ways_is_told_from_the_whole():
    x = Value(2.0, "x")
    a, b = x + 1, x * x
    m = named("m", a * b)
    y = named("y", m + b)
    lines = derivation(y, x).text.split("\n")
    assert lines[:2] == ["∂y/∂x = ∂y/∂m · ∂m/∂x", "      + ∂y/∂x|direct"]
    assert "      + ∂y/∂v2 · ∂v2/∂x|₂" not in lines
    assert any(line.startswith("∂y/∂x|direct = ∂y/∂v2|₂ · ∂v2/∂x|₁") for line in lines)


def test_a_deep_chain_of_labels_does_not_recurse():
    x = y = Value(1.0, "x")
    for k in range(5000):
        y = named(f"y{k}", y + 1.0)
    assert len(derivation(y, x).paths[0].factors) == 5000


def test_values_without_a_label_are_numbered_and_defined():
    x = Value(3.0, "x")
    u = x + 1
    assert derivation(x * 2, x).text == "∂v1/∂x = 2.00000\nwith v1 = x·2"
    derived = derivation(named("y", u * 2), u)
    assert derived.text == "∂y/∂v1 = 2.00000\nwith v1 = x+1"
    assert r"\partial v_{1}} & = 2.00000 \\ &\text{with } v_{1} = x+1" in derived.latex


def test_a_constant_that_is_asked_for_has_a_name():
    y = 2 * Value(3.0, "x")
    assert derivation(named("y", y), y.parents[0]).text == "∂y/∂c1 = 3.00000"


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


def test_the_words_beside_the_formulas_speak_chinese():
    a, b = Value(3.0, "a"), Value(4.0, "b")
    c = a * b + a
    found = derivation(c, a, lang="zh")
    assert "其中 v1 = a·b" in found.text
    assert "|ₖ 表示局部梯度：只经过第 k 个自变量" in found.text
    assert r"&\text{其中 } v_{1}" in found.latex
    assert not re.search("[a-z]{4}", found.text)
    assert "反向传播由此开始" in derivation(c, c, lang="zh").text
    y = a
    for _ in range(8):
        y = y * y
    assert derivation(y, a, lang="zh").text.startswith("从 v8 到 a 有 256 条路径")
    two = derivation((a * b).exp().tanh(), a, lang="zh")
    assert "\n其中 v1 = a·b\n     v2 = exp(v1)" in two.text
    assert r"&\text{其中 } v_{1} = a \cdot b \\ &\phantom{\text{其中 }} v_{2} =" in two.latex
    with pytest.raises(ValueError, match="lang"):
        derivation(c, a, lang="fr")


@pytest.mark.parametrize(("count", "written"), [(MOST_PATHS, MOST_PATHS), (MOST_PATHS + 1, 0)])
def test_as_many_paths_as_are_written_out_are_kept(count, written):
    x = Value(2.0, "x")
    terms = [named(f"y{k}", k * x) for k in range(count)]
    found = derivation(total(terms), x)
    assert len(found.paths) == written
    assert found.total == sum(range(count))


def test_a_derivation_is_itself_alone_and_stays_as_it_is(worked):
    first, second = (derivation(worked["E"], worked["w1"]) for _ in range(2))
    assert first != second
    assert len({first, second}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.total = 1.0
