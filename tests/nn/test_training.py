"""The training loop: `fit` and what it leaves behind."""

import math
import os
import pickle
import random
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from threading import Event

import numpy as np
import pytest
from nn.batch import WorkerError, program_gradient

from autograd import Value, exp, log
from nn import (
    LSTM,
    MLP,
    SGD,
    Adam,
    BatchNorm,
    Dropout,
    Layer,
    Module,
    Sequential,
    StepDecay,
    binary_cross_entropy_with_logits,
    clip_grad_norm,
    cross_entropy,
    hinge,
    l2_penalty,
    mean_squared_error,
)
from nn.diagnostics import History
from nn.training import DivergenceError, fit, mean_loss

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


# ------------------------------------------------------------------------- the loop itself


def by_hand(module, optimizer, batches, *, penalty=None, clip=None):
    """What fit does, in the plainest words; returns losses and norms of the batches."""
    losses, norms = [], []
    for batch in batches:
        optimizer.zero_grad()
        loss = sum(mean_squared_error(module(X[i]), Y[i]) for i in batch) / len(batch)
        losses.append(loss.data)
        if penalty is not None:
            loss = loss + penalty(module.parameters())
        loss.backward()
        norms.append(math.hypot(*(p.grad for p in module.parameters())))
        if clip is not None:
            clip_grad_norm(module.parameters(), clip)
        optimizer.step()
    return losses, norms


def close(numbers):
    return pytest.approx(numbers, rel=1e-12, abs=1e-14)


def test_full_batches_are_gradient_descent_by_hand():
    first, second = model(), model()
    history = run(first)
    losses, norms = by_hand(second, SGD(second.parameters(), 0.1), [range(10)] * 3)
    assert weights(first) == close(weights(second))
    assert history.losses == close(losses)
    assert history.gradient_norms == close(norms)
    assert history.learning_rates == [0.1] * 3
    assert history.validation_losses == []
    assert (len(history), history.ended, history.best_epoch) == (3, "all epochs done", None)


def test_penalty_clip_and_schedule_are_those_by_hand():
    def penalty(parameters):
        return 0.1 * l2_penalty(parameters)

    first, second = model(), model()
    optimizer = SGD(first.parameters(), 0.4, momentum=0.9)
    schedule = StepDecay(optimizer, step_size=1, gamma=0.5)
    history = run(first, optimizer=optimizer, schedule=schedule, penalty=penalty, clip=0.3)
    other = SGD(second.parameters(), 0.4, momentum=0.9)
    losses, norms = [], []
    for _ in range(3):
        loss, norm = by_hand(second, other, [range(10)], penalty=penalty, clip=0.3)
        losses += loss
        norms += norm
        other.lr *= 0.5
    assert weights(first) == close(weights(second))
    assert history.losses == close(losses)
    assert history.gradient_norms == close(norms)
    assert history.learning_rates == [0.4, 0.2, 0.1]
    assert optimizer.lr == 0.05
    assert max(norms) > 0.3


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


class Recorder(Module):
    """Remembers which examples it saw."""

    def __init__(self):
        self.w = Value(0.0)
        self.seen = []

    def __call__(self, row):
        self.seen.append(row[0])
        return [self.w * row[0]]


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


def test_the_epochs_loss_is_the_mean_over_examples_not_over_batches():
    recorder = Recorder()
    history = run(recorder, make=lambda p: SGD(p, lr=0.0), batch_size=3, epochs=1)
    assert history.losses == close([sum(y * y for y in Y) / 10])


def test_the_shuffle_has_a_seed():
    seen = []
    for seed in (0, 0, 1):
        recorder = Recorder()
        run(recorder, X=[[i] for i in range(10)], batch_size=4, epochs=1, seed=seed)
        seen.append(recorder.seen)
    assert seen[0] == seen[1] != seen[2]


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1, momentum=0.9), lambda p: Adam(p, 0.01)])
def test_two_runs_give_the_same_bits(make):
    def trained():
        module = Sequential(Layer(2, 4, "relu", seed=1), Dropout(0.8), Layer(4, 1, seed=2))
        history = run(module, make=make, batch_size=3, epochs=4, validation=(X, Y))
        return module.state_dict(), history

    assert trained() == trained()


