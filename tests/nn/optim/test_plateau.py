"""`ReduceOnPlateau` against the figures of reference/make_reference.py, and in training."""

import math

import pytest

from autograd import Value, compile
from nn import Layer, fit, mean_squared_error
from nn.optim import SGD, ReduceOnPlateau
from tests.nn.optim.problem import close, figures, leaves

FIGURES = figures("plateau")


@pytest.mark.parametrize("case", FIGURES["cases"], ids=lambda case: str(case["options"]))
def test_rates_are_those_of_pytorch(case):
    optimizer = SGD(leaves(), lr=0.8)
    schedule = ReduceOnPlateau(optimizer, **case["options"])
    rates = []
    for loss in FIGURES["losses"]:
        schedule.step(loss)
        rates.append(optimizer.lr)
    assert rates == close(case["rates"])
    assert len(set(rates)) > 2


def test_a_loss_that_is_nan_is_no_improvement():
    optimizer = SGD(leaves(), lr=0.8)
    schedule = ReduceOnPlateau(optimizer, patience=0, factor=0.5)
    schedule.step(1.0)
    schedule.step(math.nan)
    assert (optimizer.lr, schedule.best) == (0.4, 1.0)
    with pytest.raises(TypeError, match="what ReduceOnPlateau watches"):
        schedule.step("low")


def reductions(losses, lr=1.0, **options):
    """Return the rate after each loss."""
    optimizer = SGD(leaves(), lr=lr)
    schedule = ReduceOnPlateau(optimizer, **options)
    rates = []
    for loss in losses:
        schedule.step(loss)
        rates.append(optimizer.lr)
    return rates


def test_what_is_left_out_is_pytorchs_default():
    rates = reductions([1.0] * 13)
    assert rates == [1.0] * 11 + [0.1] * 2  # the eleventh bad step is one more than 10
    assert reductions([1.0, 1.0 - 1e-4], patience=0) == [1.0, 0.1]  # 1e-4 of 1 is not better
    assert reductions([1.0, math.nextafter(1.0 - 1e-4, 0.0)], patience=0) == [1.0, 1.0]
    assert reductions([1e3, 1e3 - 0.01], patience=0) == [1.0, 0.1]  # and it is a part, not a size
    assert reductions([1.0] * 3, patience=0) == [1.0, 0.1, 0.1 * 0.1]  # without a cooldown
    options = {"lr": 1e-8, "factor": 0.0, "patience": 0}  # a change of 1e-8 is not worth while
    assert reductions([1.0, 1.0], **options) == [1e-8, 1e-8]
    options["lr"] = math.nextafter(1e-8, 1.0)
    assert reductions([1.0, 1.0], **options) == [options["lr"], 0.0]


@pytest.mark.parametrize(
    ("mode", "threshold_mode", "limit"),
    [("min", "rel", 1.0), ("min", "abs", 1.5), ("max", "rel", 3.0), ("max", "abs", 2.5)],
)
def test_better_is_what_goes_beyond_the_limit(mode, threshold_mode, limit):
    options = {"mode": mode, "threshold_mode": threshold_mode, "threshold": 0.5, "patience": 0}
    beyond = math.nextafter(limit, -math.inf if mode == "min" else math.inf)
    assert reductions([2.0, limit], **options) == [1.0, 0.1]
    assert reductions([2.0, beyond], **options) == [1.0, 1.0]


def test_a_reduction_must_be_larger_than_eps():
    for eps, rate in ((0.5, 1.0), (math.nextafter(0.5, 0.0), 0.5)):
        assert reductions([1.0, 1.0], factor=0.5, patience=0, eps=eps) == [1.0, rate]


def trained(compiled, **options):
    """Fit a line to points that no line fits, with a rate that is too large."""
    model = Layer(1, 1, "linear", init="zeros")
    optimizer = SGD(model.parameters(), lr=0.45)
    schedule = ReduceOnPlateau(optimizer, patience=1, factor=0.5, threshold=0.01)
    X, Y = [[-1.0], [0.0], [1.0]], [1.0, -1.0, 1.0]
    options = {"optimizer": optimizer, "schedule": schedule, "epochs": 12, **options}
    history = fit(model, mean_squared_error, X, Y, compiled=compiled, progress=False, **options)
    return history, schedule


@pytest.mark.parametrize("held_out", [None, ([[0.5]], [2.0])], ids=["training", "validation"])
def test_fit_shows_it_the_loss(held_out):
    rates = []
    for compiled in (False, True):
        history, schedule = trained(compiled, validation=held_out)
        watched = history.validation_losses if held_out else history.losses
        alone = ReduceOnPlateau(SGD(leaves(), lr=0.45), patience=1, factor=0.5, threshold=0.01)
        expected = []
        for loss in watched:
            expected.append(alone.optimizer.lr)
            alone.step(loss)
        assert history.learning_rates == expected
        assert schedule.best == alone.best
        rates.append(expected)
    assert rates[0] == rates[1]
    assert rates[0][-1] < 0.45


def test_an_interrupted_training_goes_back_with_its_schedule():
    """Ctrl-C in the fourth epoch: rate, counters and best loss are those after the third."""
    seen = []

    def loss(prediction, target):
        seen.append(target)
        if len(seen) == 2 * 3 + 1:
            raise KeyboardInterrupt
        return mean_squared_error(prediction, target)

    model = Layer(1, 1, "linear", init="zeros")
    optimizer = SGD(model.parameters(), lr=0.0)
    schedule = ReduceOnPlateau(optimizer, patience=5)
    options = {"optimizer": optimizer, "schedule": schedule, "epochs": 9, "compiled": False}
    fit(model, loss, [[1.0], [2.0]], [1.0, 2.0], progress=False, **options)
    assert (schedule.steps, schedule.bad_steps, schedule.best) == (3, 2, 2.5)


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_a_compiled_loop_shows_it_the_loss(backend):
    w = Value(0.0)
    optimizer = SGD([w], lr=1.0)
    schedule = ReduceOnPlateau(optimizer, patience=0, factor=0.5)
    program = compile(lambda x, t: (w * x - t) ** 2, backend=backend)
    epochs = program.train(
        [1.0, -1.0], [1.0, -1.0], optimizer=optimizer, epochs=3, schedule=schedule
    )
    assert [epoch.learning_rate for epoch in epochs] == [1.0, 1.0, 0.5]
    assert w.data == 1.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "least"}, "mode must be one of"),
        ({"threshold_mode": "part"}, "threshold_mode must be one of"),
        ({"factor": 1.0}, "factor=1.0 is not allowed"),
        ({"patience": -1}, "patience=-1"),
        ({"cooldown": -1}, "cooldown=-1"),
        ({"threshold": -1.0}, "threshold=-1.0"),
        ({"min_lr": -1.0}, "min_lr=-1.0"),
        ({"eps": math.nan}, "eps=nan"),
    ],
)
def test_a_wrong_option_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        ReduceOnPlateau(SGD(leaves(), lr=0.1), **options)


def test_what_has_no_rate_is_refused():
    with pytest.raises(TypeError, match=r"a schedule changes the lr of an optimiser, .*not of 0"):
        ReduceOnPlateau(0)
