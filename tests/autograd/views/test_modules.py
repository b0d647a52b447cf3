import pytest

from autograd import Value, dot, sigmoid, tanh
from autograd.graph import topological_order
from autograd.value import Parameter
from autograd.views.modules import (
    LEVELS,
    MOST_BETWEEN,
    check_fold,
    fold,
    module_of,
)


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


@pytest.mark.parametrize("count", [8, 9])
def test_numbers_that_enter_a_layer_stay_in_sight_and_many_share_a_card(count):
    weights = [Parameter(0.1, f"layers.0.neurons.0.w{k}") for k in range(count)]
    numbers = [Value(float(k)) for k in range(count)]
    inside = Value(2.0)
    _, owner = folded(tanh(dot(weights, numbers)) * inside + 1, "layer")
    places = {owner.get(number) for number in numbers}
    assert places == ({None} if count == 8 else {"layers.0 inputs"})


def test_a_number_belongs_to_the_module_that_alone_uses_it():
    a, b = (Parameter(0.1, f"{name}.w") for name in "ab")
    own, shared, also_outside = Value(2.0), Value(3.0), Value(4.0)
    sines = tanh(a * (tanh(a * Value(1.0, "x")) * own * shared * also_outside))
    cosines = tanh(b * (tanh(b * Value(2.0, "y")) * shared))
    _, owner = folded((sines + cosines) * also_outside, "layer")
    assert owner[own] == "a"
    assert not {shared, also_outside} & owner.keys()


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
    assert modules_of(owner) == ["cell", "cell #2", "cell #3", "head", "head #2", "head #3"]
    assert owner[order[0]] == "cell"


def test_what_leads_to_a_cycle_or_follows_it_is_not_divided():
    w = {name: Parameter(0.5, f"{name}.w") for name in ("early", "first", "cell", "head", "last")}
    x = Value(1.0, "x")
    first = w["first"] * x + w["first"] * (w["early"] * x)
    cell = tanh(w["cell"] * first)
    again = tanh(w["cell"] * tanh(w["head"] * cell))
    last = w["last"] * cell + w["last"] * again
    _, owner = folded(last.exp(), "layer")
    assert modules_of(owner) == ["cell", "cell #2", "early", "first", "head", "last"]


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


def modules_of(owner):
    return sorted(set(owner.values()))


def test_by_time_each_step_is_a_module_and_the_shared_parameters_are_another():
    order, owner = folded(cell_steps(4), "time")
    assert modules_of(owner) == ["cell", *(f"cell step {k}" for k in (1, 2, 3, 4))]
    parameters = {leaf for node in order for leaf in node.parents if isinstance(leaf, Parameter)}
    assert {owner[parameter] for parameter in parameters} == {"cell"}
    names = {}
    for node in order:
        names.setdefault(owner.get(node), []).append(node.operation.name)
    step = ["dot", "dot", "dot", "multiply", "sigmoid", "tanh", "tanh"]
    assert [sorted(names[f"cell step {k}"]) for k in (1, 2, 3, 4)] == [step] * 4
    assert names[None] == ["subtract", "fixed_power"]


def test_what_is_done_to_the_inputs_and_to_the_states_has_the_time_of_its_step():
    # An encoder of the inputs, sums of biases, a projection of each input, a reader of each state.
    w, u, b, c = (Parameter(0.5, f"cell.{name}") for name in ("w.0", "u.0", "b.0", "c.0"))
    e, r = Parameter(0.3, "encoder.e"), Parameter(0.2, "reader.r")
    h, read = Value(0.0), []
    for k in range(3):
        encoded = tanh(e * Value(1.0, f"x{k}"))
        h = tanh(w * h + u * encoded + (b + c))
        read.append(r * h)
    order, owner = folded(dot(read, [Value(1.0, "y")] * 3), "time")
    assert modules_of(owner) == sorted(
        f"{module}{step}"
        for module in ("cell", "encoder", "reader")
        for step in ("", " step 1", " step 2", " step 3")
    )
    for module, nodes in (("cell", 6), ("encoder", 2), ("reader", 1)):
        owners = [owner.get(node) for node in order]
        assert [owners.count(f"{module} step {k}") for k in (1, 2, 3)] == [nodes] * 3


def test_a_state_that_skips_a_step_does_not_begin_another():
    a, b, h = Parameter(0.5, "cell.a.0"), Parameter(0.4, "cell.b.0"), Value(0.1)
    first = tanh(a * Value(1.0, "x"))  # so that a is the first parameter that is read
    for _ in range(3):
        h = dot([a], [tanh(b * h)], h)
    _, owner = folded(first + h, "time")
    names = [name for node, name in owner.items() if node.parents]
    assert [names.count(f"cell step {k}") for k in (1, 2, 3)] == [3, 3, 5]
    assert modules_of(owner) == ["cell", *(f"cell step {k}" for k in (1, 2, 3))]


def test_layers_that_are_stacked_have_steps_of_their_own():
    first, second = Parameter(0.5, "first.w"), Parameter(0.4, "second.w")
    g = h = Value(0.0)
    for k in range(3):
        g = tanh(dot([first], [g], Value(1.0, f"x{k}")))
        h = tanh(dot([second, second], [h, g]))
    _, owner = folded(h + 1, "time")
    steps = [f"{module} step {k}" for module in ("first", "second") for k in (1, 2, 3)]
    assert modules_of(owner) == sorted(["first", "second", *steps])


def test_without_a_recurrence_modules_are_folded_by_layer(graphs):
    root = graphs.loss(graphs.network(2, 3, 1))
    assert folded(root, "time") == folded(root, "layer")


def test_a_cell_that_is_part_of_nothing_is_folded_by_time_too():
    w, h = Parameter(0.5, "weight_hh.0.0"), Value(0.1, "h0")
    for _ in range(2):
        h = tanh(w * h)
    assert modules_of(folded(h + 1, "time")[1]) == ["cell", "cell step 1", "cell step 2"]
    assert folded(h + 1, "layer")[1] == {}


def test_steps_of_cells_that_feed_each_other_have_no_cycles():
    v = Parameter(0.7, "head.w")
    _, owner = folded(cell_steps(3, between=lambda h: tanh(v * h)), "time")
    assert {"cell step 1", "cell step 2", "cell step 3", "head step 1"} <= set(owner.values())


def two_layers_with_a_norm_between(width):
    """Two matrices with a long computation without parameters between them, and a loss behind."""
    x = [Parameter(1.0 + i, f"first.w.{i}") * 2.0 for i in range(width)]
    scale = dot(x, x) ** -0.5
    normal = [each * scale for each in x]
    shown = normal[0] + 1.0
    shown.label = "shown"
    y = [Parameter(0.5, f"second.w.{i}") * each for i, each in enumerate([shown, *normal])]
    return (dot(y, y) - 1.0) ** 2, scale, normal, shown


def test_hundreds_of_nodes_on_the_way_to_a_module_are_one_card():
    loss, scale, normal, shown = two_layers_with_a_norm_between(MOST_BETWEEN)
    order, owner = folded(loss, "layer")
    assert {owner.get(node) for node in [scale, *normal]} == {"to second"}
    assert shown not in owner and loss not in owner
    assert owner[order[0]] == "first"


def test_fewer_of_them_stay_in_sight():
    loss, scale, normal, _ = two_layers_with_a_norm_between(MOST_BETWEEN // 2)
    _, owner = folded(loss, "layer")
    assert not owner.keys() & {scale, *normal}
