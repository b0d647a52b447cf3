from dataclasses import replace

import pytest

from autograd.views.draw.layout import Graph, layered
from autograd.views.draw.layout.crowding import relieve
from autograd.views.draw.layout.ranks import assign_ranks
from autograd.views.draw.layout.spacing import SCREEN


def loss(points, **options):
    """Squares of differences: for each point a prediction of two parameters, and a target."""
    sizes, links = [(110.0, 50.0)] * 2, []
    for _ in range(points):
        first = len(sizes)
        sizes += [(37.0, 22.0), (110.0, 50.0), (110.0, 50.0)]  # x, w·x, w·x+b
        sizes += [(37.0, 22.0), (110.0, 50.0), (110.0, 50.0)]  # t, difference, square
        links += [(first, first + 1), (0, first + 1), (first + 1, first + 2), (1, first + 2)]
        links += [(first + 2, first + 4), (first + 3, first + 4), (first + 4, first + 5)]
    squares = list(range(7, len(sizes), 6))
    links += [(square, len(sizes)) for square in squares]
    return Graph([*sizes, (110.0, 64.0)], links, **options)


def test_the_targets_of_a_loss_over_ten_points_leave_the_rank_of_the_predictions(shapes):
    graph = loss(10)
    placement = layered(graph)
    shapes.check(graph, placement)
    assert placement.width <= 1280
    assert placement.height <= 720 - 20  # the legend
    rank = assign_ranks(graph)
    apart = relieve(graph, rank)
    targets = range(5, 62, 6)
    assert {rank[k] for k in targets} == {rank[4]}
    assert {apart[k] for k in targets} == {apart[4] + 1} == {apart[6] - 1}


def test_what_fits_a_screen_stays_as_it_is():
    graph = loss(5)
    assert relieve(graph, assign_ranks(graph)) == assign_ranks(graph)


def test_no_drawing_becomes_longer_than_a_screen():
    graph = loss(10)
    tail = [(len(graph.sizes) - 1 + k, len(graph.sizes) + k) for k in range(6)]
    long = Graph([*graph.sizes, *[(110.0, 50.0)] * 6], [*graph.links, *tail])
    assert relieve(long, assign_ranks(long)) == assign_ranks(long)


def test_from_top_to_bottom_it_is_the_width_that_counts(shapes):
    graph = loss(10, direction="TB")
    placement = layered(graph)
    shapes.check(graph, placement)
    assert placement.width <= SCREEN[0]
    assert placement.height <= SCREEN[1]


@pytest.mark.parametrize("rank", [[0] * 30, [0] * 29 + [1]])
def test_a_rank_of_leaves_alone_has_nowhere_to_go(rank):
    graph = Graph([(110.0, 50.0)] * 30, [(k, 29) for k in range(29)] if rank[-1] else [])
    assert relieve(graph, rank) == rank
    assert relieve(replace(graph, sizes=[], links=[]), []) == []


@pytest.mark.parametrize(
    ("box", "leaf", "long", "width", "moves"),
    [
        (500.0, 280.0, False, 40.0, False),  # with 12 between them a screen's 792
        (500.0, 281.0, False, 40.0, True),
        (500.0, 268.0, True, 40.0, False),  # a line that runs past takes 12 too
        (500.0, 269.0, True, 40.0, True),
        (700.0, 100.0, False, 40.0, True),  # 700 are less than 0.9 times 812
        (731.0, 69.0, False, 40.0, False),  # and 731 are more
        (500.0, 281.0, False, 319.0, True),  # four ranks with 44 between them are a screen's 1408
        (500.0, 281.0, False, 320.0, False),
    ],
)
def test_leaves_move_where_they_are_too_many_and_it_is_worth_a_rank(box, leaf, long, width, moves):
    sizes = [(width, 20.0), (width, box), (width, leaf), (width, 20.0)]
    graph = Graph(sizes, [(0, 1), (1, 3), (2, 3)] + [(0, 3)] * long)
    assert relieve(graph, [0, 1, 1, 2]) == ([0, 1, 2, 3] if moves else [0, 1, 1, 2])


def test_a_tall_rank_behind_is_no_reason_to_stay():
    graph = Graph(
        [(40.0, 20.0), (40.0, 700.0), (40.0, 100.0), (40.0, 750.0)], [(0, 1), (1, 3), (2, 3)]
    )
    assert relieve(graph, [0, 1, 1, 2]) == [0, 1, 2, 3]
