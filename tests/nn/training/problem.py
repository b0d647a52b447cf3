"""Small problems that the tests of training share, and the shortest way to fit a model to one."""

import math
import random
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from autograd import Value
from nn import LSTM, MLP, SGD, Dropout, Layer, Module, Sequential, mean_squared_error
from nn.training import fit

X = [[0.1 * i, math.cos(i)] for i in range(10)]
Y = [math.sin(i) for i in range(10)]


def model(seed=1):
    return MLP(2, [3, 1], seed=seed)


def weights(module):
    return list(module.state_dict().values())


def run(module, **options):
    """Fit with short defaults."""
    defaults = {
        "loss": mean_squared_error,
        "X": X,
        "Y": Y,
        "epochs": 3,
        "progress": False,
        "compiled": False,
    }
    options = defaults | options
    make = options.pop("make", lambda parameters: SGD(parameters, lr=0.1))
    optimizer = options.pop("optimizer", None) or make(module.parameters())
    return fit(module, optimizer=optimizer, **options)


def close(numbers):
    return pytest.approx(numbers, rel=1e-12, abs=1e-15)


class Recorder(Module):
    """Remembers which examples it saw."""

    def __init__(self):
        self.w = Value(0.0)
        self.seen = []

    def __call__(self, row):
        self.seen.append(row[0])
        return [self.w * row[0]]


def dropout_model():
    return Sequential(Layer(2, 6, "tanh", seed=1), Dropout(0.5), Layer(6, 1, "linear", seed=2))


def processes():
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


class Recall(Module):
    """Reads a sequence, then tells the bit it saw first."""

    def __init__(self, n_hidden, seed):
        generator = random.Random(seed)
        self.lstm = LSTM(2, n_hidden, seed=generator, forget_bias=1.0)
        self.head = Layer(n_hidden, 1, "linear", seed=generator)

    def __call__(self, rows):
        _, (h, _) = self.lstm(rows)
        return self.head(h)


def recall_task(m, steps, seed):
    """Sequences whose first row holds a bit (and a mark), the others noise."""
    generator = random.Random(seed)
    bits = [generator.randrange(2) for _ in range(m)]
    rows = [
        [[2.0 * bit - 1.0, 1.0]] + [[generator.choice((-1.0, 1.0)), 0.0] for _ in range(steps)]
        for bit in bits
    ]
    return rows, bits
