"""Pictures of layers, models and gradient descent."""

import math
import re
from itertools import pairwise

import pytest

from nn import MLP, BatchNorm, Layer, Sequential
from nn.diagnostics import (
    plot_activations,
    plot_decision_boundary,
    plot_descent_on_contours,
    plot_descent_on_curve,
    plot_gradient_norms,
)
from nn.diagnostics.plots import _class
from nn.linear import descend


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


def test_a_boundary_is_that_of_evaluation_and_changes_nothing():
    model = Sequential(BatchNorm(2), Layer(2, 1, "linear", seed=1))
    before = model.state_dict()
    plot_decision_boundary(model, [[5.0, 0.0], [9.0, 1.0]], [0, 1], resolution=5)
    assert model.state_dict() == before
    assert all(each.training for each in model.modules())


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


def test_a_grid_reaches_beyond_the_points_by_a_fifth_and_a_curve_by_a_half():
    """Of points from 1 to 3, and 2 alone, whose range is taken for 5 times 1."""
    model = Layer(2, 1, "linear", init="zeros")
    axes = plot_decision_boundary(model, [[1.0, 2.0], [3.0, 2.0]], [0, 1])
    limits = [*axes.get_xlim(), *axes.get_ylim()]
    assert limits == pytest.approx([0.6, 3.4, 1.0, 3.0], rel=1e-13, abs=0.0)
    curve_line, _ = plot_descent_on_curve(lambda w: w, [1.0, 3.0, 2.0]).get_lines()
    xs = list(curve_line.get_xdata())
    assert (len(xs), xs[0], xs[-1]) == (200, 0.0, pytest.approx(4.0, rel=1e-13))
    assert [b - a for a, b in pairwise(xs)] == pytest.approx([4.0 / 199] * 199, rel=1e-13, abs=0.0)
    axes = plot_descent_on_contours(lambda w: w[0] + w[1], [[1.0, 2.0], [3.0, 6.0]])
    assert [*axes.get_xlim(), *axes.get_ylim()] == pytest.approx([0.0, 4.0, 0.0, 8.0])


def test_the_grid_has_as_many_points_on_each_side_as_are_asked_for():
    class Counting(Layer):
        def rows(self, rows):
            self.seen = list(rows)
            return super().rows(self.seen)

    model = Counting(2, 1, "linear", init="zeros")
    X, Y = [[0.0, 10.0], [1.0, 20.0]], [0, 1]
    plot_decision_boundary(model, X, Y, resolution=3)
    assert model.seen == [
        [pytest.approx(a), pytest.approx(b)] for b in (8.0, 15.0, 22.0) for a in (-0.2, 0.5, 1.2)
    ]
    plot_decision_boundary(model, X, Y)
    assert len(model.seen) == 60 * 60


def test_contours_are_twenty_heights_of_a_parabola():
    path = [[0.0, 0.0], [1.0, 0.0]]  # drawn from -0.5 to 1.5
    axes = plot_descent_on_contours(lambda w: 2.0 + 200.0 * (w[0] + 0.5), path)
    levels = axes.collections[0].levels.tolist()
    assert levels == pytest.approx([2.0 + i * i for i in range(1, 21)], rel=1e-13, abs=0.0)


def test_a_score_at_the_threshold_is_of_the_lower_class_and_the_largest_wins():
    assert [_class([score], 0.5) for score in (0.0, 0.5, 0.6)] == [0, 0, 1]
    assert [_class(scores, 9.0) for scores in ([3.0, 1.0], [1.0, 3.0, 2.0], [1.0, 1.0])] == [
        0,
        1,
        0,
    ]


def test_points_that_are_no_pairs_are_refused():
    model = Layer(2, 1, "linear", init="zeros")
    with pytest.raises(ValueError, match="zip"):
        plot_decision_boundary(model, [[0.0, 0.0], [1.0, 1.0, 1.0]], [0, 1])
    with pytest.raises(ValueError, match="zip"):
        plot_descent_on_contours(lambda w: w[0], [[0.0, 0.0], [1.0, 1.0, 1.0]])


PAIRS = [[1.0, 1.0], [0.5, 0.0]]


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (
            lambda: plot_gradient_norms({"layers.0": 1.0, "layers.1": 2.0}),
            ("Gradients by depth", "layer", "norm of its gradient"),
        ),
        (
            lambda: plot_activations(MLP(1, [2, 1], seed=1), [[0.5]]),
            ("Activations", "output", "count"),
        ),
        (
            lambda: plot_decision_boundary(Layer(2, 1, init="zeros"), PAIRS, [0, 1], resolution=5),
            ("Decision boundary", "$x_1$", "$x_2$"),
        ),
        (
            lambda: plot_descent_on_curve(lambda w: w * w, [1.0, 0.5]),
            ("Gradient descent on a curve", "w", "loss"),
        ),
        (
            lambda: plot_descent_on_contours(lambda w: w[0] ** 2 + w[1] ** 2, PAIRS),
            ("Gradient descent over contours", "$w_1$", "$w_2$"),
        ),
    ],
)
def test_a_picture_says_what_it_shows(draw, said):
    axes = draw()
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == said


