"""`fit`: its options, and what is learned."""

import inspect
import math
import os
import pickle
import random
import sys

import pytest

from nn import MLP, Adam, Layer, binary_cross_entropy_with_logits, hinge, l2_penalty
from nn.training import fit
from tests.nn.training.problem import Recall, X, Y, model, recall_task, run


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"Y": Y[:9]}, r"10 examples \(X\) but 9 targets \(Y\)"),
        ({"X": [], "Y": []}, "there are no examples"),
        ({"validation": (X, Y[:3])}, r"10 examples \(X\) but 3 targets"),
        ({"epochs": -1}, "epochs=-1 is not allowed"),
        ({"batch_size": 0}, "batch_size=0 is not allowed"),
        ({"early_stopping": 0, "validation": (X, Y)}, "early_stopping=0 is not allowed"),
        ({"early_stopping": 3}, "pass validation="),
        ({"shards": 0}, "shards=0 is not allowed"),
        ({"clip": -1.0}, "clip=-1.0 is not allowed: it is a norm"),
        ({"clip": math.nan}, "clip=nan is not allowed"),
        ({"compiled": "yes"}, "compiled='yes' is not allowed: it is 'auto', True or False"),
    ],
)
def test_what_does_not_fit_together_is_refused(options, message):
    module = model()
    before = module.state_dict()
    with pytest.raises(ValueError, match=message):
        run(module, **options)
    assert module.state_dict() == before


@pytest.mark.parametrize("name", ["epochs", "batch_size", "early_stopping", "shards"])
def test_a_count_must_be_a_whole_number(name):
    with pytest.raises(TypeError, match=rf"{name} is a whole number, [01] or more, not 2\.0"):
        run(model(), **{"validation": (X, Y), name: 2.0})


def moons(m, noise, seed):
    """Two half circles, one inside the other, with noise."""
    generator = random.Random(seed)
    rows, labels = [], []
    for i in range(m):
        angle, label = math.pi * (i // 2) / (m // 2 - 1), 1 if i % 2 else -1
        x, y = (
            (math.cos(angle), math.sin(angle))
            if label < 0
            else (1 - math.cos(angle), 0.5 - math.sin(angle))
        )
        rows.append([x + generator.gauss(0, noise), y + generator.gauss(0, noise)])
        labels.append(label)
    return rows, labels


def test_moons_are_told_apart_within_a_hundred_full_batch_steps():
    rows, labels = moons(100, noise=0.1, seed=0)
    module = MLP(2, [16, 16, 1], activation="relu", seed=0)
    run(
        module,
        loss=hinge,
        X=rows,
        Y=labels,
        make=lambda p: Adam(p, lr=0.05),
        epochs=100,
        penalty=lambda parameters: 1e-4 * l2_penalty(parameters),
    )
    right = sum(
        (module(row)[0].data > 0) == (label > 0) for row, label in zip(rows, labels, strict=True)
    )
    assert right > 97


def test_an_lstm_recalls_a_bit_seen_twenty_steps_before():
    """On 40 sequences that it learned from, and on 40 others."""
    rows, bits = recall_task(80, steps=20, seed=1)
    module = Recall(4, seed=0)
    run(
        module,
        loss=binary_cross_entropy_with_logits,
        X=rows[:40],
        Y=bits[:40],
        make=lambda p: Adam(p, lr=0.03),
        epochs=60,
        batch_size=10,
        clip=1.0,
        compiled="auto",
    )
    assert [int(module(row)[0].data > 0) for row in rows] == bits


def test_a_trained_model_can_be_pickled():
    module = model()
    run(module)
    assert pickle.loads(pickle.dumps(module)).state_dict() == module.state_dict()


def test_training_needs_nothing_but_the_standard_library(tmp_path):
    """In a process without NumPy, tqdm and Matplotlib, fit works and shows no bar."""
    import subprocess

    script = tmp_path / "train.py"
    script.write_text(
        "import sys\n"
        "for name in ('numpy', 'tqdm', 'matplotlib', 'llvmlite'):\n"
        "    sys.modules[name] = None\n"
        "from nn import MLP, SGD, fit, mean_squared_error\n"
        "model = MLP(1, [1])\n"
        "print(len(fit(model, mean_squared_error, [[1.0]], [2.0],\n"
        "    optimizer=SGD(model.parameters(), lr=0.1), epochs=2, progress=False)))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout == "2\n"


def test_what_is_left_out_is_what_the_documentation_says():
    options = {
        name: option.default
        for name, option in inspect.signature(fit).parameters.items()
        if option.default is not inspect.Parameter.empty
    }
    assert options.pop("compiled") == "auto"
    assert {name: value for name, value in options.items() if value is not None} == {
        "progress": True,
        "seed": 0,
        "shards": 4,
    }
    assert options.keys() - {"progress", "seed", "shards"} == {
        "batch_size",
        "validation",
        "penalty",
        "schedule",
        "clip",
        "early_stopping",
        "executor",
    }


def test_the_least_counts_are_allowed():
    history = run(model(), epochs=1, batch_size=1, validation=(X, Y), early_stopping=1)
    assert len(history) == 1


def test_a_model_is_trained_in_its_training_mode_whatever_it_was_in():
    class Watched(Layer):
        def __call__(self, row):
            seen.append(self.training)
            return super().__call__(row)

        def rows(self, rows):
            return [self(row) for row in rows]

    seen = []
    module = Watched(2, 1, "linear", seed=1)
    module.eval()
    run(module, epochs=1, batch_size=5)
    assert set(seen) == {True}
    seen.clear()
    run(module, epochs=1, validation=(X[:3], Y[:3]))
    assert seen.count(True) == len(X) and seen.count(False) >= 3
    assert module.training is False
