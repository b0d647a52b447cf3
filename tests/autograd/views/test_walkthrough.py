from __future__ import annotations

import dataclasses
import sys
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from autograd import Value, dot, logsumexp, tanh, walkthrough
from autograd.graph import leaves, topological_order
from autograd.value import Parameter
from autograd.views.draw.export import LONGEST_SIDE
from autograd.views.player.film import Film
from autograd.views.player.live import LeafValues
from autograd.views.player.page import embedded, page
from autograd.views.walkthrough import Step, Walkthrough

module = import_module("autograd.views.walkthrough")  # whose name is the function's too


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


def test_a_walkthrough_is_itself_alone():
    x = Value(3.0, "x")
    y = x * x
    first, second = walkthrough(y), walkthrough(y)
    assert first != second
    assert len({first, second}) == 2
    assert first.steps == second.steps


def test_a_graph_that_is_too_large_to_step_through_is_shown_as_its_table():
    y = Value(1.0, "x<i>")
    for _ in range(2501):
        y = y + 1
    html = walkthrough(y)._repr_html_()
    assert html.startswith("<p>")
    assert "5,002" in html[:400] or "5002" in html[:400]
    assert html.endswith(walkthrough(y).table().html())
    assert "<i>" not in html


def test_numbers_of_the_table_are_set_to_the_right():
    x = Value(3.0, "x")
    assert walkthrough(x * x).table().markdown().split("\n")[1] == (
        "|---:|---|---|---:|---:|---:|---:|"
    )


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
    assert lines[-1] == "(steps left out in the middle: 1600)"
    assert [lines[200].split()[0], lines[201].split()[0]] == ["200", "1801"]


@pytest.mark.parametrize(
    ("root", "numbers", "said"),
    [
        (lambda x: x * x * x, [1, 2, 3, 4], []),
        (lambda x: tanh(x * x * x), [1, 2, 4, 5], ["(steps left out in the middle: 1)"]),
        (lambda x: x * x * x * x, [1, 2, 5, 6], ["(steps left out in the middle: 2)"]),
    ],
)
def test_a_table_that_is_just_not_too_long_is_whole(monkeypatch, root, numbers, said):
    monkeypatch.setattr(module, "MOST_ROWS", 4)
    lines = str(walkthrough(root(Value(2.0, "x")))).split("\n")[1:]
    assert [int(line.split()[0]) for line in lines[:4]] == numbers
    assert lines[4:] == said


def test_names_in_a_module_follow_its_parameters(graphs):
    table = str(walkthrough(graphs.loss(graphs.network(2, 2, 1))))
    assert "layers.1.neurons.0.tanh" in table
    assert "layers.0.neurons.1.dot" in table


def test_the_table_has_the_digits_that_are_asked_for():
    x = Value(-1 / 3, "x")
    y = x * x
    assert "−0.33333333333333331" in str(walkthrough(y, precision=17))
    assert str(walkthrough(y, precision=2)).split("\n")[-1].split()[-2:] == ["−0.33", "−0.67"]


def test_a_precision_that_a_float_does_not_have_is_refused():
    with pytest.raises(ValueError, match="precision must be from 1 to 17, not 0"):
        walkthrough(Value(1.0), precision=0)
    with pytest.raises(TypeError, match=r"precision must be an integer, not 2\.5"):
        walkthrough(Value(1.0), precision=2.5)


def test_equal_arguments_are_told_apart():
    x = Value(3.0, "x")
    lines = str(walkthrough(x * x)).split("\n")[1:]
    assert [line.split()[4:6] for line in lines] == [["1:", "x"], ["2:", "x"]]


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.html", b"<!DOCTYPE"), ("a.HTM", b"<!DOCTYPE"), ("a", b"<!DOCTYPE"), ("a.svg", b"<svg")],
)
def test_the_suffix_says_how_the_steps_are_saved(graphs, tmp_path, name, start):
    file = walkthrough(graphs.small_network()).save(tmp_path / name)
    assert file.read_bytes().startswith(start)


def test_a_gif_has_a_frame_for_each_step_and_its_time(graphs, tmp_path):
    steps = walkthrough(graphs.small_network())
    with Image.open(steps.save(tmp_path / "a.gif", seconds=0.3, scale=0.5)) as image:
        assert image.n_frames == len(steps) + 3
        assert image.info["duration"] == 300
        image.seek(image.n_frames - 1)
        assert image.info["duration"] == 900


