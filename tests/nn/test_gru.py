"""Gated recurrent units against PyTorch's figures (see reference/make_reference.py)."""

import json
from pathlib import Path

import pytest

from autograd import Value, compile, dot, draw, walkthrough
from nn import GRU, SGD, GRUCell, Layer, Module, binary_cross_entropy_with_logits
from tests.nn.training.problem import recall_task, run, weights

REFERENCE = Path(__file__).parent / "reference" / "gru.json"
PROBLEM = json.loads(REFERENCE.read_text(encoding="utf-8"))
WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def flat(nested):
    if isinstance(nested, list | tuple):
        return [number for part in nested for number in flat(part)]
    return [nested]


def values(nested):
    return [values(part) for part in nested] if isinstance(nested, list) else Value(nested)


def close(nested):
    return pytest.approx(flat(nested), rel=1e-12, abs=1e-15)


def data(nested):
    return [value.data for value in flat(nested)]


def loaded():
    gru = GRU(2, 3)
    for name in WEIGHTS:
        for value, number in zip(flat(getattr(gru.cell, name)), flat(PROBLEM[name]), strict=True):
            value.data = number
    return gru


def test_ten_steps_are_those_of_pytorch():
    gru = loaded()
    leaves = {name: values(PROBLEM[name]) for name in ("x", "h0")}
    hidden, last = gru(leaves["x"], leaves["h0"])
    dot(flat(PROBLEM["upstream"]), flat(hidden)).backward()
    assert data(hidden) == close(PROBLEM["h"])
    assert hidden[-1] == last
    parts = leaves | {name: getattr(gru.cell, name) for name in WEIGHTS}
    for name, part in parts.items():
        assert [v.grad for v in flat(part)] == close(PROBLEM["gradients"][name])


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_it_compiles(backend):
    gru = loaded()
    program = compile(lambda rows, h: gru(rows, h)[0], backend=backend)
    assert flat(program(PROBLEM["x"], PROBLEM["h0"])) == close(PROBLEM["h"])


def test_without_a_state_it_is_zero_and_it_goes_on_from_the_state_it_returned():
    gru = loaded()
    rows = PROBLEM["x"]
    whole, last = gru(rows)
    first, state = gru(rows[:4], [0.0] * 3)
    rest, again = gru(rows[4:], state)
    assert data(first + rest) == data(whole)
    assert data(again) == data(last)
    hidden, h = gru([], [1.0, 2.0, 3.0])
    assert (hidden, data(h)) == ([], [1.0, 2.0, 3.0])


def test_a_cell_without_a_state_begins_with_zeros():
    cell = GRUCell(2, 3, seed=1)
    assert data(cell([0.4, -0.3])) == data(cell([0.4, -0.3], [0.0] * 3))


@pytest.mark.parametrize("make", [GRU, GRUCell])
def test_sizes_are_shown_and_the_seed_is_0_where_nothing_is_said(make):
    assert repr(make(2, 3)) == f"{make.__name__}(2, 3)"
    assert make(2, 3).state_dict() == make(2, 3, seed=0).state_dict()
    assert make(2, 3).state_dict() != make(2, 3, seed=1).state_dict()


def test_a_full_update_gate_keeps_the_state_to_the_last_digit():
    cell = GRUCell(1, 1, init="zeros")
    cell.bias_ih[1].data = 800.0
    assert cell([5.0], [0.1])[0].data == 0.1


def test_wrong_sizes_are_refused():
    with pytest.raises(ValueError, match="n_in=0 is not allowed: it must be 1 or more"):
        GRU(0, 3)
    with pytest.raises(ValueError, match=r"GRUCell\(2, 3\) needs 2 inputs, but 1 were given"):
        GRUCell(2, 3)([1.0])
    with pytest.raises(ValueError, match=r"GRUCell\(2, 3\) needs 3 inputs, but 2 were given"):
        GRUCell(2, 3)([1.0, 1.0], [0.0, 0.0])


class Recall(Module):
    """Reads a sequence, then tells the bit it saw first."""

    def __init__(self):
        self.gru = GRU(2, 3, seed=2)
        self.head = Layer(3, 1, "linear", seed=3)

    def __call__(self, rows):
        return self.head(self.gru(rows)[1])


def test_it_learns_eager_and_compiled_and_is_saved(tmp_path):
    rows, bits = recall_task(6, steps=4, seed=1)
    found = []
    for compiled in (False, True):
        model = Recall()
        options = {"X": rows, "Y": bits, "epochs": 4, "batch_size": 2, "compiled": compiled}
        history = run(
            model,
            loss=binary_cross_entropy_with_logits,
            optimizer=SGD(model.parameters(), lr=0.3),
            **options,
        )
        found.append([*history.losses, *weights(model)])
    assert found[1] == pytest.approx(found[0], rel=1e-9, abs=1e-12)
    model.save(tmp_path / "model.json")
    other = Recall()
    other.load(tmp_path / "model.json")
    assert weights(other) == weights(model)


def test_a_drawing_folded_by_time_has_a_card_for_each_step():
    h = GRU(1, 2)([[0.1], [0.2], [0.3], [0.4], [0.5]])[1]
    root = (h[0] - 1.0) * (h[1] - 0.5)
    shown = draw(root, fold="time").picture.cards
    modules = {card.name: card for card in shown if card.role == "module"}
    assert list(modules) == ["cell", *(f"cell step {k}" for k in range(1, 6))]
    nodes = [len(modules[f"cell step {k}"].values) for k in range(2, 6)]
    assert nodes == [nodes[0]] * 4
    assert len(walkthrough(root, fold="time")) == len(walkthrough(root))


def test_a_gru_says_its_sizes():
    assert repr(GRU(3, 2)) == "GRU(3, 2)"
