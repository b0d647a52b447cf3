from dataclasses import replace

import pytest

from autograd.views.draw.layout import Graph
from autograd.views.draw.layout.turning import MARGIN, flattened, turned


@pytest.mark.parametrize(("direction", "sizes"), [("RL", [(40, 20)]), ("BT", [(20, 40)])])
def test_flattened_sizes_are_along_and_across(direction, sizes):
    flat = flattened(Graph([(40, 20)], [], direction, label=(3, 1)))
    assert flat.sizes == sizes
    assert flat.label == ((3, 1) if direction == "RL" else (1, 3))


@pytest.mark.parametrize(
    ("direction", "boxes", "path"),
    [
        ("LR", ((8, 8), (108, 8)), ((48, 18), (108, 18))),
        ("RL", ((108, 8), (8, 8)), ((108, 18), (48, 18))),
        ("TB", ((8, 8), (8, 108)), ((28, 28), (28, 108))),
        ("BT", ((8, 108), (8, 8)), ((28, 108), (28, 28))),
    ],
)
def test_two_boxes_in_each_direction(direction, boxes, path):
    graph = Graph([(40, 20), (40, 20)], [(0, 1)], direction)
    along, across = flattened(graph).sizes[0]
    corners = [(0.0, -across / 2), (100.0, -across / 2)]
    placement = turned(graph, corners, [[(along, 0.0), (100.0, 0.0)]], [(70.0, 0.0)])
    assert placement.boxes == boxes
    assert placement.paths == (path,)
    far, wide = 100 + along + 2 * MARGIN, across + 2 * MARGIN
    assert {placement.width, placement.height} == {far, wide}
    assert placement.width == (far if direction in ("LR", "RL") else wide)


def test_places_are_rounded_to_a_tenth_and_paths_stay_inside():
    placement = turned(Graph([(40, 20)], []), [(0.04, 0.06)], [[(0.0, -30.0)]], [])
    assert placement.boxes == ((8.0, 38.1),)
    assert placement.paths == (((8.0, 8.0),),)
    assert (placement.width, placement.height) == (56.0, 66.1)


def test_a_drawing_reaches_as_far_as_its_lines_do():
    graph = Graph([(40, 20)], [])
    line = [(0.0, 0.0), (100.0, 50.0), (70.0, -30.0)]
    placement = turned(graph, [(0.0, 0.0)], [line], [])
    assert (placement.width, placement.height) == (100 + 2 * MARGIN, 80 + 2 * MARGIN)
    assert placement.boxes == ((8.0, 38.0),)
    backwards = turned(replace(graph, direction="RL"), [(0.0, 0.0)], [line], [])
    assert backwards.boxes == ((100 - 40 + 8.0, 38.0),)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_of_an_empty_drawing_the_margins_are_left(direction):
    placement = turned(Graph([], [], direction), [], [], [])
    assert (placement.width, placement.height) == (16.0, 16.0)
    assert placement.boxes == placement.paths == placement.labels == ()
