"""What every node of one graph is called: one name in every view of it.

A label is a name; labels that are equal get an index (h₁, h₂). A computed node without a label is
called v1, v2, ... in the order of evaluation, as in a Wengert list, and a leaf without one x1, x2,
...; but a constant, a number that was met in an expression, is that number.

Read next: `table` and `chain_rule`, which use the names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from autograd.graph import operation_of
from autograd.spelling import ATOM, Argument, Term
from autograd.value import Constant, Value
from autograd.views.modules import fold
from autograd.views.write.formula import leaf_term, write
from autograd.views.write.notation import TEXT, Style, indexed
from autograd.views.write.text import shorten, visible

LONGEST_FORMULA = 60  # columns of a node's formula beside its name


def names(order: Sequence[Value], asked: Iterable[Value] = ()) -> dict[Value, str]:
    """Name every node of a graph, no two alike but constants.

    Parameters
    ----------
    order : sequence of Values
        Its computed nodes, parents before consumers.
    asked : iterable of Values
        Nodes that are named too, whether they belong to the graph or not. A constant among them
        gets a name of its own, c1: it is asked for, so it is more than a number here.

    Returns
    -------
    dict
        Node to name.

    Examples
    --------
    >>> from autograd import Value
    >>> from autograd.graph import topological_order
    >>> w, x = Value(0.5, "w"), Value(3.0, "x")
    >>> list(names(topological_order((2 * w * x).exp())).values())
    ['2', 'w', 'v1', 'x', 'v2', 'v3']
    """
    asked = tuple(asked)
    nodes = dict.fromkeys([value for node in order for value in (*node.parents, node)] + [*asked])
    given = {node: visible(node.label) for node in nodes}
    uses = Counter(given.values())
    taken = set(uses)
    letters = {letter: _free(f"{letter}{{}}", taken) for letter in "vxc"}
    indices = {name: _free_index(name, taken) for name in uses if name and uses[name] > 1}
    named = {}
    for node in nodes:
        label = given[node]
        if label:
            named[node] = next(indices[label]) if label in indices else label
        elif isinstance(node, Constant) and node not in asked:
            named[node] = leaf_term(node, TEXT)[0]
        else:
            letter = "v" if node.parents else "c" if isinstance(node, Constant) else "x"
            named[node] = next(letters[letter])
    return named


def _free(form: str, taken: set[str]) -> Iterator[str]:
    return (name for number in count(1) if (name := form.format(number)) not in taken)


def _free_index(label: str, taken: set[str]) -> Iterator[str]:
    return (name for number in count(1) if (name := indexed(label, number)) not in taken)


def terms_of(names: Mapping[Value, str], style: Style) -> dict[Value, Term]:
    """How each node stands in a formula of others: by its name, a constant as the number it is."""
    return {
        node: style.number(node.data) if is_number(node, name) else style.label(name)
        for node, name in names.items()
    }


def is_number(node: Value, name: str) -> bool:
    """Whether a node is called by its number: a constant that nothing else names."""
    return not node.label and not node.parents and name == leaf_term(node, TEXT)[0]


def defined(node: Value, names: Mapping[Value, str], places: Mapping[Value, str]) -> str:
    """The name of a node, and what it stands for if it is only a number such as v1.

    Parameters
    ----------
    node : Value
    names, places : mapping
        What `names` and `places` return.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(3.0, "x")
    >>> y = x * x
    >>> defined(y, {x: "x", y: "v1"}, {}), defined(x, {x: "x"}, {})
    ('v1 = x·x', 'x')
    """
    if not is_defined(node):
        return names[node]
    meaning = places.get(node) or shorten(formula_in(node, names), LONGEST_FORMULA)
    return f"{names[node]} = {meaning}"


def is_defined(node: Value) -> bool:
    """Whether a node's name is a number such as v1, which says nothing without its formula."""
    return bool(node.parents) and not node.label


def formula_in(node: Value, names: Mapping[Value, str], style: Style = TEXT) -> str:
    """The formula of a computed node in the names of its parents, such as ``v1+b``."""
    return write(node, terms_of({parent: names[parent] for parent in node.parents}, style), style)


def places(order: Sequence[Value]) -> dict[Value, str]:
    """Say where each node of a module has its place: ``layers.0.neurons.1.tanh``.

    Parameters
    ----------
    order : sequence of Values
        Computed nodes, parents before consumers.

    Returns
    -------
    dict
        The module and the operation of each node that belongs to one; where two are alike, the
        second one ends in 2.
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


def in_fraction(name: str, style: Style = TEXT) -> str:
    """A name as it stands behind a ∂: in parentheses if it looks like an expression."""
    text, binding = style.label(name)
    return style.notation.place(Argument(0, ATOM), text, binding)
