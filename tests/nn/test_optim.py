"""Optimisers, schedules and clipping against the figures of reference/make_reference.py."""

import json
import math
import pickle
from pathlib import Path

import pytest

from autograd import Value
from nn import Layer
from nn.optim import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    Optimizer,
    RMSProp,
    StepDecay,
    clip_grad_norm,
    clip_grad_value,
    gradient_norm,
)

REFERENCE = Path(__file__).parent / "reference"
OPTIMIZERS = {"sgd": SGD, "adagrad": AdaGrad, "rmsprop": RMSProp, "adam": Adam, "adamw": AdamW}
ALL = pytest.mark.parametrize("make", OPTIMIZERS.values())


def figures(name):
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


PROBLEM = figures("optimizer_problem")
CASES = [
    pytest.param(name, case["options"], case["path"], id=f"{name}-{case['options']}")
    for name in OPTIMIZERS
    for case in figures(f"optimizer_{name}")
]


def close(value):
    return pytest.approx(value, rel=1e-12, abs=1e-12)


def leaves(numbers=(0.0, 0.0)):
    return [Value(number, label=f"w{i}") for i, number in enumerate(numbers)]


def with_gradients(gradients):
    parameters = leaves([0.0] * len(gradients))
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    return parameters


@pytest.mark.parametrize(("name", "options", "path"), CASES)
def test_ten_steps_are_those_of_pytorch(name, options, path):
    parameters = leaves(PROBLEM["start"])
    optimizer = OPTIMIZERS[name](parameters, **options)
    for step, (gradients, expected) in enumerate(zip(PROBLEM["gradients"], path, strict=True)):
        if step >= 5:
            optimizer.lr *= 0.5
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()
        assert [p.data for p in parameters] == close(expected)
    assert optimizer.steps == 10


@pytest.mark.parametrize(("name", "options", "path"), CASES)
def test_the_rule_runs_on_values_as_it_does_on_floats(name, options, path):
    """What a compiler traces: parameter, gradient, state, rate and step are all inputs."""
    optimizer = OPTIMIZERS[name](leaves(), **options)
    parameter = Value(PROBLEM["start"][0])
    state = tuple(Value(slot) for slot in optimizer.initial_state)
    lr = optimizer.lr
    for step, (gradients, expected) in enumerate(zip(PROBLEM["gradients"], path, strict=True)):
        lr = lr * 0.5 if step >= 5 else lr
        numbers = optimizer.coefficients(Value(lr), Value(step + 1))
        parameter, state = optimizer.update(parameter, Value(gradients[0]), state, numbers)
        assert parameter.data == close(expected[0])


def test_the_rule_can_be_differentiated():
    """A traced update is a graph: plain gradient descent moves by -lr for each unit of gradient."""
    optimizer = SGD(leaves(), lr=0.25)
    gradient = Value(3.0)
    moved, _ = optimizer.update(Value(1.0), gradient, (0.0,), optimizer.coefficients(0.25, 1))
    moved.backward()
    assert (moved.data, gradient.grad) == (0.25, -0.25)


@ALL
def test_zero_grad_clears_every_gradient(make):
    parameters = with_gradients([3.0, -4.0])
    make(parameters, lr=0.1).zero_grad()
    assert [p.grad for p in parameters] == [0.0, 0.0]


@ALL
def test_a_pickled_optimizer_goes_on_as_the_original(make):
    parameters = with_gradients([3.0, -4.0])
    original = make(parameters, lr=0.1)
    original.step()
    copied = pickle.loads(pickle.dumps(original))
    original.step()
    copied.step()
    assert [p.data for p in copied.parameters] == [p.data for p in parameters]


