"""How rows are dealt into batches."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest

from autograd.compiler.train.batches import Batches


@pytest.mark.parametrize("batches", [Batches(None, True, 0), Batches(2, False, 0)])
def test_rows_stay_as_they_stand(batches: Batches) -> None:
    assert list(islice(batches.orders(5), 3)) == [None, None, None]


def test_every_epoch_has_an_order_of_its_own_from_one_generator() -> None:
    random, expected = Random(7), []
    for _ in range(3):
        order = list(range(5))
        random.shuffle(order)
        expected.append(order)
    assert list(islice(Batches(2, True, 7).orders(5), 3)) == expected
    assert list(islice(Batches(100, True, 7).orders(5), 3)) == expected
    assert expected[0] != expected[1]


def test_a_batch_has_one_row_or_more() -> None:
    with pytest.raises(ValueError, match="batch_size=0 is not allowed"):
        Batches(0, True, 0)
    with pytest.raises(TypeError, match="batch_size is a whole number"):
        Batches(2.0, True, 0)  # type: ignore[arg-type]
