"""Reads a formula such as ``tanh(w*x + b)**2`` into a graph, and never runs anything else.

Python's own parser takes the text apart (`ast`); what it finds is looked up in the lists below. A
name that is not there, an attribute, an index, a string: everything else is an error that points at
its place.
"""

from __future__ import annotations

import ast
import math
import sys
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import Any

from autograd import functions
from autograd.operation import FAMILIES, TABLE
from autograd.value import Value
from autograd.views.write.text import shorten, visible, width

Number = Value | float

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: functions.add,
    ast.Sub: functions.subtract,
    ast.Mult: functions.multiply,
    ast.Div: functions.divide,
    ast.USub: functions.negative,
    ast.UAdd: lambda x: x,
    ast.Gt: functions.greater,
    ast.GtE: functions.greater_equal,
    ast.Lt: functions.less,
    ast.LtE: functions.less_equal,
}
_OTHERWISE = {
    "add", "subtract", "multiply", "divide", "over", "negative", "positive", "power", "fixed_power",
    "dot", "total", "logsumexp",
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{
        name: vars(functions)[name]
        for name in (*TABLE, *FAMILIES)
        if name in vars(functions) and name not in _OTHERWISE
    },
    "logsumexp": lambda *values: functions.logsumexp(values),
}
"""The public functions of the table, apart from those written with signs or taking sequences."""

_MOST_ARGUMENTS = {"leaky_relu": 2, "elu": 2, "logsumexp": sys.maxsize}
SHOWN = 100  # characters of the text in a message
SHOWN_NAME = 60  # columns of a name or a number in a message
CONSTANTS = {"pi": math.pi}


def _quoted(text: str) -> str:
    return repr(shorten(text, SHOWN_NAME))


