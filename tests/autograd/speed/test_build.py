"""The C file compiles where there is a compiler; where there is none, nothing happens."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
import sysconfig
import zlib
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from autograd.speed import build as building
from autograd.speed import twins


@pytest.mark.external
def test_it_compiles_without_a_warning_and_knows_what_it_was_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    run = subprocess.run

    def strict(command: list[str], **options: object) -> object:
        told.append(run([*command, "-Wall", "-Wextra", "-Werror"], check=False).returncode)
        return run(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(building.subprocess, "run", strict)
    built = building.build(tmp_path)
    assert told == [0]
    assert built is not None and [*tmp_path.iterdir()] == [built]
    loader = ExtensionFileLoader("_loops", str(built))
    spec = spec_from_file_location("_loops", built, loader=loader)
    assert spec is not None
    module = module_from_spec(spec)
    assert zlib.crc32(building.SOURCE.read_bytes()) == module.SOURCE


@pytest.mark.external
def test_the_installation_has_compiled_it() -> None:
    assert twins.loops is not None


STAND_IN = {"LDSHARED": "cc -shared", "Py_GIL_DISABLED": 0}


@pytest.mark.parametrize(
    "variables",
    [{"LDSHARED": None}, {"LDSHARED": "no-such-compiler -shared"}, {"Py_GIL_DISABLED": 1}],
)
def test_without_a_compiler_nothing_is_built(
    variables: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {**sysconfig.get_config_vars(), **variables}
    monkeypatch.setattr(sysconfig, "get_config_var", known.get)
    assert building.build(tmp_path) is None
    assert [*tmp_path.iterdir()] == []


def test_a_source_that_does_not_compile_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nor does the compiler's complaint reach the terminal of whoever installs."""
    broken = tmp_path / "loops.c"
    broken.write_text("this is no C\n", encoding="utf-8")
    monkeypatch.setattr(building, "SOURCE", broken)
    folder = tmp_path / "built"
    folder.mkdir()
    assert building.build(folder) is None
    assert [*folder.iterdir()] == []
    assert capfd.readouterr() == ("", "")


def test_what_the_compiler_has_written_takes_the_old_ones_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a stand-in for the compiler, which the tests above have."""
    known = {**sysconfig.get_config_vars(), **STAND_IN, "CCSHARED": "-fPIC -fno-plt"}
    monkeypatch.setattr(sysconfig, "get_config_var", known.get)
    old = tmp_path / f"_loops{known['EXT_SUFFIX']}"
    old.write_bytes(b"old")

    def compiler(command: list[str], **options: object) -> None:
        assert old.read_bytes() == b"old"
        assert command[:4] == ["cc", "-shared", "-fPIC", "-fno-plt"]
        Path(command[-1]).write_bytes(b"new")

    monkeypatch.setattr(building.subprocess, "run", compiler)
    assert building.build(tmp_path) == old
    assert [*tmp_path.iterdir()] == [old] and old.read_bytes() == b"new"


def test_what_a_failing_compiler_has_written_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {**sysconfig.get_config_vars(), **STAND_IN, "CCSHARED": None}
    monkeypatch.setattr(sysconfig, "get_config_var", known.get)
    run = subprocess.run

    def compiler(command: list[str], **options: Any) -> object:
        Path(command[-1]).write_bytes(b"half")
        return run([sys.executable, "-c", "raise SystemExit(1)"], **options)

    monkeypatch.setattr(building.subprocess, "run", compiler)
    assert building.build(tmp_path) is None
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("compiles", [True, False])
def test_the_command_says_what_was_built(
    compiles: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    known = {**sysconfig.get_config_vars(), **STAND_IN}
    known["LDSHARED"] = "cc -shared" if compiles else None
    monkeypatch.setattr(sysconfig, "get_config_var", known.get)
    monkeypatch.setattr(subprocess, "run", lambda command, **_: Path(command[-1]).touch())
    command = shutil.copy(building.__file__, tmp_path)
    (tmp_path / "loops.c").touch()
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(command), run_name="__main__")
    made = tmp_path / f"_loops{known['EXT_SUFFIX']}"
    assert made.exists() is compiles
    said = str(made) if compiles else "not built: the engine runs in Python"
    assert capsys.readouterr().out == f"{said}\n"
    assert ended.value.code == (0 if compiles else 1)
