"""From a recorded graph to a Wengert list.

Read next: `differentiate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from autograd.compiler.record.trace import order_of
from autograd.compiler.wengert.expressions import Expressions, Labels
from autograd.compiler.wengert.wengert import WengertList
from autograd.graph import operation_of
from autograd.value import Value

Values: TypeAlias = Sequence[Value]


def translate(
    columns: Values, parameters: Values, outputs: Values = (), sums: Values = ()
) -> tuple[WengertList, Labels]:
    """Write the graph of some results as a Wengert list.

    Parameters
    ----------
    columns, parameters : sequences of leaves
        What differs from row to row, and what does not. Every other leaf is a constant.
    outputs, sums : sequences of Values
        The results wanted for each row, and those of which the sum over the rows is wanted.

    Returns
    -------
    tuple of (WengertList, dict)
        The list, and the labels of those slots that have one.

    Examples
    --------
    >>> from autograd import Value
    >>> x, w = Value(2.0, "x"), Value(3.0, "w")
    >>> product = w * x
    >>> product.label = "p"
    >>> program, labels = translate([x], [w], outputs=[product + w * x * 1.0])
    >>> [(i.name, i.arguments) for i in program.instructions], labels
    ([('multiply', (1, 0)), ('add', (2, 2))], {0: 'x', 1: 'w', 2: 'p'})
    """
    results = (*outputs, *sums)
    expressions, numbers = enter_graph(columns, parameters, results, order_of(results))
    return expressions.listed(numbers[: len(outputs)], numbers[len(outputs) :])


def enter_graph(
    columns: Values, parameters: Values, results: Values, order: Values
) -> tuple[Expressions, list[int]]:
    """Enter the graph of some results, whose order is known; also return their numbers."""
    expressions = Expressions(len(columns), len(parameters))
    number = {leaf: i for i, leaf in enumerate((*columns, *parameters))}
    for node in order:
        try:
            arguments = tuple([number[parent] for parent in node.parents])
        except KeyError:  # a constant is met for the first time
            for parent in node.parents:
                if parent not in number:
                    number[parent] = expressions.constant(parent._data)
            arguments = tuple([number[parent] for parent in node.parents])
        operation = operation_of(node)
        number[node] = expressions.apply(operation.name, arguments, operation.parameters)
    for result in results:
        if result not in number:
            number[result] = expressions.constant(result._data)
    for value in (*columns, *parameters, *order):
        if label := value._label:
            expressions.labels.setdefault(number[value], label)
    return expressions, [number[result] for result in results]
