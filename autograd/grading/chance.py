"""How likely it is that a printed figure is reproduced by chance.

Read next: `candidates`.
"""

import re
from collections.abc import Collection
from decimal import Decimal

from autograd.grading.figures import exponent

EXPLAINED_BELOW = 1e-3
WIDTH_OF_AGREEMENT = 1.5  # units of the last decimal: one where it is rounded, half where cut off
OTHER_DIGITS = 9  # in whose place a digit can stand by a misprint


def by_chance(printed: str, numbers: Collection[float]) -> float:
    """Say how likely one of the candidates agrees with a figure that has nothing to do with them.

    It is the share of the candidates' spread, or of the figure itself if that is less, which
    agrees with one of them.

    Parameters
    ----------
    printed : str
        A figure.
    numbers : collection of float
        All candidates that are tried, and the right figure.

    Examples
    --------
    >>> from autograd.grading.chance import by_chance
    >>> round(by_chance("0.25", [0.1, 0.2, 0.3]), 9), round(by_chance("0.2500", [0.1, 0.2, 0.3]), 9)
    (0.15, 0.0015)
    """
    unit = Decimal((0, (1,), exponent(Decimal(printed))))
    exact = [number for number in map(Decimal, numbers) if number.is_finite()]
    places = {number.scaleb(-exponent(unit)).to_integral_value() for number in exact}
    if len(places) < 2:
        return 0.0  # nothing is tried beside the right figure
    spread = min(max(exact) - min(exact), abs(Decimal(printed))) or unit
    return min(1.0, float((len(places) - 1) * unit * Decimal(WIDTH_OF_AGREEMENT) / spread))


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
