import os
import random
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
from autograd import Value, draw, tanh
from autograd.value import Parameter
from autograd.views.draw.svg import page_size, write_svg
from autograd.views.draw.tikz import write_tikz
from autograd.views.drawing import Drawing

ROOT = Path(__file__).parents[3]


def test_a_notebook_shows_the_svg(drawing):
    assert drawing._repr_svg_() == drawing.svg()
    assert drawing.svg().startswith("<svg ")


def test_it_is_short_when_printed(drawing):
    assert repr(drawing) == "Drawing(43 cards, 48 links)"


def test_draw_is_a_public_name():
    assert autograd.draw is draw
    assert autograd.Drawing is Drawing


def test_a_drawing_shows_the_graph_as_it_was():
    x = Value(3.0, "x")
    y = x * x
    drawing = draw(y)
    before = drawing.svg(), drawing.source
    y.backward()
    x.data = 4.0
    assert (drawing.svg(), drawing.source) == before
    assert draw(y).svg() != before[0]


def test_drawing_changes_nothing(graphs):
    root = graphs.worked_example()
    before = [(v, v.data, v.grad, v.label) for v in autograd.graph.topological_order(root)]
    draw(root).svg()
    assert before == [(v, v.data, v.grad, v.label) for v in autograd.graph.topological_order(root)]


@pytest.mark.parametrize("suffix", ["svg", "dot", "gv", "SVG"])
def test_text_formats_need_nothing_installed(drawing, suffix, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    file = drawing.save(tmp_path / f"graph.{suffix}")
    expected = drawing.svg() if suffix.lower() == "svg" else drawing.source
    assert file == tmp_path / f"graph.{suffix}"
    assert file.read_bytes() == expected.encode()


MAGIC = [("png", b"\x89PNG"), ("pdf", b"%PDF")]


@pytest.mark.parametrize(("suffix", "magic"), MAGIC)
def test_pictures_need_no_program(drawing, suffix, magic, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert drawing.save(tmp_path / f"graph.{suffix}").read_bytes().startswith(magic)


def test_a_png_has_the_pixels_that_were_asked_for(drawing, tmp_path):
    def width(**options):
        data = drawing.save(tmp_path / "graph.png", **options).read_bytes()
        return struct.unpack(">I", data[16:20])[0]

    own = page_size(drawing.picture, drawing.placement)[0]
    assert (width(), width(scale=1), width(dpi=288)) == (2 * own, own, 3 * own)


def test_tex_is_saved_without_any_program(drawing, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    text = drawing.save(tmp_path / "graph.tex", scale=0.5).read_text(encoding="utf-8")
    assert text.startswith(r"\documentclass")
    assert "scale=0.5" in text


def test_a_picture_too_large_is_refused_before_anything_is_written(graphs, tmp_path):
    drawing = draw(graphs.chain(150), wrap=False)
    for name in ("graph.png", "graph.pdf", "graph.tex"):
        with pytest.raises(ValueError, match=r"at most [\d,]+ a side.*pass scale=.*wrap into rows"):
            drawing.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("suffix", "magic"), MAGIC)
def test_pictures_come_from_graphviz_where_it_is_installed(
    drawing, suffix, magic, neato, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "typst", None)
    file = tmp_path / f"graph.{suffix}"
    if neato:
        assert drawing.save(str(file)).read_bytes().startswith(magic)
    else:
        with pytest.raises(RuntimeError, match="Graphviz"):
            drawing.save(file)


@pytest.mark.parametrize("suffix", ["png", "pdf"])
def test_without_graphviz_pictures_say_what_works(drawing, suffix, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match=r"'neato' was not found\. Saving as \.svg.*install"):
        drawing.save(tmp_path / f"graph.{suffix}")
    assert not list(tmp_path.iterdir())


def test_without_graphviz_its_layout_says_what_works(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    x = Value(1.0, "x")
    with pytest.raises(RuntimeError, match=r"layout='layered'.*needs nothing installed"):
        draw(x + 1, layout="dot")


def test_a_picture_of_more_pixels_than_a_png_may_have_is_refused_with_what_to_do(tmp_path, neato):
    x = Value(1.0, "x")
    y = x
    for _ in range(400):
        y = tanh(y)
    message = r"pixels, and at most 32,767 a side.*wrap into rows \(wrap=None\).*fold.*as \.svg"
    with pytest.raises(ValueError, match=message):
        draw(y, wrap=False).save(tmp_path / "y.png")
    with pytest.raises(ValueError, match=message):
        draw(y, wrap=False, direction="TB").save(tmp_path / "y.png")
    assert not list(tmp_path.iterdir())
    if neato:
        for _ in range(600):
            y = tanh(y)
        file = draw(y).save(tmp_path / "y.png").read_bytes()
        sides = int.from_bytes(file[16:20]), int.from_bytes(file[20:24])
        assert min(sides) > 3000


@pytest.mark.parametrize("name", ["graph", "graph.jpg", "graph.svg.gz"])
def test_an_unknown_format_is_refused(drawing, name, tmp_path):
    with pytest.raises(ValueError, match=re.escape(".svg, .dot, .gv, .png, .pdf, .tex")):
        drawing.save(tmp_path / name)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"layout": "neato"}, ValueError, "layout must be one of 'layered', 'dot', not 'neato'"),
        ({"direction": "UP"}, ValueError, "direction must be one of 'LR', 'TB', 'RL', 'BT'"),
        ({"theme": "blue"}, ValueError, "theme must be one of 'auto', 'light', 'dark'"),
        ({"fold": "module"}, ValueError, "fold must be one of None, False, 'layer', 'neuron'"),
        ({"fold": True}, ValueError, "not True"),
        ({"fold": 0}, ValueError, "not 0"),
        ({"fold": ["layer"]}, ValueError, "fold must be"),
        ({"precision": 0}, ValueError, "precision must be from 1 to 17, not 0"),
        ({"precision": 18}, ValueError, "precision must be from 1 to 17, not 18"),
        ({"precision": 2.5}, TypeError, "precision must be an integer, not 2.5"),
        ({"precision": True}, TypeError, "precision must be an integer, not True"),
        ({"max_nodes": 0}, ValueError, "max_nodes must be at least 1, not 0"),
        ({"max_nodes": "9"}, TypeError, "max_nodes must be an integer, not '9'"),
        ({"share_leaves": 1}, TypeError, "share_leaves must be True or False, not 1"),
        ({"wrap": 0}, ValueError, "wrap must be at least 1, not 0"),
        ({"wrap": True}, TypeError, "wrap must be None, False or an integer, not True"),
        ({"wrap": 2.0}, TypeError, "wrap must be None, False or an integer, not 2.0"),
        ({"max_nodes": 2}, ValueError, "3 cards, more than max_nodes=2"),
        ({"lang": "fr"}, ValueError, "lang must be one of 'en', 'zh', not 'fr'"),
    ],
)
def test_wrong_options_are_refused_with_those_that_are_allowed(options, error, message):
    x = Value(1.0, "x")
    with pytest.raises(error, match=re.escape(message)):
        draw(x + 1, **options)


