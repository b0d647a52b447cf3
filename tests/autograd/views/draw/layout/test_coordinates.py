from dataclasses import replace
from itertools import combinations

import pytest

from autograd.views.draw.layout import Graph
from autograd.views.draw.layout.coordinates import (
    _align,
    _balance,
    _compact,
    _conflicts,
    assign_coordinates,
)
from autograd.views.draw.layout.crossings import order_layers
from autograd.views.draw.layout.ranks import (
    Layering,
    assign_ranks,
    cut_long_links,
    layering_of,
)


@pytest.mark.parametrize("seed", range(5))
def test_long_links_are_straight_past_ranks_unless_they_cross(shapes, seed):
    graph = shapes.random_graph(seed, 40)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    layers = order_layers(layering)
    across = assign_coordinates(layering, layers, lambda a, b: 50.0)
    helpers = range(layering.boxes, len(layering.rank))
    inner = [(layering.before[v][0], v) for v in helpers if layering.before[v][0] >= layering.boxes]
    assert inner
    for a, b in inner:
        crossed = any(
            layering.rank[a] == layering.rank[c]
            and (across[a] - across[c]) * (across[b] - across[d]) < 0
            for c, d in inner
        )
        assert crossed or across[a] == across[b]


def test_a_chain_is_straight_and_siblings_are_apart():
    layering = layering_of(Graph([(1, 1)] * 5, [(0, 2), (1, 2), (2, 3), (3, 4)]))
    across = assign_coordinates(layering, [[0, 1], [2], [3], [4]], lambda a, b: 10.0)
    assert across[1] - across[0] == 10.0
    assert across[2] == across[3] == across[4] == (across[0] + across[1]) / 2


def test_an_empty_graph_has_no_coordinates():
    assert assign_coordinates(layering_of(Graph([], [])), [], lambda a, b: 10.0) == []


def test_the_median_neighbour_and_the_mean_of_two_leanings_give_the_place():
    # Two boxes, three below them that read both, and one below these.
    links = [(source, target) for source in (0, 1) for target in (2, 3, 4)]
    layering = layering_of(Graph([(1, 1)] * 6, [*links, (2, 5), (3, 5), (4, 5)]))
    across = assign_coordinates(layering, [[0, 1], [2, 3, 4], [5]], lambda a, b: 10.0)
    start = across[2]
    assert [place - start for place in across] == [5.0, 15.0, 0.0, 10.0, 20.0, 10.0]


def test_a_box_that_reads_nothing_keeps_its_distance_and_no_more():
    layering = layering_of(Graph([(1, 1)] * 4, [(0, 3), (1, 3), (2, 3)]))
    across = assign_coordinates(layering, [[2, 0, 1], [3]], lambda a, b: 4.0 + a + b)
    assert [across[0] - across[2], across[1] - across[0]] == [6.0, 5.0]
    assert across[3] == across[0]


def test_four_results_are_shifted_to_the_narrowest_and_their_middle_taken():
    # The second is the narrowest, from 5 to 9: the first and third begin at 5, the last ends at 9.
    four = [[0.0, 10.0], [5.0, 9.0], [1.0, 11.0], [0.0, 20.0]]
    assert _balance(four) == [5.0, 12.0]  # of -11, 5, 5, 5 and of 9, 9, 15, 15


@pytest.mark.parametrize("forwards", [True, False])
@pytest.mark.parametrize(
    ("count", "crossed", "partner"),
    [
        (1, (), 0), (2, (), 0), (3, (), 1), (4, (), 1), (5, (), 2), (6, (), 2), (7, (), 3),
        (4, (1,), 2), (4, (1, 2), None), (5, (2,), None), (2, (0,), 1), (2, (0, 1), None),
    ],
)  # fmt: skip
def test_a_box_is_aligned_with_its_median_or_the_upper_of_two_unless_crossed(
    forwards, count, crossed, partner
):
    pairs = [(other, count) if forwards else (count, other) for other in range(count)]
    layering = layering_of(Graph([(1, 1)] * (count + 1), pairs))
    layers = [list(range(count)), [count]]
    root = _align(layering, layers, {pairs[other] for other in crossed}, forwards)
    assert root == [*range(count), count if partner is None else partner]


def test_no_box_is_aligned_past_one_before_it():
    """Box 3 takes box 1; of its neighbours 0 and 1, box 4 then has neither."""
    layering = layering_of(Graph([(1, 1)] * 5, [(1, 3), (0, 4), (1, 4), (2, 4)]))
    assert _align(layering, [[0, 1, 2], [3, 4]], set(), True) == [0, 1, 2, 1, 4]
    layering = layering_of(Graph([(1, 1)] * 4, [(1, 2), (0, 3)]))
    assert _align(layering, [[0, 1], [2, 3]], set(), True) == [0, 1, 1, 3]


class Counted(float):
    """A distance that notes how often it is added to a place."""

    added = 0

    def __radd__(self, other):
        Counted.added += 1
        assert Counted.added <= 33
        return float(other) + float(self)


