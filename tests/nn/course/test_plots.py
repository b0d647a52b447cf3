from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from base64 import b64decode

import pytest

from nn.course.plots import Plot, bars, images, lines, points

CURVE = [(x / 4, x * x / 16) for x in range(-8, 9)]


@pytest.fixture(
    params=[
        lambda: lines({"x²": CURVE, "x": [(0, 0), (1, 1)]}, title="two <curves>", x="x", y="y"),
        lambda: lines({"|x|": [(1, 1e-9), (2, 1e3)]}, log=True),
        lambda: points({"one": CURVE, "two": [(0.0, 1.0)]}),
        lambda: bars({"σ": [0.1, 0.2], "tanh": [0.3, 0.4]}, ["1", "2"], y="norm"),
        lambda: bars({"µs": [0.03, 700.0]}, ["one", "two"], log=True),
        lambda: images({"a <3>": [[0.0, 0.5], [1.0, 2.0]], "b": [[1.0]]}, columns=1),
    ]
)
def plot(request) -> Plot:
    return request.param()


def test_a_plot_is_an_image_that_runs_nothing(plot: Plot) -> None:
    assert "<script" not in plot.svg
    assert "http" not in plot.svg.replace("http://www.w3.org", "")
    shown = plot._repr_mimebundle_()["text/html"]
    assert b64decode(shown.split("base64,")[1].split('"')[0]).decode() == plot.svg
    ElementTree.fromstring(plot.svg)


def test_the_same_data_give_the_same_bytes() -> None:
    assert lines({"x²": CURVE}).svg == lines({"x²": CURVE}).svg


def test_a_title_is_text() -> None:
    assert (
        "two &lt;curves&gt;" in lines({"x": CURVE}, "two <curves>")._repr_mimebundle_()["text/html"]
    )
    assert repr(lines({"x": CURVE}, title="curves")) == "<Plot: curves>"


def test_a_legend_is_not_cut_off() -> None:
    name = "the gradient of the first layer, with batch normalisation"
    assert name in lines({name: CURVE}).svg


def test_an_image_has_a_square_for_each_number_above_0() -> None:
    svg = images({"one": [[0.0, 0.5, 1.5], [-1.0, 0.0, 1.0]]}).svg
    assert svg.count("<rect") == 1 + 3
    assert svg.count("rgb(128,128,128)") == 1
    assert svg.count("rgb(255,255,255)") == 2


def test_a_name_below_a_bar_is_not_cut_off() -> None:
    names = ["the first hidden layer", "the second hidden layer"]
    assert names[1] in bars({"norm": [1.0, 2.0]}, names).svg


def test_on_a_logarithmic_axis_each_bar_has_a_height() -> None:
    svg = bars({"µs": [0.03, 700.0]}, ["one", "two"], log=True).svg
    heights = re.findall(r'height="([\d.]+)" class="rect', svg)
    assert len(heights) == 2
    assert all(float(height) > 1 for height in heights)
    assert ">0.01<" in svg
