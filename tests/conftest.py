"""What a test or an example declares as its own operation is removed behind it."""

from __future__ import annotations

import pytest


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
    config.pluginmanager.register(OwnRows(), "own rows")
