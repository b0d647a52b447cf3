"""Histories, diagnoses and pictures of training."""

import math
import random
import re
import sys
from itertools import pairwise

import pytest

from autograd import Value
from nn import (
    LSTM,
    MLP,
    SGD,
    Adam,
    BatchNorm,
    Layer,
    Module,
    Residual,
    Sequential,
    mean_squared_error,
)
from nn.diagnostics import (
    History,
    diagnose,
    layer_activations,
    layer_gradient_norms,
    plot_activations,
    plot_decision_boundary,
    plot_descent_on_contours,
    plot_descent_on_curve,
    plot_gradient_norms,
)
from nn.linear import descend
from nn.training import fit

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def _figures_are_closed():
    yield
    from matplotlib import pyplot

    pyplot.close("all")


HISTORY = History(
    losses=[1.0, 0.5, 0.2],
    validation_losses=[1.1, 0.6, 0.7],
    learning_rates=[0.1] * 3,
    gradient_norms=[3.0, 2.0, 1.0],
)


def test_last_is_the_epoch_whose_weights_the_model_has():
    assert HISTORY.last == (0.2, 0.7)
    best = History(losses=[1.0, 0.5, 0.2], validation_losses=[1.1, 0.6, 0.7], best_epoch=1)
    assert best.last == (0.5, 0.6)
    assert History(losses=[1.0]).last == (1.0, None)
    with pytest.raises(ValueError, match="no epoch was finished"):
        _ = History().last


def test_truncate_forgets_the_epochs_after():
    history = History([1.0, 0.5], [1.1], [0.1, 0.1, 0.1], [3.0, 2.0])
    history.truncate(1)
    assert history == History([1.0], [1.1], [0.1], [3.0])


# ------------------------------------------------------------------------------- diagnosis


@pytest.mark.parametrize(
    ("loss", "validation_loss", "case"),
    [
        (0.5, 0.55, "high bias"),
        (0.01, 0.3, "high variance"),
        (0.4, 0.8, "high bias and high variance"),
        (0.05, 0.08, "good fit"),
        (0.2, 0.3, "good fit"),
    ],
)
def test_the_case_follows_from_training_and_validation_loss(loss, validation_loss, case):
    diagnosis = diagnose(History(losses=[1.0, loss], validation_losses=[1.0, validation_loss]))
    assert diagnosis.case == case
    assert f"training loss {loss}" in diagnosis.rule
    assert f"validation loss {validation_loss} - {loss}" in diagnosis.rule
    assert str(diagnosis).startswith(f"{case}: training loss")


def test_the_scale_is_the_loss_of_guessing_where_the_first_epochs_is_larger():
    """A loss of 0.4 is little next to a start at 9, but not next to the 0.5 of guessing."""
    history = History(losses=[9.0, 0.4], validation_losses=[9.0, 0.42])
    assert diagnose(history).case == "good fit"
    history.guess_loss = 0.5
    assert diagnose(history).case == "high bias"
    history.guess_loss = math.inf
    assert diagnose(history).case == "good fit"


def test_thresholds_may_be_given():
    history = History(losses=[1.0, 0.15], validation_losses=[1.0, 0.16])
    assert diagnose(history).case == "good fit"
    assert diagnose(history, acceptable=0.01).case == "high bias"
    assert diagnose(history, gap=0.005).case == "high variance"


def test_without_validation_there_is_no_diagnosis():
    with pytest.raises(ValueError, match="pass validation= to fit"):
        diagnose(History(losses=[1.0]))


def curve(m, seed):
    """Points on a wave, with noise."""
    generator = random.Random(seed)
    xs = [generator.uniform(-2, 2) for _ in range(m)]
    return [[x] for x in xs], [math.sin(2 * x) + generator.gauss(0, 0.1) for x in xs]


