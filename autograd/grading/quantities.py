"""What can be asked about a graph, and what each quantity is called.

``net_h1`` is a node's number, ``dE/dw5`` a derivative along all paths, ``dv1/dx|2`` a local one,
through the second argument alone; ``w5+`` and ``out_o1@10000`` are numbers after updates.

Read next: `structure`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from autograd.grading.course import Course
from autograd.grading.figures import rounds_of
from autograd.grading.tape import Slip, Tape
from autograd.value import Constant
from autograd.views.write.names import names, places

OUTPUT = ("E", "L")  # what the output is called in a derivative where no node is called so
SHOWN = 40  # names in a message


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that can be asked for.

    Parameters
    ----------
    node : int
        The place of the node on the tape.
    by : int or None
        Of a derivative, the place of the node by which is differentiated.
    argument : int or None
        Of a local derivative, the position of that node among the arguments.
    rounds : int
        After how many updates.
    """

    node: int
    by: int | None = None
    argument: int | None = None
    rounds: int = 0

    def number(self, course: Course) -> float:
        """What somebody finds for it."""
        if self.rounds and self.by is None and self.node < course.setting.tape.leaves:
            return course.leaf(self.node, self.rounds)
        now = course.after(self.rounds)
        if self.by is None:
            return now.data[self.node]
        if self.argument is not None:
            return now.slope(self.node, self.argument)
        return now.gradients(self.node)[self.by]

    def order(self, tape: Tape) -> tuple[int, int, int, int]:
        """The place of the quantity in the order of the calculation."""
        if self.by is None:
            if self.rounds and self.node < tape.leaves:
                return self.rounds - 1, 2, self.node, 0
            return self.rounds, 0, self.node, 0
        last = self.node == len(tape.nodes) - 1 and self.argument is None
        return self.rounds, 1, -self.by, int(last)

    def as_given(self, tape: Tape, number: float) -> Slip | None:
        """The slip of somebody who goes on with this number in its place; None where none is."""
        if self.by is None:
            return Slip(data={self.node: number})
        if self.node == len(tape.nodes) - 1 and self.argument is None:
            return Slip(grads={self.by: number})
        edges = [(self.node, k) for k, p in enumerate(tape.parents[self.node]) if p == self.by]
        if self.argument is not None:
            edges = [(self.node, self.argument)]
        if len(edges) != 1:
            return None
        return Slip(slopes={edges[0]: lambda _pass, _n, _k: number})


class Names:
    """The names of a tape's nodes, and what they mean.

    Parameters
    ----------
    tape : Tape
    """

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        named = names(tape.order, [tape.output])
        self.of = [named[node] for node in tape.nodes]
        self.is_number = [type(node) is Constant and not node.label for node in tape.nodes]
        asked = ((name, n) for n, name in enumerate(self.of) if not self.is_number[n])
        self.place: dict[str, int] = dict(asked)
        for node, name in places(tape.order).items():
            self.place.setdefault(name, tape.place[node])
        self.above = dict(self.place)
        for name in OUTPUT:
            self.above.setdefault(name, len(tape.nodes) - 1)

    def quantity(self, written: str) -> Quantity:
        """Read a name as people write it.

        Raises
        ------
        ValueError
            When there is nothing of that name.
        """
        text = written.strip()
        if text in self.place:
            return Quantity(self.place[text])
        text = text.replace("∂", "d")
        for name, rounds in _with_rounds(text):
            if name in self.place:
                return Quantity(self.place[name], rounds=rounds)
            found = self._derivative(name, rounds)
            if found:
                return found
        raise ValueError(self._unknown(written.strip()))

    def _derivative(self, text: str, rounds: int) -> Quantity | None:
        for cut in (match.start() for match in re.finditer("/d", text)):
            if text.startswith("d"):
                above, below, argument = text[1:cut], text[cut + 2 :], None
                if below not in self.place:
                    below, _, argument = below.rpartition("|")
                if above in self.above and below in self.place:
                    node, by = self.above[above], self.place[below]
                    place = self._argument(node, by, argument, text)
                    return Quantity(node, by, place, rounds)
        return None

    def _argument(self, node: int, by: int, argument: str | None, text: str) -> int | None:
        if argument is None:
            return None
        parents = self.tape.parents[node]
        arguments = [k + 1 for k, parent in enumerate(parents) if parent == by]
        if argument.isdecimal() and int(argument) in arguments:
            return int(argument) - 1
        places = " and ".join(f"argument {k}" for k in arguments) or "no argument"
        raise ValueError(
            f"{text!r}: behind | stands an argument, counted from 1, and {self.of[by]} is {places} "
            f"of {self.of[node]}"
        )

    def _unknown(self, written: str) -> str:
        known = list(self.place)
        close = get_close_matches(written, [*known, *map(self.derivative, known)], 1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        more = ", …" if len(known) > SHOWN else ""
        return (
            f"there is no figure called {written!r}{hint}; the nodes are "
            f"{', '.join(known[:SHOWN])}{more}; a derivative is called d{self.of[-1]}/dx, a local "
            "one dy/dx|1, and what there is after n updates name@n, after one also name+"
        )

    def derivative(self, name: str) -> str:
        """What the derivative of the output by a node is called."""
        return f"d{self.of[-1]}/d{name}"

    def name(self, quantity: Quantity) -> str:
        """What a quantity is called."""
        name = self.of[quantity.node]
        if quantity.by is not None:
            name = f"d{name}/d{self.of[quantity.by]}"
            if quantity.argument is not None:
                name += f"|{quantity.argument + 1}"
        if quantity.rounds == 1 and quantity.by is None and quantity.node < self.tape.leaves:
            return f"{name}+"
        return f"{name}@{quantity.rounds}" if quantity.rounds else name

    def all(self, rounds: int) -> Iterator[Quantity]:
        """Every number, derivative of the output and derivative along a link, after some rounds."""
        last = len(self.tape.nodes) - 1
        asked = [n for n, number in enumerate(self.is_number) if not number]
        yield from (Quantity(n, rounds=rounds) for n in asked)
        yield from (Quantity(last, n, rounds=rounds) for n in asked if n != last)
        for n, parents in enumerate(self.tape.parents):
            if n != last:
                for parent in dict.fromkeys(parents):
                    if not self.is_number[parent]:
                        yield Quantity(n, parent, rounds=rounds)


def _with_rounds(text: str) -> Iterator[tuple[str, int]]:
    yield text, 0
    if "@" in text or text.endswith("+"):
        yield rounds_of(text)


def numbers(asked: Mapping[str, Quantity], course: Course) -> dict[str, float]:
    """What somebody finds for each of several quantities, in the order of their rounds."""
    ordered = sorted(asked.items(), key=lambda each: each[1].rounds)
    return {name: quantity.number(course) for name, quantity in ordered}
