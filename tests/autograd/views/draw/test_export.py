import builtins
import json
import os
import re
import signal
import struct
import sys
from base64 import b64encode
from io import BytesIO
from types import SimpleNamespace

import pytest
from PIL import Image

from autograd import Value, draw
from autograd.views.draw import export
from autograd.views.draw.svg import page_size
from autograd.views.draw.theme import DARK, LIGHT


def size_of(drawing):
    return page_size(drawing.picture, drawing.placement)


def colours(image):
    return {colour for _, colour in image.convert("RGB").getcolors(1 << 24)}


def rgb(colour):
    return tuple(int(colour[k : k + 2], 16) for k in (1, 3, 5))


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_a_png_shows_cards_and_text_in_their_colours(graphs, theme):
    drawing = draw(graphs.small_network(), theme=theme)
    image = Image.open(BytesIO(export.png(drawing.svg(), 1.0)))
    assert image.size == size_of(drawing)
    shown = colours(image)
    theme_of = DARK if theme == "dark" else LIGHT
    expected = [theme_of.paper, theme_of.text, theme_of.roles["parameter"][0]]
    assert {rgb(colour) for colour in expected} <= shown


def test_text_comes_out_and_is_as_dark_as_its_colour_says():
    x = Value(1.0, "MMMMMMMM")
    blank = draw(Value(1.0, " "))
    counts = []
    for drawing in (draw(x), blank):
        image = Image.open(BytesIO(export.png(drawing.svg(), 2.0))).convert("RGB")
        corner = image.crop((0, 0, 280, 70)).getcolors(1 << 24)
        counts.append(sum(n for n, colour in corner if colour == rgb(LIGHT.text)))
    assert counts[0] > counts[1] + 200


@pytest.mark.parametrize(("scale", "dpi"), [(1.0, 96), (2.0, 192), (3.125, 300)])
def test_a_png_has_the_resolution_that_keeps_its_size(drawing, scale, dpi):
    image = Image.open(BytesIO(export.png(drawing.svg(), scale)))
    width, height = size_of(drawing)
    assert image.size == pytest.approx((width * scale, height * scale), abs=1)
    assert image.info["dpi"] == pytest.approx((dpi, dpi), rel=1e-3)
    image.load()  # the checksums are right


