r"""How a graph is written in words: an operation by `autograd.spelling`, and labels."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from autograd import spelling
from autograd.operation import Operation
from autograd.spelling import ATOM, LOOSE, Notation, Spelling, Term
from autograd.views.write.text import visible


@dataclass(frozen=True, slots=True)
class Style:
    """One way of writing a graph.

    Parameters
    ----------
    notation : Notation
        How operations and numbers are written.
    label : callable
        How a label is written, and how strongly it binds.
    """

    notation: Notation
    label: Callable[[str], Term]

    def spell(self, operation: Operation, count: int) -> Spelling:
        """Spell an operation with its number of arguments."""
        return self.notation.spell(operation.name, operation.parameters, count)

    def number(self, value: float) -> Term:
        """Write a number, and say how strongly it binds."""
        return self.notation.number(value)


def _label_binding(label: str) -> int:
    # A label such as "a+b" is put in parentheses as the expression that it looks like.
    return ATOM if _NAME.fullmatch(label) else LOOSE


_NAME = re.compile(r"[\w.'\[\]]*")


def _text_label(label: str) -> Term:
    return visible(label), _label_binding(label)


_LATEX_ESCAPES = {
    **{char: "\\" + char for char in "_%#$&{}"},
    "\\": r"\backslash ",
    "^": r"\hat{\ }",
    "~": r"\sim ",
    " ": r"\ ",
    "<": "{<}",
    ">": "{>}",
}


SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_PLAIN_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def indexed(label: str, index: int) -> str:
    """Tell a label from others that are equal: ``h₂``; after a digit in brackets, ``h1[2]``.

    Examples
    --------
    >>> indexed("h", 2), indexed("net_h1", 2)
    ('h₂', 'net_h1[2]')
    """
    if label[-1:].isdigit():
        return f"{label}[{index}]"
    return label + subscript(index)


def subscript(index: int) -> str:
    """A number below the line: ``₁₂``."""
    return str(index).translate(SUBSCRIPTS)


def _latex_label(label: str) -> Term:
    """Set a label as a letter or a word with its digits, or what follows ``_``, as the index.

    An index that tells equal labels apart comes last: h₂ as h_{2}, h1[2] as h_{1,2}.
    """
    label, brackets, subscripts = _INDEX.fullmatch(label).groups()  # type: ignore[union-attr]
    number = brackets or (subscripts or "").translate(_PLAIN_DIGITS)
    parts = re.fullmatch(r"([^\W\d_]+)(?:_?([0-9]+)|_([^\W_]+))", label)
    name, digits, index = parts.groups() if parts else (label, "", "")
    indices = [each for each in (digits, index and _upright(index), number) if each]
    below = f"_{{{','.join(indices)}}}" if indices else ""
    return _upright(name) + below, _label_binding(label)


_INDEX = re.compile(r"(.*?)(?:\[([0-9]+)\]|([₀-₉]+))?", re.DOTALL)


def _upright(text: str) -> str:
    if len(text) == 1 and text.isalpha():
        return text
    return r"\mathrm{" + "".join([_LATEX_ESCAPES.get(c, c) for c in visible(text)]) + "}"


TEXT = Style(spelling.TEXT, _text_label)
RULES = Style(spelling.RULES, _text_label)
LATEX = Style(spelling.LATEX, _latex_label)
