"""Text that is safe to show: visible, of known width, short enough.

Read next: `notation`.
"""

from __future__ import annotations

import re

ELLIPSIS = "…"
MOST_DIGITS = 17  # more say nothing about a float
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

# One emoji is often several characters: a base with a variant, a tone of skin or tags, joined to
# others by joiners (a family, a profession), two letters of a flag, or a digit in a key cap.
_BASE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
    "\ufe0f?[\U0001f3fb-\U0001f3ff]?(?:[\U000e0020-\U000e007e]+\U000e007f)?"
)
_EMOJI = re.compile(
    f"{_BASE}(?:\u200d{_BASE}){{0,9}}|[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3"
)

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
    return "".join([part if _EMOJI.fullmatch(part) else _seen(part) for part in _parts(text)])


def _seen(text: str) -> str:
    return _PILE.sub(r"\1", _HIDDEN.sub(REPLACEMENT, _CONTROL.sub(_picture, text)))


def _parts(text: str) -> list[str]:
    """Divide a text into emoji, each whole, and what lies between them."""
    parts, end = [], 0
    for emoji in _EMOJI.finditer(text):
        parts += [text[end : emoji.start()], emoji[0]]
        end = emoji.end()
    return [part for part in (*parts, text[end:]) if part]


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else REPLACEMENT


def width(text: str) -> int:
    """Columns that the text takes in a monospace font; a Chinese character or an emoji takes two.

    Examples
    --------
    >>> width("w1"), width("权重")
    (2, 4)
    """
    if text.isascii():
        return len(text)
    return sum([min(2, _columns(p)) if _EMOJI.fullmatch(p) else _columns(p) for p in _parts(text)])


def _columns(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))


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
    pieces: list[str] = []  # characters, but no emoji in parts
    for part in _parts(text):
        pieces += [part] if _EMOJI.fullmatch(part) else part
    kept, room = [], columns - 1
    for piece in reversed(pieces) if keep_end else pieces:
        room -= width(piece)
        if room < 0:
            break
        kept.append(piece)
    return ELLIPSIS + "".join(reversed(kept)) if keep_end else "".join(kept) + ELLIPSIS


def number(value: float, precision: int) -> str:
    """A number for people: at most `precision` significant digits, and a minus that is one.

    Examples
    --------
    >>> number(0.1 + 0.2, 6), number(-2.0, 6)
    ('0.3', '−2')
    """
    return with_minus(format(value, f".{precision}g"))


def with_minus(number: str) -> str:
    """A number as Python writes it, with the sign − in place of the hyphen in front of it."""
    return "−" + number[1:] if number[0] == "-" else number


def check_precision(given: object) -> None:
    """Refuse a number of significant digits that a float cannot be shown with."""
    if not isinstance(given, int) or isinstance(given, bool):
        raise TypeError(f"precision must be an integer, not {given!r}")
    if not 1 <= given <= MOST_DIGITS:
        raise ValueError(f"precision must be from 1 to {MOST_DIGITS}, not {given}")
