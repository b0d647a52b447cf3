import math

import pytest

from autograd import Value
from autograd.views.paths import Factor, Path
from autograd.views.write.chain_rule import ChainRule, LatexChainRule


@pytest.fixture
def nodes():
    return {name: Value(1.0, name) for name in ("y", "u", "v", "x")}


def writer(form, nodes):
    return form(nodes["y"], nodes["x"], {node: name for name, node in nodes.items()})


def way(nodes, middle, *values):
    factors = (
        Factor(nodes["y"], nodes[middle], values[0]),
        Factor(nodes[middle], nodes["x"], values[1]),
    )
    return Path(factors, math.prod(values))


def test_one_path_is_one_line_and_two_are_aligned(nodes):
    one, two = way(nodes, "u", 2.0, -3.0), way(nodes, "v", -1.0, 4.0)
    text = writer(ChainRule, nodes)
    assert text.sum_over([one], -6.0) == "∂y/∂x = ∂y/∂u · ∂u/∂x = 2.00000 · (-3.00000) = -6.00000"
    assert text.sum_over([one, two], -10.0).split("\n") == [
        "∂y/∂x = ∂y/∂u · ∂u/∂x",
        "      + ∂y/∂v · ∂v/∂x",
        "      = 2.00000 · (-3.00000)",
        "      + (-1.00000) · 4.00000",
        "      = -6.00000 + (-4.00000)",
        "      = -10.0000",
    ]


def test_latex_aligns_every_line(nodes):
    latex = writer(LatexChainRule, nodes).sum_over([way(nodes, "u", 2.0, 3.0)], 6.0)
    assert latex == (
        r"\begin{aligned} \frac{\partial y}{\partial x} & = \frac{\partial y}{\partial u} \cdot "
        r"\frac{\partial u}{\partial x} \\ & = 2.00000 \cdot 3.00000 \\ & = 6.00000 \end{aligned}"
    )


def test_a_recursion_adds_up_what_consumers_pass_on(nodes):
    y, u, v, x = nodes.values()
    links = {y: {u: 2.0, v: 3.0}, u: {x: 4.0}, v: {x: -5.0}}
    gradient = {y: 1.0, u: 2.0, v: 3.0, x: -7.0}
    head, *lines = writer(ChainRule, nodes).recursion(links, gradient, 2).split("\n")
    assert head.startswith("2 paths lead from y to x")
    assert lines == [
        "δ(y) = 1",
        "δ(u) = δ(y) · ∂y/∂u = 1.00000 · 2.00000 = 2.00000",
        "δ(v) = δ(y) · ∂y/∂v = 1.00000 · 3.00000 = 3.00000",
        "δ(x) = δ(u) · ∂u/∂x + δ(v) · ∂v/∂x = 2.00000 · 4.00000 + 3.00000 · (-5.00000) = -7.00000",
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
