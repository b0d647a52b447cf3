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


@pytest.mark.parametrize(
    ("shape", "svg", "tikz"),
    [
        (
            Text("plain", (3.0, 4.25), "a < b"),
            '<text class="plain" color="#1f2328" fill="currentColor" x="3" y="4.2">a &lt; b</text>',
            r"\node[plain, anchor=base west, text=plain, font=\ttfamily"
            r"\fontsize{8.0pt}{8.0pt}\selectfont] at (3,4.2) {a\ <{}\ b};",
        ),
        (
            Text("flow", (3.0, 4.0), "×2", "end", bold=True, size=22),
            '<text class="flow" color="#b03a00" fill="currentColor" x="3" y="4" text-anchor="end" '
            'font-size="22" font-weight="bold">×2</text>',
            r"\node[plain, anchor=base east, text=flow, font=\ttfamily\bfseries"
            r"\fontsize{16.0pt}{16.0pt}\selectfont] at (3,4) {\ensuremath{\times}2};",
        ),
        (
            Outline("final", (10.0, 20.0), (100.0, 50.0)),
            '<rect class="final" color="#00694a" x="8" y="18" width="104" height="54" rx="7" '
            'fill="none" stroke="currentColor" stroke-width="3"/>',
            r"\draw[final, line width=2.25pt, rounded corners=5.25pt] (8,18) rectangle (112,72);",
        ),
        (  # two characters of 7 pixels and 2 on each side are 18 wide, around (50, 60)
            Flow([(0.0, 9.0), (5.0, 9.0), (5.0, 19.0), (10.0, 19.0)], (50.0, 60.0), "×3"),
            '<path class="halo" d="M0,9C5,9 5,19 10,19" fill="none" stroke="#ffffff" '
            'stroke-width="9"/><g class="flow" color="#b03a00"><path d="M0,9C5,9 5,19 10,19" '
            'fill="none" stroke="currentColor" stroke-width="2.5" stroke-dasharray="7 5"/>'
            '<path d="M0,9L7,5.5L7,12.5z" fill="currentColor" stroke="currentColor" '
            'stroke-width="2"/><rect class="paper" x="41" y="53" width="18" height="14" '
            'fill="#ffffff"/></g><text class="flow" color="#b03a00" fill="currentColor" '
            'x="50" y="64" text-anchor="middle" font-weight="bold">×3</text>',
            "\n".join(
                [
                    r"\draw[paper, line width=6.75pt] "
                    r"(0,9) .. controls (5,9) and (5,19) .. (10,19);",
                    r"\draw[flow, line width=1.9pt, dash pattern=on 5.25pt off 3.75pt] "
                    r"(0,9) .. controls (5,9) and (5,19) .. (10,19);",
                    r"\filldraw[flow, line width=1.5pt] (0,9) -- (7,5.5) -- (7,12.5) -- cycle;",
                    r"\fill[paper] (41,53) rectangle (59,67);",
                    r"\node[plain, anchor=base, text=flow, font=\ttfamily\bfseries"
                    r"\fontsize{8.0pt}{8.0pt}\selectfont] at (50,64) {\ensuremath{\times}3};",
                ]
            ),
        ),
    ],
    ids=["plain text", "bold text", "outline", "flow"],
)
def test_what_each_shape_is_in_both_languages(shape, svg, tikz):
    assert shape.svg() == svg
    assert shape.tikz() == tikz


def test_a_label_has_room_by_its_columns():
    for label, width in (("×3", 18), ("×权", 25)):
        flow = Flow(SHAPES[2].path, (50.0, 60.0), label)
        assert f'<rect class="paper" x="{50 - width / 2:g}" y="53" width="{width}"' in flow.svg()


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
