from __future__ import annotations

import dataclasses
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, dot, exp, logsumexp, tanh, walkthrough
from autograd.graph import leaves, topological_order
from autograd.views.player import page as player
from autograd.views.walkthrough import Step, Walkthrough


def nodes(root: Value) -> list[Value]:
    return [*leaves(root), *topological_order(root)]


@st.composite
def graph(draw: st.DrawFn) -> Value:
    """A random graph in which nodes are shared and arguments repeated."""
    made = [Value(draw(st.floats(-2, 2)), f"x{k}") for k in range(3)]
    for _ in range(draw(st.integers(1, 12))):
        pick = [made[draw(st.integers(0, len(made) - 1))] for _ in range(4)]
        made.append(
            draw(
                st.sampled_from(
                    [
                        lambda a: a[0] + a[1],
                        lambda a: a[0] * a[1],
                        lambda a: a[0] - 0.5 * a[1],
                        lambda a: tanh(a[0]),
                        lambda a: dot(a[:2], a[2:], a[0]),
                        lambda a: logsumexp(a[:3]),
                    ]
                )
            )(pick)
        )
    return made[-1]


@given(graph())
def test_contributions_add_up_to_the_gradient_bit_for_bit(root):
    steps = walkthrough(root)
    assert all(node.grad == 0.0 for node in nodes(root))
    received = dict.fromkeys(nodes(root), 0.0)
    received[root] = 1.0
    for step in steps:
        assert step.node.parents[step.argument] is step.parent
        assert step.upstream == received[step.node]
        assert step.local == step.node.local_gradients()[step.argument]
        assert step.contribution == step.upstream * step.local
        received[step.parent] += step.contribution
        assert step.accumulated == received[step.parent]
    root.backward()
    assert received == {node: node.grad for node in nodes(root)}


@given(graph())
def test_one_step_for_each_link_in_the_order_of_backward(root):
    steps = walkthrough(root)
    links = [(n, a) for n in reversed(topological_order(root)) for a in range(len(n.parents))]
    assert [(step.node, step.argument) for step in steps] == links


def test_gradients_of_an_earlier_pass_are_neither_used_nor_changed():
    x = Value(3.0, "x")
    y = x * x
    y.backward()
    y.backward()
    assert walkthrough(y)[-1].accumulated == 6.0
    assert (x.grad, y.grad) == (12.0, 1.0)


def test_the_recorded_pass_is_walked_when_a_leaf_has_changed_since():
    x = Value(3.0)
    y = x * x
    x.data = 5.0
    assert [step.local for step in walkthrough(y)] == [3.0, 3.0]


def test_it_is_an_immutable_sequence():
    x = Value(3.0, "x")
    steps = walkthrough(x * x)
    assert repr(steps) == "<Walkthrough of Value(data=9.0, grad=0.0) in 2 steps>"
    assert isinstance(steps, Walkthrough)
    assert len(steps) == 2
    assert steps[:1] == (steps[0],)
    assert list(reversed(steps)) == [steps[1], steps[0]]
    assert steps[1] in steps
    assert [field.name for field in dataclasses.fields(Step)] == [
        "node",
        "parent",
        "argument",
        "upstream",
        "local",
        "contribution",
        "accumulated",
    ]
    with pytest.raises(dataclasses.FrozenInstanceError):
        steps[0].local = 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        steps.steps = ()
    with pytest.raises(TypeError):
        steps[0] = steps[1]


def test_a_leaf_has_no_steps():
    assert list(walkthrough(Value(2.0))) == []
    assert str(walkthrough(Value(2.0))).split()[0] == "step"


def test_only_values_can_be_walked():
    with pytest.raises(TypeError, match="not float"):
        walkthrough(2.0)


def test_a_long_table_leaves_the_middle_out():
    x = Value(1.0, "x")
    y = x
    for _ in range(1000):
        y = y + 0.001
    lines = str(walkthrough(y)).split("\n")
    assert len(lines) == 1 + 400 + 1
    assert lines[-1] == "(1600 steps in the middle are left out)"
    assert [lines[200].split()[0], lines[201].split()[0]] == ["200", "1801"]


def test_names_in_a_module_follow_its_parameters(graphs):
    table = str(walkthrough(graphs.loss(graphs.network(2, 2, 1))))
    assert "layers.1.neurons.0.tanh" in table
    assert "layers.0.neurons.1.dot" in table


# ------------------------------------------------------------------------------------------- page


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="walkthrough">(.*?)</script>', page)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


def test_the_page_holds_the_steps_exactly(graphs):
    error = graphs.worked_example()
    data = data_of(player.page(error))
    steps = walkthrough(error)
    assert [node["value"] for node in data["nodes"]] == [v.data for v in nodes(error)]
    for step, written in zip(steps, data["steps"], strict=True):
        assert nodes(error)[written["node"]] is step.node
        assert nodes(error)[written["parent"]] is step.parent
        for key in ("argument", "upstream", "local", "contribution", "accumulated"):
            assert written[key] == getattr(step, key)


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
    shown = [None if i is None else data["nodes"][i]["name"] for i in data["shown"]]
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


def test_fold_is_that_of_draw(graphs):
    root = graphs.small_network()
    assert player.page(root, "layer") != player.page(root) == player.page(root, False)
    assert walkthrough(root, fold="layer")._repr_html_() == player.embedded(root, "layer")
    with pytest.raises(ValueError, match="fold must be one of None, False, 'layer', 'neuron'"):
        walkthrough(root, fold="module")
