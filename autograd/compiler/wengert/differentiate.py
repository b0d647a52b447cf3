"""The chain rule on expressions: from what computes a number to what computes its derivatives.

`differentiate` does with expressions what `autograd.backward` does with Values, from the last to
the first. The local gradients are those of the operation table, as `rules` records them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from autograd.compiler.wengert.expressions import Expressions
from autograd.compiler.wengert.rules import Rule, rule_of

SHORTEST_DOT = 4
"""Products that follow one another in a derivative from which on they are one `dot`: a list of a
network then has an instruction for each sum, not for each term."""


class Flow(NamedTuple):
    """A derivative on its way; `autograd.backward.Flow` says more."""

    value: int
    mask: int | None = None
    settled: bool = True


Edge: TypeAlias = tuple[Flow, int, bool]
"""What comes from a consumer: its derivative, the local gradient, and whether that selects."""


def differentiate(
    expressions: Expressions, output: int, wanted: Sequence[int], *, settled: bool = True
) -> list[int]:
    """Enter the derivatives of an expression, and return their numbers.

    Parameters
    ----------
    expressions : Expressions
    output : int
        What is differentiated.
    wanted : sequence of int
        By which columns and parameters.
    settled : bool
        Whether a derivative is 0 where nothing passes to it because it is not selected, even where
        that meets an infinite slope: this takes a `where` for each such product. A derivative that
        is not settled may be nan instead; it differs in nothing else.

    Examples
    --------
    The derivative of w·x by w, parameter 1, is x, column 0; that of (w·x)² is 2·(w·x)·x:

    >>> expressions = Expressions(1, 1)
    >>> product = expressions.apply("multiply", (1, 0))
    >>> differentiate(expressions, product, [1])
    [0]
    >>> square = expressions.apply("multiply", (product, product))
    >>> slopes = differentiate(expressions, square, [1])
    >>> [(step.name, step.arguments) for step in expressions.listed(slopes)[0].instructions]
    [('multiply', (1, 0)), ('add', (2, 2)), ('multiply', (3, 0))]
    """
    listing, apply, constant = expressions.listing, expressions.apply, expressions.constant
    leads_there = set(wanted)
    first = expressions.columns + expressions.parameters
    for number in range(first, output + 1):
        if not leads_there.isdisjoint(listing[number][1]):
            leads_there.add(number)
    one = constant(1.0)
    upstream: dict[int, list[Edge]] = defaultdict(list)
    upstream[output].append((Flow(one), one, False))
    rules: dict[tuple[Any, ...], tuple[Rule, list[int]]] = {}  # and the numbers of its constants
    for number in range(output, first - 1, -1):
        if number not in upstream or number not in leads_there:
            continue
        flow = _collected(expressions, upstream.pop(number))
        name, arguments, parameters = listing[number]
        key = name, parameters, len(arguments)
        if key not in rules:
            rule = rule_of(*key)
            rules[key] = rule, [constant(x) for x in rule.constants]
        rule, constants = rules[key]
        known = [number, *arguments, *constants]
        for step, inputs, fixed in rule.instructions:
            known.append(apply(step, tuple([known[i] for i in inputs]), fixed))
        for argument, place, selects in zip(arguments, rule.local, rule.selects, strict=True):
            if place is None or argument not in leads_there:
                continue
            upstream[argument].append((flow, known[place], selects and settled))
    slopes = _slopes(expressions, [upstream.get(number, ()) for number in wanted])
    return [_settled(expressions, at) if isinstance(at, Flow) else at for at in slopes]


def _slopes(expressions: Expressions, arriving: Iterable[Sequence[Edge]]) -> list[int | Flow]:
    """Enter the derivatives by numbers to which some edges lead, settled where they are no flow."""
    slopes: list[int | Flow] = []
    products: list[tuple[int, int]] = []  # one for nearly each of a network's weights
    for edges in arriving:
        if len(edges) == 1:
            ((value, mask, settled), local, selects) = edges[0]
            if settled and mask is None and not selects:
                products.append((value, local))
                continue
        slopes += expressions.products(products)
        products = []
        slopes.append(_collected(expressions, edges))
    return [*slopes, *expressions.products(products)]


def selects_anything(expressions: Expressions) -> bool:
    """Tell whether there is anything that may not be selected, so that settling makes sense."""
    listing = expressions.listing[expressions.columns + expressions.parameters :]
    operations = {(name, fixed, len(inputs)) for name, inputs, fixed in listing if inputs}
    return any(any(rule_of(*operation).selects) for operation in operations)


def _collected(expressions: Expressions, edges: Sequence[Edge]) -> Flow:
    """Add up what comes along some edges, in the order in which it comes."""
    if len(edges) == 1:
        return _passed(expressions, *edges[0])
    total: Flow | None = None
    few = len(edges) < SHORTEST_DOT
    for plain, terms in [(False, edges)] if few else _stretches(expressions, edges):
        if plain and len(terms) >= SHORTEST_DOT and (total is None or total.mask is None):
            total = Flow(_dot(expressions, total and total.value, terms))
            continue
        for edge in terms:
            flow = _passed(expressions, *edge)
            total = flow if total is None else _joined(expressions, total, flow)
    return Flow(expressions.constant(0.0)) if total is None else total


def _stretches(
    expressions: Expressions, edges: Sequence[Edge]
) -> Iterator[tuple[bool, Sequence[Edge]]]:
    """Cut edges into stretches: of products of unknown numbers without a mask, and of others."""
    known = expressions.constants
    are_products = [
        mask is None and not selects and value not in known and local not in known
        for (value, mask, _), local, selects in edges
    ]
    for plain, some in groupby(zip(are_products, edges, strict=True), itemgetter(0)):
        yield plain, [edge for _, edge in some]


def _dot(expressions: Expressions, start: int | None, terms: Sequence[Edge]) -> int:
    """Add products to what there is, or to the first of them: rounded as if one by one."""
    values, locals_ = [flow.value for flow, _, _ in terms], [local for _, local, _ in terms]
    if start is None:
        start = expressions.apply("multiply", (values.pop(0), locals_.pop(0)))
    return expressions.apply("dot", (*values, *locals_, start))


def _passed(expressions: Expressions, flow: Flow, local: int, selects: bool) -> Flow:
    """Pass an edge with a local gradient."""
    value, mask, _ = flow
    known = expressions.constants
    if known.get(local) == 1.0:
        return flow
    product = expressions.apply("multiply", (value, local))
    if selects:
        mask = local if mask is None else expressions.apply("multiply", (mask, local))
    return Flow(product, mask, mask is None or known.get(value) == 1.0)


def _joined(expressions: Expressions, one: Flow, other: Flow) -> Flow:
    """Add up what passed two ways."""
    apply = expressions.apply
    if one.mask == other.mask:
        value = apply("add", (one.value, other.value))
        return Flow(value, one.mask, one.settled and other.settled)
    value = apply("add", (_settled(expressions, one), _settled(expressions, other)))
    if one.mask is None or other.mask is None:
        return Flow(value)
    return Flow(value, apply("add", (one.mask, other.mask)))


def _settled(expressions: Expressions, flow: Flow) -> int:
    """Make a derivative 0 where nothing passes, whatever it was multiplied with."""
    if flow.settled or flow.mask is None:
        return flow.value
    return expressions.apply("where", (flow.mask, flow.value, expressions.constant(0.0)))
