import re
import shutil
import subprocess

import pytest

from autograd import Value, draw
from autograd.views.draw.latex_text import latex_text
from autograd.views.draw.tikz import write_tikz
from autograd.views.drawing import Drawing


def tikz(drawing: Drawing, **options: float) -> str:
    return write_tikz(drawing.picture, drawing.placement, theme=drawing.theme, **options)


def points(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"\(([-\d.]+),([-\d.]+)\)", text)]


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_cards_and_links_are_where_the_layout_put_them(graphs, direction):
    drawing = draw(graphs.worked_example(), direction=direction)
    text = tikz(drawing)
    corners = {points(line)[0] for line in text.split("\n") if " rectangle " in line}
    assert {(x, y) for x, y in drawing.placement.boxes} <= corners
    links = [line for line in text.split("\n") if line.startswith(r"\draw[link")]
    for line, path in zip(links, drawing.placement.paths, strict=True):
        assert points(line) == [(round(x, 1), round(y, 1)) for x, y in path]


def test_each_card_says_what_it_says_in_svg(graphs):
    drawing = draw(graphs.loss(graphs.network(2, 3, 1)), fold="layer")
    text = tikz(drawing)
    for card in drawing.picture.cards:
        for key, value in card.rows:
            assert rf"{{{key}}};" in text
            assert f"{{{latex_text(value)}}}" in text
    assert text.count(r"\draw[module,") == 3 * 2 + 3  # sheets of two modules and in the legend
    assert text.count("bundle]") == 3


def test_a_scale_enlarges_text_too():
    assert "scale=2.5, transform shape" in tikz(draw(Value(1.0, "x")), scale=2.5)


def test_the_theme_is_that_of_the_drawing():
    x = Value(1.0, "x")
    assert r"\definecolor{paper}{HTML}{FFFFFF}" in tikz(draw(x))
    assert r"\definecolor{paper}{HTML}{0D1117}" in tikz(draw(x, theme="dark"))


def test_labels_that_look_like_the_documents_own_words_are_left_alone():
    assert r"\$body\ \$scale" in tikz(draw(Value(1.0, "$body $scale")))


@pytest.mark.external
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
@pytest.mark.parametrize("name", ["worked_example", "nasty", "small_network"])
def test_pdflatex_makes_a_page_of_the_drawings_size(graphs, name, tmp_path):
    drawing = draw(getattr(graphs, name)())
    file = drawing.save(tmp_path / "y.tex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert run.returncode == 0, run.stdout[-2000:]
    assert "Overfull" not in run.stdout
    assert (tmp_path / "y.pdf").read_bytes().startswith(b"%PDF")
