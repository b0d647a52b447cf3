"""Everything that reads what comes from outside, fed with anything: documented errors, and no hang.

    python -m tests.campaigns.fuzz --cases 100000 --only formula

changes valid inputs at random and hands them to each reader of `TARGETS`. A reader may answer with
the errors that it promises; any other error, a case of more than `LONGEST` seconds of processor
time, and what does not come back the same after it was written again, is a finding, and is printed.
``python -m tests.campaigns.guided`` hands the same targets to a fuzzer that watches the coverage.
"""

from __future__ import annotations

import argparse
import json
import math
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import autograd
from autograd import Value, load_program
from autograd.compiler.record.nested import rebuild
from autograd.compiler.record.ragged import width
from autograd.compiler.run.runner import has_machine_code
from autograd.expression import (
    ExpressionError,
    free_names,
    known_functions,
    read_assignment,
    read_formula,
)
from autograd.grading.exercise import read_exercise
from autograd.grading.network import Plan, model_numbers, network, sizes_of
from autograd.play.answer import reply
from nn import MLP
from nn.microgpt import read_names

LONGEST = 10.0
MOST_MEMORY = 4 << 30

Read = Callable[[bytes, Path], None]


class PromiseError(Exception):
    """What was read does not keep a promise, though no error says so."""


@dataclass(frozen=True)
class Target:
    """A reader, the errors that it promises, and inputs that it takes."""

    read: Read
    errors: tuple[type[Exception], ...]
    seeds: Callable[[], list[bytes]]


# ------------------------------------------------------------------------------------- the readers


def formula(data: bytes, folder: Path) -> None:
    """Read a formula twice, and differentiate it."""
    text = data.decode("utf-8", "replace")
    names = free_names(text)
    numbers = {name: 0.5 + 0.25 * i for i, name in enumerate(names)}
    found = []
    for _ in range(2):
        output, leaves = read_formula(text, numbers)
        output.backward()
        found.append(repr([output, *leaves.values()]))
    if found[0] != found[1]:
        raise PromiseError(f"read twice, it is {found[0]} and {found[1]}")
    autograd.formula(output)


def assignment(data: bytes, folder: Path) -> None:
    """Read ``name=number``, and again what it is written as."""
    name, number = read_assignment(data.decode("utf-8", "replace"))
    again = read_assignment(f"{name}={number!r}")
    if repr(again) != repr((name, number)):
        raise PromiseError(f"{name}={number!r} is read as {again}")


def play(data: bytes, folder: Path) -> None:
    """Answer what the page of ``stepgrad play`` may send."""
    answered = json.loads(reply(data.decode("utf-8", "replace")))
    if answered["error"] is None and not answered["page"]:
        raise PromiseError("there is neither an error nor a page")


def model(data: bytes, folder: Path) -> None:
    """Load a model; it is as in the file, or as it was."""
    path, again = folder / "model.json", MLP(2, [2, 1], seed=2)
    network = MLP(2, [2, 1], seed=1)
    before = repr(network.state_dict())
    path.write_bytes(data)
    try:
        network.load(path)
    except ValueError:
        if repr(network.state_dict()) != before:
            raise PromiseError("a file that was refused changed the model") from None
        raise
    network.save(path)
    again.load(path)
    if repr(again.state_dict()) != repr(network.state_dict()):
        raise PromiseError("saved and loaded, it is another")


def mlp(data: bytes, folder: Path) -> None:
    """Read the sizes and weights of an MLP, and build the network that they say."""
    path = folder / "mlp.json"
    path.write_bytes(data)
    sizes, numbers = model_numbers(path)
    network(Plan(sizes, "tanh", "linear", "per-neuron"), numbers)


def sizes(data: bytes, folder: Path) -> None:
    """Read the sizes of a network."""
    network(Plan(sizes_of(data.decode("utf-8", "replace"))))


def program(data: bytes, folder: Path) -> None:
    """Load a program, run it, write it out, and save and load it again."""
    path = folder / "program.json"
    path.write_bytes(data)
    loaded = load_program(path)
    found = _results(loaded)
    for language in ("python", "c"):
        loaded.source(language)
    str(loaded), repr(loaded)
    loaded.save(path)
    again = _results(load_program(path))
    if found != again:
        raise PromiseError(f"saved and loaded, it gives {again} and not {found}")