def test_a_reloaded_model_trains_on_with_the_same_bits(tmp_path):
    first, second = model(), model(seed=7)
    run(first)
    first.save(tmp_path / "model.json")
    second.load(tmp_path / "model.json")
    run(first, batch_size=2)
    run(second, batch_size=2)
    assert first.state_dict() == second.state_dict()


def test_only_the_optimisers_parameters_move():
    module = model()
    before = module.state_dict()
    run(module, optimizer=SGD(module.layers[1].parameters(), lr=0.1))
    moved = {name for name, number in module.state_dict().items() if number != before[name]}
    assert moved == {f"layers.1.neurons.0.{name}" for name in ("w0", "w1", "w2", "b")}


def test_no_epochs_change_nothing():
    module = model()
    before = module.state_dict()
    history = run(module, epochs=0, validation=(X, Y), early_stopping=2)
    assert module.state_dict() == before
    assert (len(history), history.best_epoch) == (0, None)


# ------------------------------------------------------------------------------------ data


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


@pytest.mark.parametrize("compiled", [False, "auto", True])
def test_a_loss_that_is_a_number_is_refused(compiled):
    """Nothing can be learned from it; a compiled program would not notice."""
    kind = ValueError if compiled is True else TypeError
    with pytest.raises(kind, match="a loss must return a Value computed from the prediction, not"):
        run(model(), loss=lambda p, t: 1.0, compiled=compiled)


def test_an_error_in_the_model_says_where_it_happened():
    with pytest.raises(ValueError, match="needs 2 inputs, but 3 were given") as caught:
        run(model(), X=[*X[:4], [1.0, 2.0, 3.0], *X[5:]], batch_size=10)
    assert caught.value.__notes__ == ["(in fit, epoch 1, batch 1)"]


# --------------------------------------------------------------- validation, early stopping


def test_validation_is_looked_at_after_every_epoch():
    module = model()
    history = run(module, validation=(X[:4], Y[:4]))
    assert len(history.validation_losses) == 3
    assert history.validation_losses[-1] == mean_loss(module, mean_squared_error, X[:4], Y[:4])
    other = model()
    run(other)
    assert other.state_dict() == module.state_dict()


def test_guessing_is_the_model_against_shuffled_targets():
    module = model()
    history = run(module, validation=(X, Y), epochs=1)
    assert history.guess_loss > history.validation_losses[-1]
    assert run(module).guess_loss is None
    constant = Layer(2, 1, "linear", init="zeros")
    history = run(constant, validation=(X, Y), make=lambda p: SGD(p, lr=0.0))
    assert history.guess_loss == close(history.validation_losses[-1])


def test_guessing_may_overflow():
    def loss(prediction, target):
        return exp((prediction[0] - target) ** 2)

    history = run(
        Layer(1, 1, "linear", init="zeros"),
        loss=loss,
        X=[[0.0]],
        Y=[0.0],
        make=lambda p: SGD(p, lr=0.0),
        validation=([[0.0]], [0.0]),
    )
    assert history.guess_loss == 1.0
    sure = Layer(1, 1, "linear", init="zeros")
    sure.neurons[0].weights[0].data = 100.0
    rows = [[float(i)] for i in range(4)]
    targets = [100.0 * i for i in range(4)]
    history = run(
        sure,
        loss=loss,
        X=rows,
        Y=targets,
        make=lambda p: SGD(p, lr=0.0),
        validation=(rows, targets),
    )
    assert history.guess_loss == math.inf


def test_validation_is_without_dropout_and_the_mode_is_kept():
    module = Sequential(Layer(2, 4, "linear", seed=1), Dropout(0.5), Layer(4, 1, "linear", seed=2))
    module.layers[0].eval()
    first = mean_loss(module, mean_squared_error, X, Y)
    assert mean_loss(module, mean_squared_error, X, Y) == first
    run(module, validation=(X, Y))
    assert [m.training for m in module.layers] == [False, True, True]


