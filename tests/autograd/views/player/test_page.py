"""The page as text; what it does is tried in a browser."""

from __future__ import annotations

import json
import math
import re
import zlib
from base64 import b64decode
from html import unescape

import pytest

from autograd import Value, exp, relu, tanh, walkthrough
from autograd.graph import leaves, topological_order
from autograd.spelling import LOOSE
from autograd.value import Parameter
from autograd.views.mistakes import MISTAKES
from autograd.views.player import page as player


def nodes(root: Value) -> list[Value]:
    return [*leaves(root), *topological_order(root)]


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="walkthrough">(.*?)</script>', page)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


def script_of(page: str) -> str:
    """The player's script, which the page holds compressed."""
    content = re.search(r'atob\("([^"]*)"\)', page)
    assert content is not None
    return zlib.decompress(b64decode(content[1]), -zlib.MAX_WBITS).decode()


def test_the_page_holds_the_steps_exactly(graphs):
    error = graphs.worked_example()
    data = data_of(player.page(error))
    steps = walkthrough(error)
    assert [node["value"] for node in data["nodes"]] == [v.data for v in nodes(error)]
    # What follows from these by products and sums alone, the page computes.
    written = [
        (value, nodes(error)[parent], argument, local)
        for value, node in reversed(list(zip(nodes(error), data["nodes"], strict=True)))
        for argument, (parent, local) in enumerate(
            zip(node.get("parents", []), node.get("locals", []), strict=True)
        )
    ]
    assert written == [(s.node, s.parent, s.argument, s.local) for s in steps]


def test_what_is_not_selected_is_told_from_a_zero():
    x = Value(-1.0, "x")
    written = data_of(player.page(relu(x) + 0.0 * x))["nodes"]
    assert [node.get("locals") for node in written[2:]] == [[None], [-1.0, 0.0], [1.0, 1.0]]


def test_the_page_of_the_worked_example_is_light(graphs):
    assert len(player.page(graphs.worked_example()).encode()) < 100_000


def test_the_page_is_the_same_bytes_every_time(graphs, tmp_path):
    texts = []
    for name in ("a.html", "b.html"):
        file = walkthrough(graphs.worked_example()).save(tmp_path / name)
        texts.append(file.read_bytes())
    assert texts[0] == texts[1]


def test_the_page_asks_no_server_for_anything(graphs):
    page = player.page(graphs.worked_example())
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}  # a namespace, never fetched
    assert "default-src 'none'" in page
    assert not re.search(r"\b(src|href)=\"(?!data:)", page)


