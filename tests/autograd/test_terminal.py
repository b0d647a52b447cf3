"""What commands print: nothing that a terminal acts on, nothing without an end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograd import cli
from autograd.terminal import MOST, Parser, shown, told
from nn import microgpt
from nn.course.__main__ import main as course
from nn.worked_example.__main__ import main as audit

Command = Callable[[Sequence[str]], Any]

ESCAPE = "\x1b[31m\x07\u202e"
COMMANDS = [cli.main, audit, microgpt.main, course]


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


@pytest.mark.parametrize("command", COMMANDS, ids=lambda main: main.__module__)
def test_every_command_obeys(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command([f"--{ESCAPE}", "x" * 50_000])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and not set("\x1b\x07\u202e") & set(said)
    assert len(said) < 4000


@pytest.mark.parametrize(
    "line", ["{long}, 0.5", "w5, {long}", "w5, 0.{digits}", "{escape}, 1", "{long}"]
)
def test_nor_does_a_file_of_figures_act_or_last(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "figures.txt"
    text = line.format(long="y" * 200_000, digits="1" * 200_000, escape=ESCAPE)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        audit(["--figures", str(path), "--output", str(tmp_path)])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and "line 1" in said
    assert len(said) < 4000 and not set("\x1b\x07\u202e") & set(said)