def test_early_stopping_restores_the_best_weights():
    """A model that fits the noise of five points gets worse on others after some time."""
    generator = random.Random(3)
    rows = [[generator.uniform(-1, 1)] for _ in range(25)]
    targets = [row[0] ** 2 + generator.gauss(0, 0.3) for row in rows]
    module = MLP(1, [10, 1], seed=2)
    states = []

    class Watched(SGD):
        def step(self):
            super().step()
            states.append(module.state_dict())

    history = run(
        module,
        X=rows[:5],
        Y=targets[:5],
        optimizer=Watched(module.parameters(), lr=0.2, momentum=0.9),
        epochs=500,
        validation=(rows[5:], targets[5:]),
        early_stopping=20,
    )
    best = history.validation_losses.index(min(history.validation_losses))
    assert history.ended == "early stopping"
    assert len(history) == best + 1 + 20 < 500
    assert history.best_epoch == best > 0
    assert module.state_dict() == states[best] != states[-1]
    assert mean_loss(module, mean_squared_error, rows[5:], targets[5:]) == min(
        history.validation_losses
    )


@pytest.mark.parametrize("compiled", [False, True])
def test_a_validation_loss_that_stays_is_no_improvement(compiled):
    options = {"validation": (X, Y), "early_stopping": 2, "epochs": 50, "compiled": compiled}
    history = run(model(), make=lambda p: SGD(p, lr=0.0), **options)
    assert (len(history), history.best_epoch, history.ended) == (3, 0, "early stopping")


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


def test_the_best_weights_come_back_when_the_epochs_run_out_too():
    module = model()
    history = run(
        module,
        make=lambda p: SGD(p, lr=0.9),
        epochs=30,
        validation=(X[:3], [-y for y in Y[:3]]),
        early_stopping=1000,
    )
    assert history.ended == "all epochs done"
    assert history.best_epoch == history.validation_losses.index(min(history.validation_losses))
    assert mean_loss(module, mean_squared_error, X[:3], [-y for y in Y[:3]]) == min(
        history.validation_losses
    )


# ------------------------------------------------------------------------ progress, Ctrl-C


def test_the_progress_bar_is_quiet_when_not_wanted(capsys):
    run(model())
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""


def test_the_progress_bar_shows_both_losses(capsys):
    history = run(model(), progress=True, validation=(X, Y))
    shown = capsys.readouterr().err
    assert "3/3" in shown
    assert f"loss={history.losses[-1]:.4g}" in shown
    assert f"validation={history.validation_losses[-1]:.4g}" in shown


def test_without_tqdm_there_is_no_bar(capsys, monkeypatch):
    monkeypatch.setattr("nn.training.find_spec", lambda name: None)
    assert len(run(model(), progress=True)) == 3
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("calls", [5, 25, 29])
def test_ctrl_c_returns_the_history_with_the_last_finished_epoch(calls):
    """Interrupted in a training step (batches of 2 and then 3 validation examples in an epoch)."""
    done = 0

    def interrupted(prediction, target):
        nonlocal done
        done += 1
        if done == calls:
            raise KeyboardInterrupt
        return mean_squared_error(prediction, target)

    def trained(loss, epochs):
        module = model()
        optimizer = Adam(module.parameters(), lr=0.1)
        schedule = StepDecay(optimizer, 1, 0.5)
        held_out = (X[:3], Y[:3])
        history = run(
            module,
            loss=loss,
            optimizer=optimizer,
            schedule=schedule,
            epochs=epochs,
            batch_size=2,
            validation=held_out,
        )
        return (
            module.state_dict(),
            optimizer.state,
            optimizer.steps,
            optimizer.lr,
            schedule.steps,
            history,
        )

    *state, history = trained(interrupted, epochs=10)
    finished = (calls - 1) // 13
    *expected, whole = trained(mean_squared_error, epochs=finished)
    assert state == expected
    assert history.ended == "interrupted"
    assert (history.losses, history.validation_losses) == (whole.losses, whole.validation_losses)
    assert (history.learning_rates, history.gradient_norms) == (
        whole.learning_rates,
        whole.gradient_norms,
    )


