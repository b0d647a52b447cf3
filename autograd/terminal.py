"""What a terminal is shown: nothing that it would act on, and no line of 200,000 characters.

Read next: `cli`.
"""

from __future__ import annotations

import argparse
from typing import NoReturn

from autograd.views.write.text import visible

MOST = 2000  # characters of a message


def shown(message: object) -> str:
    r"""Text for a terminal, which acts on control characters: they are replaced by signs.

    Examples
    --------
    >>> from autograd.terminal import shown
    >>> shown("w\x1b[31m")
    'w␛[31m'
    """
    return "\n".join(map(visible, str(message).splitlines()))


def told(message: object) -> str:
    """Show a message; of one that repeats something very long, such as a line of a file, the ends.

    Examples
    --------
    >>> from autograd.terminal import told
    >>> len(told("x" * 200_000))
    2003
    """
    text = str(message)
    return shown(text if len(text) <= MOST else f"{text[: MOST // 2]} … {text[-MOST // 2 :]}")


class Parser(argparse.ArgumentParser):
    """A parser whose messages do not act on the terminal either."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, and end with 2."""
        super().error(told(message))