def test_labels_cannot_leave_the_data(graphs):
    root = Value(1.0, graphs.NASTY_LABELS[0])
    for label in (*graphs.NASTY_LABELS, "</script><!--<script>", "\u2028\u2029$data"):
        root = root * Value(2.0, label)
    page = player.page(root)
    assert page.count("</script>") == 2
    text = json.dumps(data_of(page), ensure_ascii=False)
    assert "</script><!--<script>" in text
    inside = page.split('id="walkthrough">')[1].split("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(inside)


def test_a_folded_card_shows_the_one_output_of_its_module(graphs):
    root = graphs.loss(graphs.network(2, 16, 16, 1))
    data = data_of(player.page(root))
    shown = [None if i is None else data["nodes"][i]["place"] for i in data["shown"]]
    assert "layers.2.neurons.0.tanh" in shown
    assert shown.count(None) == 2  # layers.0 and layers.1 have sixteen outputs


def test_numbers_that_json_cannot_write():
    x = Value(math.inf, "x")
    y = x - x + Value(-math.inf)
    data = data_of(player.page(y))
    assert {"Infinity", "-Infinity", "NaN"} == {
        node["value"] for node in data["nodes"] if isinstance(node["value"], str)
    }


def test_a_graph_too_large_to_step_through_is_refused_with_advice():
    y = Value(1.0)
    for _ in range(3000):
        y = y + 1.0
    with pytest.raises(ValueError, match=r"at most 5000 links, and this graph has 6000; walk"):
        player.page(y)
    shown = walkthrough(y)._repr_html_()
    assert "at most 5000 links" in shown
    assert "<table>" in shown
    assert "iframe" not in shown


def test_notebooks_get_a_sandboxed_frame_over_a_picture():
    bundle = walkthrough(exp(Value(1.0, "<x>")))._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert 'sandbox="allow-scripts"' in bundle["text/html"]
    assert 'src="data:image/svg+xml;base64,' in bundle["text/html"]
    frame = re.search(r'srcdoc="([^"]*)"', bundle["text/html"])
    assert frame is not None
    assert "<" not in frame[1]


def test_nothing_in_the_page_depends_on_where_a_line_ends(graphs):
    root = graphs.named("y // x", graphs.small_network() * 2)
    page = player.page(root)
    script = script_of(page)
    assert not re.search(r"(^|\s)//(\s|$)", script, re.M)
    assert "http://www.w3.org/2000/svg" in script
    assert "y // x" in page
    assert "\n" not in re.search(r'srcdoc="([^"]*)"', player.embedded(root))[1]


def test_where_nothing_else_is_left_there_are_the_gradients(graphs):
    html = player.embedded(graphs.worked_example())
    text = re.search(r"<pre hidden[^>]*><code>(.*?)</code></pre>", html, re.S)[1]
    assert text.startswith("Backpropagation through E = 0.298371")
    assert re.search(r"\nw5 +0\.4 +0\.082167\n", text)


def test_fold_is_that_of_draw(graphs):
    root = graphs.small_network()
    assert player.page(root, "layer") != player.page(root) == player.page(root, False)
    assert walkthrough(root, fold="layer")._repr_html_() == player.embedded(root, "layer")
    with pytest.raises(ValueError, match="fold must be one of None, False, 'layer', 'neuron'"):
        walkthrough(root, fold="module")


def test_a_module_that_also_lends_a_parameter_shows_its_one_output(graphs):
    w, v = Parameter(0.5, "head.w"), Parameter(0.3, "tail.v")
    out = tanh(w * Value(2.0, "x"))
    data = data_of(player.page((out + w * v) ** 2, "layer"))
    shown = [data["nodes"][i]["place"] for i in data["shown"] if i is not None]
    assert "head.tanh" in shown


def test_a_module_of_one_parameter_alone_has_no_numbers_to_change():
    w, v = Parameter(0.5, "head.w"), Parameter(0.3, "tail.v")
    data = data_of(player.page(w * v + 1, "layer"))
    assert data["shown"].count(None) == 2


def test_both_languages_are_in_the_page_and_one_is_chosen(graphs):
    page = player.page(graphs.worked_example(), lang="zh")
    assert data_of(page)["lang"] == "zh"
    assert "反向传播" in script_of(page)
    assert "Backpropagation through" in script_of(page)
    with pytest.raises(ValueError, match="lang must be one of 'en', 'zh', not 'de'"):
        walkthrough(graphs.worked_example(), lang="de")


def test_the_worked_example_weighs_less_than_100_kb(graphs):
    assert len(player.page(graphs.worked_example()).encode()) < 100_000


def test_the_known_slips_are_those_of_the_one_list(graphs):
    data = data_of(player.page(graphs.worked_example()))
    assert [m[-2:] for m in data["mistakes"]] == [[m.en, m.zh] for m in MISTAKES]


def test_all_that_the_page_holds_of_a_small_graph():
    w, x = Parameter(-0.5, "w"), Value(3.0, "x+1")
    y = relu(2 * w) * x
    y.label = "y"
    data = data_of(player.page(y, precision=3, channel="c7"))
    assert data["nodes"] == [
        {"name": "2", "place": "", "card": 0, "value": 2.0, "constant": True},
        {"name": "w", "place": "", "card": 1, "value": -0.5},
        {
            "name": "x+1",
            "place": "",
            "card": 4,
            "value": 3.0,
            "symbol": "(x+1)",
            "latex": r"\mathrm{x+1}",
            "binding": LOOSE,
        },
        {
            "name": "v1",
            "place": "",
            "card": 2,
            "value": -1.0,
            "latex": "v_{1}",
            "rule": 0,
            "sign": "×",
            "parents": [0, 1],
            "locals": [-0.5, 2.0],
        },
        {
            "name": "v2",
            "place": "",
            "card": 3,
            "value": 0.0,
            "latex": "v_{2}",
            "rule": 1,
            "sign": "ReLU",
            "parents": [3],
            "locals": [None],
        },
        {
            "name": "y",
            "place": "",
            "card": 5,
            "value": 0.0,
            "rule": 0,
            "sign": "×",
            "parents": [4, 2],
            "locals": [3.0, 0.0],
        },
    ]
    assert data["links"] == [[0, 2, 0], [1, 2, 1], [2, 3, 0], [3, 5, 0], [4, 5, 1]]
    assert data["shown"] == [0, 1, 3, 4, 2, 5]
    assert (data["root"], data["parameters"], data["rows"], data["level"]) == (5, [1], [], None)
    assert len(data["labels"]) == 5
    assert (data["title"], data["precision"], data["lang"]) == ("y", 3, "en")
    assert (data["channel"], data["room"], data["tolerance"]) == ("c7", 84.0, 0.005)
    assert [formula["name"] for formula in data["formulas"]] == ["multiply", "relu"]
    assert data["formulas"][0]["latex"]["forward"] == r"{x0:4} \cdot {x1:5}"
    assert data["formulas"][1]["local"] == ["1 if {x0:2} > 0 else 0"]
    assert data["keys"]["zh"]["grad"] == "梯度"
    assert data["mistakes"][0][:4] == ["gradient", "contribution", 1, [1.0]]
    assert data["mistakes"][1][:4] == ["gradient", "contribution", 0, [-1.0]]
    assert "channel" not in data_of(player.page(y))


def test_what_most_nodes_have_is_what_the_script_takes_for_granted():
    found = re.search(r"const usual = \{(.*?)\};", player.asset("compute.js"))
    assert found is not None
    usual = json.loads("{" + re.sub(r"(\w+):", r'"\1":', found[1]) + "}")
    assert usual == player.MOST_NODES


def test_points_of_a_plane_are_told_by_their_nodes():
    w, b = Parameter(0.5, "w"), Parameter(0.1, "b")
    points = [(1.0, 2.0, 0.0), (3.0, 4.0, 1.0)]
    loss = sum((w * x - w * y + b - t) ** 2 for x, y, t in points)
    page = player.page(loss)
    data = data_of(page)

    def values(indices):
        return [data["nodes"][index]["value"] for index in indices]

    assert [[values(own) for own in row["inputs"]] for row in data["rows"]] == [
        [[1.0], [2.0]],
        [[3.0], [4.0]],
    ]
    assert values(row["output"] for row in data["rows"]) == [-0.4, -0.4]
    assert data["level"] == 0.5
    assert "wantedAbove" in script_of(page)
    assert "wantedAbove" not in script_of(player.page(w * 2))


@pytest.mark.parametrize("target", [math.nan, math.inf])
def test_a_batch_with_a_number_that_is_none_has_a_page_without_a_plane(target):
    w, b = Parameter(0.5, "w"), Parameter(0.1, "b")
    points = [(1.0, 2.0, target), (3.0, 4.0, 1.0)]
    data = data_of(player.page(sum((w * x - w * y + b - t) ** 2 for x, y, t in points)))
    assert (data["rows"], data["level"]) == ([], None)


def test_as_many_links_as_are_stepped_through_and_no_more(monkeypatch):
    monkeypatch.setattr(player, "MOST_LINKS", 4)
    x = Value(1.0, "x")
    assert player.page(x * x * x)
    with pytest.raises(ValueError, match="at most 4 links, and this graph has 5;"):
        player.page((x * x * x).exp())


def test_a_page_without_a_label_is_called_by_its_formula():
    x, y = Value(1.0, "x"), Value(1.0, "y" * 150)
    assert "<title>Backpropagation through x·x</title>" in player.page(x * x)
    long = f"{'y' * 150}·{'y' * 48}…"
    assert f"<title>Backpropagation through {long}</title>" in player.page(y * y)
    assert "<title>x·x 的反向传播</title>" in player.page(x * x, lang="zh")


def test_a_notebook_gives_frame_and_picture_the_same_room(graphs):
    html = player.embedded(graphs.named("y", Value(1.0, "x") * 2), precision=3, lang="zh")
    assert html.count("grid-area:1/1;") == 2
    assert "grid-area:1/1;max-width:100%;max-height:640px" in html
    assert 'style="grid-area:1/1;width:100%;height:640px;border:0"' in html
    assert '<iframe title="y 的反向传播：逐步演示"' in html
    assert 'alt="y 的反向传播：计算图"' in html
    text = re.search(r"<pre hidden[^>]*><code>(.*?)</code></pre>", html, re.S)[1]
    assert [line.split() for line in text.split("\n")] == [
        ["y", "的反向传播", "=", "2"],
        [],
        ["值", "梯度"],
        ["x", "1", "2"],
    ]


def test_a_notebooks_frame_holds_the_page_that_is_asked_for():
    root = tanh(Parameter(1.0, "cell.w") * Value(1 / 3, "x")) * 2
    for asked in ((), ("layer", 3, "zh", "c7")):
        frame = re.search(r'srcdoc="([^"]*)"', player.embedded(root, *asked))
        assert unescape(frame[1]) == player.page(root, *asked)


def test_the_picture_behind_a_frame_is_drawn_as_the_page_is(monkeypatch):
    monkeypatch.setattr(player, "page", lambda *asked: "")

    def behind(*asked):
        source = re.search(r'src="data:image/svg\+xml;base64,([^"]*)"', player.embedded(*asked))
        return b64decode(source[1]).decode()

    root = tanh(Parameter(1.0, "cell.w") * Value(1 / 3, "x")) * 2
    shown = [
        [text in behind(root, *asked) for text in (">cell<", ">0.333333<", ">0.333<", "值")]
        for asked in ((), ("layer",), (None, 3), (None, 6, "zh"))
    ]
    assert shown == [
        [False, True, False, False],
        [True, True, False, False],
        [False, False, True, False],
        [False, True, False, True],
    ]
    chain = Value(0.5, "x")
    for _ in range(20):
        chain = chain.tanh()
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', behind(chain)).groups()
    assert float(width) < 4 * float(height)  # in rows; one line is much longer


def test_what_a_page_says_without_its_script():
    page = player.page(Value(3.0, "x") * 2, precision=3)
    assert '<html lang="en">' in page
    assert "<noscript><p>The player needs JavaScript; the picture above shows" in page
    assert 'max="17" step="1" value="3"' in page
    assert "<noscript><p>此页面需要 JavaScript" in player.page(Value(3.0, "x") * 2, lang="zh")


def test_a_title_of_several_formulas_is_one_line():
    y = Value(1.0, "x")
    for _ in range(12):  # too long as one formula, so that each part has a line
        y = y * y
    assert "<title>Backpropagation through t1 = x·x; t2 = t1·t1; t3 = t2·t2; " in player.page(y)


def test_the_script_of_a_host_comes_last():
    x = Value(3.0, "x")
    plain, with_host = (script_of(player.page(x * 2, host=host)) for host in ("", "start(7);"))
    before, after = with_host.split("start(7);")
    assert before + after == plain
    assert set(after) == {"}"}


def test_the_legend_names_each_role_once_in_the_order_of_the_cards():
    page = player.page(2 * Value(1.0, "x") * 3)
    roles = re.findall(r'<li><span class="swatch (\w+)"></span><span data-say="(\w+)">', page)
    assert roles[:4] == [(role, role) for role in ("constant", "input", "operation", "output")]
    assert "parameter" not in dict(roles)
    assert '<g class="legend">' not in page  # the drawing's own
