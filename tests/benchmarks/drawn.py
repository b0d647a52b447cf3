"""How compact a drawing is: its area, the length of its links, and how often links cross.

`draw_speed` measures our layout, and Graphviz's ``dot``, with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import dist
from typing import NamedTuple

import numpy as np

from autograd.views.draw.layout import Placement, Point

PARTS = 8  # straight pieces in place of each Bezier curve


class Figures(NamedTuple):
    """Width and height in pixels, length of all links, pairs of links that cross."""

    width: float
    height: float
    length: float
    crossings: int

    @property
    def area(self) -> float:
        """In square pixels."""
        return self.width * self.height


def measure(
    width: float,
    height: float,
    links: Sequence[tuple[int, int]],
    paths: Sequence[Sequence[Point]],
) -> Figures:
    """Measure a drawing whose links, pairs of cards, are cubic Bezier curves."""
    lines = [polyline(path) for path in paths]
    length = sum(dist(a, b) for line in lines for a, b in pairwise(line))
    return Figures(width, height, length, crossings(links, lines))


def measure_placement(links: Sequence[tuple[int, int]], placement: Placement) -> Figures:
    """Measure what a layout of ours returned."""
    return measure(placement.width, placement.height, links, placement.paths)


def polyline(path: Sequence[Point]) -> list[Point]:
    """Points along a curve of 3k + 1 points; a straight piece keeps its ends alone."""
    points = [path[0]]
    for index in range(0, len(path) - 1, 3):
        a, b, c, d = path[index : index + 4]
        for part in range(1, PARTS + 1) if (a, d) != (b, c) else (PARTS,):
            t = part / PARTS
            weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3)
            x, y = (
                sum(w * p[k] for w, p in zip(weights, (a, b, c, d), strict=True)) for k in (0, 1)
            )
            points.append((x, y))
    return points


def crossings(links: Sequence[tuple[int, int]], lines: Sequence[Sequence[Point]]) -> int:
    """How many pairs of links cross that share no card on the same side."""
    pieces = [(i, a, b) for i, line in enumerate(lines) for a, b in pairwise(line)]
    pieces.sort(key=lambda piece: min(piece[1][0], piece[2][0]))
    owner = np.array([piece[0] for piece in pieces])
    start = np.array([piece[1] for piece in pieces])
    way = np.array([piece[2] for piece in pieces]) - start
    first, last = np.minimum(start, start + way), np.maximum(start, start + way)
    source, target = np.array(links).T
    pairs = [np.array([], dtype=int)]
    for index, link in enumerate(owner):
        end = np.searchsorted(first[:, 0], last[index, 0], side="right")
        near = np.arange(index + 1, end)
        near = near[(first[near, 1] <= last[index, 1]) & (last[near, 1] >= first[index, 1])]
        others = owner[near]
        near = near[(source[others] != source[link]) & (target[others] != target[link])]
        between, (x, y) = start[near] - start[index], way[index]
        other_x, other_y = way[near].T
        across = x * other_y - y * other_x
        with np.errstate(divide="ignore", invalid="ignore"):
            here = (between[:, 0] * other_y - between[:, 1] * other_x) / across
            there = (between[:, 0] * y - between[:, 1] * x) / across
        hits = owner[near[(here >= 0) & (here < 1) & (there >= 0) & (there < 1)]]
        pairs.append(np.unique(np.minimum(hits, link) * len(lines) + np.maximum(hits, link)))
    return len(np.unique(np.concatenate(pairs)))
