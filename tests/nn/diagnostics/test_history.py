"""Histories and their learning curves."""

import pytest

from nn import MLP, SGD, mean_squared_error
from nn.diagnostics import History
from nn.training import fit


def test_last_is_the_epoch_whose_weights_the_model_has(recorded):
    assert recorded.last == (0.2, 0.7)
    best = History(losses=[1.0, 0.5, 0.2], validation_losses=[1.1, 0.6, 0.7], best_epoch=1)
    assert best.last == (0.5, 0.6)
    assert History(losses=[1.0]).last == (1.0, None)
    with pytest.raises(ValueError, match="no epoch was finished"):
        _ = History().last


def test_truncate_forgets_the_epochs_after():
    history = History([1.0, 0.5], [1.1], [0.1, 0.1, 0.1], [3.0, 2.0])
    history.truncate(1)
    assert history == History([1.0], [1.1], [0.1], [3.0])


def test_a_history_draws_its_learning_curves(recorded):
    axes = recorded.plot()
    training, validation = axes.get_lines()
    assert list(training.get_ydata()) == recorded.losses
    assert list(validation.get_ydata()) == recorded.validation_losses
    assert list(training.get_xdata()) == [1, 2, 3]
    said = (axes.get_title(), axes.get_xlabel(), axes.get_ylabel())
    assert said == ("Learning curves", "epoch", "mean loss")
    assert all(tick == int(tick) for tick in axes.get_xticks())
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training", "validation"]


def test_the_best_epoch_is_marked_and_axes_are_used_again(recorded):
    best = History(losses=[1.0, 0.5], best_epoch=1)
    axes = recorded.plot()
    assert best.plot(axes) is axes
    assert [line.get_xdata()[0] for line in axes.get_lines()] == [1, 1, 1, 2]


def test_curves_are_told_apart_by_their_lines_too():
    axes = History([1.0, 0.5], [1.0, 0.6], best_epoch=1).plot()
    lines = {line.get_label(): line.get_linestyle() for line in axes.get_lines()}
    assert lines == {"training": "-", "validation": "--", "best epoch": ":"}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(lines)
    assert axes.get_lines()[-1].get_color() == "gray"


def test_the_optimiser_is_not_needed_to_read_a_run():
    model = MLP(1, [1], seed=1)
    history = fit(
        model,
        mean_squared_error,
        [[1.0]],
        [1.0],
        optimizer=SGD(model.parameters(), lr=0.1),
        epochs=2,
        progress=False,
    )
    assert len(history.plot().get_lines()) == 1


def test_a_history_is_shown_in_short():
    history = History(losses=[0.9, *[0.7] * 998, 0.4], validation_losses=[0.8, *[0.6] * 999])
    assert repr(history) == (
        "<History: 1000 epochs, loss 0.9 to 0.4, validation 0.8 to 0.6, eager, all epochs done>"
    )
    assert repr(History(engine="eager: why\nand more")) == (
        "<History: 0 epochs, eager: why, all epochs done>"
    )
