from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.views.draw.layout import Graph, layered
from autograd.views.draw.layout.blocks import PART, Block, Gathered, gather
from autograd.views.draw.layout.spacing import SCREEN
from autograd.views.draw.layout.turning import flattened


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


def test_a_block_has_room_for_rows_and_columns_and_the_lines_behind_them():
    across = Block((0, 1, 2, 3, 4), 2, 3, (40.0, 20.0), 24.0, downwards=False)
    assert across.size() == (3 * (40 + 24) + 44, 2 * (20 + 18))
    assert [across.place(k) for k in (0, 1, 3, 4)] == [(0, 0), (64, 0), (0, 38), (64, 38)]
    down = replace(across, downwards=True)
    assert [down.place(k) for k in (0, 1, 2, 4)] == [(0, 0), (0, 38), (64, 0), (128, 0)]


@pytest.mark.parametrize(
    ("direction", "shape"), [("LR", (6, 5)), ("RL", (6, 5)), ("TB", (5, 6)), ("BT", (5, 6))]
)
def test_a_block_is_the_first_shape_as_wide_as_a_screen(shapes, direction, shape):
    # LR, of 1408 by 792: 6 rows and 5 columns are 764 by 408, 7 rows and 5 columns 764 by 476.
    (block,) = gather(flattened(total(shapes, 30, direction=direction))).blocks
    assert (block.rows, block.columns) == shape
    assert block.gap == 24.0
    assert block.downwards is (direction in ("TB", "BT"))
    wide = total(shapes, 30, direction=direction, label=(70.0, 60.0))
    assert gather(flattened(wide)).blocks[0].gap == (70.0 if direction in ("LR", "RL") else 60.0)


@pytest.mark.parametrize(("height", "blocks"), [(54.0, 0), (54.1, 1)])
def test_leaves_that_just_fit_a_screen_stay_one_column(height, blocks):
    graph = Graph([(40.0, height)] * 12 + [(40.0, 20.0)], [(k, 12) for k in range(12)])
    assert len(gather(graph).blocks) == blocks  # twelve of them and 12 between are 792


@pytest.mark.parametrize(("others", "blocks"), [(60, 1), (61, 0)])
def test_a_block_holds_a_quarter_of_all_boxes_at_least(others, blocks):
    links = [(k, 20) for k in range(20)] + [(19 + k, 20 + k) for k in range(1, others)]
    graph = Graph([(40.0, 50.0)] * (20 + others), links)
    assert len(gather(graph).blocks) == blocks


def test_lines_of_a_row_share_a_gutter_and_those_of_all_rows_meet():
    sizes = [(40.0, 20.0), (30.0, 10.0), (40.0, 20.0), (50.0, 60.0)]
    flat = Graph(sizes, [(0, 3), (1, 3), (2, 3)])
    block = Block((0, 1, 2), 2, 2, (40.0, 20.0), 24.0, downwards=False)
    graph = Graph([block.size(), sizes[3]], [(0, 1)])
    gathered = Gathered(flat, graph, [0, 0, 0, 1], [0, 0, 0], (block,))
    common = [(172.0, 38.0), (194.0, 38.0), (194.0, 38.0), (216.0, 38.0)]
    corners, paths, labels = gathered.spread([(0.0, 0.0), (216.0, 8.0)], [common], [(190.0, 30.0)])
    assert corners == [(0.0, 0.0), (74.0, 5.0), (0.0, 38.0), (216.0, 8.0)]
    meeting = [(150.0, 38.0), *common]
    assert paths == [
        [
            *((40.0, 10.0), (52.0, 10.0), (52.0, 29.0), (64.0, 29.0)),
            *((64.0, 29.0), (128.0, 29.0), (128.0, 29.0), (150.0, 29.0), *meeting),
        ],
        [(104.0, 10.0), (116.0, 10.0), (116.0, 29.0), (128.0, 29.0), (150.0, 29.0), *meeting],
        [
            *((40.0, 48.0), (52.0, 48.0), (52.0, 67.0), (64.0, 67.0)),
            *((64.0, 67.0), (128.0, 67.0), (128.0, 67.0), (150.0, 67.0), *meeting),
        ],
    ]
    assert labels == [(52.0, 10.0), (116.0, 10.0), (52.0, 48.0)]
