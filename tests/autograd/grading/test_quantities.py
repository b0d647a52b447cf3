"""Names of quantities, and their numbers."""

from __future__ import annotations

import pytest

from autograd import Value, total
from autograd.grading.course import Course, Setting
from autograd.grading.quantities import Names, Quantity, numbers
from autograd.grading.structure import learning_leaves
from autograd.grading.tape import Tape
from nn import MLP, half_squared_error


def read(output, *written, rate=0.5):
    tape = Tape(output)
    course, names = Course(Setting(tape, learning_leaves(tape), rate)), Names(tape)
    return [names.quantity(each).number(course) for each in written]


def test_the_names_of_the_worked_example(textbook):
    textbook.backward()
    names = ("net_h1", "dE/dw5", "∂E_total/∂w5", "dout_o1/dnet_o1", "dE_o2/dout_h1", "w5+", "w5@1")
    found = read(textbook, *names)
    known = [0.3775, 0.082167041, 0.082167041, 0.186815602, -0.019049118, 0.35891648, 0.35891648]
    assert found == pytest.approx(known, abs=1e-9)
    assert read(textbook, "E_total@1000", "dE/dw5@3")[0] < 0.002


def test_local_derivatives_have_the_number_of_the_argument():
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    assert read(y, "dy/dx", "dy/dx|1", "dE/dx", "y") == [6.0, 3.0, 6.0, 9.0]
    with pytest.raises(ValueError, match=r"x is argument 1 and argument 2 of y"):
        read(y, "dy/dx|3")


def test_nodes_without_labels_have_the_names_of_every_view():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    output = (w * x).exp()
    assert read(output, "v1", "dv2/dv1", "dE/dv1")[0] == 6.0


def test_labels_with_signs_of_names_in_them():
    a, b = Value(2.0, "a/db"), Value(3.0, "b+")
    y = a * b
    y.label = "y"
    assert read(y, "a/db", "b+", "dy/da/db", "dy/db+") == [2.0, 3.0, 3.0, 2.0]


def test_the_nodes_of_modules_have_their_places():
    model = MLP(2, [2, 1], seed=1)
    (out,) = model([0.5, -1.0])
    error = half_squared_error([out], [0.25])
    error.backward()
    w = model.layers[0].neurons[1].weights[0]
    names = ("dE/dlayers.0.neurons.1.w0", "layers.0.neurons.1.tanh", "layers.0.neurons.1.w0+")
    slope, activation, updated = read(error, *names, rate=0.1)
    assert slope == pytest.approx(w.grad)
    assert activation == pytest.approx(model.layers[0]([0.5, -1.0])[1].data)
    assert updated == pytest.approx(w.data - 0.1 * w.grad)


def test_an_unknown_name_is_answered_with_what_there_is(textbook):
    with pytest.raises(ValueError, match=r"'net_h9' \(did you mean 'net_h") as error:
        read(textbook, "net_h9")
    assert "dE_total/dx" in str(error.value)
    with pytest.raises(ValueError, match="no figure called 'dE/dzz'"):
        read(textbook, "dE/dzz")


def test_every_quantity_has_a_name_that_is_read_back(textbook):
    names = Names(Tape(textbook))
    for rounds in (0, 1, 7):
        for quantity in names.all(rounds):
            assert names.quantity(names.name(quantity)) == quantity


def test_the_order_is_that_of_the_calculation(textbook):
    names = Names(tape := Tape(textbook))
    written = ("net_h1", "out_o1", "E_total", "dE/dout_o1", "dE/dw5", "dE/dw1", "w1+", "net_h1@1")
    places = [names.quantity(each).order(tape) for each in written]
    assert places == sorted(places)


def test_a_number_that_is_gone_on_with_stands_in_its_place(textbook):
    tape = Tape(textbook)
    last, place = len(tape.nodes) - 1, {node.label: n for node, n in tape.place.items()}
    net, out = place["net_o1"], place["out_o1"]
    assert Quantity(net).as_given(tape, 5.0).data == {net: 5.0}
    assert Quantity(last, net).as_given(tape, 5.0).grads == {net: 5.0}
    along = Quantity(out, net).as_given(tape, 5.0)
    assert (dict(along.grads), set(along.slopes)) == ({}, {(out, 0)})
    errors = tape.parents[last]
    along = Quantity(last, errors[1], argument=1).as_given(tape, 5.0)
    assert (dict(along.grads), set(along.slopes)) == ({}, {(last, 1)})


