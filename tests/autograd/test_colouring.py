"""Colourings: what they promise, on random patterns, and how few colours known ones take."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from autograd.colouring import apart, stars, transposed


def random_pattern(seed: int, rows: int, columns: int, chance: float) -> list[list[int]]:
    choose = random.Random(seed)
    return [[j for j in range(columns) if choose.random() < chance] for _ in range(rows)]


def symmetric(seed: int, n: int, chance: float) -> list[list[int]]:
    choose = random.Random(seed)
    pairs = [p for p in combinations(range(n), 2) if choose.random() < chance]
    return [
        sorted({i, *(j for i_, j in pairs if i_ == i), *(i_ for i_, j in pairs if j == i)})
        for i in range(n)
    ]


def band(n: int, half: int) -> list[list[int]]:
    return [list(range(max(0, i - half), min(n, i + half + 1))) for i in range(n)]


@pytest.mark.parametrize("seed", range(30))
def test_columns_of_one_colour_never_meet(seed: int) -> None:
    pattern = random_pattern(seed, 15, 20, 0.02 * seed)
    colours = apart(pattern, 20)
    for row in pattern:
        assert len({colours[j] for j in row}) == len(row)
    assert transposed(transposed(pattern, 20), 15) == pattern


@pytest.mark.parametrize("seed", range(60))
def test_two_colours_connect_only_stars(seed: int) -> None:
    n = 14
    pattern = symmetric(seed, n, 0.015 * seed)
    colours = stars(pattern)
    edges = [(i, j) for i in range(n) for j in pattern[i] if i != j]
    for i, j in edges:
        assert colours[i] != colours[j]
        alone = sum(colours[k] == colours[j] for k in pattern[i]) == 1
        back = sum(colours[k] == colours[i] for k in pattern[j]) == 1
        assert alone or back


def test_known_patterns_take_few_colours() -> None:
    assert max(apart(band(1000, 1), 1000)) == 2
    assert max(apart(band(1000, 2), 1000)) == 4
    assert max(stars(band(1000, 1))) <= 2
    assert max(stars(band(1000, 2))) <= 4
    assert max(stars([[i] for i in range(100)])) == 0
    arrow = [list(range(20_000)), *([0, i] for i in range(1, 20_000))]
    assert max(stars(arrow)) == 1
    assert apart([], 3) == [-1, -1, -1]
    assert apart([[1]], 3) == [-1, 0, -1]
    assert stars([[], [1], []]) == [-1, 0, -1]
    assert stars([]) == []
    ring = [[0, 1, 3], [0, 1, 2], [1, 2, 3], [0, 2, 3]]
    assert stars(ring) == [0, 1, 2, 1]  # no two opposite ones of four may be alike twice
