"""A few exported programs under sanitisers, which stop what writes outside its arrays."""

from __future__ import annotations

import pytest

from tests.campaigns import exported
from tests.campaigns.exported import campaign, main

pytestmark = pytest.mark.external  # needs the machine's C compiler


def test_exported_programs_run_under_sanitisers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--programs", "6", "--rows", "20"]) == 0
    assert "0 faults" in capsys.readouterr().out


def test_a_program_that_writes_outside_its_results_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short = exported.MAIN.replace("malloc(count *", "malloc((count - 1) *")
    monkeypatch.setattr(exported, "MAIN", short)
    (fault,) = campaign(0, 1, 2).faults
    assert "heap-buffer-overflow" in fault