@pytest.mark.parametrize("compiled", [False, True])
def test_ctrl_c_after_the_schedules_step_takes_it_back(compiled):
    class Late(StepDecay):
        def step(self):
            super().step()
            if self.steps == 3:
                raise KeyboardInterrupt

    module = model()
    optimizer = SGD(module.parameters(), lr=0.8)
    schedule = Late(optimizer, 1, 0.5)
    history = run(module, optimizer=optimizer, schedule=schedule, epochs=9, compiled=compiled)
    assert (len(history), schedule.steps, optimizer.steps, optimizer.lr) == (2, 2, 2, 0.2)
    assert history.learning_rates == [0.8, 0.4]


# ------------------------------------------------------------------------------ non-finite


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


def test_divergence_keeps_the_epochs_before():
    module = Layer(1, 1, "linear", seed=1)
    with pytest.raises(
        DivergenceError, match=r"epoch \d+, batch 1: .* smaller learning rate"
    ) as caught:
        run(module, X=[[10.0], [20.0]], Y=[1.0, 2.0], make=lambda p: SGD(p, lr=1.0), epochs=1000)
    history = caught.value.history
    assert 10 < len(history) < 1000
    lengths = {len(history.losses), len(history.gradient_norms), len(history.learning_rates)}
    assert lengths == {len(history)}
    assert all(math.isfinite(w) for w in weights(module))


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


def test_a_non_finite_validation_loss_is_a_divergence_too():
    with pytest.raises(DivergenceError, match="epoch 1, validation: the loss of example 1 is nan"):
        run(model(), validation=([[0.0, 0.0], [math.nan, 0.0]], [0.0, 0.0]))


def test_a_value_error_of_an_operation_says_where_it_happened():
    with pytest.raises(ValueError, match="log has no real value") as caught:
        run(model(), loss=lambda prediction, target: log(prediction[0] * 0.0 - 1.0))
    assert caught.value.__notes__ == ["(in fit, epoch 1, batch 1)"]


# ------------------------------------------------------------------------ batch normalisation


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


def test_a_batch_of_one_row_says_where_it_was():
    module = Sequential(Layer(2, 4), BatchNorm(4), Layer(4, 1))
    with pytest.raises(ValueError, match="needs two rows") as caught:
        run(module, batch_size=3)
    assert caught.value.__notes__ == ["(in fit, epoch 1, batch 4)"]


# ------------------------------------------------------------------------------- executors


def dropout_model():
    return Sequential(Layer(2, 6, "tanh", seed=1), Dropout(0.5), Layer(6, 1, "linear", seed=2))


def processes():
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.mark.parametrize("shards", [1, 3, 4, 50])
def test_threads_give_what_one_process_gives(shards):
    first, second = model(), model()
    expected = run(first, batch_size=4)
    with ThreadPoolExecutor(3) as executor:
        history = run(second, batch_size=4, executor=executor, shards=shards)
    assert weights(second) == close(weights(first))
    assert history.losses == close(expected.losses)


def test_the_same_number_of_shards_gives_the_same_bits_wherever_they_are_computed():
    states = []
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(4) as four, processes() as two:
        for executor in (one, four, two):
            module = dropout_model()
            run(module, batch_size=5, epochs=2, executor=executor, shards=3)
            states.append(module.state_dict())
    assert states[0] == states[1] == states[2]


