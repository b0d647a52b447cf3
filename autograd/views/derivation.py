r"""The chain rule written out along every path, in symbols and then in numbers, as a textbook does.

A path leads from the output back to a value, from one labelled node to the next; the unlabelled
nodes between two labelled ones are multiplied in. A factor ∂a/∂b is thus the derivative of a as a
function of the labelled nodes it is directly made of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, NamedTuple

from autograd.graph import topological_order
from autograd.value import Value
from autograd.views.steps import PRECISION, each_step
from autograd.views.write.formula import leaf_term
from autograd.views.write.names import in_fraction, names
from autograd.views.write.notation import LATEX, TEXT, Style
from autograd.views.write.text import width

MOST_PATHS = 100

_Links = dict[Value, dict[Value, float]]  # labelled node -> labelled node it is made of -> factor


class Factor(NamedTuple):
    """∂numerator/∂denominator and its value."""

    numerator: Value
    denominator: Value
    value: float


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the output back to the value.

    Parameters
    ----------
    factors : tuple of Factors
        From the output on: the numerator of the first is the output, the denominator of the last
        is the value.
    product : float
        The factors multiplied from left to right: what this way contributes to the gradient.
    """

    factors: tuple[Factor, ...]
    product: float


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Derivation:
    """The chain rule for one gradient; see `derivation`.

    Parameters
    ----------
    root, value : Value
        ∂root/∂value is what is derived.
    total : float
        Its value, the gradient that `backward` computes.
    path_count : int
        How many paths there are.
    paths : tuple of Paths
        All of them; none where there are more than 100.
    text, latex : str
        The derivation in plain text, and in LaTeX for math mode.
    """

    root: Value
    value: Value
    total: float
    path_count: int
    paths: tuple[Path, ...]
    text: str
    latex: str

    def __repr__(self) -> str:
        return f"<Derivation over {self.path_count} paths: {self.total!r}>"

    def __str__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    def _repr_markdown_(self) -> str:
        return self._repr_latex_()


def derivation(root: Value, value: Value) -> Derivation:
    """Write the chain rule for ∂root/∂value along every path, with symbols and then with numbers.

    Parameters
    ----------
    root : Value
        The output.
    value : Value
        A leaf, or a computed Value on the way to the output.

    Returns
    -------
    Derivation
        Prints as text, shows itself as a formula in notebooks. Where more than 100 paths lead to
        the value, it is the recursion that backpropagation is, with δ(v) = ∂root/∂v:
        δ(v) = Σ δ(consumer) · ∂consumer/∂v.

    Raises
    ------
    TypeError
        When one of the two is not a Value.

    Notes
    -----
    Labels decide how long the derivation is: label a Value to see it in a factor of its own.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(3.0, "x")
    >>> u = x * x
    >>> u.label = "u"
    >>> y = u.exp().log() + 2 * x
    >>> y.label = "y"
    >>> print(derivation(y, x))
    ∂y/∂x = ∂y/∂u · ∂u/∂x
          + ∂y/∂x|direct
          = 1.00000 · 6.00000
          + 2.00000
          = 6.00000 + 2.00000
          = 8.00000
    """
    for each in (root, value):
        if not isinstance(each, Value):
            raise TypeError(
                f"derivation needs two Values, root and value, not {type(each).__name__}"
            )
    order = topological_order(root)
    links = _links(order, root, value)
    count = _path_counts(links, root, value)
    paths = tuple(_paths(links, root, value)) if count <= MOST_PATHS else ()
    gradient = {step.parent: step.accumulated for step in each_step(order)} | {root: 1.0}
    name = names(order)
    written = []
    for signs in (_TEXT, _LATEX):
        writer = _Writer(root, value, name, signs)
        if not paths and count:
            written.append(writer.recursion(links, gradient, count))
        else:
            written.append(writer.sum_over(paths, gradient.get(value, 0.0)))
    return Derivation(root, value, gradient.get(value, 0.0), count, paths, *written)


