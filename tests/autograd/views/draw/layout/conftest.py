"""Graphs for the tests of the layouts, and checks; a test gets this module as `shapes`."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from itertools import pairwise
from types import ModuleType

import pytest

from autograd.views.draw.layout import Graph
from autograd.views.draw.layout.crossings import count_crossings


@pytest.fixture(scope="session")
def shapes() -> ModuleType:
    """The functions below."""
    return sys.modules[__name__]


SIZE = (120.0, 50.0)


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
    boxes = check_boxes(graph, placement)
    for (source, target), path in zip(graph.links, placement.paths, strict=True):
        check_ends(graph.direction, boxes[source], boxes[target], path)


STRIP = 100.0  # px


def check_boxes(graph, placement):
    """Nothing overlaps, every line keeps clear of boxes, and all is inside the drawing."""
    boxes = [(*corner, *size) for corner, size in zip(placement.boxes, graph.sizes, strict=True)]
    assert len(placement.paths) == len(placement.labels) == len(graph.links)
    strips = defaultdict(list)  # of the plane, each with the boxes that reach into it
    for x, y, w, h in boxes:
        assert x >= 0
        assert y >= 0
        assert x + w <= placement.width
        assert y + h <= placement.height
        for strip in range(int(x // STRIP), int((x + w) // STRIP) + 1):
            for other_x, other_y, other_w, other_h in strips[strip]:
                apart = x >= other_x + other_w or other_x >= x + w
                assert apart or y >= other_y + other_h or other_y >= y + h
            strips[strip].append((x, y, w, h))
    for path in placement.paths:
        assert len(path) % 3 == 1
        for first in range(0, len(path) - 1, 3):
            check_curve(path[first : first + 4], strips, placement)
    return boxes


def check_curve(curve, strips, placement):
    """A curve lies between its four points: only where a box does too is it followed."""
    (left, top), (right, bottom) = (
        tuple(map(side, zip(*curve, strict=True))) for side in (min, max)
    )
    beside = range(int(left // STRIP), int(right // STRIP) + 1)
    near = {box for strip in beside for box in strips[strip]}
    near = [
        (x, y, w, h)
        for x, y, w, h in near
        if left < x + w - 0.1 and right > x + 0.1 and top < y + h - 0.1 and bottom > y + 0.1
    ]
    inside = left >= 0 and top >= 0 and right <= placement.width and bottom <= placement.height
    for px, py in [] if inside and not near else along_the_curve(curve):
        assert 0 <= px <= placement.width
        assert 0 <= py <= placement.height
        for x, y, w, h in near:
            assert not (x + 0.1 < px < x + w - 0.1 and y + 0.1 < py < y + h - 0.1)


def crossings_of(paths):
    """How many pairs of drawn lines cross."""
    lines = [list(along_the_curve(path)) for path in paths]
    return sum(
        any(crosses(a, b, c, d) for a, b in pairwise(line) for c, d in pairwise(other))
        for index, line in enumerate(lines)
        for other in lines[:index]
    )


def crosses(a, b, c, d):
    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


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


def crossings(layering, layers):
    position = {v: k for layer in layers for k, v in enumerate(layer)}
    return count_crossings(layering, layers, [position[v] for v in range(len(layering.rank))])
