"""A moment of a writing, and processes that go on from where a writing begins.

What is written is drawn and rendered once, not once for each moment at which something happens.

Read next: `disk`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from autograd import whole
from tests.campaigns.writers import FAILED, REFUSED, WRITTEN, forked

TOO_LATE = WRITTEN + 100
"""How a child ends that has written before the moment has come."""


class At:
    """Do something at a moment of what a module does, or of what it calls; 0 for never."""

    def __init__(self, module: Any, moment: int, action: Callable[[], Any]) -> None:
        self.file, self.moment, self.action, self.seen = module.__file__, moment, action, 0

    def __enter__(self) -> None:
        sys.setprofile(self.hook)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def hook(self, frame: FrameType, event: str, argument: Any) -> None:
        """Count what happens in the module's frames and one below them."""
        caller = frame.f_back
        if self.file in (frame.f_code.co_filename, caller and caller.f_code.co_filename):
            self.seen += 1
            if self.seen == self.moment:
                self.action()


class _TriedError(BaseException):
    """The end of a writing that others have gone on with."""


class _GoOnError(BaseException):
    """What leads a child back to where the writing begins."""


def at_the_writing(
    write: Callable[[Path], Any],
    path: Path,
    act: Callable[[Callable[[At], int], Callable[[], Any]], None],
) -> None:
    """Call ``act(go_on, again)`` where ``write(path)`` begins to replace the file.

    ``go_on(watch)`` forks a child that writes on, with something to happen at a moment, and returns
    how it ended. ``again()`` replaces the file in this process, which does not write else.
    """
    parent, watching = os.getpid(), list[At]()

    def go_on(watch: At) -> int:
        def lead_back() -> None:
            watching.append(watch)
            raise _GoOnError

        return forked(lead_back)

    def hook(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code is whole.replace_file.__code__:
            given = dict(frame.f_locals)
            try:
                act(go_on, lambda: whole.replace_file(**given))
            except _GoOnError:
                sys.setprofile(watching[0].hook)
            else:
                raise _TriedError

    code = FAILED
    try:
        sys.setprofile(hook)
        write(path)
        code = TOO_LATE if any(watch.seen < watch.moment for watch in watching) else WRITTEN
    except OSError:
        code = REFUSED
    except _TriedError:
        return
    finally:
        sys.setprofile(None)
        if os.getpid() != parent:
            os._exit(code)
    raise RuntimeError(f"{path.name} is written in its place, not replaced")
