"""The page as a folder for any file host: Python runs in the reader's browser.

The folder holds all that it needs, Pyodide too, so that the page asks nobody else for anything.

Read before: `page`, `pyodide`.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import autograd
from autograd.play.page import FILES, asset, page
from autograd.play.pyodide import NOTICE

OURS = 'content="stepgrad"'
LEFT_OUT = ("__pycache__", "compiler")  # machine code is of no use in a browser
SUFFIXES = (".py", ".js", ".css", ".html")


def write_site(folder: Path, pyodide: Mapping[str, bytes]) -> int:
    """Write the page and all that it needs.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if it is not there. What is in it and not replaced stays.
    pyodide : mapping of str to bytes
        Pyodide's files, from `pyodide.from_path` or `pyodide.download`.

    Returns
    -------
    int
        The bytes written.
    """
    contents = {
        "index.html": page().encode(),
        "host.js": asset("host_worker.js").encode(),
        **{name: asset(name).encode() for name in ("worker.js", *FILES)},
        "autograd.zip": engine(),
        **{f"pyodide/{name}": content for name, content in pyodide.items()},
        "pyodide/NOTICE.txt": NOTICE.encode(),
    }
    for name, content in contents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return sum(map(len, contents.values()))


def is_free(folder: Path) -> bool:
    """Tell whether a folder can be written without replacing what is not ours."""
    if not folder.exists():
        return True
    index = folder / "index.html"
    if index.is_file():
        return OURS in index.read_text(encoding="utf-8", errors="replace")
    return folder.is_dir() and not any(folder.iterdir())


def engine() -> bytes:
    """The package autograd as a zip file, the same bytes for the same files."""
    root = Path(autograd.__file__).parent
    names = sorted(
        path
        for path in root.rglob("*")
        if path.suffix in SUFFIXES and not {*LEFT_OUT} & {*path.relative_to(root).parts}
    )
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for path in names:
            name = path.relative_to(root.parent).as_posix()
            archive.writestr(ZipInfo(name), path.read_bytes(), ZIP_DEFLATED, 9)
    return buffer.getvalue()
