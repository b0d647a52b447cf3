"""Training a program takes the steps that the eager loop takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from autograd import Program, Value, compile, dot, no_grad, sqrt, tanh, total, where
from autograd.compiler.run.runner import work
from autograd.compiler.train import train as training
from autograd.compiler.train.epochs import Epoch
from autograd.compiler.train.plan import Plan
from nn import MLP
from nn.losses import mean_squared_error
from nn.optim import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    ExponentialDecay,
    RMSProp,
    clip_grad_norm,
    gradient_norm,
)
from nn.regularization import l2_penalty

X = [[math.sin(i), math.cos(2 * i)] for i in range(23)]
Y = [math.sin(3 * i) for i in range(23)]

RULES: list[Callable[[Any], Any]] = [
    lambda p: SGD(p, 0.1),
    lambda p: SGD(p, 0.05, momentum=0.9, weight_decay=1e-3),
    lambda p: SGD(p, 0.05, momentum=0.9, nesterov=True),
    lambda p: AdaGrad(p, 0.05, lr_decay=0.1),
    lambda p: RMSProp(p, 0.01, momentum=0.5, centered=True),
    lambda p: Adam(p, 0.02, amsgrad=True),
    lambda p: AdamW(p, 0.02),
]


def network() -> MLP:
    return MLP(2, [5, 1], seed=7)


def eager_epochs(
    model: MLP, optimizer: Any, epochs: int, size: int | None, **options: Any
) -> list[Epoch]:
    """The loop as a learner would write it."""
    schedule, clip, penalty = (options.get(k) for k in ("schedule", "clip", "penalty"))
    random, history = Random(options.get("seed", 0)), []
    for number in range(1, epochs + 1):
        order = list(range(len(X)))
        if size is not None and options.get("shuffle", True):
            random.shuffle(order)
        batches = [order[i : i + (size or 23)] for i in range(0, len(X), size or 23)]
        loss, norms, rate = 0.0, [], optimizer.lr
        for batch in batches:
            optimizer.zero_grad()
            mean = total([mean_squared_error(model(X[i]), Y[i]) for i in batch]) / len(batch)
            (mean if penalty is None else mean + penalty()).backward()
            norms.append(gradient_norm(optimizer.parameters))
            if clip is not None:
                clip_grad_norm(optimizer.parameters, clip)
            optimizer.step()
            loss += mean.data * len(batch) / len(X)
        if schedule is not None:
            schedule.step()
        history.append(Epoch(number, loss, rate, sum(norms) / len(norms)))
    return history


def assert_same(history: list[Epoch], expected: list[Epoch], tolerance: float = 1e-9) -> None:
    assert len(history) == len(expected)
    for one, other in zip(history, expected, strict=True):
        assert one.number == other.number
        assert one.learning_rate == other.learning_rate
        assert one.loss == pytest.approx(other.loss, rel=tolerance, abs=0.0)
        assert one.gradient_norm == pytest.approx(other.gradient_norm, rel=tolerance, abs=0.0)


def assert_same_state(model: MLP, optimizer: Any, twin: MLP, other: Any) -> None:
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        assert p.data == pytest.approx(q.data, rel=1e-9, abs=1e-12)
    assert optimizer.steps == other.steps
    for state, wanted in zip(optimizer.state, other.state, strict=True):
        assert state == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("make", RULES)
@pytest.mark.parametrize("size", [None, 1, 5, 23, 100])
def test_every_rule_takes_the_eager_steps(make: Any, size: Any, backend: Any) -> None:
    model, twin = network(), network()
    optimizer, other = make(model.parameters()), make(twin.parameters())
    program = compile(lambda x, y: mean_squared_error(model(x), y), backend=backend)
    history = program.train(X, Y, optimizer=optimizer, epochs=4, batch_size=size)
    assert_same(history, eager_epochs(twin, other, 4, size))
    assert_same_state(model, optimizer, twin, other)
    assert all(p.grad == 0.0 for p in model.parameters())


def test_a_thousand_steps(backend: Any) -> None:
    model, twin = network(), network()
    optimizer, other = Adam(model.parameters(), 0.005), Adam(twin.parameters(), 0.005)
    program = compile(lambda x, y: mean_squared_error(model(x), y), backend=backend)
    history = program.train(X, Y, optimizer=optimizer, epochs=200, batch_size=5, seed=3)
    assert optimizer.steps == 1000
    assert_same(history, eager_epochs(twin, other, 200, 5, seed=3))
    assert_same_state(model, optimizer, twin, other)


def test_eager_and_compiled_steps_can_be_mixed(backend: Any) -> None:
    model, twin = network(), network()
    optimizer, other = Adam(model.parameters(), 0.01), Adam(twin.parameters(), 0.01)
    program = compile(lambda x, y: mean_squared_error(model(x), y), backend=backend)
    eager_epochs(model, optimizer, 2, None)
    program.train(X, Y, optimizer=optimizer, epochs=3)
    eager_epochs(model, optimizer, 2, None)
    eager_epochs(twin, other, 7, None)
    optimizer.zero_grad()
    assert_same_state(model, optimizer, twin, other)


def test_schedule_clipping_and_penalty(backend: Any) -> None:
    model, twin = network(), network()
    optimizer, other = SGD(model.parameters(), 0.2), SGD(twin.parameters(), 0.2)
    options = {"clip": 0.3, "shuffle": False}
    program = compile(lambda x, y: mean_squared_error(model(x), y), backend=backend)
    history = program.train(
        X, Y, optimizer=optimizer, epochs=6, batch_size=7, clip=0.3, shuffle=False,
        schedule=ExponentialDecay(optimizer, 0.8),
        penalty=lambda: 0.01 * l2_penalty(model.parameters()),
    )  # fmt: skip
    expected = eager_epochs(
        twin, other, 6, 7, **options,
        schedule=ExponentialDecay(other, 0.8),
        penalty=lambda: 0.01 * l2_penalty(twin.parameters()),
    )  # fmt: skip
    assert_same(history, expected)
    assert_same_state(model, optimizer, twin, other)
    assert history[-1].learning_rate == pytest.approx(0.2 * 0.8**5)


def test_arrays_and_lists_train_alike(backend: Any) -> None:
    results = []
    for x, y in ((X, Y), (np.array(X), np.array(Y))):
        model = network()
        program = compile(lambda x, y, m=model: mean_squared_error(m(x), y), backend=backend)
        optimizer = SGD(model.parameters(), 0.1)
        program.train(x, y, optimizer=optimizer, epochs=3, batch_size=4)
        results.append([p.data for p in model.parameters()])
    assert results[0] == results[1]


def test_a_function_without_arguments(backend: Any) -> None:
    w = Value(5.0)
    program = compile(lambda: (w - 2.0) ** 2, backend=backend)
    program.train(optimizer=SGD([w], 0.25), epochs=60)
    assert w.data == pytest.approx(2.0)


def test_a_callback_sees_every_epoch_and_can_stop() -> None:
    w = Value(1.0)
    program = compile(lambda x: (w * x) ** 2)
    optimizer = SGD([w], 0.1)
    seen: list[Any] = []

    def callback(epoch: Epoch) -> bool:
        seen.append((epoch.number, w.data, optimizer.steps))
        w.data = 1.0  # what a callback changes is taken up
        return epoch.number == 3

    history = program.train([1.0], optimizer=optimizer, epochs=10, callback=callback)
    assert [epoch.number for epoch in history] == [1, 2, 3]
    assert seen == [(1, 0.8, 1), (2, 0.8, 2), (3, 0.8, 3)]


def test_an_interrupt_leaves_the_last_epoch() -> None:
    w = Value(1.0)
    program = compile(lambda x: (w * x) ** 2)
    optimizer = SGD([w], 0.1)

    def callback(epoch: Epoch) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        program.train([1.0], optimizer=optimizer, epochs=10, callback=callback)
    assert (w.data, optimizer.steps) == (0.8, 1)


class Noted:
    """The loops that trainings made, and how many epochs each call of one went through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.loops: list[str] = []
        self.epochs: list[int] = []
        make = training._make_loop

        def noted(*arguments: Any) -> Any:
            loop = make(*arguments)
            run = loop.run
            self.loops.append(type(loop).__name__)
            loop.run = lambda epochs, *rest: self.epochs.append(epochs) or run(epochs, *rest)  # type: ignore[func-returns-value, method-assign]
            return loop

        monkeypatch.setattr(training, "_make_loop", noted)


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Noted:
    """What trainings do from here on."""
    return Noted(monkeypatch)