def test_each_distance_of_aligned_ranks_is_gone_through_once():
    """Block after block with three ways on each: together there would be 3¹¹."""
    ranks = [[12 * rank + place for place in range(12)] for rank in range(3)]
    Counted.added = 0
    places = _compact(ranks, [*range(12)] * 3, lambda a, b: Counted(a % 12 + b // 12))
    assert Counted.added == 33
    expected = [0.0]
    for place in range(11):
        expected.append(expected[-1] + place + 2)  # the distance in the last rank is the largest
    assert places == expected * 3


def test_a_block_is_drawn_towards_the_nearest_that_follows_it():
    """Blocks 0, 1 and 3 before block 2, the first far from it; 3 has room to move on by 6."""
    far = {(0, 1): 9.0, (1, 2): 2.0, (3, 4): 5.0}
    places = _compact([[0, 1, 2], [3, 4]], [0, 1, 2, 3, 2], lambda a, b: far[a, b])
    assert places == [0.0, 9.0, 11.0, 6.0, 11.0]


def test_the_middle_of_four_is_of_those_that_lean_to_one_side_and_those_that_lean_to_the_other():
    # Shifted: [5, 8, 15], [5, 6, 9], [5, 12, 15], [-9, -7, 9].
    four = [[3.0, 6.0, 13.0], [5.0, 6.0, 9.0], [1.0, 8.0, 11.0], [2.0, 4.0, 20.0]]
    assert _balance(four) == [5.0, 7.0, 12.0]


def conflicts_by_comparison(layering, layers):
    """Links that cross a piece of a trunk or branch off where it goes on; None if trunks cross."""
    position, boxes = layering.positions(layers), layering.boxes
    links = [(a, b) for a, targets in enumerate(layering.after) for b in targets]
    inner = [(a, b) for a, b in links if min(a, b) >= boxes]

    def cross(one, two):
        (a, b), (c, d) = one, two
        sides = (position[a] - position[c]) * (position[b] - position[d])
        return layering.rank[a] == layering.rank[c] and sides < 0

    if any(cross(*pair) for pair in combinations(inner, 2)):
        return None
    others = [link for link in links if link not in inner]
    crossed = {link for link in others if any(cross(link, piece) for piece in inner)}
    goes_on = {a for a, _ in inner}
    return crossed | {(a, b) for a, b in others if a in goes_on}


def test_links_bend_that_cross_a_trunk_or_branch_off_where_it_goes_on(shapes):
    marked = 0
    for count in (12, 25):
        for seed in range(5):
            graph = shapes.random_graph(seed, count)
            layering = cut_long_links(graph, assign_ranks(graph), 1000)
            for layers in (layering.layers(), order_layers(layering)):
                expected = conflicts_by_comparison(layering, layers)
                if expected is not None:
                    assert _conflicts(layering, layers) == expected
                    marked += len(expected)
    assert marked > 50


def test_where_trunks_cross_their_own_pieces_need_not_bend():
    before, after = [[], [], [5], [7], [0], [4], [1], [6]], [[4], [6], [], [], [5], [2], [7], [3]]
    layering = Layering(4, [0, 0, 3, 3, 1, 2, 1, 2], before, after, {}, frozenset())
    assert _conflicts(layering, [[0, 1], [4, 6], [7, 5], [3, 2]]) == set()


def test_a_trunk_is_aligned_with_its_own_pieces_and_a_box_with_the_median_of_all_that_it_reads():
    # Vertices 4 to 6 are helpers: 4 leads on to 5 and to the boxes 2 and 3; 6 to the box 3 alone.
    before, after = [[], [], [4], [1, 6, 4], [], [4], []], [[], [3], [], [], [5, 2, 3], [], [3]]
    layering = Layering(4, [0, 0, 1, 1, 0, 1, 0], before, after, {}, frozenset())
    layers = [[1, 4, 6], [2, 3, 5]]
    assert _align(layering, layers, set(), True) == [0, 1, 4, 3, 4, 5, 6]  # 4 is taken before 3
    assert _align(layering, layers, {(4, 2)}, True) == [0, 1, 2, 4, 4, 5, 6]
    assert _align(layering, layers[::-1], set(), False) == [0, 3, 2, 3, 5, 5, 6]


@pytest.mark.parametrize("seed", range(6))
def test_a_graph_that_is_turned_round_has_the_same_coordinates_and_a_mirrored_one_the_opposite(
    shapes, seed
):
    links = [(k, 8 + (3 * k + seed) % 9) for k in range(8)] + [(k, 8 + k % 4) for k in range(8)]
    links += [(k, 17 + (k * k + seed) % 5) for k in range(8, 17)]
    graph = Graph([(1, 1)] * 22, sorted(set(links)))
    layering = cut_long_links(graph, [0] * 8 + [1] * 9 + [2] * 5, 0)
    layers = layering.layers()
    usual = assign_coordinates(layering, layers, lambda a, b: 10.0 + (a + b) % 3)
    turned = replace(
        layering,
        rank=[2 - rank for rank in layering.rank],
        before=layering.after,
        after=layering.before,
    )
    again = assign_coordinates(turned, layers[::-1], lambda a, b: 10.0 + (a + b) % 3)
    assert again == pytest.approx(usual)
    mirrored = [layer[::-1] for layer in layers]
    opposite = assign_coordinates(layering, mirrored, lambda a, b: 10.0 + (a + b) % 3)
    start = usual[0] + opposite[0]
    assert [start - place for place in opposite] == pytest.approx(usual)
