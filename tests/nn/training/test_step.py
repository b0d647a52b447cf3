"""One step: penalty, zeroed gradients, and what is said of a number that went bad."""

import math

import pytest

from autograd import Value, dot, exp
from nn import SGD, Layer, Module, l2_penalty, mean_squared_error
from nn.training.errors import DivergenceError
from nn.training.step import Step
from tests.nn.training.problem import Recorder, X, model, run


@pytest.mark.parametrize("compiled", [False, True])
def test_a_penalty_is_called_with_the_parameters_or_without_arguments(compiled):
    first, second = model(), model()
    run(first, penalty=l2_penalty, compiled=compiled)
    run(second, penalty=lambda: l2_penalty(second.parameters()), compiled=compiled)
    assert first.state_dict() == second.state_dict()


@pytest.mark.parametrize("compiled", [False, True])
def test_gradients_are_zero_afterwards(compiled):
    module = model()
    module([1.0, 2.0])[0].backward()
    run(module, compiled=compiled)
    assert {p.grad for p in module.parameters()} == {0.0}


def test_a_wrong_clip_is_refused_before_the_first_step():
    with pytest.raises(ValueError, match=r"clip=-1\.0 is not allowed"):
        run(model(), clip=-1.0)


def test_only_the_optimisers_parameters_move():
    module = model()
    before = module.state_dict()
    run(module, optimizer=SGD(module.layers[1].parameters(), lr=0.1))
    moved = {name for name, number in module.state_dict().items() if number != before[name]}
    assert moved == {f"layers.1.neurons.0.{name}" for name in ("w0", "w1", "w2", "b")}


def test_a_non_finite_loss_names_epoch_batch_and_the_first_bad_node():
    class Exploding(Module):
        def __init__(self):
            self.w = Value(1e200)

        def __call__(self, row):
            square = self.w * self.w
            square.label = "square"
            return [square * row[0]]

    module = Exploding()
    with pytest.raises(DivergenceError) as caught:
        run(module, X=[[0.0], [0.0]], Y=[0.0, 0.0], batch_size=1)
    message = str(caught.value)
    assert "epoch 1, batch 1: the loss is nan" in message
    assert "'square' = inf, made by multiply('w' = 1e+200, 'w' = 1e+200)" in message
    assert module.w.data == 1e200
    assert isinstance(caught.value, ArithmeticError)


def test_a_bad_input_is_named_as_a_leaf():
    with pytest.raises(DivergenceError, match="the first node that went bad is the leaf nan"):
        run(model(), X=[[math.nan, 1.0]], Y=[0.0])


def test_an_overflow_inside_the_model_is_a_divergence_too():
    def loss(prediction, target):
        return exp(1e4 * prediction[0] * prediction[0]) * target

    module = Layer(1, 1, "linear", seed=1)
    with pytest.raises(DivergenceError, match="epoch 1, batch 1: exp overflows"):
        run(module, loss=loss, X=[[5.0]], Y=[1.0])


def test_a_non_finite_gradient_of_a_finite_loss_is_named():
    module = Recorder()

    def root(prediction, target):
        return prediction[0] ** 0.5

    with pytest.raises(DivergenceError, match=r"gradient's norm is (inf|nan): .*that of 'w', "):
        run(module, loss=root, X=[[1.0]], Y=[0.0])
    assert module.w.data == 0.0


def test_a_gradient_too_long_to_measure_is_named():
    class Huge(Module):
        def __init__(self):
            self.a, self.b = Value(0.0), Value(0.0)

        def __call__(self, row):
            return [1.5e308 * self.a + 1.5e308 * self.b]

    with pytest.raises(DivergenceError, match="more than the largest float"):
        run(Huge(), loss=lambda prediction, target: prediction[0] + target)


def test_a_loss_that_is_bad_only_once_is_reported_as_such():
    losses = iter([math.nan] + [0.0] * 100)
    with pytest.raises(
        DivergenceError, match="the loss is nan: computed again, every node is fini"
    ):
        run(
            model(),
            loss=lambda prediction, target: prediction[0] * 0.0 + next(losses),
            X=X[:1],
            Y=[0.0],
        )


def test_a_step_returns_loss_and_norm_and_moves_the_parameters():
    module = Layer(1, 1, "linear", init="zeros")
    step = Step(module, mean_squared_error, None, None, SGD(module.parameters(), lr=0.25))
    loss, norm = step([[1.0]], [2.0])
    assert (loss, norm) == (4.0, math.hypot(4.0, 4.0))
    assert [p.data for p in module.parameters()] == [1.0, 1.0]


def test_the_norm_is_that_before_clipping():
    module = Layer(1, 1, "linear", init="zeros")
    step = Step(module, mean_squared_error, None, 1.0, SGD(module.parameters(), lr=1.0))
    _, norm = step([[1.0]], [2.0])
    assert norm == math.hypot(4.0, 4.0)
    length = math.hypot(*(p.data for p in module.parameters()))
    assert length == pytest.approx(norm / (norm + 1e-6), rel=1e-14, abs=0.0)  # as in PyTorch


def test_gradients_of_model_and_optimiser_are_zeroed():
    module, extra = Layer(1, 1), Value(1.0)
    step = Step(module, mean_squared_error, None, None, SGD([extra], lr=1.0))
    for parameter in (*module.parameters(), extra):
        parameter.grad = 3.0
    step.zero_grad()
    assert {p.grad for p in (*module.parameters(), extra)} == {0.0}


@pytest.mark.parametrize(
    ("bias", "message"),
    [
        ((), r"is inf, made by dot\('w' = 1\.23457e\+200, 'w' = 1\.23457e\+200, 1e\+200, 1\)\."),
        ((0.0,), r"is inf, made by dot\('w' = 1\.23457e\+200, .*, 1e\+200, 1, …\)\."),
    ],
)
def test_four_inputs_of_a_bad_node_are_told(bias, message):
    class Exploding(Module):
        def __init__(self):
            self.w = Value(1.23456789e200)

        def __call__(self, row):
            return [dot([self.w, self.w], [row[0], 1.0], *bias)]

    with pytest.raises(DivergenceError, match=message):
        run(Exploding(), X=[[1e200]], Y=[0.0])


def test_a_parameter_without_a_name_is_told_by_its_number():
    first, second = Value(1.0), Value(0.0)

    def root(prediction, target):
        return prediction[0] + first + second**0.5

    with pytest.raises(DivergenceError, match=r"is that of 'parameter 1', (inf|nan)"):
        run(Recorder(), loss=root, X=[[1.0]], Y=[0.0], optimizer=SGD([first, second], lr=0.1))
