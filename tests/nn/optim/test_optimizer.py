"""What all optimisers share (see `test_optimizers` for their rules)."""

import math
from fractions import Fraction

import pytest

from autograd import Value
from nn.optim import SGD, Optimizer
from nn.optim.optimizer import checked
from tests.nn.optim.problem import with_gradients

W = Value(1.0, "w7")


class SignDescent(Optimizer):
    """Remembers how often it moved a parameter."""

    initial_state = (0.0,)

    def update(self, parameter, gradient, state, coefficients):
        (lr,) = coefficients
        return parameter - (lr if gradient > 0 else -lr), (state[0] + 1.0,)


def test_the_loop_applies_a_rule_to_every_parameter():
    parameters = with_gradients([3.0, -4.0])
    optimizer = SignDescent(parameters, lr=0.5)
    optimizer.step()
    optimizer.lr = 0.25
    optimizer.step()
    assert [p.data for p in parameters] == [-0.75, 0.75]
    assert (optimizer.steps, optimizer.state) == (2, [(2.0,), (2.0,)])
    optimizer.zero_grad()
    assert [p.grad for p in parameters] == [0.0, 0.0]


def test_a_gradient_may_be_any_real_number_and_must_be_one():
    parameters = with_gradients([Fraction(1, 2), 2])
    SGD(parameters, lr=0.5).step()
    assert [p.data for p in parameters] == [-0.25, -1.0]
    parameters[1].grad = None
    with pytest.raises(TypeError, match=r"a step along the grad of .*'w1'"):
        SGD(parameters, lr=0.5).step()
    assert [p.data for p in parameters] == [-0.25, -1.0]


def test_what_was_computed_is_no_parameter():
    optimizer = SGD([Value(1.0), 2 * Value(1.0)], lr=0.5)
    with pytest.raises(ValueError, match="was computed by"):
        optimizer.step()
    assert [p.data for p in optimizer.parameters] == [1.0, 2.0]


def test_an_optimizer_is_itself_alone_and_shown_without_its_parameters():
    parameters = with_gradients([1.0, 2.0])
    first, second = SignDescent(parameters, lr=0.5), SignDescent(parameters, lr=0.5)
    assert first != second
    assert len({first, second}) == 2
    assert "Value(" not in repr(first)


def test_an_option_out_of_range_is_named():
    assert checked("alpha", 0.5, below=1) == 0.5
    with pytest.raises(ValueError, match=r"alpha=1.0 is not allowed: it must be in \[0, 1\)"):
        checked("alpha", 1.0, below=1)
    for lr in (-1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match=f"lr={lr} is not allowed: it must be 0 or more, "):
            SignDescent(with_gradients([1.0]), lr=lr)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (Value(1.0), TypeError, r"pass a model's parameters\(\) to move, not Value\(data=1"),
        ([], ValueError, r"there are no parameters to move: pass model.parameters\(\)"),
        ([{"params": []}], TypeError, "put together by Groups"),
        ([Value(1.0), 1.5], TypeError, r"a parameter must be a Value, not 1\.5"),
        ([W, Value(1.0), W], ValueError, "'w7'.* comes twice among the parameters: pass it once"),
    ],
)
def test_what_cannot_be_moved_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        SignDescent(given, lr=0.5)


def test_parameters_are_kept_in_order_whatever_lists_them():
    parameters = with_gradients([3.0, -4.0])
    optimizer = SignDescent((p for p in parameters), lr=0.5)
    assert optimizer.parameters == parameters
    optimizer.step()
    assert [p.data for p in parameters] == [-0.5, 0.5]


def test_a_parameter_that_came_later_has_no_state_and_nothing_moves():
    parameters = with_gradients([1.0, 1.0])
    optimizer = SGD(parameters[:1], lr=0.5)
    optimizer.parameters.append(parameters[1])
    with pytest.raises(ValueError, match="zip"):
        optimizer.step()
    assert ([p.data for p in parameters], optimizer.steps) == ([0.0, 0.0], 0)
