"""What is chance, and which printed figure is a misprint of a number.

Read next: `candidates`.
"""

import re
from decimal import Decimal

from autograd.grading.figures import exponent

EXPLAINED_BELOW = 1e-3
OTHER_DIGITS = 9  # in whose place a digit can stand by a misprint


def digits(printed: str) -> int:
    """Count the digits of a figure, from the first that is not 0."""
    return len(re.sub("[eE].*|[^0-9]", "", printed).lstrip("0")) or 1


def misprinted(printed: str, number: float) -> bool:
    """Tell whether one wrong digit, or less than ten units of the last, makes the figure of it.

    Examples
    --------
    >>> from autograd.grading.chance import misprinted
    >>> misprinted("0.619047", 0.6190491), misprinted("0.719049", 0.6190491)
    (True, True)
    >>> misprinted("0.719047", 0.6190491)
    False
    """
    figure = Decimal(printed)
    exact = Decimal(number).scaleb(-exponent(figure))
    shown = figure.scaleb(-exponent(figure))
    if not exact.is_finite() or exact * shown < 0 or abs(exact.adjusted() - shown.adjusted()) > 2:
        return False
    right = str(abs(round(exact)))
    wrong = str(abs(round(shown))).zfill(len(right))
    differing = sum(a != b for a, b in zip(wrong, right.zfill(len(wrong)), strict=True))
    return abs(round(exact) - round(shown)) < 10 or differing == 1
