"""Examples: what may be given, and how they are dealt into batches."""

from itertools import islice
from random import Random

import numpy as np
import pytest

from autograd.compiler.train.batches import Batches
from nn import MLP, SGD, cross_entropy
from nn.training.data import Data, examples
from tests.nn.training.problem import Recorder, X, Y, model, run


@pytest.mark.parametrize(("batch_size", "steps"), [(None, 1), (1, 10), (3, 4), (5, 2), (100, 1)])
def test_an_epoch_shows_every_example_once(batch_size, steps):
    recorder = Recorder()
    optimizer = SGD(recorder.parameters(), lr=0.01)
    run(recorder, X=[[i] for i in range(10)], optimizer=optimizer, batch_size=batch_size, epochs=2)
    assert optimizer.steps == 2 * steps
    assert sorted(recorder.seen[:10]) == sorted(recorder.seen[10:]) == list(range(10))
    if batch_size is None:
        assert recorder.seen == [*range(10), *range(10)]
    else:
        assert recorder.seen[:10] != recorder.seen[10:]


def test_fifty_thousand_examples_in_batches_of_a_thousand_are_fifty_steps():
    """The arithmetic of the notes: examples = batches · batch size."""
    recorder = Recorder()
    optimizer = SGD(recorder.parameters(), lr=0.0)
    rows = [[0.0]] * 50_000
    run(recorder, X=rows, Y=[0.0] * 50_000, optimizer=optimizer, batch_size=1_000, epochs=1)
    assert optimizer.steps == 50


def test_the_shuffle_has_a_seed():
    seen = []
    for seed in (0, 0, 1):
        recorder = Recorder()
        run(recorder, X=[[i] for i in range(10)], batch_size=4, epochs=1, seed=seed)
        seen.append(recorder.seen)
    assert seen[0] == seen[1] != seen[2]


class Table:
    """As much of a pandas DataFrame as matters: iterating it gives the columns' names."""

    def __init__(self, rows):
        self.rows = rows

    def __iter__(self):
        return iter(["a", "b"])

    def to_numpy(self):
        return np.array(self.rows)


@pytest.mark.parametrize(
    ("rows", "targets"),
    [
        (np.array(X), np.array(Y)),
        ([np.array(row) for row in X], tuple(Y)),
        (tuple(map(tuple, X)), [[y] for y in Y]),
        ((row for row in X), (y for y in Y)),
        (Table(X), np.array(Y).reshape(-1, 1)),
    ],
)
def test_examples_may_be_lists_arrays_or_tables(rows, targets):
    first, second = model(), model()
    run(first, X=rows, Y=targets)
    run(second)
    assert first.state_dict() == second.state_dict()


def test_classes_may_come_as_an_integer_array():
    module = MLP(2, [3], seed=1)
    history = run(module, loss=cross_entropy, Y=np.arange(10) % 3, epochs=20)
    assert history.losses[-1] < history.losses[0]


def test_batches_are_dealt_by_pythons_shuffle():
    rows, targets = [[i] for i in range(5)], list(range(5))
    random, expected = Random(3), []
    for _ in range(2):
        order = list(range(5))
        random.shuffle(order)
        expected.append(
            [([rows[i] for i in part], part) for part in (order[:2], order[2:4], order[4:])]
        )
    assert list(islice(Data(rows, targets, Batches(2, True, 3)).epochs(), 2)) == expected


def test_without_a_batch_size_an_epoch_is_one_batch():
    data = Data([[1], [2]], [3, 4], Batches(None, True, 0))
    assert list(islice(data.epochs(), 2)) == [[([[1], [2]], [3, 4])]] * 2


def test_arrays_become_lists_of_pythons_numbers():
    rows, targets = examples(np.array([[1, 2]]), np.array([True]))
    assert (rows, targets) == ([[1, 2]], [True])
    assert type(rows[0][0]) is int


def test_arrays_in_lists_and_numbers_of_numpy_become_pythons_too():
    rows, targets = examples([np.array([1, 2]), [3, 4]], [np.float64(0.5), np.int64(1)])
    assert (rows, targets) == ([[1, 2], [3, 4]], [0.5, 1])
    assert [type(rows[0]), type(rows[0][0])] == [list, int]
    assert list(map(type, targets)) == [float, int]


def test_examples_and_targets_are_counted():
    with pytest.raises(ValueError, match=r"there are 2 examples \(X\) but 1 targets \(Y\)"):
        examples([[1], [2]], [3])
    with pytest.raises(ValueError, match="there are no examples: X and Y are empty"):
        examples([], [])
