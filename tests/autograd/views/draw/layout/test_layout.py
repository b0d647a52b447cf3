"""What every layout must hold: nothing overlaps, lines keep clear of boxes, nothing is left out."""

import os
import random
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from autograd.views.draw.layout.isotonic import least_squares, offsets
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd.views.draw.graphviz import run_graphviz
from autograd.views.draw.layout import Graph, dot, layered, ranks, routing
from autograd.views.draw.layout.centring import centre
from autograd.views.draw.layout.compaction import compact
from autograd.views.draw.layout.coordinates import assign_coordinates
from autograd.views.draw.layout.crossings import count_crossings, order_layers
from autograd.views.draw.layout.layered import layering_of
from autograd.views.draw.layout.ranks import assign_ranks, cut_long_links

SIZE = (120.0, 50.0)
ROOT = Path(__file__).parents[3]


def random_graph(seed, count, direction="LR", label=(0.0, 0.0)):
    choose = random.Random(seed)
    sizes = [(120.0, 50.0 + 14 * choose.randrange(3)) for _ in range(count)]
    links = []
    for target in range(count // 4 + 1, count):
        links += [(choose.randrange(target), target) for _ in range(choose.choice((1, 2, 2, 4)))]
    return Graph(sizes, links, direction, label)


def chain(steps):
    links = [(step, step + 1) for step in range(steps)]
    links += [(steps + 1, step + 1) for step in range(steps)]
    return Graph([SIZE] * (steps + 2), links)


def along_the_curve(path, parts=16):
    for index in range(0, len(path) - 1, 3):
        a, b, c, d = path[index : index + 4]
        for part in range(parts + 1):
            t = part / parts
            s = 1 - t
            yield tuple(
                s**3 * a[k] + 3 * s * s * t * b[k] + 3 * s * t * t * c[k] + t**3 * d[k]
                for k in (0, 1)
            )


def check(graph, placement):
    boxes = [(*corner, *size) for corner, size in zip(placement.boxes, graph.sizes, strict=True)]
    assert len(placement.paths) == len(placement.labels) == len(graph.links)
    for index, (x, y, w, h) in enumerate(boxes):
        assert x >= 0
        assert y >= 0
        assert x + w <= placement.width
        assert y + h <= placement.height
        for other_x, other_y, other_w, other_h in boxes[:index]:
            apart = x >= other_x + other_w or other_x >= x + w
            assert apart or y >= other_y + other_h or other_y >= y + h
    for (source, target), path in zip(graph.links, placement.paths, strict=True):
        assert len(path) % 3 == 1
        check_ends(graph.direction, boxes[source], boxes[target], path)
        for px, py in along_the_curve(path):
            assert 0 <= px <= placement.width
            assert 0 <= py <= placement.height
            for x, y, w, h in boxes:
                assert not (x + 0.1 < px < x + w - 0.1 and y + 0.1 < py < y + h - 0.1)


def check_ends(direction, source, target, path):
    (x, y, w, h), (start_x, start_y) = source, path[0]
    (tx, ty, tw, th), (end_x, end_y) = target, path[-1]
    if direction in ("LR", "RL"):
        assert start_x == pytest.approx(x + w if direction == "LR" else x)
        assert start_y == pytest.approx(y + h / 2, abs=0.11)
        assert end_x == pytest.approx(tx if direction == "LR" else tx + tw)
        assert ty < end_y < ty + th
        assert start_x < end_x if direction == "LR" else start_x > end_x
    else:
        assert start_y == pytest.approx(y + h if direction == "TB" else y)
        assert start_x == pytest.approx(x + w / 2, abs=0.11)
        assert end_y == pytest.approx(ty if direction == "TB" else ty + th)
        assert tx < end_x < tx + tw
        assert start_y < end_y if direction == "TB" else start_y > end_y


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.sampled_from(["LR", "TB", "RL", "BT"]))
def test_boxes_are_apart_and_lines_keep_clear_of_them(seed, count, direction):
    graph = random_graph(seed, count, direction)
    check(graph, layered(graph))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["LR", "TB", "RL", "BT"]), st.integers(0, 20))
def test_so_do_lines_that_run_outside(seed, direction, helpers):
    graph = random_graph(seed, 30, direction)
    layering = cut_long_links(graph, assign_ranks(graph), helpers)
    across = assign_coordinates(
        layering, order_layers(layering), lambda a, b: routing.separation(graph, a, b)
    )
    assert len(layering.rank) <= 30 + helpers
    check(graph, routing.place(graph, layering, across))


