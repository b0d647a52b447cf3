"""Does `grade` name the mistake? Random networks and formulas, each with one mistake of a learner.

``python -m tests.benchmarks.grading [--graphs N] [--seed S] [--write]`` prints the table of
``grading.md``. The learner here computes in lists, by formulas of a textbook, and shares no line
with the grader: what is compared is the name of the first mistake that `grade` finds.
"""

from __future__ import annotations

import math
import sys
from argparse import ArgumentParser
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from struct import pack, unpack
from time import process_time
from typing import Any

from autograd import Value, dot, grade, relu, sigmoid, softplus, tanh
from autograd.grading import candidates, slips
from autograd.views.mistakes import ONE_PATH, SIGN
from tests.benchmarks import grading_formulas as formulas

ACTIVATIONS = {"sigmoid": sigmoid, "tanh": tanh, "softplus": softplus, "relu": relu}
PLAIN = {
    "sigmoid": lambda z: 1.0 / (1.0 + math.exp(-z)),
    "tanh": math.tanh,
    "softplus": lambda z: math.log1p(math.exp(z)),
    "relu": lambda z: max(z, 0.0),
}
SLOPE = {  # of z and y
    "sigmoid": lambda z, y: y * (1.0 - y),
    "tanh": lambda z, y: 1.0 - y * y,
    "softplus": lambda z, y: 1.0 / (1.0 + math.exp(-z)),
    "relu": lambda z, y: float(z > 0.0),
}
MISTAKES = {
    "missing slope": slips.NO_SLOPE,
    "slope of z": slips.SLOPE_OF_Z,
    "slope at y": slips.SLOPE_AT_Y,
    "sign": SIGN[0],
    "uphill": SIGN[0],
    "missing half": slips.FACTOR,
    "doubled": slips.FACTOR,
    "transposed forwards": slips.TRANSPOSED,
    "transposed backwards": slips.TRANSPOSED,
    "updated weights": slips.UPDATED,
    "one path": ONE_PATH[0],
    "summed": slips.SUMMED,
    "no bias": slips.NO_BIAS,
    "bias not trained": slips.NO_BIAS,
    "bias shared": slips.SHARED_BIAS,
    "bias per neuron": slips.OWN_BIAS,
    "z for activation": slips.INPUT,
    "input for activation": slips.INPUT,
    "rate left out": slips.RATE,
    "rate squared": slips.RATE,
    "rate twice": slips.RATE,
    "other quantity": candidates.OTHER_QUANTITY,
    "point": candidates.POINT,
    "rounded": slips.ROUNDED,
    "single": slips.SINGLE,
}

EXPECTED = {**MISTAKES, **formulas.MISTAKES}


@dataclass
class Exercise:
    """A network with numbers, as a learner gets it: sizes, weights, biases, inputs, targets."""

    activation: str
    sizes: list[int]
    x: list[float]
    t: list[float]
    W: list[list[list[float]]]
    b: list[list[float]]
    shared: bool
    rate: float


def exercise(random: Random) -> Exercise:
    sizes = [random.randint(2, 4) for _ in range(random.choice([2, 3, 3, 3, 4]))]
    pairs = list(pairwise(sizes))
    some = lambda low, high: round(random.uniform(low, high), 2) or 0.11  # noqa: E731
    shared = random.random() < 0.4
    biases = [[some(-0.9, 0.9) for _ in range(m)] for _, m in pairs]
    return Exercise(
        random.choice(list(ACTIVATIONS)),
        sizes,
        [some(-1.5, 1.5) for _ in range(sizes[0])],
        [some(0.0, 1.0) for _ in range(sizes[-1])],
        [[[some(-1.2, 1.2) for _ in range(n)] for _ in range(m)] for n, m in pairs],
        [[row[0]] * len(row) if shared else row for row in biases],
        shared,
        round(random.uniform(0.05, 0.95), 2),
    )


