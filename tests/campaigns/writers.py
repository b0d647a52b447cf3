"""Every public way to write a file, and the child process in which it is tried.

Read next: `disk`.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.campaigns.fault_cases import _FORMULA, SAVES, _command

WRITTEN, REFUSED, FAILED = 0, 3, 4
"""How a child ends that has written, that has raised OSError, and that has raised anything else."""


def _worked_example(path: Path) -> None:
    from nn.worked_example.__main__ import main

    with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as said:
        try:
            main(["--output", str(path.parent), "--rounds", "1"])
        except SystemExit as error:
            raise OSError(said.getvalue()) from error


def _gallery(path: Path) -> None:
    from nn.course.gallery import draw_pictures

    with TemporaryDirectory() as name:
        page = Path(name) / "page.md"
        page.write_text(
            "```python\nimport matplotlib\nmatplotlib.use('agg')\n"
            "from matplotlib import pyplot\npyplot.figure(figsize=(2, 2))\n"
            f'pyplot.savefig("gallery/{path.name}")\n```\n'
        )
        list(draw_pictures(page, path.parent.parent))


WRITERS: dict[str, Callable[[Path], Any]] = {
    **SAVES,
    "worked_example.txt": _worked_example,
    "table.html": _command("table", *_FORMULA),
    "out.c": _command("export", *_FORMULA, "--language", "c"),
}
"""By the name of a file, which may name a folder: what writes it."""
if find_spec("matplotlib"):
    WRITERS["gallery/picture.png"] = _gallery


@contextmanager
def place_for(name: str) -> Iterator[Path]:
    """A path for a file, in a folder that any user may enter."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.parent.mkdir(exist_ok=True)
        for place in (Path(folder), path.parent):
            place.chmod(0o755)
        yield path


@cache
def written_once(name: str) -> bytes:
    """Write a file in this process, which imports all that it takes; return what is in it."""
    with place_for(name) as path:
        WRITERS[name](path)
        return path.read_bytes()


def in_child(act: Callable[[], Any], *, user: int | None = None) -> int:
    """Fork, and call `act` there, as another user where one is given; return how it ended.

    Killed by a signal, it ends with minus its number.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks among threads
        child = os.fork()
    if child == 0:
        code = FAILED
        try:
            if user is not None and os.getuid() == 0:
                os.setgid(user)
                os.setuid(user)
            act()
            code = WRITTEN
        except OSError:
            code = REFUSED
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
