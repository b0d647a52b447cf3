"""What a test or an example declares as its own operation is removed behind it.

Hypothesis draws the same examples in every run, and keeps none of them in a folder. Programs that
tests start import what lies here, from whichever folder they are started.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")

ROOT = Path(__file__).parent.parent


class OwnRows:
    """A plugin, since examples do not stand in the folder of this file."""

    def pytest_runtest_teardown(self) -> None:
        from autograd.operation import FAMILIES, OWN, TABLE, forget_rows

        if OWN:
            for name in OWN:
                TABLE.pop(name, None)
                FAMILIES.pop(name, None)
            OWN.clear()
            forget_rows()


def pytest_configure(config: pytest.Config) -> None:
    folders = [str(ROOT), os.environ.get("PYTHONPATH")]  # programs that tests start find it too
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, folders))
    config.pluginmanager.register(OwnRows(), "own rows")
