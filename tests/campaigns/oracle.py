"""Graphs a second time, slowly: nodes in plain objects, derivatives by recursion over all paths.

Nothing here is the engine's: the formulas are written once more, in mpmath's numbers of 30 digits,
and a derivative is the sum over the paths from the output down, not the engine's loop from the end.
Beside each derivative stands the sum of its terms' sizes, of which the engine's may be off by some
units in the last place, however much of it cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mpmath import mp, mpf

import autograd
from autograd import Value

mp.dps = 30
SLACK = 1e-14  # relative to the terms; a path has a dozen factors

Sized = tuple[Any, Any]  # a number and the size of its terms


class Formula(NamedTuple):
    """An operation: the engine's function, and its value and derivatives in exact arithmetic."""

    engine: Callable[..., Any]
    forward: Callable[..., Any]
    first: Callable[..., tuple[Any, ...]]
    second: Callable[..., tuple[tuple[Any, ...], ...]]


def _curved(slope: Callable[[Any], Any], bend: Callable[[Any], Any]) -> tuple[Any, Any]:
    return lambda x: (slope(x),), lambda x: ((bend(x),),)


def _flat(count: int) -> Callable[..., tuple[tuple[Any, ...], ...]]:
    return lambda *_: ((0,) * count,) * count


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def _of_larger(a: Any, b: Any) -> tuple[Any, Any]:
    return (mpf(0.5), mpf(0.5)) if a == b else (mpf(a > b), mpf(b > a))


FORMULAS: dict[str, Formula] = {
    "add": Formula(lambda a, b: a + b, lambda a, b: a + b, lambda *_: (1, 1), _flat(2)),
    "subtract": Formula(lambda a, b: a - b, lambda a, b: a - b, lambda *_: (1, -1), _flat(2)),
    "multiply": Formula(
        lambda a, b: a * b, lambda a, b: a * b, lambda a, b: (b, a), lambda *_: ((0, 1), (1, 0))
    ),
    "divide": Formula(
        lambda a, b: a / b,
        lambda a, b: a / b,
        lambda a, b: (1 / b, -a / b**2),
        lambda a, b: ((0, -1 / b**2), (-1 / b**2, 2 * a / b**3)),
    ),
    "scale": Formula(lambda a: 1.5 * a, lambda a: 1.5 * a, lambda _: (1.5,), _flat(1)),
    "negative": Formula(lambda a: -a, lambda a: -a, lambda _: (-1,), _flat(1)),
    "square": Formula(
        lambda a: a**2, lambda a: a * a, *_curved(lambda a: 2 * a, lambda _: mpf(2))
    ),
    "tanh": Formula(
        autograd.tanh,
        mp.tanh,
        *_curved(lambda x: mp.sech(x) ** 2, lambda x: -2 * mp.tanh(x) * mp.sech(x) ** 2),
    ),
    "exp": Formula(autograd.exp, mp.exp, *_curved(mp.exp, mp.exp)),
    "sin": Formula(autograd.sin, mp.sin, *_curved(mp.cos, lambda x: -mp.sin(x))),
    "sigmoid": Formula(
        autograd.sigmoid,
        _sigmoid,
        *_curved(
            lambda x: _sigmoid(x) * _sigmoid(-x),
            lambda x: _sigmoid(x) * _sigmoid(-x) * (1 - 2 * _sigmoid(x)),
        ),
    ),
    "relu": Formula(autograd.relu, lambda x: max(x, mpf(0)), lambda x: (mpf(x > 0),), _flat(1)),
    "maximum": Formula(autograd.maximum, max, _of_larger, _flat(2)),
    "where": Formula(
        lambda a, b, c: autograd.where(autograd.greater(a, 0.5), b, c),
        lambda a, b, c: b if a > 0.5 else c,
        lambda a, b, c: (0, 1, 0) if a > 0.5 else (0, 0, 1),
        _flat(3),
    ),
    "total": Formula(
        lambda a, b, c: autograd.total([a, b, c]), lambda a, b, c: a + b + c,
        lambda *_: (1, 1, 1), _flat(3),
    ),
}  # fmt: skip
ARITY = {
    name: 3 if name in ("where", "total")
    else 2 if name in ("add", "subtract", "multiply", "divide", "maximum")
    else 1
    for name in FORMULAS
}  # fmt: skip


