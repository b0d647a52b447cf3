r"""The chain rule in symbols and then in numbers, in plain text and in LaTeX.

Read next: the room `draw`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from autograd.value import Value
from autograd.views.paths import Links, Path, downwards
from autograd.views.steps import PRECISION
from autograd.views.write.formula import leaf_term
from autograd.views.write.names import in_fraction
from autograd.views.write.notation import LATEX, TEXT
from autograd.views.write.text import width


class ChainRule:
    """The derivation of ∂root/∂value in plain text.

    Parameters
    ----------
    root, value : Value
    names : mapping
        The name of each node.
    """

    style = TEXT
    fraction_form = "∂{}/∂{}"
    direct_form = "{}|direct"
    delta_form = "δ({})"
    times = " · "

    def __init__(self, root: Value, value: Value, names: Mapping[Value, str]) -> None:
        self.root, self.value, self.names = root, value, names
        self.left = self.fraction(root, value)

    def sum_over(self, paths: Sequence[Path], total: float) -> str:
        """Write the sum over all paths: symbols, numbers, products, result."""
        if not any(path.factors for path in paths):
            return self.aligned(self.left, [f" = {total:g}"])
        symbols = [self._symbols(path, len(paths)) for path in paths]
        numbers = [self._numbers([f.value for f in path.factors]) for path in paths]
        lines = _terms(symbols) if symbols != [self.left] else []
        if len(paths) > 1 or len(paths[0].factors) > 1:
            lines += _terms(numbers)
        if len(paths) > 1 and any(len(path.factors) > 1 for path in paths):
            products = [self.number(path.product) for path in paths]
            lines.append(" = " + " + ".join(_guarded(products)))
        lines.append(" = " + self.number(total))
        return self.aligned(self.left, lines, short=len(paths) == 1)

    def recursion(self, links: Links, gradient: Mapping[Value, float], count: int) -> str:
        """Write what backpropagation computes instead: each node's δ from its consumers' δ."""
        order = downwards(links)
        received: dict[Value, list[tuple[Value, float]]] = {}
        for node in order[:-1]:
            for parent, local in links[node].items():
                received.setdefault(parent, []).append((node, local))
        lines = [f"{self.delta(self.root)} = 1"]
        for node in order[1:]:
            terms = [self.delta(c) + self.times + self.fraction(c, node) for c, _ in received[node]]
            numbers = [self._numbers([gradient[c], local]) for c, local in received[node]]
            sums = " = ".join([" + ".join(terms), " + ".join(numbers)])
            lines.append(f"{self.delta(node)} = {sums} = {self.number(gradient[node])}")
        lines.append(f"{self.left} = {self.delta(self.value)}")
        return self.listed(lines, count)

    def aligned(self, left: str, right: Sequence[str], *, short: bool = False) -> str:
        """Set one line below the other, all to the right of `left`; or all in one if `short`."""
        gap = "" if short else "\n" + " " * width(left)
        return left + gap.join(right)

    def listed(self, lines: Sequence[str], count: int) -> str:
        """Set the lines of the recursion, with the reason why it is one."""
        root, value = self.symbol(self.root), self.symbol(self.value)
        head = (
            f"{count} paths lead from {root} to {value}, too many to write. "
            f"With δ(v) = ∂{root}/∂v the chain rule is a recursion:"
        )
        return "\n".join([head, *lines])

    def number(self, value: float) -> str:
        """A number with all its significant digits, zeros too."""
        return format(value, f"#.{PRECISION}g")

    def symbol(self, value: Value) -> str:
        """What a node is called behind a ∂."""
        name = self.names.get(value) or leaf_term(value, self.style)[0]
        return in_fraction(value, name, self.root, self.style)

    def fraction(self, numerator: Value, denominator: Value) -> str:
        """∂numerator/∂denominator."""
        return self.fraction_form.format(self.symbol(numerator), self.symbol(denominator))

    def delta(self, value: Value) -> str:
        """∂root/∂value, for short."""
        return self.delta_form.format(self.symbol(value))

    def _symbols(self, path: Path, count: int) -> str:
        fractions = [self.fraction(f.numerator, f.denominator) for f in path.factors]
        if len(fractions) == 1 and count > 1:  # ∂y/∂x with all else fixed, not the one sought
            return self.direct_form.format(fractions[0])
        return self.times.join(fractions)

    def _numbers(self, values: Sequence[float]) -> str:
        return self.times.join(_guarded([self.number(value) for value in values]))


class LatexChainRule(ChainRule):
    """The same in LaTeX for math mode."""

    style = LATEX
    fraction_form = r"\frac{{\partial {}}}{{\partial {}}}"
    direct_form = r"\left.{}\right|_{{\text{{direct}}}}"
    delta_form = r"\delta_{{{}}}"
    times = r" \cdot "

    def aligned(self, left: str, right: Sequence[str], *, short: bool = False) -> str:
        """Set one line below the other, the signs ``=`` below each other."""
        rows = r" \\ ".join(f"&{line}" for line in right)
        return rf"\begin{{aligned}} {left} {rows} \end{{aligned}}"

    def listed(self, lines: Sequence[str], count: int) -> str:
        """Set the lines of the recursion."""
        return self.aligned("", lines)

    def number(self, value: float) -> str:
        """A number with all its significant digits, and its power of ten as a power."""
        mantissa, _, exponent = super().number(value).partition("e")
        words = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{nan}"}
        text = words.get(mantissa, mantissa)
        return rf"{text} \cdot 10^{{{int(exponent)}}}" if exponent else text


def _terms(terms: Sequence[str]) -> list[str]:
    return [f" {'+' if i else '='} {term}" for i, term in enumerate(_guarded(terms))]


def _guarded(numbers: Sequence[str]) -> list[str]:
    # A minus after another sign needs parentheses: of the whole number or of a product's first.
    return [re.sub(r"^-\S+", r"(\g<0>)", text) if i else text for i, text in enumerate(numbers)]