@pytest.mark.parametrize(
    ("sizes", "m", "epochs", "case"),
    [
        ([1], 40, 100, "high bias"),
        ([10, 1], 40, 600, "good fit"),
        ([12, 12, 1], 6, 600, "high variance"),
    ],
)
def test_under_well_and_over_fitted_models_are_told_apart(sizes, m, epochs, case):
    X, Y = curve(m, seed=1)
    model = MLP(1, sizes, seed=3)
    history = fit(
        model,
        mean_squared_error,
        X,
        Y,
        optimizer=Adam(model.parameters(), lr=0.03),
        epochs=epochs,
        validation=curve(40, seed=2),
        progress=False,
    )
    assert diagnose(history).case == case


# --------------------------------------------------------------------------------- figures


def test_gradient_norms_are_those_of_each_layer():
    model = MLP(2, [3, 1], seed=1)
    model([0.5, -1.0])[0].backward()
    norms = layer_gradient_norms(model)
    expected = [math.hypot(*(p.grad for p in layer.parameters())) for layer in model.layers]
    assert list(norms) == ["layers.0", "layers.1"]
    assert list(norms.values()) == pytest.approx(expected, rel=1e-15)


def test_layers_are_found_in_every_kind_of_module():
    model = Sequential(Layer(2, 2), Residual(Layer(2, 2)), BatchNorm(2))
    assert list(layer_gradient_norms(model)) == ["layers.0", "layers.1.module", "layers.2"]
    assert list(layer_gradient_norms(LSTM(1, 2))) == ["cell"]
    assert list(layer_gradient_norms(Layer(2, 2))) == ["Layer"]

    class Bare(Module):
        def __init__(self):
            self.w = Value(1.0)

    assert layer_gradient_norms(Bare()) == {"Bare": 0.0}


def test_activations_are_those_of_each_layer():
    model = MLP(1, [2, 1], seed=1)
    found = layer_activations(model, [[0.5], [1.0]])
    hidden = [[a.data for a in model.layers[0]([x])] for x in (0.5, 1.0)]
    assert found["layers.0"] == hidden[0] + hidden[1]
    assert found["layers.1"] == [model([x])[0].data for x in (0.5, 1.0)]
    with pytest.raises(TypeError, match="has no list of layers"):
        layer_activations(LSTM(1, 1), [[0.5]])


# -------------------------------------------------------------------------------- pictures


def test_a_history_draws_its_learning_curves():
    axes = HISTORY.plot()
    training, validation = axes.get_lines()
    assert list(training.get_ydata()) == HISTORY.losses
    assert list(validation.get_ydata()) == HISTORY.validation_losses
    assert list(training.get_xdata()) == [1, 2, 3]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training", "validation"]


def test_the_best_epoch_is_marked_and_axes_are_used_again():
    best = History(losses=[1.0, 0.5], best_epoch=1)
    axes = HISTORY.plot()
    assert best.plot(axes) is axes
    assert [line.get_xdata()[0] for line in axes.get_lines()] == [1, 1, 1, 2]


def test_gradient_norms_are_drawn_on_a_logarithmic_scale():
    axes = plot_gradient_norms({"layers.0": 1e-9, "layers.1": 1.0}, label="sigmoid")
    plot_gradient_norms({"layers.0": 0.5, "layers.1": 1.0}, axes, label="relu")
    assert axes.get_yscale() == "log"
    assert [list(line.get_ydata()) for line in axes.get_lines()] == [[1e-9, 1.0], [0.5, 1.0]]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["sigmoid", "relu"]
    assert plot_gradient_norms({"layers.0": 1.0}).get_legend() is None


def test_activations_have_a_histogram_for_each_layer():
    axes = plot_activations(MLP(1, [2, 1], seed=1), [[0.5], [1.0]])
    labels = sorted(text.get_text() for text in axes.get_legend().get_texts())
    assert labels == ["layers.0", "layers.1"]
    assert axes.get_yscale() == "log"


