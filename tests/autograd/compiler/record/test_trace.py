"""A function is recorded as a graph; where it asks for a number, the line is shown."""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from autograd import Value, dot, gradients, greater, no_grad, where
from autograd.compiler.record.trace import Recording, argument_names, count_of_arguments, record
from autograd.switches import TracingError
from autograd.value import Constant


def branch(x: Any) -> Any:
    if x > 0:  # the line
        return x
    return -x


def truth(x: Any) -> Any:
    return x if x else 0.0  # the line


def math_function(x: Any) -> Any:
    return math.exp(x)  # the line


def as_float(x: Any) -> Any:
    return float(x)  # the line


def as_int(x: Any) -> Any:
    return int(x)  # the line


def rounded(x: Any) -> Any:
    return round(x)  # the line


def rounded_down(x: Any) -> Any:
    return math.modf(x)[1]  # the line


def data(x: Any) -> Any:
    return x.data * 2.0  # the line


def largest(x: Any) -> Any:
    return max([x, 2.0 * x])  # the line


def formatted(x: Any) -> Any:
    return len(f"{x:.3f}")  # the line


def detached(x: Any) -> Any:
    return x.detach() * x  # the line


def paused(x: Any) -> Any:
    with no_grad():  # the line
        return x * x


def while_loop(x: Any) -> Any:
    while x < 10.0:  # the line
        x = x * x
    return x


weight = Value(2.0, "weight")


def reads_captured(x: Any) -> Any:
    return x * weight.data  # the line


def sets_captured(x: Any) -> Any:
    weight.data = 3.0  # the line
    return x * weight


ASKS = [
    branch, truth, math_function, as_float, as_int, rounded, rounded_down, data, largest, formatted,
    detached, paused, while_loop, reads_captured, sets_captured,
]  # fmt: skip


@pytest.mark.parametrize("function", ASKS)
def test_asking_for_a_number_shows_the_line(function: Callable[..., Any]) -> None:
    with pytest.raises(TracingError, match="# the line") as caught:
        record(function, [2.0])
    assert f'File "{__file__}", line ' in str(caught.value)
    assert f"in {function.__name__}" in str(caught.value)
    assert weight.data == 2.0
    if function is not paused:
        assert "where(condition, a, b)" in str(caught.value)


def test_a_function_without_lines_shows_none() -> None:
    with pytest.raises(TracingError, match="was asked for") as caught:
        record(float, [2.0])
    assert "File" not in str(caught.value)


def test_a_line_without_a_source_file_is_told_by_its_number() -> None:
    namespace: dict[str, Any] = {}
    exec("def f(x):\n    return float(x)", namespace)
    with pytest.raises(TracingError, match=r'File "<string>", line 2, in f$'):
        record(namespace["f"], [2.0])


def test_values_it_makes_are_constants_and_values_it_captures_parameters() -> None:
    own, other = Value(3.0, "own"), Value(4.0, "other")
    computed = own * own

    def function(x: Any, y: Any) -> Any:
        return x * Value(5.0) + other * computed + own * y

    recording = record(function, [1.0, 2.0])
    assert recording.parameters == (other, own) or recording.parameters == (own, other)
    assert recording.outputs[0].data == 5.0 + 36.0 + 6.0
    assert own.data == 3.0
    assert own.grad == other.grad == 0.0


def test_parameters_come_in_the_order_of_their_first_use() -> None:
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    assert record(lambda x: dot([c, a], [x, x], b), [1.0]).parameters == (c, a, b)


def test_a_parameter_can_be_the_result() -> None:
    w = Value(1.0)
    assert record(lambda x: w, [1.0]).parameters == (w,)


def test_constants_are_no_parameters() -> None:
    two = Value(1.0) * 2.0
    assert type(two.parents[1]) is Constant
    assert record(lambda x: x * two, [1.0]).parameters == (two.parents[0],)


def test_gradients_inside_are_recorded() -> None:
    def slope(x: Any) -> Any:
        return gradients(x**3, [x])[0]

    recording = record(slope, [2.0])
    assert recording.outputs[0].data == 12.0


def test_where_stands_in_for_control_flow() -> None:
    recording = record(lambda x: where(greater(x, 0.0), x, -x), [-3.0])
    assert recording.outputs[0].data == 3.0


def test_it_records_inside_no_grad_and_leaves_it_on() -> None:
    with no_grad(), no_grad():
        recording = record(lambda x: x * x, [2.0])
        assert (Value(2.0) * 2.0).parents == ()
    assert recording.outputs[0].parents == recording.inputs * 2


