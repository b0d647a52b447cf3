"""What README promises."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import autograd
from autograd import Drawing, draw
from autograd.views.player.film import SECONDS, Film
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


def pictures() -> dict[Path, str]:
    """README's pictures by file: the drawings, and the film of the block, whose colours are fixed.

    A code host's readers choose light or dark there, whatever their system's choice is.
    """
    block: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(python_blocks(README.read_text(encoding="utf-8"))[0], block)
    film = Film(block["y"]).svg(SECONDS)
    return {path: drawing.svg() for path, drawing in drawings().items()} | {
        README.parent / "notebooks" / f"film{ending}.svg": film.replace(
            "@media (prefers-color-scheme:dark)", f"@media {media}"
        )
        for ending, media in (("", "not all"), ("_dark", "all"))
    }


def test_the_pictures_are_those_that_the_code_draws_now() -> None:
    for path, svg in pictures().items():
        assert path.read_bytes() == svg.encode(), "run tests/make_readme_pictures.py"


def test_the_pictures_of_light_and_dark_are_shown() -> None:
    text = README.read_text(encoding="utf-8")
    shown = re.findall(r'(?:srcset|src)="([^"]*)"', text)
    assert {README.parent / path for path in shown} == set(pictures())
    for dark, light in zip(shown[::2], shown[1::2], strict=True):
        assert dark == light.replace(".svg", "_dark.svg")
        assert f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">' in text
    assert re.search(r'<img src="[^"]*" alt="The 2-2-2 sigmoid network [^"]*">', text)


def test_the_film_moves_and_is_small() -> None:
    films = [svg for path, svg in pictures().items() if "film" in path.name]
    assert len(films) == 2
    for film in films:
        assert "@keyframes" in film
        assert "prefers-color-scheme" not in film
        assert len(film) < 30_000


def test_text_in_the_pictures_can_be_read_in_a_code_hosts_column() -> None:
    column, least = 830, 10  # pixels
    for svg in pictures().values():
        size = re.match(r'<svg [^>]* width="([\d.]+)"[^>]* font-size="([\d.]+)"', svg)
        assert size is not None
        width, font = map(float, size.groups())
        assert font * min(1, column / width) >= least


def test_the_figures_are_those_of_the_benchmarks() -> None:
    text = README.read_text(encoding="utf-8")
    rows = re.findall(r"^\|(.*)\| \[`\w+\.md`\]\(([^)]*)\) \|$", text, re.MULTILINE)
    figures = [
        (figure, source)
        for row, source in rows
        for figure in re.findall(r"(?<![\w.])[\d.]+(?= (?:ns|µs|ms|s)\b)", row)
    ]
    assert len(figures) > 30
    for figure, source in figures:
        measured = (README.parent / source).read_text(encoding="utf-8")
        assert re.search(rf"(?<![\w.]){re.escape(figure)}(?![\w.])", measured), (figure, source)


def test_the_chinese_edition_has_the_same_commands_code_and_figures() -> None:
    english, chinese = (
        (README.parent / name).read_text(encoding="utf-8")
        for name in ("README.md", "README.zh-CN.md")
    )
    assert re.findall(r"```sh\n(.*?)```", english, re.DOTALL) == re.findall(
        r"```sh\n(.*?)```", chinese, re.DOTALL
    )
    for one, other in zip(python_blocks(english), python_blocks(chinese), strict=True):
        assert re.sub(r"#(?! [-∂\d]).*", "", one) == re.sub(r"#(?! [-∂\d]).*", "", other)
    rows = [
        [
            re.findall(r"(?<![\w.])[\d.,]+(?= (?:ns|µs|ms|s)\b)", line)
            for line in text.splitlines()
            if line.endswith(".md) |")
        ]
        for text in (english, chinese)
    ]
    assert rows[0] == rows[1]
    assert len(rows[0]) > 10
    links = re.findall(r"\]\(([^)#:]+)\)", chinese)
    assert set(links) | {"README.md"} >= set(re.findall(r"\]\(([^)#:]+)\)", english)) - {
        "README.zh-CN.md"
    }
    assert all((README.parent / link).exists() for link in links)
