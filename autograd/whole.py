"""What is done as a whole or not at all: attributes set together, files that are replaced.

Python delivers Ctrl-C between its own instructions, where it enters a function and where one that
is written in C has returned. So what must not be torn apart is one call of C.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain, repeat, starmap
from pathlib import Path
from secrets import token_hex
from shutil import copymode
from typing import Any, TypeAlias

Change: TypeAlias = tuple[object, str, Any]
"""An object, the name of an attribute, and what it is to be."""


def set_all(changes: Iterable[Change]) -> None:
    """Set attributes of many objects, all of them or none.

    They must be plain ones: a property's setter is a function that Ctrl-C may interrupt.

    Examples
    --------
    >>> from autograd import Value
    >>> x, y = Value(1.0), Value(2.0)
    >>> set_all([(x, "grad", 3.0), (y, "grad", 4.0)])
    >>> x.grad, y.grad
    (3.0, 4.0)
    """
    setting(changes)()


def set_each(
    objects: Iterable[object], name: str, values: Iterable[Any], others: Iterable[Change] = ()
) -> None:
    """Set the same attribute of many objects, of all of them or of none, as `set_all` does.

    Others may be set with them. Where a network has thousands of parameters, this makes no tuple
    for each, which the cyclic collector would go through.

    Examples
    --------
    >>> from autograd import Value
    >>> leaves = [Value(1.0), Value(2.0)]
    >>> set_each(leaves, "grad", [3.0, 4.0])
    >>> [leaf.grad for leaf in leaves]
    [3.0, 4.0]
    """
    deque(_each(objects, name, values, others), 0)


def setting(changes: Iterable[Change]) -> Callable[[], object]:
    """Prepare what `set_all` does, for a ``finally``; it can be called once.

    To call it is to call C at once, so that Ctrl-C does not find the way to it.
    """
    return partial(deque, starmap(setattr, list(changes)), 0)


def setting_each(
    objects: Iterable[object], name: str, values: Iterable[Any], others: Iterable[Change] = ()
) -> Callable[[], object]:
    """Prepare what `set_each` does, as `setting` prepares `set_all`."""
    return partial(deque, _each(objects, name, values, others), 0)


def _each(
    objects: Iterable[object], name: str, values: Iterable[Any], others: Iterable[Change]
) -> Iterator[None]:
    """Set one attribute in each step; all that may run Python has run before the first."""
    each = map(setattr, tuple(objects), repeat(name), tuple(values))
    more = tuple(others)
    return chain(each, starmap(setattr, more)) if more else each


def replace_file(path: str | os.PathLike[str], content: bytes, *, synced: bool = False) -> None:
    """Write a file beside the old one, then put it in its place: no half of it is ever seen.

    A file that is replaced keeps its permissions, and a link goes on pointing to it. What is no
    file, such as a pipe or a terminal, is written to.

    Parameters
    ----------
    path : path
    content : bytes
    synced : bool
        Whether the disk must have the content before the old file goes, in case of a power cut.

    Raises
    ------
    OSError
        When there is no such folder, or it allows no new file, or a folder or a link that leads to
        itself is in the way, or the disk is full. The old file is as it was.
    """
    target = Path(os.path.realpath(path))  # a link stays, and what it points to is replaced
    if target.is_dir() or target.is_symlink():  # a link is left where it leads to itself
        wrong = errno.EISDIR if target.is_dir() else errno.ELOOP
        raise OSError(wrong, os.strerror(wrong), os.fspath(path))
    if not target.is_file() and target.exists():
        target.write_bytes(content)
        return
    # A name has 255 bytes at most, and a character up to four of them.
    beside = target.with_name(f"{target.name[:60]}.{token_hex(4)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(content)
            if synced:
                file.flush()
                os.fsync(file.fileno())
        with suppress(FileNotFoundError):  # there is no old one, or not any more
            copymode(target, beside)
        beside.replace(target)
    except OSError as error:
        if error.errno:  # whoever reads it knows of no file beside
            error.filename = os.fspath(path)
        raise
    finally:
        beside.unlink(missing_ok=True)
