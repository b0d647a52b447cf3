"""Wait for a condition inside a page that forbids to evaluate text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # so that README's test command, which has no Playwright, may read this
    from playwright.sync_api import Frame, Page


def wait_until(page: Page | Frame, condition: str, arg: object = None, seconds: float = 30) -> None:
    """Ask *page* again and again until the JavaScript function *condition* gives true.

    Playwright's own ``wait_for_function`` goes on asking inside the page, where the player's
    Content-Security-Policy rightly refuses it as soon as the first answer is no.
    """
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition, arg):
        assert time.monotonic() < deadline, f"never became true: {condition}"
        page.wait_for_timeout(20)
