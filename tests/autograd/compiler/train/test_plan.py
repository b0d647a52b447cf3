"""A plan's lists compute what the optimiser's own methods say."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from autograd import Value, compile
from autograd.compiler.readable.python import interpreter
from autograd.compiler.train.plan import Plan, is_optimizer, make_plan, options_of
from autograd.compiler.wengert.wengert import Instruction, WengertList
from nn.optim import SGD, AdamW


def test_a_penalty_on_what_the_function_does_not_use(backend: Any) -> None:
    w, v = Value(1.0, "w"), Value(2.0, "v")
    program = compile(lambda x: (w * x) ** 2, backend=backend)
    program.train([1.0, 2.0], optimizer=SGD([w, v], 0.1), epochs=1, penalty=lambda: v * v)
    assert w.data == pytest.approx(1.0 - 0.1 * 2.0 * 2.5)
    assert v.data == pytest.approx(2.0 - 0.1 * 4.0)


def test_only_the_optimizers_parameters_move(backend: Any) -> None:
    w, b, unused = Value(1.0, "w"), Value(0.5, "b"), Value(3.0, "unused")
    program = compile(lambda x, t: (w * x + b - t) ** 2, backend=backend)
    optimizer = SGD([unused, w], 0.1, weight_decay=0.1)
    program.train([1.0], [0.0], optimizer=optimizer, epochs=1)
    assert b.data == 0.5
    assert unused.data == pytest.approx(3.0 - 0.1 * 0.3)
    assert w.data == pytest.approx(1.0 - 0.1 * (3.0 + 0.1))


def test_a_changed_rule_is_planned_anew() -> None:
    w = Value(1.0)
    program = compile(lambda x: (w * x) ** 2)
    optimizer = SGD([w], 0.1)

    def step(**options: Any) -> Any:
        w.data = 1.0
        program.train([1.0], optimizer=optimizer, epochs=1, **options)
        assert program._latest is not None
        return w.data, program._latest._planned[True]

    first, plan = step()
    assert (first, step()) == (0.8, (0.8, plan))
    optimizer.lr = 0.2
    assert step() == (pytest.approx(0.6), plan)
    optimizer.weight_decay = 0.5
    assert step()[0] == pytest.approx(1.0 - 0.2 * 2.5)
    optimizer.weight_decay = 0.0
    assert step(clip=1.0)[0] == pytest.approx(0.8)
    program.train([3.0], optimizer=optimizer, epochs=1)
    optimizer.note = [1.0]  # nothing to tell rules apart by
    assert options_of(optimizer) is None
    assert step()[1] is not step()[1]


def test_a_penalty_is_read_anew_and_planned_anew_where_it_changed() -> None:
    w, v = Value(1.0), Value(2.0)
    program = compile(lambda x: (w * x) ** 2)
    optimizer = SGD([w], 0.1)
    strength = 0.5

    def step(leaf: Value) -> Any:
        w.data = 1.0
        program.train([1.0], optimizer=optimizer, epochs=1, penalty=lambda: strength * leaf**2)
        assert program._latest is not None
        return w.data, program._latest._planned[True]

    first, plan = step(w)
    assert first == pytest.approx(1.0 - 0.1 * 3.0)
    assert step(w) == (first, plan)
    v.data = 3.0
    assert step(v)[0] == pytest.approx(0.8)
    strength = 2.0
    assert step(w)[0] == pytest.approx(1.0 - 0.1 * 6.0)


def names(listed: WengertList) -> list[str]:
    return [step.name for step in listed.instructions]


def test_the_lists_of_plain_gradient_descent(line: Any) -> None:
    plan = make_plan(line.loss, SGD([line.w, line.b], 0.1))
    assert plan.parameters == (line.w, line.b) and plan.moved == 2
    assert plan.spent.operations == 0
    _, sums = interpreter(plan.gradient)([line.row, line.row], [3.0, -1.0])
    assert list(sums) == [32.0, 32.0, 16.0]
    assert names(plan.numbers).count("sqrt") == 1
    assert names(plan.update) == ["multiply", "subtract"]
    ((norm, lr),), _ = interpreter(plan.numbers)([()], [0.1, 1.0, 320.0, 0.0, math.inf])
    assert (norm, lr) == (math.sqrt(320.0), 0.1)
    after, _ = interpreter(plan.update)([(3.0, 16.0, 0.0), (-1.0, 8.0, 0.0)], [0.5])
    assert after == [(-5.0, 0.0), (-5.0, 0.0)]


def test_the_lists_of_momentum_keep_a_state(line: Any) -> None:
    plan = make_plan(line.loss, SGD([line.w, line.b], 0.1, momentum=0.5))
    assert (plan.update.columns, plan.update.parameters) == (3, 1)
    ((moved, velocity),), _ = interpreter(plan.update)([(3.0, 16.0, 4.0)], [0.5])
    assert (moved, velocity) == (3.0 - 0.5 * 18.0, 18.0)


def test_clipping_is_a_number_of_the_step_and_a_factor_of_the_slope(line: Any) -> None:
    plan = make_plan(line.loss, SGD([line.w, line.b], 0.1), clip=2.0)
    ((norm, factor, lr),), _ = interpreter(plan.numbers)([()], [0.1, 1.0, 100.0, 0.0, math.inf])
    assert (norm, factor, lr) == (10.0, 2.0 / (10.0 + 1e-6), 0.1)
    assert names(plan.update) == ["multiply", "multiply", "subtract"]
    ((moved, _),), _ = interpreter(plan.update)([(3.0, 16.0, 0.0)], [0.25, 0.5])
    assert moved == 3.0 - 0.5 * (0.25 * 16.0)


def test_moved_parameters_come_first_and_the_others_have_no_slope(line: Any) -> None:
    plan = make_plan(line.loss, SGD([line.b], 0.1))
    assert plan.parameters == (line.b, line.w) and plan.moved == 1
    _, sums = interpreter(plan.gradient)([line.row], [-1.0, 3.0])
    assert list(sums) == [16.0, 8.0]
    unused = Value(7.0)
    wider = make_plan(line.loss, SGD([unused, line.w], 0.1))
    assert wider.parameters == (unused, line.w, line.b)
    _, sums = interpreter(wider.gradient)([line.row], [7.0, 3.0, -1.0])
    assert list(sums) == [16.0, 0.0, 16.0]


def test_a_gradient_that_fits_the_optimiser_is_taken_as_it_is(line: Any) -> None:
    listed, captured = line.loss
    leaves = list(captured)
    assert make_plan(line.loss, SGD(leaves, 0.1)).gradient is listed
    for others in (leaves[::-1], leaves[:-1], [*leaves, Value(1.0)]):
        plan = make_plan(line.loss, SGD(others, 0.1))
        assert plan.gradient is not listed
        assert len(plan.gradient.sums) == 1 + len(others)


def test_the_only_row_becomes_constants(line: Any) -> None:
    plan = make_plan(line.loss, SGD([line.w, line.b], 0.1), row=line.row)
    assert plan.gradient.columns == 0 and set(plan.gradient.constants) == {2.0, 1.0}
    _, sums = interpreter(plan.gradient)([()], [3.0, -1.0])
    assert list(sums) == [16.0, 16.0, 8.0]


def test_a_penalty_adds_slopes_and_leaves_the_loss(line: Any) -> None:
    square = WengertList(
        0, 1, (2.0,), (Instruction("multiply", (0, 0)), Instruction("multiply", (1, 0))), (), (2, 3)
    )
    plan = make_plan(line.loss, SGD([line.w, line.b], 0.1), penalty=(square, (line.b,)))
    _, sums = interpreter(plan.gradient)([line.row], [3.0, -1.0])
    assert list(sums) == [16.0, 16.0, 8.0 - 2.0]


@pytest.mark.parametrize("change", ["moved", "numbers", "update"])
def test_lists_that_do_not_fit_together_are_refused(line: Any, change: str) -> None:
    plan = make_plan(line.loss, SGD([line.w, line.b], 0.1))
    wrong = {"moved": 1, "numbers": plan.update, "update": plan.gradient}[change]
    with pytest.raises(ValueError, match=r"sums, not 3|depend on learning rate|an update has the"):
        replace(plan, **{change: wrong})
    assert replace(plan) != plan  # plans are told apart by identity: code is kept for each


def test_optimisers_of_equal_options_are_one_rule(line: Any) -> None:
    first, second = SGD([line.w], 0.1), SGD([line.b, line.w], 0.5)
    second.steps = 9
    assert options_of(first) == options_of(second) is not None
    assert options_of(first) != options_of(SGD([line.w], 0.1, momentum=0.9))
    assert options_of(first) != options_of(AdamW([line.w], 0.1))
    betas = options_of(AdamW([line.w], 0.1, betas=(0.8, 0.9)))
    assert betas is not None and betas != options_of(AdamW([line.w], 0.1))
    assert options_of(object()) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("candidate", [None, SGD, 3, object()])
def test_what_is_no_optimiser(candidate: object) -> None:
    assert not is_optimizer(candidate)
    assert is_optimizer(SGD([Value(1.0)], 0.1))


def test_a_plan_does_not_change(tools: Any) -> None:
    tools.unchanging(Plan)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"moved": 1}, "the gradient of 2 parameters has 1 to 3 sums, not 3"),
        ({"gradient": WengertList(0, 0, (2.0,), (), (), (0, 0, 0))}, "0 parameters has 1 to 1"),
        ({"update": WengertList(1, 1, (), (), ())}, "not 1 columns, 0 outputs"),
        ({"update": WengertList(3, 1, (), (), (0,))}, "not 3 columns, 1 outputs"),
        ({"update": WengertList(3, 1, (), (), (0, 1, 2))}, "not 3 columns, 3 outputs"),
        ({"update": WengertList(3, 2, (), (), (0, 1))}, "and the 2 parameters .* not 2 in all"),
        ({"numbers": WengertList(0, 4, (), (), (0, 1))}, "learning rate, step and squares only"),
        ({"numbers": WengertList(1, 5, (), (), (0, 1))}, "learning rate, step and squares only"),
        ({"numbers": WengertList(0, 5, (), (), (0, 1, 2))}, "the 1 parameters .* not 3 in all"),
    ],
)
def test_each_list_is_held_to_the_others(line: Any, changes: Any, message: str) -> None:
    plan = make_plan(line.loss, SGD([line.w, line.b], 0.1))
    with pytest.raises(ValueError, match=message):
        replace(plan, **changes)


def test_a_largest_norm_that_is_none_is_refused(line: Any) -> None:
    with pytest.raises(ValueError, match=r"clip=-1\.0 is not allowed"):
        make_plan(line.loss, SGD([line.w], 0.1), clip=-1.0)


def test_nothing_need_be_moved(line: Any) -> None:
    plan = make_plan(line.loss, SGD([line.w, line.b], 0.1))
    alone = WengertList(1, 0, (), (), (), (0,))
    assert replace(plan, moved=0, gradient=alone).moved == 0


def test_a_penalty_leaves_the_kinds_of_rows_as_they_are(line: Any) -> None:
    """A row's first number says which length it has."""
    listed, leaves = line.loss
    square = WengertList(0, 1, (), (Instruction("multiply", (0, 0)),), (), (1, 0))
    loss = replace(listed, lengths=2), leaves
    for penalty in (None, (square, (line.b,))):
        plan = make_plan(loss, SGD([line.b, line.w], 0.1), penalty=penalty)
        assert plan.gradient.lengths == 2
    constant = make_plan(loss, SGD([line.b, line.w], 0.1), row=line.row)
    assert (constant.gradient.columns, constant.gradient.lengths) == (0, 0)


