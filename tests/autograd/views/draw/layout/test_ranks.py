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
