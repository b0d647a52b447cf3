"""Which module a node belongs to, so that a drawing can show a module as one card.

The graph itself does not know modules; only the labels of parameters tell, which are paths such as
``layers.0.neurons.1.w0``. A node that reads the parameters of one module belongs to it. A node that
reads no parameter joins the module of its parents in two cases: it is an activation, a sum, a
product or a negative and all its parents belong to that module (neurons and gates are built so), or
it lies between nodes of that module. A loss starts with a target, a logarithm or a total, so it
belongs to none.

Folded by time, each step of a recurrence is a module of its own, and the parameters that all steps
share are another one. A step ends where a parameter is about to be read that the step has read
already.

Where hundreds of nodes lie between modules, such as the normalisations and the attention of a GPT,
those on the way to the same module are shown as one card too.

Read next: the room `write`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from autograd.checks import check_choice
from autograd.value import Parameter, Value

LEVELS = ("layer", "neuron", "time")
MOST_INPUTS = 8  # numbers that enter a module and have cards of their own
MOST_BETWEEN = 300  # nodes on the way to modules that have cards of their own
UNNAMED = "cell"  # a module that is not part of another one, folded by time

_ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus")
_FOLLOWS = frozenset(["add", "multiply", "negative", "dot", *_ACTIVATIONS])

_Card = Value | str  # a node by itself, or the name of a module


def check_fold(given: object) -> None:
    """Raise `ValueError` unless the option `fold` is None, False or a level."""
    check_choice("fold", given, (None, False, *LEVELS))


@lru_cache(maxsize=10_000)  # each label is asked for several times in a drawing
def module_of(label: str, level: str) -> str | None:
    """The module that a parameter belongs to by its label; None where the label does not tell.

    Examples
    --------
    >>> module_of("layers.0.neurons.1.w0", "neuron"), module_of("layers.0.neurons.1.w0", "layer")
    ('layers.0.neurons.1', 'layers.0')
    >>> module_of("cell.w_ih.3.2", "layer")
    'cell'
    >>> module_of("w0", "layer") is None
    True
    """
    path = label.split(".")
    while len(path) > 1 and path[-1].isdecimal():
        path.pop()
    path.pop()
    if level == "layer" and len(path) >= 2 and path[-2] == "neurons" and path[-1].isdecimal():
        return ".".join(path[:-2]) or "layer"
    return ".".join(path) or None


def fold(order: Sequence[Value], outputs: Collection[Value], level: str) -> dict[Value, str]:
    """Name the module of every node that belongs to one, leaves included.

    Parameters
    ----------
    order : sequence of Values
        The computed nodes, parents before consumers.
    outputs : set of Values
        Nodes that stay by themselves whatever they belong to.
    level : {"layer", "neuron", "time"}

    Returns
    -------
    dict
        Node to module. Folding each module into one node leaves a graph without cycles; a module
        for which that is not so is divided into parts, named ``cell``, ``cell #2``, ...
    """
    owner: dict[Value, str] = {}
    for node in order:
        for parent in node.parents:
            if isinstance(parent, Parameter):
                module = module_of(parent.label, "neuron" if level == "neuron" else "layer")
                if module is None and level == "time":
                    module = UNNAMED
                if module is not None:
                    owner[parent] = module
    if not owner:
        return {}
    inner = [node for node in order if node not in outputs]
    _add_followers(inner, owner)
    _add_enclosed(inner, owner)
    _add_followers(inner, owner)
    if level == "time":
        _divide_by_steps(order, owner)
    _add_between(inner, owner)
    _add_constants(order, owner)
    return _divide_cycles(order, owner)


def _owner(node: Value, owner: Mapping[Value, str]) -> str | None:
    read = {owner[p] for p in node.parents if p in owner and not p.parents}
    if not read and node.operation is not None and node.operation.name in _FOLLOWS:
        if any(parent not in owner for parent in node.parents):
            return None
        read = {owner[parent] for parent in node.parents}
    return read.pop() if len(read) == 1 else None


def _add_followers(nodes: Sequence[Value], owner: dict[Value, str]) -> None:
    for node in nodes:
        if node not in owner:
            module = _owner(node, owner)
            if module is not None:
                owner[node] = module


def _add_enclosed(nodes: Sequence[Value], owner: dict[Value, str]) -> None:
    # Nodes between nodes of one module: all their computed parents lie in it and they lead back
    # into it, such as the states of a recurrent cell that started from a constant.
    candidates: dict[Value, str] = {}
    for node in nodes:
        if node not in owner:
            around = {owner.get(p) or candidates.get(p) for p in node.parents if p.parents}
            module = around.pop() if len(around) == 1 else None
            if module is not None:
                candidates[node] = module
    for node in reversed(nodes):
        for parent in node.parents:
            if parent in candidates and candidates[parent] == owner.get(node):
                owner[parent] = candidates[parent]


def _add_between(nodes: Sequence[Value], owner: dict[Value, str]) -> None:
    # What leads to several modules is shown before the first of them; what leads to none, such as a
    # loss, stays by itself.
    first: dict[str, int] = {}
    for number, node in enumerate(nodes):
        if node in owner:
            first.setdefault(owner[node], number)
    leads_to: dict[Value, str] = {}
    for node in reversed(nodes):
        module = owner.get(node) or leads_to.get(node)
        if module is None:
            continue
        for parent in node.parents:
            if parent.parents and parent not in owner:
                other = leads_to.get(parent, module)
                leads_to[parent] = min(module, other, key=first.__getitem__)
    if len(leads_to) > MOST_BETWEEN:
        owner |= {node: f"to {module}" for node, module in leads_to.items() if not node.label}


def _add_constants(order: Sequence[Value], owner: dict[Value, str]) -> None:
    # A leaf without a name that one module alone uses is part of it; but what meets parameters
    # enters the module: it stays in sight, many of them together on a card of their own.
    users: dict[Value, set[str | None]] = {}
    entering: dict[Value, None] = {}
    for node in order:
        for parent in node.parents:
            if not parent.parents and not parent.label:
                users.setdefault(parent, set()).add(owner.get(node))
                if any(isinstance(other, Parameter) for other in node.parents):
                    entering[parent] = None
    inputs: dict[str, list[Value]] = {}
    for leaf, modules in users.items():
        module = modules.pop() if len(modules) == 1 else None
        if module is not None and leaf in entering:
            inputs.setdefault(module, []).append(leaf)
        elif module is not None:
            owner[leaf] = module
    for module, leaves in inputs.items():
        if len(leaves) > MOST_INPUTS:
            owner |= dict.fromkeys(leaves, f"{module} inputs")


def _divide_by_steps(order: Sequence[Value], owner: dict[Value, str]) -> None:
    # Each step of a recurrent module becomes a module. So does what another module does at each
    # step, such as a layer that reads every hidden state. Parameters stay with the old name.
    uses = Counter([parent for node in order for parent in node.parents])
    shared: dict[str, list[Value]] = {}
    for value, module in owner.items():
        if not value.parents and uses[value] > 1:
            shared.setdefault(module, []).append(value)
    clock = dict.fromkeys(order, 0)
    recurrent: set[Value] = set()
    for parameters in shared.values():
        steps, repeated = _steps(order, parameters)
        recurrent |= repeated
        clock = {node: max(clock[node], steps[node]) for node in order}
    if not recurrent:
        return
    _delay(order, recurrent, clock)
    times: dict[str, set[int]] = {}
    for node in order:
        if node in owner:
            times.setdefault(owner[node], set()).add(clock[node])
    for node in order:
        if node in owner and len(times[owner[node]]) > 1:
            owner[node] = f"{owner[node]} step {clock[node] + 1}"


def _steps(
    order: Sequence[Value], parameters: Sequence[Value]
) -> tuple[dict[Value, int], set[Value]]:
    # For each node how often, at most, parameters are read again on a way that leads to it; and the
    # parameters that are.
    bits = {parameter: 1 << number for number, parameter in enumerate(parameters)}
    steps: dict[Value, int] = {}
    read: dict[Value, int] = {}  # the parameters, as bits, that the step has read on the way
    repeated = 0
    for node in order:
        computed = [parent for parent in node.parents if parent.parents]
        step = max([steps[parent] for parent in computed], default=0)
        already = now = 0
        for parent in computed:
            already |= read[parent] if steps[parent] == step else 0
        for parent in node.parents:
            now |= bits.get(parent, 0)
        again = already & now
        repeated |= again
        steps[node], read[node] = (step + 1, now) if again else (step, already | now)
    return steps, {parameter for parameter, bit in bits.items() if bit & repeated}


def _delay(order: Sequence[Value], recurrent: Collection[Value], clock: dict[Value, int]) -> None:
    # What is computed before a recurrence has the time of the step that reads it first: what is
    # done to the inputs of each step, or a sum of parameters.
    inside: set[Value] = set()
    for node in order:
        if any(parent in recurrent or parent in inside for parent in node.parents):
            inside.add(node)
    first: dict[Value, int] = {}
    for node in reversed(order):
        if node not in inside:
            clock[node] = first.get(node, clock[node])
        for parent in node.parents:
            first[parent] = min(first.get(parent, clock[node]), clock[node])


def _divide_cycles(order: Sequence[Value], owner: dict[Value, str]) -> dict[Value, str]:
    # Modules that feed each other, such as two cells that take turns, cannot be one card each. Give
    # every node a stage: along the ways that lead to it, the largest number of links at which the
    # module changes. Then the nodes of one module in one stage can share a card. No cycle is left:
    # no link leads to an earlier stage, and each link that changes the module leads to a later one.
    cyclic = _in_cycles(order, owner)
    if not cyclic:
        return owner
    stage: dict[Value, int] = {}
    for node in order:
        steps = [stage.get(p, 0) + (owner.get(p) != owner.get(node)) for p in node.parents]
        stage[node] = max(steps)
    for node in reversed(order):
        for parent in node.parents:
            if not parent.parents:
                latest = stage[node] - (owner.get(parent) != owner.get(node))
                stage[parent] = min(stage.get(parent, latest), latest)
    stages: dict[str, set[int]] = {}
    for node, module in owner.items():
        stages.setdefault(module, set()).add(stage[node])
    names = {
        (module, each): module if number == 0 else f"{module} #{number + 1}"
        for module in cyclic
        for number, each in enumerate(sorted(stages[module]))
    }
    return {node: names.get((module, stage[node]), module) for node, module in owner.items()}


def _in_cycles(order: Sequence[Value], owner: Mapping[Value, str]) -> set[str]:
    # The modules on a way that leads from a cycle to a cycle: these cannot be put in any order.
    sources: dict[_Card, set[_Card]] = {}
    targets: dict[_Card, set[_Card]] = {}
    for node in order:
        target = owner.get(node, node)
        for source in {owner.get(parent, parent) for parent in node.parents} - {target}:
            sources.setdefault(target, set()).add(source)
            targets.setdefault(source, set()).add(target)
    stuck = _never_ready(sources)
    if stuck:
        stuck &= _never_ready(targets)
    return {card for card in stuck if isinstance(card, str)}


def _never_ready(needs: Mapping[_Card, Collection[_Card]]) -> set[_Card]:
    # What never becomes ready because it is part of a cycle or needs, step by step, what is.
    sorter = TopologicalSorter(needs)
    with suppress(CycleError):  # the sorter still yields all that does not wait for a cycle
        sorter.prepare()
    never = set(needs)
    while ready := sorter.get_ready():
        never.difference_update(ready)
        sorter.done(*ready)
    return never