def _results(loaded: autograd.Program) -> str:
    found = []
    for recorded in list(loaded._specializations.values()):
        arguments = recorded.recording.arguments
        if arguments.children and any(child is None for child in arguments.children):
            numbers = [0.5 + 0.1 * i for i in range(width(arguments))]
            found.append(loaded(*rebuild(arguments, iter(numbers))))
    return repr(found)


def exercise(data: bytes, folder: Path) -> None:
    """Read an exercise with its answers, and grade it."""
    path = folder / "exercise.txt"
    path.write_bytes(data)
    read = read_exercise(path)
    if read.output is not None:
        rate = read.learning_rate
        autograd.grade(read.output, read.answers, learning_rate=0.5 if rate is None else rate)


@cache
def _graded() -> Value:
    w, x, b = Value(0.4, "w"), Value(1.5, "x"), Value(0.1, "b")
    z = w * x + b
    z.label = "z"
    y = autograd.sigmoid(z) ** 2
    y.label = "E"
    return y


def figures(data: bytes, folder: Path) -> None:
    """Grade a file of figures."""
    path = folder / "figures.txt"
    path.write_bytes(data)
    graded = autograd.grade(_graded(), path, rounds=50)
    json.loads(graded.json(answers=True))


def names(data: bytes, folder: Path) -> None:
    """Read a file of names, and turn each into tokens."""
    path = folder / "names.txt"
    path.write_bytes(data)
    read = read_names(path)
    for name in read.names:
        tokens = read.tokens(name)
        if "".join(read.letters[t] for t in tokens if t != read.end) != name:
            raise PromiseError(f"{name!r} has the tokens {tokens}")


# ---------------------------------------------------------------------------------- inputs to start


@cache
def _formulas() -> list[bytes]:
    texts = [
        "tanh(w*x + b)**2",
        "h = w*x; tanh(h) + h",
        "E = 0.5*(t - sigmoid(w*x))**2",
        "x**y // 3 % 2 - -x",
        "where(x > 0, sqrt(x), log(-x)) + (x <= y)",
        "logsumexp(x, y, 1e-3) * dot_ + pi",
        "clip(x, -1, 1) + leaky_relu(y, 0.2) + round(x, 2)",
        "bessel_j(2, x) * polygamma(1, y) / gammainc(2.5, x)",
        "π = 3; é = π*x; é**é",
    ]
    return [text.encode() for text in texts]


def _assignments() -> list[bytes]:
    return [b"w=0.5", b"x = -2e-3", b"b=inf", "é=nan".encode(), b"x_1 =1_000.5"]


def _requests() -> list[bytes]:
    values = [{}, {"x": "0.5"}, {"w": "-1e3", "x": "nan", "b": "inf"}]
    return [
        json.dumps({"formula": text.decode(), "values": given}).encode()
        for text in _formulas()
        for given in values
    ]


def _saved(save: Callable[[Path], object]) -> bytes:
    with TemporaryDirectory() as name:
        path = Path(name) / "saved.json"
        save(path)
        return path.read_bytes()


def _models() -> list[bytes]:
    network = MLP(2, [2, 1], seed=1)
    network.parameters()[0].data = math.inf
    return [_saved(MLP(2, [2, 1], seed=3).save), _saved(network.save)]


@cache
def _programs(backend: Any = "python") -> list[bytes]:
    w = autograd.Value(0.5, "w")
    functions: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (lambda x: autograd.tanh(w * x) + 1.0, (0.5,)),
        (lambda x, y: [x * y, {"a": autograd.softplus(x), "b": (y, y**3)}], (0.5, 0.25)),
        (lambda v, k: autograd.dot(v, v) * k["k"] / autograd.logsumexp(v), ([0.1, 0.2], {"k": 1})),
        (lambda x: autograd.where(autograd.greater(x, w), autograd.elu(x, 0.5), w), (0.5,)),
    ]
    found = []
    for function, arguments in functions:
        compiled = autograd.compile(function, backend=backend)
        compiled(*arguments)
        found.append(_saved(compiled.save))
    several = autograd.compile(lambda v: autograd.total(v) * w, backend=backend)
    several.batch([[1.0], [1.0, 2.0], [3.0]])
    several([0.5])
    scalar = autograd.compile(lambda x: (w - x) ** 2, backend=backend)
    scalar.backward([0.5, 0.25])
    return [*found, _saved(several.save), _saved(scalar.save)]


