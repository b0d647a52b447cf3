"""Hand-written C and generated C as callable functions."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from pathlib import Path
from typing import Any

NATIVE = ("-O3", "-march=native", "-ffast-math")


def library(source: Path, *options: str, libraries: tuple[str, ...] = ()) -> Path:
    """Compile a C file to a shared library."""
    target = Path(tempfile.mkdtemp()) / f"{source.stem}.so"
    command = ["cc", *options, "-shared", "-fPIC", str(source), "-o", str(target), *libraries]
    subprocess.run(command, check=True)
    return target


def function(path: Path, name: str, *kinds: str) -> Any:
    """Return a function of a library.

    Parameters
    ----------
    path : Path
    name : str
    *kinds : "array", "double" or "long"
        What its arguments are.
    """
    types = {"array": ctypes.c_void_p, "double": ctypes.c_double, "long": ctypes.c_long}
    found = getattr(ctypes.CDLL(str(path)), name)
    found.argtypes = [types[kind] for kind in kinds]
    found.restype = ctypes.c_double
    return found
