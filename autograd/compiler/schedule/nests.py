"""Nests: nodes that do the same with numbers at constant strides, as loops within loops.

The sixteen neurons of a layer read the same values and neighbouring rows of a matrix; at the next
position of a sequence the same is done with values that lie a constant distance further. In an
order of such nodes the distances between neighbours repeat themselves: first runs are found, then
runs of equal runs, and so on. Within a sum, terms whose factors move on regularly are a *stretch*.
`emit.nests` writes a loop for each level and for each long stretch.

Read next: `uniform`, which puts nodes in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from operator import sub
from typing import NamedTuple

from autograd.compiler.schedule.normal import Product

Addresses = tuple[int, ...]
"""Where the operands of a node lie; numbers of different arrays are at least `FAR` apart."""

FAR = 1 << 40


class Nest(NamedTuple):
    """Nodes that follow one another, as loops.

    Parameters
    ----------
    first : int
        The place of the first node in the order.
    counts : tuple of int
        The rounds of each loop, the outermost first; none for a node by itself.
    strides : tuple of Addresses
        For each loop, how far each operand moves on in a round.
    """

    first: int
    counts: tuple[int, ...] = ()
    strides: tuple[Addresses, ...] = ()

    @property
    def size(self) -> int:
        """How many nodes these are."""
        return prod(self.counts)


def nests(addresses: Sequence[Addresses], least: int) -> Iterator[Nest]:
    """Cut nodes, in order, into nests of at least a number of nodes, and nodes by themselves.

    Examples
    --------
    Two rows of three nodes each, the second ten places further, and a node by itself:

    >>> places = [(0,), (1,), (2,), (10,), (11,), (12,), (99,)]
    >>> [(nest.first, nest.counts, nest.strides) for nest in nests(places, 6)]
    [(0, (2, 3), ((10,), (1,))), (6, (), ())]
    """
    found = [Nest(place) for place in range(len(addresses))]
    merged = _merged(found, addresses)
    while len(merged) < len(found):
        found, merged = merged, _merged(merged, addresses)
    for nest in found:
        if not nest.counts or nest.size >= least:
            yield nest
        else:
            yield from map(Nest, range(nest.first, nest.first + nest.size))


def _merged(found: Sequence[Nest], addresses: Sequence[Addresses]) -> list[Nest]:
    """Put nests that are alike and a constant distance apart into one loop more."""
    moves: list[Addresses | None] = [_move(one, other, addresses) for one, other in pairwise(found)]
    moves += [None] * 3
    merged: list[Nest] = []
    start = 0
    while start < len(found):
        nest, move = found[start], moves[start]
        stop = start + 1
        if move is not None:
            while moves[stop - 1] == move:
                stop += 1
        if stop - start == 2 and not nest.counts:
            # Any two nodes are a run; they are worth it only beside another one like them.
            before = bool(merged) and merged[-1].counts == (2,) and merged[-1].strides == (move,)
            if not before and moves[start + 2] != move:
                stop = start + 1
        if stop - start > 1 and move is not None:
            nest = Nest(nest.first, (stop - start, *nest.counts), (move, *nest.strides))
        merged.append(nest)
        start = stop
    return merged


def _move(one: Nest, other: Nest, addresses: Sequence[Addresses]) -> Addresses | None:
    """How far operands move on from a nest to the next, or None if the two are not alike."""
    if one.counts != other.counts or one.strides != other.strides:
        return None
    move = tuple(map(sub, addresses[other.first], addresses[one.first]))
    return move if max(map(abs, move), default=FAR) < FAR else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Terms of a sum that follow one another, their factors at constant strides.

    Parameters
    ----------
    first : int
        The place of the first term among the products.
    count : int
    operand : int
        The place of the first term's first factor among the operands.
    factors : int
        Factors of each term, 1 or 2.
    negative : bool
    moves : tuple of int
        How far each factor moves on from a term to the next.
    """

    first: int
    count: int
    operand: int
    factors: int
    negative: bool
    moves: tuple[int, ...]


def stretches(products: Sequence[Product], where: Addresses, nest: Nest) -> list[Stretch]:
    """Cut the terms of a nest's first node into stretches.

    Parameters
    ----------
    products : sequence of Product
    where : Addresses
        Those of the node's operands.
    nest : Nest
    """
    found: list[Stretch] = []
    kinds, places, operand = [], [], 0
    for _, right, negative in products:
        end = operand + (1 if right is None else 2)
        kinds.append((end - operand, negative, [move[operand:end] for move in nest.strides]))
        places.append(operand)
        operand = end
    start = 0
    while start < len(products):
        width, negative, _ = kinds[start]
        stop, moves = start + 1, (0,) * width
        if stop < len(products) and kinds[stop] == kinds[start]:
            moves = _between(where, places, start, width)
            while (
                stop < len(products)
                and kinds[stop] == kinds[start]
                and _between(where, places, stop - 1, width) == moves
                and max(map(abs, moves)) < FAR
            ):
                stop += 1
        found.append(Stretch(start, stop - start, places[start], width, negative, moves))
        start = stop
    return found


def _between(where: Addresses, places: Sequence[int], term: int, width: int) -> tuple[int, ...]:
    here, there = places[term], places[term + 1]
    return tuple(map(sub, where[there : there + width], where[here : here + width]))
