"""What stands in the way of a file, and a process that is killed while it writes one.

    python -m tests.campaigns.disk --every 1
    unshare -rm python -m tests.campaigns.disk    # whoever is not root, for disks that are full

Every public way to write a file meets a full disk, folders and links in its way, what belongs to
another user, a file that vanishes while it is replaced, and SIGKILL at each moment of the writing.
The old file must be whole, or the new one; there must be no third file where the process lives on;
and the same must be written again without a word. Each try is a forked child's.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import autograd
from autograd import tanh, whole
from autograd.compiler.vector import code_cache
from autograd.speed import build
from tests.campaigns.fault_cases import OLD
from tests.campaigns.moments import TOO_LATE, At, replacement
from tests.campaigns.writers import (
    REFUSED,
    WRITERS,
    WRITTEN,
    in_child,
    place_for,
    written_once,
)

NOBODY = 65534


def kill() -> None:
    """End this process as a lack of memory does, or a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


# --------------------------------------------------------------------------------------- obstacles


class Obstacle(NamedTuple):
    """What stands in the way.

    Parameters
    ----------
    prepare : callable
        ``prepare(path)`` puts it there.
    ends : set of int
        How a writer may end.
    right : callable
        ``right(path)`` tells whether all is as it should be after it.
    act : callable
        ``act(write, path)`` writes; left out, ``write(path)``.
    user : int or None
        Who writes.
    """

    prepare: Callable[[Path], Any]
    ends: set[int]
    right: Callable[[Path], bool]
    act: Callable[[Callable[[Path], Any], Path], Any] = lambda write, path: write(path)
    user: int | None = None


def _old(path: Path) -> None:
    path.write_bytes(OLD)


def _intact(path: Path) -> bool:
    return path.read_bytes() == OLD and os.listdir(path.parent) == [path.name]


def _with_little_room(write: Callable[[Path], Any], path: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(OLD) + 1, hard))
    write(path)


def _read_only(mode: int) -> Callable[[Path], None]:
    def prepare(path: Path) -> None:
        path.write_bytes(OLD)
        path.chmod(0o644)
        path.parent.chmod(mode)

    return prepare


def _linked(path: Path) -> None:
    (path.parent / "real").write_bytes(OLD)
    path.symlink_to("real")


def _link_stays(path: Path) -> bool:
    there = path.parent / "real"
    return path.is_symlink() and there.read_bytes() != OLD and there.stat().st_size > 0


OBSTACLES = {
    "a full disk": Obstacle(_old, {REFUSED}, _intact, _with_little_room),
    "a folder": Obstacle(
        lambda path: path.mkdir(), {REFUSED}, lambda path: path.is_dir() and not any(path.iterdir())
    ),
    "a link": Obstacle(_linked, {WRITTEN}, _link_stays),
    "a link to itself": Obstacle(
        lambda path: path.symlink_to(path.name), {REFUSED}, lambda path: path.is_symlink()
    ),
    "a read-only folder": Obstacle(_read_only(0o555), {REFUSED}, _intact, user=NOBODY),
    "another user's file": Obstacle(_read_only(0o1777), {REFUSED}, _intact, user=NOBODY),
}
if os.getuid():  # then there is no other user to be, and the folder is one's own
    del OBSTACLES["another user's file"]


def meet(name: str, obstacle: Obstacle) -> str:
    """Let a writer meet an obstacle; return what is wrong then."""
    written_once(name)  # another user may not be allowed to read Python's own files
    with place_for(name) as path:
        obstacle.prepare(path)
        end = in_child(lambda: obstacle.act(WRITERS[name], path), user=obstacle.user)
        right = obstacle.right(path)
        path.parent.chmod(0o755)
        if end not in obstacle.ends:
            return f"it ended with {end}"
        return "" if right else f"left behind: {sorted(os.listdir(path.parent))}"


FULL = {
    "no room": "size=8k",  # the old file takes one page, what fills the disk another
    "room for a page": "size=12k",
    "no room for a name": "nr_inodes=3",  # the folder's own, the old file's and the other's
}
"""Disks that are full, as options of a small one in memory."""


@cache
def may_mount() -> bool:
    """Tell whether this process may mount a disk."""
    with TemporaryDirectory() as folder:
        try:
            with mounted(folder, "size=8k"):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


@contextmanager
def mounted(folder: str | Path, options: str) -> Iterator[None]:
    """Have a small disk in a folder."""
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def full_disks(name: str) -> Iterator[str]:
    """Let a writer meet each disk that is full; yield what is wrong then."""
    new = written_once(name)
    with place_for(name) as path:
        replace = replacement(name, path)
        for disk, options in FULL.items() if may_mount() else ():
            with mounted(path.parent, options):
                path.write_bytes(OLD)
                path.with_name("filler").write_bytes(b" " * 4096)
                end = in_child(replace)
                after, there = path.read_bytes(), sorted(os.listdir(path.parent))
                fits = disk == "room for a page" and len(new) <= 4096
                expected = (WRITTEN, new) if fits else (REFUSED, OLD)
                remount = ["mount", "-o", "remount,size=64m,nr_inodes=64", str(path.parent)]
                subprocess.run(remount, check=True)
                replace()
                if (end, after) != expected or there != sorted(["filler", path.name]):
                    yield f"{name}, {disk}: it ended with {end}, {len(after)} bytes, {there}"
                elif path.read_bytes() != new:
                    yield f"{name}, {disk}: with room it cannot be written again"
                else:
                    yield ""


