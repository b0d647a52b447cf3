import builtins
import os
import re
import signal
import struct
import sys
from io import BytesIO

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
    assert export.checked_scale(".png", size, None) == 2.0
    assert export.checked_scale(".pdf", size, None) == 1.0
    assert export.checked_scale(".svg", size, None) == 1.0
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
