"""Write LLVM assembly for vectors of doubles with Python's own operators.

`x * y + 1.0` on two `Lanes` appends the instructions to the `Function` that they belong to. Every
value is one vector of `Target.lanes` doubles (or as many integers or truth values); with one lane
it is a plain double.

Read next: `loops`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from copy import copy
from itertools import count
from typing import ClassVar, Self, TypeVar

from autograd.compiler.vector.target import Target

Kernel = tuple[str, int, bool]
"""An elementary function's name, its lanes, and whether it gathers its arguments."""


def hexadecimal(number: float) -> str:
    """A double as LLVM writes it when every bit counts."""
    return f"0x{bits_of(number):016X}"


def bits_of(number: float) -> int:
    """The 64 bits of a double as an unsigned integer."""
    return int(struct.unpack("<Q", struct.pack("<d", number))[0])


class Function:
    """The body of one LLVM function while it is written.

    Parameters
    ----------
    target : Target
    numbers : str, optional
        A table by this name has the numbers of `number`, which are read where they are used. If
        not, LLVM has those that a loop uses in registers around it, at the cost of what the loop
        hands on from round to round.

    Attributes
    ----------
    lines : list of str
        The instructions so far.
    declarations : set of str
        What the module must declare or define besides.
    kernels : set of Kernel
        The compiled elementary functions that are called.
    """

    def __init__(self, target: Target, numbers: str | None = None) -> None:
        self.numbers = numbers
        self.table: dict[str, int] = {}
        self.lines: list[str] = []
        self.declarations: set[str] = set()
        self.kernels: set[Kernel] = set()
        self._numbers, self._labels = count(), count(1)
        self._set_target(target)

    def _set_target(self, target: Target) -> None:
        self.target = target
        self.types = {element: target.type(element) for element in ("double", "i64", "i1")}
        self._intrinsics: dict[str, str] = {}  # how a call begins, of those that are declared

    def with_lanes(self, target: Target) -> Function:
        """The same body, to go on with vectors of another width."""
        other = copy(self)
        other._set_target(target)
        return other

    def emit(self, text: str) -> str:
        """Append an instruction that has a result; the result's name."""
        name = f"%{next(self._numbers)}"  # LLVM reads numbers in order sooner than words
        self.lines.append(f"  {name} = {text}")
        return name

    def do(self, text: str) -> None:
        """Append an instruction without a result."""
        self.lines.append(f"  {text}")

    def new_label(self, word: str) -> str:
        """A name for a basic block that no other block has."""
        return f"{word}{next(self._labels)}"

    def label(self, name: str) -> None:
        """Begin a basic block."""
        self.lines.append(f"{name}:")

    def go_on(self, name: str) -> None:
        """Go on to a basic block that begins here."""
        self.do(f"br label %{name}")
        self.label(name)

    def definition(self, head: str) -> str:
        """The text of the whole function, given its result, name and arguments."""
        if self.table:
            listed = ", ".join([f"double {number}" for number in self.table])
            kind = f"[{len(self.table)} x double]"  # no constant: LLVM knows where those are read
            self.declarations.add(f"{self.numbers} = internal global {kind} [{listed}]")
        lines = "\n".join(self.lines)
        return f"define {head} {{\nentry:\n{lines}\n}}\n"

    def call(self, result: str, name: str, arguments: Sequence[tuple[str, str]]) -> str:
        """Call a function that is declared on the way; the result's name."""
        types = ", ".join(kind for kind, _ in arguments)
        self.declarations.add(f"declare {result} @{name}({types})")
        given = ", ".join(f"{kind} {value}" for kind, value in arguments)
        return self.emit(f"call {result} @{name}({given})")

    def intrinsic(self, name: str, *arguments: Lanes) -> Lanes:
        """An LLVM intrinsic from doubles to doubles."""
        kind = self.types["double"]
        if name not in self._intrinsics:
            full = f"llvm.{name}.{self.target.suffix('f64')}"
            kinds = ", ".join([kind] * len(arguments))
            self.declarations.add(f"declare {kind} @{full}({kinds})")
            self._intrinsics[name] = f"call {kind} @{full}"
        given = ", ".join([f"{kind} {argument.name}" for argument in arguments])
        return Lanes(self, self.emit(f"{self._intrinsics[name]}({given})"))

    def number(self, number: float) -> Lanes:
        """The same double in every lane."""
        if self.numbers is not None:
            place = 8 * self.table.setdefault(hexadecimal(number), len(self.table))
            pointer = f"getelementptr (i8, ptr {self.numbers}, i64 {place})"
            return self.splat(Lanes, self.emit(f"load double, ptr {pointer}, align 8"))
        return Lanes(self, self.target.constant("double", hexadecimal(number)))

    def lanes(self, value: Lanes | float) -> Lanes:
        """A vector as it is, a number in every lane."""
        return value if isinstance(value, Lanes) else self.number(value)

    def integer(self, number: int) -> Integers:
        """The same integer in every lane."""
        signed = number - (1 << 64) if number >= 1 << 63 else number
        return Integers(self, self.target.constant("i64", str(signed)))

    def load(self, pointer: str) -> Lanes:
        """The vector at an address."""
        return Lanes(self, self.emit(f"load {self.types['double']}, ptr {pointer}, align 8"))

    def store(self, value: Lanes, pointer: str) -> None:
        """Write a vector to an address."""
        self.do(f"store {value.typed}, ptr {pointer}, align 8")

    def vector(self, kind: type[V], scalars: Sequence[str]) -> V:
        """A vector of scalars that are in registers, one for each lane."""
        if self.target.lanes == 1:
            return kind(self, scalars[0])
        name = "poison"
        for lane, scalar in enumerate(scalars):
            given = f"{self.types[kind.element]} {name}, {kind.element} {scalar}, i64 {lane}"
            name = self.emit(f"insertelement {given}")
        return kind(self, name)

    def splat(self, kind: type[V], scalar: str) -> V:
        """A scalar that is in a register, in every lane."""
        if self.target.lanes == 1:
            return kind(self, scalar)
        first = self.vector(kind, [scalar])
        zeros = f"<{self.target.lanes} x i32> zeroinitializer"
        return kind(self, self.emit(f"shufflevector {first.typed}, {first.kind} poison, {zeros}"))


