"""A moment of a writing, and the call that replaces a file, whose moments these are.

So what is written is drawn and rendered once, not once for each moment at which something happens.

Read next: `disk`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from autograd import whole
from tests.campaigns.writers import WRITERS, WRITTEN

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


class _CaughtError(BaseException):
    """The end of a writing where it would begin to replace the file."""


def replacement(name: str, path: Path) -> Callable[[], Any]:
    """Return the very call of `whole.replace_file` to which a writer comes, without making it."""
    caught: list[Callable[[], Any]] = []

    def hook(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code is whole.replace_file.__code__:
            caught.append(partial(whole.replace_file, **frame.f_locals))
            raise _CaughtError

    try:
        sys.setprofile(hook)
        WRITERS[name](path)
    except _CaughtError:
        return caught[0]
    finally:
        sys.setprofile(None)
    raise RuntimeError(f"{name} is written in its place, not replaced")
