"""Files in JSON that say what they are, such as saved models and programs.

A document holds its ``format`` and ``version`` beside its contents. It is data alone: reading one
never runs anything that stands in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from math import inf, isfinite, nan
from pathlib import Path
from typing import Any

from autograd.whole import replace_file

# JSON has no nan and no infinities; these words stand for them.
_WORDS = {"nan": nan, "inf": inf, "-inf": -inf}


def to_json(numbers: Any) -> Any:
    """Write floats, or nested lists of them, so that JSON can hold them."""
    if isinstance(numbers, (list, tuple)):
        return [to_json(number) for number in numbers]
    return numbers if isfinite(numbers) else str(numbers)


def from_json(numbers: Any) -> Any:
    """Undo `to_json`; what is no number is left as it is."""
    if isinstance(numbers, list):
        return [from_json(number) for number in numbers]
    return _WORDS.get(numbers, numbers) if isinstance(numbers, str) else numbers


def write_document(
    path: str | os.PathLike[str],
    form: str,
    version: int,
    contents: Mapping[str, Any],
    *,
    indent: int | None = None,
    lines: Iterable[Any] = (),
) -> None:
    """Write a document as `replace_file` does: no half of it is ever seen.

    After the document may stand further lines, each with JSON of its own: what is read when it is
    needed.
    """
    document = {"format": form, "version": version, **contents}
    separators = (",", ":") if indent is None else None
    texts = [
        json.dumps(part, indent=indent, separators=separators, allow_nan=False)
        for part in (document, *lines)
    ]
    text = "\n".join(texts) + "\n"
    folder = Path(os.path.realpath(path)).parent
    if not folder.is_dir():
        raise FileNotFoundError(
            f"cannot save {os.fspath(path)!r}: there is no folder {str(folder)!r}"
        )
    replace_file(path, text.encode(), synced=True)


def read_document(
    path: str | os.PathLike[str], form: str, version: int, what: str
) -> tuple[dict[str, Any], list[str]]:
    """Read a document, checking that it is what is wanted, such as ``"a saved module"``.

    Returns
    -------
    tuple of (document, the lines after it)

    Raises
    ------
    ValueError
        When the file is damaged, is something else or has another version.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        document, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not complete JSON ({error})") from None
    if not isinstance(document, dict) or document.get("format") != form:
        raise ValueError(f'it is not {what}: there is no "format": "{form}"')
    if document.get("version") != version:
        raise ValueError(
            f"it has version {short(document.get('version'))}, and this program reads version "
            f"{version}"
        )
    return document, [line for line in text[end:].split("\n") if line]


def short(thing: object) -> str:
    """Show something from a file in a message, cut where it is long."""
    text = repr(thing)
    return text if len(text) <= 40 else f"{text[:40]}…"
