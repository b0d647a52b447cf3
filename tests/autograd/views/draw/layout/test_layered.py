"""The whole pipeline: nothing overlaps, lines keep clear of boxes, nothing is left out."""

import os
import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.views.draw.layout import Graph, layered
from autograd.views.draw.layout.crossings import order_layers
from autograd.views.draw.layout.ranks import layering_of
from autograd.views.draw.layout.spacing import offsets, separation

ROOT = Path(__file__).parents[5]


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 40), st.sampled_from(["LR", "TB", "RL", "BT"]))
def test_boxes_are_apart_and_lines_keep_clear_of_them(shapes, seed, count, direction):
    graph = shapes.random_graph(seed, count, direction)
    shapes.check(graph, layered(graph))


def test_many_long_links_are_routed_outside_and_cost_little(shapes):
    choose = random.Random(1)
    count = 600
    links = [(k, k + 1) for k in range(count - 1)]
    links += [(choose.randrange(k), k + 1) for k in range(1, count - 1)]
    graph = Graph([shapes.SIZE] * count, links)
    layering = layering_of(graph)
    assert len(layering.rank) <= 5 * count + 200
    assert len(layering.outside) > 100
    placement = layered(graph)
    lowest = min(y for _, y in placement.boxes)
    tracks = {round(y) for path in placement.paths for _, y in path if y < lowest}
    assert len(tracks) > 100


def test_a_chain_with_one_shared_parameter_stays_flat_and_its_lines_straight(shapes):
    graph = shapes.chain(400)
    placement = layered(graph)
    assert placement.height < 3 * shapes.SIZE[1] + 60
    assert max(len(path) for path in placement.paths) <= 3 * 3 + 1


def test_long_chains_need_no_recursion(shapes):
    graph = shapes.chain(5000)
    assert len(layered(graph).boxes) == 5002


def test_the_empty_graph_and_a_single_box(shapes):
    assert layered(Graph([], [])).boxes == ()
    placement = layered(Graph([shapes.SIZE], []))
    assert placement.boxes == ((8.0, 8.0),)
    assert (placement.width, placement.height) == (136.0, 66.0)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_labels_of_links_cover_no_box_and_not_one_another(shapes, direction):
    w, h = 60.0, 14.0
    graph = shapes.random_graph(3, 40, direction, (w, h))
    placement = layered(graph)
    boxes = [(*corner, *size) for corner, size in zip(placement.boxes, graph.sizes, strict=True)]
    for cx, cy in placement.labels:
        for x, y, bw, bh in boxes:
            beside = cx + w / 2 <= x + 0.1 or cx - w / 2 >= x + bw - 0.1
            assert beside or cy + h / 2 <= y + 0.1 or cy - h / 2 >= y + bh - 0.1
    for target in range(40):
        near = [placement.labels[k] for k, link in enumerate(graph.links) if link[1] == target]
        for (ax, ay), (bx, by) in pairwise(sorted(near)):
            if (ax, ay) != (bx, by) and (abs(ax - bx) < 0.1 or abs(ay - by) < 0.1):
                assert abs(ax - bx) >= w - 0.1 or abs(ay - by) >= h - 0.1


def test_a_cycle_is_refused(shapes):
    with pytest.raises(ValueError, match="cycle"):
        layered(Graph([shapes.SIZE] * 2, [(0, 1), (1, 0)]))


SCRIPT = """
import hashlib, sys
sys.path.insert(0, {tests!r})
from conftest import random_graph, chain
from autograd.views.draw.layout import layered
graphs = [random_graph(seed, 50) for seed in range(5)] + [chain(30)]
print(hashlib.sha256(repr([layered(graph) for graph in graphs]).encode()).hexdigest())
"""


def test_every_process_gives_the_same_places():
    answers = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT.format(tests=str(Path(__file__).parent))],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "12345")
    }
    assert len(answers) == 1


def test_many_leaves_of_one_box_stand_in_several_columns(shapes):
    graph = Graph([shapes.SIZE] * 41, [(leaf, 40) for leaf in range(40)])
    placement = layered(graph)
    shapes.check_boxes(graph, placement)
    assert len({x for x, _ in placement.boxes[:40]}) > 1
    assert placement.height < 800


def test_a_drawing_is_hardly_taller_than_its_fullest_rank(shapes):
    graph = shapes.random_graph(0, 100)
    layering = layering_of(graph)
    fullest = max(offsets(layer, separation(graph))[-1] for layer in order_layers(layering))
    assert fullest < layered(graph).height < 1.25 * fullest + shapes.SIZE[1] + 2 * 14 + 16
