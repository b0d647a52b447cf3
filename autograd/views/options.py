"""Checks of the options that several views take."""

from __future__ import annotations

from autograd.checks import check_choice
from autograd.views.modules import LEVELS


def check_fold(given: object) -> None:
    """Raise `ValueError` unless the option `fold` is None, False or a level."""
    check_choice("fold", given, (None, False, *LEVELS))
