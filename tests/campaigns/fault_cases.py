"""The operations in which faults are injected: each on small things, made anew for each fault.

Read next: `faults`.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import autograd
from autograd import Value, gradients, no_grad, replay, tanh
from autograd.expression import read_expression
from autograd.graph import topological_order
from autograd.speed import twins
from nn import MLP, fit
from nn.losses import mean_squared_error
from nn.optim import SGD, Adam, ExponentialDecay, clip_grad_norm
from tests.campaigns.injection import Case

ROWS = [[0.1 * i, 1.0 - 0.2 * i] for i in range(4)]
TARGETS = [[0.3 * i] for i in range(4)]
OLD = b"what was there before"


def graph() -> tuple[Value, list[Value]]:
    """A graph with shared parts, a step that selects, and gradients from before."""
    leaves = [Value(0.1 * i + 0.3, f"x{i}") for i in range(3)]
    root = autograd.total([tanh(a * b) + autograd.relu(a) for a in leaves for b in leaves[:2]])
    root.label = "y"
    for number, leaf in enumerate(leaves):
        leaf.grad = number / 7
    return root, leaves


def of_graph(things: Any) -> Any:
    root, leaves = things[:2]
    order = topological_order(root)
    numbers = [(node.data, node._local, node.label) for node in [*leaves, *order]]
    return [numbers, [leaf.grad for leaf in leaves]]


def changed(folder: Path) -> tuple[Value, list[Value]]:
    root, leaves = graph()
    for leaf in leaves:
        leaf.data += 0.25
    return root, leaves


def numbers_of(leaves: list[Value]) -> list[tuple[float, float]]:
    return [(leaf.data, leaf.grad) for leaf in leaves]


def in_python(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Have the engine's Python functions serve, not their twins in C."""

    def acting(things: Any) -> Any:
        loops = twins.loops
        twins.loops = None
        try:
            return act(things)
        finally:
            twins.loops = loops

    return acting


# ------------------------------------------------------------------------------- graphs, transforms


def _graph_cases() -> Iterator[Case]:
    def fresh(folder: Path) -> Any:
        return graph()

    for kind, wrap in (("", lambda act: act), (" in Python", in_python)):
        yield Case(f"backward{kind}", fresh, wrap(lambda t: t[0].backward()), of_graph)
        yield Case(f"replay{kind}", changed, wrap(lambda t: replay(t[0])), of_graph)
    acts: dict[str, Callable[[Any], Any]] = {
        "gradients": lambda t: gradients(gradients(t[0], t[1])[0], t[1]),
        "deepcopy": lambda t: copy.deepcopy(t[0]),
        "pickle": lambda t: pickle.loads(pickle.dumps(t[0])),
        "no_grad": _without_recording,
        "check_gradients": lambda t: autograd.check_gradients(t[0]),
        "draw": lambda t: autograd.draw(t[0]).svg(),
        "walkthrough": lambda t: str(autograd.walkthrough(t[0])),
        "derivation": lambda t: autograd.derivation(t[0], t[1][0]).text,
        "ledger": lambda t: str(autograd.ledger(t[0], t[1][0])),
        "formula": lambda t: autograd.formula(t[0], expand=True),
    }
    for name, act in acts.items():
        yield Case(name, fresh, act, of_graph)
    yield Case("grade", lambda _: _small(), _graded, lambda t: t.grad)
    yield Case("hessian", lambda _: None, _derivatives, lambda _: None)
    yield Case("expression", lambda _: None, _read, lambda _: None)


def _graded(output: Value) -> str:
    return autograd.grade(output, {"dy/dx": 1.0, "y": 0.4}).text


def _without_recording(things: Any) -> None:
    with no_grad():
        tanh(things[1][0]) * 2.0


def _derivatives(_: Any) -> None:
    def f(x: Any) -> Any:
        return tanh(x[0] * x[1]) * autograd.exp(x[0]) + autograd.where(x[1] * 0.0, x[0], x[1])

    autograd.hessian(f)([0.3, 0.4])
    autograd.jvp(f, ([0.3, 0.4],), ([1.0, 0.0],))


