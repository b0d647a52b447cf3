"""Examples and their targets, and how they are dealt into batches.

Read next: `batch`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd.compiler.train.batches import Batches

Examples: TypeAlias = tuple[list[Any], list[Any]]


@dataclass(frozen=True, slots=True)
class Data:
    """The training examples, and how they are divided into batches."""

    rows: list[Any]
    targets: list[Any]
    dealt: Batches

    def epochs(self) -> Iterator[list[Examples]]:
        """Yield the batches of one epoch after the other: all examples, or shuffled in parts."""
        size = self.dealt.size or len(self.rows)
        for order in self.dealt.orders(len(self.rows)):
            rows, targets = self.rows, self.targets
            if order is not None:
                rows, targets = [rows[i] for i in order], [targets[i] for i in order]
            starts = range(0, len(rows), size)
            yield [(rows[i : i + size], targets[i : i + size]) for i in starts]


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