def recorded(e: Exercise, as_dot: bool) -> Value:
    """The graph of an exercise, with the labels of a textbook."""
    a = [Value(x, f"i{k}") for k, x in enumerate(e.x, 1)]
    f = ACTIVATIONS[e.activation]
    for layer, (rows, biases) in enumerate(zip(e.W, e.b, strict=True), 1):
        common = Value(biases[0], f"b{layer}") if e.shared else None
        outs = []
        for j, row in enumerate(rows, 1):
            w = [Value(x, f"w{layer}_{j}{k}") for k, x in enumerate(row, 1)]
            bias = common or Value(biases[j - 1], f"b{layer}_{j}")
            z = dot(w, a, bias) if as_dot else sum(x * y for x, y in zip(w, a, strict=True)) + bias
            y = f(z)
            z.label, y.label = f"net{layer}_{j}", f"out{layer}_{j}"
            outs.append(y)
        a = outs
    error = 0.5 * sum((y - t) ** 2 for y, t in zip(a, e.t, strict=True))
    error.label = "E"
    return error


@dataclass
class Learner:
    """Works an exercise by hand, with one mistake; `numbers` are the figures that come of it."""

    e: Exercise
    mistake: str = ""
    layer: int | None = None  # where the mistake is made; None: everywhere
    decimals: int = 4
    numbers: dict[str, float] = field(default_factory=dict)

    def makes(self, mistake: str, layer: int | None = None) -> bool:
        return (self.mistake == mistake and layer in (None, self.layer)) or (
            self.mistake == mistake and self.layer is None
        )

    def r(self, x: float) -> float:
        if self.mistake == "rounded":
            scale = 10**self.decimals
            return math.copysign(math.floor(abs(x) * scale + 0.5) / scale, x)
        return float(unpack("f", pack("f", x))[0]) if self.mistake == "single" else x

    def weight(self, W: list[list[list[float]]], layer: int, j: int, k: int) -> float:
        rows, columns = len(W[layer]), len(W[layer][0])
        flat = [x for row in W[layer] for x in row]
        return flat[k * rows + j] if rows == columns else W[layer][j][k]

    def work(self) -> dict[str, float]:
        e, r, n = self.e, self.r, self.numbers
        a, self.a, self.z = [r(x) for x in e.x], [], []
        self.a.append(a)
        W = [[[r(x) for x in row] for row in rows] for rows in e.W]
        b = [[r(x) for x in row] for row in e.b]
        for layer, rows in enumerate(W):
            zs, ys = [], []
            for j, row in enumerate(rows):
                z = b[layer][j] if not self.makes("no bias", layer) else 0.0
                exact = z
                for k, w in enumerate(row):
                    if self.makes("transposed forwards", layer):
                        w = self.weight(W, layer, j, k)
                    exact += w * a[k]
                z = r(exact)
                y = r(PLAIN[e.activation](z))
                zs.append(z)
                ys.append(y)
                n[f"net{layer + 1}_{j + 1}"], n[f"out{layer + 1}_{j + 1}"] = z, y
            a = ys
            self.a.append(ys)
            self.z.append(zs)
        half = 1.0 if self.makes("missing half") else 0.5
        n["E"] = r(half * sum((y - t) ** 2 for y, t in zip(a, e.t, strict=True)))
        self.back(W, b)
        return n

    def slope(self, layer: int, j: int) -> float:
        e, z, y = self.e, self.z[layer][j], self.a[layer + 1][j]
        if self.makes("missing slope", layer):
            return 1.0
        if self.makes("slope of z", layer):
            return SLOPE[e.activation](z, z)
        if self.makes("slope at y", layer):
            return SLOPE[e.activation](y, PLAIN[e.activation](y))
        return SLOPE[e.activation](z, y)

    def back(self, W: list[list[list[float]]], b: list[list[float]]) -> None:
        e, r, n = self.e, self.r, self.numbers
        factor = {"missing half": 2.0, "doubled": 2.0, "sign": -1.0}.get(self.mistake, 1.0)
        g = [r(factor * (y - t)) for y, t in zip(self.a[-1], e.t, strict=True)]
        for layer in reversed(range(len(W))):
            rows, inputs = W[layer], self.a[layer]
            for j, slope in enumerate(g):
                n[f"dE/dout{layer + 1}_{j + 1}"] = slope
            delta = [r(g[j] * r(self.slope(layer, j))) for j in range(len(rows))]
            for j, d in enumerate(delta):
                n[f"dE/dnet{layer + 1}_{j + 1}"] = d
            self.train(layer, delta, W, b)
            below = []
            for k in range(len(inputs)):
                parts = []
                for j, row in enumerate(rows):
                    w = row[k]
                    if self.makes("transposed forwards", layer) or self.makes(
                        "transposed backwards", layer
                    ):
                        w = self.weight(W, layer, j, k)
                    if self.makes("updated weights", layer):
                        w = w - e.rate * n[f"dE/dw{layer + 1}_{j + 1}{k + 1}"]
                    if self.makes("summed", layer):
                        w = inputs[k]
                    parts.append(delta[j] * w)
                below.append(r(parts[-1] if self.makes("one path", layer) else sum(parts)))
            g = below

    def train(self, layer: int, delta: list[float], W: Any, b: Any) -> None:
        e, r = self.e, self.r
        inputs = self.a[layer]
        if layer and self.makes("z for activation", layer):
            inputs = self.z[layer - 1]
        elif layer and self.makes("input for activation", layer):
            inputs = [*self.a[0], *inputs[len(self.a[0]) :]]
        rows, columns = len(W[layer]), len(W[layer][0])
        for j, d in enumerate(delta):
            for k in range(columns):
                place = (j, k)
                if self.makes("transposed forwards", layer) and rows == columns:
                    place = (k, j)
                name = f"w{layer + 1}_{place[0] + 1}{place[1] + 1}"
                self.step(name, W[layer][place[0]][place[1]], r(d * inputs[k]))
        total = r(sum(delta))
        for j, d in enumerate(delta):
            if e.shared:
                slope = delta[-1] if self.makes("bias per neuron", layer) else total
                self.step(f"b{layer + 1}", b[layer][0], slope)
            else:
                slope = total if self.makes("bias shared", layer) else d
                self.step(f"b{layer + 1}_{j + 1}", b[layer][j], slope)

    def step(self, name: str, before: float, slope: float) -> None:
        rate, n = self.e.rate, self.numbers
        n[f"dE/d{name}"] = slope
        rates = {"rate left out": 1.0, "rate squared": rate * rate, "rate twice": 2.0 * rate}
        rates |= {"uphill": -rate}
        if self.mistake == "bias not trained" and name.startswith("b"):
            rates[self.mistake] = 0.0
        n[f"{name}+"] = self.r(before - rates.get(self.mistake, rate) * slope)


