"""Figures of each layer: the norm of its gradient, and its outputs over a batch.

Read next: `plots`.
"""

import math
import re
from collections.abc import Iterable
from typing import Any

from autograd import no_grad
from nn.module import Module, mode_kept


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
    gradients: dict[str, list[float]] = {}
    for path, parameter in model.named_parameters():
        layer = _PARAMETER.sub("", path) or type(model).__name__
        gradients.setdefault(layer, []).append(parameter.grad)
    return {layer: math.hypot(*numbers) for layer, numbers in gradients.items()}


# What a parameter's path ends with below its layer: neurons.1.w0, weight.3 or weight_ih.0.2.
_PARAMETER = re.compile(r"\.?(neurons\.\d+\.\w+|[A-Za-z_]\w*(\.\d+)*)$")


def layer_activations(model: Module, X: Iterable[Any]) -> dict[str, list[float]]:
    """Return all outputs of each layer of an MLP or a Sequential, over a batch, in `eval` mode.

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
    with mode_kept(model), no_grad():
        model.eval()
        for number, layer in enumerate(layers):
            rows = layer.rows(rows)
            found[f"layers.{number}"] = [output.data for row in rows for output in row]
    return found
