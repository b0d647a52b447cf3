"""A program in words and in other languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from autograd import Value, compile, sqrt, tanh, where
from autograd.compiler.lower import lower, normal_text, schedule_text
from autograd.compiler.pipeline import Specialization
from autograd.compiler.texts import list_table, parameter_names, source, takes
from autograd.compiler.vector.processor import host


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


def made(function: Callable[..., Any], *arguments: Any) -> Specialization:
    return Specialization(function, arguments, "python", 1)


W, B = Value(2.0, "w"), Value(1.0)


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (lambda x: W * x, (1.0,), "x, and 1 parameter"),
        (lambda x, y: x * y, (1.0, 2.0), "x, y, and 0 parameters"),
        (lambda p: W * p[0] + B * p[1], ([1.0, 2.0],), "p[0], p[1], and 2 parameters"),
        (lambda: W * W, (), "no arguments, and 1 parameter"),
    ],
)
def test_what_was_recorded(
    function: Callable[..., Any], arguments: tuple[Any, ...], expected: str
) -> None:
    assert takes(made(function, *arguments)) == expected


def test_parameters_without_a_label_are_named_by_their_number() -> None:
    assert parameter_names(made(lambda x: W * x + B, 1.0)) == ["w", "parameter 1"]


def test_a_table_has_a_heading_and_names_its_results() -> None:
    one = made(lambda x: {"a": W * x, "b": [x]}, 1.0)
    assert list_table(one, gradient=False).splitlines() == [
        "<lambda>(x): 1 instruction",
        "argument        v0 = x",
        "parameter       v1 = w",
        "                v2 = v1 · v0",
        "result['a']     v2",
        "result['b'][0]  v0",
    ]


def test_a_table_of_the_gradient_names_the_derivatives() -> None:
    lines = list_table(made(lambda x: W * x + B, 1.0), gradient=True).splitlines()
    assert lines[0] == "<lambda>(x): 2 instructions"
    assert [line.split()[0] for line in lines[-3:]] == ["result", "∂/∂w", "∂/∂parameter"]
    with pytest.raises(TypeError, match="gives a list of 1"):
        list_table(made(lambda x: [x], 1.0), gradient=True)


def test_c_has_a_function_for_the_value_and_for_one_number_its_gradient() -> None:
    def line(x: Any) -> Any:
        return W * x + B

    text = source(made(line, 1.0), "c")
    for name in ("line", "line_with", "line_gradient", "line_gradient_with"):
        assert f"void {name}(" in text
    results = ["d result / d w", "d result / d parameter 1", "d result / d x"]
    places = [text.index(result) for result in results]
    assert places == sorted(places)
    several = source(made(lambda x: [W * x, x], 1.0), "c")
    assert "void lambda(" in several and "gradient" not in several
    assert "result[0]" in several and "result[1]" in several


def test_python_and_llvm_are_texts_of_one_list() -> None:
    one, several = made(lambda x: W * x, 1.0), made(lambda x: [W * x, x], 1.0)
    results: list[Any] = []
    for each in (one, several):
        namespace: dict[str, Any] = {}
        exec(source(each, "python"), namespace)
        results.append(namespace["run"]([[3.0], [4.0]], [2.0]))
    assert results == [([(6.0,), (8.0,)], (14.0, 7.0)), ([(6.0, 3.0), (8.0, 4.0)], ())]
    assert all("define" in source(each, "llvm") for each in (one, several))


def test_only_what_runs_elsewhere_has_the_gradient_without_a_second_try() -> None:
    """Where 0 is not selected, √w has an infinite slope there; Python's text gives 0 for it."""
    root = Value(0.0, "root")
    one = made(lambda c: where(c, sqrt(root), 1.0), 0.0)
    namespace: dict[str, Any] = {}
    exec(source(one, "python"), namespace)
    assert namespace["run"]([[0.0]], [0.0]) == ([(1.0,)], (1.0, 0.0))
    quick = one.listed("gradient")
    program = replace(quick.program, outputs=quick.program.sums[:1])
    assert program.instructions != one.listed("settled").program.instructions
    assert source(one, "normal") == normal_text(program, quick.labels)
    assert source(one, "schedule") == schedule_text(program, quick.labels)
    assert source(one, "llvm") == lower(program, host()).module.source


def test_the_stages_of_a_list_are_texts_too() -> None:
    """Of a scalar function they are those of the gradient, else of the values."""
    one, several = made(lambda x: tanh(W * x), 1.0), made(lambda x: [W * x, x], 1.0)
    assert [line.split()[0] for line in source(one, "normal").splitlines()] == [
        "argument", "parameter", "varying", "varying", "varying", "output", "sum", "sum",
    ]  # fmt: skip
    assert source(several, "normal").splitlines()[-2:] == ["output     v2", "output     v0"]
    assert "Accumulation" in source(one, "schedule")
    assert "Accumulation" not in source(several, "schedule")


def test_the_text_of_machine_code_needs_what_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.compiler.run.runner.find_spec", lambda name: None)
    one = made(lambda x: W * x, 1.0)
    with pytest.raises(
        ModuleNotFoundError, match=r"stepgrad\[compile\]', or take another language"
    ):
        source(one, "llvm")
    assert "Call" not in source(one, "normal") and "double" in source(one, "c")
