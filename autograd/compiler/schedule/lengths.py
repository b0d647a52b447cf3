"""What a row of some length leaves to be done, where a program is for rows of different lengths.

Such a program holds the function for every length, and the first column says which of them a row
has. In code for a row alone, that tells in advance what is certainly 0, such as the slope of what
another length's result is made of, and what is not needed, such as the steps behind the row's last.
So each nest gets the rounds and the terms that are to be computed for a row of each length.

What is not needed may be computed all the same, of whatever lies in memory, and then holds anything
at all. The rule that makes this safe: whatever is computed for a need reads needed numbers only.

Read next: `layers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, repeat
from operator import or_
from typing import cast

from autograd.compiler.schedule.nests import Nest
from autograd.compiler.schedule.normal import Apply, NormalForm, Sum, arguments_of
from autograd.compiler.schedule.uniform import Group, UniformOrder
from autograd.compiler.wengert.expressions import evaluate

LEAST_WORK = 128
"""Operands from which on a nest is worth a jump over it."""

FEWEST_TERMS = 3
"""Terms from which on a sum is cut; two are sooner added up than told apart."""

TELLING = {"equal", "not_equal"}
"""Operations that tell one length from others."""

Lengths = int
"""A set of lengths: bit k stands for length k."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be computed of a group.

    Parameters
    ----------
    rounds : int
        The place, in `Parts.spans`, of the rounds of the outermost loop; in a run, its slots.
    terms : int, optional
        The place of the terms of each sum; None for all.
    zeros : bool
        Whether the nodes of other rounds must be 0.
    whole : bool
        Whether for each length it is all rounds or none.
    """

    rounds: int
    terms: int | None = None
    zeros: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """What is to be computed for a row of each length.

    Parameters
    ----------
    lengths : int
        How many there are.
    of : dict of int to Part
        By the first slot of a group; other groups are computed as a whole.
    spans : list of lists of ranges
        For each length.
    """

    lengths: int
    of: dict[int, Part] = field(default_factory=dict)
    spans: list[list[range]] = field(default_factory=list)

    def add(self, having: Sequence[Lengths]) -> int:
        """Note the span, for each length, of the places that have it; return the span's place."""
        self.spans.append([_span(having, 1 << length) for length in range(self.lengths)])
        return len(self.spans) - 1


def cut_to_lengths(
    form: NormalForm, order: UniformOrder, lengths: int
) -> tuple[UniformOrder, Parts]:
    """Find what of an order is to be computed for a row of each length.

    A single sum that is cut is a nest of one node in the order that is returned.

    Parameters
    ----------
    form : NormalForm
        That of a row alone.
    order : UniformOrder
    lengths : int
        How many there are.
    """
    needs = _Needs(form, order, lengths)
    groups = [needs.of_group(group) for group in reversed(order.groups)]
    return replace(order, groups=groups[::-1]), needs.found


