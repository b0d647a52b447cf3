"""The page around the player: its files, its examples, and the addresses of its states.

Whatever the page shows of a formula it asks its host for (`answer`): the script in it reads no
formula and computes no number. Its state is in its address, behind the ``#``, so that a link opens
it in the same state.

Read next: ``texts.js``, ``play.js``, then `server` and `site`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import quote

from autograd.expression import CONSTANTS, known_functions

POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
    "connect-src 'self'; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
)
"""The page loads nothing but its own files (Content-Security-Policy)."""

SCRIPT, STYLE, HTML = "text/javascript", "text/css", "text/html"
FILES = {"play.js": SCRIPT, "texts.js": SCRIPT, "play.css": STYLE, "frame.html": HTML}
"""What the page is made of beside ``index.html`` and ``host.js``, and of which kind each is."""

RESERVED = ("formula", "step", "lang")
"""What the page's address says beside the values of names."""


@dataclass(frozen=True, slots=True)
class Example:
    """A formula worth looking at."""

    title: str
    chinese: str
    formula: str
    values: Mapping[str, float]


EXAMPLES = (
    Example("a neuron", "一个神经元", "tanh(w*x + b)", {"w": -3, "x": 0.5, "b": 2}),
    Example("a square: why is the gradient 6?", "平方：梯度为什么是 6？", "x*x", {"x": 3}),
    Example(
        "a shared node: x takes two ways", "共享节点：x 有两条路径", "x*y + x", {"x": 3, "y": 2}
    ),
    Example(
        "a shared part with a name", "有名字的共享部分", "h = w*x; tanh(h) + h", {"w": 0.5, "x": 2}
    ),
    Example("a chain", "一条链", "exp(sin(x**2))", {"x": 0.8}),
    Example(
        "a neuron that is switched off", "关闭的神经元", "relu(w*x + b)", {"w": -3, "x": 1, "b": 2}
    ),
    Example("what is not selected", "未被选中的部分", "where(x < 1, x, sqrt(x))", {"x": 0}),
    Example(
        "softmax and cross-entropy", "softmax 与交叉熵", "logsumexp(a, b, c) - a",
        {"a": 2, "b": 1, "c": -1},
    ),
    Example(
        "the 2-2-2 network",
        "2-2-2 网络",
        "h1 = sigmoid(w1*i1 + w2*i2 + b1); h2 = sigmoid(w3*i1 + w4*i2 + b1); "
        "o1 = sigmoid(w5*h1 + w6*h2 + b2); o2 = sigmoid(w7*h1 + w8*h2 + b2); "
        "E = (t1 - o1)**2/2 + (t2 - o2)**2/2",
        {
            "w1": 0.15, "i1": 0.05, "w2": 0.2, "i2": 0.1, "b1": 0.35, "w3": 0.25, "w4": 0.3,
            "w5": 0.4, "w6": 0.45, "b2": 0.6, "w7": 0.5, "w8": 0.55, "t1": 0.01, "t2": 0.99,
        },
    ),
)  # fmt: skip


def page() -> str:
    """Write the page, ``index.html``; it is the same on both hosts."""
    options = "".join(
        f'<option value="{escape(fragment(example.formula, example.values))}" '
        f'data-en="{escape(example.title)}" data-zh="{escape(example.chinese)}">'
        f"</option>"
        for example in EXAMPLES
    )
    return Template(asset("play.html")).substitute(
        policy=POLICY,
        examples=options,
        functions=", ".join(known_functions()),
        constants=", ".join(CONSTANTS),
    )


def asset(name: str) -> str:
    """One of the page's files as text."""
    return files("autograd.play").joinpath(name).read_text(encoding="utf-8")


def fragment(formula: str, values: Mapping[str, float]) -> str:
    """Write a state as what stands behind the ``#`` of the page's address.

    Names that the page needs for itself get a dot in front.

    Examples
    --------
    >>> fragment("tanh(w*x + b)", {"w": -3, "x": 0.5})
    'formula=tanh(w*x%20+%20b)&w=-3&x=0.5'
    >>> fragment("step**2", {"step": 7})
    'formula=step**2&.step=7'
    """
    pairs = [("formula", formula)]
    for name, value in values.items():
        pairs.append((f".{name}" if name in RESERVED else name, f"{value!r}"))
    return "&".join(f"{_readable(key)}={_readable(value)}" for key, value in pairs)


def _readable(text: str) -> str:
    return quote(text, safe="()*+,/;=:")