def _machine_programs() -> list[bytes]:
    return _programs("llvm")


def _exercises() -> list[bytes]:
    return [
        b"# given\nw = 0.5\nx=2\nlearning_rate = 0.1\nh = w*x\nE = 0.5*(0.25 - tanh(h))**2\n"
        b"h, 1.0\ndE/dw, 0.0822\nw+, 0.3589\n",
        "w=0.5\nE = w**2\nE, −0.25\ndE/dw, 1e0\nw@3, .5\n".encode("utf-8-sig"),
    ]


def _figures() -> list[bytes]:
    return [
        b"z, 0.7\nE, 0.4462\ndE/dz, 0.2958\ndE/dw, 0.44\ndz/dw, 1.5\nw+, 0.2\n",
        "w@10, −0.25 # after ten\ndE/dw|1, 1e-3\n\n E+, .44e0\n".encode(),
    ]


def _names() -> list[bytes]:
    return [b"emma\nolivia\n\n ava \n", "zoë\n李\r\nx\x85y\n".encode()]


_VALUE, _FORMULA = (ValueError,), (ExpressionError,)
TARGETS: dict[str, Target] = {
    "formula": Target(formula, _FORMULA, _formulas),
    "assignment": Target(assignment, _VALUE, _assignments),
    "play": Target(play, (ValueError, TypeError), _requests),
    "model": Target(model, _VALUE, _models),
    "mlp": Target(mlp, _VALUE, _models),
    "sizes": Target(sizes, _VALUE, lambda: [b"3-2-1", b"2-2-2-1"]),
    "program": Target(program, _VALUE, _programs),
    "exercise": Target(exercise, _VALUE, _exercises),
    "figures": Target(figures, _VALUE, _figures),
    "names": Target(names, _VALUE, _names),
}
if has_machine_code():
    TARGETS["machine code"] = Target(program, _VALUE, _machine_programs)


def _program_of(
    arguments: str, results: str = "null", labels: str = "{}", step: str = '["multiply",[0,1]]'
) -> bytes:
    """A saved program of two numbers and one result, with other structures or steps than it has."""
    return (
        f'{{"format":"stepgrad program","version":1,"compiler":"","name":"f","backend":"python",'
        f'"threads":1,"recordings":[{{"names":["x","y"],"arguments":{arguments},"results":{results}'
        f',"parameters":{{"labels":[],"kinds":[],"data":[]}},"lists":{{"value":0}}}}]}}\n'
        f'{{"list":[2,0,[],[{step}],[2],[]],"labels":{labels}}}'
    ).encode()


def _model_of(state: str) -> bytes:
    return f'{{"format":"stepgrad model","version":1,"state":{state}}}'.encode()


_NEURON = '"layers.0.neurons.0.w0":1,"layers.0.neurons.0.b":1'
_FAR = '"layers.0.neurons.999999999.w0":1,"layers.0.neurons.999999999.b":1'
KEPT: list[tuple[str, bytes]] = [
    ("mlp", _model_of(f'{{"layers.0.neurons.0.w0":{10**400},"layers.0.neurons.0.b":0}}')),
    ("mlp", _model_of(f'{{{_NEURON},"layers.5.neurons.0.w0":1,"layers.5.neurons.0.b":1}}')),
    ("mlp", _model_of(f"{{{_NEURON},{_FAR}}}")),
    ("exercise", b"x = 2\nE = x**2\nE, 0.E589\n"),
    ("formula", b"polygamma(2147483648, y)"),
    ("figures", b"z, 1e400\n"),
    ("figures", b"w+, 0.4" + b"0" * 400 + b"\n"),
    ("program", _program_of('["tuple",["dict",[["a"]],null],null]')),
    ("program", _program_of('["tuple",["array",0,1000000000000],null,null]')),
    ("program", _program_of('["tuple",["array",1000000,1000000]]')),
    ("program", _program_of('["tuple",["array",1,2]]', '["array",1000000000000]')),
    ("program", _program_of('["tuple",["one of",null,null],null]')),
    ("program", _program_of('["list",null,null]')),
    ("program", _program_of('["tuple",null,null]', '["one of",null]')),
    ("program", _program_of('["tuple",null,null]', labels='{"3":"z"}')),
    ("program", _program_of('["tuple",null,null]', labels='{"-1":"z"}')),
    ("program", _program_of('["tuple",null,null]', step='["logsumexp",""]')),
    ("program", _program_of('["tuple",null,null]', step='["bessel_j",[0],[1e15]]')),
]
"""Inputs that were findings once, or are of their kind, with the target's name."""


