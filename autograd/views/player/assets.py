"""What the page holds besides the graph's own data, made small: scripts, style sheet, drawing.

The files are written for readers, with comments and room; the page, which notebooks store at every
run, holds them without. Nothing depends on where a line ends, since some hosts turn lines' ends
into spaces.

Read next: ``compute.js``.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from autograd.operation import Operation
from autograd.views.draw.theme import DARK, LIGHT, Theme
from autograd.views.player.javascript import composed_kernels, javascript_rule

# In reading order; each file uses names of those before it.
SCRIPTS = (
    *("compute.js", "texts.js", "lesson_texts.js", "chinese.js"),
    *("equations.js", "picture.js", "zoom.js", "panel.js", "editor.js", "controls.js", "ways.js"),
    *("lesson.js", "descent.js", "quiz.js", "host.js"),
)
STYLES = ("player.css", "lesson.css")

# A text in quotes, which stays as it is (templates must not stand inside each other), or the room
# around a sign at which no word and no other sign can begin or end.
_QUOTED_OR_ROOM = re.compile(
    r'("(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)|\s*([=<>?:,;{}()\[\]|&*])\s*|\s+'
)
_KERNEL = re.compile(r"\bkernels\.(\w+)")


@cache
def asset(name: str) -> str:
    """A file of this directory."""
    return files("autograd.views.player").joinpath(name).read_text(encoding="utf-8")


def script(operations: Sequence[tuple[Operation, int]], batch: bool = False, host: str = "") -> str:
    """The player, with the rules of the operations that occur and the kernels that these need.

    What draws the boundary of a classifier is there for a `batch` alone. A script of the `host`
    comes last.
    """
    rules = f"const rules = [{', '.join(javascript_rule(*key) for key in operations)}];"
    parts = [asset("kernels.js"), _needed(rules), rules, *map(asset, SCRIPTS)]
    if batch:
        parts.insert(-1, asset("boundary.js"))
    # One block, so that nothing in it is a name of the window.
    return compact_script("\n".join(['"use strict";', "{", *parts, "{", host, "}", "}"]))


def packed(text: str) -> str:
    """JavaScript that unpacks and runs a longer one (``unpack.js``)."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    content = compressor.compress(text.encode()) + compressor.flush()
    return compact_script(asset("unpack.js")).replace("$packed", b64encode(content).decode())


def _needed(rules: str) -> str:
    # The composed kernels that the rules call, and those that these call.
    called = sorted(set(_KERNEL.findall(rules)))
    found: dict[str, str] = {}
    for name in called:  # which grows
        if name not in found:
            found[name] = composed_kernels([name])
            called += sorted(set(_KERNEL.findall(found[name])))
    return "\n".join(filter(None, found.values()))


def compact_script(text: str) -> str:
    """JavaScript without comments and without room.

    Comments are whole lines or stand after a space, and templates do not stand inside each other;
    tests hold the files to that.

    Examples
    --------
    >>> compact_script('const a = (x) => x + " = "; // why')
    'const a=(x)=>x + " = ";'
    """
    text = re.sub(r"(?m)(?:^|(?<=\s))//(?:\s.*)?$", "", text)
    return _QUOTED_OR_ROOM.sub(lambda m: m[1] or m[2] or " ", text).strip()


def style() -> str:
    """The style sheet, with the colours of both themes."""
    text = re.sub(r"/\*.*?\*/", "", "".join(map(asset, STYLES)), flags=re.S)
    dark = f"@media (prefers-color-scheme: dark){{{_variables(DARK)}}}"
    return (
        _variables(LIGHT)
        + dark
        + re.sub(r"\s*([{};,]|:\s)\s*", lambda m: m[1].strip(), text).strip()
    )


def _variables(theme: Theme) -> str:
    roles = "".join(
        f"--{role}:{fill};--{role}-line:{line};" for role, (fill, line) in theme.roles.items()
    )
    return (
        f":root{{--paper:{theme.paper};--text:{theme.text};--muted:{theme.muted};"
        f"--line:{theme.line};{roles}}}"
    )


def bare(svg: str) -> str:
    """A drawing without what the page says itself: looks by its style sheet, the rest by scripts.

    In text no quote stands for itself, so that what looks like an attribute is one.
    """
    svg = re.sub(r' data-(?:link|source|target|argument)="-?\d+"', "", svg)
    svg = re.sub(r"<style>.*?</style>\n?", "", svg, count=1, flags=re.S)
    svg = re.sub(r"(<title>[^\n<]*)\n[^<]*(?=</title>)", r"\1", svg)
    looks = r' (?:fill|stroke)="(?:#\w+|none)"| font-weight="bold"| text-anchor="end"'
    return re.sub(looks, "", svg)
