"""The 2-2-2 network of the worked example as labelled Values, and what its figures are called.

Two inputs, two hidden and two output neurons, all of them sigmoid; the error is ½Σ(target − out)².

Read next: `rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from autograd import Value, dot, sigmoid
from autograd.grading.quantities import Names, Quantity
from autograd.grading.tape import Tape
from autograd.value import Parameter

Values: TypeAlias = dict[str, Value]
Figures: TypeAlias = dict[str, float]

INPUTS = {"i1": 0.05, "i2": 0.10}
TARGETS = {"t1": 0.01, "t2": 0.99}
WEIGHTS = {"w1": 0.15, "w2": 0.20, "w3": 0.25, "w4": 0.30}  # of the hidden neurons
WEIGHTS |= {"w5": 0.40, "w6": 0.45, "w7": 0.50, "w8": 0.55}  # of the output neurons
BIASES = {"b_h1": 0.35, "b_h2": 0.35, "b_o1": 0.60, "b_o2": 0.60}  # in the text b1, b1, b2, b2
LAYERS = {"b1": ("b_h1", "b_h2"), "b2": ("b_o1", "b_o2")}

# Each neuron's weights, those that it has by a slip, and what a layer multiplies its weights with.
WIRING = {"h1": ("w1", "w2"), "h2": ("w3", "w4"), "o1": ("w5", "w6"), "o2": ("w7", "w8")}
TRANSPOSED = {"h1": ("w1", "w3"), "h2": ("w2", "w4"), "o1": ("w5", "w7"), "o2": ("w6", "w8")}
FED_BY = {"h": ("i1", "i2"), "o": ("out_h1", "out_h2")}


def network(
    start: Mapping[str, float] | None = None,
    *,
    bias_per_neuron: bool = False,
    half: bool = True,
    transposed: bool = False,
) -> Values:
    """Build the network and run it forwards.

    Parameters
    ----------
    start : mapping from str to float, optional
        Other weights w1 … w8 and biases b_h1, b_h2, b_o1, b_o2 to start from than the text's.
    bias_per_neuron : bool
        Give each neuron a bias of its own, instead of one for both neurons of a layer.
    half : bool
        False leaves out the ½ of the error, a slip.
    transposed : bool
        True exchanges w2 and w3, and w6 and w7, another slip.

    Returns
    -------
    dict from str to Value
        i1, i2, the targets t1 and t2, w1 … w8, the biases (b1 and b2, or b_h1, b_h2, b_o1, b_o2),
        net_h1, out_h1, net_h2, out_h2, net_o1, out_o1, net_o2, out_o2, E_o1, E_o2 and E_total.

    Notes
    -----
    Every Value is labelled by its name but E_o1 and E_o2: a derivation goes from one label to the
    next, and the text writes ∂E_total/∂w5 with ∂E_total/∂out_o1 as its first factor.

    Examples
    --------
    >>> from nn.worked_example import network
    >>> values = network()
    >>> values["E_total"].backward()
    >>> round(values["E_total"].data, 9), round(values["w5"].grad, 9)
    (0.298371109, 0.082167041)
    """
    numbers = {**WEIGHTS, **BIASES, **(start or {})}
    values = {name: Value(number, name) for name, number in {**INPUTS, **TARGETS}.items()}
    values |= {name: Parameter(numbers[name], name) for name in WEIGHTS}
    bias = {name: Parameter(numbers[name], name) for name in BIASES}
    if not bias_per_neuron:
        for layer, (first, second) in LAYERS.items():
            bias[first].label = layer
            bias[second] = bias[first]
    values |= {value.label: value for value in bias.values()}
    for neuron, weights in (TRANSPOSED if transposed else WIRING).items():
        inputs = FED_BY[neuron[0]]
        net = dot([values[w] for w in weights], [values[x] for x in inputs], bias[f"b_{neuron}"])
        out = sigmoid(net)
        net.label, out.label = f"net_{neuron}", f"out_{neuron}"
        values |= {net.label: net, out.label: out}
    for target, output in (("t1", "o1"), ("t2", "o2")):
        squared = (values[target] - values[f"out_{output}"]) ** 2
        values[f"E_{output}"] = 0.5 * squared if half else squared
    values["E_total"] = values["E_o1"] + values["E_o2"]
    values["E_total"].label = "E_total"
    return values


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """The network as the grader reads it.

    Parameters
    ----------
    tape : Tape
    names : Names
    asked : dict from str to tuple of Quantities
        What each figure is called, and the quantities whose sum it is: of all but a few just one.
    """

    tape: Tape
    names: Names
    asked: dict[str, tuple[Quantity, ...]]


@cache
def graph(*, bias_per_neuron: bool = False, half: bool = True, transposed: bool = False) -> Graph:
    """Read the network: numbers as net_h1, gradients as dE/dw5, factors as dout_o1/dnet_o1."""
    values = network(bias_per_neuron=bias_per_neuron, half=half, transposed=transposed)
    for output in ("E_o1", "E_o2"):
        values[output].label = output
    names = Names(tape := Tape(values["E_total"]))
    known = list(values)
    known += [f"dE/d{name}" for name in values if not name.startswith(("E", "t"))]
    for name, value in values.items():
        if name.startswith(("net", "out")):
            known += [f"d{name}/d{parent.label}" for parent in value.parents]
    for output in ("o1", "o2"):  # what it contributes to the gradient of a hidden neuron
        known += [f"dE_{output}/d{name}" for name in (f"net_{output}", "out_h1", "out_h2")]
    asked: dict[str, tuple[Quantity, ...]] = {name: (names.quantity(name),) for name in known}
    for layer, biases in LAYERS.items():  # both ways: b1 of a layer, b_h1, b_h2 of its neurons
        if bias_per_neuron:
            asked[f"dE/d{layer}"] = tuple(names.quantity(f"dE/d{bias}") for bias in biases)
            continue
        for bias in biases:
            asked[bias] = asked[layer]
            asked[f"dE/d{bias}"] = asked[f"dE/dnet_{bias[2:]}"]
    return Graph(tape, names, asked)