def test_the_least_that_is_allowed_is_one():
    assert len(draw(Value(1.0, "x"), max_nodes=1).picture.cards) == 1
    x = Value(1.0, "x")
    assert len({left for left, _ in draw(x.exp(), wrap=1).placement.boxes}) == 1


def test_without_a_number_there_are_3000_cards_at_most(graphs):
    with pytest.raises(ValueError, match="would have 3001 cards, more than max_nodes=3000"):
        draw(graphs.chain(2999))


def test_each_option_reaches_what_is_drawn(tmp_path):
    x = Value(1 / 3, "x")
    assert [len(draw(x * x, share_leaves=share).picture.cards) for share in (True, False)] == [2, 3]
    rows = [dict(draw(x * 1, precision=digits).picture.cards[0].rows) for digits in (6, 3)]
    assert [row["data"] for row in rows] == ["0.333333", "0.333"]
    root = (Parameter(1.0, "cell.w") * x).tanh() * 2
    for fold, folded in ((None, False), ("layer", True)):
        names = [card.name for card in draw(root, fold=fold).picture.cards]
        assert ("cell" in names) is folded
    steps = {"LR": (1, 0), "TB": (0, 1), "RL": (-1, 0), "BT": (0, -1)}
    for direction, (right, down) in steps.items():
        drawn = draw(x.tanh(), direction=direction)
        (x0, y0), (x1, y1) = drawn.placement.boxes
        assert ((x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)) == (right, down)
        assert draw(x.tanh(), direction=direction, theme="dark").svg() == write_svg(
            drawn.picture, drawn.placement, direction=direction, theme="dark"
        )
    dark = draw(x * 2, theme="dark")
    expected = write_tikz(dark.picture, dark.placement, theme="dark", scale=0.5)
    assert dark.save(tmp_path / "a.tex", scale=0.5).read_text("utf-8") == expected


def test_cards_are_as_narrow_as_their_numbers_allow():
    x = Value(3.0, "x")
    assert draw(x * x).picture.columns == 14


