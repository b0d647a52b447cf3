import pytest

from autograd import Value, dot, sigmoid, tanh
from autograd.graph import topological_order
from autograd.value import Parameter
from autograd.views.modules import LEVELS, MOST_INPUTS, check_fold, fold, module_of


@pytest.mark.parametrize(
    ("label", "layer", "neuron"),
    [
        ("layers.0.neurons.1.w0", "layers.0", "layers.0.neurons.1"),
        ("layers.12.neurons.10.b", "layers.12", "layers.12.neurons.10"),
        ("neurons.1.w0", "layer", "neurons.1"),
        ("cell.w_ih.3.2", "cell", "cell"),
        ("modules.2.gamma.7", "modules.2", "modules.2"),
        ("blocks.1.layers.0.neurons.3.w2", "blocks.1.layers.0", "blocks.1.layers.0.neurons.3"),
        ("w0", None, None),
        ("w_ih.3.2", None, None),
        ("", None, None),
        ("3.2", None, None),
        (".", None, None),
    ],
)
def test_labels_tell_the_module(label, layer, neuron):
    assert module_of(label, "layer") == layer
    assert module_of(label, "neuron") == neuron


def folded(root, level):
    order = topological_order(root)
    owner = fold(order, {root}, level)
    check_acyclic(order, owner)
    return order, owner


def check_acyclic(order, owner):
    after = {}
    for node in order:
        for parent in node.parents:
            source, target = owner.get(parent, parent), owner.get(node, node)
            if source != target:
                after.setdefault(source, set()).add(target)
                after.setdefault(target, set())
    while after:
        last = [card for card, targets in after.items() if not targets & after.keys()]
        assert last, f"cycle among {[card for card in after if isinstance(card, str)]}"
        for card in last:
            del after[card]


def test_dot_and_activation_belong_to_their_neuron_and_the_loss_to_none(graphs):
    order, owner = folded(graphs.loss(graphs.network(2, 3, 1)), "neuron")
    kinds = {}
    for node in order:
        kinds.setdefault(node.operation.name, set()).add(owner.get(node))
    neurons = {*(f"layers.0.neurons.{k}" for k in range(3)), "layers.1.neurons.0"}
    assert kinds["dot"] == kinds["tanh"] == neurons
    assert kinds["subtract"] == kinds["fixed_power"] == {None}


def test_layers_hold_all_their_neurons(graphs):
    _, owner = folded(graphs.loss(graphs.network(2, 3, 1)), "layer")
    assert set(owner.values()) == {"layers.0", "layers.1"}
    assert sum(module == "layers.0" for module in owner.values()) == 3 * (3 + 2)


def test_inputs_and_targets_stay_outside(graphs):
    order, owner = folded(graphs.loss(graphs.network(2, 3, 1)), "layer")
    named_leaves = {p for node in order for p in node.parents if p.label[:1] in "xt" and p.label}
    assert len(named_leaves) == 3
    assert not named_leaves & owner.keys()


@pytest.mark.parametrize("count", [MOST_INPUTS, MOST_INPUTS + 1])
def test_numbers_that_enter_a_layer_stay_in_sight_and_many_share_a_card(count):
    weights = [Parameter(0.1, f"layers.0.neurons.0.w{k}") for k in range(count)]
    numbers = [Value(float(k)) for k in range(count)]
    inside = Value(2.0)
    _, owner = folded(tanh(dot(weights, numbers)) * inside + 1, "layer")
    places = {owner.get(number) for number in numbers}
    assert places == ({None} if count == MOST_INPUTS else {"layers.0 inputs"})


def test_a_graph_without_modules_has_none(graphs):
    _, owner = folded(graphs.chain(5), "layer")
    assert owner == {}


def test_outputs_are_never_folded(graphs):
    outputs = graphs.network(2, 2)
    order = list(dict.fromkeys(node for root in outputs for node in topological_order(root)))
    owner = fold(order, set(outputs), "layer")
    assert not set(outputs) & owner.keys()
    assert owner


def test_a_node_that_reads_two_modules_belongs_to_none():
    a, b = Parameter(1.0, "a.w"), Parameter(2.0, "b.w")
    both = a * b
    order, owner = folded(tanh(both) + 1, "layer")
    assert both not in owner
    assert owner[a] == "a"
    assert owner[b] == "b"
    assert order


def cell_steps(steps, between=None):
    """A gated cell unrolled from a constant state; `between` may change what it hands on."""
    w, u = Parameter(0.5, "cell.w_hh.0.0"), Parameter(0.3, "cell.w_ih.0.0")
    h, c = Value(0.0), Value(0.0)
    for k in range(steps):
        gate = sigmoid(dot([w, u], [h, Value(1.0, f"x{k}")]))
        c = dot([gate, gate], [c, tanh(dot([u, w], [h, Value(1.0, f"x{k}")]))])
        h = gate * tanh(c)
        if between is not None:
            h = between(h)
    return (h - Value(1.0, "t")) ** 2


def test_a_recurrent_cell_is_one_module_with_its_states():
    order, owner = folded(cell_steps(3), "layer")
    outside = [node.operation.name for node in order if node not in owner]
    assert outside == ["subtract", "fixed_power"]
    assert set(owner.values()) == {"cell"}


def test_modules_that_feed_each_other_are_divided_into_parts_without_cycles():
    v = Parameter(0.7, "head.w")
    order, owner = folded(cell_steps(3, between=lambda h: tanh(v * h)), "layer")
    assert {"cell", "cell #2", "cell #3", "head", "head #2", "head #3"} <= set(owner.values())
    assert owner[order[0]] == "cell"


def test_modules_outside_the_cycle_stay_whole():
    v, first = Parameter(0.7, "head.w"), Parameter(0.1, "first.w")
    start = tanh(first * Value(1.0, "x"))
    _, owner = folded(
        start + cell_steps(3, between=lambda h: tanh(v * h)) + tanh(first * start), "layer"
    )
    assert owner[first] == "first"
    assert not [module for module in owner.values() if module.startswith("first #")]


def test_a_fold_is_none_false_or_a_level():
    for allowed in (None, False, *LEVELS):
        check_fold(allowed)
    for wrong in (True, 0, "module"):
        with pytest.raises(ValueError, match="fold must be one of None, False, 'layer', 'neuron'"):
            check_fold(wrong)
