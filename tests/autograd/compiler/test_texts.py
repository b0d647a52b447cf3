"""A program in words and in other languages."""

from __future__ import annotations

from typing import Any

from autograd import Value, compile, tanh


def test_source_in_python_runs(tools: Any) -> None:
    w = Value(2.0, "w")
    program = compile(lambda x: tanh(w * x))
    text = program.source()
    assert text == program.source("python")
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    outputs, (result, slope) = namespace["run"]([[0.1], [0.2]], [2.0])
    assert [value for (value,) in outputs] == [program(0.1), program(0.2)]
    assert program.backward([0.1, 0.2]) == result / 2.0
    assert w.grad == slope / 2.0
    several = compile(lambda x: [x, -x]).source()
    exec(several, namespace)
    assert namespace["run"]([[1.0]], []) == ([(1.0, -1.0)], ())


def test_source_for_machine_code() -> None:
    assert "define" in compile(lambda x: x * x).source("llvm")