@pytest.mark.parametrize(("lang", "headings"), [("en", ["data", "grad"]), ("zh", ["值", "梯度"])])
def test_a_notebook_gets_the_picture_in_a_box_and_the_numbers_behind_it(lang, headings):
    x = Value(3.0, "x")
    y = x * 2
    y.label = "output"
    y.backward()
    drawing = draw(y, lang=lang)
    html = drawing._repr_html_()
    assert 'style="display:block !important;overflow-x:auto"' in html
    assert 'style="max-width:none;height:auto" onload="this.outerHTML=' in html
    numbers = html.split("<code>")[1].split("</code>")[0].split("\n")[2:]
    assert [line.split() for line in numbers] == [
        *(headings, ["x", "3", "2"], ["2", "2"], ["output", "6", "1"])
    ]
    assert drawing._repr_mimebundle_() == {
        "text/plain": "Drawing(3 cards, 2 links)",
        "image/svg+xml": drawing.svg(),
        "text/html": html,
    }


@pytest.mark.parametrize("root", [3.0, "x", None, [Value(1.0), 2.0]])
def test_only_values_can_be_drawn(root):
    with pytest.raises(TypeError, match="draw needs a Value or a sequence of Values, not"):
        draw(root)


def test_an_empty_sequence_is_refused():
    with pytest.raises(ValueError, match="nothing to draw"):
        draw([])


def test_what_a_layer_returns_can_be_drawn(graphs):
    drawing = draw(graphs.network(2, 2))
    assert [card.role for card in drawing.picture.cards].count("output") == 2


def test_options_are_for_keywords_alone():
    with pytest.raises(TypeError):
        draw(Value(1.0), "layered")


@pytest.mark.parametrize("layout", ["layered", "dot"])
def test_the_same_writer_draws_both_layouts(graphs, layout):
    if layout == "dot" and not shutil.which("dot"):
        with pytest.raises(RuntimeError):
            draw(graphs.worked_example(), layout=layout)
        return
    svg = draw(graphs.worked_example(), layout=layout).svg()
    plain = draw(graphs.worked_example()).svg()
    places = re.compile(r'translate\([^)]*\)|\bd="[^"]*"|(width|height|viewBox)="[^"]*"')
    assert places.sub("", svg) == places.sub("", plain)


def test_a_chain_with_one_shared_parameter_is_drawn_by_either_layout(graphs):
    root = graphs.chain(400)
    assert len(draw(root).placement.boxes) == 402
    if shutil.which("dot"):
        assert len(draw(root, layout="dot").placement.boxes) == 402


@pytest.mark.parametrize("layout", ["layered", "dot"])
def test_long_chains_wrap_into_rows_unless_told_not_to(graphs, layout):
    if layout == "dot" and not shutil.which("dot"):
        pytest.skip("needs Graphviz")
    root = graphs.chain(60)
    wrapped, long = (
        draw(root, layout=layout).placement,
        draw(root, layout=layout, wrap=False).placement,
    )
    assert wrapped.width < 2 * wrapped.height
    assert long.width > 20 * long.height
    assert len({x for x, _ in draw(root, wrap=5).placement.boxes}) == 5


def random_graph(nodes):
    choose = random.Random(nodes)
    values = [Value(0.1 * k, f"x{k}") for k in range(nodes // 4)]
    while len(values) < nodes - 1:
        values.append(
            tanh(choose.choice(values))
            if choose.random() < 0.3
            else choose.choice(values) * values[-1]
        )
    return autograd.total(values)


@pytest.mark.parametrize("nodes", [60, 600, 3000])
def test_large_graphs_are_drawn(nodes):
    drawing = draw(random_graph(nodes), fold=False)
    assert len(drawing.picture.cards) >= 0.9 * nodes
    assert drawing.svg().endswith("</svg>\n")


def test_the_built_in_layout_needs_no_package():
    script = (
        "import sys; sys.modules['graphviz'] = None\n"
        "from autograd import Value, draw\n"
        "print(draw(Value(2.0, 'x') ** 2).svg()[:4])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT, text=True
    )
    assert answer.stdout == "<svg\n"


SCRIPT = """
import hashlib
import conftest
from autograd import draw
for root, options in (
    (conftest.worked_example(), {}),
    (conftest.loss(conftest.network(3, 8, 8, 1)), {"fold": "neuron"}),
    (conftest.loss(conftest.network(3, 8, 8, 1)), {"fold": False, "direction": "TB"}),
    (conftest.nasty(), {"share_leaves": False}),
    (conftest.chain(40), {"precision": 12}),
):
    drawing = draw(root, **options)
    print(hashlib.sha256((drawing.svg() + drawing.source).encode()).hexdigest())
"""


def test_every_process_writes_the_same_bytes():
    answers = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            capture_output=True,
            check=True,
            cwd=Path(__file__).parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(answers) == 1
    assert len(set(answers.pop().split())) == 5
