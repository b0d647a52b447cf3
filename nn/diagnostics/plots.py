"""Pictures of layers, of what a model has learnt, and of gradient descent.

Read next: the room `training`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd import no_grad
from nn.diagnostics.axes import axes_or_new, whole_numbers_below
from nn.diagnostics.layers import layer_activations
from nn.module import Module, mode_kept

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Point: TypeAlias = Sequence[float]
Curve: TypeAlias = Callable[[float], float]
Surface: TypeAlias = Callable[[Point], float]


def plot_gradient_norms(
    norms: Mapping[str, float], axes: Axes | None = None, label: str = ""
) -> Axes:
    """Draw the norm of each layer's gradient against its depth, on a logarithmic scale.

    A gradient of 0 has no place on that scale: its point is missing.

    Parameters
    ----------
    norms : mapping from layer to norm
        From `layer_gradient_norms`.
    axes : matplotlib Axes, optional
        Of an earlier call, to compare models.
    label : str
        The model's name in the legend.

    Returns
    -------
    matplotlib Axes
    """
    axes = axes_or_new(axes)
    axes.plot(range(1, len(norms) + 1), list(norms.values()), marker="o", label=label or None)
    axes.set(xlabel="layer", ylabel="norm of its gradient", title="Gradients by depth")
    axes.set_yscale("log")
    whole_numbers_below(axes)
    if label:
        axes.legend()
    return axes


def plot_activations(model: Module, X: Iterable[Any], axes: Axes | None = None) -> Axes:
    """Draw a histogram of each layer's outputs over a batch: saturated and dead units show.

    The model is asked in `eval` mode: without dropout, and no running statistic moves.

    Counts are drawn on a logarithmic scale, since many outputs of a ReLU are exactly 0.

    Parameters
    ----------
    model : Module
        With a list ``layers``.
    X : sequence of m rows
    axes : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    axes = axes_or_new(axes)
    found = layer_activations(model, X)
    axes.hist(list(found.values()), bins=40, histtype="step", log=True, label=list(found))
    axes.set(xlabel="output", ylabel="count", title="Activations")
    axes.legend(reverse=True)
    return axes


def plot_decision_boundary(
    model: Module,
    X: Iterable[Point],
    Y: Iterable[float],
    axes: Axes | None = None,
    *,
    threshold: float = 0.0,
    resolution: int = 60,
) -> Axes:
    """Draw examples with two features, and what a model makes of the plane around them.

    The model is asked in `eval` mode: without dropout, and no running statistic moves.

    Parameters
    ----------
    model : Module
        With one output, split at the threshold, or one for each class, of which the largest wins.
    X : sequence of m rows of 2 numbers
    Y : sequence of m numbers
        The classes, which colour the examples: two numbers, such as -1 and 1, for one output, or
        those from 0 to n - 1 for n outputs.
    axes : matplotlib Axes, optional
    threshold : float
        0 for scores and logits, 0.5 for probabilities.
    resolution : int
        How many points the grid has on each side.

    Returns
    -------
    matplotlib Axes
    """
    axes = axes_or_new(axes)
    first, second = zip(*X, strict=True)
    across, up = _spread(first, resolution), _spread(second, resolution)
    with mode_kept(model), no_grad():
        model.eval()
        outputs = model.rows([[a, b] for b in up for a in across])
    won = [_class([output.data for output in row], threshold) for row in outputs]
    grid = [won[start : start + resolution] for start in range(0, len(won), resolution)]
    n, classes = len(outputs[0]), list(Y)
    numbers = sorted(set(classes)) if n == 1 else range(n)
    levels = [number - 0.5 for number in range(max(n, 2) + 1)]
    axes.contourf(across, up, grid, levels=levels, alpha=0.3, cmap="coolwarm")
    points = axes.scatter(first, second, c=classes, cmap="coolwarm", edgecolors="black")
    points.set_clim(min(numbers), max(numbers))
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title="Decision boundary")
    axes.legend(*points.legend_elements(num=sorted(set(classes))), title="class")
    return axes


def _class(outputs: Sequence[float], threshold: float) -> int:
    """Return the class that a row of outputs stands for."""
    if len(outputs) == 1:
        return int(outputs[0] > threshold)
    return max(range(len(outputs)), key=outputs.__getitem__)


def plot_descent_on_curve(
    f: Curve, path: Sequence[float], axes: Axes | None = None, *, label: str = "descent"
) -> Axes:
    """Draw the points that gradient descent visited on the curve of a function of one number.

    A star marks the first.

    Parameters
    ----------
    f : callable
    path : sequence of numbers
        Such as `linear.descend` returns.
    axes : matplotlib Axes, optional
        Of an earlier call, to compare learning rates or starts.
    label : str
        The path's name in the legend.

    Returns
    -------
    matplotlib Axes
    """
    axes = axes_or_new(axes)
    xs = _spread(path, 200, margin=0.5)
    axes.plot(xs, [float(f(x)) for x in xs], color="gray")
    _draw_path(axes, path, [float(f(x)) for x in path], label)
    axes.set(xlabel="w", ylabel="loss", title="Gradient descent on a curve")
    return axes


def plot_descent_on_contours(
    f: Surface, path: Sequence[Point], axes: Axes | None = None, *, label: str = "descent"
) -> Axes:
    """Draw the points that gradient descent visited over the contours of a function of a pair.

    A star marks the first.

    Parameters
    ----------
    f : callable
        Of a sequence of two numbers.
    path : sequence of pairs of numbers
        Such as `linear.descend` returns.
    axes : matplotlib Axes, optional
    label : str
        The path's name in the legend.

    Returns
    -------
    matplotlib Axes
    """
    axes = axes_or_new(axes)
    first, second = zip(*path, strict=True)
    across, up = _spread(first, 60, margin=0.5), _spread(second, 60, margin=0.5)
    heights = [[float(f([a, b])) for a in across] for b in up]
    axes.contour(across, up, heights, levels=_contour_levels(heights))
    _draw_path(axes, first, second, label)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", title="Gradient descent over contours")
    return axes


def _contour_levels(heights: Sequence[Sequence[float]]) -> list[float]:
    """Return heights that are denser near the bottom, at equal distances in a parabolic bowl."""
    low, high = min(map(min, heights)), max(map(max, heights))
    return [low + (high - low or 1.0) * (i / 20) ** 2 for i in range(1, 21)]


def _draw_path(axes: Axes, xs: Sequence[float], ys: Sequence[float], label: str) -> None:
    """Draw the points of a descent, the first as a star."""
    (line,) = axes.plot(xs, ys, marker="o", markersize=4, linestyle="--", label=label)
    axes.scatter(xs[:1], ys[:1], marker="*", s=150, color=line.get_color(), zorder=3)
    axes.legend()


def _spread(numbers: Sequence[float], count: int, margin: float = 0.2) -> list[float]:
    """Return evenly spaced numbers that reach beyond the range by a part of it on both sides."""
    low, high = min(numbers), max(numbers)
    margin = margin * (high - low) or 1.0
    step = (high - low + 2 * margin) / (count - 1)
    return [low - margin + step * i for i in range(count)]