def attempt(target: Target, data: bytes, folder: Path) -> bool:
    """Read one input; tell whether it was taken. What the reader does not promise comes out."""
    try:
        with _limited():
            target.read(data, folder)
    except target.errors:
        return False
    return True


@contextmanager
def _limited() -> Iterator[None]:
    """Raise a `PromiseError` in what takes too much of the processor's time."""

    def too_long(*_: object) -> None:
        raise PromiseError(f"it takes more than {LONGEST:g} s")

    before = signal.signal(signal.SIGVTALRM, too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, before)


# ----------------------------------------------------------------------------------------- changes

ODD_NUMBERS = (
    b"0", b"-0.0", b"-1", b"1e308", b"1e999", b"nan", b"inf", b"5e-324", b"9" * 25, b"9" * 5000,
    b"1_0", b"0x10", b"1j", b"2147483648", b"4294967295", b"9223372036854775808", b"00", b"1e-999",
)  # fmt: skip
TOKENS = (
    b"(", b")", b"((((", b"[", b"]", b"{", b"}", b",", b";", b"=", b"==", b"**", b"//", b"%", b"-",
    b"#", b"@", b"|", b"+", b"*", b".", b"'", b'"', b"\\", b"\n", b"\r", b"\0", b"\xff",
    b"\xed\xa0\x80",
    b"if", b"lambda x:", b"not ", b" and ", b"for x in y", b"...", b"x", b"y", b"pi", b"True",
    "−".encode(), "ﬁ".encode(), "²".encode(), "\u2028".encode(), "\ufeff".encode(),
    b"d/d", b"dE/dw",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 7, 0.5, -0.0, 1e308, 2**31, 2**63, 10**30, 10**400, "", "nan",
    "inf", "-inf", "x", "list", "tuple", "dict", "array", "one of", "fixed_power", "dot", "tanh",
    [], {}, [[]], [None], ["list"], ["array", 2], ["array", 0, 10**12], ["dict", [[]], None],
    ["dict", ["a"], None], ["one of", None, ["list", None]], [0], [1, 1], {"value": 0},
)  # fmt: skip


def changed(random: Random, seeds: Sequence[bytes]) -> bytes:
    """Make a new input of valid ones; of a formula often another formula, by its grammar."""
    data = random.choice(seeds)
    if data in _formulas() and random.random() < 0.5:
        parts = [f"h{n} = {grown(random)}; " for n in range(random.choice((0, 0, 1, 3)))]
        return ("".join(parts) + grown(random)).encode()
    parts = _documents(data) if data.startswith(b"{") and random.random() < 0.7 else []
    if parts:
        return _changed_document(random, parts)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        start = random.randrange(len(data) + 1)
        end = min(len(data), start + random.choice((0, 1, 1, 2, 8, 40)))
        other = random.choice(seeds)
        at = random.randrange(len(other) + 1)
        piece = random.choice(
            (
                b"",
                random.choice(TOKENS),
                random.choice(ODD_NUMBERS),
                other[at : at + random.choice((1, 5, 30))],
                random.choice(_words()) + b"(",
                bytes([random.randrange(256)]),
                data[start:end] * random.choice((2, 3, 300)),
            )
        )
        data = data[:start] + piece + data[end:]
    return data