def _links(order: Sequence[Value], root: Value, value: Value) -> _Links:
    """The graph of labelled nodes alone, as far as it leads from `root` to `value`."""
    leads_there = {value}
    for node in order:
        if any(parent in leads_there for parent in node.parents):
            leads_there.add(node)
    kept = [node for node in order if node in leads_there and node is not value]
    position = {node: i for i, node in enumerate(kept)}
    links: _Links = {}
    waiting = [root] if root in position else []
    while waiting:
        node = waiting.pop()
        if node not in links:
            links[node] = _factors(node, kept, position, value)
            waiting.extend(parent for parent in links[node] if parent is not value)
    return links


def _factors(
    node: Value, kept: Sequence[Value], position: Mapping[Value, int], value: Value
) -> dict[Value, float]:
    # ∂node/∂v for each labelled v that it is directly made of: backpropagation that stops there.
    factors: dict[Value, float] = {}
    inside: dict[Value, float] = {node: 1.0}
    places = [-position[node]]  # a heap: the node nearest to the output comes first
    while places:
        current = kept[-heappop(places)]
        for parent, local in zip(current.parents, current.local_gradients(), strict=True):
            contribution = inside[current] * local
            if parent is value or (parent.label and parent in position):
                factors[parent] = factors.get(parent, 0.0) + contribution
            elif parent in position:
                if parent not in inside:
                    heappush(places, -position[parent])
                inside[parent] = inside.get(parent, 0.0) + contribution
    return dict(sorted(factors.items(), key=lambda item: position.get(item[0], len(kept))))


def _path_counts(links: _Links, root: Value, value: Value) -> int:
    count = {root: 1}
    for node in _downwards(links, root):
        for parent in links[node]:
            count[parent] = count.get(parent, 0) + count[node]
    return count.get(value, 0)


def _downwards(links: _Links, root: Value) -> list[Value]:
    # The labelled nodes from the root on, each after all that lead to it.
    consumers = dict.fromkeys(links, 0)
    for parents in links.values():
        for parent in parents:
            if parent in links:
                consumers[parent] += 1
    order = [root] if root in links else []
    for node in order:
        for parent in links[node]:
            if parent in links:
                consumers[parent] -= 1
                if not consumers[parent]:
                    order.append(parent)
    return order


def _paths(links: _Links, root: Value, value: Value) -> Iterator[Path]:
    # A trail is the factors so far as a linked list, which the branches share.
    stack: list[tuple[Value, Any]] = [(root, None)]
    while stack:
        node, trail = stack.pop()
        if node is value:
            factors: list[Factor] = []
            while trail is not None:
                factor, trail = trail
                factors.append(factor)
            factors.reverse()
            yield Path(tuple(factors), math.prod((f.value for f in factors), start=1.0))
        for parent, local in reversed(links.get(node, {}).items()):
            stack.append((parent, (Factor(node, parent, local), trail)))


# ----------------------------------------------------------------------------------------- writing


@dataclass(frozen=True, slots=True)
class _Signs:
    # What differs between text and LaTeX in how a derivation is set.
    style: Style
    fraction: str
    direct: str
    delta: str
    times: str
    number: Callable[[float], str]
    lines: Callable[[str, Sequence[str]], str]


def _text_number(value: float) -> str:
    return format(value, f"#.{PRECISION}g")


def _latex_number(value: float) -> str:
    mantissa, _, exponent = _text_number(value).partition("e")
    text = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{nan}"}.get(mantissa, mantissa)
    return rf"{text} \cdot 10^{{{int(exponent)}}}" if exponent else text


def _text_lines(left: str, right: Sequence[str]) -> str:
    return ("\n" + " " * width(left)).join([left + right[0], *right[1:]])


def _latex_lines(left: str, right: Sequence[str]) -> str:
    rows = r" \\ ".join(f"&{line}" for line in right)
    return rf"\begin{{aligned}} {left} {rows} \end{{aligned}}"


_TEXT = _Signs(TEXT, "∂{}/∂{}", "{}|direct", "δ({})", " · ", _text_number, _text_lines)
_LATEX = _Signs(
    LATEX,
    r"\frac{{\partial {}}}{{\partial {}}}",
    r"\left.{}\right|_{{\text{{direct}}}}",
    r"\delta_{{{}}}",
    r" \cdot ",
    _latex_number,
    _latex_lines,
)


