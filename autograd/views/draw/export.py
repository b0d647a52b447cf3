"""A drawing as PNG, PDF, GIF or MP4, by libraries: what a slide, a paper or a chat takes.

Typst draws (it brings a monospace font with it, so text comes out on any machine), Pillow puts
frames together. Both are in the extra ``pictures``; without it PNG and PDF come from Graphviz,
where that is installed. PyAV, which brings FFmpeg with it, writes videos (extra ``video``).
"""

from __future__ import annotations

import json
import math
import os
import struct
import subprocess
import sys
import zlib
from base64 import b64decode
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from itertools import accumulate
from types import ModuleType
from typing import Any

from autograd.views.draw.graphviz import run_graphviz

INSTALL = "install the extra with: pip install 'stepgrad[{}]'"
PIXELS_PER_INCH = 96.0  # of CSS and so of a drawing
POINTS_PER_PIXEL = 72 / PIXELS_PER_INCH
MOST_PIXELS = {".png": 200_000_000, ".gif": 600_000_000}  # in all frames: under 1 GB of memory

# The longest side that a format, or the programs that read it, allow: a PDF 14,400 points, TeX
# 16,383.
LONGEST_SIDE = {
    ".png": 32_767,
    ".gif": 32_767,
    ".mp4": 4096,  # most programs that play videos take no more
    ".pdf": int(14_400 / POINTS_PER_PIXEL),
    ".tex": int(16_000 / POINTS_PER_PIXEL),
}

DEFAULT_SCALE = {".png": 2.0, ".pdf": 1.0, ".gif": 1.0, ".mp4": 2.0, ".tex": 1.0}
STILL_WORKS = (
    "Saving as .svg, .tex, .dot or .gv works without it, and .png and .pdf do with the extra: "
    "pip install 'stepgrad[pictures]'."
)

_PAGE = "#set page(width: auto, height: auto, margin: 0pt)\n"
_IMAGE = '#image(bytes(sys.inputs.at("{}")), format: "svg", width: {})\n'

_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
    '<text y="16" font-size="16">{}</text></svg>'
)
RATE = 10  # pictures of a video for each second, unless a step is shorter
AT_ONCE = 50

Size = tuple[float, float]


def library(name: str, extra: str = "pictures") -> ModuleType:
    """A library of an extra.

    Raises
    ------
    ImportError
        If it is not installed; the message names the extra.
    """
    try:
        return import_module(name)
    except ImportError:
        raise ImportError(
            f"this format needs the package {name.split('.')[0]!r}: {INSTALL.format(extra)}"
        ) from None


def checked_scale(
    suffix: str, size: Size, scale: float | None, dpi: float | None = None, frames: int = 1
) -> float:
    """By how much a drawing is enlarged in a file.

    Parameters
    ----------
    suffix : str
        The format.
    size : (float, float)
        Width and height of the drawing in pixels.
    scale : float or None
        Pixels of the file for one of the drawing. None: 2 for PNG, 1 for others.
    dpi : float or None
        The same as dots per inch, 96 of which are a scale of 1.
    frames : int
        How many pictures of this size there are.

    Raises
    ------
    TypeError, ValueError
        If one is not a positive number, both are given, or the format has no pixels.
    ValueError
        If the file would be larger than its format or this machine can take; the message says
        which scale fits.
    """
    if scale is not None and dpi is not None:
        raise ValueError(f"give scale={scale!r} or dpi={dpi!r}, not both: dpi is 96 · scale")
    name, given = ("scale", scale) if dpi is None else ("dpi", dpi)
    if given is None:
        factor = DEFAULT_SCALE.get(suffix, 1.0)
    else:
        if suffix not in DEFAULT_SCALE:
            formats = ", ".join(DEFAULT_SCALE)
            raise ValueError(f"{name} is for {formats}; a {suffix} has no pixels to scale")
        if not isinstance(given, int | float) or isinstance(given, bool):
            raise TypeError(f"{name} must be a number, not {given!r}")
        if not 0 < given < float("inf"):
            raise ValueError(f"{name} must be positive and finite, not {given!r}")
        factor = float(given) if dpi is None else given / PIXELS_PER_INCH
    if suffix in LONGEST_SIDE:
        _check_size(size, factor, suffix, frames)
    return factor


