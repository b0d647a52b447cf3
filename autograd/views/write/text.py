"""Text that is safe to show: visible, of known width, short enough.

Read next: `notation`.
"""

from __future__ import annotations

import re

ELLIPSIS = "…"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Invisible characters, those that reorder text, lone surrogates, what XML forbids. Listed here
# because `unicodedata` differs between versions of Python, and a drawing's bytes must not.
_HIDDEN = re.compile(
    "[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILE = re.compile(f"({_MARKS}{{2}}){_MARKS}+")  # accents upon accents grow out of any line

# Characters that take two columns (East Asian, emoji).
_WIDE = re.compile(
    "[\u1100-\u115f\u231a\u231b\u23e9-\u23f3\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f"
    "\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    "\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff\U0001f000-\U0001faff\U00020000-\U0003fffd]"
)


def visible(text: str) -> str:
    r"""Replace what cannot be seen or would reorder its surroundings by a visible sign.

    Examples
    --------
    >>> visible("a\nb")
    'a␊b'
    >>> visible("a\u202eb")
    'a\ufffdb'
    """
    if text.isascii() and text.isprintable():
        return text if text.strip() else text.replace(" ", "␣")
    return _PILE.sub(r"\1", _HIDDEN.sub(REPLACEMENT, _CONTROL.sub(_picture, text)))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else REPLACEMENT


def width(text: str) -> int:
    """Columns that the text takes in a monospace font; Chinese characters take two.

    Examples
    --------
    >>> width("w1"), width("权重")
    (2, 4)
    """
    return len(text) + (0 if text.isascii() else len(_WIDE.findall(text)))


def shorten(text: str, columns: int, *, keep_end: bool = False) -> str:
    """Cut the text to at most `columns` columns, with ``…`` where something is missing.

    Examples
    --------
    >>> shorten("w1·i1+w2·i2", 8)
    'w1·i1+w…'
    >>> shorten("layers.0.neurons.1.w0", 12, keep_end=True)
    '…eurons.1.w0'
    """
    if width(text) <= columns:
        return text
    kept, room = [], columns - 1
    for char in reversed(text) if keep_end else text:
        room -= width(char)
        if room < 0:
            break
        kept.append(char)
    return ELLIPSIS + "".join(reversed(kept)) if keep_end else "".join(kept) + ELLIPSIS


def number(value: float, precision: int) -> str:
    """A number with at most `precision` significant digits.

    Examples
    --------
    >>> number(0.1 + 0.2, 6)
    '0.3'
    """
    return format(value, f".{precision}g")