@pytest.mark.parametrize(
    ("backend", "there", "loops"),
    [
        ("auto", True, ["PythonLoop", "NativeLoop"]),
        ("auto", False, ["PythonLoop", "PythonLoop"]),
        ("python", True, ["PythonLoop", "PythonLoop"]),
        ("llvm", True, ["NativeLoop", "NativeLoop"]),
    ],
)
def test_machine_code_is_taken_when_it_is_worth_it(
    backend: Any, there: bool, loops: list[str], noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "has_machine_code", lambda: there)
    w = Value(1.0)
    program = compile(lambda x: (w * x) ** 2, backend=backend)
    program.train([1.0, 2.0], optimizer=SGD([w], 0.1), epochs=1)
    plan_of(program).spent.operations = 10**9
    program.train([1.0, 2.0], optimizer=SGD([w], 0.1), epochs=1)
    assert noted.loops == loops


def test_nothing_is_moved_where_machine_code_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    w = Value(1.0)
    program, optimizer = compile(lambda x: (w * x) ** 2, backend="llvm"), SGD([w], 0.1)
    monkeypatch.setattr("autograd.compiler.run.runner.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="without backend='llvm'"):
        program.train([1.0], optimizer=optimizer, epochs=1)
    assert (w.data, optimizer.steps) == (1.0, 0)


def plan_of(program: Program) -> Plan:
    assert program._latest is not None
    plan: Plan = program._latest._planned[True][1]
    return plan


@pytest.mark.parametrize(("size", "batches"), [(None, 1), (5, 1), (3, 2), (2, 3), (1, 5)])
def test_trainings_add_up_what_python_would_do_for_them(size: int | None, batches: int) -> None:
    """The gradient of 5 rows in each epoch, and the update of two parameters for each batch."""
    w, b = Value(1.0), Value(0.0)
    program = compile(lambda x: (w * x + b) ** 2)
    for times in (1, 2):
        program.train([0.1] * 5, optimizer=SGD([w, b], 0.1), epochs=4, batch_size=size)
        plan = plan_of(program)
        once = work(plan.gradient, 4 * 5) + work(plan.update, 4 * batches * 2)
        assert plan.spent.operations == times * once


@pytest.mark.parametrize(
    ("options", "together"),
    [
        ({}, True),
        ({"batch_size": 2, "shuffle": False}, True),
        ({"batch_size": 2}, False),
        ({"callback": lambda epoch: None}, False),
        ({"callback": lambda epoch: 1}, False),  # only True itself ends a training
        ({"schedule": ...}, False),
    ],
)
def test_epochs_that_are_alike_are_gone_through_together(
    options: dict[str, Any], together: bool, noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as may be before Python gets to see Ctrl-C."""
    w = Value(1.0)
    program, optimizer = compile(lambda x: (w * x) ** 2), SGD([w], 0.01)

    def calls(operations: int) -> list[int]:
        monkeypatch.setattr(training, "OPERATIONS_AT_ONCE", operations)
        noted.epochs.clear()
        more = {"schedule": ExponentialDecay(optimizer, 0.9)} if "schedule" in options else {}
        history = program.train([1.0] * 3, optimizer=optimizer, epochs=5, **(options | more))
        assert len(history) == 5
        return list(noted.epochs)

    assert calls(1) == [1] * 5
    an_epoch = 3 * (1 + len(plan_of(program).gradient.instructions)) + 1
    assert calls(2 * an_epoch) == ([2, 2, 1] if together else [1] * 5)
    assert calls(2 * an_epoch - 1) == [1] * 5


def test_a_schedule_by_the_loss_is_told_that_of_every_epoch(backend: Any) -> None:
    w, told = Value(1.0), []

    class Halving:
        watches_loss = True

        def step(self, loss: float) -> None:
            told.append(loss)
            optimizer.lr /= 2.0

    optimizer = SGD([w], 0.25)
    program = compile(lambda x: (w * x) ** 2, backend=backend)
    history = program.train([1.0], optimizer=optimizer, epochs=3, schedule=Halving())
    assert told == list(history.losses) == [1.0, 0.25, 0.140625]  # w is 1, 1/2, 3/8
    assert list(history.learning_rates) == [0.25, 0.125, 0.0625]


@pytest.mark.parametrize("at_once", [1, 2, 3, 10])
@pytest.mark.parametrize("epochs", [3, 4])
def test_what_is_not_selected_spoils_no_epoch(
    at_once: int, epochs: int, backend: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the third, √w has an infinite slope at 0: these steps are taken again without it."""
    monkeypatch.setattr(training, "_epochs_at_once", lambda *_: at_once)
    w = Value(2.0)
    program = compile(lambda x: w + where(x, sqrt(w), 0.0), backend=backend)
    optimizer = SGD([w], 1.0)
    history = program.train([0.0, 0.0], optimizer=optimizer, epochs=epochs)
    assert list(history.losses) == [2.0, 1.0, 0.0, -1.0][:epochs]
    assert list(history.gradient_norms) == [1.0] * epochs
    assert (w.data, optimizer.steps) == (2.0 - epochs, epochs)
    w.data, seen = 2.0, list[Any]()
    program.train(
        [0.0],
        optimizer=optimizer,
        epochs=epochs,
        callback=lambda e: seen.append((e.number, w.data)),
    )
    assert seen == [(number, 2.0 - number) for number in range(1, epochs + 1)]


def test_threads_share_the_rows() -> None:
    results = []
    for threads in (1, 2, 100_000):
        model = network()

        def loss(x: Any, y: Any, model: MLP = model) -> Any:
            return mean_squared_error(model(x), y)

        program = compile(loss, backend="llvm", threads=threads)
        program.train(X, Y, optimizer=SGD(model.parameters(), 0.1), epochs=5, batch_size=9)
        results.append([p.data for p in model.parameters()])
    assert results[0] == pytest.approx(results[1], rel=1e-12, abs=0.0)
    assert results[0] == pytest.approx(results[2], rel=1e-12, abs=0.0)
    with pytest.raises(ValueError, match="threads=0 is not allowed"):
        compile(lambda x: x, threads=0)


@pytest.mark.parametrize("rate", [1, True, Fraction(1, 2), np.float32(0.25), np.int64(1)])
def test_a_rate_may_be_any_number(rate: Any, backend: Any) -> None:
    """Also one that a schedule sets; it is told as a float, and parameters stay floats."""
    w = Value(1.0)
    optimizer = SGD([w], rate)

    class Setting:
        def step(self) -> None:
            optimizer.lr = rate

    program = compile(lambda x: w * x, backend=backend)
    same = program.train([0.5, 1.5], optimizer=optimizer, epochs=2)
    assert list(same.learning_rates) == [float(rate)] * 2
    assert (type(w.data), w.data) == (float, 1.0 - 2.0 * float(rate))
    optimizer.lr = 0.125
    changed = program.train([0.5, 1.5], optimizer=optimizer, epochs=3, schedule=Setting())
    assert list(changed.learning_rates) == [0.125, float(rate), float(rate)]
    assert (type(w.data), w.data) == (float, 0.875 - 4.0 * float(rate))


def test_no_epochs_change_nothing() -> None:
    w = Value(1.0)
    history = compile(lambda x: w * x).train([1.0], optimizer=SGD([w], 0.1), epochs=0)
    assert len(history) == 0
    assert repr(history) == "<Epochs: 0>"
    assert w.data == 1.0


def test_training_that_diverges_goes_on_in_ieee_arithmetic(backend: Any) -> None:
    w = Value(1.0)
    program = compile(lambda x: (w * x) ** 2, backend=backend)
    history = program.train([10.0], optimizer=SGD([w], 1e3), epochs=100)
    assert len(history) == 100
    assert math.isnan(w.data)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": -1}, "epochs=-1 is not allowed"),
        ({"epochs": 1, "batch_size": -3}, "batch_size=-3 is not allowed"),
        ({"epochs": 1, "batch_size": 0}, "batch_size=0 is not allowed"),
        ({"epochs": 1, "clip": -1.0}, r"clip=-1.0 is not allowed"),
        ({"epochs": 1, "clip": math.nan}, r"clip=nan is not allowed"),
    ],
)
def test_options_out_of_range(options: dict[str, Any], message: str) -> None:
    w = Value(1.0)
    with pytest.raises(ValueError, match=message):
        compile(lambda x: w * x).train([1.0], optimizer=SGD([w], 0.1), **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 1.5}, "epochs is a whole number, 0 or more, not 1.5"),
        ({"epochs": None}, "epochs is a whole number"),
        ({"epochs": math.inf}, "epochs is a whole number"),
        ({"batch_size": 2.0}, "batch_size is a whole number, 1 or more, not 2.0"),
        ({"batch_size": "a"}, "batch_size is a whole number"),
        ({"clip": "a"}, "clip needs one real number"),
        ({"optimizer": SGD}, "no optimiser: pass one that was made with the parameters"),
        ({"optimizer": None}, "optimizer=None is no optimiser"),
        ({"schedule": "x"}, "schedule='x' has no step"),
        ({"callback": "x"}, "callback='x' is no function"),
        ({"penalty": 3}, "penalty=3 is no function"),
        ({"penalty": lambda: None}, "one real number"),
        ({"penalty": lambda: [Value(1.0)]}, "only a function that gives one number"),
    ],
)
def test_options_of_another_kind(options: dict[str, Any], message: str, backend: Any) -> None:
    w = Value(1.0)
    program, optimizer = compile(lambda x: w * x, backend=backend), SGD([w], 0.1)
    usual = {"optimizer": optimizer, "epochs": 1}
    with pytest.raises(TypeError, match=message):
        program.train([1.0, 2.0], **(usual | options))
    optimizer.state = [(0.0, 0.0)]
    with pytest.raises(ValueError, match="a tuple of 1 for each of its 1 parameters"):
        program.train([1.0], **usual)
    optimizer.state = [(0.0,)]
    optimizer.parameters.append(Value(2.0))
    with pytest.raises(ValueError, match="a tuple of 1 for each of its 2 parameters"):
        program.train([1.0], **usual)
    optimizer.lr = "fast"
    with pytest.raises(TypeError, match="the optimiser's lr needs one real number"):
        program.train([1.0], **usual)
    assert (w.data, w.grad, optimizer.steps) == (1.0, 0.0, 0)