def printed(x: float, digits: int, decimals: int | None) -> str:
    """A number to some significant digits, or to some decimals."""
    if decimals is None:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(x)))) if x else digits
    return f"{x:.{decimals}f}"


def sheet(numbers: dict[str, float], random: Random) -> dict[str, str]:
    """The figures that a learner hands in: all or some, to significant digits or to decimals."""
    digits = random.randint(5, 9)
    decimals = random.choice([None, random.randint(6, 9)])
    share = random.choice([1.0, 1.0, 0.6])
    return {
        name: printed(x, digits, decimals) for name, x in numbers.items() if random.random() < share
    }


def attempt(mistake: str, random: Random) -> tuple[Exercise, dict[str, str]] | None:
    """An exercise and the answers of a learner who makes the mistake; None where none shows."""
    e = exercise(random)
    layers = len(e.W)
    where = None if random.random() < 0.5 else random.randrange(layers)
    if mistake in ("point", "other quantity"):
        numbers = Learner(e).work()
        answers = sheet(numbers, random)
        name = random.choice(list(answers))
        decimals = len(answers[name].partition(".")[2])
        if mistake == "point":
            x = numbers[name] * 10.0 ** random.choice([-3, -2, -1, 1, 2, 3])
            answers[name] = printed(x, random.randint(5, 9), None)
        else:
            answers[name] = f"{numbers[random.choice(list(numbers))]:.{max(5, decimals)}f}"
    else:
        learner = Learner(e, mistake, where, random.randint(3, 5))
        answers = sheet(learner.work(), random)
    true = Learner(replace(e)).work()
    changed = 0
    for name, figure in answers.items():
        unit = 10.0 ** -len(figure.partition(".")[2])
        changed += abs(float(figure) - true[name]) > unit
    return (e, answers) if changed else None


def spoiled(figure: str, random: Random) -> str:
    """The figure with one digit, or its last few, changed."""
    places = [i for i, sign in enumerate(figure) if sign.isdigit()]
    first = next((i for i in places if figure[i] != "0"), places[-1])
    places = [i for i in places if i >= first]
    chosen = [random.choice(places)] if random.random() < 0.6 else places[-random.randint(1, 4) :]
    signs = list(figure)
    for i in chosen:
        signs[i] = random.choice("0123456789".replace(signs[i], ""))
    return "".join(signs)