def test_ieee_arithmetic_while_recording() -> None:
    recording = record(lambda x: 1.0 / x, [0.0])
    assert recording.outputs[0].data == math.inf


Point = namedtuple("Point", ["x", "y"])


def test_arguments_and_results_of_every_structure() -> None:
    def function(a: Any, b: Any, c: Any, d: Any) -> Any:
        assert isinstance(c, Point)
        assert isinstance(d, np.ndarray)
        return {"sum": a + b["k"][1], "point": Point(c.y, c.x), "array": d * 2.0, "number": 7}

    recording = record(function, [1.0, {"k": (2.0, 3)}, Point(4.0, 5.0), np.array([[6.0], [7.0]])])
    assert recording.names == (
        "a", "b['k'][0]", "b['k'][1]", "c[0]", "c[1]", "d[0][0]", "d[1][0]",
    )  # fmt: skip
    assert [v.data for v in recording.outputs] == [4.0, 5.0, 4.0, 12.0, 14.0, 7.0]


@pytest.mark.parametrize("result", [None, "text", 1j, [None]])
def test_results_are_numbers(result: Any) -> None:
    with pytest.raises(TypeError, match=r"result of a compiled function.* needs one real number"):
        record(lambda x: result, [1.0])


def test_type_errors_of_the_function_say_that_arguments_are_values() -> None:
    with pytest.raises(TypeError, match="indices") as caught:
        record(lambda x: [1.0, 2.0][x], [1])
    assert "Values then, not numbers" in caught.value.__notes__[0]


def branchless(scale: float, x: Any) -> Any:
    return scale * x


def test_names_of_arguments() -> None:
    class Model:
        def __call__(self, row: Any, *rest: Any) -> Any:
            return row

    structure = record(lambda *x: x[0], [1.0, [2.0]]).arguments
    assert argument_names(Model(), structure) == ["row", "argument1[0]"]
    assert argument_names(max, structure) == ["argument0", "argument1[0]"]
    assert record(Model(), [1.0]).name == "Model"
    assert record(partial(branchless, 2.0), [1.0]).name == "branchless"
    assert record(partial(Model()), [1.0]).name == "Model"
    Model.func = staticmethod(branchless)  # type: ignore[attr-defined]  # which a partial has too
    assert record(Model(), [1.0]).name == "Model"


def test_a_deep_graph_is_recorded() -> None:
    def deep(x: Any) -> Any:
        for _ in range(50_000):
            x = x * 0.999
        return x

    assert record(deep, [1.0]).outputs[0].data == pytest.approx(0.999**50_000)


@pytest.mark.parametrize("number", [2.0, 1e17])
def test_a_number_that_is_read_off_what_is_shown_is_found_out(number: float) -> None:
    def reads_what_is_shown(x: Any) -> Any:
        return x * float(repr(x).split("data=")[1].split(",")[0])

    with pytest.raises(TracingError, match="not the same computation every time"):
        record(reads_what_is_shown, [number])


def test_names_that_are_given_are_those_of_the_numbers() -> None:
    recording = record(lambda x: x[0] * x[1], [[1.0, 2.0]], ["width", "height"])
    assert recording.names == ("width", "height")
    assert [x.label for x in recording.inputs] == ["width", "height"]


def test_an_argument_that_is_not_given_has_no_name() -> None:
    assert record(lambda x, y=2.0: x * y, [1.0]).names == ("x",)


def test_another_structure_at_the_second_time_is_told() -> None:
    kept: list[Any] = []

    def lengthens(x: Any) -> Any:
        kept.append(x)
        return [x] * len(kept)

    with pytest.raises(TracingError, match=r"it gave a list of 1, then a list of 2"):
        record(lengthens, [2.0])


def test_only_arguments_that_must_be_given_are_counted() -> None:
    assert count_of_arguments(lambda: 0.0) == 0
    assert count_of_arguments(lambda x, y, slope=0.1, *rest, scale=1.0: x) == 2


def test_a_recording_does_not_change(tools: Any) -> None:
    tools.unchanging(Recording)


@pytest.mark.parametrize("number", [0.0, 0.5, 1.0, -3.5, 1e17, -1e300, math.inf])
def test_a_number_that_leaked_is_noticed_however_large_it_is(number: float) -> None:
    with pytest.raises(TracingError, match="became"):
        record(lambda x: x * x._data, [number])
