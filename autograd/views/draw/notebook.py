"""A picture as HTML for a notebook, whether the host trusts the notebook or not.

What a host leaves of HTML differs. JupyterLab takes scripts, frames and SVG out of a notebook that
it does not trust, and leaves images. nbconvert with ``sanitize_html`` leaves text alone, and turns
the rest, images too, into a wall of its source.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from autograd.views.draw.words import WORDS
from autograd.views.steps import PRECISION
from autograd.views.write.table import Table

MOST_ROWS = 100

# nbconvert's sanitising takes styles and ``hidden`` away and leaves classes. So what it would show
# as source is in a box that classes of its templates hide and a style shows; behind the box are the
# numbers, as text that is hidden everywhere else.
_BOX = '<div class="jp-LastModified-hidden hide" style="display:block !important;{}">{}</div>'

# Where scripts run, the image becomes the SVG itself, whose cards have tooltips.
_INLINE = (
    "this.outerHTML=new TextDecoder().decode("
    "Uint8Array.from(atob(this.src.split(',')[1]),c=>c.charCodeAt(0)))"
)


def image(svg: str, alt: str, style: str, *, inline: bool = False) -> str:
    """An SVG as an HTML image, with its source inside."""
    source = b64encode(svg.encode()).decode()
    onload = f' onload="{_INLINE}"' if inline else ""
    return (
        f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{source}" '
        f'style="{style}"{onload}>'
    )


def boxed(content: str, style: str, text: str) -> str:
    """HTML in a box of a style, and the text for those who see nothing of it."""
    words = f'<pre hidden style="display:none"><code>{escape(text)}</code></pre>'
    return _BOX.format(style, content) + words


def listed(
    title: str,
    rows: Sequence[Sequence[str | float]],
    precision: int = PRECISION,
    lang: str = "en",
) -> str:
    """Names, values and gradients as text; of many the first ones."""
    words = WORDS[lang]
    headings = "", words.keys["data"], words.keys["grad"]
    more = len(rows) - MOST_ROWS
    table = Table(headings, rows[:MOST_ROWS], numeric=(1, 2), precision=precision).text()
    return f"{title}\n\n{table}" + (f"\n{words.more.format(more)}" if more > 0 else "")
