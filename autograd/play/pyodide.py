"""Python for a browser (Pyodide): where its files come from, and that they are the right ones.

Read before: `site`.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

VERSION = "314.0.7"
FILES = {
    "pyodide.mjs": "6f1d60f7bf529beb300f0f47983c921d3982363640ba20af0e38efdddbc66109",
    "pyodide.asm.mjs": "f7cdc8ece80678ceb712f8e65ebe6d3a83203a180c399865f49612a051693635",
    "pyodide.asm.wasm": "cc36e3cab04fdfc9a63ff13eb52eae2b911bf46c025cc7b281f394bd3de1d5e6",
    "python_stdlib.zip": "fa1957e5777068fc4f7437f96d860ae2fbe9c19732ba06c84e004ec16dd7dd7a",
    "pyodide-lock.json": "5dc2fc119108bc148c7457dc86e7675b5c87e1cafd420b9c34c1eaef7b36c010",
}
"""What a page needs of the npm package ``pyodide``, and the SHA-256 of each file."""

NOTICE = f"""\
The other files in this folder are Pyodide {VERSION}, unchanged: Python for the browser,
https://pyodide.org, under the Mozilla Public License 2.0, https://mozilla.org/MPL/2.0/;
its source is at https://github.com/pyodide/pyodide. The Python in it is under the licence
of the Python Software Foundation, https://docs.python.org/3/license.html.
"""


def from_path(path: Path) -> dict[str, bytes]:
    """Read Pyodide's files from the npm package, packed (.tgz) or unpacked.

    Parameters
    ----------
    path : pathlib.Path
        What ``npm pack pyodide@314.0.7`` writes, or the folder into which it was unpacked, or
        ``node_modules/pyodide``.

    Returns
    -------
    dict of str to bytes

    Raises
    ------
    ValueError
        When a file is missing, or is not that of the version for which this package was tested.
    """
    if path.is_dir():
        unpacked = path / "package" if (path / "package").is_dir() else path
        found = {file.name: file.read_bytes() for file in unpacked.iterdir() if file.name in FILES}
    else:
        found = _from_archive(path)
    for name, digest in FILES.items():
        if name not in found:
            raise ValueError(f"{path} has no {name}: it must be the npm package pyodide {VERSION}")
        if sha256(found[name]).hexdigest() != digest:
            raise ValueError(
                f"{name} in {path} is not that of pyodide {VERSION}, or is damaged; "
                f"get that version with: npm pack pyodide@{VERSION}"
            )
    return found


def download() -> dict[str, bytes]:
    """Get Pyodide's files with npm, from the registry that npm is set to.

    Raises
    ------
    RuntimeError
        When there is no npm, or it cannot get the package.
    ValueError
        As `from_path`.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            f"--download needs npm; or get the npm package pyodide {VERSION} elsewhere and give "
            "its place: --pyodide PATH"
        )
    with TemporaryDirectory() as folder:
        command = [npm, "pack", f"pyodide@{VERSION}", "--silent"]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        archives = [*Path(folder).glob("*.tgz")]
        if run.returncode or not archives:
            reason = run.stderr.strip() or "npm gave no reason"
            raise RuntimeError(
                f"npm could not get pyodide {VERSION}: {reason}\n"
                "With no network, copy the package from a machine that has it: --pyodide PATH"
            )
        return from_path(archives[0])


def _from_archive(path: Path) -> dict[str, bytes]:
    found = {}
    try:
        with tarfile.open(path) as archive:
            for name in FILES:
                file = archive.extractfile(f"package/{name}")
                found[name] = file.read() if file else b""
    except KeyError as error:
        raise ValueError(f"{path} is not the npm package pyodide {VERSION}: {error}") from None
    except (tarfile.TarError, EOFError) as error:
        raise ValueError(f"{path} is no packed npm package (.tgz): {error}") from None
    return found
