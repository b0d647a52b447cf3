"""The gradient of a batch: its mean loss, and rows that touch each other."""

import pytest

from nn import MLP, SGD, BatchNorm, Layer, Sequential, mean_squared_error
from nn.training.batch import EagerGradient, mixes_rows
from nn.training.run import mean_loss
from tests.nn.training.problem import Recorder, X, Y, close, model, run, weights


def test_the_epochs_loss_is_the_mean_over_examples_not_over_batches():
    recorder = Recorder()
    history = run(recorder, make=lambda p: SGD(p, lr=0.0), batch_size=3, epochs=1)
    assert history.losses == close([sum(y * y for y in Y) / 10])


@pytest.mark.parametrize("compiled", [False, "auto", True])
def test_a_loss_that_is_a_number_is_refused(compiled):
    """Nothing can be learned from it; a compiled program would not notice."""
    kind = ValueError if compiled is True else TypeError
    with pytest.raises(kind, match="a loss must return a Value computed from the prediction, not"):
        run(model(), loss=lambda p, t: 1.0, compiled=compiled)


def test_a_model_with_batch_norm_is_trained_on_whole_batches():
    first, second = (
        Sequential(Layer(2, 4, "linear", seed=1), BatchNorm(4), Layer(4, 1, "linear", seed=2))
        for _ in range(2)
    )
    history = run(first, epochs=2, validation=(X, Y))
    optimizer = SGD(second.parameters(), lr=0.1)
    for epoch in range(2):
        optimizer.zero_grad()
        rows = second(X)
        loss = sum(mean_squared_error(p, y) for p, y in zip(rows, Y, strict=True)) / 10
        loss.backward()
        optimizer.step()
        assert history.losses[epoch] == close(loss.data)
    assert weights(first)[-8:] != [0.0] * 4 + [1.0] * 4
    for name, numbers in first.state_dict().items():
        assert numbers == close(second.state_dict()[name])


def test_a_batch_of_one_row_says_where_it_was():
    module = Sequential(Layer(2, 4), BatchNorm(4), Layer(4, 1))
    with pytest.raises(ValueError, match="needs two rows") as caught:
        run(module, batch_size=3)
    assert caught.value.__notes__ == ["(in fit, epoch 1, batch 4)"]


def test_the_gradient_is_that_of_the_mean_and_adds_to_what_is_there():
    first, second = model(), model()
    for p in first.parameters():
        p.grad = 1.0
    loss = EagerGradient(first, mean_squared_error, whole=False)(X, Y)
    mean = sum(mean_squared_error(second(x), y) for x, y in zip(X, Y, strict=True)) / 10
    mean.backward()
    assert loss == close(mean.data)
    assert [p.grad - 1.0 for p in first.parameters()] == close(
        [p.grad for p in second.parameters()]
    )


@pytest.mark.parametrize("whole", [False, True])
def test_a_batch_may_be_one_graph_or_many(whole):
    gradient = EagerGradient(model(), mean_squared_error, whole)
    losses = list(gradient.losses(X, Y))
    assert len(losses) == (1 if whole else 10)
    assert sum(value.data * weight for value, weight in losses) == close(
        EagerGradient(model(), mean_squared_error, not whole)(X, Y)
    )


def test_batch_norm_mixes_rows_wherever_it_is():
    assert not mixes_rows(MLP(2, [2, 1]))
    assert mixes_rows(Sequential(Layer(2, 2), Sequential(BatchNorm(2))))


def test_a_model_that_loses_rows_is_told_from_one_with_a_smaller_loss():
    class Losing(BatchNorm):
        def rows(self, rows):
            return super().rows(rows)[1:]

    X, Y = [[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="zip"):
        EagerGradient(Losing(1), mean_squared_error, whole=True)(X, Y)
    with pytest.raises(ValueError, match="zip"):
        mean_loss(Losing(1), mean_squared_error, X, Y)
