"""`operation`: one's own rows of the table, by a decorator.

A declared function is an operation like every other: one node of a graph and one card of a drawing.
Its derivatives are given as a rule, or those of what its function does. All that reads the table
has it at once: second derivatives, forward mode, the player, formulas, compiled programs.

Read next: `transforms`, or `compiler`, which records what the function does.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial, update_wrapper
from itertools import islice
from random import Random
from typing import Any, overload

from autograd.declare import REALS, evaluated_on_nodes, family, public_function
from autograd.elementary import passed
from autograd.functions import fixed_number
from autograd.node import INFINITY, NAN, NOTHING, Node, leaf, node_classes, real
from autograd.operation import (
    FAMILIES,
    OWN,
    TABLE,
    Operation,
    forget_rows,
    look_up,
    record,
    remembered,
)
from autograd.signatures import Function, OwnFunction
from autograd.switches import TracingError

_POINTS = 6  # at which the derivatives are checked
_OF_ANY_NUMBER = 3  # arguments that a function of any number is checked with


@overload
def operation(
    function: Callable[..., Any],
    *,
    symbol: str = ...,
    local: Function | None = ...,
    domain: Any = ...,
    kink: str = ...,
    check: bool = ...,
) -> OwnFunction: ...


@overload
def operation(
    function: None = None,
    *,
    symbol: str = ...,
    local: Function | None = ...,
    domain: Any = ...,
    kink: str = ...,
    check: bool = ...,
) -> Callable[[Callable[..., Any]], OwnFunction]: ...


def operation(
    function: Callable[..., Any] | None = None,
    *,
    symbol: str = "",
    local: Function | None = None,
    domain: Any = None,
    kink: str = "",
    check: bool = True,
) -> Any:
    """Declare a function of numbers as an operation, f(x, …), with ∂f/∂x … of one's own.

    Parameters
    ----------
    function : callable
        What it computes, from one float or several (``def f(*xs)``: from any number). Written with
        Python's operators and autograd's functions, it can be compiled and drawn; it may also ask
        for numbers, as ``math.exp(x)`` and ``while x > 1`` do, if `local` is given. Arguments after
        a ``*`` are fixed numbers, not differentiated.
    symbol : str
        The sign that a drawing shows; the function's name, if left out.
    local : callable, optional
        ``local(y, x, …)`` gives a tuple: the derivative towards each argument, from the output and
        the arguments, and from the fixed numbers by name. It is written with Python's operators
        and autograd's functions. Left out, what the function does is differentiated.
    domain : pair of numbers, or a pair for each argument
        Where the arguments may lie; anywhere, if left out.
    kink : str
        What holds where the derivative jumps or does not exist, for the reader.
    check : bool
        Whether to compare the derivatives with difference quotients at points of the domain.

    Returns
    -------
    callable
        The operation as a public function: it takes numbers and Values.

    Raises
    ------
    GradientError
        When a derivative is wrong; it names the argument.
    TypeError
        When `local` gives no tuple of as many derivatives as there are arguments, or asks for
        numbers; when both the function asks for numbers and `local` is left out.
    ValueError
        When the name is that of an operation of autograd's, or the function has no value at any
        point of the domain.

    Notes
    -----
    Declared again under its name, as when a notebook's cell runs again, an operation takes the
    place of the older one. Graphs that were recorded before keep the older one; compile programs
    anew.

    In a formula that is read from text (`autograd.expression`) an operation is called by its name,
    with fixed numbers by theirs, ``leak(x, slope=0.2)``. So it is on the command line:
    ``stepgrad walk "leak(w*x)" w=2 x=-1 --operations mine.py -o steps.html``, where ``mine.py``
    declares it.

    A saved program and a pickled graph hold an operation by its name: declare it before they are
    read. An operation that asks for numbers is computed by Python's back end alone.

    To give a function that is put together from others another derivative, declare it with `local`.

    Examples
    --------
    A cubic spline, from its pieces' beginnings and coefficients; nothing else is needed:

    >>> from autograd import Value, cos, grad, greater_equal, operation, sin, where
    >>> pieces = [(0.0, 0.0, 1.25, 0.0, -0.25), (1.0, 1.0, 0.5, -0.75, 0.25)]
    >>> @operation(symbol="spline", domain=(0.0, 2.0))
    ... def spline(x):
    ...     y = 0.0
    ...     for begin, a, b, c, d in pieces:
    ...         t = x - begin
    ...         y = where(greater_equal(t, 0.0), a + t * (b + t * (c + t * d)), y)
    ...     return y
    >>> spline(1.5), grad(spline)(1.5), grad(grad(spline))(1.5), grad(grad(grad(spline)))(1.5)
    (1.09375, -0.0625, -0.75, 1.5)

    An implicit function, E with E − e·sin E = M (Kepler's equation), by Newton's steps. Its
    derivatives are those of the implicit function theorem, not of the steps:

    >>> def slopes(E, M, e):
    ...     return 1.0 / (1.0 - e * cos(E)), sin(E) / (1.0 - e * cos(E))
    >>> @operation(local=slopes, domain=((-3.0, 3.0), (0.0, 0.9)))
    ... def kepler(M, e):
    ...     E = M + e * sin(M)
    ...     for _ in range(12):
    ...         E = E - (E - e * sin(E) - M) / (1.0 - e * cos(E))
    ...     return E
    >>> M, e = Value(1.0), Value(0.5)
    >>> E = kepler(M, e)
    >>> E.backward()
    >>> round(E.data, 6), round(M.grad, 6), round(e.grad, 6)
    (1.498701, 1.037362, 1.034667)

    A wrong derivative is found when it is declared:

    >>> @operation(local=lambda y, x: (2.0 * y,))  # doctest: +ELLIPSIS
    ... def cube(x):
    ...     return x * x * x
    Traceback (most recent call last):
    autograd.numerical.GradientError: the derivative of cube towards 'x' is wrong: at ...
    """
    if function is None:
        options = {"symbol": symbol, "local": local, "domain": domain, "kink": kink}
        return partial(operation, **options, check=check)
    return _Declaration(function, symbol, local, domain, kink, check).enter()


class _Declaration:
    """What `operation` was given, and the rows that are made of it."""

    def __init__(
        self,
        function: Callable[..., Any],
        symbol: str,
        local: Callable[..., Any] | None,
        domain: Any,
        kink: str,
        check: bool,
    ) -> None:
        if not inspect.isfunction(function):
            raise TypeError(
                f"operation declares a function of numbers, made by def, not {function!r}"
            )
        self.function, self.local, self.kink, self.check = function, local, kink, check
        self.name = function.__name__
        self.symbol = symbol or self.name
        arguments = inspect.signature(function).parameters.values()
        self.inputs = [a.name for a in arguments if a.kind in (a.POSITIONAL_ONLY, _PLAIN)]
        self.any_number = any(a.kind is a.VAR_POSITIONAL for a in arguments)
        self.fixed = {a.name: a.default for a in arguments if a.kind is a.KEYWORD_ONLY}
        self.refuse_signature(list(arguments))
        self.domain = () if self.any_number else _intervals(domain, len(self.inputs), self.name)
        self.between = _intervals(domain, 1, self.name) if self.any_number else self.domain

    def refuse_signature(self, arguments: Sequence[inspect.Parameter]) -> None:
        """Refuse what cannot become a row."""
        name = self.name
        if not name.isidentifier() or name.startswith("_"):
            raise ValueError(
                f"an operation has its function's name, which begins with a letter; {name!r} does "
                "not: write a def"
            )
        if (name in TABLE or name in FAMILIES) and name not in OWN:
            raise ValueError(
                f"{name!r} is an operation of autograd's own; give your function another name"
            )
        odd = [a.name for a in arguments if a.kind is a.VAR_KEYWORD]
        odd += [a.name for a in arguments if a.kind is _PLAIN and a.default is not a.empty]
        if odd or (self.any_number and self.inputs) or not (self.any_number or self.inputs):
            raise TypeError(
                f"{name}{inspect.signature(self.function)} cannot be an operation: it takes either "
                "some arguments without defaults or any number, (*xs), and then fixed numbers by "
                "name, (x, *, slope=0.1)"
            )

    def enter(self) -> Any:
        """Enter the row, or the family of rows, and make the public function."""
        before = TABLE.pop(self.name, None), FAMILIES.pop(self.name, None), OWN.get(self.name)
        forget_rows()
        OWN[self.name] = self.function
        try:
            public = self.entered_family() if self.fixed else self.entered_row()
            update_wrapper(public, self.function)
            OWN[self.name] = public
        except BaseException:
            self.put_back(*before)
            raise
        return public

    def put_back(
        self,
        row: Operation | None,
        rows: Callable[..., Operation] | None,
        public: Callable[..., Any] | None,
    ) -> None:
        """Undo `enter`."""
        TABLE.pop(self.name, None)
        FAMILIES.pop(self.name, None)
        OWN.pop(self.name, None)
        forget_rows()
        if row:
            TABLE[self.name] = row
        if rows:
            FAMILIES[self.name] = rows
        if public:
            OWN[self.name] = public

    def entered_row(self) -> Any:
        row = TABLE[self.name] = self.row(())
        return public_function(row, self.inputs)

    def entered_family(self) -> Any:
        def choose(*parameters: float) -> Operation:
            return self.row(parameters)

        choose.__name__ = self.name
        member, names, defaults = family(choose), tuple(self.fixed), self.fixed

        def public(*arguments: Any, **fixed: Any) -> Any:
            unknown = [name for name in fixed if name not in defaults]
            chosen = defaults | fixed
            missing = [n for n in names if chosen[n] is inspect.Parameter.empty]
            if unknown or missing:
                what = f"has no {unknown[0]!r}" if unknown else f"needs {missing[0]}=..."
                raise TypeError(f"{self.name} {what}; its fixed numbers are {', '.join(names)}")
            numbers = [fixed_number(chosen[n], self.name, n) for n in names]
            return member(*numbers)(*arguments)

        if inspect.Parameter.empty not in defaults.values():
            FAMILIES[self.name](*[fixed_number(x, self.name, n) for n, x in defaults.items()])
        return public

    def row(self, parameters: tuple[float, ...]) -> Operation:
        """Make the row, with the fixed numbers of a member of a family, and check it."""
        fixed = dict(zip(self.fixed, parameters, strict=True))
        body = partial(self.function, **fixed)
        count = len(self.inputs) or _OF_ANY_NUMBER
        reason = _asks_for_numbers(body, count)
        if reason and not self.local:
            raise TypeError(
                f"{self.name} asks for numbers ({reason}), so what it does cannot be "
                "differentiated: write it with autograd's functions, or give local=..."
            )
        given = self.local and partial(self.local, **fixed)
        rule = _Given(given) if given else _Differentiated(body)
        row = Operation(
            self.name,
            self.symbol,
            lambda *inputs: float(body(*inputs)),
            rule,
            self.domain,
            self.kink,
            ieee=(lambda *_: NAN) if reason else evaluated_on_nodes(body),
            parameters=parameters,
            expand=None if reason else _on_nodes(body),
            numbers_only=bool(reason),
        )
        if self.local:
            self.refuse_rule(row, count)
        if self.check:
            _check(
                row,
                self.inputs or [f"xs[{i}]" for i in range(count)],
                self.between * (count // len(self.between)),
            )
        return row

    def refuse_rule(self, row: Operation, count: int) -> None:
        """Refuse a rule that cannot be recorded, or is not a tuple of as many derivatives."""
        from autograd.compiler.record.trace import on_record

        inputs = [leaf(node_classes.value, 0.5) for _ in range(1 + count)]
        try:
            with on_record():
                slopes = row.local(*inputs)
        except TracingError as error:
            raise TypeError(
                f"the local of {self.name} asks for numbers ({error}), so it could not be "
                "differentiated again"
            ) from None
        if not isinstance(slopes, tuple) or len(slopes) != count:
            raise TypeError(
                f"the local of {self.name} gives a tuple of {count} derivatives, one for each "
                f"argument, not {slopes!r}"
            )


_PLAIN = inspect.Parameter.POSITIONAL_OR_KEYWORD


def _intervals(domain: Any, count: int, name: str) -> tuple[tuple[float, float], ...]:
    """Read a domain: one pair for all arguments, or a pair for each."""
    pairs = [REALS] * count if domain is None else list(domain)
    if len(pairs) == 2 and not any(isinstance(pair, (tuple, list)) for pair in pairs):
        pairs = [tuple(pairs)] * count
    try:
        intervals = tuple((float(low), float(high)) for low, high in pairs)
    except (TypeError, ValueError):
        intervals = ()
    if len(intervals) != count or not all(low < high for low, high in intervals):
        raise ValueError(
            f"the domain of {name} is a pair (low, high), or one for each of its {count} "
            f"arguments, not {domain!r}"
        )
    return intervals


def _on_nodes(body: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function that may give a number whatever it is given, give a node."""

    def expand(*inputs: Any) -> Any:
        result = body(*inputs)
        return result if isinstance(result, Node) else leaf(node_classes.constant, real(result))

    return expand


def _asks_for_numbers(body: Callable[..., Any], count: int) -> str:
    """Tell why a function cannot be recorded; "" where it can."""
    from autograd.compiler.record.trace import on_record

    try:
        with on_record():
            body(*[leaf(node_classes.value, 0.5) for _ in range(count)])
    except TracingError as error:
        return str(error).partition(" was asked")[0]
    return ""


class _Differentiated:
    """The rule of an operation without one: what its function does, differentiated, as a list."""

    def __init__(self, body: Callable[..., Any]) -> None:
        self.body = body

    def __call__(self, y: Any, *inputs: Any) -> tuple[Any, ...]:
        """The local gradients; the list of them is made when it is first needed."""
        program, selections = _derivatives(self.body, len(inputs))
        known = [*inputs, *program.constants]
        for name, arguments, parameters in program.instructions:
            row = look_up(name, parameters)
            known.append(record(row, [known[slot] for slot in arguments]))
        return tuple(
            _slope(known, slot, selection)
            for slot, selection in zip(program.outputs, selections, strict=True)
        )


@remembered(1024)
def _derivatives(body: Callable[..., Any], count: int) -> tuple[Any, list[Any]]:
    """List the derivatives of a function, and what of each says that nothing passes."""
    from autograd.compiler.record.trace import on_record, order_of
    from autograd.compiler.wengert.differentiate import differentiate
    from autograd.compiler.wengert.from_graph import enter_graph
    from autograd.value import Value

    columns = [leaf(Value, 0.5) for _ in range(count)]
    with on_record():
        result = body(*columns)
    if not isinstance(result, Value):
        result = leaf(Value, float(result))
    expressions, (number,) = enter_graph(columns, (), [result], order_of([result]))
    program, _ = expressions.listed(differentiate(expressions, number, range(count)))
    return program, [_selection(program, slot) for slot in program.outputs]


class _Given:
    """The rule that was given, whose whole numbers are floats."""

    def __init__(self, local: Callable[..., Any]) -> None:
        self.local = local

    def __call__(self, y: Any, *inputs: Any) -> Any:
        """The local gradients."""
        slopes = self.local(y, *inputs)
        if not isinstance(slopes, tuple):
            return slopes
        return tuple([g if isinstance(g, (float, Node)) else real(g) for g in slopes])


def _selection(program: Any, slot: int) -> Any:
    """What tells that nothing passes to an input: True for never, a slot that is 0 then, or None.

    The chain rule ends in ``where(mask, slope, 0)`` for what is selected.
    """
    place = slot - program.first_instruction
    if place < 0:
        return program.columns <= slot and program.constants[slot - program.columns] == 0.0
    name, arguments, parameters = program.instructions[place]
    if look_up(name, parameters).selects:
        return slot
    last = arguments[-1] - program.columns
    is_choice = name == "where" and 0 <= last < len(program.constants)
    return arguments[0] if is_choice and program.constants[last] == 0.0 else None


def _slope(known: Sequence[Any], slot: int, selection: Any) -> Any:
    if selection is True:
        return NOTHING
    slope = known[slot]
    if selection is None or selection is False:
        return slope
    mask = known[selection]
    if isinstance(mask, Node):
        kept = passed(mask, slope)
        # One with parents is recorded, to be computed again or compiled.
        return kept if kept.parents or mask._data else NOTHING
    return slope if mask else NOTHING


# ------------------------------------------------------------------------------ at declaration


def _samples(between: Sequence[tuple[float, float]]) -> Iterator[list[float]]:
    """Points of a domain; of one without ends around 0."""
    random = Random(0)
    while True:
        yield [random.uniform(*_finite(low, high)) for low, high in between]


def _finite(low: float, high: float) -> tuple[float, float]:
    if low == -INFINITY:
        low = -2.0 if high == INFINITY else high - 4.0
    return low, low + 4.0 if high == INFINITY else high


def _check(row: Operation, names: Sequence[str], between: Sequence[tuple[float, float]]) -> None:
    """Compare the rule of a row with difference quotients, at points of its domain."""
    from autograd.numerical import GradientError, check_gradients
    from autograd.value import Value

    seen = 0
    for point in islice(_samples(between), 4 * _POINTS):
        if seen == _POINTS:
            return
        leaves = [Value(x, name) for x, name in zip(point, names, strict=True)]
        y = None
        with suppress(ArithmeticError, ValueError):
            y = record(row, leaves)
        if y is None or not math.isfinite(y._data):
            continue
        seen += 1
        try:
            check_gradients(y, leaves)
        except GradientError as error:
            worst = max(error.report.rows, key=lambda row: row.relative_error)
            place = next(i for i, v in enumerate(leaves) if v is worst.leaf)
            at = ", ".join(f"{n} = {x:.6g}" for n, x in zip(names, point, strict=True))
            raise GradientError(
                f"the derivative of {row!r} towards {names[place]!r} is wrong: at {at} the rule "
                f"gives {worst.reverse:.9g}, and the function rises by {worst.numerical:.9g}",
                error.report,
            ) from None
    if not seen:
        raise ValueError(
            f"{row!r} has no value at any of the points that were tried between {between}; say "
            "where it has one by domain=(low, high), or leave out the check by check=False"
        )
