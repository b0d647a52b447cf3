"""Optimisers against the figures of reference/make_reference.py."""

import inspect
import math
import pickle

import pytest

import autograd
from autograd import Value
from nn import Layer
from nn.optim import SGD, AdaGrad, Adam, AdamW, Optimizer, RMSProp
from tests.nn.optim.problem import close, figures, leaves, with_gradients

OPTIMIZERS = {"sgd": SGD, "adagrad": AdaGrad, "rmsprop": RMSProp, "adam": Adam, "adamw": AdamW}
ALL = pytest.mark.parametrize("make", OPTIMIZERS.values())
PROBLEM = figures("optimizer_problem")
CASES = [
    pytest.param(name, case["options"], case["path"], id=f"{name}-{case['options']}")
    for name in OPTIMIZERS
    for case in figures(f"optimizer_{name}")
]


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


@ALL
def test_what_pytorch_takes_by_name_alone_is_taken_so(make):
    kinds = {name: p.kind for name, p in inspect.signature(make).parameters.items()}
    by_name = {name for name, kind in kinds.items() if kind is inspect.Parameter.KEYWORD_ONLY}
    assert by_name == {"maximize", *({"dampening"} if make is SGD else ())}


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
        (SGD, {"lr": 1, "momentum": 1, "nesterov": True, "dampening": 0.1}, "leave dampening out"),
        (SGD, {"lr": 1, "dampening": -1.0}, "dampening=-1.0"),
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
    """Gradients that stay equal bring the variance to 0, and rounding to just below it."""
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


@pytest.mark.parametrize("grad", [None, "0.5"])
def test_a_grad_that_is_no_number_moves_nothing(grad):
    a, b = Value(1.0, "a"), Value(2.0, "b")
    optimizer = SGD([a, b], lr=0.1, momentum=0.9)
    a.grad, b.grad = 1.0, grad
    with pytest.raises(TypeError, match=r"a step along the grad of .*'b'"):
        optimizer.step()
    assert (a.data, b.data, optimizer.steps, optimizer.state) == (1.0, 2.0, 0, [(0.0,), (0.0,)])
    b.grad = 1  # a whole number is a number
    optimizer.step()
    assert (a.data, b.data) == (0.9, 1.9)


HUGE = figures("huge_gradients")
every_huge = pytest.mark.parametrize(
    "case", HUGE, ids=lambda c: f"{c['optimizer']}-{c['options']}-{c['gradients']}"
)


def numbers(texts):
    return [float(text) for text in texts]


def near(found, expected, largest):
    """Equal up to the rounding of a sum of terms of that size."""
    return found == pytest.approx(expected, rel=1e-12, abs=1e-15 * largest, nan_ok=True)


def largest_finite(path):
    return max((abs(x) for x in path if math.isfinite(x)), default=0.0)


@every_huge
def test_gradients_whose_squares_overflow_or_vanish_move_as_in_pytorch(case):
    parameter, expected = Value(1.9), numbers(case["path"])
    optimizer = OPTIMIZERS[case["optimizer"]]([parameter], lr=0.1, **case["options"])
    for gradient, wanted in zip(numbers(case["gradients"]), expected, strict=True):
        parameter.grad = gradient
        optimizer.step()
        assert near(parameter.data, wanted, largest_finite(expected))


@pytest.mark.parametrize("backend", ["python", "llvm"])
@every_huge
def test_compiled_updates_move_so_too(case, backend):
    expected, rule = numbers(case["path"]), OPTIMIZERS[case["optimizer"]]
    optimizer = rule([Value(1.9)], lr=0.1, **case["options"])

    def step(parameter, gradient, number, *state):
        coefficients = optimizer.coefficients(0.1, number)
        moved, after = optimizer.update(parameter, gradient, state, coefficients)
        return [moved, *after]

    program = autograd.compile(step, backend=backend)
    parameter, state = 1.9, optimizer.initial_state
    for i, (gradient, wanted) in enumerate(
        zip(numbers(case["gradients"]), expected, strict=True), 1
    ):
        parameter, *state = program(parameter, gradient, float(i), *state)
        assert near(parameter, wanted, largest_finite(expected))


SHARED = {"weight_decay": 0.0, "maximize": False}
ADAM = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "amsgrad": False, **SHARED}


@pytest.mark.parametrize(
    ("make", "defaults"),
    [
        (SGD, {"momentum": 0.0, "nesterov": False, "dampening": 0.0, **SHARED}),
        (
            AdaGrad,
            {"lr": 0.01, "lr_decay": 0.0, "initial_accumulator_value": 0.0, "eps": 1e-10, **SHARED},
        ),
        (
            RMSProp,
            {"lr": 0.01, "alpha": 0.99, "eps": 1e-8, "momentum": 0.0, "centered": False, **SHARED},
        ),
        (Adam, ADAM),
        (AdamW, ADAM | {"weight_decay": 0.01}),
    ],
)
def test_what_is_left_out_is_as_in_pytorch_s_documentation(make, defaults):
    options = inspect.signature(make).parameters.values()
    found = {option.name: option.default for option in options}
    assert {name: d for name, d in found.items() if d is not inspect.Parameter.empty} == defaults
    optimizer = make(leaves(), **({} if "lr" in defaults else {"lr": 0.1}))
    assert {name: getattr(optimizer, name) for name in defaults} == defaults


@pytest.mark.parametrize(
    ("make", "options", "state"),
    [
        (SGD, {"lr": 0.5}, (0.0,)),
        (SGD, {"lr": 0.5, "momentum": 0.5}, (3.0,)),
        (AdaGrad, {}, (8.0,)),
        (AdaGrad, {"initial_accumulator_value": 1}, (9.0,)),
        (RMSProp, {"alpha": 0.5}, (3.0, 0.0, 0.0)),
        (RMSProp, {"alpha": 0.5, "centered": True}, (3.0, 1.5, 0.0)),
        (Adam, {"betas": (0.5, 0.5)}, (1.5, 3.0, 0.0)),
        (Adam, {"betas": (0.5, 0.5), "amsgrad": True}, (1.5, 3.0, 3.0)),
    ],
)
def test_what_a_rule_does_not_need_is_not_remembered(make, options, state):
    """Two steps along a gradient of 2, worked by hand."""
    parameters = with_gradients([2.0])
    optimizer = make(parameters, **options)
    start = optimizer.state[0]
    assert start == (float(options.get("initial_accumulator_value", 0)), *[0.0] * (len(state) - 1))
    optimizer.step()
    optimizer.step()
    assert optimizer.state == [state]


def test_a_rate_alone_is_all_that_plain_descent_asks_of_a_step():
    assert SGD(leaves(), lr=0.5).coefficients(0.5, 1) == (0.5,)


@pytest.mark.parametrize("make", [SGD, AdaGrad, RMSProp, Adam])
def test_without_decay_the_parameter_does_not_enter_its_gradient(make):
    """0·∞ would be nan."""
    (parameter,) = leaves([math.inf])
    parameter.grad = 1.0
    make([parameter], lr=0.5).step()
    assert parameter.data == math.inf
