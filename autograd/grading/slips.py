"""The known slips in working a graph through by hand, as slips of its own nodes and edges.

Each is what somebody does, not what number comes of it: a pass finds that. A slip can be made
everywhere, in one layer or at one place; what is common stands before what is rare, and what is
done everywhere before what is done at one place.

Read next: `hypotheses`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from struct import pack, unpack
from typing import Any

from autograd.grading.course import Setting
from autograd.grading.structure import Layer, activations, layers, neurons, transposed
from autograd.grading.tape import Edge, Pass, Slip, Slope
from autograd.node import NAN
from autograd.value import Constant
from autograd.views.mistakes import NO_LOCAL, NO_UPSTREAM, ONE_PATH, SIGN

FACTOR = "factor 2 or missing ½"
NO_SLOPE = "missing σ′"
SLOPE_OF_Z = "σ′ of z instead of y(1−y)"
SLOPE_AT_Y = "σ′ at y instead of z"
TRANSPOSED = "transposed weights"
UPDATED = "already updated weights"
SUMMED = "summed ∂E/∂w where δ·w belongs"
NO_BIAS = "bias forgotten"
SHARED_BIAS = "bias shared instead of per neuron"
OWN_BIAS = "bias per neuron instead of shared"
TRAINED_BIAS = "bias trained where it is fixed"
INPUT = "input used where the activation belongs"
RATE = "learning rate twice or not at all"
ROUND = "off by one round"
ROUNDED = "rounded intermediates"
SINGLE = "single precision"

HAND_DECIMALS = range(2, 13)
LARGEST_WITH_DECIMALS = 1e15  # beyond it floats are whole numbers
LARGEST_SINGLE = 3.4e38


class Slips:
    """All slips that are known for a graph.

    Parameters
    ----------
    setting : Setting
    of : sequence of str
        What each node is called.
    """

    def __init__(self, setting: Setting, of: Sequence[str]) -> None:
        self.setting, self.tape, self.of = setting, setting.tape, of
        self.layers = layers(neurons(self.tape, setting.learning))
        self.activations = activations(self.tape)
        self.last = len(self.tape.nodes) - 1
        self.used_often = [
            n for n, used in enumerate(self.tape.consumers) if len(used) > 1 and self._counts(n)
        ]

    def _counts(self, n: int) -> bool:
        return type(self.tape.nodes[n]) is not Constant

    def everywhere(self, trained: bool) -> Iterator[Slip]:
        """What is done in the whole graph, and with `trained` what is done in its training."""
        yield self._scaled(SIGN[0], "every gradient has the other sign", -1.0)
        yield from self._factors()
        yield self._slopes(NO_SLOPE, "is left out", self.activations, _one)
        yield self._slopes(SLOPE_OF_Z, "is computed as if z were y", self.activations, _of_z)
        yield self._slopes(SLOPE_AT_Y, "is taken at y, not at z", self.activations, _at_y)
        yield self._transposed(TRANSPOSED, self.layers, forwards=True)
        yield self._transposed(TRANSPOSED, self.layers, forwards=False)
        yield self._updated(self.layers)
        yield from self._biases(trained)
        yield Slip(ONE_PATH[0], "each gradient is what came last", overwrites=True)
        first = dict.fromkeys(self.used_often, 0)
        yield Slip(ONE_PATH[0], "each gradient is what came first", kept=first)
        yield self._summed(range(self.last))
        yield self._inputs("pre", self.layers)
        yield self._inputs("net", self.layers)
        if trained:
            yield from training()

    def in_parts(self) -> Iterator[Slip]:
        """What is done in one layer or at one activation."""
        for n in self.activations:
            yield self._slopes(NO_SLOPE, "is left out", [n], _one)
            yield self._slopes(SLOPE_OF_Z, "is computed as if z were y", [n], _of_z)
            yield self._slopes(SLOPE_AT_Y, "is taken at y, not at z", [n], _at_y)
        for layer in self.layers if len(self.layers) > 1 else ():
            yield self._transposed(TRANSPOSED, [layer], forwards=True)
            yield self._transposed(TRANSPOSED, [layer], forwards=False)
            yield self._updated([layer])
            yield from self._biases_of(layer)
            yield self._inputs("pre", [layer])
            yield self._inputs("net", [layer])
            inputs = [term.input for term in layer.neurons[0].terms]
            yield self._summed(inputs)
            often = [n for n in self.used_often if n in inputs]
            says = f"of what comes back to the inputs of {self._layer([layer])} only the"
            last = {n: len(self.tape.consumers[n]) - 1 for n in often}
            yield Slip(ONE_PATH[0], f"{says} last is kept", kept=last)
            yield Slip(ONE_PATH[0], f"{says} first is kept", kept=dict.fromkeys(often, 0))

    def somewhere(self) -> Iterator[Slip]:
        """What is done at one place."""
        for n in self.used_often:
            yield from self._one_path(n)
            yield self._summed([n])
        yield from self._at_neurons()
        yield from self._at_edges()

    def _scaled(self, name: str, says: str, factor: float) -> Slip:
        edges = [(self.last, k) for k in range(len(self.tape.parents[self.last]))]
        return Slip(name, says, slopes={edge: _times(factor) for edge in edges})

    def _factors(self) -> Iterator[Slip]:
        constants = [
            (n, k)
            for n, k in self.tape.edges()
            if not self._counts(self.tape.parents[n][k])
            and self.tape.operation(n).name in ("multiply", "divide")
        ]
        without = {
            edge: 1.0 / number
            for edge in constants
            if (number := self.tape.nodes[self.tape.parents[edge[0]][edge[1]]].data)
        }
        yield Slip(FACTOR, "constant factors are left out", factors=without)
        if len(without) > 1:
            for edge, factor in without.items():
                yield Slip(
                    FACTOR, f"a factor of {self.of[edge[0]]} is left out", factors={edge: factor}
                )
        yield self._scaled(FACTOR, "every gradient is doubled", 2.0)
        yield self._scaled(FACTOR, "every gradient is halved", 0.5)
        squares = [n for n in range(self.tape.leaves, self.last + 1) if self._is_square(n)]
        edges = [(n, k) for n in squares for k in range(len(self.tape.parents[n]))]
        says = "the derivative of a square has no factor 2"
        yield Slip(FACTOR, says, slopes={edge: _times(0.5) for edge in edges})

    def _is_square(self, n: int) -> bool:
        parents = self.tape.parents[n]
        operation = self.tape.operation(n)
        half = len(parents) // 2
        product = operation.name in ("multiply", "dot") and parents[:half] == parents[half:]
        return product or (operation.name == "fixed_power" and operation.parameters == (2.0,))

    def _slopes(self, name: str, done: str, nodes: Iterable[int], slope: Slope) -> Slip:
        nodes = list(nodes)
        which = self._factor(nodes[0], 0) if len(nodes) == 1 else "of every activation"
        says = f"the factor {which} {done}" if len(nodes) == 1 else f"the slope {which} {done}"
        return Slip(name, says, slopes={(n, 0): slope for n in nodes})

    def _factor(self, n: int, k: int) -> str:
        parents = self.tape.parents[n]
        mark = f"|{k + 1}" if parents.count(parents[k]) > 1 else ""
        return f"d{self.of[n]}/d{self.of[parents[k]]}{mark}"

    def _layer(self, which: Sequence[Layer]) -> str:
        if len(which) > 1:
            return "all layers"
        return f"the layer of {self.of[which[0].neurons[0].node]}" if which else "no layer"

    def _transposed(self, name: str, which: Sequence[Layer], *, forwards: bool) -> Slip:
        reads = {edge: w for layer in which for edge, w in transposed(layer).items()}
        reads = {edge: w for edge, w in reads.items() if self.tape.parents[edge[0]][edge[1]] != w}
        if forwards:
            return Slip(name, f"forwards, in {self._layer(which)}", reads=reads)
        slopes: dict[Edge, Slope] = {
            term.input_edge: partial(number_of, reads[term.weight_edge])
            for layer in which
            for neuron in layer.neurons
            for term in neuron.terms
            if term.weight_edge in reads
        }
        return Slip(name, f"backwards, in {self._layer(which)}", slopes=slopes)

    def _updated(self, which: Sequence[Layer]) -> Slip:
        trained = set(self.setting.learning)
        slopes: dict[Edge, Slope] = {
            term.input_edge: partial(updated_number_of, term.weight)
            for layer in which
            for neuron in layer.neurons
            for term in neuron.terms
            if term.weight in trained and self._counts(term.input)
        }
        says = f"δ goes back through {self._layer(which)} by the weights after their update"
        return Slip(UPDATED, says, slopes=slopes)

    def _one_path(self, n: int) -> Iterator[Slip]:
        for kept in range(len(self.tape.consumers[n])):
            consumer, argument = self.tape.consumers[n][-1 - kept]
            name = OWN_BIAS if self._is_bias(n) else ONE_PATH[0]
            says = f"of {self.of[n]} only what comes by {self._factor(consumer, argument)} is kept"
            yield Slip(name, says, kept={n: kept})

    def _is_bias(self, n: int) -> bool:
        edges = {
            edge for layer in self.layers for neuron in layer.neurons for edge in neuron.biases
        }
        return any(edge in edges for edge in self.tape.consumers[n])

    def _summed(self, nodes: Iterable[int]) -> Slip:
        wanted = {n for n in nodes if n >= self.tape.leaves}
        slopes: dict[Edge, Slope] = {
            term.input_edge: partial(number_of, term.input)
            for layer in self.layers
            for neuron in layer.neurons
            for term in neuron.terms
            if term.input in wanted
        }
        which = self.of[next(iter(wanted))] if len(wanted) == 1 else "an activation"
        return Slip(SUMMED, f"the gradient of {which} is taken for the sum of ∂E/∂w", slopes=slopes)

    def _biases(self, trained: bool) -> Iterator[Slip]:
        edges = [edge for layer in self.layers for n in layer.neurons for edge in n.biases]
        added = [edge for layer in self.layers for n in layer.neurons for edge in n.fixed] + edges
        yield Slip(NO_BIAS, "no bias is added", factors=dict.fromkeys(added, 0.0))
        leaves = [self.tape.parents[n][k] for n, k in edges]
        if trained:
            yield Slip(NO_BIAS, "no bias is trained", frozen=frozenset(leaves))
            yield from self._trained_biases()
        groups = [_biases_of(layer, self.tape.parents) for layer in self.layers]
        pooled = tuple(group for group in groups if len(group) > 1)
        yield Slip(SHARED_BIAS, "a layer's biases are trained as one", pooled=pooled)
        shared = {n: 0 for n in leaves if len(self.tape.consumers[n]) > 1}
        yield Slip(OWN_BIAS, "a bias has the gradient of its last neuron alone", kept=shared)

    def _trained_biases(self) -> Iterator[Slip]:
        """Biases of whole layers are trained that the setting leaves as they are."""
        groups = []
        for layer in self.layers:
            edges = [edge for neuron in layer.neurons for edge in neuron.fixed]
            groups.append(tuple(dict.fromkeys(self.tape.parents[n][k] for n, k in edges)))
        thawed = frozenset(n for group in groups for n in group)
        if thawed:
            yield Slip(TRAINED_BIAS, "every bias is trained", thawed=thawed)
        pooled = tuple(group for group in groups if len(group) > 1)
        if pooled:
            says = "a layer's biases are trained, as one"
            yield Slip(TRAINED_BIAS, says, thawed=thawed, pooled=pooled)

    def _biases_of(self, layer: Layer) -> Iterator[Slip]:
        edges = [edge for neuron in layer.neurons for edge in (*neuron.biases, *neuron.fixed)]
        says = f"no bias is added in {self._layer([layer])}"
        yield Slip(NO_BIAS, says, factors=dict.fromkeys(edges, 0.0))
        group = _biases_of(layer, self.tape.parents)
        if len(group) > 1:
            says = f"the biases in {self._layer([layer])} are trained as one"
            yield Slip(SHARED_BIAS, says, pooled=(group,))

    def _inputs(self, kind: str, which: Sequence[Layer]) -> Slip:
        """∂net/∂w taken for what comes into the activation, or for what comes into the network."""
        slopes: dict[Edge, Slope] = {}
        first = self.layers[0].neurons[0].terms if self.layers else ()
        for layer in which:
            for neuron in layer.neurons:
                for j, term in enumerate(neuron.terms):
                    if term.input in self.activations and kind == "pre":
                        z = self.tape.parents[term.input][0]
                        slopes[term.weight_edge] = partial(number_of, z)
                    elif term.input >= self.tape.leaves and kind == "net" and j < len(first):
                        slopes[term.weight_edge] = partial(number_of, first[j].input)
        whose = "the activation" if kind == "pre" else "the network"
        says = f"∂net/∂w is what goes into {whose}, in {self._layer(which)}"
        return Slip(INPUT, says, slopes=slopes)

    def _at_neurons(self) -> Iterator[Slip]:
        for neuron in (neuron for layer in self.layers for neuron in layer.neurons):
            name = self.of[neuron.node]
            for edge in (*neuron.biases, *neuron.fixed):
                yield Slip(NO_BIAS, f"{name} has no bias", factors={edge: 0.0})
            for term in neuron.terms:
                if term.input in self.activations:
                    z = self.tape.parents[term.input][0]
                    yield Slip(
                        INPUT,
                        f"{name} reads {self.of[z]} for {self.of[term.input]}",
                        reads={term.input_edge: z},
                    )
                    yield Slip(
                        INPUT,
                        f"{self._factor(*term.weight_edge)} is taken for {self.of[z]}",
                        slopes={term.weight_edge: partial(number_of, z)},
                    )
                if term.input >= self.tape.leaves:
                    yield Slip(
                        SUMMED,
                        f"{self._factor(*term.input_edge)} is taken for {self.of[term.input]}",
                        slopes={term.input_edge: partial(number_of, term.input)},
                    )
        for n in self.activations:
            z = self.tape.parents[n][0]
            reads = dict.fromkeys(self.tape.consumers[n], z)
            yield Slip(INPUT, f"{self.of[z]} is used everywhere for {self.of[n]}", reads=reads)

    def _at_edges(self) -> Iterator[Slip]:
        active = set(self.activations)
        edges = [(n, k) for n, k in self.tape.edges() if self._counts(self.tape.parents[n][k])]
        for edge in edges:
            says = f"the factor {self._factor(*edge)} has the other sign"
            yield Slip(SIGN[0], says, slopes={edge: _times(-1.0)})
        for n, k in edges:
            says = f"{self.of[self.tape.parents[n][k]]} is read with the other sign in {self.of[n]}"
            yield Slip(SIGN[0], says, factors={(n, k): -1.0})
        for edge in edges:
            for factor, word in ((2.0, "doubled"), (0.5, "halved")):
                says = f"the factor {self._factor(*edge)} is {word}"
                yield Slip(FACTOR, says, slopes={edge: _times(factor)})
        for edge in edges:
            if edge[0] not in active:
                says = f"the factor {self._factor(*edge)} is left out"
                yield Slip(NO_LOCAL[0], says, slopes={edge: _one})
        for n in range(self.tape.leaves, self.last):
            says = f"what {self.of[n]} passes on is not multiplied by its own gradient"
            yield Slip(NO_UPSTREAM[0], says, upstream={n: 1.0})


def training() -> Iterator[Slip]:
    """Slips in the update of the leaves."""
    yield Slip(SIGN[0], "the step goes up the slope", step=lambda w, g, rate: w + rate * g)
    yield Slip(RATE, "the learning rate is left out", step=lambda w, g, _: w - g)
    yield Slip(RATE, "the learning rate is squared", step=lambda w, g, rate: w - rate * rate * g)
    yield Slip(RATE, "each step is made twice", step=lambda w, g, rate: w - 2.0 * rate * g)
    yield Slip(ROUND, "it is the figure after one round less", later=-1)
    yield Slip(ROUND, "it is the figure after one round more", later=1)


def arithmetic() -> Iterator[Slip]:
    """Ways of rounding on the way: every step, or what has a name."""
    for named_only, what in ((False, "every step"), (True, "every result with a name")):
        says = f"{what} is rounded to a float of 32 bits"
        yield Slip(SINGLE, says, rounded=to_single, named_only=named_only)
        for decimals in HAND_DECIMALS:
            rounded = partial(to_decimals, decimals)
            says = f"{what} is rounded to {decimals} decimals"
            yield Slip(ROUNDED, says, rounded=rounded, named_only=named_only)


def to_decimals(decimals: int, number: float) -> float:
    """Round half up, as people do by hand."""
    if not abs(number) < LARGEST_WITH_DECIMALS:
        return number
    unit = Decimal((0, (1,), -decimals))
    return float(Decimal(repr(float(number))).quantize(unit, ROUND_HALF_UP))


def to_single(number: float) -> float:
    """Round to a float of 32 bits."""
    return float(unpack("f", pack("f", number))[0]) if abs(number) < LARGEST_SINGLE else number


def _biases_of(layer: Layer, parents: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    edges = [edge for neuron in layer.neurons for edge in neuron.biases]
    return tuple(dict.fromkeys(parents[n][k] for n, k in edges))


def _one(_now: Pass, _n: int, _k: int) -> float:
    return 1.0


def _times(factor: float) -> Slope:
    return lambda now, n, k: now.slopes[n][k] * factor


def number_of(node: int, now: Pass, _n: int, _k: int) -> float:
    """The slope of somebody who takes a node's number for it."""
    return now.data[node]


def updated_number_of(leaf: int, now: Pass, _n: int, _k: int) -> float:
    """The slope of somebody who takes a weight for it as it is after its update."""
    slope = now.without_slopes().gradients(len(now.data) - 1)[leaf]
    return now.data[leaf] - now.rate * slope


def _of_z(now: Pass, n: int, _k: int) -> float:
    """The derivative as a course writes it, in terms of y, with z in place of y."""
    (z,) = now.inputs[n]
    operation = now.tape.operation(n)
    return _or_nan(lambda: (operation.taught or operation.local)(z, z)[0])


def _at_y(now: Pass, n: int, _k: int) -> float:
    y, operation = now.data[n], now.tape.operation(n)
    return _or_nan(lambda: operation.local(operation.forward(y), y)[0])


def _or_nan(slope: Callable[[], Any]) -> float:
    try:
        return float(slope())
    except (ArithmeticError, ValueError):
        return NAN
