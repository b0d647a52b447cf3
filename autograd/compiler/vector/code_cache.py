"""Machine code kept on disk, so that the next process need not make it again.

Where the variable ``STEPGRAD_CACHE`` names a folder, it is kept there for every program; else in
the user's cache folder, for the programs that ask (`compile` with ``cache=True``).

A file is named by a hash of all that its code depends on: what was compiled, the processor, LLVM,
and the compiler's own source. So an entry never has to be declared out of date; where anything
differs, there is no such file. What is read is run, so a folder or a file that others may write to
is left alone. Nothing here makes a program fail: where a file cannot be read or written, the code
is made anew.

Read next: `processor`.
"""

from __future__ import annotations

import json
import marshal
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from stat import S_ISREG
from time import time
from typing import Any, NamedTuple

from autograd.switches import Switch

VARIABLE = "STEPGRAD_CACHE"
LIMIT = 256 * 2**20
"""Bytes that the folder may hold; those that were not used for longest go first."""

_SUFFIX = ".code"
_OURS = re.compile(r"[0-9a-f]{64}(\.code|\.[0-9a-f]{8}\.tmp)")
_HOUR = 3600.0
_wanted = Switch()
"""On while code is made for a program that was compiled with ``cache=True``."""


class Artifact(NamedTuple):
    """Machine code, as an object file in memory.

    Parameters
    ----------
    code : bytes
    facts : dict
        What whoever calls it must know of it, as JSON can hold it.
    """

    code: bytes
    facts: dict[str, Any]


@contextmanager
def keeping(wanted: bool) -> Iterator[None]:
    """Keep the code that is made inside the block, where that is wanted."""
    if not wanted:
        yield
        return
    with _wanted.on():
        yield


def kept(about: Callable[[], Any], make: Callable[[], Artifact]) -> Artifact:
    """Read the code for something from the cache, or make it and keep it there.

    Parameters
    ----------
    about : callable
        Returns all that the code depends on beside the compiler, as Python's own plain data.
    make : callable
    """
    path = _path(about)
    if path is None:
        return make()
    artifact = _read(path)
    if artifact is None:
        artifact = make()
        _write(path, artifact)
    return artifact


def found(about: Callable[[], Any]) -> Artifact | None:
    """Read what `kept` keeps, where it is there."""
    path = _path(about)
    return None if path is None else _read(path)


@cache
def compiler() -> str:
    """Name the compiler, LLVM included, by a hash of its source."""
    try:
        from llvmlite import __version__ as llvm
    except ImportError:
        llvm = "none"
    source = sha256(llvm.encode())
    package = str(Path(__file__).parents[2])
    for folder, folders, files in os.walk(package):
        folders[:] = sorted(folders) if folder != package else ["compiler"]
        for name in sorted(files):
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb") as file:
                    source.update(file.read())
    return source.hexdigest()


# -- files ----------------------------------------------------------------------------------------


def _path(about: Callable[[], Any]) -> Path | None:
    """Name the file of something; None where nothing is to be kept."""
    folder = _folder()
    if folder is None:
        return None
    key = marshal.dumps((compiler(), about()), 0)  # in version 0 equal data have equal bytes
    return folder / (sha256(key).hexdigest() + _SUFFIX)


def _folder() -> Path | None:
    """Find the folder, making it where it is missing; None where nothing is to be kept."""
    named = os.environ.get(VARIABLE)
    if not named and not _wanted:
        return None
    try:
        folder = Path(named).expanduser() if named else _users_folder()
    except RuntimeError:  # of `pathlib`
        _warn(
            f"machine code is not kept: there is no home folder for {named or '~'!r}. Let "
            f"{VARIABLE} name a folder by its whole path"
        )
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        private = _is_private(folder.stat())
    except OSError as error:
        _warn(f"machine code cannot be kept in {str(folder)!r} ({error.strerror})")
        return None
    if not private:
        _warn(
            f"machine code is not kept in {str(folder)!r}: others may write there, and what is "
            "read from it is run. Make it yours alone (chmod 700)"
        )
    return folder if private else None


def _users_folder() -> Path:
    """Return this package's part of the user's cache folder, as the platform has it."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "stepgrad"


def _is_private(about: os.stat_result) -> bool:
    """Tell whether a file or folder is the user's, and nobody else may write to it."""
    if not hasattr(os, "getuid"):  # Windows: a user's folders are his own
        return True
    return about.st_uid == os.getuid() and not about.st_mode & 0o022


@cache
def _warn(message: str) -> None:
    """Say something once in a process."""
    warnings.warn(message, RuntimeWarning, stacklevel=2)


def _read(path: Path) -> Artifact | None:
    """Read a file: a line with the hash of what follows, a line of facts in JSON, the code."""
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            if not (S_ISREG(about.st_mode) and _is_private(about)):
                return None
            checked, _, rest = file.read().partition(b"\n")
        if _checksum(path, rest) != checked:
            return None
        os.utime(path)  # used now
    except OSError:
        return None
    facts, _, code = rest.partition(b"\n")
    return Artifact(code, json.loads(facts))


def _checksum(path: Path, rest: bytes) -> bytes:
    """Hash what a file holds together with its name: under another name it is other code."""
    return sha256(path.name.encode() + b"\n" + rest).hexdigest().encode()


def _write(path: Path, artifact: Artifact) -> None:
    """Write a file that appears as a whole, readable by the user alone."""
    rest = json.dumps(artifact.facts).encode() + b"\n" + artifact.code
    beside = path.with_name(f"{path.stem}.{token_hex(4)}.tmp")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:
            file.write(_checksum(path, rest) + b"\n" + rest)
        os.replace(beside, path)
        _make_room(path.parent)
    except OSError as error:
        _warn(f"machine code cannot be kept in {str(path.parent)!r} ({error.strerror})")
    finally:
        _remove(beside)


def _make_room(folder: Path) -> None:
    """Remove what was not used for longest, and what a process left half written.

    Files of the user's that lie beside ours are left alone, whatever their suffix.
    """
    entries = []
    for path in folder.iterdir():
        if not _OURS.fullmatch(path.name):
            continue
        try:
            about = path.stat()
        except FileNotFoundError:  # another process makes room too
            continue
        if path.suffix == _SUFFIX:
            entries.append((about.st_mtime, about.st_size, path))
        elif path.suffix == ".tmp" and about.st_mtime < time() - _HOUR:
            _remove(path)
    excess = sum(size for _, size, _ in entries) - LIMIT
    for _, size, path in sorted(entries):
        if excess <= 0:
            break
        _remove(path)
        excess -= size


def _remove(path: Path) -> None:
    with suppress(OSError):  # gone, or in use on a system that does not remove such files
        path.unlink()
