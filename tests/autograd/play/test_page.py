from __future__ import annotations

import math
import re
from urllib.parse import unquote

import pytest

from autograd.expression import read_formula
from autograd.play.answer import answer
from autograd.play.page import EXAMPLES, FILES, POLICY, asset, fragment, page


def test_the_page_loads_its_own_files_alone():
    text = page()
    loaded = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert set(loaded) <= {*FILES, "data:,"}
    assert "<script>" not in text
    assert not re.search(r"\son\w+=|\sstyle=", text)
    assert f'content="{POLICY}"' in text
    everything = text + "".join(map(asset, [*FILES, "host_server.js", "host_worker.js"]))
    assert "http" not in everything.replace("http.server", "").replace("http-equiv", "")


def test_no_script_makes_markup_of_text():
    for name in (
        "play.js",
        "texts.js",
        "bridge.js",
        "host_server.js",
        "host_worker.js",
        "worker.js",
    ):
        assert not re.search(r"innerHTML|insertAdjacent|outerHTML|\beval\b", asset(name))
    assert "document.write" not in asset("play.js")
    assert 'window.origin === "null"' in asset("frame.html")  # it writes only where it is nobody


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_every_example_can_be_computed_and_is_in_the_page(example):
    values = {name: repr(value) for name, value in example.values.items()}
    told = answer({"formula": example.formula, "values": values})
    assert told["error"] is None
    assert told["values"] == values  # a value for every name, and in the order of the formula
    assert fragment(example.formula, example.values).replace("&", "&amp;") in page()


NEURON, SHARED, CHAIN = math.tanh(0.5), math.tanh(1.0), math.exp(math.sin(0.64))
ODDS = [math.exp(each) for each in (2, 1, -1)]
COMPUTED = [
    (NEURON, [0.5 * (1 - NEURON**2), -3 * (1 - NEURON**2), 1 - NEURON**2]),
    (9, [6]),
    (9, [3, 3]),
    (SHARED + 1, [2 * (2 - SHARED**2), 0.5 * (2 - SHARED**2)]),
    (CHAIN, [CHAIN * math.cos(0.64) * 1.6]),
    (0, [0, 0, 0]),
    (0, [1]),
    (math.log(sum(ODDS)) - 2, [odds / sum(ODDS) - (odds == ODDS[0]) for odds in ODDS]),
]


@pytest.mark.parametrize(
    ("number", "value", "gradients"), [(k, *each) for k, each in enumerate(COMPUTED)]
)
def test_what_comes_out_of_an_example_is_what_its_title_says(number, value, gradients):
    example = EXAMPLES[number]
    output, leaves = read_formula(example.formula, example.values)
    output.backward()
    assert output.data == pytest.approx(value, rel=1e-13)
    assert [leaves[name].grad for name in sorted(leaves, key=[*example.values].index)] == (
        pytest.approx(gradients, rel=1e-13)
    )
    if "switched off" in example.title:
        assert example.values == {"w": -3, "x": 1, "b": 2}  # w*x + b = -1


def test_the_numbers_of_the_worked_example_are_those_of_the_notes():
    weights = (0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55)
    assert EXAMPLES[-1].values == {
        **{f"w{k}": weight for k, weight in enumerate(weights, start=1)},
        "i1": 0.05,
        "i2": 0.1,
        "b1": 0.35,
        "b2": 0.6,
        "t1": 0.01,
        "t2": 0.99,
    }


def test_the_worked_example_is_the_published_one():
    network = EXAMPLES[-1]
    values = {name: repr(value) for name, value in network.values.items()}
    told = answer({"formula": network.formula, "values": values})
    assert round(float(told["value"][1]), 9) == 0.298371109
    assert round(float(told["gradients"]["w5"][1]), 9) == 0.082167041
    assert told["page"].count('"name":"h1"') == 1  # one node, used twice


def test_both_languages_say_the_same_things():
    tables = re.findall(r"^const (en|zh) = \{(.*?)^\};", asset("texts.js"), re.S | re.M)
    keys = {language: re.findall(r"^  (\w+):", table, re.M) for language, table in tables}
    assert keys["en"] == keys["zh"]
    said = set(re.findall(r'data-(?:say|label)="(\w+)"', page()))
    scripts = ("play.js", "host_server.js", "host_worker.js", "worker.js")
    called = {key for name in scripts for key in re.findall(r'say\("(\w+)"', asset(name))}
    assert said | called <= {*keys["en"]}
    assert not re.search(
        r">[^<>]*[a-z]{3}[^<>]*</(?:h1|label|button|option|summary|p)>",
        re.sub(r"<noscript>.*?</noscript>", "", page()),
    )
    assert all(not example.chinese.isascii() for example in EXAMPLES)


def test_a_fragment_holds_every_text():
    formula = "权*x + 100 % #&=?\"'<é>"
    written = fragment(formula, {"权": -0.5, "step": float("inf")})
    assert not set(written) & set(' "<>#')
    first, *others = written.split("&")
    assert unquote(first) == f"formula={formula}"
    assert [unquote(each) for each in others] == ["权=-0.5", ".step=inf"]
