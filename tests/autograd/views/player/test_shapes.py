import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from autograd import walkthrough
from autograd.views.player.film import Film
from autograd.views.player.shapes import COLOURS, Flow, Outline, Text, tikz_colours

SHAPES = [
    Text("flow", (3.0, 4.0), "×(−2) & <b>", "end", bold=True),
    Outline("current", (10.0, 20.0), (100.0, 50.0)),
    Flow([(0.0, 0.0), (5.0, 0.0), (5.0, 9.0), (10.0, 9.0)], (5.0, 5.0), "×3"),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_is_well_formed_svg(shape):
    ElementTree.fromstring(f"<svg>{shape.svg()}</svg>")


def test_the_places_are_the_same_in_both_languages():
    assert "at (3,4)" in SHAPES[0].tikz()
    assert 'x="3" y="4"' in SHAPES[0].svg()
    assert "(8,18) rectangle (112,72)" in SHAPES[1].tikz()
    assert 'x="8" y="18" width="104" height="54"' in SHAPES[1].svg()
    assert "(0,0) .. controls (5,0) and (5,9) .. (10,9)" in SHAPES[2].tikz()


def test_every_kind_has_a_colour_in_tikz():
    assert len(list(tikz_colours())) == len(COLOURS)


def test_one_step_in_tikz_says_what_its_frame_says(graphs):
    root = graphs.worked_example()
    film = Film(root)
    text = film.tikz(7)
    assert text.count(r"\draw[current,") == 1
    assert text.count("dash pattern=on 5.25pt") == 1
    for label in re.findall(r">(×[\d.]+)<", film.frame(7)):
        assert label.removeprefix("×") in text


@pytest.mark.external
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
@pytest.mark.parametrize("name", ["worked_example", "nasty"])
def test_pdflatex_takes_one_step(graphs, name, tmp_path):
    file = walkthrough(getattr(graphs, name)()).save(tmp_path / "step.tex", step=3)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", file.name]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert run.returncode == 0, run.stdout[-2000:]


def test_labels_are_only_text():
    assert "<script>" not in Text("plain", (0, 0), "<script>").svg()
