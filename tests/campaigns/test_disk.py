"""A part of what may befall a file, for every run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

if not hasattr(os, "fork"):
    pytest.skip("there is no fork here", allow_module_level=True)

from autograd import whole
from autograd.compiler.run.runner import has_machine_code
from tests.campaigns import disk
from tests.campaigns.disk import OBSTACLES, main, meet
from tests.campaigns.moments import At, replacement
from tests.campaigns.writers import FAILED, REFUSED, WRITERS, WRITTEN, in_child


@pytest.mark.parametrize("name", ["model.json", "drawing.svg", "table.md"])
@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_what_is_in_the_way_of_a_file_is_refused_or_kept(obstacle: str, name: str) -> None:
    assert meet(name, OBSTACLES[obstacle]) == ""


def test_the_worked_example_leaves_the_old_report_on_a_full_disk() -> None:
    assert meet("worked_example.txt", OBSTACLES["a full disk"]) == ""


def test_a_disk_that_is_full_keeps_the_old_file() -> None:
    found = list(disk.full_disks("model.json"))
    assert found == [""] * (len(disk.FULL) if disk.may_mount() else 0)


@pytest.mark.notebook
def test_a_picture_of_matplotlib_is_replaced_as_a_whole() -> None:
    assert meet("gallery/picture.png", OBSTACLES["a full disk"]) == ""


def test_a_process_that_is_killed_while_it_saves_leaves_a_whole_file() -> None:
    found = list(disk.killed_saves("model.json", range(1, 10**6, 7)))
    assert len(found) > 3 and not any(found)


def test_a_file_that_vanishes_while_it_is_replaced_is_written() -> None:
    found = list(disk.vanished_files("model.json", range(1, 10**6, 6)))
    assert len(found) > 9 and not any(found)


@pytest.mark.skipif(not has_machine_code(), reason="needs llvmlite")
def test_a_process_that_is_killed_while_it_keeps_code_leaves_a_folder_that_serves() -> None:
    found = list(disk.killed_compilations([40, 120]))
    assert len(found) == 2 and not any(found)


def test_a_build_of_the_loops_that_is_killed_leaves_the_old_ones() -> None:
    assert not any(disk.killed_builds([12]))


def test_the_moments_are_those_of_the_module() -> None:
    done: list[str] = []
    with At(whole, 3, lambda: done.append("here")):
        sorted([3, 1])
        assert done == []
        whole.replace_file("/dev/null", b"")
    assert done == ["here"]


def test_a_writing_that_replaces_nothing_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(WRITERS, "a.txt", lambda path: path.write_text("in place"))
    with pytest.raises(RuntimeError, match=r"a\.txt is written in its place"):
        replacement("a.txt", tmp_path / "a.txt")


def test_a_child_tells_how_it_ended() -> None:
    def unwritten() -> None:
        raise OSError

    assert in_child(lambda: None) == WRITTEN
    assert in_child(unwritten) == REFUSED
    assert in_child(lambda: 1 / 0) == FAILED
    assert in_child(disk.kill) == -9


def test_it_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--every", "600", "--only", "table.md"]) == 0
    assert "killed while saving" in capsys.readouterr().out