def test_a_layer_is_a_whole_number():
    axes = plot_gradient_norms({"layers.0": 1.0, "layers.1": 2.0})
    assert all(tick == int(tick) for tick in axes.get_xticks())
    (line,) = axes.get_lines()
    assert list(line.get_xdata()) == [1, 2]


def test_a_histogram_has_forty_bars_and_its_legend_the_order_of_the_layers():
    axes = plot_activations(MLP(1, [2, 1], seed=1), [[0.5], [1.0], [2.0]])
    for patch in axes.patches:
        edges = sorted({x for x, _ in patch.get_xy().tolist()})
        assert len(edges) == 40 + 1
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["layers.0", "layers.1"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plot_descent_on_curve(lambda w: w * w, [1.0, 0.5]),
        lambda: plot_descent_on_contours(lambda w: w[0] ** 2 + w[1] ** 2, PAIRS),
    ],
)
def test_a_descent_starts_at_a_star_of_its_colour_in_front_of_all(draw):
    from matplotlib.colors import to_rgba

    axes = draw()
    *_, line = axes.get_lines()
    *_, star = axes.collections
    assert (line.get_marker(), line.get_markersize(), line.get_label()) == ("o", 4, "descent")
    assert star.get_sizes().tolist() == [150]
    assert star.get_zorder() > max(each.get_zorder() for each in axes.get_lines())
    assert to_rgba(line.get_color()) == tuple(star.get_facecolor()[0])
    assert len(star.get_offsets()) == 1


def test_what_was_visited_is_marked_and_what_lies_under_it_is_pale():
    from matplotlib.markers import MarkerStyle

    axes = plot_descent_on_curve(lambda w: w * w, [1.0, 0.5])
    curve, path = axes.get_lines()
    (star,) = axes.collections
    assert (curve.get_color(), curve.get_marker()) == ("gray", "None")
    assert (path.get_linestyle(), path.get_marker()) == ("--", "o")
    shape = MarkerStyle("*")
    wanted = shape.get_path().transformed(shape.get_transform()).vertices
    assert star.get_paths()[0].vertices.tolist() == wanted.tolist()
    (norms,) = plot_gradient_norms({"layers.0": 1.0}).get_lines()
    assert norms.get_marker() == "o"  # one layer alone is no line


def test_histograms_are_outlines_that_hide_none_behind_them():
    axes = plot_activations(MLP(1, [2, 1], seed=1), [[0.5], [1.0], [2.0]])
    assert [patch.get_fill() for patch in axes.patches] == [False, False]


def test_the_areas_of_classes_have_the_colours_of_their_points():
    axes = plot_decision_boundary(Layer(2, 1, init="zeros"), PAIRS, [0, 1], resolution=5)
    assert [each.get_cmap().name for each in axes.collections] == ["coolwarm"] * 2


def test_the_areas_of_classes_shine_through():
    from matplotlib.colors import to_rgba

    axes = plot_decision_boundary(Layer(2, 1, init="zeros"), PAIRS, [0, 1], resolution=5)
    areas, points = axes.collections
    assert areas.get_alpha() == 0.3
    assert axes.get_legend().get_title().get_text() == "class"
    assert {tuple(each) for each in points.get_edgecolors()} == {to_rgba("black")}


def test_a_score_above_0_is_of_the_upper_class():
    model = Layer(2, 1, "linear", init="zeros")
    model.neurons[0].bias.data = 0.5
    axes = plot_decision_boundary(model, PAIRS, [0, 1], resolution=5)
    assert [len(path) > 0 for path in axes.collections[0].get_paths()] == [False, True]


def test_contours_are_of_sixty_by_sixty_heights_and_a_plain_has_some_above_it():
    seen = []
    axes = plot_descent_on_contours(lambda w: seen.append(tuple(w)) or 5.0, PAIRS)
    assert [len({point[k] for point in seen}) for k in (0, 1)] == [60, 60]
    assert len(seen) == 60 * 60
    levels = axes.collections[0].levels.tolist()
    assert levels == pytest.approx([5.0 + (i / 20) ** 2 for i in range(1, 21)], rel=1e-13, abs=0.0)
