"""What a node is called: its label, or the expression that it stands for."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.value import Value
from autograd.views.formula import leaf_term, write_each
from autograd.views.notation import ATOM, TEXT, Style, Term
from autograd.views.text import visible

LONGEST_EXPRESSION = 60
UNNAMED_OUTPUT = "output"


def names(order: Sequence[Value]) -> dict[Value, str]:
    """Name every node of a graph.

    Parameters
    ----------
    order : sequence of Values
        Its computed nodes, parents before consumers.

    Returns
    -------
    dict
        Node to name: the label, the number of a leaf without one, or an expression down to what has
        a label, cut after 60 characters.

    Examples
    --------
    >>> from autograd import Value
    >>> from autograd.graph import topological_order
    >>> w, x = Value(0.5, "w"), Value(3.0, "x")
    >>> list(names(topological_order(2 * w * x)).values())
    ['2', 'w', 'x', '2·w', '2·w·x']
    """
    terms: dict[Value, Term] = {}
    for node in order:
        for value in (*node.parents, node):
            if value.label:
                terms[value] = TEXT.label(value.label)
            elif not value.parents:
                terms[value] = leaf_term(value, TEXT)
    expressions = write_each(order, terms, LONGEST_EXPRESSION)
    return {value: term[0] for value, term in terms.items()} | {
        node: visible(node.label) or expressions[node] for node in order
    }


def in_fraction(value: Value, name: str, root: Value, style: Style = TEXT) -> str:
    """The name as it stands behind a ∂; a root without a label is called ``output`` there."""
    if value.label:
        text, binding = style.label(value.label)
    elif value is root:
        text, binding = style.label(UNNAMED_OUTPUT)
    else:
        text, binding = name, ATOM if not value.parents else 0
    return text if binding == ATOM else f"{style.opening}{text}{style.closing}"