@ALL
def test_an_optimizer_needs_distinct_values(make):
    w = Value(1.0, label="w7")
    with pytest.raises(ValueError, match="no parameters to move"):
        make([], lr=0.1)
    with pytest.raises(ValueError, match=r"'w7'.*comes twice"):
        make([w, w], lr=0.1)
    with pytest.raises(TypeError, match=r"must be a Value, not 1\.5"):
        make([w, 1.5], lr=0.1)
    with pytest.raises(TypeError, match=r"pass a model's parameters\(\) to move, not Layer\(1, 1"):
        make(Layer(1, 1), lr=0.1)


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (SGD, {"lr": -0.1}, r"lr=-0.1 is not allowed: it must be 0 or more"),
        (SGD, {"lr": math.nan}, "lr=nan"),
        (SGD, {"lr": math.inf}, "lr=inf"),
        (SGD, {"lr": 1, "momentum": -1}, "momentum=-1"),
        (SGD, {"lr": 1, "weight_decay": -1}, "weight_decay=-1"),
        (SGD, {"lr": 1, "nesterov": True}, "set momentum above 0"),
        (AdaGrad, {"lr_decay": -1}, "lr_decay=-1"),
        (AdaGrad, {"initial_accumulator_value": -1}, "initial_accumulator_value=-1"),
        (AdaGrad, {"eps": -1}, "eps=-1"),
        (RMSProp, {"alpha": -1}, "alpha=-1"),
        (RMSProp, {"momentum": -1}, "momentum=-1"),
        (Adam, {"betas": (1.0, 0.9)}, r"betas\[0\]=1.0 is not allowed: it must be in \[0, 1\)"),
        (Adam, {"betas": (0.9, 1.5)}, r"betas\[1\]=1.5"),
        (AdamW, {"weight_decay": -1}, "weight_decay=-1"),
    ],
)
def test_a_wrong_option_is_named(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(leaves(), **options)


def test_centered_rmsprop_survives_a_variance_rounded_below_zero():
    """Equal gradients for ever bring the variance to 0, and rounding to just below it."""
    parameters = with_gradients([0.1, 0.7])
    optimizer = RMSProp(parameters, lr=1e-12, alpha=0.5, centered=True, eps=1.0)
    for _ in range(200):
        optimizer.step()
    assert all(math.isfinite(p.data) for p in parameters)


def test_an_optimizer_is_told_by_its_rule_alone():
    """A new optimiser needs no more than `update`."""

    class SignDescent(Optimizer):
        def update(self, parameter, gradient, state, coefficients):
            (lr,) = coefficients
            return parameter - lr * math.copysign(1.0, gradient), state

    parameters = with_gradients([3.0, -4.0])
    SignDescent(parameters, lr=0.5).step()
    assert [p.data for p in parameters] == [-0.5, 0.5]


SCHEDULES = {
    "StepDecay": lambda optimizer: StepDecay(optimizer, step_size=6, gamma=0.5),
    "ExponentialDecay": lambda optimizer: ExponentialDecay(optimizer, gamma=0.9),
    "InverseTimeDecay": lambda optimizer: InverseTimeDecay(optimizer, rate=0.25),
    "CosineDecay": lambda optimizer: CosineDecay(optimizer, steps=20, minimum=0.05),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_are_those_of_pytorch(name):
    optimizer = SGD(leaves(), lr=0.8)
    schedule = SCHEDULES[name](optimizer)
    rates = [optimizer.lr]
    for _ in range(20):
        schedule.step()
        rates.append(optimizer.lr)
    assert rates == close(figures("schedules")[name])
    assert [schedule.rate(step) for step in range(21)] == rates


def test_cosine_decay_stays_at_its_minimum():
    schedule = CosineDecay(SGD(leaves(), lr=0.8), steps=4, minimum=0.05)
    assert [schedule.rate(step) for step in (4, 5, 8)] == close([0.05] * 3)


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (StepDecay, {"step_size": 0, "gamma": 0.5}, "step_size=0 is not allowed"),
        (StepDecay, {"step_size": 1, "gamma": -0.5}, "gamma=-0.5"),
        (ExponentialDecay, {"gamma": -0.5}, "gamma=-0.5"),
        (InverseTimeDecay, {"rate": -1}, "rate=-1"),
        (CosineDecay, {"steps": 0}, "steps=0 is not allowed"),
        (CosineDecay, {"steps": 5, "minimum": -1}, "minimum=-1"),
    ],
)
def test_a_wrong_schedule_option_is_named(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(SGD(leaves(), lr=0.1), **options)


@pytest.mark.parametrize("case", figures("clipping"))
def test_clipping_is_that_of_pytorch(case):
    parameters = with_gradients(case["gradient"])
    assert gradient_norm(parameters) == close(case["norm"])
    assert clip_grad_norm(parameters, case["limit"]) == close(case["norm"])
    assert [p.grad for p in parameters] == close(case["by_norm"])
    parameters = with_gradients(case["gradient"])
    clip_grad_value(parameters, case["limit"])
    assert [p.grad for p in parameters] == close(case["by_value"])


def test_clipping_a_huge_gradient_does_not_overflow():
    parameters = with_gradients([3e200, -4e200])
    assert clip_grad_norm(parameters, 1.0) == pytest.approx(5e200)
    assert [p.grad for p in parameters] == pytest.approx([0.6, -0.8])


def test_clipping_accepts_a_generator_and_keeps_nan_visible():
    parameters = with_gradients([math.nan, 3.0])
    clip_grad_value((p for p in parameters), 1.0)
    assert math.isnan(parameters[0].grad)
    assert parameters[1].grad == 1.0
    parameters = with_gradients([3.0, 4.0])
    assert clip_grad_norm((p for p in parameters), 1.0) == 5.0
    assert gradient_norm(parameters) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("clip", [clip_grad_norm, clip_grad_value])
def test_a_negative_limit_is_refused(clip):
    with pytest.raises(ValueError, match=r"=-1\.0 is not allowed"):
        clip(leaves(), -1.0)
