"""Nests: what repeats at constant strides is found, whatever stands beside it."""

from __future__ import annotations

from typing import Any

import pytest

from autograd.compiler.schedule.nests import FAR, Addresses, Nest, Stretch, nests, stretches
from autograd.compiler.schedule.normal import Product


def grid(*strides: tuple[int, int], start: int = 0) -> list[Addresses]:
    """Addresses of a nest's only operand: (count, stride) for each loop, the outermost first."""
    found = [start]
    for count, stride in strides:
        found = [first + k * stride for first in found for k in range(count)]
    return [(address,) for address in found]


@pytest.mark.parametrize(
    "loops",
    [
        [(8, 1)],
        [(9, -16)],
        [(3, 20), (5, 2)],
        [(2, 100), (4, 16), (8, 0)],
        [(2, 1000), (2, 70), (2, 9), (2, 1)],
    ],
)
def test_a_nest_of_any_depth_is_found_whole(loops: list[tuple[int, int]]) -> None:
    addresses = grid(*loops)
    (nest,) = nests(addresses, 8)
    assert nest.size == len(addresses)
    again = [0]
    for count, (stride,) in zip(nest.counts, nest.strides, strict=True):
        again = [first + k * stride for first in again for k in range(count)]
    assert [(address,) for address in again] == addresses


def test_what_stands_before_and_after_is_by_itself() -> None:
    addresses = [(977,), (3,), *grid((4, 40), (4, 1), start=5000), (71,)]
    assert [(nest.first, nest.counts) for nest in nests(addresses, 8)] == [
        (0, ()),
        (1, ()),
        (2, (4, 4)),
        (18, ()),
    ]


def test_every_node_is_in_one_nest() -> None:
    addresses = [*grid((3, 1)), *grid((7, 5), start=900), (0,), *grid((5, 30), (3, 2), start=400)]
    for least in (1, 4, 8, 100):
        found = list(nests(addresses, least))
        places = [k for nest in found for k in range(nest.first, nest.first + nest.size)]
        assert places == list(range(len(addresses)))
        assert all(nest.size >= least or not nest.counts for nest in found)


def test_two_nodes_are_a_run_only_beside_another() -> None:
    assert [nest.counts for nest in nests([(0,), (5,), (6,)], 1)] == [(), (), ()]
    assert [nest.counts for nest in nests([(0,), (5,), (50,), (55,)], 1)] == [(2, 2)]


def test_two_nodes_are_a_run_beside_runs_that_are_as_far_apart() -> None:
    """5 and 10 before 11, 13 and 16, 18; a nest is found in runs, not in nodes."""
    places = [(5,), (10,), *grid((2, 5), (2, 2), start=11), (19,), (20,), (22,)]
    found = [(nest.first, nest.counts, nest.strides) for nest in nests(places, 2)]
    assert found == [
        (0, (2,), ((5,),)),
        (2, (2, 2), ((5,), (2,))),
        *((place, (), ()) for place in (6, 7, 8)),
    ]


@pytest.mark.parametrize("second", [(3, 2), (4, 1), (2, 1)])
def test_runs_of_other_lengths_or_strides_are_no_nest(second: tuple[int, int]) -> None:
    places = [*grid((3, 1)), *grid(second, start=10), *grid((3, 1), start=20)]
    found = [nest for nest in nests(places, 2) if nest.counts]
    assert [(nest.counts, nest.strides) for nest in found] == [
        ((count,), ((stride,),)) for count, stride in ((3, 1), second, (3, 1))
    ]


def test_arrays_are_too_far_apart_for_a_nest() -> None:
    addresses = [(k * 2 * FAR,) for k in range(8)]
    assert all(not nest.counts for nest in nests(addresses, 2))


def test_no_nodes_are_no_nests() -> None:
    assert list(nests([], 4)) == []


def test_stretches_of_a_sum() -> None:
    """Three products of which one factor moves, one with the other sign, two single terms."""
    products = [Product(0, 9), Product(1, 9), Product(2, 9), Product(3, 9, True), *[Product(4)] * 2]
    where = (10, 50, 11, 50, 12, 50, 13, 50, 70, 60)
    found = stretches(products, where, Nest(0, (8,), ((1,) * 10,)))
    assert [(s.first, s.count, s.operand, s.factors, s.negative, s.moves) for s in found] == [
        (0, 3, 0, 2, False, (1, 0)),
        (3, 1, 6, 2, True, (0, 0)),
        (4, 2, 8, 1, False, (-10,)),
    ]


def test_a_last_term_of_its_own_is_a_stretch() -> None:
    (alone,) = stretches([Product(0, 1)], (4, 9), Nest(0, (8,), ((1, 1),)))
    assert alone == Stretch(0, 1, 0, 2, False, (0, 0))
    products = [Product(0, 9), Product(1, 9), Product(5, None)]
    found = stretches(products, (0, 9, 1, 9, 5), Nest(0, (8,), ((1,) * 5,)))
    assert [(s.first, s.count, s.factors) for s in found] == [(0, 2, 2), (2, 1, 1)]


def test_nests_do_not_change(tools: Any) -> None:
    tools.unchanging(Stretch)
    with pytest.raises(AttributeError):
        Nest(0).first = 1  # type: ignore[misc]


def test_a_stretch_ends_where_a_loop_moves_its_factors_otherwise() -> None:
    products = [Product(k, k) for k in range(4)]
    where = (0, 0, 1, 1, 2, 2, 3, 3)
    found = stretches(products, where, Nest(0, (8,), ((1, 1, 1, 1, 7, 7, 7, 7),)))
    assert [(s.first, s.count) for s in found] == [(0, 2), (2, 2)]
