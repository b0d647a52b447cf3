"""Reading a training run: its history, pictures of it, and a diagnosis.

Pictures are drawn with Matplotlib (the extra ``notebook``). Every function that draws takes the
``Axes`` to draw on, or makes a figure of its own, and returns the ``Axes``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograd import no_grad
from nn.module import Module

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(slots=True)
class History:
    """What happened in each epoch of a training run, as `training.fit` returns it.

    Attributes
    ----------
    losses : list of floats
        The mean loss over the epoch's examples, as they were met, without the penalty.
    validation_losses : list of floats
        The mean loss over the validation examples after the epoch; empty without validation.
    learning_rates : list of floats
        The learning rate of the epoch.
    gradient_norms : list of floats
        The norm √Σg² of all gradients before clipping, a mean over the epoch's batches.
    guess_loss : float or None
        The mean validation loss of the trained model's predictions against targets that were dealt
        out anew at random, which is what guessing would get; None without validation.
    best_epoch : int or None
        The place in these lists of the epoch whose weights early stopping brought back.
    engine : str
        "compiled", or "eager" and why.
    ended : str
        Why the run ended: "all epochs done", "early stopping" or "interrupted".

    Examples
    --------
    >>> from nn.diagnostics import History
    >>> history = History(losses=[0.9, 0.4], validation_losses=[0.8, 0.5])
    >>> len(history), history.last
    (2, (0.4, 0.5))
    """

    losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    learning_rates: list[float] = field(default_factory=list)
    gradient_norms: list[float] = field(default_factory=list)
    guess_loss: float | None = None
    best_epoch: int | None = None
    engine: str = "eager"
    ended: str = "all epochs done"

    def __len__(self) -> int:
        return len(self.losses)

    @property
    def last(self) -> tuple[float, float | None]:
        """The loss and the validation loss that belong to the weights the model has now."""
        if not self.losses:
            raise ValueError("the history is empty: no epoch was finished")
        epoch = len(self) - 1 if self.best_epoch is None else self.best_epoch
        return self.losses[epoch], self.validation_losses[epoch] if self.validation_losses else None

    def truncate(self, epochs: int) -> None:
        """Forget all epochs after so many."""
        for figures in self._figures():
            del figures[epochs:]

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the learning curves: see `learning_curves`."""
        return learning_curves(self, axes)

    def _figures(self) -> tuple[list[float], ...]:
        return self.losses, self.validation_losses, self.learning_rates, self.gradient_norms


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the errors on training and validation examples say about a model.

    Attributes
    ----------
    case : str
        "high bias", "high variance", "high bias and high variance" or "good fit".
    rule : str
        The comparison that led there, with its numbers.
    advice : str
        What usually helps.
    """

    case: str
    rule: str
    advice: str

    def __str__(self) -> str:
        return f"{self.case}: {self.rule}. {self.advice}"


_BIAS_ADVICE = "Against bias: a larger network, longer training, another architecture"
_VARIANCE_ADVICE = (
    "Against variance: more examples, L2 or dropout, early stopping, a smaller network"
)


def diagnose(
    history: History, *, acceptable: float | None = None, gap: float | None = None
) -> Diagnosis:
    """Name the case that training and validation error show: bias is the first, variance the gap.

    Parameters
    ----------
    history : History
        With validation losses.
    acceptable : float, optional
        The training loss up to which the model counts as having learnt the examples, such as the
        error of people or of the best known model. By default a fifth of the scale below.
    gap : float, optional
        By how much the validation loss may exceed the training loss. By default a tenth of it.

    Returns
    -------
    Diagnosis

    Raises
    ------
    ValueError
        If the history has no validation losses.

    Notes
    -----
    The rule reads the last epoch, or the one whose weights early stopping brought back: a training
    loss above `acceptable` is high bias, a validation loss that exceeds the training loss by more
    than `gap` is high variance; both may hold. Losses have no scale of their own. The defaults take
    that of knowing nothing: the loss of the first epoch, or of guessing (`History.guess_loss`),
    whichever is less.

    Examples
    --------
    >>> from nn.diagnostics import History, diagnose
    >>> history = History(losses=[0.7, 0.3, 0.01], validation_losses=[0.7, 0.5, 0.6])
    >>> print(diagnose(history).case)
    high variance
    """
    loss, validation_loss = history.last
    if validation_loss is None:
        raise ValueError("a diagnosis compares with validation losses: pass validation= to fit")
    guess = math.inf if history.guess_loss is None else history.guess_loss
    scale = min(history.losses[0], guess)
    acceptable = 0.2 * scale if acceptable is None else acceptable
    gap = 0.1 * scale if gap is None else gap
    high_bias, high_variance = loss > acceptable, validation_loss - loss > gap
    rule = (
        f"training loss {loss:.4g} {'>' if high_bias else '≤'} {acceptable:.4g}, "
        f"validation loss {validation_loss:.4g} - {loss:.4g} "
        f"{'>' if high_variance else '≤'} {gap:.4g}"
    )
    if high_bias and high_variance:
        return Diagnosis(
            "high bias and high variance", rule, f"{_BIAS_ADVICE}. {_VARIANCE_ADVICE}."
        )
    if high_bias:
        return Diagnosis("high bias", rule, f"{_BIAS_ADVICE}.")
    if high_variance:
        return Diagnosis("high variance", rule, f"{_VARIANCE_ADVICE}.")
    return Diagnosis("good fit", rule, "Now measure the error on test examples, once.")


def layer_gradient_norms(model: Module) -> dict[str, float]:
    """Return the norm √Σg² of the gradients that each layer's parameters hold.

    Where these shrink or grow from layer to layer by a factor, gradients vanish or explode.

    Parameters
    ----------
    model : Module
        After a backward pass.

    Returns
    -------
    dict
        From the layer's path, such as ``layers.0``, to the norm, in the order of the parameters.

    Examples
    --------
    >>> from nn import MLP
    >>> from nn.diagnostics import layer_gradient_norms
    >>> model = MLP(1, [2, 1])
    >>> model([1.0])[0].backward()
    >>> list(layer_gradient_norms(model))
    ['layers.0', 'layers.1']
    """
    squares: dict[str, float] = {}
    for path, parameter in model.named_parameters():
        layer = _PARAMETER.sub("", path) or type(model).__name__
        squares[layer] = squares.get(layer, 0.0) + parameter.grad**2
    return {layer: math.sqrt(square) for layer, square in squares.items()}


# What a parameter's path ends with below its layer: neurons.1.w0, weight.3 or weight_ih.0.2.
_PARAMETER = re.compile(r"\.?(neurons\.\d+\.\w+|[A-Za-z_]\w*(\.\d+)*)$")


def layer_activations(model: Module, X: Iterable[Any]) -> dict[str, list[float]]:
    """Return all outputs of each layer of an MLP or a Sequential, over a batch.

    Parameters
    ----------
    model : Module
        With a list ``layers``.
    X : sequence of m rows

    Returns
    -------
    dict
        From the layer's path, such as ``layers.0``, to the numbers that its outputs take.

    Raises
    ------
    TypeError
        If the model has no list of layers.

    Examples
    --------
    >>> from nn import MLP
    >>> from nn.diagnostics import layer_activations
    >>> layer_activations(MLP(1, [2, 1], init="zeros"), [[1.0]])
    {'layers.0': [0.0, 0.0], 'layers.1': [0.0]}
    """
    layers = getattr(model, "layers", None)
    if not isinstance(layers, list):
        raise TypeError(
            f"{model!r} has no list of layers to look into: pass an MLP or a Sequential"
        )
    found: dict[str, list[float]] = {}
    rows = list(X)
    with no_grad():
        for number, layer in enumerate(layers):
            rows = layer.rows(rows)
            found[f"layers.{number}"] = [output.data for row in rows for output in row]
    return found


# --------------------------------------------------------------------------------- pictures


def learning_curves(history: History, axes: Axes | None = None) -> Axes:
    """Draw loss and validation loss against the epoch.

    Parameters
    ----------
    history : History
    axes : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    axes = _axes(axes)
    epochs = range(1, len(history) + 1)
    axes.plot(epochs, history.losses, label="training")
    if history.validation_losses:
        axes.plot(epochs, history.validation_losses, linestyle="--", label="validation")
    if history.best_epoch is not None:
        axes.axvline(history.best_epoch + 1, color="gray", linestyle=":", label="best epoch")
    axes.set(xlabel="epoch", ylabel="mean loss", title="Learning curves")
    _count_from_left_to_right(axes)
    axes.legend()
    return axes


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
    axes = _axes(axes)
    axes.plot(range(1, len(norms) + 1), list(norms.values()), marker="o", label=label or None)
    axes.set(xlabel="layer", ylabel="norm of its gradient", title="Gradients by depth")
    axes.set_yscale("log")
    _count_from_left_to_right(axes)
    if label:
        axes.legend()
    return axes