@pytest.mark.parametrize("seconds", [0.5, 0.03])
def test_a_video_shows_each_step_for_its_time(tmp_path, seconds):
    av = pytest.importorskip("av")
    steps = walkthrough(tanh(Value(2.0, "x") * Value(0.5, "w")))
    file = steps.save(tmp_path / "a.mp4", seconds=seconds, scale=1.01)
    whole = seconds * (len(steps) + 5)
    with av.open(file) as video:
        stream = video.streams.video[0]
        frames = list(video.decode(stream))
        rate = float(stream.average_rate)
        assert len(frames) == round(whole * rate)
        assert rate == (10 if seconds == 0.5 else 34)
        assert stream.width % 2 == stream.height % 2 == 0
        assert abs(stream.width - 1.01 * Film(steps.root).size()[0]) <= 2
        assert stream.codec_context.name == "h264"
        first, last = (frame.to_image() for frame in (frames[0], frames[-1]))
    assert min(first.getpixel((1, 1))) > 250
    assert ImageChops.difference(first, last).getbbox()


@pytest.mark.parametrize(
    ("suffix", "given", "factor"),
    [
        (".gif", None, 1.0),
        (".gif", 0.5, 0.5),
        (".mp4", None, 2.0),
        (".mp4", 1.5, 1.5),
        (".png", None, 2.0),
        (".png", 3, 3.0),
        (".pdf", None, 1.0),
        (".tex", None, 1.0),
        (".tex", 0.5, 0.5),
    ],
)
def test_what_is_not_scaled_has_the_scale_of_its_format(
    tmp_path, monkeypatch, suffix, given, factor
):
    steps = walkthrough(Value(2.0, "x") * 3.0)
    film = Film(steps.root)
    written = {
        "gif": lambda frames, scale, seconds: repr((frames, scale, seconds)).encode(),
        "mp4": lambda frames, scale, seconds: repr((frames, scale, seconds)).encode(),
        "png": lambda svg, scale: repr((svg, scale)).encode(),
        "pdf": lambda svg, size, scale: repr((svg, size, scale)).encode(),
    }
    for name, write in written.items():
        monkeypatch.setattr(module, name, write)
    frames = [film.frame(index) for index in range(film.length)]
    expected = {
        ".gif": repr((frames, factor, [1.2, 1.2, 1.2, 1.2, 3 * 1.2])),
        ".mp4": repr((frames, factor, [1.2, 1.2, 1.2, 1.2, 3 * 1.2])),
        ".png": repr((frames[2], factor)),
        ".pdf": repr((frames[2], film.size(), factor)),
        ".tex": film.tikz(2, factor),
    }
    step = None if suffix in (".gif", ".mp4") else 1
    file = steps.save(tmp_path / f"a{suffix}", scale=given, step=step)
    assert file.read_text("utf-8") == expected[suffix]


def test_a_video_that_would_be_too_large_is_smaller_unless_a_scale_is_asked_for(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "mp4", lambda frames, scale, seconds: repr(scale).encode())
    steps = walkthrough(Value(2.0, "x") * 3.0)
    side = max(Film(steps.root).size())
    monkeypatch.setitem(LONGEST_SIDE, ".mp4", 1.25 * side)
    assert steps.save(tmp_path / "a.mp4").read_text() == "1.25"
    assert steps.save(tmp_path / "a.mp4", scale=1.0).read_text() == "1.0"
    with pytest.raises(ValueError, match=r"pass scale=1\.25 or less"):
        steps.save(tmp_path / "a.mp4", scale=1.5)


