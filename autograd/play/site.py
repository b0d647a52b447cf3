"""The page as a folder for any file host: Python runs in the reader's browser.

The folder holds all that it needs, Pyodide too, so that the page asks nobody else for anything.

Read before: `page`, `pyodide`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import autograd
from autograd.play.page import FILES, asset, page
from autograd.play.pyodide import NOTICE
from autograd.whole import replace_file

OURS = 'content="stepgrad"'
CACHE = "__pycache__"
LEFT_OUT = (CACHE, "compiler")  # machine code is of no use in a browser
SUFFIXES = (".py", ".js", ".css", ".html", ".txt")


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
        replace_file(file, content)
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
    return pack(files_of(Path(autograd.__file__).parent, LEFT_OUT))


def files_of(package: Path, left_out: Container[str] = (CACHE,)) -> dict[str, bytes]:
    """Read what a package needs of its folder, by the names that the files have below its parent.

    Parameters
    ----------
    package : pathlib.Path
    left_out : container of str
        Names of files and folders that are passed over, wherever they stand.

    Returns
    -------
    dict of str to bytes
        In the order of the names.
    """
    paths = (path for path in package.rglob("*") if path.suffix in SUFFIXES)
    return {
        path.relative_to(package.parent).as_posix(): path.read_bytes()
        for path in sorted(paths)
        if not any(part in left_out for part in path.relative_to(package).parts)
    }


def pack(contents: Mapping[str, bytes]) -> bytes:
    """Put files into a zip file, the same bytes for the same files."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in contents.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED, 9)
    return buffer.getvalue()
