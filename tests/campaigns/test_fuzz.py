"""Each reader with a few changed inputs, and with all that were findings once."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.campaigns import fuzz
from tests.campaigns.fuzz import KEPT, TARGETS, Target, attempt, campaign, changed, main

HARMLESS = [data for _, data in KEPT if data.startswith(b"w+") or b'["array",0,' in data]
"""What may be taken: a figure of many digits, an array without entries. All else is refused."""
FEW = {"play": 40, "machine code": 25, "exercise": 40, "figures": 40}


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_promises_what_it_raises(name: str) -> None:
    cases = FEW.get(name, 120)
    taken, found = campaign(name, cases, seed=5)
    assert found == [] and 0 < taken < cases


@pytest.mark.parametrize(("name", "data"), KEPT)
def test_what_was_a_finding_is_none_now(name: str, data: bytes, tmp_path: Path) -> None:
    assert attempt(TARGETS[name], data, tmp_path) is (data in HARMLESS)


def test_other_errors_and_hanging_are_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(data: bytes, folder: Path) -> None:
        if b"1" in data:
            raise KeyError(data)
        while b"2" in data:
            pass
        raise ValueError(data)

    monkeypatch.setattr(fuzz, "LONGEST", 0.02)
    target = Target(read, (ValueError,), lambda: [b"0", b"1", b"2"])
    monkeypatch.setitem(TARGETS, "broken", target)
    taken, found = campaign("broken", 3, seed=0)
    assert taken == 0 and [data for data, _ in found] == [b"1", b"2"]
    assert "KeyError" in found[0][1] and "more than 0.02 s" in found[1][1]


def test_changes_are_the_same_for_the_same_seed() -> None:
    seeds = TARGETS["program"].seeds()
    first, second = ([changed(Random(n), seeds) for n in range(50)] for _ in range(2))
    assert first == second and len(set(first)) > 45


def test_it_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cases", "9", "--only", "assignment"]) == 0
    assert capsys.readouterr().out.endswith("0 findings\n")
