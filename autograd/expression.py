"""Reads a formula such as ``tanh(w*x + b)**2`` into a graph, and never runs anything else.

Python's own parser takes the text apart (`ast`); what it finds is looked up in the lists below. A
name that is not there, an attribute, an index, a string: everything else is an error that points at
its place. Parts of a formula can have names: ``h = w*x; tanh(h) + h``.
"""

from __future__ import annotations

import ast
import inspect
import math
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import chain, count
from keyword import iskeyword
from typing import Any

from autograd import (
    aggregates,
    angles,
    bessel,
    elementary,
    functions,
    gammas,
    integrals,
    logarithms,
    normal,
    special,
)
from autograd.operation import FAMILIES, OWN, TABLE
from autograd.value import Value
from autograd.views.write.text import shorten, visible, width

Number = Value | float

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: functions.add,
    ast.Sub: functions.subtract,
    ast.Mult: functions.multiply,
    ast.Div: functions.divide,
    ast.Mod: elementary.mod,
    ast.FloorDiv: elementary.floor_divide,
    ast.USub: functions.negative,
    ast.UAdd: lambda x: x,
    ast.Gt: functions.greater,
    ast.GtE: functions.greater_equal,
    ast.Lt: functions.less,
    ast.LtE: functions.less_equal,
}