class _Needs:
    """What the results need, found by going from the last group to the first.

    Attributes
    ----------
    zero : list of Lengths
        By slot, the lengths for which its number is certainly 0.
    numbers : dict of int to list of float
        The numbers for each length of those slots that tell one length from others.
    told : set of int
        The slots that depend on nothing but the length.
    needed : list of Lengths
        By slot, the lengths for which something reads its number.
    """

    def __init__(self, form: NormalForm, order: UniformOrder, lengths: int) -> None:
        self.form, self.order = form, order
        self.every: Lengths = (1 << lengths) - 1
        self.found = Parts(lengths)
        slots = 1 + max([*form.nodes, *form.constants, form.parameters.stop])
        self.zero: list[Lengths] = [0] * slots
        self.numbers = {0: [float(length) for length in range(lengths)]}
        self.told = {0, *form.constants}
        self.needed: list[Lengths] = [0] * slots
        self._find_zeros()
        for slot in form.outputs:
            self.needed[slot] = self.every
        for total in form.totals:
            for slot in arguments_of(total.uniform):
                self.needed[slot] = self.every

    def _find_zeros(self) -> None:
        """Look for what is certainly 0, in order."""
        zero = self.zero
        for slot, node in self.order.nodes.items():
            if isinstance(node, Sum):
                both = self.every
                for left, right, _ in node.products:
                    both &= zero[left] if right is None else zero[left] | zero[right]
                    if not both:
                        break
                zero[slot] = both
                told = bool(node.products) and node.products[0].left in self.told
                if told and self.told.issuperset(node.arguments):
                    self.told.add(slot)
            elif node.name in TELLING:
                self._tell(slot, node)
            elif node.name == "where":
                zero[slot] = self._chosen_zero(node)

    def _tell(self, slot: int, node: Apply) -> None:
        """Compute what tells one length from others, if it depends on nothing else."""
        inputs = []
        for argument in node.arguments:
            known = self.form.constants.get(argument)
            if known is None and argument not in self.numbers:
                return
            inputs.append(self.numbers[argument] if known is None else [known] * self.found.lengths)
        self.numbers[slot] = [evaluate(node.name, row) for row in zip(*inputs, strict=True)]
        self.zero[slot] = _set_of(number == 0.0 for number in self.numbers[slot])
        self.told.add(slot)

    def _chosen_zero(self, node: Apply) -> Lengths:
        """For which lengths a choice is certainly one of 0."""
        condition, *branches = node.arguments
        a, b = (self.every if self.form.constants.get(s) == 0.0 else self.zero[s] for s in branches)
        first, second = self._passing(condition)
        return (a | ~first) & (b | ~second) & self.every

    def _passing(self, condition: int) -> tuple[Lengths, Lengths]:
        """For which lengths the first branch of a choice may be taken, and the second."""
        zero = self.zero[condition]
        return self.every & ~zero, zero if condition in self.numbers else self.every

    def of_group(self, group: Group) -> Group:
        """Find what is to be computed of a group, given what later ones need of it."""
        slots = group.slots
        if group.nest is None and len(slots) == 1 and self._has_zeros(slots[0]):
            still = (0,) * len(self.order.nodes[slots[0]].arguments)
            group = group._replace(nest=Nest(0, (1,), (still,)))
        if group.nest is not None:
            self._cut_nest(slots, group.nest.counts[0])
            return group
        if len(slots) > 1 and not group.gathered:
            having = _filled([self.needed[slot] for slot in slots])
            if any(lengths != self.every for lengths in having):
                self.found.of[slots[0]] = Part(self.found.add(having))
        for slot in slots:
            self._read(slot, self.needed[slot])
        return group

    def _has_zeros(self, slot: int) -> bool:
        """Whether a node is a sum of which some lengths leave terms out."""
        node = self.order.nodes[slot]
        return (
            isinstance(node, Sum)
            and len(node.products) >= FEWEST_TERMS
            and slot not in self.told
            and any(self.zero[a] & self.needed[slot] for a in node.arguments)
        )

    def _cut_nest(self, slots: Sequence[int], rounds: int) -> None:
        """Find the rounds and the terms that are to be computed, and note what these read."""
        zero, needed = self.zero, self.needed
        size = len(slots) // rounds
        wanted = [needed[slot] & ~zero[slot] for slot in slots]
        having = _filled([_union(wanted[k : k + size]) for k in range(0, len(slots), size)])
        inside = list(chain.from_iterable(repeat(lengths, size) for lengths in having))
        computed = [needed[slot] & lengths for slot, lengths in zip(slots, inside, strict=True)]
        terms = None
        if self._has_zeros(slots[0]) or self._has_zeros(slots[-1]):
            terms = self._cut_terms(slots, computed)
        if terms is None:
            for slot, lengths in zip(slots, computed, strict=True):
                self._read(slot, lengths)
        zeros = any(needed[slot] & ~lengths for slot, lengths in zip(slots, inside, strict=True))
        work = len(slots) * len(self.order.nodes[slots[0]].arguments)
        differs = work >= LEAST_WORK and any(lengths != self.every for lengths in having)
        if terms is not None or zeros or differs:
            whole = len(set(having)) == 1
            self.found.of[slots[0]] = Part(self.found.add(having), terms, zeros, whole)

    def _cut_terms(self, slots: Sequence[int], computed: Sequence[Lengths]) -> int | None:
        """Find the terms of sums that are to be computed; None where that are all of them."""
        products = [cast(Sum, self.order.nodes[slot]).products for slot in slots]
        zero = self.zero
        having = [0] * len(products[0])
        for terms, lengths in zip(products, computed, strict=True):
            for place, (left, right, _) in enumerate(terms):
                nothing = zero[left] if right is None else zero[left] | zero[right]
                having[place] |= lengths & ~nothing
        every = _union(computed)
        without = every & ~_union(having)  # there has to be a term, if only one that is 0
        having = [lengths | without for lengths in _filled(having)]
        if all(lengths == every for lengths in having):
            return None
        needed = self.needed
        for terms, lengths in zip(products, computed, strict=True):
            for (left, right, _), some in zip(terms, having, strict=True):
                needed[left] |= lengths & some
                if right is not None:
                    needed[right] |= lengths & some
        return self.found.add([lengths | self.every & ~every for lengths in having])

    def _read(self, slot: int, lengths: Lengths) -> None:
        """Note what a node reads where it is computed for some lengths."""
        if not lengths:
            return
        node, needed = self.order.nodes[slot], self.needed
        if isinstance(node, Sum):
            for left, right, _ in node.products:
                needed[left] |= lengths
                if right is not None:
                    needed[right] |= lengths
        elif node.name == "where":
            condition, a, b = node.arguments
            first, second = self._passing(condition)
            needed[condition] |= lengths
            needed[a] |= lengths & first
            needed[b] |= lengths & second
        else:
            for argument in node.arguments:
                needed[argument] |= lengths


def _set_of(members: Iterable[bool]) -> Lengths:
    """The lengths of which something is true."""
    return sum(1 << length for length, member in enumerate(members) if member)


def _union(sets: Iterable[Lengths]) -> Lengths:
    """The lengths that are in any of some sets."""
    result = 0
    for one in sets:
        result |= one
    return result


def _filled(there: Sequence[Lengths]) -> list[Lengths]:
    """Also give each length to the places between those that have it.

    Examples
    --------
    >>> _filled([0b01, 0b10, 0b01, 0b00])
    [1, 3, 1, 0]
    """
    before = accumulate(there, or_)
    after = list(accumulate(reversed(there), or_))
    return [a & b for a, b in zip(before, reversed(after), strict=True)]


def _span(having: Sequence[Lengths], length: Lengths) -> range:
    """The places that have a length, which lie side by side."""
    places = [place for place, lengths in enumerate(having) if lengths & length]
    return range(places[0], places[-1] + 1) if places else range(0)