# ----------------------------------------------------------------------------- moments of a writing


def killed_saves(name: str, moments: Iterable[int]) -> Iterator[str]:
    """Kill a writer at moments of its writing; yield what is wrong after each."""
    yield from _struck(name, moments, lambda path: kill(), {-signal.SIGKILL})


def vanished_files(name: str, moments: Iterable[int]) -> Iterator[str]:
    """Remove the old file at moments of the writing; yield what is wrong after each."""

    def remove(path: Path) -> None:
        if path.read_bytes() == OLD:
            path.unlink()

    yield from _struck(name, moments, remove, {WRITTEN})


def _struck(
    name: str, moments: Iterable[int], action: Callable[[Path], Any], ends: set[int]
) -> Iterator[str]:
    new = written_once(name)
    with place_for(name) as path:
        replace = replacement(name, path)
        for moment in moments:
            for file in path.parent.iterdir():
                file.unlink()
            path.write_bytes(OLD)

            def act(moment: int = moment) -> None:
                watch = At(whole, moment, lambda: action(path))
                with watch:
                    replace()
                if watch.seen < moment:
                    os._exit(TOO_LATE)

            end = in_child(act)
            if end == TOO_LATE:
                return
            after = path.read_bytes() if path.exists() else b""
            stray = [file for file in os.listdir(path.parent) if file.endswith(".tmp")]
            killed = end == -signal.SIGKILL
            replace()
            if end not in ends or after not in ((OLD, new) if killed else (new,)):
                yield f"{name}, moment {moment}: ended with {end}, {len(after)} bytes"
            elif stray and not killed:
                yield f"{name}, moment {moment}: {stray} left"
            elif path.read_bytes() != new:
                yield f"{name}, moment {moment}: it cannot be written again"
            else:
                yield ""


def killed_compilations(moments: Iterable[int]) -> Iterator[str]:
    """Kill a process at moments of keeping its code; yield what is wrong after each."""
    expected = tanh(autograd.Value(0.5)).data * 3.0
    code_cache.compiler()  # reads all its files, once

    def run(moment: int) -> None:
        watch = At(code_cache, moment, kill)
        with watch:
            program = autograd.compile(lambda x: tanh(x) * 3.0, backend="llvm")
            if abs(program(0.5) - expected) > 1e-15:
                raise ValueError("another number")
        if watch.seen < moment:
            os._exit(TOO_LATE)

    for moment in moments:
        with TemporaryDirectory() as folder:
            cache = Path(folder) / "cache"
            os.environ[code_cache.VARIABLE] = str(cache)
            try:
                end = in_child(lambda moment=moment: run(moment))
                if end == TOO_LATE:
                    return
                again = [in_child(lambda: run(0)) for _ in range(2)]
            finally:
                del os.environ[code_cache.VARIABLE]
            if end != -signal.SIGKILL or any(again):
                yield f"code, moment {moment}: ended with {end}, then {again}"
            elif not any(file.suffix == ".code" for file in cache.iterdir()):
                yield f"code, moment {moment}: nothing is kept after it"
            else:
                yield ""


def killed_builds(moments: Sequence[int]) -> Iterator[str]:
    """Kill the build of the loops at some moments; yield what is wrong after each."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        target = build.build(folder) if moments else None
        if target is None:
            return
        for moment in moments:
            target.write_bytes(OLD)

            def act(moment: int = moment) -> None:
                watch = At(build, moment, kill)
                with watch:
                    build.build(folder)
                if watch.seen < moment:
                    os._exit(TOO_LATE)

            end = in_child(act)
            if end == TOO_LATE:
                return
            whole_now = target.read_bytes()
            if end != -signal.SIGKILL or not (whole_now == OLD or whole_now[:4] == b"\x7fELF"):
                yield f"loops, moment {moment}: ended with {end}"
            else:
                yield ""
        yield "" if build.build(folder) == target else "the loops cannot be built again"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; return 1 where something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.disk", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="of so many moments, the first")
    parser.add_argument("--only", default="", help="files whose name holds this; code, loops")
    options = parser.parse_args(arguments)
    names = [name for name in WRITERS if options.only in name]
    moments = range(1, 10**6, options.every)  # until there are no more
    kinds: dict[str, Iterator[str]] = {
        **{kind: _all(names, partial(_meets, obstacle)) for kind, obstacle in OBSTACLES.items()},
        "a disk that is full": _all(names, full_disks),
        "the old file vanishes": _all(names, lambda name: vanished_files(name, moments)),
        "killed while saving": _all(names, lambda name: killed_saves(name, moments)),
        "killed while building the loops": killed_builds(
            moments if options.only in "loops" else ()
        ),
        "killed while keeping code": killed_compilations(moments if options.only in "code" else ()),
    }
    bad = 0
    for kind, tries in kinds.items():
        found = list(tries)
        wrong = list(filter(None, found))
        print(f"{kind:32} {len(found):5} tried {len(wrong):4} wrong", *wrong[:9], flush=True)
        bad += len(wrong)
    return int(bad > 0)


def _meets(obstacle: Obstacle, name: str) -> Iterator[str]:
    found = meet(name, obstacle)
    yield found and f"{name}: {found}"


def _all(names: Sequence[str], tries: Callable[[str], Iterator[str]]) -> Iterator[str]:
    return chain.from_iterable(map(tries, names))


if __name__ == "__main__":
    raise SystemExit(main())
