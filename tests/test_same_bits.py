"""What is promised to be the same to the last bit is, and each promise has its test."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.campaigns.bits import MACHINE_CODE, SUBJECTS, digest, digests, elsewhere

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).parent / "benchmarks" / "same_bits.md"
SLOW = {*MACHINE_CODE, "worked example", "fit, eager", "film"}
QUICK = [name for name in SUBJECTS if name not in SLOW]


def test_another_process_gives_the_same_bits() -> None:
    other = {"PYTHONHASHSEED": "4711", "STEPGRAD_PURE_PYTHON": "1", "TZ": "Asia/Tokyo"}
    assert elsewhere(sys.executable, QUICK, **other) == digests(QUICK)


@pytest.mark.external
def test_all_of_it_and_machine_code_too() -> None:
    assert elsewhere(sys.executable, list(SUBJECTS), PYTHONHASHSEED="5") == digests()


def test_a_digest_tells_the_last_bit() -> None:
    assert digest([0.1 + 0.2]) != digest([0.3])
    assert digest([0.0]) != digest([-0.0])
    assert digest("a") == digest(b"a") != digest("b")


def test_every_row_of_the_table_names_a_test_that_is_there() -> None:
    rows = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if "::" in line]
    assert len(rows) >= 15
    for row in rows:
        file, name = re.fullmatch(r".*\| `([\w/.]+)::(\w+)` \|", row).groups()  # type: ignore[union-attr]
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), row
