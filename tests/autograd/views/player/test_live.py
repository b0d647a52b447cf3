"""Values that a learner sets, seen from Python; the frame itself is tried in a browser."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import pytest

from autograd import Value, walkthrough
from autograd.views.player import live
from autograd.views.player.live import LeafValues


def product() -> Value:
    return Value(0.5, "w") * Value(2.0, "x") + 1


def test_at_first_they_are_the_graphs():
    values = walkthrough(product()).values
    assert dict(values) == {"w": 0.5, "x": 2.0}  # no constant
    assert (len(values), list(values), values["w"]) == (2, ["w", "x"], 0.5)
    assert repr(values) == "{'w': 0.5, 'x': 2.0}"
    assert values.channel() == ""  # no notebook here


KERNELS = [
    ({"kernel": SimpleNamespace(_allow_stdin=True)}, True),
    ({"kernel": SimpleNamespace(_allow_stdin=False)}, False),  # runs a notebook by itself
    ({"kernel": SimpleNamespace()}, True),  # of another make
    ({}, False),
]


@pytest.mark.parametrize(("kernel", "there"), KERNELS)
def test_a_bridge_is_made_where_someone_is_there(monkeypatch, kernel, there):
    shell = SimpleNamespace(**kernel)
    bridge = SimpleNamespace(values={}, channel="c1", observe=lambda listener, name: None)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(live, "find_spec", lambda name: True)
    monkeypatch.setattr(live, "_bridge", lambda numbers: bridge)
    assert LeafValues(product()).channel() == ("c1" if there else "")


def test_what_cannot_be_set_is_refused():
    values = LeafValues(product())
    with pytest.raises(KeyError, match="there is no leaf 'q'; there are w, x"):
        values["q"] = 1.0
    with pytest.raises(TypeError, match="the value of 'w' must be a number, not '1'"):
        values["w"] = "1"
    with pytest.raises(TypeError, match="not deleted"):
        del values["w"]


def test_without_anywidget_setting_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ImportError, match=r"pip install 'stepgrad\[widget\]'"):
        LeafValues(product())["w"] = 1.0


def test_with_a_bridge_both_sides_follow(monkeypatch):
    bridge = SimpleNamespace(values={}, channel="c1", observe=lambda listener, name: None)
    monkeypatch.setattr(live, "_bridge", lambda numbers: bridge)
    root = product()
    values = LeafValues(root)
    values["w"] = 0.25
    assert bridge.values == {"w": 0.25, "x": 2.0}
    values._take({"x": 7.0, "y": 1.0, "w": "no"})
    values._take({"w": None})
    assert values["x"] == 7.0
    assert "y" not in values
    assert root.parents[0].parents[1].data == 2.0  # the graph stays as it is


@pytest.mark.parametrize("word", ["nan", "inf", "-inf", "-0.0"])
def test_numbers_without_a_word_in_json_travel_as_texts(monkeypatch, word):
    bridge = SimpleNamespace(values={}, channel="c1", observe=lambda listener, name: None)
    monkeypatch.setattr(live, "_bridge", lambda numbers: bridge)
    values = LeafValues(product())
    values._take({"x": word})
    assert repr(values["x"]) == word
    values["w"] = values["x"]
    assert repr(bridge.values["w"]).strip("'") == word
    assert json.loads(json.dumps(bridge.values, allow_nan=False)) == bridge.values


class Trait:
    """A trait of a widget that keeps what it was given and its tags."""

    def __init__(self, given: object = None) -> None:
        self.given = given

    def tag(self, **tags: bool) -> Trait:
        self.tags = tags
        return self


class Widget:
    model_id = "m1"

    def observe(self, listener, name) -> None:
        self.listener = listener, name


def test_one_bridge_is_made_and_both_its_traits_are_shared_with_the_page(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", SimpleNamespace(AnyWidget=Widget))
    monkeypatch.setitem(sys.modules, "traitlets", SimpleNamespace(Dict=Trait, Unicode=Trait))
    values = LeafValues(product())
    values["w"] = 0.25
    bridge = values._bridge
    values["x"] = 4.0
    assert values._bridge is bridge
    assert bridge.channel == "m1"
    assert type(bridge).values.given == {"w": 0.5, "x": 2.0}
    assert type(bridge).values.tags == type(bridge).channel.tags == {"sync": True}
    assert type(bridge)._esm == live.asset("bridge.js")
    listener, name = bridge.listener
    listener({"new": {"w": 0.75}})
    assert (name, values["w"]) == ("values", 0.75)


def test_the_real_bridge_if_it_is_installed():
    pytest.importorskip("anywidget")
    values = LeafValues(product())
    values["w"] = 0.25
    assert values["w"] == 0.25
    assert values._bridge.channel
    values._bridge.values = {"w": 0.75, "x": 2.0}
    assert values["w"] == 0.75
