"""The rules of the operation table as JavaScript, for a page that recomputes a graph.

A rule is run once on labelled Values; the graph that this records, printed, is the same rule in
another notation. So no derivative is written a second time: what the page knows by itself is only
how to compute each operation forwards (``kernels.js``).
"""

from __future__ import annotations

from collections.abc import Callable

from autograd.operation import Operation, record
from autograd.switches import ieee_arithmetic, recording_paused
from autograd.value import Value
from autograd.views.write.formula import formula

_INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}

# Local derivatives that are computed by a row of their own, for the sake of digits, as people know
# them: from the output y, which they see on the card, and the inputs.
AS_TAUGHT: dict[str, Callable[..., Value]] = {
    "sigmoid_derivative": lambda y, x: y * (1.0 - y),
    "tanh_derivative": lambda y, x: 1.0 - y**2,
    "direction_cosine": lambda y, a, b: a / y,
}


def local_rule(operation: Operation, count: int) -> tuple[Value | float, ...]:
    """The local derivative towards each of `count` inputs, a graph over y, x0, x1 and so on."""
    if recording_paused:
        raise ValueError("rules are read by recording them: make the player outside no_grad()")
    with ieee_arithmetic.on():  # the numbers do not matter, so none may be outside a domain
        y = Value(1.0, "y")
        return operation.local(y, *[Value(1.0, name) for name in _input_names(count)])


def javascript_rule(operation: Operation, count: int) -> str:
    """An operation of `count` inputs as a JavaScript object with a ``forward`` and a ``local``.

    Examples
    --------
    >>> from autograd.operation import look_up
    >>> print(javascript_rule(look_up("multiply"), 2))
    {forward: (x0, x1) => kernels.multiply(x0, x1), local: (y, x0, x1) => [x1, x0]}
    >>> print(javascript_rule(look_up("sigmoid"), 1))
    {forward: (x0) => kernels.sigmoid(x0), local: (y, x0) => [kernels.sigmoid_derivative(x0)]}
    """
    names = _input_names(count)
    inputs = ", ".join(names)
    local = ", ".join(_expression(gradient) for gradient in local_rule(operation, count))
    return (
        f"{{forward: ({inputs}) => {_call(operation, names)}, "
        f"local: ({', '.join(['y', *names])}) => [{local}]}}"
    )


def forward_formula(operation: Operation, count: int) -> str:
    """The operation itself as a formula over x0, x1 …, for people.

    Examples
    --------
    >>> from autograd.operation import look_up
    >>> forward_formula(look_up("sigmoid"), 1)
    'σ(x0)'
    """
    with ieee_arithmetic.on():
        return formula(record(operation, [Value(1.0, name) for name in _input_names(count)]))


def rule_formulas(operation: Operation, count: int) -> list[str]:
    """The local derivatives as formulas over y, x0, x1 …, for people.

    Examples
    --------
    >>> from autograd.operation import look_up
    >>> rule_formulas(look_up("divide"), 2)
    ['1/x1', '(−y)/x1']
    >>> rule_formulas(look_up("sigmoid"), 1)
    ['y·(1−y)']
    """
    return [formula(_as_taught(gradient)) for gradient in local_rule(operation, count)]


def _as_taught(gradient: Value | float) -> Value:
    if not isinstance(gradient, Value):
        return Value(gradient)
    if gradient.operation is None or gradient.operation.name not in AS_TAUGHT:
        return gradient
    with ieee_arithmetic.on():
        return AS_TAUGHT[gradient.operation.name](Value(1.0, "y"), *gradient.parents)


def _input_names(count: int) -> list[str]:
    return [f"x{i}" for i in range(count)]


def _expression(value: Value | float) -> str:
    # Rules are a few operations deep, so recursion is safe here.
    if not isinstance(value, Value):
        return _number(value)
    if value.operation is None:
        return value.label or _number(value.data)
    arguments = [_expression(parent) for parent in value.parents]
    sign = _INFIX.get(value.operation.name)
    if sign:
        return f"({arguments[0]} {sign} {arguments[1]})"
    return _call(value.operation, arguments)


def _call(operation: Operation, arguments: list[str]) -> str:
    parameters = [_number(parameter) for parameter in operation.parameters]
    return f"kernels.{operation.name}({', '.join([*arguments, *parameters])})"


def _number(value: float) -> str:
    # Python's shortest form of a float is JavaScript's too, but for nan and inf.
    return repr(value).removesuffix(".0").replace("inf", "Infinity").replace("nan", "NaN")