class Stateless(SGD):
    """Gradient descent that remembers nothing."""

    @property
    def initial_state(self) -> tuple[float, ...]:
        return ()

    def update(self, parameter: Any, gradient: Any, state: Any, coefficients: Any) -> Any:
        return parameter - coefficients[0] * gradient, ()


def test_an_optimiser_may_have_no_state(line: Any) -> None:
    plan = make_plan(line.loss, Stateless([line.w, line.b], 0.1))
    assert (plan.update.columns, len(plan.update.outputs)) == (2, 1)
    assert interpreter(plan.update)([(3.0, 16.0)], [0.25])[0] == [(-1.0,)]


def test_training_without_a_state(backend: Any) -> None:
    w, b = Value(1.0), Value(2.0)
    program = compile(lambda x: w * w * x + b, backend=backend)
    optimizer = Stateless([w, b], 0.25)
    for steps in (1, 2):
        program.train([1.0, 1.0], optimizer=optimizer, epochs=1)
        assert (w.data, b.data) == (0.5**steps, 2.0 - 0.25 * steps)
        assert optimizer.state == [(), ()]


def test_an_optimiser_among_the_options_is_part_of_the_rule(line: Any) -> None:
    class Two(SGD):
        """One whose option is another."""

        def __init__(self, inner: Any) -> None:
            super().__init__([line.w], 0.1)
            self.inner = inner

    rules = [options_of(Two(SGD([line.b], rate, momentum=m))) for rate, m in RATES]
    assert None not in rules
    assert [rules.index(rule) for rule in rules] == [0, 1, 2, 0]
    inner = SGD([line.b], 0.1)
    for note in ([1.0], ([1.0],)):  # nothing to tell rules apart by
        inner.note = note  # type: ignore[attr-defined]
        assert options_of(inner) is None and options_of(Two(inner)) is None
    inner.note = (1.0, ("a",))  # type: ignore[attr-defined]
    assert options_of(Two(inner)) is not None


RATES = ((0.1, 0.0), (0.2, 0.0), (0.1, 0.9), (0.1, 0.0))
