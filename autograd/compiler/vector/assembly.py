"""Write LLVM assembly for vectors of doubles with Python's own operators.

`x * y + 1.0` on two `Lanes` appends the instructions to the `Function` that they belong to. Every
value is one vector of `Target.lanes` doubles (or as many integers or truth values); with one lane
it is a plain double.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from itertools import count


@dataclass(frozen=True, slots=True)
class Target:
    """The vectors that code is written for.

    Parameters
    ----------
    lanes : int
        Doubles in a vector: 8, 4, 2 or 1.
    fused : bool
        Whether the processor has a fused multiply-add.
    scales : bool
        Whether it multiplies by powers of two in one instruction (AVX-512).
    """

    lanes: int
    fused: bool
    scales: bool = False

    def type(self, element: str) -> str:
        """The LLVM type of one vector of elements such as ``double``, ``i64`` or ``i1``."""
        return element if self.lanes == 1 else f"<{self.lanes} x {element}>"

    def constant(self, element: str, text: str) -> str:
        """A constant with the same element in every lane."""
        return text if self.lanes == 1 else f"splat ({element} {text})"

    def suffix(self, element: str) -> str:
        """The ending of an overloaded intrinsic's name, such as ``v8f64``."""
        return element if self.lanes == 1 else f"v{self.lanes}{element}"


def hexadecimal(number: float) -> str:
    """A double as LLVM writes it when every bit counts."""
    return f"0x{bits_of(number):016X}"


def bits_of(number: float) -> int:
    """The 64 bits of a double as an unsigned integer."""
    return int(struct.unpack("<Q", struct.pack("<d", number))[0])


