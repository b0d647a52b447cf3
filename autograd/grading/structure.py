"""What in a graph is a neuron, its weights, its bias, its activation; what is a layer.

A graph records operations and nothing else. A neuron is found as what a textbook calls net: a sum
in which leaves that are trained multiply something. It may be one `dot`, or products and sums.

Read next: `slips`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from autograd.grading.tape import Edge, Tape
from autograd.value import Parameter

SUMS = ("add", "total", "dot")
NO_ACTIVATION = ("negative", "positive", "fixed_power", "abs", "reciprocal", "square", "sqrt")


@dataclass(frozen=True, slots=True)
class Term:
    """A product of a weight and an input: where they are read, and what they are."""

    weight_edge: Edge
    weight: int
    input_edge: Edge
    input: int


@dataclass(frozen=True, slots=True)
class Neuron:
    """A net: Σ weight·input + bias.

    Parameters
    ----------
    node : int
        The node of the sum.
    terms : tuple of Terms
    biases, fixed : tuple of Edges
        Where a leaf is added by itself: one that is trained, and one that has a name and is not.
    """

    node: int
    terms: tuple[Term, ...]
    biases: tuple[Edge, ...]
    fixed: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """Neurons with the same inputs, in the order of the calculation."""

    neurons: tuple[Neuron, ...]


def learning_leaves(tape: Tape) -> tuple[int, ...]:
    """The leaves that are trained where nothing says which.

    They are a module's parameters, if there are any; else the leaves whose names start with w or b;
    else all leaves that have a name.
    """
    leaves = range(tape.leaves)
    parameters = [n for n in leaves if isinstance(tape.nodes[n], Parameter)]
    labels = [tape.nodes[n].label for n in leaves]
    by_name = [n for n in leaves if labels[n][:1].lower() in ("w", "b") and labels[n]]
    return tuple(parameters or by_name or [n for n in leaves if labels[n]])


def neurons(tape: Tape, learning: Sequence[int]) -> list[Neuron]:
    """Find the neurons of a graph, in the order of the calculation."""
    trained = set(learning)
    found = []
    for n in range(tape.leaves, len(tape.nodes)):
        if _is_term(tape, n) and not _is_inside(tape, n):
            neuron = _neuron(tape, n, trained)
            if neuron.terms:
                found.append(neuron)
    return found


def _is_term(tape: Tape, n: int) -> bool:
    return n >= tape.leaves and tape.operation(n).name in (*SUMS, "multiply")


def _is_inside(tape: Tape, n: int) -> bool:
    """Whether a sum or a product is only a term of a larger sum."""
    used = tape.consumers[n]
    return len(used) == 1 and _is_sum(tape, used[0])


def _is_sum(tape: Tape, edge: Edge) -> bool:
    node, argument = edge
    name = tape.operation(node).name
    count = len(tape.parents[node])
    return name in ("add", "total") or (name == "dot" and count % 2 == 1 and argument == count - 1)


def _neuron(tape: Tape, root: int, trained: set[int]) -> Neuron:
    terms: list[Term] = []
    biases: list[Edge] = []
    fixed: list[Edge] = []
    waiting: list[int] = [root]
    while waiting:
        n = waiting.pop()
        parents = tape.parents[n]
        pairs = len(parents) // 2 if tape.operation(n).name in ("dot", "multiply") else 0
        for k in range(pairs):
            a, b = (n, k), (n, k + pairs)
            if parents[b[1]] in trained and parents[a[1]] not in trained:
                a, b = b, a
            if parents[a[1]] in trained:
                terms.append(Term(a, parents[a[1]], b, parents[b[1]]))
        inside = []
        for k in range(2 * pairs, len(parents)):
            parent = parents[k]
            if parent in trained:
                biases.append((n, k))
            elif parent < tape.leaves and tape.nodes[parent].label:
                fixed.append((n, k))
            elif _is_term(tape, parent) and tape.consumers[parent] == [(n, k)]:
                inside.append(parent)
        waiting += reversed(inside)
    return Neuron(root, tuple(terms), tuple(biases), tuple(fixed))


def layers(found: Sequence[Neuron]) -> list[Layer]:
    """Put the neurons that have the same inputs together."""
    by_inputs: dict[tuple[int, ...], list[Neuron]] = defaultdict(list)
    for neuron in found:
        by_inputs[tuple(term.input for term in neuron.terms)].append(neuron)
    return [Layer(tuple(group)) for group in by_inputs.values()]


def transposed(layer: Layer) -> dict[Edge, int]:
    """The weight that stands in each one's place when a matrix is read along its columns."""
    weights = [term for neuron in layer.neurons for term in neuron.terms]
    rows, columns = len(layer.neurons), len(layer.neurons[0].terms)
    return {
        term.weight_edge: weights[(i % columns) * rows + i // columns].weight
        for i, term in enumerate(weights)
    }


def activations(tape: Tape) -> list[int]:
    """The nodes that apply a function such as σ or tanh to one number."""
    return [
        n
        for n in range(tape.leaves, len(tape.nodes))
        if len(tape.parents[n]) == 1 and tape.operation(n).name not in NO_ACTIVATION
    ]