def test_the_output_is_derived_by_all_but_itself(textbook):
    tape = Tape(textbook)
    last, names = len(tape.nodes) - 1, Names(tape)
    by = {each.by for each in names.all(0) if each.node == last and each.by is not None}
    assert by == {each.node for each in names.all(0) if each.by is None} - {last}
    assert len(by) > 10


@pytest.mark.parametrize(("count", "more"), [(40, ""), (41, ", …")])
def test_forty_names_are_shown(count, more):
    leaves = [Value(1.0, f"x{k}") for k in range(count - 1)]
    y = total(leaves)
    y.label = "y"
    with pytest.raises(ValueError, match="no figure called 'zzz'; the nodes are") as caught:
        Names(Tape(y)).quantity("zzz")
    nodes = str(caught.value).partition("the nodes are ")[2].partition("; a derivative")[0]
    assert nodes.endswith(more or ", y")
    assert len(nodes.split(", ")) == 40 + bool(more)


def test_the_place_in_the_order_of_the_calculation():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    h = w * x
    y = h * x
    h.label, y.label = "h", "y"
    names = Names(tape := Tape(y))
    w, x, h, y = (tape.place[node] for node in (w, x, h, y))
    for written, place in {
        "w": (0, 0, w, 0),
        "h": (0, 0, h, 0),
        "dy/dh": (0, 1, -h, 1),
        "dy/dh|1": (0, 1, -h, 0),
        "dh/dw": (0, 1, -w, 0),
        "w+": (0, 2, w, 0),
        "w@3": (2, 2, w, 0),
        "h@3": (3, 0, h, 0),
        "dy/dw@3": (3, 1, -w, 1),
    }.items():
        assert names.quantity(written).order(tape) == place


def test_what_an_argument_is_said_to_be():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    y = w * x
    y.label = "y"
    names = Names(Tape(y))
    for written, places in {"dy/dw|2": "argument 1", "dy/dy|1": "no argument"}.items():
        with pytest.raises(ValueError, match=f"counted from 1, and . is {places} of y"):
            names.quantity(written)
    with pytest.raises(ValueError, match="is argument 2 of y"):
        names.quantity("dy/dx|0")
    assert [names.quantity(each).argument for each in ("dy/dw|1", "dy/dx|2")] == [0, 1]


def test_several_numbers_come_in_the_order_of_their_rounds():
    w = Value(1.0, "w")
    y = 0.5 * w * w
    y.label = "y"
    tape = Tape(y)
    course, names = Course(Setting(tape, learning_leaves(tape), 0.5)), Names(tape)
    asked = {written: names.quantity(written) for written in ("w@2", "y", "w+", "dy/dw")}
    found = numbers(asked, course)
    assert list(found.items()) == [("y", 0.5), ("dy/dw", 1.0), ("w+", 0.5), ("w@2", 0.25)]


def test_a_leaf_is_derived_by_itself_after_an_update_too():
    w = Value(3.0, "w")
    y = w * w
    y.label = "y"
    assert read(y, "dw/dw", "dw/dw@1", "w@1") == [1.0, 1.0, 0.0]


def test_one_of_two_arguments_that_are_one_node_may_be_gone_on_with():
    x = Value(3.0, "x")
    h = x * x
    tape = Tape(h * 2.0)
    x, h = tape.place[x], tape.place[h]
    (edge,) = Quantity(h, x, argument=1).as_given(tape, 5.0).slopes
    assert edge == (h, 1)
    assert Quantity(h, x).as_given(tape, 5.0) is None


def test_all_that_can_be_asked_is_listed_once():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    h = w * x
    y = h * 2.0
    h.label, y.label = "h", "y"
    names = Names(Tape(y))
    found = [names.name(quantity) for quantity in names.all(0)]
    numbers, whole, links = ["w", "x", "h", "y"], ["dy/dw", "dy/dx", "dy/dh"], ["dh/dw", "dh/dx"]
    assert found == [*numbers, *whole, *links]
    assert {quantity.rounds for quantity in names.all(3)} == {3}