def test_a_pdf_has_one_page_of_the_drawings_size(drawing):
    data = export.pdf(drawing.svg(), size_of(drawing), 1.0)
    width, height = size_of(drawing)
    assert data.startswith(b"%PDF")
    sides = re.search(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", data).groups()
    assert [float(side) for side in sides] == pytest.approx([width * 0.75, height * 0.75], abs=0.01)
    assert b"DejaVuSansMono" in data  # text is text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_draws_although_its_parent_has_drawn(drawing, tmp_path):
    parents = export.pdf(drawing.svg(), size_of(drawing), 1.0)
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # it did not come to an end once
        try:
            (tmp_path / "child.pdf").write_bytes(export.pdf(drawing.svg(), size_of(drawing), 1.0))
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0  # no alarm
    assert (tmp_path / "child.pdf").read_bytes() == parents


def test_what_another_process_draws_is_the_same(drawing, monkeypatch):
    pages = [drawing.svg(), draw(Value(1.0, "x")).svg()]
    here = export._compile(pages, "png", ppi=96.0)
    monkeypatch.setattr(export._typst, "process", -1)
    assert export._compile(pages, "png", ppi=96.0) == here and len(here) == 2
    with pytest.raises(RuntimeError, match=r"in a process of its own: [\s\S]*TypstError"):
        export.png("no picture", 1.0)


def test_the_same_bytes_every_time(drawing):
    size = size_of(drawing)
    assert export.pdf(drawing.svg(), size, 1.0) == export.pdf(drawing.svg(), size, 1.0)
    assert export.png(drawing.svg(), 1.0) == export.png(drawing.svg(), 1.0)


def test_a_gif_shows_each_frame_for_its_time():
    x = Value(3.0, "x")
    y = x * x
    frames = [draw(y).svg()]
    y.backward()
    frames.append(draw(y).svg())
    image = Image.open(BytesIO(export.gif(frames, 1.0, [0.5, 1.5])))
    assert (image.format, image.n_frames, image.info["loop"]) == ("GIF", 2, 0)
    assert image.size == size_of(draw(y))
    shown = []
    for index in range(2):
        image.seek(index)
        assert image.info["duration"] == [500, 1500][index]
        shown.append(image.convert("RGB").tobytes())
    assert shown[0] != shown[1]


def test_the_scale_that_is_meant():
    size = (1000.0, 500.0)
    for suffix in (".png", ".mp4"):
        assert export.checked_scale(suffix, size, None) == 2.0
    for suffix in (".pdf", ".gif", ".tex", ".svg", ".dot"):
        assert export.checked_scale(suffix, size, None) == 1.0
    assert export.checked_scale(".png", size, 0.5) == 0.5
    assert export.checked_scale(".png", size, None, 300) == 3.125


@pytest.mark.parametrize(
    ("suffix", "scale", "dpi", "error", "message"),
    [
        (
            ".svg",
            2,
            None,
            ValueError,
            "scale is for .png, .pdf, .gif, .mp4, .tex; a .svg has no pixels",
        ),
        (".png", 2, 300, ValueError, "not both"),
        (".png", 0, None, ValueError, "scale must be positive and finite, not 0"),
        (".png", float("nan"), None, ValueError, "not nan"),
        (".png", None, -1, ValueError, "dpi must be positive"),
        (".png", "2", None, TypeError, "scale must be a number, not '2'"),
        (".png", True, None, TypeError, "scale must be a number, not True"),
    ],
)
def test_a_wrong_scale_is_refused(suffix, scale, dpi, error, message):
    with pytest.raises(error, match=message):
        export.checked_scale(suffix, (100.0, 100.0), scale, dpi)


@pytest.mark.parametrize(
    ("suffix", "size", "frames"),
    [
        (".png", (20_000.0, 50.0), 1),
        (".png", (15_000.0, 15_000.0), 1),
        (".gif", (2_000.0, 1_000.0), 400),
        (".pdf", (50.0, 20_000.0), 1),
        (".tex", (30_000.0, 20.0), 1),
    ],
)
def test_a_picture_too_large_names_the_scale_that_fits(suffix, size, frames):
    with pytest.raises(ValueError, match=r"pass scale=[\d.]+ or less .*save it as \.svg") as error:
        export.checked_scale(suffix, size, None, frames=frames)
    fits = float(str(error.value).split("scale=")[1].split()[0])
    assert export.checked_scale(suffix, size, fits, frames=frames) == fits
    with pytest.raises(ValueError, match="or less"):
        export.checked_scale(suffix, size, fits * 1.01, frames=frames)


@pytest.mark.parametrize(
    ("suffix", "size", "frames"),
    [
        (".png", (32_767.0, 100.0), 1),
        (".png", (100.0, 32_767.0), 1),
        (".png", (20_000.0, 10_000.0), 1),  # 200 million pixels
        (".gif", (1_000.0, 32_767.0), 18),
        (".gif", (1_000.0, 1_000.0), 600),  # 600 million
        (".mp4", (4_096.0, 4_096.0), 1000),
        (".pdf", (19_200.0, 10.0), 1),  # 14,400 points
        (".tex", (10.0, 21_333.0), 1),  # 16,000 points
    ],
)
def test_as_large_as_a_format_allows_and_no_larger(suffix, size, frames):
    assert export.checked_scale(suffix, size, 1.0, frames=frames) == 1.0
    longer = (size[0] + 1, size[1]) if size[0] >= size[1] else (size[0], size[1] + 1)
    with pytest.raises(ValueError, match=f"the {suffix} would have"):
        export.checked_scale(suffix, longer, 1.0, frames=frames)


def test_a_picture_too_large_is_told_with_all_its_figures():
    def said(suffix, size, **options):
        with pytest.raises(ValueError, match=r"no such limit$") as error:
            export.checked_scale(suffix, size, 1.0, **options)
        return str(error.value)

    assert said(".png", (40_000.0, 20_000.0)) == (
        "the .png would have 40,000 × 20,000 pixels, and at most 32,767 a side and 200,000,000 in "
        "all can be written: pass scale=0.5 or less (below 0.6 the text can hardly be read), draw "
        "less, with fold='layer', fold='time' or a part of the graph, or save it as .svg, which "
        "has no such limit"
    )
    film = said(".gif", (4_000.0, 1_000.0), frames=600)
    assert "4,000 × 1,000 pixels in each of 600 frames, and at most 32,767 a side" in film
    assert " and 600,000,000 in all can be written" in film
    assert "pass scale=0.5 or less" in film
    assert "wrap=None" not in film  # it is wrapped
    assert "at most 4,096 a side can be written" in said(".mp4", (5_000.0, 1_000.0))
    for height, may_wrap in ((10_000.0, False), (9_999.0, True)):
        told = said(".pdf", (30_000.0, height))
        assert ("let it wrap into rows (wrap=None), draw less" in told) is may_wrap
        assert "pass scale=0.64 or less" in told


def test_more_frames_than_are_drawn_at_once_come_in_their_order(monkeypatch):
    def drawn(svgs, file_format, *, ppi):
        asked.append((len(svgs), file_format, ppi))
        pages = []
        for svg in svgs:
            file = BytesIO()
            Image.new("RGBA", (int(svg), 1)).save(file, "PNG")
            pages.append(file.getvalue())
        return pages if len(pages) > 1 else pages[0]

    asked = []
    monkeypatch.setattr(export, "_compile", drawn)
    images = list(export._images([str(k) for k in range(1, 52)], 2.0))
    assert [image.size[0] for image in images] == list(range(1, 52))
    assert {image.mode for image in images} == {"RGB"}
    assert asked == [(50, "png", 192.0), (1, "png", 192.0)]


def test_without_the_extra_the_error_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ImportError, match=r"needs the package 'typst'.*stepgrad\[pictures\]"):
        export.pdf("<svg/>", (1.0, 1.0), 1.0)
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(ImportError, match=r"needs the package 'PIL'.*stepgrad\[pictures\]"):
        export.gif(["<svg/>"], 1.0, [1.0])


