"""The page of pictures, ``notebooks/gallery.md``: each picture is made by the lines below it.

Read next: `build`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from autograd.checks import require
from autograd.whole import replace_file

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
    """Run the lines of each picture, and give its path in *folder*.

    They run in a folder for the time being: Matplotlib writes over an old picture in its place, and
    would leave half a picture on a full disk.

    Parameters
    ----------
    page, folder : Path
    """
    (folder / "gallery").mkdir(exist_ok=True)
    for picture, lines in pictures(page):
        if "matplotlib" in lines:
            require("matplotlib", "notebook", "a picture of the gallery")
        with TemporaryDirectory() as name, contextlib.chdir(name):
            Path("gallery").mkdir()
            exec(compile(lines, picture, "exec"), {})
            drawn = Path(picture).read_bytes()
        if "matplotlib" in lines:
            import matplotlib.pyplot

            matplotlib.pyplot.close("all")
        replace_file(folder / picture, drawn)
        yield folder / picture