def test_the_function_gives_one_number() -> None:
    w = Value(1.0)
    with pytest.raises(TypeError, match="one number"):
        compile(lambda x: [w * x]).train([1.0], optimizer=SGD([w], 0.1), epochs=1)


def test_training_inside_no_grad() -> None:
    w = Value(1.0)
    with no_grad():
        compile(lambda x: tanh(w * x)).train([1.0], optimizer=SGD([w], 0.1), epochs=1)
    assert w.data == pytest.approx(1.0 - 0.1 * (1.0 - math.tanh(1.0) ** 2))


@pytest.mark.parametrize("size", [1e-250, 1e-170, 1.0, 1e160, 1e300])
@pytest.mark.parametrize("backend", ["python", "llvm"])
@pytest.mark.parametrize("inputs", [2, 400])  # of few parameters and of many
def test_the_norm_is_right_where_squares_overflow_or_vanish(
    size: float, backend: Any, inputs: int
) -> None:
    weights = [Value(0.5) for _ in range(inputs)]
    program = compile(lambda x: dot(weights, x), backend=backend)
    (epoch,) = program.train([[size] * inputs], optimizer=SGD(weights, 0.0), epochs=1)
    assert epoch.gradient_norm == pytest.approx(size * inputs**0.5, rel=1e-13, abs=0.0)