def test_a_video_without_its_library_names_the_extra(graphs, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ImportError, match=r"'av': install .*stepgrad\[video\]"):
        walkthrough(graphs.small_network()).save(tmp_path / "a.mp4")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("suffix", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_one_step_as_a_picture(graphs, tmp_path, suffix, magic):
    file = walkthrough(graphs.small_network()).save(tmp_path / f"a.{suffix}", step=2)
    assert file.read_bytes().startswith(magic)


def test_one_step_shows_the_gradients_after_it(tmp_path):
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    steps = walkthrough(y)
    said = [steps.save(tmp_path / "a.svg", step=k).read_text("utf-8") for k in range(3)]
    assert ["gradient of x: 0 → 3 (1 of 2)" in each for each in said] == [False, True, False]
    assert ["gradient of x: 3 → 6 (2 of 2)" in each for each in said] == [False, False, True]
    assert "whose gradient is 1" in said[0]


def test_the_table_is_in_the_language_that_is_asked_for():
    x = Value(3.0, "x")
    lines = str(walkthrough(x * x, lang="zh")).split("\n")
    assert lines[0].split() == [
        "步骤",
        "节点",
        "自变量",
        "上游梯度",
        "×",
        "局部梯度",
        "=",
        "贡献",
        "累加",
    ]
    assert '<th scope="col">步骤</th>' in walkthrough(x * x, lang="zh").table().html()


def test_what_is_saved_and_shown_is_drawn_as_was_asked_for(tmp_path, monkeypatch):
    root = tanh(Parameter(1.0, "cell.w") * Value(1 / 3, "x")) * 2
    asked = ("layer", 3, "zh")
    steps = walkthrough(root, fold="layer", precision=3, lang="zh")
    film = Film(root, *asked)
    assert steps.save(tmp_path / "a.html").read_text("utf-8") == page(root, *asked)
    assert steps.save(tmp_path / "a.svg", seconds=0.5).read_text("utf-8") == film.svg(0.5)
    assert steps.save(tmp_path / "b.svg", step=2).read_text("utf-8") == film.frame(3)
    monkeypatch.setattr(LeafValues, "channel", lambda self: "c7")
    assert steps._repr_html_() == embedded(root, *asked, "c7")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        *(("a.gif", True), ("a.mp4", True), ("step.png", True), ("step.pdf", True)),
        *(("a.svg", False), ("a.html", False), ("step.svg", False), ("step.tex", False)),
    ],
)
def test_a_font_is_looked_for_where_there_is_chinese_in_pixels(
    tmp_path, monkeypatch, name, pixels, lang
):
    looked = []
    monkeypatch.setattr(module, "check_chinese_font", lambda: looked.append(name))
    for draws in ("gif", "mp4", "png", "pdf"):
        monkeypatch.setattr(module, draws, lambda *_: b"drawn")
    step = 1 if name.startswith("step") else None
    walkthrough(Value(1.0, "x") * 2, lang=lang).save(tmp_path / name, step=step)
    assert looked == [name] * (pixels and lang == "zh")


def test_pixels_in_chinese_need_a_font(tmp_path, monkeypatch):
    monkeypatch.setattr("autograd.views.draw.export.png", lambda svg, scale: b"the same")
    with pytest.raises(RuntimeError, match=r"no font with Chinese.*\.svg or \.html"):
        walkthrough(Value(1.0, "x") * 2, lang="zh").save(tmp_path / "a.gif")


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        (
            "a.avi",
            {},
            ValueError,
            r"cannot tell a format from 'a\.avi': end the name in \.html, \.svg, \.gif or \.mp4$",
        ),
        (
            "a.gif",
            {"step": 1},
            ValueError,
            r"one step from 'a\.gif': end .* \.svg, \.tex, \.png or",
        ),
        ("a.svg", {"step": 99}, ValueError, r"step must be from 0 to \d+, the last one, not 99"),
        ("a.svg", {"step": -1}, ValueError, "step must be from 0 to"),
        ("a.svg", {"step": 1.0}, TypeError, r"step must be a whole number, not 1\.0"),
        ("a.mp4", {"scale": 100}, ValueError, r"pass scale=[\d.]+ or less"),
        ("a.svg", {"seconds": 0}, ValueError, r"seconds must be from 0\.02 to 60, not 0"),
        ("a.svg", {"seconds": "1"}, TypeError, "seconds must be a number, not '1'"),
        ("a.svg", {"scale": 2}, ValueError, r"scale is for .*\.gif"),
        ("a.gif", {"scale": 100}, ValueError, r"pass scale=[\d.]+ or less"),
    ],
)
def test_what_cannot_be_saved_is_refused_before_anything_is_written(
    graphs, tmp_path, name, options, error, message
):
    with pytest.raises(error, match=message):
        walkthrough(graphs.small_network()).save(tmp_path / name, **options)
    assert not list(tmp_path.iterdir())
