"""Examples and their targets, and how they are dealt into batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

Examples: TypeAlias = tuple[list[Any], list[Any]]


@dataclass(frozen=True, slots=True)
class Data:
    """The training examples, and how they are divided into batches."""

    rows: list[Any]
    targets: list[Any]
    batch_size: int | None
    seed: int

    @classmethod
    def of(cls, X: Iterable[Any], Y: Iterable[Any], batch_size: int | None, seed: int) -> Data:
        """Read the examples."""
        return cls(*examples(X, Y), batch_size, seed)

    def epochs(self) -> Iterator[list[Examples]]:
        """Yield the batches of one epoch after the other: all examples, or shuffled in parts."""
        shuffle = Random(self.seed)
        while True:
            order = list(range(len(self.rows)))
            if self.batch_size is None:
                yield [(self.rows, self.targets)]
                continue
            shuffle.shuffle(order)
            starts = range(0, len(order), self.batch_size)
            yield [self._chosen(order[i : i + self.batch_size]) for i in starts]

    def _chosen(self, places: list[int]) -> Examples:
        return [self.rows[i] for i in places], [self.targets[i] for i in places]


def examples(X: Iterable[Any], Y: Iterable[Any]) -> Examples:
    """Return examples and targets as lists of equal length, of Python's numbers."""
    rows, targets = _listed(X), _listed(Y)
    if len(rows) != len(targets):
        raise ValueError(f"there are {len(rows)} examples (X) but {len(targets)} targets (Y)")
    if not rows:
        raise ValueError("there are no examples: X and Y are empty")
    return rows, targets


def _listed(table: Any) -> list[Any]:
    """Return the rows of a list, a NumPy array or a pandas table."""
    if hasattr(table, "to_numpy"):
        table = table.to_numpy()
    if hasattr(table, "tolist"):
        table = table.tolist()
    return [row.tolist() if hasattr(row, "tolist") else row for row in table]
