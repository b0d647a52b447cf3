"""What a node is called: its label, its place in a module, or the expression that it stands for.

Read next: `table` and `chain_rule`, which use the names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from autograd.graph import operation_of
from autograd.spelling import ATOM, LOOSE, Argument, Term
from autograd.value import Value
from autograd.views.modules import fold
from autograd.views.write.formula import formula, leaf_term, write_each, write_short
from autograd.views.write.notation import TEXT, Style
from autograd.views.write.text import visible

LONGEST_EXPRESSION = 40  # columns
UNNAMED_OUTPUT = "output"  # what an output without a label is called behind a ∂


def names(order: Sequence[Value]) -> dict[Value, str]:
    """Name every node of a graph.

    Parameters
    ----------
    order : sequence of Values
        Its computed nodes, parents before consumers.

    Returns
    -------
    dict
        Node to name: its label; or the number of a leaf; or for a node of a module the module and
        the operation, such as ``layers.0.neurons.1.tanh``; or the expression, in 40 characters.

    Examples
    --------
    >>> from autograd import Value
    >>> from autograd.graph import topological_order
    >>> w, x = Value(0.5, "w"), Value(3.0, "x")
    >>> list(names(topological_order(2 * w * x)).values())
    ['2·w', '2·w·x', '2', 'w', 'x']
    """
    terms = terms_of(order, places(order), lambda value: leaf_term(value, TEXT))
    named = {value: visible(value.label) or term[0] for value, term in terms.items()}
    expressions = write_each(order, terms, LONGEST_EXPRESSION)
    return {
        node: write_short(node, terms, expressions, LONGEST_EXPRESSION)
        for node in order
        if node not in named
    } | named


def terms_of(
    order: Sequence[Value], places: Mapping[Value, str], leaf_or_labelled: Callable[[Value], Term]
) -> dict[Value, Term]:
    """How each node with a name of its own stands in an expression of others.

    Parameters
    ----------
    order : sequence of Values
        Computed nodes, parents before consumers.
    places : mapping
        What `places` returns.
    leaf_or_labelled : callable
        The term of a leaf, and of a node with a label.
    """
    terms: dict[Value, Term] = {node: (name, ATOM) for node, name in places.items()}
    for node in order:
        for value in (*node.parents, node):
            if value.label or not value.parents:
                terms[value] = leaf_or_labelled(value)
    return terms


def places(order: Sequence[Value]) -> dict[Value, str]:
    """Name each node of a module after the module and its operation: ``layers.0.neurons.1.tanh``.

    Parameters
    ----------
    order : sequence of Values
        Computed nodes, parents before consumers.

    Returns
    -------
    dict
        Name of each node that belongs to a module; where two would be called alike, the second
        one's name ends in 2.
    """
    modules = fold(order, (), "neuron")
    count: Counter[str] = Counter()
    named = {}
    for node in order:
        if node in modules:
            place = f"{modules[node]}.{operation_of(node).name}"
            count[place] += 1
            named[node] = place if count[place] == 1 else f"{place}{count[place]}"
    return named


def in_fraction(value: Value, name: str, root: Value, style: Style = TEXT) -> str:
    """The name as it stands behind a ∂; a root without a label is called ``output`` there."""
    if value is root and not value.label:
        name = UNNAMED_OUTPUT
    if style is TEXT or value.label or value is root:
        text, binding = style.label(value.label or name)
    else:
        text, binding = formula(value, latex=True), LOOSE if value.parents else ATOM
    return style.notation.place(Argument(0, ATOM), text, binding)
