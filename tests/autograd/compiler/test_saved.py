"""Programs as files: what comes back computes the same, and nothing damaged is taken."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import pytest

from autograd import (
    Value,
    compile,
    dot,
    less,
    load_program,
    logsumexp,
    operation,
    relu,
    tanh,
    total,
    where,
)
from autograd.compiler import saved
from autograd.compiler.saved import FORMAT
from autograd.operation import forget_rows
from autograd.value import Parameter
from nn import MLP
from nn.optim import Adam


def neuron():
    w, b = Value(-3.0, "w"), Parameter(2.0, "b")
    return lambda x: tanh(w * x + b)


def network():
    net = MLP(2, [3, 1])
    return lambda x, t: (net(x)[0] - t) ** 2


def shared():
    w = [Value(0.1 * k, f"w{k}") for k in range(4)]
    return lambda x: {
        "a": dot(w, x),
        "b": [logsumexp([*x, w[0]]), where(less(x[0], w[1]), w[2], x[1])],
    }


def powers():
    w = Value(2.0)
    return lambda x: w**2.5 + x**3 + relu(x) + math.inf * w + 0.0 / x


def lengthy():
    w = Value(0.5, "w")
    return lambda x: sum(tanh(w * number) for number in x)


CASES = {
    "neuron": (neuron, (0.5,)),
    "network": (network, ([0.05, 0.1], 0.3)),
    "nested": (shared, ([1.0, 2.0, -3.0, 4.0],)),
    "array": (shared, (np.array([1.0, 2.0, -3.0, 4.0]),)),
    "powers": (powers, (0.7,)),
}


@pytest.mark.parametrize("backend", ["python", "llvm"])
@pytest.mark.parametrize("case", CASES)
def test_what_is_loaded_computes_the_same_bits(case, backend, tmp_path):
    make, arguments = CASES[case]
    program = compile(make(), backend=backend)
    before = program(*arguments)
    program.save(tmp_path / "p.json")
    again = load_program(tmp_path / "p.json")
    again.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text() == (tmp_path / "p.json").read_text()
    assert repr(again(*arguments)) == repr(before)
    assert repr(again) == repr(program)
    assert again.table() == program.table()
    assert again.source("c") == program.source("c")
    pairs = zip(again.parameters, program.parameters, strict=True)
    assert all((type(a), a.label, a.data) == (type(b), b.label, b.data) for a, b in pairs)


@pytest.mark.parametrize("derived", [False, True])
def test_gradients_and_training_go_on_from_the_file(derived, tmp_path):
    program = compile(network(), backend="llvm")
    row = [[0.05, 0.1], [0.5, -0.2]], [0.3, 0.4]
    program.batch(*row)
    if derived:
        program.backward(*row)
    program.save(tmp_path / "p.json")
    again = load_program(tmp_path / "p.json")
    assert again.table(gradient=True) == program.table(gradient=True)
    assert again.backward(*row) == program.backward(*row)
    for one in (program, again):
        one.train(*row, optimizer=Adam(one.parameters, lr=0.1), epochs=5)
    assert [p.data for p in again.parameters] == [p.data for p in program.parameters]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a cache for machine code, where short lists have code for a row alone too."""
    monkeypatch.setenv("STEPGRAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("autograd.compiler.wengert.wengert.TERMS_OF_A_ROW", 10)
    forget_rows()  # with them all code that is kept in memory, and so not in this folder
    return tmp_path


def refuse(*_):
    raise AssertionError("the list was read")


def test_a_list_whose_code_is_kept_is_read_when_it_is_needed(folder, monkeypatch):
    program, row = compile(lengthy(), backend="llvm"), [0.1 * k for k in range(20)]
    expected = program(row), program.backward([row])
    slopes = [p.grad for p in program._latest.parameters]
    program.save(folder / "p.json")
    with monkeypatch.context() as patched:
        patched.setattr(saved, "_list", refuse)
        again = load_program(folder / "p.json")
        assert (again(row), again.backward([row])) == expected
        assert [p.grad for p in again.parameters] == slopes
        with pytest.raises(AssertionError, match="was read"):
            again.table()
    assert again.table() == program.table()
    assert again.batch([row, row]) == [expected[0]] * 2
    monkeypatch.delenv("STEPGRAD_CACHE")
    assert load_program(folder / "p.json")(row) == expected[0]


def test_a_program_that_python_runs_asks_for_no_machine_code(folder, monkeypatch):
    program = compile(neuron(), backend="python")
    expected = program(0.5)
    program.save(folder / "p.json")
    monkeypatch.setattr("autograd.compiler.run.native.Native.found", refuse)
    assert load_program(folder / "p.json")(0.5) == expected


def test_a_program_for_machine_code_is_read_where_there_is_some(tmp_path, monkeypatch):
    for backend in ("llvm", "python"):
        program = compile(neuron(), backend=backend)
        expected = program(0.5)
        program.save(tmp_path / f"{backend}.json")
    monkeypatch.setattr("autograd.compiler.run.runner.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"\[compile\]', or compile the function without"):
        load_program(tmp_path / "llvm.json")
    assert load_program(tmp_path / "python.json")(0.5) == expected


def test_code_is_of_the_text_alone(folder):
    program, row = compile(lengthy(), backend="llvm"), [0.1 * k for k in range(20)]
    program(row)
    path = folder / "p.json"
    program.save(path)
    head, line = path.read_text().splitlines()
    path.write_text("\n".join([head, line.replace('["tanh"', '["sin"')]))
    assert load_program(path)(row) == pytest.approx(sum(math.sin(0.5 * x) for x in row))
    path.write_text("\n".join([head, line[:-1]]))
    with pytest.raises(ValueError, match="not complete JSON"):
        load_program(path)
    other = json.loads(head)
    other["recordings"][0]["parameters"] = {"labels": [], "kinds": [], "data": []}
    path.write_text("\n".join([json.dumps(other), line]))
    with pytest.raises(ValueError, match="other arguments or parameters"):
        load_program(path)


def test_lists_of_another_compiler_are_made_anew(tmp_path):
    path = tmp_path / "p.json"
    program = compile(neuron())
    program.backward([0.5])
    expected = program.table(gradient=True)
    program.save(path)
    head, value, gradient, *_ = path.read_text().splitlines()
    assert json.loads(head)["recordings"][0]["lists"] == {"value": 0, "gradient": 1}
    other = gradient.replace("tanh_derivative", "tanh")
    path.write_text("\n".join([head, value, other]))
    assert load_program(path).table(gradient=True) != expected
    for compiler, line in (("another", other), (json.loads(head)["compiler"], "damaged")):
        document = json.loads(head) | {"compiler": compiler}
        path.write_text("\n".join([json.dumps(document), value, line]))
        assert load_program(path).table(gradient=True) == expected


def test_all_structures_are_kept(tmp_path):
    program = compile(lambda x: x * 2.0 if isinstance(x, Value) else [y * 2.0 for y in x])
    assert (program(1.0), program([1.0, 2.0])) == (2.0, [2.0, 4.0])
    program.save(tmp_path / "p.json")
    again = load_program(tmp_path / "p.json")
    assert (again(3.0), again([3.0, 4.0])) == (6.0, [6.0, 8.0])
    with pytest.raises(ValueError, match="comes from a file or a pickle, without its function"):
        again([1.0, 2.0, 3.0])


class Colour(IntEnum):
    RED, BLUE = 1, 2


@pytest.mark.parametrize(
    "keys",
    [["x", ""], [0, "0", -3], [10**30], [True, False], [Colour.RED, Colour.BLUE], ["a\n\ud800"]],
)
def test_every_key_that_is_saved_is_read(keys, tmp_path):
    program = compile(lambda row: {key: 2.0 * number for key, number in row.items()})
    row = {key: float(place) for place, key in enumerate(keys)}
    expected = program(row)
    program.save(tmp_path / "p.json")
    assert (
        load_program(tmp_path / "p.json")(row) == expected == {key: 2.0 * row[key] for key in row}
    )


@pytest.mark.parametrize("results", ["a number", "lists"])
def test_rows_of_different_lengths_are_kept(results, tmp_path):
    w = Value(2.0, "w")
    program = compile(lambda x: total(w * y for y in x) if results == "a number" else x)
    rows = [[1.0, 2.0, 3.0], [4.0], [5.0, 6.0], []]
    expected = [12.0, 8.0, 22.0, 0.0] if results == "a number" else rows
    assert program.batch(rows) == expected
    path = tmp_path / "p.json"
    program.save(path)
    document, value = map(json.loads, path.read_text().splitlines())
    assert load_program(path).batch(rows) == expected
    assert value["list"].pop() == 4
    path.write_text(json.dumps(document) + "\n" + json.dumps(value))  # as in files of before
    assert load_program(path).batch(rows) == expected
    # Six numbers are right where the results are lists, but not one kind for four.
    for damaged in (["one of", None, None], ["one of", ["list", *[None] * 6]]):
        document["recordings"][0]["results"] = damaged
        path.write_text(json.dumps(document) + "\n" + json.dumps(value))
        with pytest.raises(ValueError, match="do not fit its lists"):
            load_program(path)


def test_an_array_without_numbers_has_a_shape_that_an_array_can_have(tmp_path):
    path = tmp_path / "p.json"
    program = compile(lambda x: x)
    assert program(np.zeros((0, 2))).shape == (0, 2)
    program.save(path)
    assert load_program(path)(np.zeros((0, 2))).shape == (0, 2)
    text = path.read_text()
    path.write_text(text.replace('["array",0,2]', f'["array",0,{10**30}]'))
    with pytest.raises(ValueError, match="cannot load"):
        load_program(path)


def test_gradients_with_an_operation_of_a_user_are_made_by_its_present_rule(tmp_path):
    def declare(factor):
        def scaled(x):
            return factor * x

        return operation(scaled, local=lambda y, x: (factor,))

    own, w = declare(3.0), Value(2.0, "w")
    program = compile(lambda x: own(w * x))
    assert (program.backward([1.0]), w.grad) == (6.0, 3.0)
    program.save(tmp_path / "p.json")
    declare(5.0)
    again = load_program(tmp_path / "p.json")
    assert (again.backward([1.0]), again.parameters[0].grad) == (10.0, 5.0)


def test_names_of_a_file_stay_in_their_line(tmp_path):
    path = tmp_path / "p.json"
    program = compile(neuron())
    program(0.5)
    program.save(path)
    head, line = path.read_text().splitlines()
    document = json.loads(head) | {"name": "one\ntwo\x1b"}
    document["recordings"][0]["names"] = ["x\r"]
    path.write_text(json.dumps(document) + "\n" + line)
    assert repr(load_program(path)) == "<Program one?two?: x?, and 2 parameters>"


def test_a_file_has_as_many_lists_as_it_names(tmp_path):
    path = tmp_path / "p.json"
    program = compile(neuron())
    program.backward([0.5])
    program(0.5)
    program.save(path)
    head, value, gradient = path.read_text().splitlines()
    for lines in ([value], [value, gradient, value]):
        path.write_text("\n".join([head, *lines]))
        with pytest.raises(ValueError, match=f"cut off: there are {len(lines)} of its lists"):
            load_program(path)


def test_a_program_that_was_not_called_cannot_be_saved(tmp_path):
    with pytest.raises(ValueError, match="not called yet: a program is saved as what was recorded"):
        compile(neuron()).save(tmp_path / "p.json")
    assert not list(tmp_path.iterdir())


class Point(NamedTuple):
    x: float
    y: float


def test_what_a_file_does_not_know_is_refused_and_the_old_file_stays(tmp_path):
    path = tmp_path / "p.json"
    program = compile(lambda p: p[0] * p[1])
    program((1.0, 2.0))
    program.save(path)
    before = path.read_text()
    program(Point(1.0, 2.0))
    with pytest.raises(TypeError, match="a Point of 2 cannot be saved: a file knows"):
        program.save(path)
    keyed = compile(lambda p: p[None] * 2.0)
    keyed({None: 1.0})
    with pytest.raises(TypeError, match="the key None cannot be saved"):
        keyed.save(path)
    assert path.read_text() == before


def spoiled(*path, by):
    """Change one entry of a document, or of the list on the line after it."""

    def spoil(document, value):
        *way, last = path
        part = document if isinstance(path[0], str) else {1: value}
        for key in way:
            part = part[key]
        part[last] = by

    return spoil


VALUE = (1,)
LISTS = ("recordings", 0, "lists")
PARAMETERS = ("recordings", 0, "parameters")
DAMAGE = {
    "format": (spoiled("format", by="other"), f'there is no "format": "{FORMAT}"'),
    "version": (spoiled("version", by=2), "it has version 2, and this program reads version 1"),
    "backend": (spoiled("backend", by="gpu"), "no name, back end or recording"),
    "threads": (spoiled("threads", by=0), "threads"),
    "no recording": (spoiled("recordings", by=[]), "no name, back end or recording"),
    "operation": (spoiled(*VALUE, "list", 3, 0, 0, by="eval"), "no operation 'eval'"),
    "arguments": (spoiled(*VALUE, "list", 3, 0, 1, by=[0]), "'multiply' has 2 arguments, not 1"),
    "slot": (spoiled(*VALUE, "list", 3, 0, 1, by=[0, 99]), "may read slots"),
    "negative slot": (spoiled(*VALUE, "list", 3, 0, 1, by=[0, -1]), "may read slots"),
    "words": (spoiled(*VALUE, "list", 3, 0, 1, by=["0", 1]), "damaged list"),
    "fractions": (spoiled(*VALUE, "list", 3, 0, 1, by=[0.5, 1]), "damaged list"),
    "fixed": (spoiled(*VALUE, "list", 3, 0, by=["multiply", [0, 1], [2.0]]), "no operation"),
    "columns": (spoiled(*VALUE, "list", 0, by=2), "other arguments or parameters|slots"),
    "result": (spoiled(*VALUE, "list", 4, by=[1000]), "a result must be"),
    "no result": (spoiled(*VALUE, "list", 4, by=[]), "do not fit"),
    "no value": (spoiled(*LISTS, by={"gradient": 0}), "what a program needs"),
    "parameter": (spoiled(*PARAMETERS, "data", 0, by="2"), "needs one real"),
    "a label too many": (spoiled(*PARAMETERS, "labels", by=["w", "b", "c"]), "is longer"),
    "label of no slot": (spoiled(*VALUE, "labels", by={"7": "z"}), "of none of the 6 numbers"),
    "label before all": (spoiled(*VALUE, "labels", by={"-1": "z"}), "of none of the 6 numbers"),
    "lengths": (lambda _, value: value["list"].append(1), "other arguments or parameters"),
    "kind": (spoiled(*PARAMETERS, "kinds", 0, by="Popen"), "what a program needs"),
    "structure": (spoiled("recordings", 0, "arguments", by=["set", None]), "no structure 'set'"),
    "counts": (spoiled("recordings", 0, "arguments", by=["tuple", None, None]), "do not fit"),
    "axes": (spoiled("recordings", 0, "arguments", by=["array", -1]), "an axis"),
    "array": (spoiled("recordings", 0, "arguments", by=["tuple", ["array", 10**12]]), "do not fit"),
    "no array": (spoiled("recordings", 0, "results", by=["array", 0, 10**30]), "cannot load"),
    "results": (spoiled("recordings", 0, "results", by=["array", 10**6, 10**6]), "do not fit"),
    "no call": (spoiled("recordings", 0, "arguments", by=["list", None]), "do not fit"),
    "a number": (spoiled("recordings", 0, "arguments", by=None), "do not fit"),
    "no kinds": (spoiled("recordings", 0, "arguments", by=["one of"]), "no structure 'one of'"),
    "kinds": (spoiled("recordings", 0, "results", by=["one of", None]), "do not fit"),
    "kinds inside": (
        spoiled("recordings", 0, "arguments", by=["tuple", ["one of", None]]),
        "no structure 'one of'",
    ),
    "keys": (
        spoiled("recordings", 0, "results", by=["dict", [["a"]], None]),
        "a dict has as many keys|what a program needs",
    ),
    "key": (spoiled("recordings", 0, "results", by=["dict", [0.5], None]), "each a str or an int"),
    "one key": (
        spoiled("recordings", 0, "results", by=["dict", [1, True], None, None]),
        "a dict has as many keys",
    ),
    "twice": (
        spoiled("recordings", 0, "results", by=["dict", ["a", "a"], None, None]),
        "a dict has as many keys",
    ),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_file_is_refused_in_words(case, tmp_path):
    path = tmp_path / "p.json"
    program = compile(neuron())
    program(0.5)
    program.save(path)
    document, value = map(json.loads, path.read_text().splitlines())
    damage, message = DAMAGE[case]
    damage(document, value)
    path.write_text(json.dumps(document) + "\n" + json.dumps(value))
    with pytest.raises(ValueError, match=message) as caught:
        load_program(path)
    assert str(caught.value).startswith(f"cannot load '{path}': ")


def test_every_truncation_and_every_missing_key_is_refused(tmp_path):
    path = tmp_path / "p.json"
    program = compile(neuron())
    program(0.5)
    program.save(path)
    text = path.read_text()
    for end in range(0, len(text) - 2, 7):
        path.write_text(text[:end])
        with pytest.raises(ValueError, match="cannot load"):
            load_program(path)
    document, value = map(json.loads, text.splitlines())
    recording = document["recordings"][0]
    for holder in (document, recording, recording["parameters"], recording["lists"], value):
        for key in list(holder):
            taken = holder.pop(key)
            path.write_text(json.dumps(document) + "\n" + json.dumps(value))
            with pytest.raises(ValueError, match="cannot load"):
                load_program(path)
            holder[key] = taken


def test_another_process_loads_it(tmp_path):
    program = compile(neuron())
    expected = program(0.5)
    program.save(tmp_path / "p.json")
    code = "import sys, autograd; print(repr(autograd.load_program(sys.argv[1])(0.5)))"
    command = [sys.executable, "-c", code, str(tmp_path / "p.json")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == repr(expected)