def _check_size(size: Size, scale: float, suffix: str, frames: int) -> None:
    width, height = (round(side * scale) for side in size)
    longest = LONGEST_SIDE[suffix]
    most = MOST_PIXELS.get(suffix, float("inf"))
    if max(width, height) <= longest and width * height * frames <= most:
        return
    fits = min(longest / max(size), (most / (size[0] * size[1] * frames)) ** 0.5)
    each = f" in each of {frames} frames" if frames > 1 else ""
    limit = f"{longest:,} a side" + (f" and {most:,} in all" if suffix in MOST_PIXELS else "")
    film = suffix in (".gif", ".mp4")  # is wrapped already
    rows = "let it wrap into rows (wrap=None), " if not film and _is_long(size) else ""
    raise ValueError(
        f"the {suffix} would have {width:,} × {height:,} pixels{each}, and at most {limit} can be "
        f"written: pass scale={int(fits * 1000) / 1000} or less (below 0.6 the text can hardly be "
        f"read), {rows}draw less, with fold='layer', fold='time' or a part of the graph, or save "
        "it as .svg, which has no such limit"
    )


def _is_long(size: Size) -> bool:
    return max(size) > 3 * min(size)


def export(suffix: str, svg: str, source: str, size: Size, scale: float) -> bytes:
    """Write one drawing as PNG or PDF.

    Parameters
    ----------
    suffix : {".png", ".pdf"}
    svg, source : str
        The drawing as SVG, and as DOT for Graphviz.
    size : (float, float)
        Its width and height in pixels.
    scale : float
        What `checked_scale` returns.

    Raises
    ------
    RuntimeError
        If neither the extra ``pictures`` nor Graphviz is installed.
    """
    if find_spec("typst") is None:
        dots = f"{{ dpi={PIXELS_PER_INCH * scale:g};"
        return run_graphviz(source.replace("{", dots, 1), "neato", suffix[1:], STILL_WORKS)
    return png(svg, scale) if suffix == ".png" else pdf(svg, size, scale)


def png(svg: str, scale: float) -> bytes:
    """Draw an SVG as PNG, `scale` pixels for each of its own, and with its resolution noted."""
    return _with_resolution(_compile([svg], "png", ppi=PIXELS_PER_INCH * scale), scale)


def pdf(svg: str, size: Size, scale: float) -> bytes:
    """Draw an SVG of a size as a PDF of one page, which it fills; its text stays text."""
    drawn: bytes = _compile([svg], "pdf", width=size[0] * scale * POINTS_PER_PIXEL)
    return drawn


def gif(frames: Sequence[str], scale: float, seconds: Sequence[float]) -> bytes:
    """Draw SVGs as an endless GIF, each shown for its time."""
    Image = library("PIL.Image")
    images = list(_images(frames, scale))
    # One palette for all, so that what stays keeps its shade: of a frame in the middle, which has
    # the colours of the marks. The colours that cover most are in it as they are.
    palette = images[len(images) // 2].quantize(255, method=Image.Quantize.MAXCOVERAGE)
    first, *others = [image.quantize(palette=palette, dither=0) for image in images]
    file = BytesIO()
    first.save(
        file,
        "GIF",
        save_all=True,
        append_images=others,
        duration=[round(1000 * time) for time in seconds],
        loop=0,
    )
    return file.getvalue()


def mp4(frames: Sequence[str], scale: float, seconds: Sequence[float]) -> bytes:
    """Draw SVGs as a video (H.264), each shown for its time.

    The picture rate is constant, as slides and editing programs want it. Odd sides, which the
    format does not have, grow by one pixel of paper. Colours are those of BT.709, and said to be.
    """
    av = library("av", "video")
    Image = library("PIL.Image")
    rate = max(RATE, math.ceil(1 / min(seconds)))
    ends = [round(rate * end) for end in accumulate(seconds)]
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "16"})
        stream.pix_fmt = "yuv420p"
        stream.color_range, stream.colorspace = 1, 1  # limited range, BT.709
        stream.color_primaries, stream.color_trc = 1, 1
        shown = 0
        for image, end in zip(_images(frames, scale), ends, strict=True):
            even = Image.new("RGB", tuple(side + side % 2 for side in image.size), "white")
            even.paste(image)
            if shown == 0:
                stream.width, stream.height = even.size
            drawn = av.VideoFrame.from_image(even).reformat(
                format="yuv420p", dst_colorspace="ITU709"
            )
            for number in range(shown, end):
                drawn.pts = number
                container.mux(stream.encode(drawn))
            shown = end
        container.mux(stream.encode())
    return file.getvalue()


