"""The check of an option that takes one of a few values."""

from __future__ import annotations

from collections.abc import Sequence


def check_choice(name: str, given: object, allowed: Sequence[object]) -> None:
    """Raise `ValueError` unless the option is one of those allowed."""
    if not any(type(given) is type(each) and given == each for each in allowed):
        options = ", ".join([repr(each) for each in allowed])
        raise ValueError(f"{name} must be one of {options}, not {given!r}")
