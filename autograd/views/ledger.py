"""Where a gradient came from: one row for each consumer that contributed to it.

Read next: `derivation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from autograd.checks import check_choice
from autograd.functions import total
from autograd.graph import topological_order
from autograd.value import Value
from autograd.views.draw.words import LANGUAGES
from autograd.views.steps import each_step
from autograd.views.write.names import defined, in_fraction, names, places
from autograd.views.write.table import Table

HEADINGS = {
    "en": ("consumer", "argument", "upstream", "× local", "= contribution"),
    "zh": ("使用它的节点", "自变量", "上游梯度", "× 局部梯度", "= 贡献"),
}
START = {"en": "the start", "zh": "起点"}
OWN = {"en": "the output's own gradient", "zh": "输出对自身的梯度"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One contribution to a gradient.

    Parameters
    ----------
    consumer : Value or None
        The node that passed it on; None for the 1 from which backpropagation starts at the root.
    argument : int
        The position of the value among the consumer's arguments.
    upstream, local, contribution : float
        ∂root/∂consumer; ∂consumer/∂value|ₖ, local, through this argument alone; their product.
    """

    consumer: Value | None
    argument: int
    upstream: float
    local: float
    contribution: float


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Ledger(Sequence[Entry]):
    """The contributions to one gradient, an immutable sequence; see `ledger`.

    Parameters
    ----------
    root, value : Value
        ∂root/∂value is the gradient.
    entries : tuple of Entries
        One for each use of `value`.
    lang : {"en", "zh"}
        The language of the table.

    Examples
    --------
    >>> from autograd import Value, ledger
    >>> w = Value(3.0, "w")
    >>> found = ledger(w * w, w)
    >>> [entry.contribution for entry in found], found.total
    ([3.0, 3.0], 6.0)
    """

    root: Value
    value: Value
    entries: tuple[Entry, ...]
    lang: str = "en"

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Entry, ...]: ...
    def __getitem__(self, index: int | slice) -> Entry | tuple[Entry, ...]:
        return self.entries[index]

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def total(self) -> float:
        """∂root/∂value: the contributions, added in their order."""
        return float(total(entry.contribution for entry in self.entries))

    def table(self) -> Table:
        """The rows, and the sum below them."""
        order = topological_order(self.root)
        name, place = names(order, asked=(self.root, self.value)), places(order)
        rows: list[tuple[str | float, ...]] = [
            (
                START[self.lang] if e.consumer is None else defined(e.consumer, name, place),
                "" if e.consumer is None else str(e.argument + 1),
                e.upstream,
                e.local,
                e.contribution,
            )
            for e in self.entries
        ]
        own = self.value is self.root
        root, value = in_fraction(name[self.root]), in_fraction(name[self.value])
        sought = OWN[self.lang] if own else f"∂{root}/∂{value}"
        rows.append((sought, "", "", "", self.total))
        return Table(HEADINGS[self.lang], rows, numeric=(1, 2, 3, 4))

    def __repr__(self) -> str:
        return f"<Ledger of {self.value!r}: {len(self)} contributions>"

    def __str__(self) -> str:
        return self.table().text()

    def _repr_html_(self) -> str:
        return self.table().html()

    def _repr_markdown_(self) -> str:
        return self.table().markdown()


def ledger(root: Value, value: Value, *, lang: str = "en") -> Ledger:
    """List what each consumer of a value contributes to ∂root/∂value.

    Parameters
    ----------
    root : Value
        The output.
    value : Value
        A leaf, or a computed Value on the way to the output.
    lang : {"en", "zh"}
        The language of the table, English or Chinese.

    Returns
    -------
    Ledger
        A sequence of entries in the order in which `backward` adds them up. It is empty for a value
        that `root` does not depend on; for the root itself it has one entry, without a consumer:
        the 1 that backpropagation starts from.

    Raises
    ------
    TypeError
        When one of the two is not a Value.
    ValueError
        For another language.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(3.0, "x")
    >>> y = x * x + 5 * x
    >>> print(ledger(y, x))
    consumer  argument  upstream  × local  = contribution
    v2 = 5·x         2         1        5               5
    v1 = x·x         1         1        3               3
    v1 = x·x         2         1        3               3
    ∂v3/∂x                                             11

    The local derivatives through the two arguments of x·x are 3 each; none of them is ∂v1/∂x,
    which is 6. Printed arguments are counted from 1, as in ∂v1/∂x|₁.
    """
    for each in (root, value):
        if not isinstance(each, Value):
            raise TypeError(f"ledger needs two Values, root and value, not {type(each).__name__}")
    check_choice("lang", lang, LANGUAGES)
    start = (Entry(None, 0, 1.0, 1.0, 1.0),) if value is root else ()
    received = tuple(
        Entry(step.node, step.argument, step.upstream, step.local, step.contribution)
        for step in each_step(topological_order(root))
        if step.parent is value
    )
    return Ledger(root, value, start + received, lang)
