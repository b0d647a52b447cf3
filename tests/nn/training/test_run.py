"""What happens after every epoch: validation, early stopping, the progress bar, Ctrl-C."""

import math
import random
from types import SimpleNamespace

import pytest

from autograd import exp
from nn import MLP, SGD, Adam, Dropout, Layer, Sequential, StepDecay, mean_squared_error
from nn.diagnostics import History
from nn.training import mean_loss
from nn.training.errors import DivergenceError
from nn.training.run import finite_mean, progress_bar
from tests.nn.training.problem import X, Y, close, dropout_model, model, run


def test_no_epochs_change_nothing():
    module = model()
    before = module.state_dict()
    history = run(module, epochs=0, validation=(X, Y), early_stopping=2)
    assert module.state_dict() == before
    assert (len(history), history.best_epoch) == (0, None)


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
    monkeypatch.setattr("nn.training.run.find_spec", lambda name: None)
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


def test_the_progress_bar_says_why_a_run_is_eager(capsys):
    run(dropout_model(), compiled="auto", progress=True)
    assert "eager: dropout draws" in capsys.readouterr().err


def test_validation_is_looked_at_after_every_epoch():
    module = model()
    history = run(module, validation=(X[:4], Y[:4]))
    assert len(history.validation_losses) == 3
    assert history.validation_losses[-1] == mean_loss(module, mean_squared_error, X[:4], Y[:4])
    other = model()
    run(other)
    assert other.state_dict() == module.state_dict()


def test_validation_is_without_dropout_and_the_mode_is_kept():
    module = Sequential(Layer(2, 4, "linear", seed=1), Dropout(0.5), Layer(4, 1, "linear", seed=2))
    module.layers[0].eval()
    first = mean_loss(module, mean_squared_error, X, Y)
    assert mean_loss(module, mean_squared_error, X, Y) == first
    run(module, validation=(X, Y))
    assert [m.training for m in module.layers] == [False, True, True]


def test_a_non_finite_validation_loss_is_a_divergence_too():
    with pytest.raises(DivergenceError, match="epoch 1, validation: the loss of example 1 is nan"):
        run(model(), validation=([[0.0, 0.0], [math.nan, 0.0]], [0.0, 0.0]))


class Bar:
    """As much of tqdm as matters; remembers what it was told."""

    def __init__(self, total, unit):
        self.told = [(total, unit)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.told.append("closed")

    def set_description(self, text, refresh):
        self.told.append((text, refresh))

    def set_postfix(self, figures, refresh):
        self.told.append((figures, refresh))

    def update(self):
        self.told.append("updated")


@pytest.mark.parametrize("losses", [[], [2.0 / 3.0]])
def test_the_bar_is_told_sixty_letters_and_four_digits_and_drawn_once(monkeypatch, losses):
    bars = []
    tqdm = SimpleNamespace(tqdm=lambda **options: bars.append(Bar(**options)) or bars[-1])
    monkeypatch.setattr("nn.training.run.import_module", {"tqdm": tqdm}.__getitem__)
    monkeypatch.setattr("nn.training.run.find_spec", lambda name: name)
    history = History(losses=[1.0 / 3.0], validation_losses=losses, engine="e" * 61 + "\nmore")
    with progress_bar(7, True) as show:
        show(history)
    figures = {"loss": "0.3333"} | ({"validation": "0.6667"} if losses else {})
    assert bars[0].told == [
        (7, "epoch"),
        ("e" * 60, False),
        (figures, False),
        "updated",
        "closed",
    ]


def test_the_mean_of_losses_is_exact():
    assert finite_mean([1e16, 1.0, -1e16, 1.0]) == 0.5
    with pytest.raises(FloatingPointError, match=r"^the loss of example 2 is -inf$"):
        finite_mean([1.0, 2.0, -math.inf, math.nan])


def test_every_epoch_is_noted_once():
    history = run(model(), validation=(X, Y), epochs=3)
    noted = (history.losses, history.validation_losses, history.learning_rates)
    assert [len(numbers) for numbers in (*noted, history.gradient_norms)] == [3] * 4
    assert history.learning_rates == [0.1] * 3
    assert min(history.gradient_norms) > 0.0
