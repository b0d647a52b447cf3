"""The rows of the operation table as JavaScript, for a page that recomputes a graph.

What a row is composed of and its local derivatives are run once on labelled Values; the graph that
this records, printed, is the same formula in another notation. So what the page knows by itself is
only how to compute the primitive operations forwards (``kernels.js``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autograd.graph import leaves, operation_of, topological_order
from autograd.node import NOTHING
from autograd.operation import OWN, TABLE, Operation, record, refuse_numbers_only
from autograd.spelling import ATOM, JAVASCRIPT
from autograd.switches import ieee_arithmetic, recording_paused
from autograd.value import Value
from autograd.views.write.formula import composed, leaf_term, write
from autograd.views.write.notation import RULES, Style

SCRIPT = Style(JAVASCRIPT, lambda label: (label, ATOM))
"""A graph whose labels are names of the script."""


def local_rule(operation: Operation, count: int) -> tuple[Value | float, ...]:
    """The local derivative towards each of `count` inputs, a graph over y, x0, x1 and so on."""
    if recording_paused:
        raise ValueError("rules are read by recording them: make the player outside no_grad()")
    with ieee_arithmetic.on():  # the numbers do not matter, so none may be outside a domain
        return operation.local(Value(1.0, "y"), *_inputs(count))


def javascript_rule(operation: Operation, count: int) -> str:
    """An operation of `count` inputs as a JavaScript object with a ``forward`` and a ``local``.

    Examples
    --------
    >>> from autograd.operation import look_up
    >>> print(javascript_rule(look_up("multiply"), 2))
    {forward: (x0, x1) => x0 * x1, local: (y, x0, x1) => [x1, x0]}
    >>> print(javascript_rule(look_up("sigmoid"), 1))
    {forward: (x0) => kernels.sigmoid(x0), local: (y, x0) => [kernels.sigmoid_derivative(x0)]}
    """
    names = _names(count)
    refuse_numbers_only(operation.name, operation.parameters, "JavaScript")
    if operation.expand and not _has_kernel(operation):
        forward = _composed(operation.expand, count)
    else:
        call, _ = JAVASCRIPT.write(
            operation.name, operation.parameters, [(name, ATOM) for name in names]
        )
        forward = f"({', '.join(names)}) => {call}"
    with ieee_arithmetic.on():
        local = ", ".join(map(_expression, local_rule(operation, count)))
    return f"{{forward: {forward}, local: ({', '.join(['y', *names])}) => [{local}]}}"


def composed_kernels(names: Iterable[str] | None = None) -> str:
    """Write the kernels of operations that are composed of others; without names, of all of them.

    Parameters
    ----------
    names : iterable of str, optional
        Names of kernels; those that are not composed are passed over.

    Examples
    --------
    >>> print(composed_kernels(["heaviside", "exp"]))
    kernels.heaviside = (x0) => {  return x0 > 0 ? 1.0 : 0.0; };
    """
    return "\n".join(
        f"kernels.{name} = {_composed(row.expand, len(row.domain))};"
        for name in (TABLE if names is None else names)
        if (row := TABLE.get(name)) and row.expand and _has_kernel(row)
    )


def _has_kernel(operation: Operation) -> bool:
    """Tell whether an operation has one form: a family has many, as one of any number of inputs.

    One's own may take another form any time.
    """
    known = TABLE.get(operation.name) is operation and operation.name not in OWN
    return known and bool(operation.domain)


def forward_formula(operation: Operation, count: int, style: Style = RULES) -> str:
    """The operation itself as a formula with places, see `rule_formulas`.

    Examples
    --------
    >>> from autograd.operation import look_up
    >>> forward_formula(look_up("multiply"), 2)
    '{x0:4}·{x1:5}'
    """
    with ieee_arithmetic.on():
        return _with_places(record(operation, _inputs(count)), style)


def rule_formulas(operation: Operation, count: int, style: Style = RULES) -> list[str]:
    """The local derivatives as formulas, for people: as a course teaches them.

    A place such as ``{x1:4}`` is for the input x1, and y is the result; the number says how
    strongly what is put there must bind to need no parentheses (see `autograd.spelling`).

    Examples
    --------
    >>> from autograd.operation import look_up
    >>> rule_formulas(look_up("divide"), 2)
    ['1/{x1:5}', '(−{y:5})/{x1:5}']
    >>> rule_formulas(look_up("relu"), 1)
    ['1 if {x0:2} > 0 else 0']
    """
    if operation.taught:
        operation = operation._replace(local=operation.taught)
    slopes = local_rule(operation, count)
    return [
        _with_places(slope if isinstance(slope, Value) else Value(slope), style) for slope in slopes
    ]


def _with_places(value: Value, style: Style) -> str:
    places = {leaf: leaf.label for leaf in leaves(value) if leaf.label}
    if not value.parents:
        return f"{{{value.label}:0}}" if value.label else style.number(value.data)[0]
    numbers = {leaf: style.number(leaf.data) for leaf in leaves(value)}
    return composed(value, numbers, style, places)[0]


def _names(count: int) -> list[str]:
    return [f"x{i}" for i in range(count)]


def _inputs(count: int) -> list[Value]:
    return [Value(1.0, name) for name in _names(count)]


def _composed(expand: Callable[..., Value], count: int) -> str:
    """Write what an operation is composed of as a function, with a constant for each node."""
    with ieee_arithmetic.on():
        result = _of_kernels(expand(*_inputs(count)))
    return f"({', '.join(_names(count))}) => {{ {_statements(result)} }}"


def _statements(result: Value) -> str:
    """Write a graph with a constant for each node: as one expression it might be without end."""
    terms = {leaf: leaf_term(leaf, SCRIPT) for leaf in leaves(result)}
    lines: list[str] = []
    for node in topological_order(result)[:-1]:
        name = f"v{len(lines) + 1}"
        lines.append(f"const {name} = {write(node, terms, SCRIPT)}; ")
        terms[node] = name, ATOM
    return f"{''.join(lines)}return {write(result, terms, SCRIPT)};"


def _of_kernels(result: Value) -> Value:
    """Write what has no kernel, such as a member of a family, by what it is composed of."""
    new: dict[Value, Value] = {}
    for node in topological_order(result):
        operation = operation_of(node)
        parents = [new.get(parent, parent) for parent in node.parents]
        if operation.expand and not _has_kernel(operation):
            new[node] = _of_kernels(operation.expand(*parents))
        elif any(parent in new for parent in node.parents):
            new[node] = record(operation, parents)
    return new.get(result, result)


def _expression(slope: Value | float) -> str:
    if slope is NOTHING:
        return "null"
    if not isinstance(slope, Value):
        return JAVASCRIPT.number(slope)[0]
    kernels = _of_kernels(slope)
    if kernels is slope:
        text = write(slope, {leaf: leaf_term(leaf, SCRIPT) for leaf in leaves(slope)}, SCRIPT)
    else:
        text = f"(() => {{ {_statements(kernels)} }})()"
    operation = slope.operation
    return f"({text}) || null" if operation and operation.selects else text
