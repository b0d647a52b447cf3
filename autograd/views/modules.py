"""Which module a node belongs to, so that a drawing can show a module as one card.

Only the parameters know: their labels are paths such as ``layers.0.neurons.1.w0``. A node that
reads the parameters of one module belongs to it. A node that reads none joins its parents only
where that is clearly right: an activation, a sum or a product of nodes that all belong to one
module (what neurons and gates are built of), or a node between nodes of one module.
Losses start with a target, a logarithm or a total and so stay outside.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from autograd.value import Parameter, Value

LEVELS = ("layer", "neuron")
MOST_INPUTS = 8  # numbers that enter a module and have cards of their own

_FOLLOWS = frozenset(
    (
        "add",
        "multiply",
        "dot",
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "elu",
        "gelu",
        "silu",
        "softplus",
    )
)

_Cards = dict[Value | str, dict[Value | str, None]]  # each card's targets, in a fixed order


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
    level : {"layer", "neuron"}

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
                module = module_of(parent.label, level)
                if module is not None:
                    owner[parent] = module
    _add_followers(order, outputs, owner)
    _add_enclosed(order, outputs, owner)
    _add_followers(order, outputs, owner)
    _add_constants(order, owner)
    return _divide_cycles(order, owner)


def _owner(node: Value, owner: Mapping[Value, str]) -> str | None:
    read = {owner[p] for p in node.parents if p in owner and not p.parents}
    if not read and node.operation is not None and node.operation.name in _FOLLOWS:
        if any(parent not in owner for parent in node.parents):
            return None
        read = {owner[parent] for parent in node.parents}
    return read.pop() if len(read) == 1 else None


def _add_followers(
    order: Sequence[Value], outputs: Collection[Value], owner: dict[Value, str]
) -> None:
    for node in order:
        if node not in owner and node not in outputs:
            module = _owner(node, owner)
            if module is not None:
                owner[node] = module


def _add_enclosed(
    order: Sequence[Value], outputs: Collection[Value], owner: dict[Value, str]
) -> None:
    # Nodes between nodes of one module: all their computed parents lie in it and they lead back
    # into it, such as the states of a recurrent cell that started from a constant.
    candidates: dict[Value, str] = {}
    for node in order:
        if node not in owner and node not in outputs:
            around = {owner.get(p) or candidates.get(p) for p in node.parents if p.parents}
            module = around.pop() if len(around) == 1 else None
            if module is not None:
                candidates[node] = module
    for node in reversed(order):
        for parent in node.parents:
            if parent in candidates and candidates[parent] == owner.get(node):
                owner[parent] = candidates[parent]


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


def _divide_cycles(order: Sequence[Value], owner: dict[Value, str]) -> dict[Value, str]:
    # Within cycles of modules a node's stage counts how often the way to it changes the module.
    # What has the same module and the same stage can be one card: every link between cards leads
    # to a later stage.
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
    return {
        node: names[module, stage[node]] if module in cyclic else module
        for node, module in owner.items()
    }


def _in_cycles(order: Sequence[Value], owner: Mapping[Value, str]) -> list[str]:
    # Modules from which no order of the cards can be made: what is left when cards that wait for
    # nothing, and then those that nothing waits for, are taken away again and again.
    cards: _Cards = {}
    for node in order:
        card = owner.get(node) or node
        for parent in node.parents:
            other = owner.get(parent) or parent
            if other != card:
                cards.setdefault(other, {})[card] = None
                cards.setdefault(card, {})
    left = _without_sources(_turned(_without_sources(cards)))
    return [card for card in left if isinstance(card, str)]


def _without_sources(cards: _Cards) -> _Cards:
    waiting = dict.fromkeys(cards, 0)
    for targets in cards.values():
        for target in targets:
            waiting[target] += 1
    ready = [card for card, number in waiting.items() if number == 0]
    for card in ready:
        for target in cards[card]:
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    taken = set(ready)
    return {card: targets for card, targets in cards.items() if card not in taken}


def _turned(cards: _Cards) -> _Cards:
    turned: _Cards = {card: {} for card in cards}
    for card, targets in cards.items():
        for target in targets:
            turned[target][card] = None
    return turned
