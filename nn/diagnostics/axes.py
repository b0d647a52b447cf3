"""The Matplotlib axes that a picture is drawn on.

Matplotlib comes with the extra ``notebook``. Every function of this room that draws takes the
``Axes`` to draw on, or makes a figure of its own, and returns the ``Axes``.

Read next: `history`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def axes_or_new(axes: Axes | None) -> Axes:
    """Return the axes given, or those of a new figure."""
    if axes is not None:
        return axes
    try:
        from matplotlib import pyplot
    except ImportError:
        raise ImportError(
            "pictures are drawn with Matplotlib, which is not installed: pip install "
            "'stepgrad[notebook]'"
        ) from None
    return pyplot.subplots()[1]


def whole_numbers_below(axes: Axes) -> None:
    """Keep the numbers below the horizontal axis whole ones."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
