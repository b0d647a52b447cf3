"""Rows of a weight matrix's gradient among the sums of a list, found before anything looks at each.

The gradient of a neuron's weights is δ·x₀, δ·x₁, …: products of one factor with one value after the
other, and at the end often δ itself, for the bias. A network has such a product for every weight,
and most are in rows of a hundred. A stage that takes a row as a whole does for a layer what it
would otherwise do for each weight.

Read next: `normal`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograd.compiler.wengert.wengert import Instruction, WengertList

SHORTEST_ROW = 8
"""Products from which on neighbours are taken as a row."""


@dataclass(frozen=True, slots=True)
class GradientRow:
    """Neighbours among the sums: Σ factor·x for one x after the other.

    Parameters
    ----------
    first : int
        The index of the first of these sums.
    factor : int
        The slot that all products have in common; it comes later in the list than the others.
    others : tuple of int or None
        The slot of each product's other factor; None stands for 1, at the end.
    slots : range
        The slots of the products, but not that of the factor itself.
    """

    first: int
    factor: int
    others: tuple[int | None, ...]
    slots: range

    @property
    def indices(self) -> range:
        """The indices of the sums."""
        return range(self.first, self.first + len(self.others))


def gradient_rows(wengert: WengertList) -> Iterator[GradientRow]:
    """Find what looks like rows, in the order of their sums; whether it varies is not known yet.

    Examples
    --------
    >>> from autograd.compiler.wengert.wengert import Instruction, WengertList
    >>> delta = Instruction("tanh", (7,))
    >>> products = [Instruction("multiply", (8, x)) for x in range(8)]
    >>> listed = WengertList(8, 0, (), (delta, *products), sums=(*range(9, 17), 8))
    >>> [(row.first, row.factor, row.others) for row in gradient_rows(listed)]
    [(0, 8, (0, 1, 2, 3, 4, 5, 6, 7, None))]
    """
    first, instructions = wengert.first_instruction, wengert.instructions
    others: list[int] = []
    start, factor, following = 0, -1, -1
    for index, slot in enumerate((*wengert.sums, -1)):
        name, read, _ = instructions[slot - first] if slot >= first else _NO_PRODUCT
        if slot == following and name == "multiply" and read[0] == factor:
            others.append(read[1])
            following += 1
            continue
        is_row = len(others) >= SHORTEST_ROW and max(others) < factor
        if is_row:
            known = (*others, None) if slot == factor else tuple(others)
            yield GradientRow(start, factor, known, range(following - len(others), following))
        if name == "multiply" and not (is_row and slot == factor):
            start, factor, following, others = index, read[0], slot + 1, [read[1]]
        else:
            following, others = -1, []


_NO_PRODUCT = Instruction("", ())
