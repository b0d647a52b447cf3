"""A network as a textbook draws it, with a textbook's names, for exercises without programming.

Read next: `exercise`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from os import PathLike
from random import Random

from autograd import functions
from autograd.documents import read_document
from autograd.value import Parameter, Value

ACTIVATIONS = (
    "linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus",
)  # fmt: skip
BIASES = ("shared", "per-neuron", "none")
MOST_NEURONS = 200
MODEL = ("stepgrad model", 1, "a saved module")  # the document that nn.Module.save writes
_IN_MODEL = r"layers\.([0-9]+)\.neurons\.([0-9]+)\.(w[0-9]+|b)"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a network is built.

    Parameters
    ----------
    sizes : tuple of int
        How many inputs, then how many neurons in each layer.
    activation, output_activation : str
        Of the hidden layers and of the last one.
    biases : {"shared", "per-neuron", "none"}
        One bias for each layer, or for each neuron.
    seed : int
        Chooses the numbers that are not given: whole tenths, so that one can compute by hand.
    """

    sizes: tuple[int, ...]
    activation: str = "sigmoid"
    output_activation: str = "sigmoid"
    biases: str = "shared"
    seed: int = 0


def sizes_of(text: str) -> tuple[int, ...]:
    """Read sizes such as ``3-2-1``: three inputs, two hidden neurons, one output.

    Raises
    ------
    ValueError
        For something else, or a network that is too large to be worked by hand.

    Examples
    --------
    >>> sizes_of("3-2-1")
    (3, 2, 1)
    """
    if not re.fullmatch("[0-9]{1,3}(-[0-9]{1,3})+", text):
        raise ValueError(f"a network is given by its sizes, such as 3-2-1, not {text!r}")
    sizes = tuple(int(part) for part in text.split("-"))
    if 0 in sizes or sum(sizes) > MOST_NEURONS:
        raise ValueError(f"each size is 1 or more, and all together at most {MOST_NEURONS}: {text}")
    return sizes


def model_numbers(path: str | PathLike[str]) -> tuple[tuple[int, ...], dict[str, float]]:
    """Read the sizes and the weights of an ``nn.MLP`` from the file that its ``save`` wrote.

    Parameters
    ----------
    path : path of a file

    Returns
    -------
    sizes : tuple of int
    numbers : dict of str to float
        Weights and biases by their names in `network`, with a bias for each neuron.

    Raises
    ------
    ValueError
        When the file is no saved MLP.
    """
    try:
        document, _ = read_document(path, *MODEL)
        state = document["state"]
        neurons: dict[tuple[int, int], dict[str, float]] = {}
        for name, number in state.items():
            found = re.fullmatch(_IN_MODEL, name)
            if found is None:
                raise ValueError(f"{name!r} is no weight or bias of a neuron")
            layer, neuron, what = found.groups()
            neurons.setdefault((int(layer), int(neuron)), {})[what] = float(number)
        sizes = [len(neurons[0, 0]) - 1]
        numbers, weight = {}, count(1)
        for (layer, neuron), own in sorted(neurons.items()):
            if (layer, neuron) not in ((len(sizes) - 1, 0), (len(sizes) - 2, sizes[-1])):
                raise ValueError("a neuron or a layer between is missing")
            sizes[layer + 1 :] = [neuron + 1]
            for k in range(sizes[layer]):
                numbers[f"w{next(weight)}"] = own[f"w{k}"]
            numbers[f"{layer} {neuron}"] = own["b"]
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError):
        raise ValueError(f"{str(path)!r} is not an nn.MLP as its save(path) writes it") from None
    plan = Plan(tuple(sizes))
    named = {f"{layer} {n}": bias_name(plan, layer + 1, n + 1) for layer, n in neurons}
    return plan.sizes, {named.get(name, name): number for name, number in numbers.items()}


def bias_name(plan: Plan, layer: int, neuron: int) -> str:
    """What the bias of a neuron is called: b_h1, b_o1, b_h1_2."""
    return f"b_{_kind(plan, layer)}{neuron}"


def _kind(plan: Plan, layer: int) -> str:
    if layer == len(plan.sizes) - 1:
        return "o"
    return "h" if len(plan.sizes) == 3 else f"h{layer}_"


def network(plan: Plan, numbers: Mapping[str, float] | None = None) -> Value:
    """Build a network and run it forwards; its error is E_total = Σ ½(t − out)².

    Parameters
    ----------
    plan : Plan
    numbers : mapping from str to float, optional
        Inputs i1, i2, …, targets t1, …, weights w1, w2, … (layer by layer, neuron by neuron) and
        biases b1, … (of layers) or b_h1, …, b_o1, … (of neurons). The seed chooses the others.

    Returns
    -------
    Value
        E_total. Every node that a textbook names has its label: net_h1, out_h1, net_o1, E_o1; with
        several hidden layers net_h1_2 is the net of the second neuron in the first.

    Raises
    ------
    ValueError
        For a number that the network does not have.

    Examples
    --------
    >>> error = network(Plan((2, 2, 2)), {"i1": 0.05, "i2": 0.1, "w1": 0.15, "b1": 0.35})
    >>> error.label
    'E_total'
    """
    builder = _Builder(plan, numbers or {})
    error = builder.build()
    unknown = set(numbers or {}) - builder.known.keys()
    if unknown:
        raise ValueError(
            f"there is no {', '.join(sorted(unknown))} in this network; there are "
            f"{', '.join(builder.known)}"
        )
    return error


class _Builder:
    def __init__(self, plan: Plan, numbers: Mapping[str, float]) -> None:
        self.plan, self.numbers, self.random = plan, numbers, Random(plan.seed)
        self.known: dict[str, Value] = {}
        self.weight = count(1)

    def build(self) -> Value:
        sizes = self.plan.sizes
        outs = [self.leaf(Value, f"i{k}") for k in range(1, sizes[0] + 1)]
        for layer, size in enumerate(sizes[1:], 1):
            outs = self.layer(layer, size, outs)
        errors = []
        for k, out in enumerate(outs, 1):
            error = 0.5 * (self.leaf(Value, f"t{k}") - out) ** 2
            error.label = f"E_o{k}"
            errors.append(error)
        error = sum(errors[1:], start=errors[0])
        error.label = "E_total"
        return error

    def leaf(self, kind: type[Value], name: str) -> Value:
        chosen = self.random.randint(-9, 9) / 10
        if name not in self.known:
            self.known[name] = kind(self.numbers.get(name, chosen or 0.5), name)
        return self.known[name]

    def layer(self, layer: int, size: int, inputs: Sequence[Value]) -> list[Value]:
        plan = self.plan
        is_last = layer == len(plan.sizes) - 1
        kind = _kind(plan, layer)
        name = plan.output_activation if is_last else plan.activation
        outs = []
        for j in range(1, size + 1):
            weights = [self.leaf(Parameter, f"w{next(self.weight)}") for _ in inputs]
            bias: list[Value] = []
            if plan.biases != "none":
                per_neuron = plan.biases == "per-neuron"
                own = bias_name(plan, layer, j) if per_neuron else f"b{layer}"
                bias.append(self.leaf(Parameter, own))
            net = functions.dot(weights, inputs, *bias)
            net.label = f"net_{kind}{j}"
            # A linear neuron has no node of its own for out.
            out = net if name == "linear" else getattr(functions, name)(net)
            if out is not net:
                out.label = f"out_{kind}{j}"
            outs.append(out)
        return outs
