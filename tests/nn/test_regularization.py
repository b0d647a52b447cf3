"""Penalties and dropout."""

import copy
import math
import pickle
import random
import statistics

import pytest

from autograd import Value
from autograd.graph import topological_order
from nn import Dropout, Layer, Sequential, l1_penalty, l2_penalty


def data(values):
    return [value.data for value in values]


def test_l1_penalty_is_the_sum_of_absolute_values():
    weights = [Value(w) for w in (0.5, -2.0, 0.0)]
    penalty = l1_penalty(weights)
    penalty.backward()
    assert penalty.data == 2.5
    assert [w.grad for w in weights] == [1.0, -1.0, 0.0]


def test_l2_penalty_is_half_the_sum_of_squares_in_two_nodes():
    weights = [Value(w) for w in (0.5, -2.0, 0.0)]
    penalty = l2_penalty(w for w in weights)
    penalty.backward()
    assert penalty.data == 2.125
    assert [w.grad for w in weights] == [0.5, -2.0, 0.0]
    assert [node.operation.name for node in topological_order(penalty)] == ["dot", "multiply"]


@pytest.mark.parametrize("keep_prob", [0.8, 0.5, 1.0])
def test_dropout_keeps_the_expectation(keep_prob):
    """The mean of 20,000 draws lies within five standard errors of the input."""
    dropout = Dropout(keep_prob, seed=1)
    outputs = data(dropout([3.0] * 20_000))
    error = 3.0 * ((1 - keep_prob) / keep_prob / 20_000) ** 0.5
    assert statistics.fmean(outputs) == pytest.approx(3.0, abs=5 * error + 1e-12)
    assert set(outputs) <= {0.0, 3.0 / keep_prob, 3.0 * (1 / keep_prob)}


def test_the_gradient_passes_where_the_input_was_kept():
    dropout = Dropout(0.5, seed=3)
    inputs = [Value(float(i + 1)) for i in range(10)]
    outputs = dropout(inputs)
    sum(outputs).backward()
    assert [x.grad for x in inputs] == [
        y.data / x.data for x, y in zip(inputs, outputs, strict=True)
    ]
    assert {x.grad for x in inputs} == {0.0, 2.0}


def test_in_eval_mode_dropout_does_nothing():
    dropout = Dropout(0.5).eval()
    inputs = [Value(1.0), Value(2.0)]
    assert dropout(inputs) == inputs
    assert data(dropout([4.0])) == [4.0]
    assert 0.0 in data(dropout.train()([4.0] * 50))


def test_the_mode_reaches_a_dropout_inside():
    model = Sequential(Layer(1, 20, "linear", init="zeros"), Dropout(0.5))
    model.layers[0].neurons[0].bias.data = 1.0
    assert model.eval()([1.0])[0].data == 1.0
    assert {model.train()([1.0])[0].data for _ in range(50)} == {0.0, 2.0}


def test_same_seed_same_masks():
    first, second, other = Dropout(seed=1), Dropout(seed=1), Dropout(seed=2)
    masks = [first.mask(30), first.mask(30)]
    assert [second.mask(30), second.mask(30)] == masks
    assert [other.mask(30), other.mask(30)] != masks
    assert masks[0] != masks[1]


def test_a_copy_goes_on_with_the_same_masks():
    dropout = Dropout(seed=1)
    dropout.mask(7)
    copies = [copy.deepcopy(dropout), pickle.loads(pickle.dumps(dropout))]
    expected = dropout.mask(30)
    assert [c.mask(30) for c in copies] == [expected, expected]


@pytest.mark.parametrize("keep_prob", [0, -0.5, 1.5, float("nan")])
def test_a_probability_must_be_one(keep_prob):
    with pytest.raises(ValueError, match=r"keep_prob=.* above 0 and at most 1"):
        Dropout(keep_prob)


def test_four_of_five_are_kept_and_the_seed_is_0_where_nothing_is_said():
    assert Dropout().keep_prob == 0.8
    assert Dropout().mask(30) == Dropout(0.8, seed=0).mask(30) != Dropout(0.8, seed=1).mask(30)


class Numbers(random.Random):
    """Draws what it is told to."""

    numbers = ()

    def random(self):
        first, *self.numbers = self.numbers
        return first


def test_numbers_below_the_probability_keep():
    generator = Numbers()
    generator.numbers = (0.0, math.nextafter(0.25, 0.0), 0.25, math.nextafter(1.0, 0.0))
    assert Dropout(0.25, seed=generator).mask(4) == [4.0, 4.0, 0.0, 0.0]
    generator.numbers = (math.nextafter(1.0, 0.0),)
    assert Dropout(1.0, seed=generator).mask(1) == [1.0]


def test_a_probability_is_shown():
    assert repr(Dropout(0.5)) == "Dropout(0.5)"
