"""Long sums and products that a graph records pair by pair, so that a drawing can show one card.

Python's `sum` of five values records ((((a + b) + c) + d) + e: four nodes in four ranks, whose
terms are all worth the same. What holds for one sum of five terms holds here: each term receives
the gradient of the whole.

Read next: `modules`, what else shares a card.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence, Set
from typing import NamedTuple

from autograd.value import Value

FEWEST_TERMS = 5  # of a chain that is shown as one card; w1·x1+w2·x2+b stays in full
SYMBOLS = {"add": "Σ", "multiply": "Π"}


class Chain(NamedTuple):
    """A sum or product of several terms.

    Parameters
    ----------
    nodes : tuple of Values
        What computes it, parents before consumers; the last one is the whole.
    terms : tuple of Values
        From left to right, each once.
    """

    nodes: tuple[Value, ...]
    terms: tuple[Value, ...]

    @property
    def symbol(self) -> str:
        """``Σ`` or ``Π``."""
        return SYMBOLS[_operation(self.nodes[-1])]


def chains(
    order: Sequence[Value], outputs: Collection[Value], modules: Collection[Value] = frozenset()
) -> dict[Value, Chain]:
    """Find the chains of additions, and of multiplications, of at least five terms.

    Parameters
    ----------
    order : sequence of Values
        The computed nodes, parents before consumers.
    outputs : collection of Values
        Not to be inside a chain; nor is what has a label or more than one consumer, or adds a
        value that the same chain adds elsewhere.
    modules : collection of Values
        Nodes that are shown as parts of modules, and belong to no chain except as terms.

    Returns
    -------
    dict
        For the last node of each chain the chain.

    Examples
    --------
    >>> from autograd.graph import topological_order
    >>> total = sum(Value(float(k), f"x{k}") for k in range(6))
    >>> (chain,) = chains(topological_order(total), {total}).values()
    >>> len(chain.nodes), "".join(term.label for term in chain.terms), chain.symbol
    (5, 'x0x1x2x3x4x5', 'Σ')
    """
    uses = Counter([parent for node in order for parent in node.parents])
    inner = {
        parent
        for node in order
        if _operation(node) in SYMBOLS
        for parent in node.parents
        if _operation(parent) == _operation(node)
        and uses[parent] == 1
        and not parent.label
        and parent not in outputs
        and not (parent in modules or node in modules)
    }
    # What reads a value that occurs several times stays by itself: the predictions w·x+b in a sum
    # of them, and each step of a recurrence h·w.
    for chain in _chains(order, inner):
        often = {term for term, times in Counter(chain.terms).items() if times > 1}
        inner -= {node for node in chain.nodes if often.intersection(node.parents)}
    return {c.nodes[-1]: c for c in _chains(order, inner) if len(c.terms) >= FEWEST_TERMS}


def _chains(order: Sequence[Value], inner: Set[Value]) -> list[Chain]:
    return [
        _chain(node, inner)
        for node in order
        if node not in inner and not inner.isdisjoint(node.parents)
    ]


def _chain(whole: Value, inner: Collection[Value]) -> Chain:
    nodes: list[Value] = []
    terms: list[Value] = []
    stack = [whole]
    while stack:  # the last argument first, so that both lists are backwards
        node = stack.pop()
        if node is whole or node in inner:
            nodes.append(node)
            stack.extend(node.parents)
        else:
            terms.append(node)
    return Chain(tuple(reversed(nodes)), tuple(reversed(terms)))


def _operation(node: Value) -> str:
    return node.operation.name if node.operation else ""
