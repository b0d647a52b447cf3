from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ElementTree
from base64 import b64decode
from math import log10

import pytest

from nn.course.plots import COLOURS, GREY, Plot, _powers, bars, images, lines, points

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


def test_a_logarithmic_axis_is_the_vertical_one_alone() -> None:
    plot = lines({"10ˣ": [(x, 10.0**x) for x in (-2, 0, 1, 2)]}, log=True)
    (path,) = re.findall(r'<path d="M([^"]*)" class="line', plot.svg)
    points = [float(number) for number in re.findall(r"[-\d.]+", path)]
    slopes = [
        (points[i + 3] - points[i + 1]) / (points[i + 2] - points[i])
        for i in range(0, len(points) - 2, 2)
    ]
    assert len(slopes) == 3
    assert slopes == pytest.approx([slopes[0]] * 3, rel=0.01, abs=0.0)  # through x = 0 too
    assert all(f">{power}<" in plot.svg for power in ("10⁻²", "10⁰", "10²"))


def test_a_title_is_text() -> None:
    assert (
        "two &lt;curves&gt;" in lines({"x": CURVE}, "two <curves>")._repr_mimebundle_()["text/html"]
    )
    assert repr(lines({"x": CURVE}, title="curves")) == "<Plot: curves>"


def test_a_legend_is_not_cut_off() -> None:
    name = "the gradient of the first layer, with batch normalisation"
    assert name in lines({name: CURVE}).svg


def test_a_logarithmic_axis_has_few_powers_of_ten_and_the_other_axis_stays_as_it_is() -> None:
    plot = lines({"0.25ⁿ": [(n, 0.25**n) for n in range(31)]}, log=True)
    texts = [text.text for text in ElementTree.fromstring(plot.svg).iter() if text.text]
    assert [text for text in texts if text.startswith("10") and len(text) > 2] == [
        f"10{power}" for power in ("⁻¹⁹", "⁻¹⁶", "⁻¹³", "⁻¹⁰", "⁻⁷", "⁻⁴", "⁻¹", "²")
    ]
    assert {"0", "10", "20", "30"} <= set(texts)
    nothing_between = lines({"one": [(0, 1.0), (1, 1.0)]}, log=True)
    assert "10⁰" in nothing_between.svg


def test_the_first_curves_can_be_a_grey_background() -> None:
    curves = {"contour": CURVE, "path": [(0, 0), (1, 1)]}
    assert GREY not in lines(curves).svg
    svg = lines(curves, grey=1).svg
    assert [colour for colour in (GREY, *COLOURS[:2]) if colour in svg] == [GREY, COLOURS[0]]


def test_a_curve_is_written_to_a_tenth_of_a_pixel_and_a_label_in_full() -> None:
    svg = lines({"thirds": [(x / 3, x / 30_000) for x in range(9)]}).svg
    assert re.search(r' d="M[\d.]+ [\d.]+', svg)
    assert not re.search(r' d="[^"]*\.\d\d', svg)
    assert ">0.0001</text>" in svg


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


def test_a_plot_is_light_and_carries_no_rules_for_a_mouse() -> None:
    svg = lines({"x²": CURVE}).svg
    assert ":hover" not in svg
    assert len(svg) < 5_000
    assert ' width="640" height="360"' in svg  # and so no wider than that in a wide cell


def test_each_curve_has_a_colour_however_many_there_are() -> None:
    svg = lines({str(n): [(0, n), (1, n)] for n in range(10)}).svg
    assert [f".color-{n}{{fill:{COLOURS[n % 8]}" in svg for n in range(10)] == [True] * 10


def test_importing_goes_on_as_before() -> None:
    lines({"x²": CURVE})
    assert all(hasattr(finder, "find_spec") for finder in sys.meta_path)


@pytest.mark.parametrize(
    ("low", "high", "powers"),
    [
        (-2, 1, [-2, -1, 0, 1]),
        (0, 8, [*range(9)]),
        (0, 9, [0, 2, 4, 6, 8, 10]),
        (-20, 4, [-20, -17, -14, -11, -8, -5, -2, 1, 4]),
        (3, 3, [3]),
    ],
)
def test_powers_of_ten_are_nine_at_most_and_reach_the_highest(
    low: int, high: int, powers: list[int]
) -> None:
    labels = _powers(low, high)
    assert [label["value"] + low for label in labels] == powers
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    said = ["10" + str(power).translate(raised) for power in powers]
    assert [label["label"] for label in labels] == said


