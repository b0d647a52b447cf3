import re
import shutil
import subprocess

import pytest

from autograd import Value, draw, tanh, total
from autograd.value import Parameter
from autograd.views.draw.latex_text import latex_text
from autograd.views.draw.svg import Addition, digits, page_size
from autograd.views.draw.theme import LIGHT
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


def test_each_role_is_drawn_as_in_svg_line_by_line():
    y = 2 * Parameter(0.5, "w") + Value(3.0, "x")
    y.label = "y"
    drawing = draw(y)
    # Cards of 111 by 50 pixels, a number's of 23 by 22; a text begins 8 beside and 14 below.
    corners = {"2": (52, 8), "w": (8, 42), "v1 = 2·w": (163, 18), "x": (163, 80), "y": (318, 21.5)}
    assert [card.name for card in drawing.picture.cards] == [*corners]
    assert [*drawing.placement.boxes] == [*corners.values()]
    dash = r"\fit{5.1pt}{\rule[0.5ex]{0.5em}{0.4pt}}"
    lines = tikz(drawing).split("\n")
    assert lines[lines.index(r"\fill[paper] (0,0) rectangle (437,178);") + 5 :] == [
        r"\draw[constant, rounded corners=3.75pt] (52,8) rectangle (75,30);",
        r"\node[card number] at (67,22) {2};",
        r"\draw[parameter] (8,42) rectangle (119,92);",
        r"\fill[parameter line] (8,42) rectangle (12,92);",
        r"\node[card name] at (16,56) {w};",
        r"\node[card key] at (16,70) {data};",
        r"\node[card value] at (111,70) {0.5};",
        r"\node[card key] at (16,84) {grad};",
        rf"\node[card value] at (111,84) {{{dash}}};",
        r"\draw[operation, rounded corners=3.75pt] (163,18) rectangle (274,68);",
        r"\node[card name] at (171,32) {\fit{40.8pt}{v1\ =\ 2\ensuremath{\cdot}w}};",
        r"\node[card symbol] at (266,32) {\fit{5.1pt}{\ensuremath{\times}}};",
        r"\node[card key] at (171,46) {data};",
        r"\node[card value] at (266,46) {1};",
        r"\node[card key] at (171,60) {grad};",
        rf"\node[card value] at (266,60) {{{dash}}};",
        r"\draw[input, rounded corners=9pt] (163,80) rectangle (274,130);",
        r"\node[card name] at (171,94) {x};",
        r"\node[card key] at (171,108) {data};",
        r"\node[card value] at (266,108) {3};",
        r"\node[card key] at (171,122) {grad};",
        rf"\node[card value] at (266,122) {{{dash}}};",
        r"\draw[output, rounded corners=3.75pt] (318,21.5) rectangle (429,71.5);",
        r"\draw[output, rounded corners=1.5pt] (321,24.5) rectangle (426,68.5);",
        r"\node[card name] at (326,35.5) {y};",
        r"\node[card symbol] at (421,35.5) {+};",
        r"\node[card key] at (326,49.5) {data};",
        r"\node[card value] at (421,49.5) {4};",
        r"\node[card key] at (326,63.5) {grad};",
        rf"\node[card value] at (421,63.5) {{{dash}}};",
        r"\draw[input, rounded corners=4.5pt] (16,138) rectangle (36,150);",
        r"\node[card name] at (48,148) {input};",
        r"\draw[parameter] (128,138) rectangle (148,150);",
        r"\fill[parameter line] (128,138) rectangle (132,150);",
        r"\node[card name] at (160,148) {parameter};",
        r"\draw[constant, rounded corners=3.75pt] (240,138) rectangle (260,150);",
        r"\node[card name] at (272,148) {constant};",
        r"\draw[operation, rounded corners=3.75pt] (16,158) rectangle (36,170);",
        r"\node[card name] at (48,168) {operation};",
        r"\draw[output, rounded corners=3.75pt] (128,158) rectangle (148,170);",
        r"\draw[output, rounded corners=1.5pt] (131,161) rectangle (145,167);",
        r"\node[card name] at (160,168) {output};",
        r"\end{tikzpicture}",
        r"\end{document}",
        "",
    ]


def test_a_module_is_a_stack_of_three_sheets():
    drawing = draw(tanh(Parameter(1.0, "cell.w") * 1.0) * 2, fold="layer")
    (x, y), *_ = drawing.placement.boxes
    sheets = [points(line) for line in tikz(drawing).split("\n") if line.startswith(r"\draw[mod")]
    assert sheets[:3] == [  # of 132 by 78 pixels, each 3 to the left of the one before and below it
        [(x + right, y + down), (x + right + 132, y + down + 78)]
        for right, down in ((6, 0), (3, 3), (0, 6))
    ]
    assert rf"\node[card name] at ({x + 8:g},{y + 14 + 6:g}) {{cell}};" in tikz(drawing)
    key = rf"\node[card key] at ({x + 8:g},{y + 2 * 14 + 6:g}) {{parameters}};"
    value = rf"\node[card value] at ({x + 138 - 8 - 6:g},{y + 2 * 14 + 6:g}) {{1}};"
    assert f"{key}\n{value}" in tikz(drawing)
    assert tikz(drawing).count(r"\draw[module, rounded corners=2.25pt]") == 2 * 3


@pytest.mark.parametrize("sizes", [(2, 2, 1), (2, 3, 1)])
def test_links_that_stand_for_several_are_broad(graphs, sizes):
    drawing = draw(graphs.loss(graphs.network(*sizes)), fold="layer")
    lines = [line for line in tikz(drawing).split("\n") if line.startswith(r"\draw[link")]
    counts = [link.count for link in drawing.picture.links]
    assert {*counts} == {1, sizes[1]}
    for count, line in zip(counts, lines, strict=True):
        assert line.startswith(r"\draw[link]" if count == 1 else r"\draw[link, bundle]")


def test_the_outline_of_constants_alone_is_dashed():
    styles = re.findall(
        r"^  (\w+)/\.style={draw=(.+), fill=(.+), line width=0\.75pt(.*)},$",
        tikz(draw(Value(1.0, "x"))),
        re.MULTILINE,
    )
    dashes = {"constant": ", dash pattern=on 3pt off 2.25pt"}
    assert styles == [
        (role, f"{role} line", f"{role} fill", dashes.get(role, "")) for role in LIGHT.roles
    ]


@pytest.mark.parametrize(("uses", "line"), [(8, "0.9pt"), (9, "0.45pt")])
def test_links_are_thinner_in_a_crowd(uses, line):
    text = tikz(draw(total([Value(1.0, "x")] * uses)))
    assert f"link/.style={{draw=line, line width={line}, -{{Triangle[length=5.25pt" in text


def test_an_addition_has_its_room_and_stands_below_cards_and_above_all():
    drawing = draw(Value(1.0, "x"))
    added = Addition("% under", "% over", "% style", room=30.0, width=500.0)
    lines = write_tikz(drawing.picture, drawing.placement, addition=added).split("\n")
    width, height = page_size(drawing.picture, drawing.placement)
    assert width < 500
    assert rf"\fill[paper] (0,0) rectangle (500,{digits(height + 30)});" in lines
    places = [lines.index(f"% {each}") for each in ("style", "under", "over")]
    begin, end = lines.index(r"\begin{document}"), lines.index(r"\end{tikzpicture}")
    assert places[0] < begin < places[1] < places[2] == end - 1
    assert lines[places[1] + 1].startswith(r"\draw[output")
    plain = write_tikz(drawing.picture, drawing.placement)
    assert "\n\n" not in plain


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