def _read(_: Any) -> None:
    read_expression("tanh(a*b) + sqrt(a)", {"a": Value(2.0, "a"), "b": Value(3.0, "b")})


# ----------------------------------------------------------------------------------------- compiler


def _program(backend: Any, threads: int = 1) -> Any:
    w, b = Value(0.5, "w"), Value(0.1, "b")
    w.grad, b.grad = 1.0, 2.0

    def error(x: Any, t: Any) -> Any:
        return (tanh(w * x[0] + b * x[1]) + autograd.relu(w) - t[0]) ** 2

    return autograd.compile(error, backend=backend, threads=threads), [w, b]


def _trained(things: Any, epochs: int = 3) -> Any:
    program, _, optimizer = things
    program.train(ROWS, TARGETS, optimizer=optimizer, epochs=epochs, batch_size=2)


def _of_training(things: Any) -> Any:
    _, leaves, optimizer = things
    return [numbers_of(leaves), [*optimizer.state], optimizer.steps, optimizer.lr]


def _compiler_cases() -> Iterator[Case]:
    for backend in ("python", "llvm"):

        def fresh(folder: Path, backend: Any = backend) -> Any:
            return _program(backend)

        def state(things: Any) -> Any:
            return numbers_of(things[1])

        yield Case(f"compile, {backend}", fresh, lambda t: t[0](ROWS[1], TARGETS[1]), state)
        yield Case(f"batch, {backend}", fresh, lambda t: t[0].batch(ROWS, TARGETS), state)
        yield Case(f"program.backward, {backend}", fresh, _backwards, state)
        for threads in (1, 2) if backend == "llvm" else (1,):

            def to_train(folder: Path, backend: Any = backend, threads: int = threads) -> Any:
                program, leaves = _program(backend, threads)
                return program, leaves, Adam(leaves, lr=0.1)

            def between(folder: Path, fresh: Any = to_train) -> list[Any]:
                states = []
                for epochs in range(4):
                    things = fresh(folder)
                    _trained(things, epochs)
                    states.append(_of_training(things))
                return states

            name = f"train, {backend}, {threads} threads"
            yield Case(name, to_train, _trained, _of_training, between)


def _backwards(things: Any) -> None:
    things[0].backward(ROWS, TARGETS)


# --------------------------------------------------------------------------------------------- nn


def _model(seed: int = 3) -> Any:
    model = MLP(2, [3, 1], seed=seed)
    optimizer = Adam(model.parameters(), lr=0.05)
    return model, optimizer, ExponentialDecay(optimizer, 0.9)


def _of_model(things: Any) -> Any:
    model, optimizer, schedule = things[:3]
    modes = [module.training for module in model.modules()]
    return [
        model.state_dict(),
        [*optimizer.state],
        (optimizer.steps, optimizer.lr, schedule.steps),
        modes,
    ]


def _fit(compiled: bool, executor: bool = False, epochs: int = 3) -> Callable[[Any], Any]:
    def act(things: Any) -> Any:
        model, optimizer, schedule = things[:3]
        return fit(
            model,
            mean_squared_error,
            ROWS,
            TARGETS,
            optimizer=optimizer,
            schedule=schedule,
            epochs=epochs,
            batch_size=2,
            validation=(ROWS[:2], TARGETS[:2]),
            early_stopping=9,
            compiled=compiled,
            progress=False,
            executor=things[3] if executor else None,
        )

    return act


def _noted(things: Any, states: list[Any]) -> None:
    """Have optimiser and schedule note the state before and after each of their steps.

    An error in an eager epoch leaves the model at its last step; Ctrl-C, at the last epoch. What an
    epoch in compiled code has done is seen where the schedule begins its step.
    """
    before = _of_model(things)

    def note() -> None:
        states.append([*_of_model(things)[:3], before[3]])

    def noting(owner: Any) -> None:
        step = owner.step

        def noted() -> None:
            note()
            step()
            note()

        owner.step = noted

    noting(things[1])
    noting(things[2])