def test_images_stand_six_in_a_row_with_twelve_pixels_for_a_number() -> None:
    """Of two numbers across and down: 24 pixels, 16 beside them, and 20 more for what is said."""
    grid = [[0.0, 0.5], [1.0, 2.0]]
    plot = images({f"p{k}": grid for k in range(7)})
    assert re.findall(r'<svg xmlns="[^"]*" width="(\d+)" height="(\d+)"', plot.svg) == [
        ("240", "120")
    ]
    places = re.findall(r'translate\((\d+) (\d+)\)"><rect', plot.svg)
    assert places == [(str(40 * k), "0") for k in range(6)] + [("0", "60")]
    one = images({"a": grid}, columns=1).svg.partition("</style>")[2]
    assert one == (
        '<g transform="translate(0 0)"><rect width="24" height="24"/>'
        '<rect x="12" y="0" width="12" height="12" fill="rgb(128,128,128)"/>'
        '<rect x="0" y="12" width="12" height="12" fill="rgb(255,255,255)"/>'
        '<rect x="12" y="12" width="12" height="12" fill="rgb(255,255,255)"/>'
        '<text x="12.0" y="44" text-anchor="middle" font-size="13">a</text></g></svg>'
    )


def test_a_picture_is_640_by_360_pixels() -> None:
    for plot in (lines({"x": CURVE}), points({"x": CURVE}), bars({"x": [1.0]}, ["a"])):
        assert re.search(r'<svg[^>]* width="640"', plot.svg)
        assert re.search(r'<svg[^>]* height="360"', plot.svg)
        assert repr(plot) == "<Plot: a plot>"


def test_without_pygal_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.checks.find_spec", lambda name: None)
    for name in ("pygal", "pygal.style"):
        monkeypatch.setitem(sys.modules, name, None)
    for draw in (
        lambda: lines({"x": CURVE}), lambda: points({"x": CURVE}), lambda: bars({"x": [1.0]}, ["a"])
    ):  # fmt: skip
        with pytest.raises(ImportError, match=r"a plot of the course .* 'stepgrad\[notebook\]'"):
            draw()


def test_room_is_left_for_a_title_names_and_a_legend() -> None:
    """20 pixels all around; a title has 16 and 10 above it, a name 12, a legend 13."""
    bare = bars({"x": [1.0]}, ["a"]).svg
    full = bars({"x": [1.0]}, ["a"], "a title", "y").svg
    place = re.compile(r'translate\((\d+), (\d+)\)" class="plot"><rect [^>]*height="([\d.]+)"')
    ((_, top, height),) = place.findall(bare)
    ((_, below, lower),) = place.findall(full)
    assert (top, below) == ("20", str(20 + 10 + 16))
    assert float(height) - float(lower) == 10 + 16
    assert float(height) == 360 - 2 * 20 - (10 + 12) - (10 + 13)
    (line, *_) = re.findall(r'd="M0.0 ([\d.]+) h[^>]*/><text x="-5" y="([\d.]+)"', bare)
    assert float(line[1]) - float(line[0]) == pytest.approx(0.35 * 12, abs=0.05)


def test_a_logarithmic_bar_reaches_from_the_power_below_to_its_height() -> None:
    """0.03 and 700 between a hundredth and a thousand, five powers of ten."""
    svg = bars({"µs": [0.03, 700.0]}, ["one", "two"], log=True).svg
    (whole,) = re.findall(r'class="plot"><rect [^>]*height="([\d.]+)"', svg)
    heights = [float(height) for height in re.findall(r'height="([\d.]+)" class="rect', svg)]
    shares = [(log10(number) + 2.0) / 5.0 for number in (0.03, 700.0)]
    assert heights == pytest.approx([share * float(whole) for share in shares], abs=0.02)
    named = re.findall(r'<g class="logarithmic guides">.*?<text[^>]*>([^<]*)<', svg)
    assert named == ["0.01", "0.1", "1", "10", "100"]