class Function:
    """The body of one LLVM function while it is written."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.lines: list[str] = []
        self.declarations: set[str] = set()
        self._numbers, self._labels = count(), count(1)
        self._set_types()

    def _set_types(self) -> None:
        self.doubles = self.target.type("double")
        self.integers = self.target.type("i64")
        self.truths = self.target.type("i1")

    def with_lanes(self, target: Target) -> Function:
        """The same body, to go on with vectors of another width."""
        other = copy(self)
        other.target = target
        other._set_types()
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

    def call(self, result: str, name: str, arguments: Sequence[tuple[str, str]]) -> str:
        """Call a function that is declared on the way; the result's name."""
        types = ", ".join(kind for kind, _ in arguments)
        self.declarations.add(f"declare {result} @{name}({types})")
        return self.emit(
            f"call {result} @{name}({', '.join(f'{kind} {value}' for kind, value in arguments)})"
        )

    def intrinsic(self, name: str, *arguments: Lanes) -> Lanes:
        """An LLVM intrinsic from doubles to doubles."""
        full = f"llvm.{name}.{self.target.suffix('f64')}"
        return Lanes(
            self, self.call(self.doubles, full, [(self.doubles, a.name) for a in arguments])
        )

    def number(self, number: float) -> Lanes:
        """The same double in every lane."""
        return Lanes(self, self.target.constant("double", hexadecimal(number)))

    def integer(self, number: int) -> Integers:
        """The same integer in every lane."""
        signed = number - (1 << 64) if number >= 1 << 63 else number
        return Integers(self, self.target.constant("i64", str(signed)))

    def load(self, pointer: str) -> Lanes:
        """The vector at an address."""
        return Lanes(self, self.emit(f"load {self.doubles}, ptr {pointer}, align 8"))

    def store(self, value: Lanes, pointer: str) -> None:
        """Write a vector to an address."""
        self.do(f"store {self.doubles} {value.name}, ptr {pointer}, align 8")

    def splat(self, scalar: str) -> Lanes:
        """One double, which is in a register, in every lane."""
        if self.target.lanes == 1:
            return Lanes(self, scalar)
        one = self.emit(f"insertelement {self.doubles} poison, double {scalar}, i64 0")
        zeros = f"<{self.target.lanes} x i32> zeroinitializer"
        return Lanes(
            self, self.emit(f"shufflevector {self.doubles} {one}, {self.doubles} poison, {zeros}")
        )


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """A vector of doubles in the function that computes it."""

    function: Function
    name: str

    def _lanes(self, other: Lanes | float) -> Lanes:
        return other if isinstance(other, Lanes) else self.function.number(other)

    def _binary(self, operation: str, left: Lanes | float, right: Lanes | float) -> Lanes:
        function = self.function
        first, second = self._lanes(left), self._lanes(right)
        return Lanes(
            function, function.emit(f"{operation} {function.doubles} {first.name}, {second.name}")
        )

    def __add__(self, other: Lanes | float) -> Lanes:
        return self._binary("fadd", self, other)

    def __radd__(self, other: float) -> Lanes:
        return self._binary("fadd", other, self)

    def __sub__(self, other: Lanes | float) -> Lanes:
        return self._binary("fsub", self, other)

    def __rsub__(self, other: float) -> Lanes:
        return self._binary("fsub", other, self)

    def __mul__(self, other: Lanes | float) -> Lanes:
        return self._binary("fmul", self, other)

    def __rmul__(self, other: float) -> Lanes:
        return self._binary("fmul", other, self)

    def __truediv__(self, other: Lanes | float) -> Lanes:
        return self._binary("fdiv", self, other)

    def __rtruediv__(self, other: float) -> Lanes:
        return self._binary("fdiv", other, self)

    def __neg__(self) -> Lanes:
        function = self.function
        return Lanes(function, function.emit(f"fneg {function.doubles} {self.name}"))

    def __abs__(self) -> Lanes:
        return self.function.intrinsic("fabs", self)

    def sqrt(self) -> Lanes:
        """The square root, correctly rounded."""
        return self.function.intrinsic("sqrt", self)

    def times_plus(self, factor: Lanes | float, summand: Lanes | float) -> Lanes:
        """Self · factor + summand: rounded once where the processor can, else twice."""
        return self.function.intrinsic("fmuladd", self, self._lanes(factor), self._lanes(summand))

    def with_sign_of(self, other: Lanes) -> Lanes:
        """Combine the magnitude of one with the sign of another."""
        return self.function.intrinsic("copysign", self, other)

    def compare(self, predicate: str, other: Lanes | float) -> Truths:
        """A truth value per lane; the predicates are LLVM's, such as ``olt`` or ``uno``."""
        function = self.function
        second = self._lanes(other).name
        return Truths(
            function,
            function.emit(f"fcmp {predicate} {function.doubles} {self.name}, {second}"),
        )

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
        function = self.function
        return Integers(
            function,
            function.emit(f"bitcast {function.doubles} {self.name} to {function.integers}"),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Integers:
    """A vector of 64-bit integers."""

    function: Function
    name: str

    def _binary(self, operation: str, other: Integers | int) -> Integers:
        function = self.function
        second = other if isinstance(other, Integers) else function.integer(other)
        return Integers(
            function, function.emit(f"{operation} {function.integers} {self.name}, {second.name}")
        )

    def __add__(self, other: Integers | int) -> Integers:
        return self._binary("add", other)

    def __sub__(self, other: Integers | int) -> Integers:
        return self._binary("sub", other)

    def __and__(self, other: Integers | int) -> Integers:
        return self._binary("and", other)

    def __or__(self, other: Integers | int) -> Integers:
        return self._binary("or", other)

    def __xor__(self, other: Integers | int) -> Integers:
        return self._binary("xor", other)

    def __lshift__(self, places: int) -> Integers:
        return self._binary("shl", places)

    def __rshift__(self, places: int) -> Integers:
        return self._binary("lshr", places)

    def equals(self, other: int) -> Truths:
        """Whether a lane holds this integer."""
        function = self.function
        second = function.integer(other).name
        return Truths(function, function.emit(f"icmp eq {function.integers} {self.name}, {second}"))

    def negative(self) -> Truths:
        """Whether a lane's highest bit is set."""
        function = self.function
        zero = function.integer(0).name
        return Truths(function, function.emit(f"icmp slt {function.integers} {self.name}, {zero}"))

    def as_double(self) -> Lanes:
        """The same 64 bits read as a double."""
        function = self.function
        return Lanes(
            function,
            function.emit(f"bitcast {function.integers} {self.name} to {function.doubles}"),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Truths:
    """A truth value per lane."""

    function: Function
    name: str

    def _binary(self, operation: str, other: Truths) -> Truths:
        function = self.function
        return Truths(
            function, function.emit(f"{operation} {function.truths} {self.name}, {other.name}")
        )

    def __and__(self, other: Truths) -> Truths:
        return self._binary("and", other)

    def __or__(self, other: Truths) -> Truths:
        return self._binary("or", other)

    def __invert__(self) -> Truths:
        function = self.function
        ones = function.target.constant("i1", "true")
        return Truths(function, function.emit(f"xor {function.truths} {self.name}, {ones}"))

    def choose(self, then: Lanes | float, otherwise: Lanes | float) -> Lanes:
        """Per lane the first where true, else the second."""
        function = self.function
        first = then if isinstance(then, Lanes) else function.number(then)
        second = otherwise if isinstance(otherwise, Lanes) else function.number(otherwise)
        return Lanes(
            function,
            function.emit(
                f"select {function.truths} {self.name}, {function.doubles} {first.name}, "
                f"{function.doubles} {second.name}"
            ),
        )

    def any(self) -> str:
        """The name of one truth value: whether any lane is true."""
        function = self.function
        if function.target.lanes == 1:
            return self.name
        name = f"llvm.vector.reduce.or.{function.target.suffix('i1')}"
        return function.call("i1", name, [(function.truths, self.name)])
