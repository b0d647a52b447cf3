"""The colours and the font of a drawing, and its style sheet.

The hues are those of Okabe and Ito's palette, which people with any kind of colour blindness can
tell apart. No role is shown by its hue alone: each has an outline of its own as well (`svg`).
Text has a contrast of at least 4.5 on what is behind it, lines one of at least 3 (WCAG 2.2, 1.4.3
and 1.4.11).

Read next: `svg`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

THEMES = ("auto", "light", "dark")
# The first name counts alone in some programs (PowerPoint, CairoSVG), so it is one that Windows has
# and that Linux takes for its usual monospace font. No font here is wider than `picture.COLUMN`.
FONT = "Consolas, Menlo, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
FONT_SIZE = 11  # pixels


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours: behind everything, of text, of keys such as "data", of lines, of each role."""

    paper: str
    text: str
    muted: str
    line: str
    roles: Mapping[str, tuple[str, str]]  # fill and outline


# For each role fill and outline in light, fill and outline in dark.
_ROLES = {
    "input": ("#d9edfc", "#0969a8", "#12324d", "#56b4e9"),
    "parameter": ("#ffe8c7", "#9a5b00", "#46310c", "#e69f00"),
    "constant": ("#efefef", "#6e7781", "#2a2e34", "#9aa4af"),
    "operation": ("#f6f8fa", "#6e7781", "#1b2027", "#8b949e"),
    "output": ("#fbe2ef", "#8f1d5f", "#4a1d38", "#e58cba"),
    "module": ("#ddf3ea", "#00765a", "#0f3a2e", "#2fbf93"),
}
LIGHT = Theme(
    paper="#ffffff",
    text="#1f2328",
    muted="#57606a",
    line="#6e7781",
    roles={role: (fill, outline) for role, (fill, outline, _, _) in _ROLES.items()},
)
DARK = Theme(
    paper="#0d1117",
    text="#e6edf3",
    muted="#adb5be",
    line="#8b949e",
    roles={role: (fill, outline) for role, (_, _, fill, outline) in _ROLES.items()},
)


def style_sheet(theme: str) -> str:
    """CSS for one drawing, limited to it by its class, since a page may hold several.

    It holds what attributes cannot say: that spaces count, and the dark colours, which take the
    place of the attributes' light ones where the reader's system is dark. The rest are attributes,
    because many programs that read SVG know no CSS.
    """
    scope = f".stepgrad-{theme}"
    rules = [f"{scope} text{{white-space:pre}}"]
    if theme == "auto":
        rules += ["@media (prefers-color-scheme:dark){", *_colours(scope, DARK), "}"]
    return "\n".join(rules)


def _colours(scope: str, theme: Theme) -> list[str]:
    return [
        f"{scope} .paper{{fill:{theme.paper}}}",
        f"{scope} text{{fill:{theme.text}}}",
        f"{scope} .key{{fill:{theme.muted}}}",
        f"{scope} .line{{stroke:{theme.line}}}",
        f"{scope} .head{{fill:{theme.line}}}",
        *[
            f"{scope} .{role} .box{{fill:{fill};stroke:{outline}}}"
            f"{scope} .{role} .mark{{fill:{outline}}}"
            for role, (fill, outline) in theme.roles.items()
        ],
    ]