def test_shards_draw_dropout_masks_of_their_own():
    """Two equal examples in two shards: with the same mask in both, their gradients would agree."""
    module = dropout_model()
    gradients = []

    class Watched(SGD):
        def step(self):
            gradients.append([p.grad for p in self.parameters])

    options = {"X": [X[3]] * 2, "Y": [Y[3]] * 2, "shards": 2}
    with ThreadPoolExecutor(2) as executor:
        optimizer = Watched(module.parameters(), lr=0.0)
        run(module, executor=executor, optimizer=optimizer, epochs=5, **options)
    zeros = [sum(g == 0.0 for g in gradient) for gradient in gradients]
    assert len(set(map(tuple, gradients))) == 5
    assert min(zeros) < max(zeros)


def test_an_executor_and_batch_norm_do_not_go_together():
    module = Sequential(Layer(2, 4), BatchNorm(4), Layer(4, 1))
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(ValueError, match="mixes the rows of a batch"),
    ):
        run(module, executor=executor)


def deadly(prediction, target):
    """Kill the worker when the model has learned a little."""
    if prediction[0].data > 1.0:
        os._exit(1)
    return mean_squared_error(prediction, target)


LINE = {"X": [[1.0]], "Y": [2.0], "epochs": 50}


def line():
    return Layer(1, 1, "linear", init="zeros")


def check_nothing_is_lost(module, error):
    """The model is where training without an executor is after as many epochs as were finished."""
    done = len(error.history)
    assert 0 < done < 50
    survivor = line()
    run(survivor, **(LINE | {"epochs": done}))
    assert weights(module) == close(weights(survivor))


def test_a_worker_that_dies_is_reported_and_nothing_is_lost():
    module = line()
    with (
        processes() as executor,
        pytest.raises(
            WorkerError, match=r"epoch \d+, batch 1: the executor gave .*Broken"
        ) as caught,
    ):
        run(module, executor=executor, loss=deadly, **LINE)
    check_nothing_is_lost(module, caught.value)


@pytest.mark.parametrize("steps", [0, 2])
def test_an_executor_that_takes_no_more_work_is_reported(steps):
    """It breaks while the optimiser steps, or was shut down before."""
    executor = ThreadPoolExecutor(1)

    class Last(SGD):
        def step(self):
            super().step()
            if self.steps == steps:
                executor.shutdown()

    module, survivor = line(), line()
    optimizer = Last(module.parameters(), lr=0.1)
    if steps == 0:
        executor.shutdown()
    with pytest.raises(WorkerError, match=f"epoch {steps + 1}, batch 1: .* after shutdown"):
        run(module, executor=executor, optimizer=optimizer, **LINE)
    run(survivor, **(LINE | {"epochs": steps}))
    assert weights(module) == close(weights(survivor))


def test_what_waits_is_cancelled_when_the_executor_fails():
    class Full(ThreadPoolExecutor):
        def submit(self, job, *work):
            if waiting:
                raise RuntimeError("no room")
            waiting.append(super().submit(job, *work))
            return waiting[0]

    waiting, gate = [], Event()
    with Full(1) as executor:
        ThreadPoolExecutor.submit(executor, gate.wait, 10)
        with pytest.raises(WorkerError, match="RuntimeError: no room"):
            run(model(), executor=executor, shards=2)
        gate.set()
    assert waiting[0].cancelled()


def test_a_loss_that_cannot_be_sent_to_a_process_is_named():
    with processes() as executor, pytest.raises(WorkerError, match="lambda"):
        run(model(), loss=lambda p, t: mean_squared_error(p, t), executor=executor)


def failing(prediction, target):
    raise ArithmeticError("no such loss")


def refusing(prediction, target):
    raise ValueError("no such target")


@pytest.mark.parametrize("make_executor", [lambda: ThreadPoolExecutor(2), processes])
def test_an_error_in_a_worker_comes_back_with_its_place(make_executor):
    with make_executor() as executor:
        with pytest.raises(DivergenceError, match="epoch 1, batch 1: no such loss"):
            run(model(), loss=failing, executor=executor)
        with pytest.raises(ValueError, match="no such target") as caught:
            run(model(), loss=refusing, executor=executor)
    where, place = caught.value.__notes__
    assert 'raise ValueError("no such target")' in where
    assert place == "(in fit, epoch 1, batch 1)"