def supporting_source(function: Function) -> str:
    """What a body needs beside it: declarations, tables and helper functions."""
    return "\n".join(sorted(function.declarations))


class Vector:
    """A vector in the function that computes it: what the three kinds have in common.

    Parameters
    ----------
    function : Function
    name : str
        The register that holds it, or a constant.
    """

    __slots__ = ("function", "name")

    element: ClassVar[str]

    def __init__(self, function: Function, name: str) -> None:
        self.function = function
        self.name = name

    @property
    def kind(self) -> str:
        """Its LLVM type."""
        return self.function.types[self.element]

    @property
    def typed(self) -> str:
        """Its type and name, as the first operand of an instruction is written."""
        return f"{self.function.types[self.element]} {self.name}"

    def lane(self, number: int) -> str:
        """The register with the scalar of one lane."""
        if self.function.target.lanes == 1:
            return self.name
        return self.function.emit(f"extractelement {self.typed}, i64 {number}")

    def _apply(self, operation: str, *others: Vector) -> Self:
        """An instruction whose result is of the same kind."""
        operands = ", ".join([self.typed, *[other.name for other in others]])
        return type(self)(self.function, self.function.emit(f"{operation} {operands}"))

    def _compare(self, operation: str, other: Vector) -> Truths:
        return Truths(self.function, self.function.emit(f"{operation} {self.typed}, {other.name}"))

    def _cast(self, kind: type[V]) -> V:
        """The same bits read as another kind."""
        target = self.function.types[kind.element]
        return kind(self.function, self.function.emit(f"bitcast {self.typed} to {target}"))


V = TypeVar("V", bound=Vector)


def _arithmetic(
    operation: str,
) -> tuple[Callable[[Lanes, Lanes | float], Lanes], Callable[[Lanes, float], Lanes]]:
    """The methods for x ∘ y and, where y is a number, y ∘ x."""

    def forward(self: Lanes, other: Lanes | float) -> Lanes:
        function = self.function
        text = f"{operation} {function.types['double']} {self.name}, {function.lanes(other).name}"
        return Lanes(function, function.emit(text))

    def reflected(self: Lanes, other: float) -> Lanes:
        return self.function.lanes(other)._apply(operation, self)

    return forward, reflected


def _integer(operation: str) -> Callable[[Integers, Integers | int], Integers]:
    """The method for an operation on integers."""
    return lambda self, other: self._apply(operation, self._integers(other))


