"""The same bits: a digest of everything that is promised to be the same wherever it is computed.

``python -m tests.campaigns.bits`` prints one line for each subject of `SUBJECTS`. Run it with other
hash seeds, other Pythons, the engine without C (``STEPGRAD_PURE_PYTHON=1``) and other numbers of
threads, and compare the lines; `same_bits.md` says what is promised, and which test holds it.
``python -m tests.campaigns.bits PYTHON ...`` runs it with other Pythons and prints where they
differ.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

from autograd import Value, compile, derivation, draw, formula, grade, tanh, walkthrough
from autograd.expression import FUNCTIONS
from autograd.operation import OWN, TABLE, record
from autograd.views.quiz import paper
from autograd.views.quiz.sheet import sheet
from nn import GRU, LSTM, MLP, Dropout
from nn.losses import mean_squared_error
from nn.optim import Adam
from nn.training import fit
from nn.worked_example.model import network
from nn.worked_example.verdicts import audit

POINTS = (-2.5, -0.75, -1e-9, 0.3, 0.5, 1.0, 1.75, 42.0)
INPUTS = [[0.1 * k, 1.0 - 0.2 * k] for k in range(9)]
TARGETS = [[0.3 * k - 0.1 * k * k] for k in range(9)]

ARITHMETIC = {
    "add", "subtract", "multiply", "divide", "negative", "sqrt", "maximum", "minimum", "relu",
    "abs", "sign", "floor", "ceil", "trunc", "square", "reciprocal", "total", "dot",
}  # fmt: skip
"""What IEEE 754 fixes to the last bit; all else asks the C library that Python is built on."""


def of_rows(names: Callable[[str], bool]) -> Iterator[float]:
    """Values and derivatives of the table's rows at a few points."""
    assert FUNCTIONS  # whose module has imported all that declares rows
    for name in sorted(set(TABLE) - set(OWN)):
        row = TABLE[name]
        if not names(name):
            continue
        count = len(row.domain) or 3
        for start in range(len(POINTS)):
            leaves = [Value(POINTS[(start + 3 * k) % len(POINTS)]) for k in range(count)]
            with suppress(ArithmeticError, ValueError):
                result = record(row, leaves)
                result.backward()
                yield from (result.data, *(leaf.grad for leaf in leaves))


def worked() -> Value:
    """The worked example after backward."""
    error = network()["E_total"]
    error.backward()
    return error


def model() -> MLP:
    """A small network, its weights drawn."""
    return MLP(2, [4, 1], seed=3)


def trained(compiled: bool) -> list[float]:
    """Weights after a few epochs with shuffled batches."""
    net = model()
    history = fit(
        net,
        mean_squared_error,
        INPUTS,
        TARGETS,
        optimizer=Adam(net.parameters(), lr=0.05),
        epochs=4,
        batch_size=4,
        compiled=compiled,
        progress=False,
        seed=5,
    )
    return [*(p.data for p in net.parameters()), *history.losses]


def program(backend: str, threads: int = 1) -> list[float]:
    """A batch of a compiled network, and its gradients."""
    net = model()
    made = compile(lambda x: tanh(net(x)[0]), backend=backend, threads=threads)  # type: ignore[call-overload]
    values = made.batch(INPUTS)
    total = made.backward(INPUTS)
    return [*values, total, *(p.grad for p in net.parameters())]


def saved_program() -> str:
    """A program's file, without the name of the compiler that wrote it."""
    net = model()
    made = compile(lambda x: net(x)[0], backend="python")
    made([0.5, 0.25])
    with tempfile.TemporaryDirectory() as folder:
        made.save(Path(folder) / "program.json")
        head, _, rest = (Path(folder) / "program.json").read_text().partition("\n")
    document = json.loads(head)
    del document["compiler"]
    return json.dumps(document) + rest


def saved_model() -> bytes:
    """A model's file."""
    with tempfile.TemporaryDirectory() as folder:
        model().save(Path(folder) / "model.json")
        return (Path(folder) / "model.json").read_bytes()


def source(language: str) -> str:
    """A program written out."""
    net = model()
    made = compile(lambda x: net(x)[0], backend="python")
    made([0.5, 0.25])
    return made.source(language)  # type: ignore[arg-type]