class _Writer:
    # Writes one derivation in one of the two forms.

    def __init__(
        self, root: Value, value: Value, names: Mapping[Value, str], signs: _Signs
    ) -> None:
        self.root, self.value, self.names, self.signs = root, value, names, signs
        self.left = self.fraction(root, value)

    def symbol(self, value: Value) -> str:
        name = self.names.get(value) or leaf_term(value, self.signs.style)[0]
        return in_fraction(value, name, self.root, self.signs.style)

    def fraction(self, numerator: Value, denominator: Value) -> str:
        return self.signs.fraction.format(self.symbol(numerator), self.symbol(denominator))

    def sum_over(self, paths: Sequence[Path], total: float) -> str:
        """The chain rule as a sum over paths: symbols, numbers, products, result."""
        if not any(path.factors for path in paths):
            return self.signs.lines(self.left, [f" = {total:g}"])
        result = " = " + self.signs.number(total)
        symbols = [self._symbols(path, len(paths)) for path in paths]
        numbers = [self._numbers([f.value for f in path.factors]) for path in paths]
        lines = _terms(symbols) if symbols != [self.left] else []
        if len(paths) > 1 or len(paths[0].factors) > 1:
            lines += _terms(numbers)
        if len(paths) > 1 and any(len(path.factors) > 1 for path in paths):
            products = [self.signs.number(path.product) for path in paths]
            lines.append(" = " + " + ".join(_guarded(products)))
        lines.append(result)
        if len(paths) == 1 and self.signs is _TEXT:
            return self.left + "".join(lines)
        return self.signs.lines(self.left, lines)

    def _symbols(self, path: Path, count: int) -> str:
        fractions = [self.fraction(f.numerator, f.denominator) for f in path.factors]
        if len(fractions) == 1 and count > 1:  # ∂y/∂x with all else fixed, not the one sought
            return self.signs.direct.format(fractions[0])
        return self.signs.times.join(fractions)

    def _numbers(self, values: Sequence[float]) -> str:
        return self.signs.times.join(_guarded([self.signs.number(value) for value in values]))

    def recursion(self, links: _Links, gradient: Mapping[Value, float], count: int) -> str:
        """The chain rule as backpropagation computes it: every node's δ from its consumers' δ."""
        received: dict[Value, list[tuple[Value, float]]] = {}
        order = _downwards(links, self.root)
        for node in order:
            for parent, local in links[node].items():
                received.setdefault(parent, []).append((node, local))
        lines = [f"{self.delta(self.root)} = 1"]
        for node in (*order[1:], self.value):
            terms = [
                self.delta(consumer) + self.signs.times + self.fraction(consumer, node)
                for consumer, _ in received[node]
            ]
            numbers = [
                self._numbers([gradient[consumer], local]) for consumer, local in received[node]
            ]
            total = self.signs.number(gradient[node])
            lines.append(
                f"{self.delta(node)} = {' + '.join(terms)} = {' + '.join(numbers)} = {total}"
            )
        lines.append(f"{self.left} = {self.delta(self.value)}")
        if self.signs is _LATEX:
            return _latex_lines("", lines)
        symbols = self.symbol(self.root)
        head = (
            f"{count} paths lead from {symbols} to {self.symbol(self.value)}, too many to write. "
            f"With δ(v) = ∂{symbols}/∂v the chain rule is a recursion:"
        )
        return "\n".join([head, *lines])

    def delta(self, value: Value) -> str:
        return self.signs.delta.format(self.symbol(value))


def _terms(terms: Sequence[str]) -> list[str]:
    return [f" {'+' if i else '='} {term}" for i, term in enumerate(_guarded(terms))]


def _guarded(numbers: Sequence[str]) -> list[str]:
    # A minus after another sign needs parentheses: of the whole number or of a product's first.
    return [re.sub(r"^-\S+", r"(\g<0>)", text) if i else text for i, text in enumerate(numbers)]