def test_errors_with_a_history_can_be_pickled():
    for kind in (DivergenceError, WorkerError):
        error = pickle.loads(pickle.dumps(kind("stopped", History(losses=[1.0]))))
        assert (str(error), error.history) == ("stopped", History(losses=[1.0]))


@contextmanager
def dask(**settings):
    """An executor on two processes of a local Dask cluster."""
    distributed = pytest.importorskip("distributed")
    from dask import config

    with (
        config.set(settings),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


def test_a_dask_cluster_gives_the_same_bits_as_threads():
    first, second = dropout_model(), dropout_model()
    with ThreadPoolExecutor(1) as executor:
        run(first, batch_size=5, executor=executor, shards=2)
    with dask() as executor:
        run(second, batch_size=5, executor=executor, shards=2)
    assert first.state_dict() == second.state_dict()


class DeadlyOnce:
    """A loss that kills its worker, the first time that it is asked after a while."""

    def __init__(self, mark):
        self.mark = mark

    def __call__(self, prediction, target):
        if prediction[0].data > 1.0 and not self.mark.exists():
            self.mark.touch()
            os._exit(1)
        return mean_squared_error(prediction, target)


def test_dask_does_the_work_of_a_worker_that_died_again(tmp_path):
    first, second = line(), line()
    with dask() as executor:
        history = run(second, executor=executor, loss=DeadlyOnce(tmp_path / "died"), **LINE)
    run(first, **LINE)
    assert (tmp_path / "died").exists()
    assert len(history) == 50
    assert weights(second) == close(weights(first))


def test_a_dask_worker_that_dies_again_and_again_is_reported():
    module = line()
    with (
        dask(**{"distributed.scheduler.allowed-failures": 0}) as executor,
        pytest.raises(WorkerError, match="KilledWorker") as caught,
    ):
        run(module, executor=executor, loss=deadly, **LINE)
    check_nothing_is_lost(module, caught.value)


# ------------------------------------------------------------------------------ compilation


def both(make_module, **options):
    """Train eagerly and compiled; return modules, optimisers and histories."""
    results = []
    make = options.pop("make", lambda p: Adam(p, lr=0.05))
    make_schedule = options.pop("schedule", None)
    for compiled in (False, True):
        module = make_module()
        optimizer = make(module.parameters())
        schedule = make_schedule(optimizer) if make_schedule else None
        history = run(module, optimizer=optimizer, schedule=schedule, compiled=compiled, **options)
        results.append((module, optimizer, history))
    return results


def same(first, second):
    """Compare runs to 1e-9: weights, the optimiser's state and all figures of the history."""
    (module, optimizer, history), (other, other_optimizer, other_history) = first, second
    near = {"rel": 1e-9, "abs": 1e-12}
    assert weights(other) == pytest.approx(weights(module), **near)
    assert other_optimizer.steps == optimizer.steps
    for slots, other_slots in zip(optimizer.state, other_optimizer.state, strict=True):
        assert other_slots == pytest.approx(slots, **near)
    for name in ("losses", "validation_losses", "learning_rates", "gradient_norms"):
        assert getattr(other_history, name) == pytest.approx(getattr(history, name), **near)
    assert other_history.best_epoch == history.best_epoch
    assert other_history.ended == history.ended
    assert (history.engine, other_history.engine) == ("eager", "compiled")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch_size": 3, "epochs": 5, "seed": 4},
        {"batch_size": 1, "make": lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True)},
        {"clip": 0.2, "penalty": lambda parameters: 0.1 * l2_penalty(parameters)},
        {"schedule": lambda optimizer: StepDecay(optimizer, 1, 0.5), "validation": (X[:4], Y[:4])},
        {
            "epochs": 60,
            "validation": (X[:3], [-y for y in Y[:3]]),
            "early_stopping": 5,
            "batch_size": 4,
        },
    ],
    ids=lambda options: "-".join(options) or "plain",
)
def test_compiled_training_gives_the_numbers_of_eager_training(options):
    same(*both(model, **options))


