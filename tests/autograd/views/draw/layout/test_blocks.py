from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.views.draw.layout import Graph, layered
from autograd.views.draw.layout.blocks import PART, gather
from autograd.views.draw.layout.spacing import SCREEN


def total(shapes, terms, **options):
    """A box that reads `terms` leaves."""
    return Graph([shapes.SIZE] * (terms + 1), [(k, terms) for k in range(terms)], **options)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
@pytest.mark.parametrize("terms", [30, 77, 200])
def test_many_leaves_of_one_box_have_the_shape_of_a_screen(shapes, direction, terms):
    graph = total(shapes, terms, direction=direction)
    placement = layered(graph)
    shapes.check(graph, placement)
    assert 1.0 < placement.width / placement.height < 3.0
    if terms == 200:
        assert max(placement.width, placement.height) < 2500


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_they_are_read_as_a_text_is(shapes, direction):
    placement = layered(total(shapes, 40, direction=direction))
    leaves = [(y, x) for x, y in placement.boxes[:40]]
    assert leaves == sorted(leaves)
    assert len({y for y, _ in leaves}) < 40 > len({x for _, x in leaves})


def test_what_fits_a_screen_stays_one_column(shapes):
    fitting = int(SCREEN[1] // (shapes.SIZE[1] + 12))
    assert not gather(total(shapes, fitting)).blocks
    assert gather(total(shapes, fitting + 1)).blocks


@settings(max_examples=30)
@given(
    st.integers(0, 10**6), st.integers(4, 30), st.sampled_from(["LR", "TB", "RL", "BT"]), st.data()
)
def test_blocks_and_other_boxes_keep_clear_of_one_another(shapes, seed, count, direction, data):
    graph = shapes.random_graph(seed, count, direction, (60.0, 14.0))
    sizes, links = list(graph.sizes), list(graph.links)
    for _ in range(data.draw(st.integers(1, 3))):
        target, leaves = data.draw(st.integers(0, count - 1)), data.draw(st.integers(25, 60))
        links += [(len(sizes) + k, target) for k in range(leaves)]
        sizes += [(50.0 + 10 * (k % 3), 22.0 + 14 * (k % 4)) for k in range(leaves)]
    graph = replace(graph, sizes=sizes, links=links, wrap=data.draw(st.sampled_from([False, None])))
    placement = layered(graph)
    boxes = shapes.check_boxes(graph, placement)
    if not graph.wrap:
        for (source, target), path in zip(links, placement.paths, strict=True):
            assert len(path) >= 4
            assert boxes[source] != boxes[target]
    for cx, cy in placement.labels:
        assert not any(x < cx < x + w and y < cy < y + h for x, y, w, h in boxes)


def test_labels_in_a_block_are_beside_their_leaves(shapes):
    graph = total(shapes, 60, label=(70.0, 14.0))
    placement = layered(graph)
    for (x, y), (cx, cy) in zip(placement.boxes[:60], placement.labels, strict=True):
        assert (cx, cy) == (pytest.approx(x + shapes.SIZE[0] + 35.0), y + shapes.SIZE[1] / 2)
    for one, two in pairwise(sorted(placement.boxes[:60], key=lambda corner: corner[::-1])):
        assert one[1] != two[1] or two[0] - one[0] >= shapes.SIZE[0] + 70.0


def test_a_leaf_with_another_reader_or_another_link_stays_outside(shapes):
    graph = total(shapes, 60)
    graph = Graph([*graph.sizes, shapes.SIZE], [*graph.links, (3, 61), (60, 61), (7, 60)])
    (block,) = gather(graph).blocks
    assert set(block.leaves) == set(range(60)) - {3, 7}
    shapes.check(graph, layered(graph))


def test_a_block_in_a_much_larger_drawing_is_not_worth_its_width(shapes):
    leaves, others = 20, int(20 / PART) + 2
    chain = [(leaves + k, leaves + k + 1) for k in range(others - 1)]
    graph = Graph([shapes.SIZE] * (leaves + others), [(k, leaves) for k in range(leaves)] + chain)
    assert not gather(graph).blocks


def test_the_boxes_may_come_in_any_order(shapes):
    links = [(k, 0) for k in range(40, 0, -1)]
    graph = Graph([shapes.SIZE] * 41, links)
    (block,) = gather(graph).blocks
    assert block.leaves == tuple(range(40, 0, -1))
    shapes.check(graph, layered(graph))
