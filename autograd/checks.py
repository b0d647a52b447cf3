"""Checks of options that several parts take: whole numbers, and choices from a list."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral


def check_count(name: str, count: object, least: int) -> None:
    """Refuse a count that is no whole number, or too small."""
    if not isinstance(count, Integral):
        raise TypeError(f"{name} is a whole number, {least} or more, not {count!r}")
    if count < least:
        raise ValueError(f"{name}={count!r} is not allowed: it must be {least} or more")


def check_choice(name: str, given: object, allowed: Sequence[object]) -> None:
    """Raise `ValueError` unless the option is one of those allowed."""
    if not any(type(given) is type(each) and given == each for each in allowed):
        options = ", ".join([repr(each) for each in allowed])
        raise ValueError(f"{name} must be one of {options}, not {given!r}")
