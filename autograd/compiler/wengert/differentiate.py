"""The chain rule on expressions: from what computes a number to what computes its derivatives.

`differentiate` does with expressions what `autograd.backward` does with Values, from the last to
the first. The local gradients are those of the operation table, as `rules` records them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from autograd.compiler.wengert.expressions import Expressions
from autograd.compiler.wengert.rules import Rule, rule_of


class Flow(NamedTuple):
    """A derivative on its way; `autograd.backward.Flow` says more."""

    value: int
    mask: int | None = None
    settled: bool = True


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
    upstream = {output: Flow(constant(1.0))}
    rules: dict[tuple[Any, ...], tuple[Rule, list[int]]] = {}  # and the numbers of its constants
    for number in range(output, first - 1, -1):
        if number not in upstream or number not in leads_there:
            continue
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
            flow = _passed(expressions, upstream[number], known[place], selects and settled)
            if argument in upstream:
                flow = _joined(expressions, upstream[argument], flow)
            upstream[argument] = flow
    nothing = Flow(constant(0.0))
    return [_settled(expressions, upstream.get(number, nothing)) for number in wanted]


def selects_anything(expressions: Expressions) -> bool:
    """Tell whether there is anything that may not be selected, so that settling makes sense."""
    listing = expressions.listing[expressions.columns + expressions.parameters :]
    operations = {(name, fixed, len(inputs)) for name, inputs, fixed in listing if inputs}
    return any(any(rule_of(*operation).selects) for operation in operations)


def _passed(expressions: Expressions, flow: Flow, local: int, selects: bool) -> Flow:
    """Pass an edge with a local gradient."""
    value, mask, _ = flow
    one = expressions.constant(1.0)
    if local == one:
        return flow
    product = expressions.apply("multiply", (value, local))
    if selects:
        mask = local if mask is None else expressions.apply("multiply", (mask, local))
    return Flow(product, mask, mask is None or value == one)


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
