"""Random formulas for `grading`: a learner differentiates a graph of any shape, with one mistake.

The learner keeps the formula as a list of steps and goes back over it in plain arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from autograd import Value, exp, sigmoid, sin, softplus, tanh
from autograd.grading import slips
from autograd.views.mistakes import NO_LOCAL, NO_UPSTREAM, ONE_PATH, SIGN

FUNCTIONS: dict[str, tuple[Callable[[Value], Value], Callable[[float], float]]] = {
    "tanh": (tanh, math.tanh),
    "sigmoid": (sigmoid, lambda x: 1.0 / (1.0 + math.exp(-x))),
    "sin": (sin, math.sin),
    "exp": (exp, math.exp),
    "softplus": (softplus, lambda x: math.log1p(math.exp(x))),
}
SLOPES: dict[str, Callable[[float, float], float]] = {
    "tanh": lambda x, y: 1.0 - y * y,
    "sigmoid": lambda x, y: y * (1.0 - y),
    "sin": lambda x, y: math.cos(x),
    "exp": lambda x, y: y,
    "softplus": lambda x, y: 1.0 / (1.0 + math.exp(-x)),
}
MISTAKES = {
    "edge sign": SIGN[0],
    "edge factor": slips.FACTOR,
    "edge slope left out": slips.NO_SLOPE,
    "edge left out": NO_LOCAL[0],
    "edge one path": ONE_PATH[0],
    "edge upstream": NO_UPSTREAM[0],
}


@dataclass
class Formula:
    """Leaves and steps: what each node is computed by, and of which nodes before it."""

    leaves: list[float]
    steps: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)

    def name(self, n: int) -> str:
        """The label of a node."""
        return f"x{n + 1}" if n < len(self.leaves) else f"n{n - len(self.leaves) + 1}"


def formula(random: Random) -> Formula:
    """Choose steps, each of nodes that are not used up yet, where there are such."""
    made = Formula([round(random.uniform(0.2, 1.8), 2) for _ in range(random.randint(2, 4))])
    unused = list(range(len(made.leaves)))
    for _ in range(random.randint(6, 14)):
        n = len(made.leaves) + len(made.steps)
        name = random.choice(["+", "-", "*", "*", *FUNCTIONS])
        count = 1 if name in FUNCTIONS else 2
        chosen = [unused.pop(random.randrange(len(unused)))]
        chosen += [random.randrange(n) for _ in range(count - 1)]
        unused = [k for k in unused if k not in chosen] + [n]
        made.steps.append((name, tuple(chosen)))
    while len(unused) > 1:
        n = len(made.leaves) + len(made.steps)
        made.steps.append(("*", (unused.pop(0), unused.pop(0))))
        unused.append(n)
    return made


def recorded(made: Formula) -> Value:
    """The graph of a formula, every node with its label."""
    nodes = [Value(x) for x in made.leaves]
    for name, places in made.steps:
        a, *b = (nodes[k] for k in places)
        if name in FUNCTIONS:
            nodes.append(FUNCTIONS[name][0](a))
        else:
            nodes.append(a + b[0] if name == "+" else a - b[0] if name == "-" else a * b[0])
    for n, node in enumerate(nodes):
        node.label = made.name(n)
    return nodes[-1]


def values(made: Formula) -> list[float]:
    """The numbers of all nodes."""
    found = list(made.leaves)
    for name, places in made.steps:
        a, *b = (found[k] for k in places)
        if name in FUNCTIONS:
            found.append(FUNCTIONS[name][1](a))
        else:
            found.append(a + b[0] if name == "+" else a - b[0] if name == "-" else a * b[0])
    return found


def work(made: Formula, mistake: str = "", at: tuple[int, int] = (-1, -1)) -> dict[str, float]:
    """All figures of a learner who makes the mistake at one argument of one node."""
    found = values(made)
    last, first = len(found) - 1, len(made.leaves)
    gradient = [0.0] * last + [1.0]
    for n in range(last, first - 1, -1):
        name, places = made.steps[n - first]
        for k, place in enumerate(places):
            slope = {"+": 1.0, "-": 1.0 - 2.0 * k}.get(name, 0.0)
            if name == "*":
                slope = found[places[1 - k]]
            elif name in FUNCTIONS:
                slope = SLOPES[name](found[place], found[n])
            upstream = gradient[n]
            if (n, k) == at:
                slope *= {"edge sign": -1.0, "edge factor": 2.0}.get(mistake, 1.0)
                slope = 1.0 if mistake in ("edge left out", "edge slope left out") else slope
                if mistake == "edge one path":
                    gradient[place] = 0.0
            if n == at[0] and mistake == "edge upstream":
                upstream = 1.0
            if mistake == "edge one path" and place in lost(made, at) and (n, k) < at:
                continue
            gradient[place] += upstream * slope
    figures = {made.name(n): x for n, x in enumerate(found)}
    output = made.name(last)
    return figures | {f"d{output}/d{made.name(n)}": g for n, g in enumerate(gradient[:last])}


def lost(made: Formula, at: tuple[int, int]) -> set[int]:
    """The node of which only the path through one argument is kept."""
    n, k = at
    return {made.steps[n - len(made.leaves)][1][k]}


def attempt(mistake: str, random: Random) -> tuple[Formula, dict[str, float]] | None:
    """A formula and the figures of a learner; None where there is no place for the mistake."""
    made = formula(random)
    first = len(made.leaves)
    edges = [(first + i, k) for i, (_, p) in enumerate(made.steps) for k in range(len(p))]
    used = [made.steps[n - first][1][k] for n, k in edges]
    if mistake == "edge one path":
        edges = [e for e, place in zip(edges, used, strict=True) if used.count(place) > 1]
    elif mistake == "edge slope left out":
        edges = [(n, k) for n, k in edges if made.steps[n - first][0] in FUNCTIONS]
    elif mistake == "edge left out":
        edges = [(n, k) for n, k in edges if made.steps[n - first][0] == "*"]
    if not edges:
        return None
    try:
        return made, work(made, mistake, random.choice(edges))
    except OverflowError:
        return None