def test_many_long_links_are_routed_outside_and_cost_little():
    choose = random.Random(1)
    count = 600
    links = [(k, k + 1) for k in range(count - 1)]
    links += [(choose.randrange(k), k + 1) for k in range(1, count - 1)]
    graph = Graph([SIZE] * count, links)
    layering = layering_of(graph)
    assert len(layering.rank) <= 5 * count + 200
    assert len(layering.outside) > 100
    placement = layered(graph)
    lowest = min(y for _, y in placement.boxes)
    tracks = {round(y) for path in placement.paths for _, y in path if y < lowest}
    assert len(tracks) > 100


def test_a_chain_with_one_shared_parameter_stays_flat_and_its_lines_straight():
    graph = chain(400)
    placement = layered(graph)
    assert placement.height < 3 * SIZE[1] + 60
    assert max(len(path) for path in placement.paths) <= 3 * 3 + 1


def test_long_chains_need_no_recursion():
    graph = chain(5000)
    assert len(layered(graph).boxes) == 5002


def test_the_empty_graph_and_a_single_box():
    assert layered(Graph([], [])).boxes == ()
    placement = layered(Graph([SIZE], []))
    assert placement.boxes == ((8.0, 8.0),)
    assert (placement.width, placement.height) == (136.0, 66.0)


def test_two_links_between_the_same_boxes_end_apart():
    one, two = layered(Graph([SIZE] * 2, [(0, 1), (0, 1)])).paths
    assert one[0] == two[0]
    assert two[-1][1] - one[-1][1] == routing.PORT_GAP


def test_links_arrive_in_the_order_in_which_they_come():
    graph = Graph([SIZE] * 4, [(2, 3), (1, 3), (0, 3)])
    placement = layered(graph)
    arrivals = sorted(
        (placement.boxes[s][1], placement.paths[k][-1][1]) for k, (s, _) in enumerate(graph.links)
    )
    assert [y for _, y in arrivals] == sorted(y for _, y in arrivals)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_labels_of_links_cover_no_box_and_not_one_another(direction):
    w, h = 60.0, 14.0
    graph = random_graph(3, 40, direction, (w, h))
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


def test_a_cycle_is_refused():
    with pytest.raises(ValueError, match="cycle"):
        layered(Graph([SIZE] * 2, [(0, 1), (1, 0)]))


def test_trees_have_no_crossings():
    links = [(2 * k + 1 + side, k) for k in range(31) for side in (0, 1)]
    graph = Graph([SIZE] * 63, links)
    layering = cut_long_links(graph, assign_ranks(graph), 10)
    layers = order_layers(layering)
    assert crossings(layering, layers) == 0


def crossings(layering, layers):
    position = {v: k for layer in layers for k, v in enumerate(layer)}
    return count_crossings(layering, layers, [position[v] for v in range(len(layering.rank))])


def test_crossings_are_counted_right():
    graph = random_graph(5, 40)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    layers = layering.layers()
    position = {v: k for layer in layers for k, v in enumerate(layer)}
    links = [(v, t) for v, targets in enumerate(layering.after) for t in targets]
    expected = sum(
        (position[a] - position[c]) * (position[b] - position[d]) < 0
        for k, (a, b) in enumerate(links)
        for c, d in links[:k]
        if layering.rank[a] == layering.rank[c]
    )
    assert expected > 0
    assert crossings(layering, layers) == expected


@pytest.mark.parametrize("seed", range(5))
def test_sweeps_remove_most_crossings(seed):
    graph = random_graph(seed, 60)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    before = crossings(layering, layering.layers())
    assert crossings(layering, order_layers(layering)) < 0.7 * before


@pytest.mark.parametrize("seed", range(5))
def test_long_links_are_straight_past_ranks_unless_they_cross(seed):
    graph = random_graph(seed, 40)
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


def test_an_output_stands_in_the_middle_of_its_many_inputs():
    graph = Graph([SIZE] * 12, [(k, 11) for k in range(11)])
    placement = layered(graph)
    ys = sorted(y for _, y in placement.boxes[:11])
    assert placement.boxes[11][1] == pytest.approx((ys[0] + ys[-1]) / 2, abs=1)


def test_centring_moves_followers_along_and_gathers_leaves():
    # Vertices 0-3 feed 4, which feeds 5; the coordinates are as if 4 were aligned with 0.
    graph = Graph([SIZE] * 6, [(0, 4), (1, 4), (2, 4), (3, 4), (4, 5)])
    layering = cut_long_links(graph, assign_ranks(graph), 0)
    across = [0.0, 100.0, 200.0, 300.0, 0.0, 0.0]
    moved = centre(layering, [[0, 1, 2, 3], [4], [5]], across, lambda a, b: 60.0)
    assert moved[4] == moved[5] == 150.0
    assert moved[:4] == [60.0, 120.0, 180.0, 240.0]


