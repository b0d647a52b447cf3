"""The page of pictures, ``notebooks/gallery.md``: each picture is made by the lines below it.

Read next: `build`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from autograd.checks import require

_LINES = re.compile(r"```python\n(.*?)```", re.DOTALL)
_PICTURE = re.compile(r'"(gallery/[\w.]+)"')


def pictures(page: Path) -> Iterator[tuple[str, str]]:
    """Give the path of each picture of the page, as the lines name it, and the lines.

    Parameters
    ----------
    page : Path
    """
    for lines in _LINES.findall(page.read_text(encoding="utf-8")):
        (picture,) = _PICTURE.findall(lines)
        yield picture, lines


def draw_pictures(page: Path, folder: Path) -> Iterator[Path]:
    """Run the lines of each picture in *folder*, and give its path there.

    Parameters
    ----------
    page, folder : Path
    """
    (folder / "gallery").mkdir(exist_ok=True)
    for picture, lines in pictures(page):
        if "matplotlib" in lines:
            require("matplotlib", "notebook", "a picture of the gallery")
        with contextlib.chdir(folder):
            exec(compile(lines, picture, "exec"), {})
        if "matplotlib" in lines:
            import matplotlib.pyplot

            matplotlib.pyplot.close("all")
        yield folder / picture