def film() -> bytes:
    """The animated picture."""
    with tempfile.TemporaryDirectory() as folder:
        return walkthrough(worked()).save(Path(folder) / "film.svg").read_bytes()


def page() -> bytes:
    """The player."""
    with tempfile.TemporaryDirectory() as folder:
        return walkthrough(worked()).save(Path(folder) / "page.html").read_bytes()


def drawn() -> list[float]:
    """Numbers that the modules draw for themselves."""
    dropout = Dropout(0.5, seed=7)
    kept = [dropout([1.0] * 20) for _ in range(3)]
    modules = (model(), LSTM(2, 3, seed=1), GRU(2, 3, seed=2))
    weights = [p.data for module in modules for p in module.parameters()]
    return [*weights, *(float(getattr(x, "data", x)) for row in kept for x in row)]


SUBJECTS: dict[str, Callable[[], Any]] = {
    "arithmetic": lambda: list(of_rows(lambda name: name in ARITHMETIC)),
    "functions": lambda: list(of_rows(lambda name: name not in ARITHMETIC)),
    "gradients": lambda: [v.grad for v in sorted_leaves(worked())],
    "random numbers": drawn,
    "worked example": lambda: str(audit()),
    "fit, eager": lambda: trained(False),
    "fit, compiled": lambda: trained(True),
    "program, Python": lambda: program("python"),
    "program, machine code": lambda: program("llvm"),
    "program, 2 threads": lambda: program("llvm", 2),
    "saved model": saved_model,
    "saved program": saved_program,
    "written in C": lambda: source("c"),
    "written in Python": lambda: source("python"),
    "drawing, SVG": lambda: draw(worked()).svg(),
    "drawing, DOT": lambda: draw(worked()).source,
    "film": film,
    "player": page,
    "formula and derivation": lambda: formula(worked()) + derivation(*ends(worked())).latex,
    "sheet": lambda: paper.html(sheet(worked(), count=5, seed=2, key=True)),
    "grade": lambda: grade(worked(), {"E_total": "0.298371109", "dE_total/dw5": "0.08"}).json(),
}
"""What is computed, by its name."""
MACHINE_CODE = {"fit, compiled", "program, machine code", "program, 2 threads"}


def sorted_leaves(root: Value) -> list[Value]:
    """The leaves in the order in which the graph was recorded."""
    from autograd.graph import leaves

    return list(leaves(root))


def ends(root: Value) -> tuple[Value, Value]:
    """An output and one of its leaves."""
    return root, next(leaf for leaf in sorted_leaves(root) if leaf.label == "w1")


def digest(made: Any) -> str:
    """A hash of the bits."""
    if isinstance(made, list):
        made = " ".join(float(number).hex() for number in made)
    return sha256(made if isinstance(made, bytes) else str(made).encode()).hexdigest()[:16]


def digests(names: Iterable[str] = tuple(SUBJECTS)) -> dict[str, str]:
    """The digest of each subject; machine code's only where there is any."""
    native = find_spec("llvmlite") is not None
    return {name: digest(SUBJECTS[name]()) for name in names if native or name not in MACHINE_CODE}


def elsewhere(python: str, names: Sequence[str] = (), **variables: str) -> dict[str, str]:
    """The digests of another process, with other variables."""
    done = subprocess.run(
        [python, "-m", "tests.campaigns.bits", "--only", *names],
        env=os.environ | variables,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split(": ") for line in done.stdout.splitlines())


def main(arguments: Sequence[str]) -> None:
    """Print the digests, or where those of other Pythons and settings differ."""
    if not arguments or arguments[0] == "--only":
        found = digests(arguments[1:] or SUBJECTS)
        print(*(f"{name}: {made}" for name, made in found.items()), sep="\n")
        return
    usual = digests()
    seed = str(Random().randrange(10**6))
    for python in arguments:
        for variables in ({"PYTHONHASHSEED": seed}, {"STEPGRAD_PURE_PYTHON": "1"}):
            other = elsewhere(python, **variables)
            differ = [name for name, made in other.items() if usual[name] != made]
            print(f"{python} {variables}: {len(other)} subjects; {differ or 'none'} differ")


if __name__ == "__main__":
    main(sys.argv[1:])
