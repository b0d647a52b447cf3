"""A model and its optimiser, trained, saved, loaded and copied in any order, beside a plain loop.

    python -m tests.campaigns.training_machine --examples 300 --steps 20

The plain loop has a network of lists of floats, its derivatives by hand, and each optimiser's rule
as a textbook has it. `fit`, eager and compiled, steps by hand, `save`, `load`, `state_dict`,
clipping, penalties, schedules and early stopping must leave model and history as it does.
"""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from nn import MLP, fit
from nn.losses import mean_squared_error
from nn.optim import SGD, AdaGrad, Adam, AdamW, ExponentialDecay, RMSProp, StepDecay, clip_grad_norm
from tests.campaigns import machine
from tests.campaigns.machine import TAKEN

SIZES = (2, 2, 1)
ROWS = [[0.5, -0.25], [1.0, 0.75], [-0.5, 0.125], [0.25, -1.0], [0.0, 0.5]]
TARGETS = [[0.5], [-0.25], [1.0], [0.125], [-0.75]]
HELD_OUT = [[0.3, 0.2], [-0.7, 0.4]], [[0.1], [0.6]]
DECAY, SLACK = 0.01, 1e-6


class Plain:
    """The network, its optimiser and its schedule once more, in floats."""

    def __init__(self, numbers: Sequence[float], rule: str, lr: float, decay: str) -> None:
        self.numbers, self.rule, self.lr, self.decay = list(numbers), rule, lr, decay
        self.first_lr, self.time, self.steps = lr, 0, 0
        self.one, self.two = [0.0] * len(self.numbers), [0.0] * len(self.numbers)

    # ------------------------------------------------------------------------------------ gradient

    def outputs(self, row: Sequence[float]) -> tuple[list[float], float]:
        p = self.numbers
        hidden = [math.tanh(p[k] * row[0] + p[k + 1] * row[1] + p[k + 2]) for k in (0, 3)]
        return hidden, p[6] * hidden[0] + p[7] * hidden[1] + p[8]

    def loss(self, rows: Any, targets: Any) -> float:
        return math.fsum(
            (self.outputs(row)[1] - target[0]) ** 2
            for row, target in zip(rows, targets, strict=True)
        ) / len(rows)

    def gradient(self, rows: Any, targets: Any, penalty: bool) -> list[float]:
        p, g = self.numbers, [0.0] * 9
        for row, target in zip(rows, targets, strict=True):
            hidden, out = self.outputs(row)
            slope = 2.0 * (out - target[0]) / len(rows)
            for j, k in ((0, 0), (1, 3)):
                g[6 + j] += slope * hidden[j]
                inner = slope * p[6 + j] * (1.0 - hidden[j] ** 2)
                g[k], g[k + 1], g[k + 2] = (
                    g[k] + inner * row[0],
                    g[k + 1] + inner * row[1],
                    g[k + 2] + inner,
                )
            g[8] += slope
        return [one + 2 * DECAY * x for one, x in zip(g, p, strict=True)] if penalty else g

    # ------------------------------------------------------------------------------------- a step

    def step(self, gradient: Sequence[float]) -> None:
        self.steps += 1
        for k, g in enumerate(gradient):
            self.numbers[k] = self.moved(k, self.numbers[k], g)

    def moved(self, k: int, p: float, g: float) -> float:
        lr, one, two, t = self.lr, self.one, self.two, self.steps
        match self.rule:
            case "sgd":
                return p - lr * g
            case "nesterov":
                g += 0.1 * p
                one[k] = 0.9 * one[k] + g
                return p - lr * (g + 0.9 * one[k])
            case "adagrad":
                one[k] += g * g
                return p - lr * g / (math.sqrt(one[k]) + 1e-10)
            case "rmsprop":
                one[k] = 0.99 * one[k] + 0.01 * g * g
                return p - lr * g / (math.sqrt(one[k]) + 1e-8)
            case "adam" | "adamw":
                if self.rule == "adamw":
                    p *= 1.0 - lr * 0.1
                one[k] = 0.9 * one[k] + 0.1 * g
                two[k] = 0.999 * two[k] + 0.001 * g * g
                m, v = one[k] / (1 - 0.9**t), two[k] / (1 - 0.999**t)
                return p - lr * m / (math.sqrt(v) + 1e-8)
        raise AssertionError(self.rule)

    def tick(self) -> None:
        self.time += 1
        by = {"halved": 0.5 ** (self.time // 2), "falling": 0.9**self.time}
        self.lr = self.first_lr * by[self.decay]

    # ---------------------------------------------------------------------------------------- fit

    def fit(
        self, epochs: int, size: int | None, seed: int, **options: Any
    ) -> dict[str, list[float]]:
        random, told = Random(seed), {"losses": [], "norms": [], "rates": [], "held_out": []}
        best: tuple[int, list[float]] = 0, self.numbers
        for epoch in range(epochs):
            order = list(range(len(ROWS)))
            if size is not None:
                random.shuffle(order)
            parts = [order[n : n + (size or 99)] for n in range(0, len(order), size or 99)]
            loss, norms = 0.0, 0.0
            for part in parts:
                rows, targets = [ROWS[n] for n in part], [TARGETS[n] for n in part]
                loss += self.loss(rows, targets) * len(part)
                norms += self.clipped_step(rows, targets, options["penalty"], options["clip"])
            told["losses"].append(loss / len(order))
            told["norms"].append(norms / len(parts))
            told["rates"].append(self.lr)
            if options["held_out"]:
                told["held_out"].append(self.loss(*HELD_OUT))
            if options["scheduled"]:
                self.tick()
            if options["patience"]:
                losses = told["held_out"]
                if epoch == 0 or losses[-1] < losses[best[0]]:
                    best = epoch, list(self.numbers)
                elif epoch - best[0] >= options["patience"]:
                    break
        if options["patience"] and epochs:
            self.numbers = best[1]
        return told

    def clipped_step(self, rows: Any, targets: Any, penalty: bool, clip: float | None) -> float:
        gradient = self.gradient(rows, targets, penalty)
        norm = math.hypot(*gradient)
        if clip is not None:
            factor = min(1.0, clip / (norm + 1e-6))
            gradient = [g * factor for g in gradient]
        self.step(gradient)
        return norm


OPTIMIZERS: dict[str, Any] = {
    "sgd": lambda p, lr: SGD(p, lr=lr),
    "nesterov": lambda p, lr: SGD(p, lr=lr, momentum=0.9, nesterov=True, weight_decay=0.1),
    "adagrad": lambda p, lr: AdaGrad(p, lr=lr),
    "rmsprop": lambda p, lr: RMSProp(p, lr=lr),
    "adam": lambda p, lr: Adam(p, lr=lr),
    "adamw": lambda p, lr: AdamW(p, lr=lr, weight_decay=0.1),
}
SCHEDULES: dict[str, Any] = {
    "halved": lambda optimizer: StepDecay(optimizer, step_size=2, gamma=0.5),
    "falling": lambda optimizer: ExponentialDecay(optimizer, gamma=0.9),
}


def near(found: Sequence[float], right: Sequence[float]) -> bool:
    """Tell whether all numbers agree."""
    pairs = zip(found, right, strict=True)
    return all(abs(a - b) <= SLACK * (1.0 + abs(b)) for a, b in pairs)


class Trainings(RuleBasedStateMachine):
    """All that one can do with a model in training."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.snapshots: list[tuple[Any, list[float]]] = []

    def teardown(self) -> None:
        self.folder.cleanup()

    @initialize(
        seed=st.integers(0, 5),
        rule=st.sampled_from(sorted(OPTIMIZERS)),
        lr=st.sampled_from([0.01, 0.05]),
        decay=st.sampled_from(sorted(SCHEDULES)),
    )
    def begin(self, seed: int, rule: str, lr: float, decay: str) -> None:
        self.model = MLP(SIZES[0], [*SIZES[1:]], seed=seed)
        self.optimizer = OPTIMIZERS[rule](self.model.parameters(), lr)
        self.schedule = SCHEDULES[decay](self.optimizer)
        self.plain = Plain([p.data for p in self.model.parameters()], rule, lr, decay)

    @rule(
        epochs=st.integers(0, 4),
        size=st.sampled_from([None, 1, 2, 3, 5]),
        seed=st.integers(0, 3),
        compiled=st.booleans(),
        penalty=st.booleans(),
        clip=st.sampled_from([None, None, 0.5, 0.0]),
        scheduled=st.booleans(),
        patience=st.sampled_from([None, None, 1, 2]),
        held_out=st.booleans(),
    )
    def fit(self, epochs: int, size: Any, seed: int, compiled: bool, **options: Any) -> None:
        TAKEN["fit, compiled" if compiled else "fit"] += 1
        options["held_out"] |= options["patience"] is not None
        history = fit(
            self.model,
            mean_squared_error,
            ROWS,
            TARGETS,
            optimizer=self.optimizer,
            epochs=epochs,
            batch_size=size,
            seed=seed,
            compiled=compiled,
            penalty=_penalty if options["penalty"] else None,
            clip=options["clip"],
            schedule=self.schedule if options["scheduled"] else None,
            validation=HELD_OUT if options["held_out"] else None,
            early_stopping=options["patience"],
            progress=False,
        )
        told = self.plain.fit(epochs, size, seed, **options)
        assert near(history.losses, told["losses"]), (history.losses, told)
        assert near(history.gradient_norms, told["norms"]), (history.gradient_norms, told)
        assert near(history.learning_rates, told["rates"]), (history.learning_rates, told)
        assert near(history.validation_losses or [], told["held_out"])
        assert all(p.grad == 0.0 for p in self.model.parameters())

    @rule(penalty=st.booleans(), clip=st.sampled_from([None, 0.25]), count=st.integers(1, 5))
    def step_by_hand(self, penalty: bool, clip: float | None, count: int) -> None:
        TAKEN["step"] += 1
        self.optimizer.zero_grad()
        for row, target in zip(ROWS[:count], TARGETS, strict=False):
            mean_squared_error(self.model(row), target).backward(1 / count)
        if penalty:
            _penalty(self.model.parameters()).backward()
        if clip is not None:
            clip_grad_norm(self.model.parameters(), clip)
        self.optimizer.step()
        self.model.zero_grad()
        self.plain.clipped_step(ROWS[:count], TARGETS[:count], penalty, clip)

    @rule()
    def tick(self) -> None:
        TAKEN["schedule"] += 1
        self.schedule.step()
        self.plain.tick()

    @rule(lr=st.sampled_from([0.001, 0.02]))
    def set_rate(self, lr: float) -> None:
        TAKEN["lr"] += 1
        self.optimizer.lr = self.plain.lr = lr

    @rule()
    def save_and_load(self) -> None:
        """Into another model and back: the optimiser goes on with the parameters that it has."""
        TAKEN["save, load"] += 1
        path = Path(self.folder.name) / "model.json"
        self.model.save(path)
        other = MLP(SIZES[0], [*SIZES[1:]], seed=9)
        other.load(path)
        assert other.state_dict() == self.model.state_dict()
        for parameter in self.model.parameters():
            parameter.data = 0.5
        self.model.load(path)

    @rule()
    def note_state(self) -> None:
        TAKEN["state_dict"] += 1
        self.snapshots.append((self.model.state_dict(), list(self.plain.numbers)))

    @rule(at=st.integers(0, 50))
    def load_state(self, at: int) -> None:
        if self.snapshots:
            TAKEN["load_state_dict"] += 1
            state, numbers = self.snapshots[at % len(self.snapshots)]
            self.model.load_state_dict(state)
            self.plain.numbers = list(numbers)

    @rule(by_pickle=st.booleans())
    def go_on_with_a_copy(self, by_pickle: bool) -> None:
        TAKEN["pickle" if by_pickle else "deepcopy"] += 1
        all_three = self.model, self.optimizer, self.schedule
        before = [p.data for p in self.model.parameters()]
        again = pickle.loads(pickle.dumps(all_three)) if by_pickle else copy.deepcopy(all_three)
        for parameter in self.model.parameters():
            parameter.data = math.nan  # whatever goes on with the old one is seen
        self.model, self.optimizer, self.schedule = again
        assert [p.data for p in self.model.parameters()] == before

    @invariant()
    def the_model_is_as_the_plain_loop_leaves_it(self) -> None:
        if hasattr(self, "plain"):
            found = [p.data for p in self.model.parameters()]
            assert near(found, self.plain.numbers), (found, self.plain.numbers)
            assert math.isclose(self.optimizer.lr, self.plain.lr)
            assert self.optimizer.steps == self.plain.steps
            row = ROWS[0]
            assert near([self.model(row)[0].data], [self.plain.outputs(row)[1]])


def _penalty(parameters: Any) -> Any:
    return DECAY * sum(p * p for p in parameters)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; what goes wrong is raised, with the steps that lead there."""
    return machine.main(arguments, Trainings)


if __name__ == "__main__":
    raise SystemExit(main())
