"""The figures of the worked example: their names, and those that are published.

What is published stands in `notes.txt` and `tutorial.txt`, in the form that homework has too.

Read next: `report`.
"""

import re
from difflib import get_close_matches
from functools import cache, partial
from os import PathLike
from pathlib import Path

from autograd.documents import short
from autograd.grading.figures import Figure, digits_of, figure_line, rounds_of, written_lines
from nn.worked_example.model import graph


def figure(name: str, printed: str, source: str = "") -> Figure:
    """Read the name and the digits of a figure.

    Parameters
    ----------
    name : str
        ``E_total``, with ``E_total@10`` for after 10 rounds, and ``w5+`` for ``w5@1``.
    printed : str
        The figure, with as many decimals as it is printed with.
    source : str
        Who printed it.

    Raises
    ------
    ValueError
        When there is no figure of that name, or the digits are not a number.

    Examples
    --------
    >>> from nn.worked_example.figures import figure
    >>> figure("w5+", "0.35891648")
    Figure(name='w5', rounds=1, printed='0.35891648', source='')
    """
    written = name.strip().replace("∂", "d").replace("dE_total/", "dE/")
    quantity = re.sub(r"\+$|@.*", "", written)
    if quantity not in known_names():
        close = get_close_matches(quantity, known_names(), 1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise ValueError(
            f"there is no figure called {short(quantity)}{hint}; the figures are "
            f"{', '.join(known_names())}; after n rounds of training each is called name@n, after "
            "one also name+"
        )
    digits = digits_of(name, printed)
    return Figure(*rounds_of(written), digits, source)


@cache
def known_names() -> tuple[str, ...]:
    """List the names of all figures."""
    shared, per_neuron = graph(bias_per_neuron=False), graph(bias_per_neuron=True)
    return tuple(shared.asked | per_neuron.asked)


def read_figures(path: str | PathLike[str], source: str = "yours") -> list[Figure]:
    """Read figures from a text file with ``name, figure`` in each line.

    Empty lines are passed over, and in each line what stands behind a #.

    Parameters
    ----------
    path : path of a file
    source : str
        Who printed the figures.

    Raises
    ------
    ValueError
        When a line is something else, with its number, or when there is no figure at all.
    """
    figures = [
        figure_line(where, line, partial(figure, source=source))
        for where, line in written_lines(path)
    ]
    if not figures:
        raise ValueError(f"{str(path)!r} has no figures: write 'name, figure' in each line")
    return figures


def published() -> list[Figure]:
    """List the published figures of the notes and of the tutorial that the example comes from."""
    notes, tutorial = (Path(__file__).with_name(f"{name}.txt") for name in ("notes", "tutorial"))
    return read_figures(notes, "notes") + read_figures(tutorial, "tutorial")
