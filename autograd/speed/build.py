"""Compiling `loops.c` for the Python that runs this file, into the folder that it stands in.

It uses the standard library alone: the installation runs it too, before there is a package.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
import zlib
from pathlib import Path

SOURCE = Path(__file__).with_name("loops.c")


def build(folder: Path = SOURCE.parent) -> Path | None:
    """Compile `loops.c` into `folder`.

    Returns
    -------
    Path or None
        The built file; None where this Python cannot use one: it has no C compiler, is not CPython
        or runs without the global interpreter lock.
    """
    link = sysconfig.get_config_var("LDSHARED")  # the compiler's command, on Linux and on macOS
    free_threaded = sysconfig.get_config_var("Py_GIL_DISABLED")
    if sys.implementation.name != "cpython" or free_threaded or not link:
        return None
    target = folder / f"_loops{sysconfig.get_config_var('EXT_SUFFIX')}"
    unfinished = target.with_suffix(f".{os.getpid()}.so")  # which git and other builds pass over
    command = [
        *shlex.split(link),
        *shlex.split(sysconfig.get_config_var("CCSHARED") or ""),
        *("-O2", "-DNDEBUG"),
        f"-DSOURCE={zlib.crc32(SOURCE.read_bytes())}",
        f"-I{sysconfig.get_path('include')}",
        *(str(SOURCE), "-o", str(unfinished)),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
        unfinished.replace(target)  # at once: another process may be importing the old one
    except (OSError, subprocess.CalledProcessError):
        return None
    finally:
        unfinished.unlink(missing_ok=True)
    return target


if __name__ == "__main__":
    built = build()
    print(built or "not built: the engine runs in Python")
    sys.exit(built is None)
