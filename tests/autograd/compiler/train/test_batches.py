"""Rows are dealt in the order of Python's generator, whatever runs the training."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import islice
from random import Random
from typing import Any

import pytest

from autograd.compiler.train.batches import Batches


def first(batches: Batches, rows: int, epochs: int) -> list[list[int] | None]:
    return list(islice(batches.orders(rows), epochs))


def test_shuffled_batches_have_the_orders_of_pythons_generator() -> None:
    random, expected = Random(3), []
    for _ in range(4):
        order = list(range(10))
        random.shuffle(order)
        expected.append(order)
    batches = Batches(4, True, 3)
    assert first(batches, 10, 4) == expected == first(batches, 10, 4)
    assert expected[0] != expected[1]
    assert first(Batches(4, True, 4), 10, 1) != expected[:1]
    assert first(Batches(7, True, 3), 10, 4) == expected  # the size does not matter


def test_each_epoch_has_a_list_of_its_own() -> None:
    orders = Batches(2, True, 0).orders(5)
    kept = next(orders)
    assert kept is not None
    copied = list(kept)
    next(orders)
    assert kept == copied and sorted(kept) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("batches", [Batches(None, True, 0), Batches(3, False, 0)])
def test_rows_stand_as_they_are_where_they_are_not_shuffled(batches: Batches) -> None:
    assert first(batches, 5, 3) == [None, None, None]


@pytest.mark.parametrize(
    ("size", "error", "message"),
    [
        (0, ValueError, "batch_size=0 is not allowed: it must be 1 or more"),
        (-2, ValueError, "batch_size=-2 is not allowed"),
        (2.0, TypeError, "batch_size is a whole number, 1 or more, not 2.0"),
        (True, None, ""),
        (None, None, ""),
    ],
)
def test_a_size_is_a_count(size: Any, error: type[Exception] | None, message: str) -> None:
    with pytest.raises(error, match=message) if error else nullcontext():
        Batches(size, True, 0)


def test_batches_do_not_change(tools: Any) -> None:
    tools.unchanging(Batches)
