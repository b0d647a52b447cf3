"""A table in the three forms in which people read one: as printed text, HTML and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from autograd.views.steps import PRECISION
from autograd.views.write.text import number, width


@dataclass(frozen=True, slots=True)
class Table:
    """Cells under a heading each; columns of numbers are set to the right.

    Parameters
    ----------
    headings : tuple of n str
    rows : tuple of tuples of n str or float
    numeric : tuple of int
        The columns that hold numbers.
    precision : int
        Significant digits of a float.

    Examples
    --------
    >>> table = Table(("node", "gradient"), (("w1", 0.5), ("b", -1.0)), numeric=(1,))
    >>> print(table.text())
    node  gradient
    w1         0.5
    b           −1
    >>> print(table.markdown())
    | node | gradient |
    |---|---:|
    | w1 | 0.5 |
    | b | −1 |
    """

    headings: tuple[str, ...]
    rows: Sequence[Sequence[str | float]]
    numeric: tuple[int, ...] = ()
    precision: int = PRECISION

    def text(self) -> str:
        """Columns of equal width, for a monospace font."""
        lines = [self.headings, *self._body()]
        widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(self._aligned(cell, i, widths[i]) for i, cell in enumerate(line)).rstrip()
            for line in lines
        )

    def html(self, caption: str = "") -> str:
        """An HTML table."""
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in self.headings)
        body = "".join(f"<tr>{self._html_cells(row)}</tr>" for row in self._body())
        title = f"<caption>{escape(caption)}</caption>" if caption else ""
        return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def markdown(self) -> str:
        """A Markdown table."""
        rule = ["---:" if i in self.numeric else "---" for i in range(len(self.headings))]
        lines = [_markdown_line(self.headings), f"|{'|'.join(rule)}|"]
        return "\n".join(lines + [_markdown_line(row) for row in self._body()])

    def _body(self) -> list[list[str]]:
        return [
            [cell if isinstance(cell, str) else number(cell, self.precision) for cell in row]
            for row in self.rows
        ]

    def _aligned(self, cell: str, column: int, columns: int) -> str:
        gap = " " * (columns - width(cell))
        return gap + cell if column in self.numeric else cell + gap

    def _html_cells(self, row: Sequence[str]) -> str:
        return "".join(
            f'<td style="text-align:{"right" if i in self.numeric else "left"}">{escape(cell)}</td>'
            for i, cell in enumerate(row)
        )


def _markdown_line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_markdown_cell(cell) for cell in cells) + " |"


def _markdown_cell(cell: str) -> str:
    # A label may hold signs that Markdown or the HTML inside it would read as its own.
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+!|~$" else escape(sign) for sign in cell)
