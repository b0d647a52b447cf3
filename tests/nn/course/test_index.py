from __future__ import annotations

from pathlib import Path

import pytest

from nn.course.index import ROWS, headings

SOURCE = """\
# %% [markdown] lang="en"
# # Title
#
# ## A limit

# %% [markdown] lang="zh"
# ## 极限

# %% tags=["row-8", "volatile"]
assert 1 + 1 == 2

# %% [markdown] lang="en"
# A word more.

# %% tags=["row-3"]
assert True
"""


@pytest.mark.notebook
def test_a_row_is_found_under_its_heading(tmp_path: Path) -> None:
    source = tmp_path / "one.py"
    source.write_text(SOURCE, encoding="utf-8")
    assert headings(source, "en") == {8: "A limit", 3: "A limit"}
    assert headings(source, "zh") == {8: "极限", 3: "极限"}


def test_every_system_has_a_name_in_both_languages() -> None:
    assert len(ROWS) == 34
    assert len(set(ROWS)) == 34
    assert all(english.isascii() or "δ" in english for english, _ in ROWS)
