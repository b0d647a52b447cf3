"""How the rows are dealt into batches, the same in an eager and in a compiled training.

Read next: `plan`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from random import Random

from autograd.checks import check_count


@dataclass(frozen=True, slots=True)
class Batches:
    """How the rows are divided up in every epoch.

    Parameters
    ----------
    size : int or None
        Rows in each batch, of which the last may have fewer; None for all rows in one batch.
    shuffle : bool
        Whether the rows come in a new order in every epoch, where they are divided up.
    seed : int
        Of the orders.
    """

    size: int | None
    shuffle: bool
    seed: int

    def __post_init__(self) -> None:
        if self.size is not None:
            check_count("batch_size", self.size, 1)

    def orders(self, rows: int) -> Iterator[list[int] | None]:
        """Yield the order of the rows for epoch after epoch; None where it is as they stand."""
        if self.size is None or not self.shuffle:
            yield from repeat(None)
        random = Random(self.seed)
        while True:
            order = list(range(rows))
            random.shuffle(order)
            yield order
