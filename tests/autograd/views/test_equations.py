"""No view states a false derivative: what is printed is parsed back, over random graphs.

∂a/∂b must be the derivative along all ways from a to b, ∂a/∂b|ₖ the one through the k-th argument.
"""

from __future__ import annotations

import random
import re

import pytest

from autograd import Value, derivation, dot, ledger, sin, tanh, walkthrough
from autograd.graph import leaves, topological_order
from autograd.views.steps import each_step
from autograd.views.write.names import names

FRACTION = re.compile(r"∂([\w.\[\]]+)/∂([\w.\[\]]+)(?:\|([₀-₉]+|direct))?")
NUMBER = re.compile(r"−?\d+\.?\d*(?:e[+-]\d+)?")
DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
SEEDS = range(60)


def random_graph(seed: int) -> Value:
    """A graph with shared nodes and repeated arguments; some nodes have labels, some the same."""
    choose = random.Random(seed)
    made = [Value(choose.uniform(0.5, 2.0), label) for label in ("x", "w1", "")]
    for _ in range(choose.randint(1, 9)):
        a, b, c = (choose.choice(made[-4:] + made[:2]) for _ in range(3))
        kinds = (a * a, a * b, a + b, a - 0.5 * b, sin(a), tanh(a * b + c), dot([a, b], [b, c], a))
        node = choose.choice(kinds)
        node.label = choose.choice(("", "", "", "h", "v1", "u1", "w1"))
        made.append(node)
    return made[-1]


def nodes_of(root: Value) -> list[Value]:
    return list(dict.fromkeys([*leaves(root), *topological_order(root)]))


def total(a: Value, b: Value) -> float:
    found = {step.parent: step.accumulated for step in each_step(topological_order(a))}
    return 1.0 if a is b else found.get(b, 0.0)


def directly(a: Value, b: Value) -> float:
    """∂a/∂b along unlabelled nodes alone."""
    found = {a: 1.0}
    for node in reversed(topological_order(a)):
        if node in found and (node is a or not node.label) and node is not b:
            for parent, local in zip(node.parents, node.local_gradients(), strict=True):
                found[parent] = found.get(parent, 0.0) + found[node] * local
    return found[b]


def check(name: dict[Value, str], found: re.Match[str], printed: str) -> None:
    of = {text: node for node, text in name.items()}
    a, b, mark = of[found[1]], of[found[2]], found[3]
    if mark is None:
        expected = total(a, b)
    elif mark == "direct":
        expected = directly(a, b)
    else:
        argument = int(mark.translate(DIGITS)) - 1
        assert a.parents[argument] is b
        expected = a.local_gradients()[argument]
    assert float(printed.replace("−", "-")) == pytest.approx(expected, rel=1e-5, abs=1e-12), found[
        0
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_equation_of_a_derivation_is_true(seed):
    root = random_graph(seed)
    for value in nodes_of(root):
        if value is root or derivation(root, value).path_count > 100:
            continue
        text = derivation(root, value).text
        name = names(topological_order(root), [root, value])
        blocks = re.split(r"\n(?=∂)", text.split("\nwith ")[0].split("\n|")[0])
        for block in blocks:
            left, *factors = FRACTION.finditer(block)
            numbers = NUMBER.findall(FRACTION.sub("", block))
            check(name, left, numbers[-1])
            for factor, number in zip(factors, numbers, strict=False):
                check(name, factor, number)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_paths_of_a_derivation_are_links_and_add_up(seed):
    root = random_graph(seed)
    for value in nodes_of(root):
        derived = derivation(root, value)
        if derived.path_count <= 100:
            products = sum(path.product for path in derived.paths)
            assert products == pytest.approx(total(root, value), rel=1e-12, abs=1e-15)
            ends = {(p.factors[0][0], p.factors[-1][1]) for p in derived.paths if p.factors}
            assert ends <= {(root, value)}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_of_a_ledger_is_true(seed):
    root = random_graph(seed)
    for value in nodes_of(root):
        *rows, sum_ = str(ledger(root, value)).split("\n")[1:]
        for row, entry in zip(rows, ledger(root, value), strict=True):
            if entry.consumer is not None:
                *_, argument, upstream, local, _ = row.split()
                assert entry.consumer.parents[int(argument) - 1] is value
                assert float(upstream.replace("−", "-")) == pytest.approx(
                    total(root, entry.consumer), rel=1e-5, abs=1e-12
                )
                assert float(local.replace("−", "-")) == pytest.approx(
                    entry.consumer.local_gradients()[int(argument) - 1], rel=1e-5
                )
        if value is not root:
            name = names(topological_order(root), [root, value])
            check(name, FRACTION.match(sum_), sum_.split()[-1])
        assert "∂" not in "".join(rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_views_of_a_graph_use_the_same_names(seed):
    root = random_graph(seed)
    order = topological_order(root)
    name = names(order)
    numbered = [name[node] for node in order if not node.label]
    clash = {node.label for node in nodes_of(root)}
    free = [f"v{k}" for k in range(1, 30) if f"v{k}" not in clash]
    assert numbered == free[: len(numbered)]
    table = str(walkthrough(root)).split("\n")[1:]
    for line, step in zip(table, walkthrough(root), strict=True):
        assert re.split(r"\s+", line.strip())[1] == name[step.node]
        assert f"{step.argument + 1}: {name[step.parent]}" in line
    for value in nodes_of(root):
        printed = {
            found for match in FRACTION.findall(derivation(root, value).text) for found in match[:2]
        }
        assert printed <= set(names(order, [root, value]).values())
