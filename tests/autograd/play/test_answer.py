"""What the page is told, whichever host it has."""

from __future__ import annotations

import json
import math
import re
import zlib
from base64 import b64decode

import pytest

from autograd.expression import read_formula
from autograd.play.answer import STARTS, _column_in, answer, reply
from autograd.views.player.page import page


def ask(formula: str, **values: str) -> dict[str, object]:
    told = answer({"formula": formula, "values": values})
    json.dumps(told, allow_nan=False)
    return told


def test_value_gradients_and_player():
    told = ask("tanh(w*x + b)**2", w="0.5", x="2", b="-0.3", unused="7")
    assert told["error"] is None
    assert told["names"] == ("w", "x", "b")
    assert told["values"] == {"w": "0.5", "x": "2", "b": "-0.3"}
    assert told["output"] == "y"
    assert math.isclose(float(told["value"][1]), math.tanh(0.7) ** 2)
    slope = 2 * math.tanh(0.7) * (1 - math.tanh(0.7) ** 2)
    gradients = {name: float(exact) for name, (_, exact) in told["gradients"].items()}
    assert gradients == pytest.approx({"w": 2 * slope, "x": 0.5 * slope, "b": slope})
    assert told["page"].startswith("<!DOCTYPE html>")
    assert "Backpropagation through y" in told["page"]


def test_numbers_for_people_and_all_their_digits():
    told = ask("x/3", x="-1")
    assert told["value"] == ["−0.333333", "-0.3333333333333333"]
    assert told["gradients"] == {"x": ["0.333333", "0.3333333333333333"]}


def test_a_name_without_a_value_gets_one():
    told = ask("a + b*c", b="7")
    assert told["values"] == {"a": repr(STARTS[0]), "b": "7", "c": repr(STARTS[2])}
    assert [*ask("a + b + c + d")["values"].values()] == ["0.5", "2.0", "1.5", "3.0"]


def test_the_player_is_joined_to_the_page_once():
    packed = re.findall(r'atob\("([^"]+)"\)', ask("x*x")["page"])
    [player] = [zlib.decompress(b64decode(each), -zlib.MAX_WBITS).decode() for each in packed]
    assert player.count("window.parent.postMessage({ready:true}") == 1
    alone = page(read_formula("x*x", {"x": 3.0})[0])
    assert len(alone) < len(ask("x*x")["page"])


def test_a_shared_node_adds_up():
    told = ask("h = w*x; E = h*h + h", w="2", x="3")
    assert (told["output"], told["value"][0], told["gradients"]["w"][0]) == ("E", "42", "39")


@pytest.mark.parametrize(
    ("formula", "reason", "column"),
    [
        ("", "there is no formula", 0),
        ("  \n ", "there is no formula", 4),
        ("x +* 2", "this is not a formula", 3),
        ("  x   +\n* 2", "this is not a formula", 8),
        ("x + 1e400", "too large", 4),
        ("__import__('os').system('true')", "only numbers, names", 0),
        ("x.real", "only numbers, names", 0),
        ("x + 权重 * log(0 - x)", "log has no real value", 9),
        ("x²", "this is not a formula", 1),
        ("1/(x - x)", "divides by zero", 1),
        ("foo(x)", "there is no function 'foo'", 0),
        ("x + \ud800", "this is no character", 4),
        ("x\0", "this is not a formula", None),
    ],
)
def test_an_error_points_at_the_character_as_it_was_typed(formula, reason, column):
    told = ask(formula, x="2")
    error = told["error"]
    assert reason in error["reason"]
    assert "\n" not in error["reason"]
    assert column is None or error["column"] == column
    assert "page" not in told
    shown = formula.replace("\ud800", "\ufffd")
    assert column is None or error["after"].strip()[:1] == shown[column : column + 1].strip()


def test_names_are_told_beside_an_error_of_the_computation():
    told = ask("log(a) + b", a="-1")
    assert told["names"] == ("a", "b")
    assert told["values"]["a"] == "-1"
    assert ask("log(a +")["names"] is None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("abc", "is not a number"),
        ("", "is not a number"),
        ("1,5", "is not a number"),
        ("1e400", "is too large"),
        ("=1", "is not a number"),
        ("\ud800", "is not a number"),
        ("9" * 100_000, "is too large"),
    ],
)
def test_a_wrong_value_is_an_error_of_its_name(value, reason):
    error = ask("a*b", a="1", b=value)["error"]
    assert error["name"] == "b"
    assert reason in error["reason"]
    assert len(error["reason"]) < 250
    assert "column" not in error


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-Infinity", " 3 ", "-2e-3", "1_000"])
def test_every_float_can_be_typed(value):
    told = ask("x*2", x=value)
    assert told["error"] is None
    assert repr(float(told["value"][1])) == repr(2 * float(value))


@pytest.mark.parametrize("name", ["权重", "é", "__proto__", "constructor", "step", "__import__"])
def test_any_name_is_a_name(name):
    told = ask(f"{name}*2", **{name: "3"})
    assert told["gradients"] == {name: ["2", "2.0"]}


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("x" * 20_001, "the formula has 20001 characters, and the page takes 20000 at most"),
        ("x+" * 9_999 + "x", "too long or nested too deeply|at most 5000 links"),  # as the Python
        ("-" * 9_999 + "x", "too long or nested too deeply"),
        ("(" * 5_000 + "x" + ")" * 5_000, "this is not a formula"),
        ("+".join(["x*x"] * 1300), "at most 5000 links"),
    ],
    ids=["long", "sum", "minus", "brackets", "nodes"],
)
def test_what_is_too_large_is_said(formula, reason):
    error = ask(formula)["error"]
    assert re.search(reason, error["reason"])
    assert len(str(error)) < 1000


def test_a_formula_of_20000_characters_is_read():
    assert ask("x" + " " * 19_999)["error"] is None


def test_a_formula_of_a_thousand_nodes_has_its_player():
    told = ask("+".join(["x*x"] * 500), x="1")
    assert told["error"] is None
    assert told["value"][0] == "500"


@pytest.mark.parametrize(
    "request_", [None, [], {}, {"formula": "x"}, {"formula": 1, "values": {}}]
    + [{"formula": "x", "values": values} for values in (None, [], {"x": 1}, {"x": None})],
)  # fmt: skip
def test_a_request_of_another_form_is_refused(request_):
    with pytest.raises(TypeError, match="a request is"):
        answer(request_)


def test_reply_reads_and_writes_json():
    told = json.loads(reply('{"formula": "x*x", "values": {"x": "3"}}'))
    assert told["value"] == ["9", "9.0"]
    assert re.fullmatch(r"[\x00-\x7f]*", reply('{"formula": "\\ud800", "values": {"x": "权"}}'))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "nan"])
def test_reply_refuses_what_is_no_request(text):
    with pytest.raises((TypeError, ValueError), match=r"\w"):
        reply(text)


def test_each_place_is_found_in_the_text_as_it_was_typed():
    typed = "  ab \n ab   ab + c"
    tidy = " ".join(typed.split())
    places = [_column_in(typed, column) for column in range(len(tidy) + 1)]
    assert places == sorted(set(places)) and places[-1] == len(typed)
    for column, place in enumerate(places[:-1]):
        assert typed[place].split() == tidy[column].split()
    assert _column_in("x   + 2", 1) == 1  # behind a word, not before the next