def _fit_cases() -> Iterator[Case]:
    def fresh(folder: Path) -> Any:
        return *_model(), ThreadPoolExecutor(2)

    for name, compiled, executor in (
        ("eager", False, False),
        ("compiled", True, False),
        ("threads", False, True),
    ):

        def between(folder: Path, c: bool = compiled, e: bool = executor) -> list[Any]:
            things, states = fresh(folder), list[Any]()
            _noted(things, states)
            _fit(c, e)(things)
            return states

        yield Case(f"fit, {name}", fresh, _fit(compiled, executor), _of_model, between)


def _with_gradients(folder: Path) -> Any:
    things = _model()
    mean_squared_error(things[0](ROWS[0]), TARGETS[0]).backward()
    return things


def _grads(things: Any) -> Any:
    return [*_of_model(things), [p.grad for p in things[0].parameters()]]


def _nn_cases() -> Iterator[Case]:
    yield from _fit_cases()
    other = _model(seed=4)[0].state_dict()
    acts: dict[str, Callable[[Any], Any]] = {
        "optimizer.step": lambda t: t[1].step(),
        "zero_grad": lambda t: t[0].zero_grad(),
        "clip_grad_norm": lambda t: clip_grad_norm(t[0].parameters(), 0.01),
        "load_state_dict": lambda t: t[0].load_state_dict(other),
        "eval": lambda t: t[0].eval(),
    }
    for name, act in acts.items():
        yield Case(name, _with_gradients, act, _grads)
    yield Case("MLP", lambda _: None, lambda _: MLP(2, [3, 1]), lambda _: None)
    yield Case("SGD", _with_gradients, lambda t: SGD(t[0].parameters(), lr=0.1), _grads)


# --------------------------------------------------------------------------------------------- save


SAVES: dict[str, Callable[[Path], Any]] = {}
"""By the name of a file: what writes it."""


def _writes(name: str) -> Callable[[Callable[[Path], Any]], Callable[[Path], Any]]:
    def enter(write: Callable[[Path], Any]) -> Callable[[Path], Any]:
        SAVES[name] = write
        return write

    return enter


def _small() -> Value:
    x, w = Value(2.0, "x"), Value(-0.5, "w")
    y = tanh(x * w)
    y.label = "y"
    y.backward()
    return y


for _name in ("drawing.svg", "drawing.dot", "drawing.tex", "drawing.png", "drawing.pdf"):
    _writes(_name)(lambda path: autograd.draw(_small()).save(path))
for _name in ("steps.html", "steps.svg", "steps.gif"):
    _writes(_name)(lambda path: autograd.walkthrough(_small()).save(path))


@_writes("step.png")
def _(path: Path) -> None:
    autograd.walkthrough(_small()).save(path, step=1)


@_writes("model.json")
def _(path: Path) -> None:
    _model()[0].save(path)


@_writes("program.json")
def _(path: Path) -> None:
    program, _ = _program("python")
    program(ROWS[0], TARGETS[0])
    program.save(path)


_FORMULA = ("x*tanh(w)", "x=2", "w=0.5")


def _command(*words: str) -> Callable[[Path], None]:
    from autograd.cli import main

    def write(path: Path) -> None:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as said:
            code = main([*words, "--force", "--output", str(path)])
        if code:
            raise OSError(f"the command ended with {code}: {said.getvalue()}")

    return write


SAVES["quiz.html"] = _command("quiz", *_FORMULA, "--questions", "4")
SAVES["out.py"] = _command("export", *_FORMULA)
SAVES["table.md"] = _command("table", *_FORMULA)


def save_cases() -> Iterator[Case]:
    """Each writes over an old file, and must leave it whole or the new one whole."""
    for name, write in SAVES.items():

        def fresh(folder: Path, name: str = name) -> Path:
            for file in folder.iterdir():
                file.unlink()
            path = folder / name
            path.write_bytes(OLD)
            return path

        yield Case(f"save {name}", fresh, write, _of_folder)


def _of_folder(path: Path) -> Any:
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


def cases() -> list[Case]:
    """All of them."""
    return [*_graph_cases(), *_compiler_cases(), *_nn_cases(), *save_cases()]
