"""What README promises."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import autograd
from nn.worked_example import audit
from nn.worked_example.__main__ import write_files

README = Path(autograd.__file__).parent.parent / "README.md"


def python_blocks(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_the_block_prints_what_it_says() -> None:
    text = README.read_text(encoding="utf-8")
    block, _ = python_blocks(text)
    promised = re.findall(r"^print\(.*\)\s+# (.*)$", block, re.MULTILINE)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block, {})
    assert printed.getvalue().splitlines() == promised
    assert len(promised) == 3


def test_the_row_that_is_shown_is_the_tables() -> None:
    _, row = python_blocks(README.read_text(encoding="utf-8"))
    table = (Path(autograd.__file__).parent / "functions.py").read_text(encoding="utf-8")
    assert " ".join(row.split()) in " ".join(table.split())


def test_the_links_lead_somewhere() -> None:
    text = README.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert len(links) > 5
    for link in links:
        assert (README.parent / link).exists(), link


def test_each_command_is_one_line() -> None:
    text = README.read_text(encoding="utf-8")
    commands = [block.strip() for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]
    assert len(commands) == 2
    assert all("\n" not in command and "venv" in command for command in commands)


def test_the_picture_is_the_one_that_the_worked_example_writes(tmp_path: Path) -> None:
    drawn, *_ = (path for path in write_files(tmp_path, audit(rounds=1)) if path.suffix == ".svg")
    shown = README.parent / "notebooks" / "worked_example.svg"
    assert shown.read_bytes() == drawn.read_bytes()
