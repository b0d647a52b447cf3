"""The chain rule on expressions: from what computes a number to what computes its derivatives.

`differentiate` does with expressions what `autograd.backward` does with Values, from the last to
the first. The local gradients are those of the operation table, as `rules` records them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.compiler.wengert.expressions import Expressions
from autograd.compiler.wengert.rules import Rule, rule_of


def differentiate(expressions: Expressions, output: int, wanted: Sequence[int]) -> list[int]:
    """Enter the derivatives of an expression, and return their numbers.

    Parameters
    ----------
    expressions : Expressions
    output : int
        What is differentiated.
    wanted : sequence of int
        By which columns and parameters.

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
    upstream = {output: one}
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
        for argument, place in zip(arguments, rule.local, strict=True):
            if place is None or argument not in leads_there:
                continue
            contribution, local = upstream[number], known[place]
            if local != one:
                contribution = apply("multiply", (contribution, local))
            if argument in upstream:
                contribution = apply("add", (upstream[argument], contribution))
            upstream[argument] = contribution
    return [upstream[number] if number in upstream else constant(0.0) for number in wanted]
