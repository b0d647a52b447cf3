"""What commands print: nothing that a terminal acts on, nothing without an end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograd.terminal import MOST, Parser, shown, told

ESCAPE = "\x1b[31m\x07\u202e"
COMMANDS = ["autograd.cli", "nn.worked_example", "nn.microgpt", "nn.course"]


def test_control_characters_are_signs() -> None:
    assert shown(f"a{ESCAPE}\nb") == "a␛[31m␇\N{REPLACEMENT CHARACTER}\nb"


def test_of_a_long_message_both_ends_are_told() -> None:
    text = told("a" * 150_000 + "b" * 150_000)
    assert len(text) < 2100 and text.startswith("aaa") and text.endswith("bbb")
    assert told("short") == "short"
    assert told("a" * MOST) == "a" * MOST
    assert told("a" * MOST + "b") == f"{'a' * (MOST // 2)} … {'a' * (MOST // 2 - 1)}b"


def test_a_parser_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        Parser("p").parse_args([ESCAPE, "x" * 200_000])
    said = capsys.readouterr().err
    assert not set(ESCAPE[:1] + "\x07\u202e") & set(said) and len(said) < 3000


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_obeys(command: str) -> None:
    given = [f"--{ESCAPE}", "x" * 50_000]
    done = subprocess.run(
        [sys.executable, "-m", command, *given], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and not set("\x1b\x07\u202e") & set(done.stderr)
    assert len(done.stderr) < 4000


@pytest.mark.parametrize(
    "line", ["{long}, 0.5", "w5, {long}", "w5, 0.{digits}", "{escape}, 1", "{long}"]
)
def test_nor_does_a_file_of_figures_act_or_last(line: str, tmp_path: Path) -> None:
    path = tmp_path / "figures.txt"
    text = line.format(long="y" * 200_000, digits="1" * 200_000, escape=ESCAPE)
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "nn.worked_example", "--figures", str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 2 and "line 1" in done.stderr
    assert len(done.stderr) < 4000 and not set("\x1b\x07\u202e") & set(done.stderr)