def test_without_the_extra_graphviz_draws_as_many_pixels(monkeypatch, drawing):
    monkeypatch.setitem(sys.modules, "typst", None)
    asked = []
    monkeypatch.setattr(export, "run_graphviz", lambda *given: asked.append(given) or b"drawn")
    size = size_of(drawing)
    assert export.export(".png", drawing.svg(), drawing.source, size, 2.0) == b"drawn"
    ((source, engine, file_format, _),) = asked
    assert source.startswith("digraph stepgrad { dpi=192;")
    assert (engine, file_format) == ("neato", "png")


def test_a_label_is_never_read_as_typst(graphs, tmp_path):
    nasty = Value(1.0, '"); #read("/etc/passwd") #panic()')
    drawing = draw(nasty * graphs.nasty(), direction="BT")
    plain = export.png(drawing.svg(), 0.5)
    assert struct.unpack(">I", plain[16:20])[0] == pytest.approx(size_of(drawing)[0] / 2, abs=1)


def test_importing_the_views_imports_neither_library(monkeypatch):
    real = builtins.__import__

    def watched(name, *rest, **more):
        assert name.split(".")[0] not in ("typst", "PIL")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", watched)
    assert draw(Value(1.0, "x")).svg()


class Typst:
    """Keeps what it is asked for, and gives so many pages."""

    def compile(self, source, **options):
        self.asked = source.decode(), options
        pages = [b"page"] * len(options["sys_inputs"])
        return pages if len(pages) > 1 else pages[0]


@pytest.fixture
def typst(monkeypatch):
    stand_in = Typst()
    monkeypatch.setattr(export, "library", lambda name: stand_in)
    monkeypatch.setattr(export, "_compile_elsewhere", lambda *given: pytest.fail("elsewhere"))
    monkeypatch.setattr(export._typst, "process", None)
    return stand_in


def test_typst_is_given_the_drawing_as_data(typst):
    page = "#set page(width: auto, height: auto, margin: 0pt)\n"
    one = '#image(bytes(sys.inputs.at("0")), format: "svg", width: {})\n'
    for _ in range(2):  # again in the same process
        assert export.pdf("<svg/>", (100.0, 50.0), 2.0) == b"page"
    assert typst.asked == (
        page + one.format("150.000pt"),
        {"format": "pdf", "ppi": None, "sys_inputs": {"0": "<svg/>"}, "timestamp": 0},
    )
    assert export._compile(["a", "b"], "png", ppi=96.0) == [b"page", b"page"]
    source, options = typst.asked
    assert source == page + one.format("auto") + "#pagebreak()\n" + one.format("auto").replace(
        "0", "1"
    )
    assert options["ppi"] == 96.0
    assert options["sys_inputs"] == {"0": "a", "1": "b"}


