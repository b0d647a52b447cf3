"""The course as a folder for any file host: JupyterLite, whose Python runs in the reader's browser.

JupyterLite makes the pages, from its packages on PyPI; Pyodide, which is Python for a browser, is
npm's. The folder holds all that it needs, so that its pages ask nobody else for anything.

Read before: `notebooks`, `wheels`, `front`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from autograd.checks import require
from autograd.play.pyodide import NOTICE
from autograd.whole import replace_file
from nn.course import wheels
from nn.course.front import index, note

APPS = ("notebooks", "lab", "tree")
KERNEL = "@jupyterlite/pyodide-kernel-extension"
OF_THE_KERNEL = ("ipykernel", "piplite", "pyodide_kernel")
"""Wheels that come with the kernel, for Pyodide."""
LIST = "static/wheels/pyodide-lock.json"
SETTINGS = {
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},  # light or dark, as asked
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},  # all cells in the page
}

DISABLED = ["@jupyter-notebook/notebook-extension:tab-icon"]  # its pictures are not in the site


def write_site(
    folder: Path, pyodide: Mapping[str, bytes], notebooks: Mapping[str, Sequence[Path]]
) -> int:
    """Write the course and all that it needs.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if it is not there. What is in it and not replaced stays.
    pyodide : mapping of str to bytes
        Pyodide's files, from `autograd.play.pyodide.from_path` or its ``download``.
    notebooks : mapping of str to sequence of pathlib.Path
        By language, "en" and "zh", each in reading order.

    Returns
    -------
    int
        The bytes in the folder.

    Raises
    ------
    ModuleNotFoundError
        When the extra ``site`` is not installed.
    RuntimeError
        When pip cannot get the wheels, or JupyterLite fails.
    """
    kernel = _kernel()
    packages = _packages(pyodide["pyodide-lock.json"], kernel)
    names = [*json.loads(packages[LIST])["packages"]]
    with TemporaryDirectory() as source:
        _write(Path(source), _sources(pyodide, notebooks, names))
        _build(Path(source), folder, kernel)
    rest = {"index.html": index(notebooks).encode(), "static/pyodide/NOTICE.txt": NOTICE.encode()}
    _write(folder, packages | rest)
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _kernel() -> Path:
    """Return the folder of JupyterLite's kernel, as it is installed."""
    try:
        installed = files("jupyterlite-pyodide-kernel") or []
    except PackageNotFoundError:
        installed = []
    found = [file for file in installed if file.match(f"{KERNEL}/package.json")]
    if not found or find_spec("jupyterlite_core") is None:
        raise ModuleNotFoundError(
            "a site of the course needs JupyterLite: pip install 'stepgrad[site]'"
        )
    return Path(str(found[0].locate())).resolve().parent


def _packages(pyodide_lock: bytes, kernel: Path) -> dict[str, bytes]:
    """Return the wheels that are not the kernel's own, and the list of all, by path in the site."""
    pure = dict([*wheels.download().items(), wheels.own_wheel()])
    of_the_kernel = {
        f"../../extensions/{KERNEL}/{path.relative_to(kernel).as_posix()}": path.read_bytes()
        for name in OF_THE_KERNEL
        for path in (kernel / "static" / "pypi").glob(f"{name}-*.whl")
    }
    listed = wheels.lock(pyodide_lock, pure | of_the_kernel)
    folder = Path(LIST).parent.as_posix()
    return {LIST: _json(listed), **{f"{folder}/{name}": wheel for name, wheel in pure.items()}}


def _sources(
    pyodide: Mapping[str, bytes], notebooks: Mapping[str, Sequence[Path]], names: Sequence[str]
) -> dict[str, bytes]:
    """Return what JupyterLite makes a site of, by path: names are those of Python's packages."""
    options = {"lockFileURL": f"./{LIST}", "packages": names}
    config = {
        "appName": "stepgrad",
        "disabledExtensions": DISABLED,
        "exposeAppInBrowser": True,  # for who wants to look inside, as the tests do
        "litePluginSettings": {
            f"{KERNEL}:kernel": {"disablePyPIFallback": True, "loadPyodideOptions": options}
        },
    }
    version = {"jupyter-lite-schema-version": 0}
    return {
        "jupyter-lite.json": _json(version | {"jupyter-config-data": config}),
        "overrides.json": _json(SETTINGS),
        **{f"static/pyodide/{name}": content for name, content in pyodide.items()},
        **{
            f"files/{language}/{path.name}": _for_the_browser(path, language)
            for language, paths in notebooks.items()
            for path in paths
        },
    }


def _for_the_browser(notebook: Path, language: str) -> bytes:
    """Read a notebook as JupyterLite needs it: each text a string, no list, and its own kernel.

    Its outputs are trusted, as the pages are in which they stand: a player needs no Python.
    A notebook that does not run there says so below its title.
    """
    require("nbformat", "site", "a site of the course")
    nbformat = import_module("nbformat")
    read = nbformat.read(notebook, as_version=4)
    read.metadata.kernelspec = {"name": "python", "display_name": "Python", "language": "python"}
    for cell in read.cells:
        cell.metadata.trusted = True
    why = note(notebook, language)
    if why:
        read.cells.insert(1, nbformat.v4.new_markdown_cell(f"**{why}**", id="in-the-browser"))
    return _json(read)


def _build(source: Path, folder: Path, kernel: Path) -> None:
    """Let JupyterLite write its pages, with no extension but its kernel."""
    options = ["--ignore-sys-prefix", "--no-sourcemaps", "--no-unused-shared-packages"]
    options += [f"--apps={name}" for name in APPS]
    options += [f"--LiteBuildConfig.federated_extensions={kernel}"]
    places = ["--lite-dir", str(source), "--output-dir", str(folder.resolve())]
    command = [sys.executable, "-m", "jupyterlite_core", "build", *options, *places]
    run = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"JupyterLite failed:\n{run.stdout}{run.stderr}")


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    for name, content in contents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, content)
