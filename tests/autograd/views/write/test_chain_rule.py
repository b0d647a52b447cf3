import math

import pytest

from autograd import Value, derivation, total
from autograd.views.paths import Link, Ways
from autograd.views.write.chain_rule import ChainRule, LatexChainRule


@pytest.fixture
def nodes():
    return {name: Value(1.0, name) for name in ("y", "u", "v", "x")}


def writer(form, nodes):
    return form({node: name for name, node in nodes.items()})


def over(nodes, *ways):
    """The ways from y to x over the given middles, each with its two factors."""
    y, x = nodes["y"], nodes["x"]
    links = {nodes[name]: (Link(nodes[name], x, second, 0),) for name, _, second in ways}
    first = [Link(y, nodes[name], value, k) for k, (name, value, _) in enumerate(ways)]
    return Ways(y, x, links | {y: tuple(first)})


def written(form, nodes, ways, total):
    return writer(form, nodes).derivation(ways, ways, total)


def test_one_path_is_one_line_and_two_are_aligned(nodes):
    one = over(nodes, ("u", 2.0, -3.0))
    two = over(nodes, ("u", 2.0, -3.0), ("v", -1.0, 4.0))
    assert written(ChainRule, nodes, one, -6.0) == (
        "∂y/∂x = ∂y/∂u · ∂u/∂x = 2.00000 · (−3.00000) = −6.00000"
    )
    assert written(ChainRule, nodes, two, -10.0).split("\n") == [
        "∂y/∂x = ∂y/∂u · ∂u/∂x",
        "      + ∂y/∂v · ∂v/∂x",
        "      = 2.00000 · (−3.00000)",
        "      + (−1.00000) · 4.00000",
        "      = −6.00000 + (−4.00000)",
        "      = −10.0000",
    ]


def test_latex_aligns_every_line(nodes):
    latex = written(LatexChainRule, nodes, over(nodes, ("u", 2.0, 3.0)), 6.0)
    assert latex == (
        r"\begin{aligned} \frac{\partial y}{\partial x} & = \frac{\partial y}{\partial u} \cdot "
        r"\frac{\partial u}{\partial x} \\ & = 2.00000 \cdot 3.00000 \\ & = 6.00000 \end{aligned}"
    )


def test_a_factor_with_other_ways_beside_it_is_marked(nodes):
    y, u, _, x = nodes.values()
    ways = Ways(y, x, {u: (Link(u, x, 4.0, 0),), y: (Link(y, u, 2.0, 0), Link(y, x, 3.0, 1))})
    assert written(ChainRule, nodes, ways, 11.0).split("\n") == [
        "∂y/∂x = ∂y/∂u · ∂u/∂x",
        "      + ∂y/∂x|₂",
        "      = 2.00000 · 4.00000",
        "      + 3.00000",
        "      = 8.00000 + 3.00000",
        "      = 11.0000",
        "|ₖ marks a local derivative: through the k-th argument alone",
    ]
    latex = written(LatexChainRule, nodes, ways, 11.0)
    assert r"\left.\frac{\partial y}{\partial x}\right|_{2}" in latex
    assert r"&|_{k}\text{ marks a local derivative" in latex


def test_in_latex_too_a_minus_behind_another_sign_is_in_parentheses(nodes):
    two = over(nodes, ("u", 2.0, -3.0), ("v", -1.0, 4.0))
    lines = written(LatexChainRule, nodes, two, -10.0).split(r" \\ ")
    assert lines[2:] == [
        r"& = 2.00000 \cdot (-3.00000)",
        r"& + (-1.00000) \cdot 4.00000",
        "& = -6.00000 + (-4.00000)",
        r"& = -10.0000 \end{aligned}",
    ]


def test_a_stretch_beside_others_is_marked_as_direct_in_latex(nodes):
    y, u, _, x = nodes.values()
    ways = Ways(y, x, {u: (Link(u, x, 4.0, 0),), y: (Link(y, u, 2.0, 0), Link(y, x, 3.0, None))})
    latex = written(LatexChainRule, nodes, ways, 11.0)
    assert r"\left.\frac{\partial y}{\partial x}\right|_{\text{direct}}" in latex
    note = r"&|_{\text{direct}}\text{ marks a derivative along unlabelled nodes alone}"
    assert latex.endswith(note + r" \end{aligned}")


def test_the_root_by_itself_is_no_equation(nodes):
    own = Ways(nodes["y"], nodes["y"], {})
    said = "the output's own gradient is 1, where backpropagation starts"
    assert written(ChainRule, nodes, own, 1.0) == said
    assert rf"\text{{{said}}}" in written(LatexChainRule, nodes, own, 1.0)


def test_a_recursion_adds_up_what_consumers_pass_on(nodes, monkeypatch):
    monkeypatch.setattr("autograd.views.write.chain_rule.MOST_PATHS", 1)
    y, u, v, x = nodes.values()
    links = {
        u: (Link(u, x, 4.0, 0),),
        v: (Link(v, x, -5.0, 0),),
        y: (Link(y, u, 2.0, 0), Link(y, v, 3.0, 1)),
    }
    ways = Ways(y, x, links)
    head, *lines = written(ChainRule, nodes, ways, -7.0).split("\n")
    assert head.startswith("2 paths lead from y to x")
    assert sorted(lines[1:3]) == [
        "δ(u) = δ(y) · ∂y/∂u = 1.00000 · 2.00000 = 2.00000",
        "δ(v) = δ(y) · ∂y/∂v = 1.00000 · 3.00000 = 3.00000",
    ]
    assert lines[0] == "δ(y) = 1"
    assert lines[3:] == [
        "δ(x) = δ(u) · ∂u/∂x + δ(v) · ∂v/∂x = 2.00000 · 4.00000 + 3.00000 · (−5.00000) = −7.00000",
        "∂y/∂x = δ(x)",
    ]


@pytest.mark.parametrize(
    ("value", "latex"),
    [
        (0.5, "0.500000"),
        (2e7, r"2.00000 \cdot 10^{7}"),
        (-1.5e-7, r"-1.50000 \cdot 10^{-7}"),
        (math.inf, r"\infty"),
        (-math.inf, r"-\infty"),
        (math.nan, r"\mathrm{nan}"),
    ],
)
def test_numbers_in_latex(nodes, value, latex):
    assert writer(LatexChainRule, nodes).number(value) == latex


@pytest.mark.parametrize(("count", "written"), [(100, True), (101, False)])
def test_a_hundred_paths_are_written_and_no_more(count, written):
    x = Value(1.0, "x")
    found = derivation(total([x] * count), x)
    assert (found.path_count, len(found.paths)) == (count, count * written)
    assert found.text.count("∂v1/∂x|") == count  # a term each way, in one line of a recursion
    assert ("101 paths lead from v1 to x, too many to write" in found.text) is not written


def test_definitions_stand_exactly_below_each_other():
    a = Value(2.0, "a")
    found = derivation((a * a).exp(), a)
    assert "\nwith v1 = a·a\n     v2 = exp(v1)" in found.text
    first, second = r"&\text{with } v_{1} = a \cdot a", r"&\phantom{\text{with }} v_{2} = e^{v_{1}}"
    assert rf"{first} \\ {second}" in found.latex