class Known:
    """What is known of a Value: its number, what it was computed from and at, and its grad."""

    def __init__(self, data: float, name: str = "", parents: tuple[Known, ...] = ()) -> None:
        self.data, self.name, self.parents = data, name, parents
        self.at = tuple(parent.data for parent in parents)
        self.grad: Sized = (mpf(0), mpf(0))

    def exact(self) -> Any:
        """What it is by its parents' numbers."""
        return FORMULAS[self.name].forward(*map(mpf, self.at))

    def check(self, data: float) -> None:
        """Take over the engine's number, if it is the exact one rounded."""
        right = self.exact()
        assert abs(mpf(data) - right) <= 2e-15 * abs(right) + 1e-300, (self, data, right)
        self.data = data

    def family(self) -> list[Known]:
        """List it and all that it depends on, parents first."""
        found: dict[Known, None] = {}

        def visit(node: Known) -> None:
            if node not in found:
                for parent in node.parents:
                    visit(parent)
                found[node] = None

        visit(self)
        return list(found)

    def leaves(self) -> list[Known]:
        """List the leaves that it depends on."""
        return [node for node in self.family() if not node.parents]

    def is_stale(self) -> bool:
        """Whether something under it has changed since it was computed."""
        return any(
            node.at != tuple(parent.data for parent in node.parents) for node in self.family()
        )

    def slope(self, by: Known, memo: dict[Any, Sized] | None = None) -> Sized:
        """∂self/∂by, at the numbers that were recorded."""
        memo = {} if memo is None else memo
        if self is by:
            return mpf(1), mpf(1)
        if self not in memo:
            first = FORMULAS[self.name].first(*map(mpf, self.at)) if self.parents else ()
            parts = [parent.slope(by, memo) for parent in self.parents]
            memo[self] = _sum(
                (f * s, abs(f) * size) for f, (s, size) in zip(first, parts, strict=True)
            )
        return memo[self]

    def bend(self, a: Known, b: Known) -> Sized:
        """∂²self/∂a∂b."""
        return self._bend(a, b, {}, {}, {})

    def _bend(self, a: Known, b: Known, by_a: Any, by_b: Any, memo: Any) -> Sized:
        if self is a or self is b or not self.parents:
            return mpf(0), mpf(0)
        if self not in memo:
            formula, at = FORMULAS[self.name], tuple(map(mpf, self.at))
            terms: list[Sized] = []
            for f, parent in zip(formula.first(*at), self.parents, strict=True):
                s, size = parent._bend(a, b, by_a, by_b, memo)
                terms.append((f * s, abs(f) * size))
            for row, p in zip(formula.second(*at), self.parents, strict=True):
                for f, q in zip(row, self.parents, strict=True):
                    (s, one), (t, other) = p.slope(a, by_a), q.slope(b, by_b)
                    terms.append((f * s * t, abs(f) * one * other))
            memo[self] = _sum(terms)
        return memo[self]

    def add_to_grad(self, slope: Sized, factor: float) -> None:
        """Add a contribution to the grad."""
        self.grad = _sum([self.grad, (slope[0] * factor, slope[1] * abs(factor))])

    def uncertainty(self) -> Any:
        """How much another evaluation may give, which rounds each node differently."""
        return sum(self.slope(node)[1] * abs(node.data) for node in self.family()) * SLACK

    def rebuilt(self, known: dict[Known, Any]) -> Any:
        """Compute it anew by the engine's functions, from what stands for its leaves."""
        for node in self.family():
            if node not in known:
                known[node] = FORMULAS[node.name].engine(*(known[p] for p in node.parents))
        return known[self]

    def copied(self, memo: dict[Known, Known]) -> Known:
        """Copy it with all that it depends on."""
        for node in self.family():
            if node not in memo:
                new = memo[node] = Known(node.data, node.name, tuple(memo[p] for p in node.parents))
                new.at, new.grad = node.at, node.grad
        return memo[self]

    def __repr__(self) -> str:
        inside = f"{self.name}{self.at}" if self.name else "leaf"
        return f"<{inside} = {self.data!r}>"


def near(number: float, right: Sized) -> bool:
    """Tell whether the engine's number is right, by the size of the terms."""
    return bool(abs(mpf(number) - right[0]) <= SLACK * right[1] + 1e-300)


def _sum(terms: Any) -> Sized:
    value, size = mpf(0), mpf(0)
    for one, large in terms:
        value, size = value + one, size + large
    return value, size


def together(known: Known, value: Value) -> Iterator[tuple[Known, Value]]:
    """Go through a graph and what is known of it, side by side; numbers have no other side."""
    stack, seen = [(known, value)], set[Known]()
    while stack:
        one, node = stack.pop()
        if one not in seen:
            seen.add(one)
            yield one, node
            stack += _inner(one, node)


def _inner(known: Known, node: Value) -> list[tuple[Known, Value]]:
    parents = node.parents
    if known.name == "scale":
        parents = tuple(p for p in parents if type(p) is not autograd.value.Constant)
    if known.name == "where":
        condition, *others = parents
        parents = (condition.parents[0], *others)
    return list(zip(known.parents, parents, strict=True))
