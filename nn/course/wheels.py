"""What Python in the browser needs beside its standard library: wheels, and Pyodide's list of them.

The wheels are those of ``wheels.txt``, each of one version and one SHA-256, all in Python alone,
and one of this project itself. npm's package ``pyodide`` has none.

Read next: `index`, then `site`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import autograd
from autograd.play.site import files_of, pack

PINS = Path(__file__).with_name("wheels.txt")
PYTHON = "3.14"
"""The Python of Pyodide `autograd.play.pyodide.VERSION`."""
VERSION = "0"
"""That of our own wheel, which no one asks for: it is always that of the site."""
PURE = ("--only-binary", ":all:", "--implementation", "py", "--abi", "none", "--platform", "any")


def download() -> dict[str, bytes]:
    """Get the wheels of ``wheels.txt`` with pip, from the index that pip is set to.

    Returns
    -------
    dict of str to bytes
        The wheels by their file names.

    Raises
    ------
    RuntimeError
        When pip is not there, cannot get one of them, or gets one with another SHA-256.
    """
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    with TemporaryDirectory() as folder:
        what = ["--no-deps", "--require-hashes", "--python-version", PYTHON, *PURE, "-r", str(PINS)]
        run = subprocess.run(
            [*pip, "--dest", folder, *what], capture_output=True, text=True, check=False
        )
        if run.returncode:
            raise RuntimeError(f"pip could not get what is in {PINS}:\n{run.stderr.strip()}")
        return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.whl"))}


def own_wheel() -> tuple[str, bytes]:
    """Make a wheel of this project, as it is here: its file name, and what is in it."""
    top = Path(autograd.__file__).parents[1]
    about = f"stepgrad-{VERSION}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: stepgrad\nVersion: {VERSION}\n"
    contents = {
        **files_of(top / "autograd"),
        **files_of(top / "nn"),
        f"{about}/METADATA": metadata.encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": b"",
    }
    return f"stepgrad-{VERSION}-py3-none-any.whl", pack(contents)


def lock(pyodide: bytes, wheels: Mapping[str, bytes]) -> dict[str, Any]:
    """Write Pyodide's list of packages: those wheels, and no other.

    Parameters
    ----------
    pyodide : bytes
        Pyodide's own list, ``pyodide-lock.json``, which says for which Python it is.
    wheels : mapping of str to bytes
        By their addresses from where the list will lie.
    """
    return {
        "info": json.loads(pyodide)["info"],
        "packages": {
            name_of(address): {
                "name": name_of(address),
                "version": Path(address).name.split("-")[1],
                "file_name": address,
                "sha256": sha256(wheel).hexdigest(),
                "install_dir": "site",
                "package_type": "package",
                "imports": [],
                "depends": [],
            }
            for address, wheel in wheels.items()
        },
    }


def name_of(address: str) -> str:
    """Return the name of the package whose wheel has that address.

    Examples
    --------
    >>> name_of("some/where/matplotlib_inline-0.2.1-py3-none-any.whl")
    'matplotlib-inline'
    """
    return Path(address).name.split("-")[0].replace("_", "-").lower()