def grown(random: Random, depth: int = 4) -> str:
    """Write a formula as the grammar has it; its functions may still refuse their arguments."""
    kind = random.random() if depth else 0.0
    if kind < 0.35:
        return random.choice(("x", "y", "h0", "pi", "0.5", "2", "1e-3", "3.25", "100"))
    inner = [grown(random, depth - 1) for _ in range(3)]
    if kind < 0.6:
        return f"{inner[0]} {random.choice(_SIGNS)} {inner[1]}"
    if kind < 0.7:
        return random.choice(("-{}", "({})", "+{}", "({})**2")).format(inner[0])
    name = random.choice(_words()).decode()
    row = getattr(known_functions()[name], "operation", None)
    count = len(row.domain) if row and row.domain else random.choice((1, 2, 2, 3))
    return f"{name}({', '.join(inner[:count])})"


_SIGNS = ("+", "-", "*", "/", "//", "%", "**", "<", ">=")


@cache
def _words() -> list[bytes]:
    return [name.encode() for name in sorted(known_functions())]


def _documents(data: bytes) -> list[Any]:
    """Read JSON, or lines of it (a program has several); nothing where it is something else."""
    for texts in ([data], data.splitlines()):
        try:
            parts = [json.loads(text) for text in texts]
        except (ValueError, RecursionError):
            continue
        if all(isinstance(part, dict | list) for part in parts):
            return parts
    return []


def _changed_document(random: Random, parts: list[Any]) -> bytes:
    """Change some entries."""
    for _ in range(random.choice((1, 1, 2, 4))):
        which = random.randrange(len(parts))
        places = list(_places(parts[which]))
        if places:
            owner, key = random.choice(places)
            _change(random, owner, key, [o[k] for o, k in places])
    return b"\n".join(json.dumps(part).encode() for part in parts)


def _places(thing: Any) -> Iterator[tuple[Any, Any]]:
    """Go through all entries of nested lists and dicts."""
    stack = [thing]
    while stack:
        owner = stack.pop()
        inside = owner.items() if isinstance(owner, dict) else enumerate(owner)
        for key, entry in inside:
            yield owner, key
            if isinstance(entry, dict | list):
                stack.append(entry)


def _change(random: Random, owner: Any, key: Any, others: list[Any]) -> None:
    what = random.randrange(6)
    if what == 0:
        del owner[key]
    elif what == 1 and isinstance(owner, list):
        owner.insert(key, deepcopy(random.choice(others)))
    elif what == 2 and isinstance(owner, dict):
        owner[random.choice(("x", "", "\0", "layers.7.neurons.0.b", *owner))] = owner.pop(key)
    elif what == 3:
        owner[key] = deepcopy(random.choice(others))
    elif what == 4 and isinstance(owner[key], int | float):
        owner[key] = owner[key] + random.choice((1, -1, 10**9))
    else:
        owner[key] = deepcopy(random.choice(ODD_VALUES))


# ------------------------------------------------------------------------------------- the command


def campaign(name: str, cases: int, seed: int) -> tuple[int, list[tuple[bytes, str]]]:
    """Give a target so many inputs; return how many it took, and its findings with their causes."""
    target, random = TARGETS[name], Random(f"{seed} {name}")
    seeds = target.seeds() + [data for kept, data in KEPT if kept == name]
    taken, found, known = 0, list[tuple[bytes, str]](), set[str]()
    with TemporaryDirectory() as folder:
        for number in range(cases):
            data = seeds[number] if number < len(seeds) else changed(random, seeds)
            try:
                taken += attempt(target, data, Path(folder))
            except Exception as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                cause = f"{type(error).__name__} at {place.filename}:{place.lineno}: {error}"
                if cause[:90] not in known:
                    known.add(cause[:90])
                    found.append((data, cause))
    return taken, found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; return 1 where there is a finding."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000, help="inputs for each reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="readers whose name holds this")
    options = parser.parse_args(arguments)
    findings = 0
    for name in TARGETS:
        if options.only in name:
            taken, found = campaign(name, options.cases, options.seed)
            print(f"{name:14} {options.cases:9,} inputs, {taken:9,} taken", flush=True)
            for data, cause in found:
                print(f"    {cause}\n        {data!r}")
            findings += len(found)
    print(f"{findings} findings")
    return bool(findings)


if __name__ == "__main__":
    raise SystemExit(main())
