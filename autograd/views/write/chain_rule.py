r"""The chain rule in symbols and then in numbers, in plain text and in LaTeX.

∂a/∂b is always the total derivative, along all ways from a to b. A factor that is less than that
says so: ∂a/∂b|₂ is local, through the second argument of a alone.

Read next: the room `draw`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograd.value import Value
from autograd.views.paths import Link, Path, Ways
from autograd.views.steps import PRECISION, START
from autograd.views.write.names import formula_in, in_fraction, is_defined
from autograd.views.write.notation import LATEX, TEXT, subscript
from autograd.views.write.text import width, with_minus

MOST_PATHS = 100


class Words(NamedTuple):
    """The texts in one language; what is in braces is filled in.

    Parameters
    ----------
    start : str
        What there is to say of the output itself.
    defined : str
        What stands before the first definition; it is five columns wide.
    direct : str
        The mark of a derivative along unlabelled nodes alone.
    says_local, says_direct : str
        What is said of a mark.
    many : str
        Why a recursion is written.
    """

    start: str
    defined: str
    direct: str
    says_local: str
    says_direct: str
    many: str


WORDS = {
    "en": Words(
        start=START,
        defined="with ",
        direct="direct",
        says_local=" marks a local derivative: through the k-th argument alone",
        says_direct=" marks a derivative along unlabelled nodes alone",
        many="{count} paths lead from {root} to {value}, too many to write. "
        "With δ(v) for ∂{root}/∂v along them the chain rule is a recursion:",
    ),
    "zh": Words(
        start="输出对自身的梯度是 1，反向传播由此开始",
        defined="其中 ",
        direct="直接",
        says_local=" 表示局部梯度：只经过第 k 个自变量",
        says_direct=" 表示只经过无标签节点的导数",
        many="从 {root} 到 {value} 有 {count} 条路径，多得写不下。"
        "把沿这些路径的 ∂{root}/∂v 记为 δ(v)，链式法则就是递推：",
    ),
}


class ChainRule:
    """A derivation in plain text.

    Parameters
    ----------
    names : mapping
        The name of each node.
    lang : {"en", "zh"}
    """

    style = TEXT
    fraction_form = "∂{}/∂{}"
    local_form = "{}|{}"
    delta_form = "δ({})"
    times = " · "
    minus = "−"
    with_form = "{}{}"
    and_form = "     {1}"  # as wide as the word before the first
    words_form = "{}"
    note_form = "{}{}"
    local_note = "|ₖ"
    direct_note = "|{}"
    direct_form = "{}"

    def __init__(self, names: Mapping[Value, str], lang: str = "en") -> None:
        self.names = names
        self.words = WORDS[lang]
        self.symbols: dict[Value, str] = {}  # of all nodes that have been mentioned
        self.notes: dict[str, None] = {}

    def derivation(self, outline: Ways, every: Ways, total: float) -> str:
        """Write ∂root/∂value.

        Parameters
        ----------
        outline : Ways
            The ways to write: over labelled nodes, or those of `every`.
        every : Ways
            The ways link by link. Each stretch of the outline is derived along them.
        total : float
            The derivative.
        """
        left = self.fraction(outline.root, outline.value)
        if outline.root is outline.value:
            return self.joined([self.words_form.format(self.words.start)])
        blocks = [self.block(left, outline, outline, total)]
        stretches = [link for node in reversed(outline.links) for link in outline.links[node]]
        for stretch in stretches:
            if stretch.argument is None and outline is not every:
                within = every.within(stretch)
                blocks.append(
                    self.block(self.along(stretch, outline), within, every, stretch.value)
                )
        return self.joined([*blocks, *self._definitions(), *self.notes])

    def block(self, left: str, ways: Ways, among: Ways, total: float) -> str:
        """Write one derivative as the sum over the ways; `among` are all that there are."""
        if not ways.links:
            return self.aligned(left, [f" = {self.signed(f'{total:g}')}"])
        if ways.count > MOST_PATHS:
            return self.listed(ways, self._recursion(left, ways, among))
        return self.sum_over(left, tuple(ways.each()), among, total)

    def sum_over(self, left: str, paths: Sequence[Path], among: Ways, total: float) -> str:
        """Write the sum over the given paths: symbols, numbers, products, result."""
        symbols = [self.times.join([self.along(k, among) for k in path.links]) for path in paths]
        numbers = [self._numbers([link.value for link in path.links]) for path in paths]
        lines = _terms(symbols) if symbols != [left] else []
        if len(paths) > 1 or len(paths[0].links) > 1:
            lines += self._terms(numbers)
        if len(paths) > 1 and any(len(path.links) > 1 for path in paths):
            products = [self.number(path.product) for path in paths]
            lines.append(" = " + " + ".join(self._guarded(products)))
        lines.append(" = " + self.number(total))
        return self.aligned(left, lines, short=len(paths) == 1)

    def _recursion(self, left: str, ways: Ways, among: Ways) -> list[str]:
        # What backpropagation computes instead: each node's δ from its consumers' δ.
        order, gradient = ways.downwards(), ways.gradients
        received: dict[Value, list[Link]] = {}
        for node in order[:-1]:
            for link in ways.links[node]:
                received.setdefault(link.parent, []).append(link)
        lines = [f"{self.delta(ways.root)} = 1"]
        for node in order[1:]:
            links = received[node]
            terms = [self.delta(k.node) + self.times + self.along(k, among) for k in links]
            numbers = [self._numbers([gradient[k.node], k.value]) for k in links]
            sums = " = ".join([" + ".join(terms), " + ".join(numbers)])
            lines.append(f"{self.delta(node)} = {sums} = {self.number(gradient[node])}")
        return [*lines, f"{left} = {self.delta(ways.value)}"]

    def aligned(self, left: str, right: Sequence[str], *, short: bool = False) -> str:
        """Set one line below the other, all to the right of `left`; or all in one if `short`."""
        gap = "" if short else "\n" + " " * width(left)
        return left + gap.join(right)

    def listed(self, ways: Ways, lines: Sequence[str]) -> str:
        """Set the lines of the recursion, with the reason why it is one."""
        root, value = self.symbol(ways.root), self.symbol(ways.value)
        head = self.words.many.format(count=ways.count, root=root, value=value)
        return "\n".join([head, *lines])

    def joined(self, blocks: Sequence[str]) -> str:
        """Set the parts of the whole derivation below each other."""
        return "\n".join(blocks)

    def number(self, value: float) -> str:
        """A number with all its significant digits, zeros too."""
        return self.signed(format(value, f"#.{PRECISION}g"))

    def signed(self, number: str) -> str:
        """The number with the sign that this notation has for a minus."""
        return with_minus(number)

    def symbol(self, value: Value) -> str:
        """What a node is called behind a ∂."""
        if value not in self.symbols:
            self.symbols[value] = in_fraction(self.names[value], self.style)
        return self.symbols[value]

    def fraction(self, numerator: Value, denominator: Value) -> str:
        """∂numerator/∂denominator."""
        return self.fraction_form.format(self.symbol(numerator), self.symbol(denominator))

    def along(self, link: Link, among: Ways) -> str:
        """The derivative along a link: with a mark where there are other ways beside it."""
        fraction = self.fraction(link.node, link.parent)
        if among.is_alone(link):
            return fraction
        note = (self.local_note, self.words.says_local)
        if link.argument is None:
            note = (self.direct_note.format(self.words.direct), self.words.says_direct)
        self.notes[self.note_form.format(*note)] = None
        return self.local_form.format(fraction, self.mark(link.argument))

    def mark(self, argument: int | None) -> str:
        """Which ways a derivative is along: those through one argument, or the direct ones."""
        if argument is None:
            return self.direct_form.format(self.words.direct)
        return subscript(argument + 1)

    def delta(self, value: Value) -> str:
        """∂root/∂value, for short."""
        return self.delta_form.format(self.symbol(value))

    def _definitions(self) -> list[str]:
        nodes = [node for node in self.names if node in self.symbols and is_defined(node)]
        lines = [
            f"{self.style.label(self.names[node])[0]} = {formula_in(node, self.names, self.style)}"
            for node in nodes
        ]
        first = [self.with_form.format(self.words.defined, line) for line in lines[:1]]
        return first + [self.and_form.format(self.words.defined, line) for line in lines[1:]]

    def _numbers(self, values: Sequence[float]) -> str:
        return self.times.join(self._guarded([self.number(value) for value in values]))

    def _terms(self, terms: Sequence[str]) -> list[str]:
        return _terms(self._guarded(terms))

    def _guarded(self, numbers: Sequence[str]) -> list[str]:
        # A minus after another sign needs parentheses: of the whole number or a product's first.
        pattern = rf"^{self.minus}\S+"
        return [re.sub(pattern, r"(\g<0>)", text) if i else text for i, text in enumerate(numbers)]


class LatexChainRule(ChainRule):
    """The same in LaTeX for math mode."""

    style = LATEX
    fraction_form = r"\frac{{\partial {}}}{{\partial {}}}"
    local_form = r"\left.{}\right|_{{{}}}"
    delta_form = r"\delta_{{{}}}"
    times = r" \cdot "
    minus = "-"
    with_form = r"&\text{{{}}} {}"
    and_form = r"&\phantom{{\text{{{}}}}} {}"
    words_form = r"&\text{{{}}}"
    note_form = r"&{}\text{{{}}}"
    local_note = "|_{k}"
    direct_note = r"|_{{\text{{{}}}}}"
    direct_form = r"\text{{{}}}"

    def aligned(self, left: str, right: Sequence[str], *, short: bool = False) -> str:
        """Set one line below the other, the signs ``=`` below each other."""
        return f"{left} " + r" \\ ".join(f"&{line}" for line in right)

    def listed(self, ways: Ways, lines: Sequence[str]) -> str:
        """Set the lines of the recursion."""
        return r" \\ ".join(f"&{line}" for line in lines)

    def joined(self, blocks: Sequence[str]) -> str:
        """Set the parts in one environment, so that all signs ``=`` are below each other."""
        return r"\begin{aligned} " + r" \\ ".join(blocks) + r" \end{aligned}"

    def number(self, value: float) -> str:
        """A number with all its significant digits, and its power of ten as a power."""
        mantissa, _, exponent = super().number(value).partition("e")
        words = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{nan}"}
        text = words.get(mantissa, mantissa)
        return rf"{text} \cdot 10^{{{int(exponent)}}}" if exponent else text

    def signed(self, number: str) -> str:
        """The number as it is: LaTeX sets a hyphen as a minus."""
        return number

    def mark(self, argument: int | None) -> str:
        """Which ways a derivative is along."""
        return super().mark(None) if argument is None else str(argument + 1)


def _terms(terms: Sequence[str]) -> list[str]:
    return [f" {'+' if i else '='} {term}" for i, term in enumerate(terms)]
