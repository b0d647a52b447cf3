"""Checks that several parts make: whole numbers, choices from a list, packages of an extra."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
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


def require(package: str, extra: str, what: str) -> None:
    """Refuse what needs a package of an extra that is not installed, such as ``"a plot"``.

    Raises
    ------
    ImportError
        When it is not installed; the message names the extra.
    """
    if find_spec(package) is None:
        raise ImportError(f"{what} needs {package}: pip install 'stepgrad[{extra}]'")