def _of_arguments(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of a sequence take its entries as arguments, since formulas have no lists."""
    return lambda *values: function(values)


_OTHERWISE = {
    "add", "subtract", "multiply", "divide", "over", "negative", "positive", "power", "fixed_power",
    "dot", "total", "logsumexp", "passed", "gamma", "zeta",  # the last two are names of variables
}  # fmt: skip
_MODULES = (functions, elementary, special, angles, logarithms, gammas, normal, integrals, bessel)
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{
        name: vars(module)[name]
        for module in _MODULES
        for name in (*TABLE, *FAMILIES)
        if name in vars(module) and name not in _OTHERWISE
    },
    **{
        name: vars(elementary)[name]
        for name in ("square", "reciprocal", "rsqrt", "fabs", "logaddexp", "hardtanh")
    },
    "logaddexp2": logarithms.logaddexp2,
    "ldexp": logarithms.ldexp,
    **{name: vars(normal)[name] for name in ("dawsn", "ndtr", "ndtri")},
    **{name: vars(integrals)[name] for name in ("ellipk", "ellipe")},
    "gammaincc": gammas.gammaincc,
    **{
        function.__name__: _of_arguments(function)
        for function in (
            *(functions.logsumexp, aggregates.mean, aggregates.prod),
            *(aggregates.norm, aggregates.var, aggregates.std),
        )
    },
}
"""The public functions of the table, apart from those written with signs or taking sequences."""


def known_functions() -> dict[str, Callable[..., Any]]:
    """List all functions that a formula may call: `FUNCTIONS`, and what a user has declared."""
    return FUNCTIONS | OWN


_ARGUMENTS = {
    "leaky_relu": (1, 2),
    "elu": (1, 2),
    "hardtanh": (1, 3),
    "clip": (3, 3),
    "round": (1, 2),
}
_ANY = (1, sys.maxsize)
_NONE: Mapping[str, Number] = {}
_ARGUMENTS |= dict.fromkeys(("polygamma", "logaddexp", "logaddexp2", "ldexp", "expn"), (2, 2))
_ARGUMENTS |= dict.fromkeys(("gammainc", "gammaincc", *(f"bessel_{f}" for f in "jyik")), (2, 2))
_ARGUMENTS |= {"bessel_ie": (2, 2)} | dict.fromkeys(("dawsn", "ndtr", "ndtri"), (1, 1))
_ARGUMENTS |= dict.fromkeys(("ellipk", "ellipe"), (1, 1))
_ARGUMENTS |= dict.fromkeys(("square", "reciprocal", "rsqrt", "fabs"), (1, 1))
_ALL_FUNCTIONS = "there are exp, log, tanh, maximum and many more, see help(autograd.functions)"
SHOWN = 100  # characters of the text in a message
SHOWN_NAME = 60  # columns of a name or a number in a message
CONSTANTS = {"pi": math.pi}
TOO_DEEP = "this formula is too long or nested too deeply; name parts of it: h = ...; h*h"
TOO_LARGE = "is too large: a float reaches up to 1.8e308"


def _quoted(text: str) -> str:
    return repr(shorten(text, SHOWN_NAME))


class ExpressionError(ValueError):
    """A formula that cannot be read or computed; the message shows the place.

    Parameters
    ----------
    reason : str
        What is wrong.
    text : str
        The formula with single blanks between its words.
    column : int
        The character of `text` that is at fault.

    Attributes
    ----------
    before, after : str
        What stands around the place, fit to be shown: the fault is the first character of `after`.
    """

    def __init__(self, reason: str, text: str, column: int) -> None:
        self.reason, self.text, self.column = reason, text, column
        start = max(0, column - SHOWN // 2)  # of a long text the part around the place
        self.before = visible(text[start:column])
        self.after = visible(text[column : start + SHOWN])
        place = " " * width(self.before)
        super().__init__(f"{reason}\n  {self.before}{self.after}\n  {place}^")


def read_formula(text: str, numbers: Mapping[str, float]) -> tuple[Value, dict[str, Value]]:
    """Compute a formula from numbers: the output's graph, and the leaves by their names.

    An output without a name is called y, or "output" where y is the name of a leaf or a part (and
    output1, output2, ... where that is one too).

    Raises
    ------
    ExpressionError
        As `read_expression` does.

    Examples
    --------
    >>> output, leaves = read_formula("h = w*x; h*h", {"w": 2.0, "x": 0.5})
    >>> output.backward()
    >>> output, leaves["w"].grad
    (Value(data=1.0, grad=1.0, label='y'), 1.0)
    """
    leaves = {name: Value(number, name) for name, number in numbers.items()}
    output, parts = _read(text, leaves)
    if not output.label:
        names = chain(("y", "output"), (f"output{number}" for number in count(1)))
        output.label = next(name for name in names if name not in leaves and name not in parts)
    return output, leaves


def free_names(text: str) -> tuple[str, ...]:
    """List the names that a formula needs values for, in the order in which they occur.

    Raises
    ------
    ExpressionError
        When the text cannot be taken apart.

    Examples
    --------
    >>> free_names("h = w*x; tanh(h) + w")
    ('w', 'x')
    """
    with _parsed(text) as (_, body):
        found = _nodes(body)
        called = {node.func for node in found if isinstance(node, ast.Call)}
        names = [node for node in found if isinstance(node, ast.Name) and node not in called]
        defined = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        known = {*defined, *known_functions(), *CONSTANTS}
        names.sort(key=lambda node: node.col_offset)
        return tuple(dict.fromkeys(node.id for node in names if node.id not in known))


def read_expression(text: str, leaves: Mapping[str, Value]) -> Value:
    """Compute a formula from named leaves, and so record its graph.

    Parameters
    ----------
    text : str
        Python's notation: ``+ - * / // % **``, parentheses, one comparison, numbers, ``pi``, names
        of leaves and the functions of the operation table, and operations of one's own
        (`autograd.operation`). Before the formula may stand names for
        parts of it, ``h = w*x; tanh(h) + h``, and before the last part too, ``E = ...``; a part so
        named is computed once, and its node has the name as its label.
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
    return _read(text, leaves)[0]


def _read(text: str, leaves: Mapping[str, Value]) -> tuple[Value, Mapping[str, Number]]:
    """The formula's graph, and its parts by their names."""
    with _parsed(text) as (text, body):
        reader = _Reader(text, leaves)
        try:
            result = reader.read_parts(body)
        except RecursionError:
            raise ExpressionError(TOO_DEEP, text, 0) from None
    return (result if isinstance(result, Value) else Value(result)), reader.parts


@contextmanager
def _parsed(text: str) -> Iterator[tuple[str, list[ast.stmt]]]:
    """The text with single blanks between its words, and its parts, for the length of a block."""
    text = " ".join(text.split())
    if "\0" in text:  # for which Python's error depends on its version
        raise ExpressionError("this is not a formula: a null character", text, text.index("\0"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a number with letters behind it: an error here
            body = ast.parse(text).body
    except SyntaxError as error:
        column = min(len(text), error.offset - 1) if error.offset else len(text)
        raise ExpressionError(f"this is not a formula: {error.msg}", text, column) from None
    except UnicodeEncodeError as error:  # half of a character
        raise ExpressionError("this is no character", text, error.start) from None
    except (RecursionError, MemoryError):
        raise ExpressionError(TOO_DEEP, text, 0) from None
    if not body:
        raise ExpressionError("there is no formula; write one, such as x*x", text, 0)
    try:
        yield text, body
    finally:  # a tree that Python frees from its top, call within call, fills a browser's stack
        for node in _nodes(body):
            vars(node).clear()


def _nodes(body: list[ast.stmt]) -> list[ast.AST]:
    return [node for statement in body for node in ast.walk(statement)]


class _Reader:
    def __init__(self, text: str, leaves: Mapping[str, Value]) -> None:
        self.text, self.leaves = text, leaves
        self.functions = known_functions()
        self.parts: dict[str, Number] = {}

    def read_parts(self, body: Sequence[ast.stmt]) -> Number:
        """Compute each part and return the last one."""
        for part in body:
            match part:
                case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                    result = self.define(target, name, self.read(value))
                case ast.Expr(value=value) if part is body[-1]:
                    result = self.read(value)
                case ast.Expr():
                    raise self.error(
                        part, "only the last part may be without a name; write h = ... before it"
                    )
                case _:
                    raise self.error(part, "a part is a formula or name = formula")
        return result

    def define(self, target: ast.expr, name: str, result: Number) -> Number:
        taken = "has a value" if name in self.leaves or name in self.parts else ""
        taken = "is a function" if name in self.functions else taken
        if taken:
            sign = self.text.encode()[: target.end_col_offset].decode()
            column = self.text.index("=", len(sign))
            reason = f"this is not a formula: {_quoted(name)} {taken} already; choose another name"
            raise ExpressionError(reason, self.text, column)
        if isinstance(result, Value) and result.operation and not result.label:
            result.label = name
        self.parts[name] = result
        return result

    def read(self, node: ast.expr) -> Number:
        match node:
            case ast.Constant(value=bool()):
                raise self.error(node, "a formula is made of numbers; True and False are 1 and 0")
            case ast.Constant(value=int() | float() as number):
                return self.number(node, number)
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.UnaryOp(op=op, operand=operand):
                return self.operate(node, op, self.read(operand))
            case ast.BinOp():
                return self.chain(node)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.operate(node, op, self.read(left), self.read(right))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self.call(node, name, args)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=fixed) if name in OWN:
                named = {each.arg: self.read(each.value) for each in fixed if each.arg}
                if len(named) == len(fixed):  # without **
                    return self.call(node, name, args, named)
        raise self.error(
            node, "only numbers, names, + - * / **, comparisons and function calls are allowed"
        )

    def number(self, node: ast.expr, number: float) -> float:
        try:
            result = float(number)
        except OverflowError:
            result = math.inf
        if math.isinf(result):  # an infinity has no digits, so these were too many
            raise self.error(node, f"this number {TOO_LARGE}")
        return result

    def chain(self, node: ast.BinOp) -> Number:
        """Operators between operands, from the left: a loop, as a sum may have 1,000 terms."""
        links = [node]
        while isinstance(links[-1].left, ast.BinOp):
            links.append(links[-1].left)
        result = self.read(links[-1].left)
        for link in reversed(links):
            if isinstance(link.op, ast.Pow):
                result = self.power(link, result, self.read(link.right))
            else:
                result = self.operate(link, link.op, result, self.read(link.right))
        return result

    def name(self, node: ast.expr, name: str) -> Number:
        if name in self.parts:
            return self.parts[name]
        if name in self.leaves:
            return self.leaves[name]
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in self.functions:
            raise self.error(node, f"{_quoted(name)} is a function; write {name}(...)")
        short = shorten(name, SHOWN_NAME)
        raise self.error(node, f"nothing is assigned to {short!r}; write {short}=... after it")

    def operate(self, node: ast.expr, operator: ast.AST, *operands: Number) -> Number:
        function = _OPERATORS.get(type(operator))
        if function is None:
            raise self.error(node, "the operators are + - * / // % ** < <= > >=")
        return self.compute(node, lambda: function(*operands))

    def power(self, node: ast.expr, base: Number, exponent: Number) -> Number:
        if isinstance(base, Value):  # a number as exponent makes the simpler operation
            return self.compute(node, lambda: base**exponent)
        return self.compute(node, lambda: functions.power(base, exponent))

    def call(
        self, node: ast.Call, name: str, args: list[ast.expr], fixed: Mapping[str, Number] = _NONE
    ) -> Number:
        function = self.functions.get(name)
        if function is None:
            near = get_close_matches(name, self.functions, 5)
            others = f"there is {' or '.join(near)}" if near else _ALL_FUNCTIONS
            raise self.error(node, f"there is no function {_quoted(name)}; {others}")
        if any(isinstance(argument, ast.Starred) for argument in args):
            raise self.error(node, "an argument is an expression, without *")
        arguments = [self.read(argument) for argument in args]
        wrong = self.wrong_arguments(name, function, len(arguments))
        if wrong:
            raise self.error(node, wrong)
        return self.compute(node, lambda: function(*arguments, **fixed))

    def wrong_arguments(self, name: str, function: Any, count: int) -> str:
        row = getattr(function, "operation", None)
        if name in OWN:
            least, most = _arguments_of(function)
        else:
            least, most = (len(row.domain),) * 2 if row else _ARGUMENTS.get(name, _ANY)
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

    def error(self, node: ast.expr | ast.stmt, message: str) -> ExpressionError:
        column = len(self.text.encode()[: node.col_offset].decode())  # ast counts bytes
        if isinstance(node, ast.BinOp | ast.Compare):  # point at the sign between the operands
            end = node.left.end_col_offset or 0
            between = self.text.encode()[end:].decode()
            column = len(self.text.encode()[:end].decode())
            column += len(between) - len(between.lstrip(" )"))
        return ExpressionError(message, self.text, column)


def _arguments_of(function: Callable[..., Any]) -> tuple[int, int]:
    """How many numbers a user's operation takes, at least and at most."""
    kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return _ANY
    count = sum(kind is not inspect.Parameter.KEYWORD_ONLY for kind in kinds)
    return count, count


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
    if name in known_functions():
        raise ValueError(f"{_quoted(name)} in {_quoted(text)} is a function; choose another name")
    try:
        value = float(number)
    except ValueError:
        raise ValueError(
            f"{_quoted(number)} in {_quoted(text)} is not a number, such as 0.5 or -2e-3"
        ) from None
    if math.isinf(value) and "inf" not in number.lower():
        raise ValueError(f"{_quoted(number)} in {_quoted(text)} {TOO_LARGE}; inf is infinity")
    return name, value
