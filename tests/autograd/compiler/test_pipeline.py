"""A function goes through the stages once, and what the stages made is kept."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, compile, relu, sqrt, tanh, total, where
from autograd.compiler.pipeline import Labelled, Specialization
from autograd.compiler.readable.python import interpreter
from autograd.compiler.record.nested import Container, OneOf
from autograd.compiler.record.ragged import one_of
from autograd.compiler.record.rows import take_rows
from nn.optim import SGD


def test_a_captured_computed_value_is_computed_from_its_leaves(backend: Any) -> None:
    w = Value(3.0, "w")
    square = w * w
    program = compile(lambda x: square * x, backend=backend)
    assert program.backward([1.0, 2.0]) == 13.5
    assert w.grad == 9.0
    w.data = 1.0
    assert program(2.0) == 2.0


def test_a_gradient_may_be_asked_for_after_parameters_have_changed(backend: Any) -> None:
    w = Value(3.0, "w")
    square = w * w
    program = compile(lambda x: tanh(square * x) + 0.0 * w, backend=backend)
    program(1.0)
    for data in (0.5, math.inf, 0.5):
        w.data, w.grad = data, 0.0
        program.backward([0.3])
    assert w.grad == pytest.approx(0.3 * (1.0 - math.tanh(0.075) ** 2), rel=1e-14, abs=0.0)
    assert square.data == 9.0  # the user's own graph is as it was
    assert "∂/∂w" in program.table(gradient=True)
    assert pickle.loads(pickle.dumps(program))(0.3) == program(0.3)
    late = compile(lambda x: square * x, backend=backend)
    assert late.backward([2.0]) == 0.5


def made(function: Callable[..., Any], *arguments: Any) -> Specialization:
    return Specialization(function, arguments, "python", 1)


def steps(of: Specialization, kind: Any) -> list[str]:
    return [step.name for step in of.listed(kind).program.instructions]


def test_the_function_is_called_twice_and_never_again() -> None:
    calls, w = [], Value(3.0, "w")

    def function(x: Any) -> Any:
        calls.append(x)
        return tanh(w * x)

    one = made(function, 2.0)
    assert len(calls) == 2
    for kind in ("value", "gradient", "slopes"):
        one.listed(kind)  # type: ignore[arg-type]
    assert len(calls) == 2
    assert (one.parameters, one.numbers(), one.results, one.is_scalar) == ((w,), [3.0], None, True)
    w.data = 4.0
    assert one.numbers() == [4.0]
    assert one.cache is False
    assert (one.recording.inputs, one.recording.outputs, one.recording.order) == ((), (), ())


def test_each_kind_of_list_has_its_results() -> None:
    w = Value(3.0, "w")
    one = made(lambda x: w * x, 2.0)
    assert steps(one, "value") == steps(one, "gradient") == steps(one, "slopes") == ["multiply"]
    value, gradient, slopes = (one.listed(k).program for k in ("value", "gradient", "slopes"))  # type: ignore[arg-type]
    assert (value.outputs, value.sums) == ((2,), ())
    assert (gradient.outputs, gradient.sums) == ((), (2, 0))
    assert (slopes.outputs, slopes.sums) == ((2, 0, 1), ())
    assert one.listed("value").labels == {0: "x", 1: "w"}
    assert one.captured() == (gradient, (w,))


def test_lists_and_what_runs_them_are_made_once() -> None:
    one = made(lambda x: tanh(x), 2.0)
    assert one.listed("value") is one.listed("value")
    assert one.listed("gradient") is one.listed("gradient") is not one.listed("value")
    assert one.value is one.value and one.gradient is not one.value
    assert one.value.program is one.listed("value").program
    assert one.value.run([[0.5]], 1, ())[0] == [(math.tanh(0.5),)]


def test_making_the_gradient_leaves_the_value_as_it_was() -> None:
    early, late = (made(lambda x: tanh(x) * x, 2.0) for _ in range(2))
    before = pickle.dumps(late)
    late.listed("slopes")
    assert pickle.dumps(late) == before
    assert early.listed("value").program == late.listed("value").program
    assert steps(late, "value") == ["tanh", "multiply"] != steps(late, "slopes")


def test_only_one_number_has_a_gradient() -> None:
    one = made(lambda x: {"a": x, "b": -x}, 2.0)
    assert not one.is_scalar and len(one.listed("value").program.outputs) == 2
    for kind in ("gradient", "slopes"):
        with pytest.raises(TypeError, match=r"<lambda> gives a dict with the keys \['a', 'b'\]"):
            one.listed(kind)  # type: ignore[arg-type]


def test_a_pickle_has_the_recording_but_neither_lists_nor_what_runs_them() -> None:
    w = Value(3.0, "w")
    one = made(lambda x: w * tanh(x), 2.0)
    assert one.gradient and one.value
    one.plan(SGD([w], 0.1), None, None)
    state = one.__getstate__()
    assert (state["_lists"], state["_planned"]) == ({}, {})
    assert not {"value", "gradient"} & state.keys()
    assert one.value and one._planned  # the original keeps them
    again, captured = pickle.loads(pickle.dumps((one, w)))
    assert again.parameters == (captured,)
    for kind in ("value", "gradient", "slopes"):
        assert again.listed(kind) == one.listed(kind)  # type: ignore[arg-type]
    assert again.value.run([[0.5]], 1, [3.0]) == one.value.run([[0.5]], 1, [3.0])


def test_pickles_of_before_keep_no_code_and_know_no_lists() -> None:
    one = made(lambda x: ROOT * tanh(x), 2.0)
    state = one.__getstate__()
    for name in ("cache", "_known", "_ready"):  # came later
        del state[name]
    old = Specialization.__new__(Specialization)
    old.__dict__ |= state
    assert old.cache is False and old.made == {}
    assert old.gradient.cache is False
    assert old.gradient.run([[0.5]], 1, [3.0]) == one.gradient.run([[0.5]], 1, [3.0])


def test_a_plan_is_made_again_only_where_it_would_be_another() -> None:
    w, v = Value(3.0), Value(2.0)
    one = made(lambda x: w * v * x, 2.0)
    plan = one.plan(SGD([w], 0.1), None, None)
    assert one.plan(SGD([w], 0.7), None, None) is plan  # the rate is no part of a plan
    others: list[Any] = [
        (SGD([w], 0.1), 1.0, None),
        (SGD([w], 0.1), None, (0.0,)),
        (SGD([w], 0.1), None, (-0.0,)),
        (SGD([w], 0.1, momentum=0.9), None, None),
        (SGD([v], 0.1), None, None),
        (SGD([w, v], 0.1), None, None),
    ]
    plans = [plan, *(one.plan(*other) for other in others)]
    assert len(set(map(id, plans))) == len(plans)
    penalty = made(lambda: w * w)
    penalised = one.plan(SGD([w], 0.1), None, None, penalty)
    assert one.plan(SGD([w], 0.1), None, None, penalty) is penalised
    other = made(lambda: v * v)  # an equal list of another parameter
    assert one.plan(SGD([w], 0.1), None, None, other) is not penalised
    assert one.plan(SGD([w], 0.1), None, None) is not penalised


def chosen(x: Any, c: Any) -> Any:
    return where(c, sqrt(ROOT * x), x)


ROOT = Value(3.0, "root")


def test_what_is_not_selected_passes_nothing_though_its_slope_is_infinite() -> None:
    one = made(chosen, 2.0, 1.0)
    assert one.may_settle and not made(lambda x: sqrt(ROOT * x), 2.0).may_settle
    assert "where" not in steps(one, "gradient")[-2:] and "where" in steps(one, "settled")[-2:]
    assert math.isnan(one.gradient.run([[0.0, 0.0]], 1, [3.0])[1][1])
    assert list(one.sums([[0.0, 0.0]], 1)) == [0.0, 0.0]
    one = made(chosen, 2.0, 1.0)
    assert list(one.sums([[12.0, 1.0]], 1)) == [6.0, 1.0]
    assert "settled" not in vars(one)  # it takes longer, and is made where there is a nan
    plain = made(lambda x: ROOT * x, 2.0)
    assert all(map(math.isnan, plain.sums([[math.nan]], 1))) and "settled" not in vars(plain)
    one = made(chosen, 2.0, 1.0)
    ((_, *slopes),), _ = interpreter(one.listed("slopes").program)([[0.0, 0.0]], [3.0])
    assert slopes == [0.0, 1.0, 0.0]


def test_a_plan_is_settled_where_something_may_not_be_selected() -> None:
    w = Value(3.0)
    plain, select = made(lambda x: w * x, 2.0), made(chosen, 2.0, 1.0)
    assert plain.plan(SGD([w], 0.1), None, None).settled is None
    assert select.plan(SGD([ROOT], 0.1), None, None).settled is not None
    for penalty, settles in ((made(lambda: w * w), False), (made(lambda: relu(w)), True)):
        plan = plain.plan(SGD([w], 0.1), None, None, penalty)
        assert (plan.settled is not None) is settles


def test_rows_of_different_lengths_are_recorded_for_all_of_them() -> None:
    structure = one_of(take_rows([[1.0], [2.0, 3.0]], "x"))
    # Each row is the list of arguments: its structure is that of `total`'s one argument.
    every = Container(OneOf, tuple(Container(tuple, (child,)) for child in structure.children))
    one = Specialization(total, every, "python", 1)
    assert one.recording.arguments == every
    assert one.recording.names[0] == "length"
    outputs, _ = one.value.run([[0.0, 2.0, 3.0], [1.0, 4.0, 4.0]], 2, [])
    assert outputs == [(5.0,), (4.0,)]
    assert one.listed("value").program.lengths == 2
    kept = {"value": one.listed("value")}
    again = Specialization.restored(one.recording, kept.get, lambda _: None, "python", 1, False)
    assert again.listed("slopes").program.lengths == 2
    assert again.listed("slopes") == one.listed("slopes")


def test_one_that_is_restored_makes_what_was_not_kept() -> None:
    whole = made(chosen, 2.0, 1.0)
    kept = {"value": whole.listed("value")}
    one = Specialization.restored(whole.recording, kept.get, lambda _: None, "python", 2, True)
    assert (one.backend, one.threads, one.cache) == ("python", 2, True)
    assert one.listed("value") is kept["value"]
    assert one.made.keys() == {"value"}
    for kind in ("gradient", "settled", "slopes"):
        assert one.listed(kind).program == whole.listed(kind).program  # type: ignore[arg-type]
    assert one.listed("slopes").labels == whole.listed("slopes").labels
    assert one.made.keys() == {"value", "gradient", "settled", "slopes"}


def test_a_list_with_labels_does_not_change(tools: Any) -> None:
    tools.unchanging(Labelled)
