"""Modules: which parameters are found and how they are named, saving and loading, copies."""

import copy
import json
import os
import pickle

import numpy as np
import pytest

from autograd import Value
from autograd.value import Constant, Parameter
from nn import MLP, Layer, Module, Neuron, Sequential
from nn.module import FORMAT, VERSION, mode_kept


class Box(Module):
    """A module of whatever it is given."""

    def __init__(self, **attributes):
        vars(self).update(attributes)


class Running(Module):
    """A module with buffers, as a normalisation has them."""

    buffers = ("mean", "count")

    def __init__(self):
        self.scale = Value(2.0)
        self.mean = [0.0, 1.0]
        self.count = 0.0


# ------------------------------------------------------------------------------------ parameters


def test_what_a_module_makes_is_named_once_with_it(monkeypatch):
    named = []
    plain = Module.named_parameters
    monkeypatch.setattr(Module, "named_parameters", lambda m: named.append(m) or plain(m))
    model = MLP(2, [3, 1])
    assert named == [model]

    class Broken(Module):
        def __init__(self):
            self.layer = Layer(2, 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        Broken()
    assert [v.label for v in vars(Neuron(1))["weights"]] == ["w0"]


def test_parameters_are_found_in_attributes_lists_tuples_dicts_and_modules_in_order():
    box = Box(
        z=Value(1.0),
        many=[Value(2.0), (Value(3.0), {"k": Value(4.0)})],
        part=Neuron(1),
        a=Value(5.0),
    )
    assert [name for name, _ in box.named_parameters()] == [
        "z",
        "many.0",
        "many.1.0",
        "many.1.1.k",
        "part.w0",
        "part.b",
        "a",
    ]
    assert box.parameters() == [value for _, value in box.named_parameters()]


def test_parameters_are_found_in_numpy_arrays():
    weights = np.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    box = Box(W=weights, inputs=np.array([0.5, -0.5]), empty=np.array(None))
    assert box.state_dict() == {"W.0.0": 1.0, "W.0.1": 2.0, "W.1.0": 3.0, "W.1.1": 4.0}
    (box.W @ box.inputs)[1].backward()
    assert [w.grad for w in box.parameters()] == [0.0, 0.0, 0.5, -0.5]
    copied = copy.deepcopy(box)
    assert copied.parameters() == list(copied.W.flat)
    assert copied.W[0, 0] is not box.W[0, 0]


def test_a_shared_parameter_counts_once_under_its_first_path():
    shared = Value(1.0)
    box = Box(first=shared, second=[shared], parts=[Box(w=shared)])
    assert box.named_parameters() == [("first", shared)]


def test_a_shared_module_counts_once():
    layer = Layer(1, 1)
    names = [name for name, _ in Box(encoder=layer, decoder=layer).named_parameters()]
    assert names == ["encoder.neurons.0.w0", "encoder.neurons.0.b"]


def test_modules_that_refer_to_each_other_are_walked_once():
    inner = Box(w=Value(1.0))
    outer = Box(inner=inner)
    inner.outer = outer
    assert [name for name, _ in outer.named_parameters()] == ["inner.w"]


def test_lists_that_a_module_makes_up_are_not_taken_for_one_another():
    class MadeUp(Module):
        def named_parts(self):
            return ((f"list{i}", [Value(i)]) for i in range(50))

    assert len(MadeUp().parameters()) == 50


def test_computed_values_constants_and_numbers_are_no_parameters():
    w = Value(1.0)
    box = Box(w=w, product=w * w, constant=Constant(3.0), number=4.0, name="box", nothing=None)
    assert box.parameters() == [w]


def test_parameters_become_parameters_and_stay_the_same_objects():
    w = Value(3.0)
    y = w * w
    Box(w=w)
    y.backward()
    assert type(w) is Parameter
    assert w.grad == 6.0


def test_the_layout_of_parameters_is_that_of_values():
    """Otherwise Python would refuse to turn a Value into a Parameter."""
    assert Parameter.__slots__ == ()
    assert Parameter.__basicsize__ == Value.__basicsize__


def test_unlabelled_parameters_are_labelled_by_the_path_in_the_whole():
    model = MLP(2, [3, 1])
    assert model.layers[0].neurons[1].weights[0].label == "layers.0.neurons.1.w0"
    assert model.layers[1].neurons[0].bias.label == "layers.1.neurons.0.b"
    whole = Box(encoder=model)
    assert model.layers[1].neurons[0].bias.label == "encoder.layers.1.neurons.0.b"
    assert whole.named_parameters()[0][1].label == "encoder.layers.0.neurons.0.w0"


def test_labels_that_somebody_gave_are_kept():
    w = Value(1.0, "slope")
    assert Box(w=w, parts=[Box(v=w)]).named_parameters() == [("w", w)]
    assert w.label == "slope"


def test_parameters_are_labelled_before_anybody_asks():
    class Late(Module):
        def __init__(self):
            self.layers = []
            self.layers.append(Layer(1, 1))

    assert Late().layers[0].neurons[0].bias.label == "layers.0.neurons.0.b"


def test_parameters_added_later_are_found_labelled_and_marked():
    box = Box()
    box.w = Value(1.0)
    assert [(name, type(v), v.label) for name, v in box.named_parameters()] == [
        ("w", Parameter, "w")
    ]


def test_zero_grad():
    neuron = Neuron(2, seed=1)
    neuron([1.0, 2.0]).backward()
    assert all(parameter.grad for parameter in neuron.parameters())
    neuron.zero_grad()
    assert [parameter.grad for parameter in neuron.parameters()] == [0.0, 0.0, 0.0]


def test_train_and_eval_reach_every_module_and_return_the_module():
    inner = Box()
    outer = Box(parts=[{"inner": inner}])
    assert (outer.training, inner.training) == (True, True)
    assert outer.eval() is outer
    assert (outer.training, inner.training) == (False, False)
    assert outer.train() is outer
    assert (outer.training, inner.training) == (True, True)


def test_repr_of_a_module_without_one_counts_its_parameters():
    assert repr(Box(a=Value(1.0), b=Value(1.0))) == "<Box of 2 parameters>"


# ----------------------------------------------------------------------------------------- state


def test_state_dict_copies_parameters_and_buffers():
    box = Box(run=Running())
    state = box.state_dict()
    assert state == {"run.scale": 2.0, "run.mean": [0.0, 1.0], "run.count": 0.0}
    state["run.mean"][0] = 7.0
    assert box.run.mean == [0.0, 1.0]


def test_load_state_dict_sets_parameters_and_buffers_in_place():
    running = Running()
    scale = running.scale
    state = {"scale": 3, "mean": [5, 6.0], "count": 1.0}
    running.load_state_dict(state)
    assert running.scale is scale
    assert (scale.data, running.mean, running.count) == (3.0, [5.0, 6.0], 1.0)
    running.mean[0] = 9.0
    assert state["mean"] == [5, 6.0]


GOOD = {"scale": 3.0, "mean": [5.0, 6.0], "count": 1.0}
WRONG_STATES = {
    "missing": (
        {"mean": [5.0, 6.0], "count": 1.0},
        "the state is not one of <Running of 1 parameters>: it lacks 'scale'$",
    ),
    "unknown": ({**GOOD, "more": 1.0}, "parameters>: it has 'more', unknown here$"),
    "renamed": (
        {"factor": 3.0, "mean": [5.0, 6.0], "count": 1.0},
        "it lacks 'scale' and has 'factor', unknown here",
    ),
    "many": ({**GOOD, **{f"x{i}": 0.0 for i in range(5)}}, "'x0', 'x1', 'x2' and 2 more"),
    "four": ({**GOOD, **{f"x{i}": 0.0 for i in range(4)}}, "'x0', 'x1', 'x2' and 1 more, unk"),
    "three": ({**GOOD, **{f"x{i}": 0.0 for i in range(3)}}, "it has 'x0', 'x1', 'x2', unknown"),
    "text": ({**GOOD, "scale": "3"}, "'scale' is a number, not '3'"),
    "bool": ({**GOOD, "scale": True}, "'scale' is a number, not True"),
    "list for a number": ({**GOOD, "scale": [3.0]}, r"'scale' is a number, not \[3.0\]"),
    "number for a list": ({**GOOD, "mean": 5.0}, "'mean' is a list of 2 numbers, not 5.0"),
    "too long": ({**GOOD, "mean": [1.0] * 3}, "'mean' has 2 numbers, but the state has 3"),
    "wrong inside": ({**GOOD, "mean": [1.0, None]}, r"'mean\[1\]' is a number, not None"),
    "long thing": ({**GOOD, "scale": "x" * 99}, f"not '{'x' * 39}…"),
}


@pytest.mark.parametrize("case", WRONG_STATES)
def test_a_wrong_state_is_refused_and_changes_nothing(case):
    state, message = WRONG_STATES[case]
    running = Running()
    before = running.state_dict()
    with pytest.raises(ValueError, match=message):
        running.load_state_dict(state)
    assert running.state_dict() == before


def test_a_number_too_large_for_a_float_is_refused_and_named():
    running = Running()
    with pytest.raises(OverflowError, match="'scale'"):
        running.load_state_dict({**GOOD, "scale": 10**400})
    assert running.scale.data == 2.0


# ----------------------------------------------------------------------------------------- files


def test_save_and_load_keep_every_bit(tmp_path):
    path = tmp_path / "model.json"
    model = MLP(3, [4, 2], seed=1)
    model.save(path)
    other = MLP(3, [4, 2], seed=2)
    before = other.parameters()
    other.load(path)
    assert other.state_dict() == model.state_dict()
    assert other.parameters() == before
    assert other([1.0, 2.0, 3.0])[0].data == model([1.0, 2.0, 3.0])[0].data


def test_the_file_is_plain_json_with_a_version(tmp_path):
    Running().save(tmp_path / "m.json")
    assert json.loads((tmp_path / "m.json").read_text(encoding="utf-8")) == {
        "format": FORMAT,
        "version": VERSION,
        "state": {"scale": 2.0, "mean": [0.0, 1.0], "count": 0.0},
    }


def test_train_takes_the_mode_as_in_pytorch():
    model = Box(net=MLP(2, [3, 1]), tied=None)
    assert model.train(mode=False) is model
    assert not any(module.training for module in model.modules())
    assert all(module.training for module in model.train(True).modules())
    with pytest.raises(TypeError, match=r"takes True or False, not 'x'; to train, call nn\.fit"):
        model.train("x")


def test_save_takes_a_path_as_text_and_replaces_what_is_there(tmp_path):
    path = tmp_path / "m.json"
    path.write_text("something else", encoding="utf-8")
    Running().save(str(path))
    Running().load(str(path))
    assert os.listdir(tmp_path) == ["m.json"]


def test_numbers_that_json_lacks_survive(tmp_path):
    running = Running()
    running.scale.data = float("nan")
    running.mean = [float("inf"), float("-inf")]
    running.count = -0.0
    running.save(tmp_path / "m.json")

    def refuse(word):
        raise AssertionError(f"{word} is not JSON")

    text = (tmp_path / "m.json").read_text(encoding="utf-8")
    json.loads(text, parse_constant=refuse)
    other = Running()
    other.load(tmp_path / "m.json")
    assert str(other.state_dict()) == "{'scale': nan, 'mean': [inf, -inf], 'count': -0.0}"


DAMAGED = {
    "truncated": (lambda text: text[: len(text) // 2], "it is not complete JSON"),
    "empty": (lambda text: "", "it is not complete JSON"),
    "nested": (lambda text: "[" * 100_000, "it is not complete JSON"),
    "more behind it": (lambda text: text + "{}", "it is not complete JSON: there is '{}' behind"),
    "not UTF-8": (lambda text: b"\xff\xfe\x00", "it is not complete JSON"),
    "a list": (lambda text: "[1]", 'no "format": "stepgrad model"'),
    "another format": (lambda text: text.replace(FORMAT, "other"), "it is not a saved module"),
    "another version": (
        lambda text: text.replace('"version": 1', '"version": 2'),
        "it has version 2, and this program reads version 1",
    ),
    "no version": (lambda text: text.replace('"version"', '"v"'), "it has version None"),
    "no state": (lambda text: text.replace('"state"', '"s"'), 'there is no "state"'),
    "renamed": (lambda text: text.replace("scale", "factor"), "it lacks 'scale' and has 'factor'"),
    "wrong shape": (lambda text: text.replace("1.0", "1.0, 2.0"), "has 2 numbers, but the state"),
    "a word": (lambda text: text.replace("2.0", '"two"'), "'scale' is a number, not 'two'"),
    "too large": (lambda text: text.replace("2.0", "9" * 400), "larger than the largest float"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file_is_refused_with_its_path_and_changes_nothing(case, tmp_path):
    damage, message = DAMAGED[case]
    path = tmp_path / "model.json"
    Running().save(path)
    damaged = damage(path.read_text(encoding="utf-8"))
    path.write_bytes(damaged if isinstance(damaged, bytes) else damaged.encode())
    running = Running()
    running.scale.data = 5.0
    before = running.state_dict()
    with pytest.raises(ValueError, match=message) as caught:
        running.load(path)
    assert str(caught.value).startswith(f"cannot load '{path}': ")
    assert running.state_dict() == before


def test_a_file_of_another_model_is_refused(tmp_path):
    MLP(2, [3, 1]).save(tmp_path / "m.json")
    model = MLP(2, [2, 1])
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"has 'layers.0.neurons.2.w0', .* unknown here"):
        model.load(tmp_path / "m.json")
    assert model.state_dict() == before


def test_save_keeps_permissions_and_links(tmp_path):
    path, link = tmp_path / "models" / "m.json", tmp_path / "latest.json"
    path.parent.mkdir()
    link.symlink_to(path)
    Running().save(link)
    path.chmod(0o640)
    changed = Running()
    changed.scale.data = 7.0
    changed.save(link)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(path.parent) == ["m.json"]
    again = Running()
    again.load(path)
    assert again.scale.data == 7.0


def test_a_missing_file_or_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing"):
        Running().load(tmp_path / "nothing.json")
    with pytest.raises(
        FileNotFoundError, match=r"cannot save '.*': there is no folder '.*nowhere'"
    ):
        Running().save(tmp_path / "nowhere" / "m.json")


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "m.json"
    Running().save(path)
    before = path.read_bytes()

    def full(_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    changed = Running()
    changed.scale.data = 7.0
    with pytest.raises(OSError, match="no space left"):
        changed.save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["m.json"]


# ---------------------------------------------------------------------------------------- copies


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["copy", "pickle"]
)
def test_copies_are_modules_of_their_own(duplicate):
    model = Box(net=MLP(2, [3, 1], seed=1), tied=None)
    model.tied = model.net.layers[0].neurons[0].weights[0]
    other = duplicate(model)
    assert other.state_dict() == model.state_dict()
    assert other.tied is other.net.layers[0].neurons[0].weights[0]
    assert {type(value) for value in other.parameters()} == {Parameter}
    assert [v.label for v in other.parameters()] == [v.label for v in model.parameters()]
    other.net([1.0, 2.0])[0].backward()
    assert any(value.grad for value in other.parameters())
    assert not any(value.grad for value in model.parameters())


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["state"].update({"\x1b[31mweight": 1.0}),
        lambda document: document["state"].update({next(iter(document["state"])): "\x1b[2J"}),
        lambda document: document.update(version="\x1b]0;title\x07"),
        lambda document: document.update(format="\x1b[1m"),
    ],
)
def test_control_characters_of_a_file_are_not_passed_on(tmp_path, change):
    path, model = tmp_path / "\x1b[1mmodel.json", Neuron(2, seed=0)
    model.save(path)
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ValueError, match="cannot load") as caught:
        model.load(path)
    assert str(caught.value).isprintable()
    with pytest.raises(FileNotFoundError, match="cannot save") as missing:
        model.save(tmp_path / "\x1b[1mnowhere" / "model.json")
    assert str(missing.value).isprintable()


def test_rows_go_through_one_by_one_where_they_do_not_touch():
    class Doubling(Module):
        def __call__(self, row):
            return [2.0 * x for x in row]

    assert Doubling().rows(row for row in ([1.0], [2.0, 3.0])) == [[2.0], [4.0, 6.0]]


def test_a_saved_file_has_a_number_in_a_line(tmp_path):
    Neuron(1, "linear", init="zeros").save(tmp_path / "m.json")
    assert (tmp_path / "m.json").read_text(encoding="utf-8").splitlines() == [
        "{",
        ' "format": "stepgrad model",',
        ' "version": 1,',
        ' "state": {',
        '  "w0": 0.0,',
        '  "b": 0.0',
        " }",
        "}",
    ]


def test_a_state_is_loaded_past_the_setter_which_ctrl_c_may_interrupt(monkeypatch):
    def refuse(value, number):
        raise AssertionError("a setter is no call of C")

    neuron = Neuron(1)
    monkeypatch.setattr(Value, "data", property(Value.data.fget, refuse))
    neuron.load_state_dict({"w0": 2.0, "b": 3.0})
    assert neuron.state_dict() == {"w0": 2.0, "b": 3.0}


def test_a_value_of_ones_own_class_keeps_it():
    class Mine(Value):
        __slots__ = ()

    w = Mine(1.0)
    assert Box(w=w).named_parameters() == [("w", w)]
    assert (type(w), w.label) == (Mine, "w")


def test_a_module_trains_at_first_and_mixes_no_rows():
    box = Box()
    assert (box.training, box.mixes_rows, box.buffers) == (True, False, ())


def test_the_mode_comes_back_after_an_error_too():
    module = Sequential(Layer(1, 1), Layer(1, 1))
    module.layers[0].eval()
    with pytest.raises(ValueError, match="needs 1 inputs"), mode_kept(module):
        module.eval()([1.0, 2.0])
    assert [layer.training for layer in module.layers] == [False, True]