@pytest.mark.parametrize(
    ("outputs", "Y", "legend"),
    [(1, [0, 1, 1], "01"), (1, [-1, -1, 1], "−11"), (3, [0, 1, 1], "01")],
)
def test_a_decision_boundary_shows_the_classes_in_the_same_colours_on_both(outputs, Y, legend):
    """A class without examples keeps its colour too."""
    model = Layer(2, outputs, "linear", seed=1)
    X = [[-1.0, 0.0], [1.0, 0.5], [0.0, -1.0]]
    axes = plot_decision_boundary(model, X, Y, resolution=15)
    areas, points = axes.collections
    assert points.get_offsets().tolist() == X
    texts = [text.get_text() for text in axes.get_legend().get_texts()]
    assert "".join(re.findall("[−0-9]", "".join(texts))) == legend
    n = max(outputs, 2)
    centres = [(low + high) / 2 for low, high in pairwise(areas.levels)]
    assert centres == list(range(n))
    assert points.get_clim() == ((0, n - 1) if outputs == 3 else (min(Y), max(Y)))


def test_a_boundary_can_be_drawn_where_all_are_one_class():
    model = Layer(2, 1, "linear", init="zeros")
    assert plot_decision_boundary(model, [[0.0, 0.0], [1.0, 1.0]], [1, 1], resolution=5)


def test_the_threshold_moves_the_boundary():
    model = Layer(2, 1, "linear", init="zeros")
    X, Y = [[0.0, 0.0], [1.0, 1.0]], [0, 1]

    def has_area(threshold):
        axes = plot_decision_boundary(model, X, Y, resolution=5, threshold=threshold)
        return [len(path) > 0 for path in axes.collections[0].get_paths()]

    assert has_area(0.0) == [True, False]
    assert has_area(-0.5) == [False, True]


def test_descent_is_drawn_on_its_curve_and_contours():
    path = descend(lambda w: w * w, 1.0, lr=0.3, steps=4)
    curve_line, visited = plot_descent_on_curve(lambda w: w * w, path).get_lines()
    assert list(visited.get_xdata()) == path
    assert list(visited.get_ydata()) == [w * w for w in path]
    assert min(curve_line.get_xdata()) < min(path) < max(path) < max(curve_line.get_xdata())
    (start,) = visited.axes.collections
    assert start.get_offsets().tolist() == [[1.0, 1.0]]

    def bowl(w):
        return w[0] * w[0] + 3 * w[1] * w[1]

    pairs = descend(bowl, [1.0, 1.0], lr=0.1, steps=4)
    (visited,) = plot_descent_on_contours(bowl, pairs).get_lines()
    assert list(zip(*visited.get_data(), strict=True)) == [tuple(pair) for pair in pairs]


def test_descents_can_be_compared_on_one_curve():
    def valley(w):
        return w * w

    axes = None
    for rate in (0.1, 0.9):
        path = descend(valley, 1.0, lr=rate, steps=3)
        axes = plot_descent_on_curve(valley, path, axes, label=f"lr={rate}")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["lr=0.1", "lr=0.9"]


def test_contours_are_denser_near_the_bottom():
    def bowl(w):
        return w[0] * w[0] + w[1] * w[1]

    axes = plot_descent_on_contours(bowl, [[1.0, 1.0], [-1.0, -1.0]])
    radii = [math.sqrt(level) for level in axes.collections[0].levels]
    gaps = [b - a for a, b in pairwise(radii)]
    assert max(gaps) < 1.2 * min(gaps)


def test_a_descent_that_stays_in_place_can_be_drawn():
    assert plot_descent_on_curve(lambda w: 0.0 * w, [1.0, 1.0]).get_lines()
    assert plot_descent_on_contours(lambda w: 0.0 * w[0], [[1.0, 1.0]] * 2).get_lines()


def test_places_on_an_axis_are_whole_numbers():
    for axes in (HISTORY.plot(), plot_gradient_norms({"layers.0": 0.5, "layers.1": 1.0})):
        assert all(tick == int(tick) for tick in axes.get_xticks())


def test_without_matplotlib_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"stepgrad\[notebook\]"):
        HISTORY.plot()


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
