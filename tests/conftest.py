"""What a test or an example declares as its own operation is removed behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _own_rows_are_removed() -> Iterator[None]:
    from autograd.operation import FAMILIES, OWN, TABLE, forget_rows

    yield
    if OWN:
        for name in OWN:
            TABLE.pop(name, None)
            FAMILIES.pop(name, None)
        OWN.clear()
        forget_rows()
