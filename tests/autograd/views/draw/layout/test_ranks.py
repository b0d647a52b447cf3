import pytest

from autograd.views.draw.layout import Graph, ranks
from autograd.views.draw.layout.ranks import assign_ranks, cut_long_links, layering_of


def test_leaves_stand_beside_their_first_consumer(shapes):
    graph = Graph([shapes.SIZE] * 5, [(0, 1), (1, 2), (2, 3), (4, 3), (4, 2)])
    assert assign_ranks(graph) == [0, 1, 2, 3, 1]


def test_what_only_one_box_needs_comes_along(shapes):
    # 0 -> 1 -> 2 -> 3 and the side branch 4 -> 5 -> 3.
    graph = Graph([shapes.SIZE] * 6, [(0, 1), (1, 2), (2, 3), (4, 5), (5, 3)])
    assert assign_ranks(graph) == [0, 1, 2, 3, 1, 2]


def test_one_trunk_serves_all_long_links_of_a_source(shapes):
    graph = shapes.chain(50)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    assert len(layering.rank) - layering.boxes == 49
    assert len(layering.trunk) == 1
    assert isinstance(layering, ranks.Layering)


def test_a_leaf_that_a_box_and_its_consumer_read_stays_before_the_box():
    graph = Graph([(1, 1)] * 3, [(0, 1), (1, 2), (0, 2)])
    layering = layering_of(graph)
    assert layering.rank == [0, 1, 2, 1]
    assert layering.trunk == {0: range(3, 4)}
    assert (layering.last_stop(0, 1), layering.last_stop(0, 2)) == (0, 3)
    assert layering.before[2] == [1, 3]
    assert layering.layers() == [[0], [1, 3], [2]]


def test_without_helpers_long_links_run_outside():
    graph = Graph([(1, 1)] * 3, [(0, 1), (1, 2), (0, 2)])
    layering = cut_long_links(graph, assign_ranks(graph), 0)
    assert (layering.rank, layering.outside) == ([0, 1, 2], frozenset([0]))
    assert layering.last_stop(0, 2) == 0
    assert layering.before[2] == [1]


def test_positions_are_those_in_the_given_order():
    layering = layering_of(Graph([(1, 1)] * 3, [(0, 2), (1, 2)]))
    assert layering.positions([[1, 0], [2]]) == [1, 0, 0]


# Of random graphs of 24 boxes: how many ranks their links span in all, and how few they can span
# (by linear programming: the span is a sum, and each link is at least one rank long).
SPANS = [(67, 63), (44, 44), (71, 71), (64, 60), (60, 56)]


@pytest.mark.parametrize(("seed", "span", "least"), [(k, *each) for k, each in enumerate(SPANS)])
def test_links_are_nearly_as_short_as_they_can_be(shapes, seed, span, least):
    graph = shapes.random_graph(seed, 24)
    rank = assign_ranks(graph)
    assert least <= sum(rank[target] - rank[source] for source, target in graph.links) <= span


@pytest.mark.parametrize(
    ("limit", "outside"), [(9, set()), (8, {0}), (5, {0}), (4, {0, 1}), (2, {0, 1}), (1, {0, 1, 2})]
)
def test_the_longest_trunks_go_outside_until_the_others_fit(limit, outside):
    links = [(k, k + 1) for k in range(5)] + [(0, 5), (1, 5), (2, 5)]  # past 4, 3 and 2 ranks
    layering = cut_long_links(Graph([(1, 1)] * 6, links), list(range(6)), limit)
    assert layering.outside == outside
    assert set(layering.trunk) == {0, 1, 2} - outside
    assert all(1 + k in layering.after[k] and k in layering.before[k + 1] for k in range(5))


@pytest.mark.parametrize(("extra", "outside"), [(54, set()), (53, {0})])
def test_there_are_200_helpers_and_four_for_each_box_at_most(extra, outside):
    # A chain of 60, in which 8 boxes lead to the last one past 58, 57, ... 51 ranks, 436 in all.
    links = [(k, k + 1) for k in range(59)] + [(k, 59) for k in (*range(8), extra)]
    layering = layering_of(Graph([(1, 1)] * 60, links))
    assert layering.rank[:60] == list(range(60))
    assert layering.outside == outside


def test_an_empty_graph_has_no_ranks():
    assert layering_of(Graph([], [])).layers() == []