class Lanes(Vector):
    """A vector of doubles.

    Parameters
    ----------
    truths : Truths, optional
        Where a comparison made it, with 1.0 for true and 0.0 for false, what was compared.
    """

    __slots__ = ("truths",)
    element = "double"

    def __init__(self, function: Function, name: str, truths: Truths | None = None) -> None:
        self.function, self.name, self.truths = function, name, truths  # made once a term

    __add__, __radd__ = _arithmetic("fadd")
    __sub__, __rsub__ = _arithmetic("fsub")
    __mul__, __rmul__ = _arithmetic("fmul")
    __truediv__, __rtruediv__ = _arithmetic("fdiv")

    def __neg__(self) -> Lanes:
        return self._apply("fneg")

    def __abs__(self) -> Lanes:
        return self.function.intrinsic("fabs", self)

    def sqrt(self) -> Lanes:
        """The square root, correctly rounded."""
        return self.function.intrinsic("sqrt", self)

    def remainder(self, other: Lanes) -> Lanes:
        """What is left of self when the multiple of other nearest on 0's side is taken off."""
        return Lanes(self.function, self.function.emit(f"frem {self.typed}, {other.name}"))

    def times_plus(self, factor: Lanes | float, summand: Lanes | float) -> Lanes:
        """Self · factor + summand: rounded once where the processor can, else twice."""
        return self.function.intrinsic(
            "fmuladd", self, self.function.lanes(factor), self.function.lanes(summand)
        )

    def with_sign_of(self, other: Lanes) -> Lanes:
        """Combine the magnitude of one with the sign of another."""
        return self.function.intrinsic("copysign", self, other)

    def compare(self, predicate: str, other: Lanes | float) -> Truths:
        """A truth value per lane; the predicates are LLVM's, such as ``olt`` or ``uno``."""
        return self._compare(f"fcmp {predicate}", self.function.lanes(other))

    def __lt__(self, other: Lanes | float) -> Truths:
        return self.compare("olt", other)

    def __le__(self, other: Lanes | float) -> Truths:
        return self.compare("ole", other)

    def __gt__(self, other: Lanes | float) -> Truths:
        return self.compare("ogt", other)

    def __ge__(self, other: Lanes | float) -> Truths:
        return self.compare("oge", other)

    def equals(self, other: Lanes | float) -> Truths:
        """Whether both are the same number; nan equals nothing."""
        return self.compare("oeq", other)

    def is_nan(self) -> Truths:
        """Whether a lane is not a number."""
        return self.compare("uno", self)

    def at_most(self, bound: float) -> Lanes:
        """The smaller of self and a number; nan stays nan."""
        return (self > bound).choose(bound, self)

    def at_least(self, bound: float) -> Lanes:
        """The larger of self and a number; nan stays nan."""
        return (self < bound).choose(bound, self)

    def bits(self) -> Integers:
        """The same 64 bits read as an integer."""
        return self._cast(Integers)


class Integers(Vector):
    """A vector of 64-bit integers."""

    __slots__ = ()
    element = "i64"

    def _integers(self, other: Integers | int) -> Integers:
        return other if isinstance(other, Integers) else self.function.integer(other)

    __add__ = _integer("add")
    __sub__ = _integer("sub")
    __and__ = _integer("and")
    __or__ = _integer("or")
    __xor__ = _integer("xor")
    __lshift__ = _integer("shl")
    __rshift__ = _integer("lshr")

    def equals(self, other: int) -> Truths:
        """Whether a lane holds this integer."""
        return self._compare("icmp eq", self._integers(other))

    def less_than(self, other: Integers | int) -> Truths:
        """Whether a lane's integer, read with its sign, is the smaller one."""
        return self._compare("icmp slt", self._integers(other))

    def negative(self) -> Truths:
        """Whether a lane's highest bit is set."""
        return self.less_than(0)

    def as_double(self) -> Lanes:
        """The same 64 bits read as a double."""
        return self._cast(Lanes)


class Truths(Vector):
    """A truth value per lane."""

    __slots__ = ()
    element = "i1"

    def __and__(self, other: Truths) -> Truths:
        return self._apply("and", other)

    def __or__(self, other: Truths) -> Truths:
        return self._apply("or", other)

    def __invert__(self) -> Truths:
        true = self.function.target.constant("i1", "true")
        return self._apply("xor", Truths(self.function, true))

    def choose(self, then: Lanes | float, otherwise: Lanes | float) -> Lanes:
        """Per lane the first where true, else the second."""
        first, second = map(self.function.lanes, (then, otherwise))
        text = f"select {self.typed}, {first.typed}, {second.typed}"
        return Lanes(self.function, self.function.emit(text))

    def any(self) -> str:
        """The name of one truth value: whether any lane is true."""
        if self.function.target.lanes == 1:
            return self.name
        name = f"llvm.vector.reduce.or.{self.function.target.suffix('i1')}"
        return self.function.call("i1", name, [(self.kind, self.name)])