def _images(frames: Sequence[str], scale: float) -> Iterator[Any]:
    # Some frames at once, so that a long video needs no more memory than a short one.
    Image = library("PIL.Image")
    for start in range(0, len(frames), AT_ONCE):
        drawn = _compile(frames[start : start + AT_ONCE], "png", ppi=PIXELS_PER_INCH * scale)
        for page in drawn if isinstance(drawn, list) else [drawn]:
            yield Image.open(BytesIO(page)).convert("RGB")


def check_chinese_font() -> None:
    """Raise a RuntimeError unless Typst finds a font with Chinese characters on this machine."""
    drawn = [png(_PROBE.format(sign), 1.0) for sign in "梯度"]
    if drawn[0] == drawn[1]:  # nothing, or the box that stands for a missing character
        raise RuntimeError(
            "there is no font with Chinese characters on this machine: install one, such as Noto "
            "Sans CJK (Debian: fonts-noto-cjk), or save as .svg or .html, which are shown with the "
            "fonts of the reader's machine"
        )


def _compile(svgs: Sequence[str], file_format: str, *, ppi: float = 0.0, width: float = 0.0) -> Any:
    # The SVG reaches Typst as data and is never read as its language.
    typst = library("typst")
    length = f"{width:.3f}pt" if width else "auto"
    images = [_IMAGE.format(index, length) for index in range(len(svgs))]
    source = _PAGE + "#pagebreak()\n".join(images)
    options = {
        "format": file_format,
        "ppi": ppi or None,
        "sys_inputs": {str(index): svg for index, svg in enumerate(svgs)},
        "timestamp": 0,  # the same bytes every time
    }
    if _typst.process not in (None, os.getpid()):
        return _compile_elsewhere(source, options)
    _typst.process = os.getpid()
    return typst.compile(source.encode(), **options)


class _Typst:
    """The process in which Typst has started threads: its forked children have not got them."""

    process: int | None = None


_typst = _Typst()


def _compile_elsewhere(source: str, options: dict[str, Any]) -> Any:
    # In a forked child Typst would wait for ever for threads that are the parent's.
    done = subprocess.run(
        [sys.executable, "-P", "-c", _ELSEWHERE],
        input=json.dumps([source, options]).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"Typst could not draw in a process of its own: {reason}")
    pages = [b64decode(page) for page in json.loads(done.stdout)]
    return pages if len(pages) > 1 else pages[0]


_ELSEWHERE = """
import base64, json, sys, typst
source, options = json.load(sys.stdin)
drawn = typst.compile(source.encode(), **options)
pages = drawn if isinstance(drawn, list) else [drawn]
json.dump([base64.b64encode(page).decode() for page in pages], sys.stdout)
"""


def _with_resolution(data: bytes, scale: float) -> bytes:
    # PNG's chunk pHYs (ISO/IEC 15948, 11.3.5.3), behind the 33 bytes of signature and header: with
    # it a document shows the picture in the drawing's own size, however many pixels it has.
    per_metre = round(PIXELS_PER_INCH * scale / 0.0254)
    content = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    return data[:33] + chunk + data[33:]