class ExpressionError(ValueError):
    """A formula that cannot be read or computed; the message shows the place."""

    def __init__(self, message: str, text: str, column: int) -> None:
        start = max(0, column - SHOWN // 2)  # of a long text the part around the place
        before, after = visible(text[start:column]), visible(text[column : start + SHOWN])
        super().__init__(f"{message}\n  {before}{after}\n  {' ' * width(before)}^")


def read_expression(text: str, leaves: Mapping[str, Value]) -> Value:
    """Compute a formula from named leaves, and so record its graph.

    Parameters
    ----------
    text : str
        Python's notation: ``+ - * / **``, parentheses, one comparison, numbers, ``pi``, names of
        leaves and the functions of the operation table.
    leaves : mapping of str to Value
        What the names stand for.

    Returns
    -------
    Value

    Raises
    ------
    ExpressionError
        For anything else, a name without a leaf, or an operation outside its domain.

    Examples
    --------
    >>> x = Value(3.0, "x")
    >>> read_expression("x**2 + 1", {"x": x}).data
    10.0
    >>> read_expression("x**2 + z", {"x": x})
    Traceback (most recent call last):
    autograd.expression.ExpressionError: nothing is assigned to 'z'; write z=... after it
      x**2 + z
             ^
    """
    text = " ".join(text.split())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a number with letters behind it: an error here
            tree = ast.parse(text, mode="eval")
        result = _Reader(text, leaves).read(tree.body)
    except SyntaxError as error:
        column = min(len(text), error.offset - 1) if error.offset else len(text)
        raise ExpressionError(f"this is not a formula: {error.msg}", text, column) from None
    except (RecursionError, MemoryError):
        raise ExpressionError("this formula is nested too deeply", text, 0) from None
    return result if isinstance(result, Value) else Value(result)


class _Reader:
    def __init__(self, text: str, leaves: Mapping[str, Value]) -> None:
        self.text, self.leaves = text, leaves

    def read(self, node: ast.expr) -> Number:
        match node:
            case ast.Constant(value=bool()):
                raise self.error(node, "a formula is made of numbers; True and False are 1 and 0")
            case ast.Constant(value=int() | float() as number):
                return self.compute(node, lambda: float(number))
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.UnaryOp(op=op, operand=operand):
                return self.operate(node, op, operand)
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
                return self.power(node, self.read(base), self.read(exponent))
            case ast.BinOp(left=left, op=op, right=right):
                return self.operate(node, op, left, right)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.operate(node, op, left, right)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self.call(node, name, args)
        raise self.error(
            node, "only numbers, names, + - * / **, comparisons and function calls are allowed"
        )

    def name(self, node: ast.expr, name: str) -> Number:
        if name in self.leaves:
            return self.leaves[name]
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in FUNCTIONS:
            raise self.error(node, f"{_quoted(name)} is a function; write {name}(...)")
        short = shorten(name, SHOWN_NAME)
        raise self.error(node, f"nothing is assigned to {short!r}; write {short}=... after it")

    def operate(self, node: ast.expr, operator: ast.AST, *operands: ast.expr) -> Number:
        function = _OPERATORS.get(type(operator))
        if function is None:
            raise self.error(node, "the operators are + - * / ** < <= > >=")
        arguments = [self.read(operand) for operand in operands]
        return self.compute(node, lambda: function(*arguments))

    def power(self, node: ast.expr, base: Number, exponent: Number) -> Number:
        if isinstance(base, Value):  # a number as exponent makes the simpler operation
            return self.compute(node, lambda: base**exponent)
        return self.compute(node, lambda: functions.power(base, exponent))

    def call(self, node: ast.Call, name: str, args: list[ast.expr]) -> Number:
        function = FUNCTIONS.get(name)
        if function is None:
            raise self.error(
                node, f"there is no function {_quoted(name)}; there are {', '.join(FUNCTIONS)}"
            )
        if any(isinstance(argument, ast.Starred) for argument in args):
            raise self.error(node, "an argument is an expression, without *")
        arguments = [self.read(argument) for argument in args]
        wrong = self.wrong_arguments(name, function, len(arguments))
        if wrong:
            raise self.error(node, wrong)
        return self.compute(node, lambda: function(*arguments))

    def wrong_arguments(self, name: str, function: Any, count: int) -> str:
        row = getattr(function, "operation", None)
        least = len(row.domain) if row else 1
        most = len(row.domain) if row else _MOST_ARGUMENTS[name]
        if least <= count <= most:
            return ""
        wanted = {least: f"{least}", sys.maxsize: f"{least} or more"}.get(
            most, f"{least} to {most}"
        )
        return f"{name} takes {wanted} argument{'s' * (most > 1)}, not {count}"

    def compute(self, node: ast.expr, operation: Callable[[], Any]) -> Number:
        try:
            result: Number = operation()
        except (ArithmeticError, ValueError, TypeError) as error:
            raise self.error(node, str(error)) from None
        return result

    def error(self, node: ast.expr, message: str) -> ExpressionError:
        column = len(self.text.encode()[: node.col_offset].decode())  # ast counts bytes
        if isinstance(node, ast.BinOp | ast.Compare):  # point at the sign between the operands
            end = node.left.end_col_offset or 0
            between = self.text.encode()[end:].decode()
            column = len(self.text.encode()[:end].decode())
            column += len(between) - len(between.lstrip(" )"))
        return ExpressionError(message, self.text, column)


def read_assignment(text: str) -> tuple[str, float]:
    """Take ``name=value`` apart.

    Raises
    ------
    ValueError
        When it has another form, the name cannot stand in a formula, or the value is not a number.

    Examples
    --------
    >>> read_assignment("w=-0.5")
    ('w', -0.5)
    """
    name, equals, number = (part.strip() for part in text.partition("="))
    if not equals:
        raise ValueError(f"{_quoted(text)} is not of the form name=value, such as x=0.5")
    name = unicodedata.normalize("NFKC", name)  # as Python does with the names in the formula
    if not name.isidentifier() or iskeyword(name):
        raise ValueError(
            f"{_quoted(name)} in {_quoted(text)} is not a name; use letters, digits and _"
        )
    if name in FUNCTIONS:
        raise ValueError(f"{_quoted(name)} in {_quoted(text)} is a function; choose another name")
    try:
        return name, float(number)
    except ValueError:
        raise ValueError(
            f"{_quoted(number)} in {_quoted(text)} is not a number, such as 0.5 or -2e-3"
        ) from None
