"""The engine in C does what that in Python does, to the last bit, and is never out of date."""

from __future__ import annotations

import copy
import gc
import inspect
import os
import pickle
import subprocess
import sys
import zlib
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import autograd
from autograd import Value
from autograd.graph import topological_order
from autograd.speed import twins

TRANSCRIPT = Path(__file__).with_name("transcript.py")
in_c = pytest.mark.skipif(twins.loops is None, reason="python -m autograd.speed.build was not run")


def transcript(pure_python: str) -> list[str]:
    environment = {
        **os.environ,
        "STEPGRAD_PURE_PYTHON": pure_python,
        "PYTHONPATH": str(Path(autograd.__file__).parents[1]),
    }
    command = [sys.executable, str(TRANSCRIPT)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


@in_c
def test_both_give_the_same_bits_and_the_same_messages_over_the_table() -> None:
    ours, theirs = transcript("0"), transcript("1")
    assert len(ours) > 50_000
    assert [line for line in zip(ours, theirs, strict=True) if line[0] != line[1]] == []


def test_the_variable_chooses_python() -> None:
    code = "from autograd.speed import twins; from autograd import exp; print(twins.loops, exp)"
    environment = {**os.environ, "STEPGRAD_PURE_PYTHON": "1"}
    root = Path(autograd.__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("None <function exp at ")


def test_what_was_built_from_another_text_is_not_used_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = SimpleNamespace(__file__="_loops.so", SOURCE=1)
    monkeypatch.delenv("STEPGRAD_PURE_PYTHON", raising=False)
    monkeypatch.setattr(twins, "import_module", lambda name: old)
    with pytest.warns(RuntimeWarning, match=r"python -m autograd\.speed\.build") as warned:
        assert twins._load() is None
    assert [warning.filename for warning in warned] == [__file__]  # who imports it


@pytest.mark.parametrize(
    ("said", "loaded"), [("1", False), ("yes", False), ("0", True), ("", True)]
)
def test_python_serves_where_the_environment_asks_for_it(
    said: str, loaded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = SimpleNamespace(__file__="_loops.so", SOURCE=zlib.crc32(twins.SOURCE.read_bytes()))
    monkeypatch.setattr(twins, "import_module", lambda name: built)
    monkeypatch.setenv("STEPGRAD_PURE_PYTHON", said)
    assert twins._load() is (built if loaded else None)


def test_where_nothing_was_built_python_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(twins, "import_module", missing)
    assert twins._load() is None
    monkeypatch.setattr(twins, "loops", None)

    def twin(x: float) -> float:
        return x

    assert twins.recorder(twin, autograd.exp.operation, 1) is twin


@in_c
def test_the_collector_does_not_follow_what_is_recorded() -> None:
    x = Value(3.0)
    y = 2.0 * x + x.exp()
    recorded = topological_order(y)
    assert gc.is_tracked(x)
    assert not any(map(gc.is_tracked, recorded))
    assert not any(gc.is_tracked(v.parents) for v in recorded)
    assert not any(gc.is_tracked(p) for v in recorded for p in v.parents if p is not x)


@in_c
def test_a_function_in_c_is_named_copied_and_explained_like_one_in_python() -> None:
    tanh: Any = autograd.tanh
    assert tanh is not inspect.unwrap(tanh)
    assert repr(tanh) == "<function tanh>"
    assert pickle.loads(pickle.dumps(tanh)) is tanh
    assert copy.deepcopy([tanh])[0] is tanh
    assert list(inspect.signature(tanh).parameters) == ["x"]
    assert list(inspect.signature(autograd.hypot).parameters) == ["a", "b"]
    assert inspect.getdoc(tanh).startswith("Hyperbolic tangent")
    assert inspect.isroutine(Value.tanh)
    assert Value(0.5).tanh.__self__.data == 0.5


@in_c
@pytest.mark.parametrize("wrong", [5, "x", None, object()])
def test_what_is_no_graph_is_refused(wrong: Any) -> None:
    with pytest.raises(AttributeError, match="no Value"):
        twins.loops.topological_order(wrong)
    with pytest.raises((AttributeError, TypeError)):
        twins.loops.accumulate([wrong], Value(1.0), 1.0, 0.0)
    with pytest.raises(TypeError):
        twins.loops.accumulate([], wrong, 1.0, 0.0)


@in_c
@pytest.mark.parametrize("local", [(), (1.0,), [1.0, 1.0], None])
def test_a_node_that_was_tampered_with_is_refused(local: Any) -> None:
    x = Value(2.0)
    y = x * x
    y._local = local
    with pytest.raises(TypeError, match="local gradient for each parent"):
        y.backward()
    unmade = Value.__new__(Value)
    for use in (lambda: unmade + 1.0, lambda: x * unmade, unmade.exp, unmade.backward):
        with pytest.raises(AttributeError):
            use()


@in_c
def test_another_error_of_a_rule_comes_out_as_it_is() -> None:
    class OddError(Exception):
        pass

    def forward(x: float) -> float:
        raise OddError(x)

    row = autograd.exp.operation._replace(forward=forward)
    function = twins.recorder(lambda x: pytest.fail("the twin was asked"), row, 1)
    for argument in (1.0, Value(1.0)):
        with pytest.raises(OddError):
            function(argument)


@in_c
def test_nothing_is_left_behind() -> None:
    """Each call gives back what it takes, also where it fails."""
    x, text = Value(1.5), "a text"
    numbers = [float(i) for i in range(20)]

    def everything() -> None:
        y = autograd.dot([x] * 20, numbers, 1) * 2.5 - x / 3 + x.tanh() + autograd.hypot(x, 2.0)
        y.backward()
        for wrong in (lambda: x / 0.0, lambda: x + text, lambda: (-x).log(), lambda: x.exp(1)):
            with pytest.raises((ValueError, ZeroDivisionError, TypeError)):
                wrong()

    everything()
    counts = []
    for _ in range(2):
        gc.collect()
        counts.append([sys.getrefcount(thing) for thing in (x, text, *numbers, None)])
        for _ in range(50):
            everything()
    assert all(abs(a - b) < 40 for a, b in zip(*counts, strict=True))