@pytest.mark.parametrize("count", [1, 2])
def test_pages_that_another_process_drew_come_back_as_they_are(monkeypatch, count):
    pages = [bytes([k, 255]) for k in range(count)]
    done = SimpleNamespace(returncode=0, stdout=json.dumps([b64encode(p).decode() for p in pages]))
    monkeypatch.setattr(export.subprocess, "run", lambda *given, **more: done)
    found = export._compile_elsewhere("source", {})
    assert found == (pages if count > 1 else pages[0])


def test_with_the_extra_graphviz_is_not_asked(monkeypatch):
    monkeypatch.setattr(export, "find_spec", lambda name: object())
    monkeypatch.setattr(export, "run_graphviz", lambda *given: pytest.fail("asked"))
    monkeypatch.setattr(export, "png", lambda *given: ("png", *given))
    monkeypatch.setattr(export, "pdf", lambda *given: ("pdf", *given))
    size = (10.0, 20.0)
    assert export.export(".png", "<svg/>", "", size, 2.0) == ("png", "<svg/>", 2.0)
    assert export.export(".pdf", "<svg/>", "", size, 2.0) == ("pdf", "<svg/>", size, 2.0)


def test_a_font_has_chinese_if_two_characters_look_different(monkeypatch):
    monkeypatch.setattr(export, "png", lambda svg, scale: svg.encode())
    export.check_chinese_font()
    monkeypatch.setattr(export, "png", lambda svg, scale: b"a box")
    with pytest.raises(RuntimeError, match="no font with Chinese characters on this machine"):
        export.check_chinese_font()


class Video:
    """A library that writes videos: it keeps what it is given."""

    def __init__(self):
        self.packets = []
        self.VideoFrame = SimpleNamespace(from_image=lambda image: Frame(image))

    def open(self, file, mode, *, format):
        self.file = file
        self.opened = mode, format
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.write(b"the video")

    def add_stream(self, *kind, **options):
        self.kind, self.options = kind, options
        self.stream = SimpleNamespace(encode=self.encode)
        return self.stream

    def encode(self, frame=None):
        return "the rest" if frame is None else (frame.pts, frame.image.getpixel((0, 0))[0])

    def mux(self, packet):
        self.packets.append(packet)


class Frame:
    def __init__(self, image):
        self.image = image

    def reformat(self, **options):
        self.options = options
        assert options == {"format": "yuv420p", "dst_colorspace": "ITU709"}
        return self


def test_a_video_holds_each_frame_as_often_as_its_time_asks(monkeypatch):
    video = Video()
    real = export.library
    monkeypatch.setattr(
        export, "library", lambda name, *extra: real(name) if extra == () else video
    )
    images = [Image.new("RGB", (5, 3), (shade, 0, 0)) for shade in (10, 20, 30)]
    monkeypatch.setattr(export, "_images", lambda frames, scale: iter(images))
    assert export.mp4(["a", "b", "c"], 1.0, [0.2, 0.3, 0.6]) == b"the video"
    assert (video.opened, video.kind) == (("w", "mp4"), ("libx264",))
    assert video.options == {"rate": 10, "options": {"crf": "16"}}
    shades = [10] * 2 + [20] * 3 + [30] * 6
    assert video.packets == [*enumerate(shades), "the rest"]
    stream = vars(video.stream)
    assert (stream["width"], stream["height"], stream["pix_fmt"]) == (6, 4, "yuv420p")
    colour = ("color_range", "colorspace", "color_primaries", "color_trc")  # BT.709
    assert [stream[name] for name in colour] == [1, 1, 1, 1]
    export.mp4(["a", "b", "c"], 1.0, [0.04, 0.04, 0.08])
    assert video.options["rate"] == 25
    assert [shade for _, shade in video.packets[12:-1]] == [10, 20, 30, 30]
