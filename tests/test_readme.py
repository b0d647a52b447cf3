"""What README promises."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import autograd
from autograd import Drawing, draw
from nn.worked_example import network

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


def drawings() -> dict[Path, Drawing]:
    """README's pictures by file: for a code host's column, in the colours of light and of dark."""
    values = network()
    for name in ("E_o1", "E_o2"):
        values[name].label = name
    error = values["E_total"]
    error.backward()
    return {
        README.parent / "notebooks" / f"worked_example{ending}.svg": draw(
            error, direction="TB", precision=4, theme=theme
        )
        for ending, theme in (("", "light"), ("_dark", "dark"))
    }


def test_the_pictures_are_those_that_the_code_draws_now() -> None:
    for path, drawing in drawings().items():
        assert path.read_bytes() == drawing.svg().encode(), "run tests/make_readme_pictures.py"


def test_the_pictures_of_light_and_dark_are_shown() -> None:
    text = README.read_text(encoding="utf-8")
    dark, light = re.findall(r'(?:srcset|src)="([^"]*)"', text)
    assert {README.parent / light, README.parent / dark} == set(drawings())
    assert "worked_example_dark" in dark
    assert f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">' in text
    assert re.search(r'<img src="[^"]*" alt="The 2-2-2 sigmoid network [^"]*">', text)


def test_text_in_the_pictures_can_be_read_in_a_code_hosts_column() -> None:
    column, least = 830, 10  # pixels
    for drawing in drawings().values():
        size = re.match(r'<svg [^>]* width="([\d.]+)"[^>]* font-size="([\d.]+)"', drawing.svg())
        assert size is not None
        width, font = map(float, size.groups())
        assert font * min(1, column / width) >= least