def plot_activations(model: Module, X: Iterable[Any], axes: Axes | None = None) -> Axes:
    """Draw a histogram of each layer's outputs over a batch: saturated and dead units show.

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
    axes = _axes(axes)
    found = layer_activations(model, X)
    axes.hist(list(found.values()), bins=40, histtype="step", log=True, label=list(found))
    axes.set(xlabel="output", ylabel="count", title="Activations")
    axes.legend(reverse=True)
    return axes


def plot_decision_boundary(
    model: Module,
    X: Iterable[Sequence[float]],
    Y: Iterable[float],
    axes: Axes | None = None,
    *,
    threshold: float = 0.0,
    resolution: int = 60,
) -> Axes:
    """Draw examples with two features, and what a model makes of the plane around them.

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
    axes = _axes(axes)
    first, second = zip(*X, strict=True)
    across, up = _spread(first, resolution), _spread(second, resolution)
    with no_grad():
        outputs = model.rows([[a, b] for b in up for a in across])
    won = [_class([output.data for output in row], threshold) for row in outputs]
    grid = [won[start : start + resolution] for start in range(0, len(won), resolution)]
    n, classes = len(outputs[0]), list(Y)
    numbers = sorted(set(classes)) if n == 1 else range(n)
    levels = [number - 0.5 for number in range(max(n, 2) + 1)]
    axes.contourf(across, up, grid, levels=levels, alpha=0.3, cmap="coolwarm")
    points = axes.scatter(
        first,
        second,
        c=classes,
        cmap="coolwarm",
        vmin=min(numbers),
        vmax=max(numbers),
        edgecolors="black",
    )
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title="Decision boundary")
    axes.legend(*points.legend_elements(num=sorted(set(classes))), title="class")
    return axes


