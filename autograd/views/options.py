"""Checks of the options that several views take."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.views.modules import LEVELS


def check_choice(name: str, given: object, allowed: Sequence[object]) -> None:
    """Raise `ValueError` unless the option is one of those allowed."""
    if not any(type(given) is type(each) and given == each for each in allowed):
        options = ", ".join([repr(each) for each in allowed])
        raise ValueError(f"{name} must be one of {options}, not {given!r}")


def check_fold(given: object) -> None:
    """Raise `ValueError` unless the option `fold` is None, False or a level."""
    check_choice("fold", given, (None, False, *LEVELS))