@pytest.mark.parametrize(
    ("loss", "outputs", "targets"),
    [
        (cross_entropy, 3, [i % 3 for i in range(10)]),
        (hinge, 1, [2 * (i % 2) - 1 for i in range(10)]),
        (binary_cross_entropy_with_logits, 1, [i % 2 for i in range(10)]),
    ],
)
def test_classes_can_be_compiled(loss, outputs, targets):
    same(*both(lambda: MLP(2, [4, outputs], seed=1), loss=loss, Y=targets, batch_size=4))


def test_a_recurrent_model_can_be_compiled():
    rows, bits = recall_task(6, steps=5, seed=1)
    same(
        *both(
            lambda: Recall(3, seed=2),
            loss=binary_cross_entropy_with_logits,
            X=rows,
            Y=bits,
            batch_size=2,
        )
    )


def test_auto_compiles_where_it_can():
    assert run(model(), compiled="auto").engine == "compiled"


class Branching(Module):
    """Does something else for negative inputs, by Python's own control flow."""

    def __init__(self):
        self.w = Value(0.5)

    def __call__(self, row):
        x = self.w * row[0]
        return [x if x > 0 else 0.1 * x]


@pytest.mark.parametrize(
    ("make_module", "options", "reason"),
    [
        (lambda: Sequential(Layer(2, 4), BatchNorm(4), Layer(4, 1)), {}, "rows of a batch touch"),
        (dropout_model, {}, "dropout draws"),
        (Branching, {}, "where"),
        (model, {"penalty": lambda ps: Value(0.0) * float(ps[0])}, "float"),
        (
            lambda: Recall(2, seed=1),
            {
                "X": [[[0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]],
                "Y": [0, 1],
                "loss": binary_cross_entropy_with_logits,
            },
            "ragged",
        ),
    ],
    ids=["batch norm", "dropout", "control flow", "penalty", "ragged"],
)
def test_what_cannot_be_compiled_is_trained_eagerly_and_says_why(make_module, options, reason):
    first, second = make_module(), make_module()
    history = run(first, compiled="auto", **options)
    run(second, compiled=False, **options)
    assert history.engine.startswith("eager: ")
    assert reason in history.engine
    assert first.state_dict() == second.state_dict()
    with pytest.raises(ValueError, match=r"compiled=True is not possible .* would be eager: "):
        run(make_module(), compiled=True, **options)


class Evaluated(Module):
    """Answers otherwise in eval() mode: by an expression, or by Python's control flow."""

    def __init__(self, branching):
        self.w, self.branching = Value(0.5), branching

    def __call__(self, row):
        y = self.w * row[0]
        if self.training:
            return [y]
        return [y + 2.0 if self.branching and y < -100 else y + 1.0]


@pytest.mark.parametrize("branching", [False, True])
def test_compiled_validation_is_in_eval_mode(branching):
    results = both(lambda: Evaluated(branching), validation=(X, Y))
    same(*results)
    assert results[0][2].validation_losses[0] > results[0][2].losses[0]


def test_a_compiled_validation_that_diverges_says_so():
    with pytest.raises(DivergenceError, match="epoch 1, validation: the loss of example 1 is nan"):
        run(model(), validation=([[0.0, 0.0], [math.nan, 0.0]], [0.0, 0.0]), compiled=True)


@pytest.mark.parametrize("make_executor", [lambda: ThreadPoolExecutor(3), processes])
def test_an_executor_runs_compiled_programs(make_executor):
    first, second = model(), model()
    options = {"batch_size": 7, "epochs": 4, "penalty": l2_penalty, "clip": 0.5}
    expected = run(first, **options)
    with make_executor() as executor:
        history = run(second, executor=executor, shards=3, compiled=True, **options)
    assert history.engine == "compiled"
    assert weights(second) == pytest.approx(weights(first), rel=1e-9)
    assert history.losses == pytest.approx(expected.losses, rel=1e-9)


def test_programs_on_threads_and_processes_give_the_same_bits():
    states = []
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(4) as four, processes() as two:
        for executor in (one, four, two):
            module = model()
            options = {"X": X * 100, "Y": Y * 100, "batch_size": 300}
            run(module, executor=executor, shards=3, compiled=True, **options)
            states.append(module.state_dict())
    assert states[0] == states[1] == states[2]


def test_without_machine_code_workers_run_python(monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.setattr("autograd.compiler.program.has_machine_code", lambda: False)
    first, second = model(), model()
    run(first)
    with ThreadPoolExecutor(2) as executor:
        assert run(second, executor=executor, compiled=True).engine == "compiled"
    assert weights(second) == pytest.approx(weights(first), rel=1e-9)


def test_an_executor_takes_what_cannot_be_compiled_eagerly():
    with ThreadPoolExecutor(2) as executor:
        history = run(dropout_model(), executor=executor, compiled="auto")
        assert history.engine.startswith("eager: dropout")
        with pytest.raises(ValueError, match="compiled=True is not possible"):
            run(dropout_model(), executor=executor, compiled=True)


def test_a_program_that_fails_on_a_worker_returns_its_error():
    error = program_gradient(b"no pickle", [], [], [])
    assert isinstance(error, pickle.UnpicklingError)
    assert "pickle.loads" in error.__notes__[0]


def test_the_progress_bar_says_why_a_run_is_eager(capsys):
    run(dropout_model(), compiled="auto", progress=True)
    assert "eager: dropout draws" in capsys.readouterr().err


def test_a_compiled_divergence_names_epoch_batch_and_node_as_an_eager_one_does():
    messages, finished = [], []
    for compiled in (False, True):
        module = Layer(1, 1, "linear", seed=1)
        with pytest.raises(DivergenceError) as caught:
            run(
                module,
                X=[[10.0], [20.0]],
                Y=[1.0, 2.0],
                make=lambda p: SGD(p, lr=1.0),
                epochs=1000,
                batch_size=1,
                compiled=compiled,
            )
        messages.append(str(caught.value).split(":")[0])
        finished.append((len(caught.value.history), weights(module)))
    assert messages[0] == messages[1]
    assert finished[0][0] == finished[1][0]
    assert finished[1][1] == pytest.approx(finished[0][1], rel=1e-9)


def test_a_divergence_of_compiled_steps_alone_is_reported_as_such():
    """A loss that is bad where it is recorded, which is told by the target's being a Value."""

    def loss(prediction, target):
        factor = math.nan if isinstance(target, Value) else 1.0
        return factor * mean_squared_error(prediction, target)

    module = model()
    with pytest.raises(DivergenceError, match=r"epoch 1: .* compiled=False") as caught:
        run(module, loss=loss, compiled=True)
    assert len(caught.value.history) == 0
    assert all(math.isfinite(w) for w in weights(module))


def test_ctrl_c_in_a_compiled_run_keeps_the_last_finished_epoch():
    class Interrupting(StepDecay):
        def step(self):
            if self.steps == 3:
                raise KeyboardInterrupt
            super().step()

    interrupted, whole = model(), model()
    optimizer = Adam(interrupted.parameters(), lr=0.1)
    history = run(
        interrupted,
        optimizer=optimizer,
        schedule=Interrupting(optimizer, 1, 0.5),
        epochs=9,
        compiled=True,
    )
    other = Adam(whole.parameters(), lr=0.1)
    expected = run(whole, optimizer=other, schedule=StepDecay(other, 1, 0.5), compiled=True)
    assert (history.ended, len(history)) == ("interrupted", 3)
    assert history.losses == expected.losses
    assert interrupted.state_dict() == whole.state_dict()
    assert (optimizer.state, optimizer.steps, optimizer.lr) == (other.state, other.steps, other.lr)


# -------------------------------------------------------------------------- what is learned


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
