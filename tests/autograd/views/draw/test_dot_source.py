import re
import subprocess

from autograd import Value, draw
from autograd.views.draw.theme import DARK, LIGHT


def test_the_source_names_nodes_by_number_and_lists_every_link(drawing):
    source = drawing.source
    assert source.startswith("digraph stepgrad {")
    assert len(re.findall(r"^\t\d+ \[", source, re.M)) == len(drawing.picture.cards)
    links = re.findall(r"^\t(\d+) -> (\d+) ", source, re.M)
    shown = [(str(link.source), str(link.target)) for link in drawing.picture.links]
    assert links == shown


def test_the_source_has_the_places_of_the_drawing():
    x = Value(1.0, "x")
    drawing = draw(-x)
    (x0, y0), _ = drawing.placement.boxes
    width, height = (
        drawing.picture.card_width(drawing.picture.cards[0]),
        drawing.picture.card_height(drawing.picture.cards[0]),
    )
    assert f'pos="{x0 + width / 2:g},{-(y0 + height / 2):g}"' in drawing.source
    tip_x, tip_y = drawing.placement.paths[0][-1]
    assert f'pos="e,{tip_x:g},{-tip_y:g} ' in drawing.source


def test_the_source_of_a_small_graph_line_by_line():
    y = 2 * Value(3.0, "x")
    y.label = "y"
    bare = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'

    def table(cell_width, *rows):
        cells = [
            f'<TR><TD WIDTH="{cell_width}"><TABLE {bare}><TR><TD ALIGN="LEFT">{left}</TD>'
            f'<TD ALIGN="RIGHT">{right}</TD></TR></TABLE></TD></TR>'
            for left, right in rows
        ]
        return f"<<TABLE {bare}>{''.join(cells)}</TABLE>>"

    def grey(key):
        return f'<FONT COLOR="#57606a">{key}</FONT>'

    grad = grey("grad"), "–"
    drawing = draw(y)
    assert drawing.placement.boxes == ((52.0, 8.0), (8.0, 42.0), (163.0, 18.0))
    head, *lines, end = drawing.source.rstrip("\n").split("\n")
    assert (head, end) == ("digraph stepgrad {", "}")
    assert lines == [  # sizes in inches of 72 pixels, and places of the middles
        '\tgraph [bgcolor="#ffffff" pad=0.1 rankdir=LR]',
        '\tnode [fixedsize=true fontcolor="#1f2328" fontname="DejaVu Sans Mono" fontsize=10.5 '
        "margin=0 shape=box]",
        '\tedge [arrowsize=0.6 color="#6e7781"]',
        f'\t0 [label={table(7, ("", "<B>2</B>"))} color="#6e7781" fillcolor="#efefef" '
        'height=0.3056 peripheries=1 pos="63.5,-19" style="rounded,filled,dashed" width=0.3194]',
        f'\t1 [label={table(95, ("<B>x</B>", ""), (grey("data"), "3"), grad)} color="#0969a8" '
        'fillcolor="#d9edfc" height=0.6944 peripheries=1 pos="63.5,-67" style="rounded,filled" '
        "width=1.5417]",
        f"\t2 [label={table(95, ('<B>y</B>', '<B>×</B>'), (grey('data'), '6'), grad)} "
        'color="#8f1d5f" fillcolor="#fbe2ef" height=0.6944 peripheries=2 pos="218.5,-43" '
        "style=filled width=1.5417]",
        '\t0 -> 2 [pos="e,163,-35 75,-19 75,-19 119,-19 119,-19 141,-19 141,-35 157,-35"]',
        '\t1 -> 2 [pos="e,163,-51 119,-67 141,-67 141,-51 157,-51"]',
    ]


def test_the_source_follows_the_theme():
    x = Value(1.0, "x")
    assert LIGHT.paper in draw(x, theme="auto").source
    assert DARK.paper in draw(x, theme="dark").source


def test_labels_are_text_and_nothing_else(graphs):
    source = draw(graphs.nasty()).source
    names = {"Digraph", "graph", "node", "edge"}
    attributes = set(re.findall(r"(\w+)=", re.sub(r"<<TABLE.*?</TABLE>>", "", source))) - names
    assert attributes <= {
        *("rankdir", "bgcolor", "pad", "shape", "fixedsize", "fontname", "fontsize"),
        *("fontcolor", "margin", "color", "arrowsize", "pos", "width", "height", "style"),
        *("fillcolor", "peripheries", "label"),
    }
    tags = set(re.findall(r"</?(\w+)", source))
    assert tags == {"TABLE", "TR", "TD", "B", "FONT"}
    assert "&lt;script&gt;" in source
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\ud800\ufffe]", source)


def test_graphviz_shows_labels_as_they_are(graphs, neato):
    source = draw(graphs.nasty()).source
    if not neato:
        assert "&lt;b&gt;x&lt;/b&gt;" in source
        return
    svg = subprocess.run(
        ["neato", "-n2", "-Tsvg"], input=source.encode(), capture_output=True, check=True
    )
    text = svg.stdout.decode()
    for shown in ("&lt;b&gt;x&lt;/b&gt;", "a:b", "{record|field}", "slash \\N"):
        assert shown in text.replace("&#45;", "-").replace("&#160;", " ")
    assert svg.stderr == b""


def test_a_link_ends_before_its_arrow_head():
    x = Value(1.0, "x")
    drawing = draw(-x, direction="TB")
    tip_x, tip_y = drawing.placement.paths[0][-1]
    (points,) = re.findall(r'-> \d+ \[.*pos="([^"]*)"', drawing.source)
    assert points.split()[0] == f"e,{tip_x:g},{-tip_y:g}"
    assert points.split()[-1] == f"{tip_x:g},{-(tip_y - 6):g}"


def test_each_role_has_its_outline(drawing):
    outlines = set(re.findall(r'peripheries=(\d).*style="?([\w,]+)"?', drawing.source))
    assert outlines == {
        ("1", "rounded,filled"),
        ("1", "rounded,filled,dashed"),
        ("1", "filled"),
        ("2", "filled"),
    }
