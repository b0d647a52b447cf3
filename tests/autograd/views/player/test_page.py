"""The page as text; what it does is tried in a browser."""

from __future__ import annotations

import json
import math
import re
import zlib
from base64 import b64decode

import pytest

from autograd import Value, exp, relu, tanh, walkthrough
from autograd.graph import leaves, topological_order
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