def _class(outputs: Sequence[float], threshold: float) -> int:
    """Return the class that a row of outputs stands for."""
    if len(outputs) == 1:
        return int(outputs[0] > threshold)
    return max(range(len(outputs)), key=outputs.__getitem__)


def plot_descent_on_curve(
    f: Callable[[float], float],
    path: Sequence[float],
    axes: Axes | None = None,
    *,
    label: str = "descent",
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
    axes = _axes(axes)
    xs = _spread(path, 200, margin=0.5)
    axes.plot(xs, [float(f(x)) for x in xs], color="gray")
    _draw_path(axes, path, [float(f(x)) for x in path], label)
    axes.set(xlabel="w", ylabel="loss", title="Gradient descent on a curve")
    return axes


def plot_descent_on_contours(
    f: Callable[[Sequence[float]], float],
    path: Sequence[Sequence[float]],
    axes: Axes | None = None,
    *,
    label: str = "descent",
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
    axes = _axes(axes)
    first, second = zip(*path, strict=True)
    across, up = _spread(first, 60, margin=0.5), _spread(second, 60, margin=0.5)
    heights = [[float(f([a, b])) for a in across] for b in up]
    axes.contour(across, up, heights, levels=_contour_levels(heights))
    _draw_path(axes, first, second, label)
    axes.set(xlabel="$w_1$", ylabel="$w_2$", title="Gradient descent over contours")
    return axes


def _count_from_left_to_right(axes: Axes) -> None:
    """Keep the places on the horizontal axis whole numbers."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


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


def _axes(axes: Axes | None) -> Axes:
    """Return the axes given, or those of a new figure."""
    if axes is not None:
        return axes
    try:
        from matplotlib import pyplot
    except ImportError:
        raise ImportError(
            "pictures are drawn with Matplotlib, which is not installed: pip install "
            "'stepgrad[notebook]'"
        ) from None
    return pyplot.subplots()[1]
