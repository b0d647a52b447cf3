"""Going back to the last finished epoch."""

import math

import pytest

from autograd import Value
from nn import SGD, BatchNorm, Layer, Sequential, StepDecay, mean_squared_error
from nn.training.checkpoint import Checkpoint
from nn.training.errors import DivergenceError
from nn.training.step import Step
from tests.nn.training.problem import run


def test_ctrl_c_brings_back_what_only_the_optimiser_knows():
    scale = Value(1.0)
    module = Layer(1, 1, "linear", seed=1)
    calls = 0

    def loss(prediction, target):
        nonlocal calls
        calls += 1
        if calls == 6:
            raise KeyboardInterrupt
        return mean_squared_error(scale * prediction[0], target)

    seen = []

    class Watched(SGD):
        def step(self):
            super().step()
            seen.append(scale.data)

    optimizer = Watched([*module.parameters(), scale], lr=0.1)
    options = {"X": [[1.0], [2.0]], "Y": [3.0, 1.0], "batch_size": 1, "optimizer": optimizer}
    assert len(run(module, loss=loss, epochs=9, **options)) == 2
    assert scale.data == seen[3] != seen[4]


def test_going_back_to_a_checkpoint_brings_running_statistics_back():
    def module():
        return Sequential(Layer(2, 4, seed=1), BatchNorm(4), Layer(4, 1, seed=2))

    class Interrupting(StepDecay):
        def step(self):
            if self.steps == 2:
                raise KeyboardInterrupt
            super().step()

    interrupted, whole = module(), module()
    optimizer = SGD(interrupted.parameters(), lr=0.1)
    run(interrupted, optimizer=optimizer, schedule=Interrupting(optimizer, 1, 1.0), epochs=5)
    run(whole, epochs=2)
    assert interrupted.state_dict() == whole.state_dict()
    assert interrupted.layers[1].running_mean != [0.0] * 4


def test_divergence_leaves_no_nan_in_running_statistics():
    """The batch that went bad has passed through them; they are those of the epoch before."""
    module, whole = (Sequential(Layer(2, 4, seed=1), BatchNorm(4), Layer(4, 1)) for _ in range(2))
    scale = [1.0, math.nan]

    def loss(prediction, target):
        return scale[min(optimizer.steps, 1)] * mean_squared_error(prediction, target)

    optimizer = SGD(module.parameters(), lr=0.1)
    with pytest.raises(DivergenceError, match="epoch 2, batch 1: the loss is nan"):
        run(module, loss=loss, optimizer=optimizer)
    run(whole, epochs=1)
    assert module.state_dict() == whole.state_dict()


def test_a_checkpoint_brings_back_model_optimiser_and_schedule():
    module = Sequential(Layer(2, 4, seed=1), BatchNorm(4), Layer(4, 1, seed=2))
    optimizer = SGD(module.parameters(), lr=0.8, momentum=0.9)
    schedule = StepDecay(optimizer, 1, 0.5)
    step = Step(module, mean_squared_error, None, None, optimizer)

    def numbers():
        progress = optimizer.lr, optimizer.steps, list(optimizer.state), schedule.steps
        return module.state_dict(), progress

    before = numbers()
    saved = Checkpoint(0, step, schedule)
    step([[0.0, 1.0], [2.0, 0.5]], [1.0, 0.0])
    schedule.step()
    assert all(a != b for a, b in zip(before, numbers(), strict=True))
    saved.restore()
    assert numbers() == before