def coordinates(graph):
    layering = layering_of(graph)
    layers = order_layers(layering)

    def separation(a, b):
        return routing.separation(graph, a, b)

    across = assign_coordinates(layering, layers, separation)
    return layering, layers, across, separation


@pytest.mark.parametrize("seed", range(5))
def test_large_drawings_are_hardly_taller_than_their_fullest_rank(seed):
    layering, layers, across, separation = coordinates(random_graph(seed, 200))
    fullest = max(offsets(layer, separation)[-1] for layer in layers)
    assert max(across) - min(across) > 1.4 * fullest
    places = compact(layering, layers, across, separation)
    assert max(places) - min(places) < 1.25 * fullest
    for layer in layers:
        for a, b in pairwise(layer):
            assert places[b] - places[a] >= separation(a, b) - 1


def test_what_fits_a_screen_stays_aligned():
    layering, layers, across, separation = coordinates(random_graph(1, 25))
    assert max(across) - min(across) < 1300
    assert compact(layering, layers, across, separation) is across


def test_wishes_are_met_as_well_as_separations_allow():
    tight = [0.0, 10.0, 20.0]
    assert least_squares([0.0, 50.0, 90.0], [1, 1, 1], tight) == [0.0, 50.0, 90.0]
    assert least_squares([30.0, 30.0, 30.0], [1, 1, 1], tight) == [20.0, 30.0, 40.0]
    assert least_squares([0.0, 0.0, 90.0], [1000.0, 0.01, 1.0], tight)[:2] == [
        0.0,
        pytest.approx(10, abs=0.1),
    ]


def test_leaves_stand_beside_their_first_consumer():
    graph = Graph([SIZE] * 5, [(0, 1), (1, 2), (2, 3), (4, 3), (4, 2)])
    assert assign_ranks(graph) == [0, 1, 2, 3, 1]


def test_what_only_one_box_needs_comes_along():
    # 0 -> 1 -> 2 -> 3 and the side branch 4 -> 5 -> 3.
    graph = Graph([SIZE] * 6, [(0, 1), (1, 2), (2, 3), (4, 5), (5, 3)])
    assert assign_ranks(graph) == [0, 1, 2, 3, 1, 2]


def test_one_trunk_serves_all_long_links_of_a_source():
    graph = chain(50)
    layering = cut_long_links(graph, assign_ranks(graph), 1000)
    assert len(layering.rank) - layering.boxes == 49
    assert len(layering.trunk) == 1
    assert isinstance(layering, ranks.Layering)


SCRIPT = """
import hashlib, sys
sys.path.insert(0, {tests!r})
from test_layout import random_graph, chain
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


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_graphviz_gives_the_places_where_it_is_installed(direction):
    graph = random_graph(2, 30, direction)
    if shutil.which("dot"):
        check(graph, dot(graph))
    else:
        with pytest.raises(RuntimeError, match="layout='layered'"):
            dot(graph)


def test_places_from_graphviz_are_read(monkeypatch):
    answer = b'{"objects": [{"name": "0", "pos": "10,70"}, {"name": "1", "pos": "99,20"}]}'
    asked = []

    def fake(source, engine, file_format, still_works):
        asked.append((source, engine, file_format))
        return answer

    monkeypatch.setattr(sys.modules["autograd.views.draw.layout.dot"], "run_graphviz", fake)
    upright = dot(Graph([SIZE] * 2, [(0, 1)], "TB"))
    across = dot(Graph([SIZE] * 2, [(0, 1)], "LR"))
    assert upright.boxes[1][0] - upright.boxes[0][0] == 89
    assert across.boxes[1][1] - across.boxes[0][1] == 50
    assert [each[1:] for each in asked] == [("dot", "json0")] * 2
    assert "rankdir=TB" in asked[0][0]


def test_graphviz_is_spared_the_chain_that_it_takes_minutes_for(monkeypatch):
    sources = []

    def fake(source, *_):
        sources.append(source)
        return b"{}"

    monkeypatch.setattr(sys.modules["autograd.views.draw.layout.dot"], "run_graphviz", fake)
    dot(chain(400))
    assert sources[0].count("->") < 3 * 400


def test_a_missing_graphviz_says_what_works_and_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match=r"'dot' was not found. SVG works. To install it: 'apt"):
        run_graphviz("digraph {}", "dot", "svg", "SVG works.")