@dataclass
class Figures:
    """What was counted."""

    tried: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    instead: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    right: int = 0
    right_named: int = 0
    spoiled: int = 0
    spoiled_named: int = 0
    seconds: float = 0.0


@dataclass
class Task:
    """A graph, a learner's answers, and the figures of one who makes no mistake."""

    error: Value
    answers: dict[str, str]
    right: dict[str, float]
    rate: float = 0.5


def task(mistake: str, random: Random) -> Task | None:
    """A network or a formula with a mistake; None where none shows."""
    if mistake in MISTAKES:
        made = attempt(mistake, random)
        if made is None:
            return None
        e, answers = made
        return Task(recorded(e, random.random() < 0.5), answers, Learner(e).work(), e.rate)
    found = formulas.attempt(mistake, random)
    if found is None:
        return None
    formula, figures = found
    right = formulas.work(formula)
    sizes = [abs(x) for x in right.values() if x]
    answers = sheet(figures, random)
    units = {name: 10.0 ** -len(figure.partition(".")[2]) for name, figure in answers.items()}
    shows = any(abs(float(answers[name]) - right[name]) > units[name] for name in answers)
    if max(sizes) > 1e4 or min(sizes) < 1e-4 or not shows:
        return None
    return Task(formulas.recorded(formula), answers, right)


def measure(graphs: int, seed: int, spoil_each: int = 4) -> Figures:
    """Grade exercises with a mistake, the same without, and some with spoiled digits."""
    found = Figures()
    random = Random(seed)
    for count in range(graphs):
        kind = list(EXPECTED)[count % len(EXPECTED)]
        while (made := task(kind, random)) is None:
            pass
        before = process_time()
        mistakes = grade(made.error, made.answers, learning_rate=made.rate).mistakes
        found.seconds += process_time() - before
        found.tried[kind] += 1
        found.named[kind] += mistakes[:1] == (EXPECTED[kind],)
        if mistakes[:1] != (EXPECTED[kind],):
            found.instead[kind][mistakes[0] if mistakes else "no mistake"] += 1
        right = sheet(made.right, random)
        graded = grade(made.error, right, learning_rate=made.rate)
        found.right += len(graded.items)
        found.right_named += sum(item.verdict != "right" for item in graded.items)
        if spoil_each and count % spoil_each == 0:
            count_spoiled(found, made, right, random)
    return found


def count_spoiled(found: Figures, made: Task, right: dict[str, str], random: Random) -> None:
    """Spoil a figure of a right list, a figure by itself, and every fifth of a list."""
    names = list(right)
    one, few = random.choice(names), random.sample(names, max(1, len(names) // 5))
    lists = [
        {**right, one: spoiled(right[one], random)},
        {one: spoiled(right[one], random)},
        {**right, **{name: spoiled(right[name], random) for name in few}},
    ]
    for answers in lists:
        for item in grade(made.error, answers, learning_rate=made.rate).items:
            if item.given != right[item.name]:
                found.spoiled += 1
                found.spoiled_named += item.mistake is not None


def table(found: Figures) -> str:
    """The figures as Markdown."""
    lines = ["| mistake | graphs | named first | instead |", "|---|---:|---:|---|"]
    for kind, tried in found.tried.items():
        instead = ", ".join(f"{name} ({n})" for name, n in found.instead[kind].most_common(3))
        lines.append(f"| {kind} | {tried} | {found.named[kind]} | {instead} |")
    tried, named = found.tried.total(), found.named.total()
    lines += [f"| **all** | **{tried}** | **{named}** ({named / tried:.1%}) | |", ""]
    lines.append(f"Right answers: {found.right}, of which not found right: {found.right_named}.  ")
    lines.append(
        f"Spoiled figures: {found.spoiled}, of which given a mistake's name: {found.spoiled_named} "
        f"({found.spoiled_named / max(1, found.spoiled):.2%}).  "
    )
    lines.append(f"One grading: {1000 * found.seconds / tried:.0f} ms of CPU on average.")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and with --write keep the table beside this file."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--graphs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    text = table(measure(options.graphs, options.seed))
    print(text)
    if options.write:
        head = "What `python -m tests.benchmarks.grading --write` found"
        head += f" ({options.graphs} graphs, seed {options.seed}).\n\n"
        Path(__file__).with_suffix(".md").write_text(f"{head}{text}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
