"""Losses over several examples, and those that do not count, against PyTorch's figures."""

import json
import math
from functools import partial

import pytest

from autograd import Value, compile
from nn import Embedding, Layer, Sequential, losses
from nn.losses import cross_entropy, nll
from nn.losses.counted import are_examples
from nn.optim import SGD
from tests.nn.losses.problem import REFERENCE, close
from tests.nn.training.problem import run

CASES = json.loads((REFERENCE.parent / "ignored.json").read_text(encoding="utf-8"))
TRAINING = json.loads((REFERENCE.parent / "ignored_training.json").read_text(encoding="utf-8"))


def same(found, expected):
    """Compare figures, in which None stands for nan."""
    if isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            same(one, other)
    elif expected is None:
        assert math.isnan(found)
    else:
        assert found == close(expected)


@pytest.mark.parametrize("as_values", [False, True], ids=["index", "Value"])
@pytest.mark.parametrize(
    "case", CASES, ids=lambda c: f"{c['loss']}-{c['options']}-{c['logits'][0]}-{c['index']}"
)
def test_values_and_gradients_are_those_of_pytorch(case, as_values):
    logits = [[Value(z) for z in row] for row in case["logits"]]
    index = [Value(i) for i in case["index"]] if as_values else case["index"]
    loss = getattr(losses, case["loss"])(logits, index, **case["options"])
    terms = loss if isinstance(loss, list) else [loss]
    same([term.data for term in terms] if isinstance(loss, list) else loss.data, case["value"])
    for term in terms:
        term.backward()
    same([[z.grad for z in row] for row in logits], case["gradient"])


@pytest.mark.parametrize("reduction", ["sum", "mean", "none"])
def test_compiled(reduction):
    for case in CASES[:: len(CASES) // 24]:
        options = case["options"] | {"reduction": reduction}
        loss = partial(getattr(losses, case["loss"]), **options)
        eager = loss(case["logits"], case["index"])
        expected = [v.data for v in eager] if isinstance(eager, list) else eager.data
        program = compile(loss, backend="python")
        found = program(case["logits"], [float(i) for i in case["index"]])
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("loss", [cross_entropy, nll])
def test_one_example_that_does_not_count(loss):
    for index in (-100, Value(-100.0)):
        z = [Value(0.1), Value(0.2)]
        ignoring = partial(loss, z, index, ignore_index=-100)
        ignoring().backward()
        assert (ignoring().data, ignoring(reduction="none").data) == (0.0, 0.0)
        assert math.isnan(ignoring(reduction="mean").data)
        ignoring(reduction="mean").backward()
        assert [v.grad for v in z] == [0.0, 0.0]
    assert loss([0.1, 0.2], 1, ignore_index=-100).data == loss([0.1, 0.2], 1).data


def test_probabilities_of_several_examples():
    logits, q = [[0.1, 0.2], [0.3, -0.4]], [[0.5, 0.5], [1.0, 0.0]]
    whole = sum(cross_entropy(row, p).data for row, p in zip(logits, q, strict=True))
    assert cross_entropy(logits, q).data == close(whole)
    assert cross_entropy(logits, q, weight=[1.0, 3.0], reduction="mean").data == close(
        cross_entropy(logits, q, weight=[1.0, 3.0]).data / 2
    )


def test_wrong_options_are_refused():
    with pytest.raises(ValueError, match="ignore_index is for classes told by their number"):
        cross_entropy([0.1, 0.2], [0.5, 0.5], ignore_index=0)
    with pytest.raises(TypeError, match=r"ignore_index=0\.5 is not allowed: it is an int"):
        nll([0.1, 0.2], 1, ignore_index=0.5)
    with pytest.raises(ValueError, match="of 2 examples, and of their targets 1: give one for"):
        cross_entropy([[0.1, 0.2], [0.1, 0.2]], [1])
    with pytest.raises(ValueError, match="of their targets no list of them"):
        nll([[0.1, 0.2]], 1)
    with pytest.raises(IndexError, match="no class -1"):
        cross_entropy([[0.1, 0.2]], [-1], ignore_index=-100)
    assert not are_examples([0.1, 0.2])
    assert not are_examples([])


@pytest.mark.parametrize("compiled", [False, True])
def test_fit_is_pytorchs_training(compiled):
    table, layer = Embedding(4, 2, padding_idx=1), Layer(2, 3, "linear")
    model = Sequential(table, layer)
    for value, number in zip(parameters(table, layer), flat(TRAINING["start"]), strict=True):
        value.data = number
    optimizer = SGD(model.parameters(), lr=0.5, momentum=0.9, weight_decay=0.01)
    loss = partial(cross_entropy, ignore_index=-100)
    history = run(
        model,
        loss=loss,
        X=TRAINING["rows"],
        Y=TRAINING["targets"],
        epochs=5,
        optimizer=optimizer,
        compiled=compiled,
    )
    assert history.losses == pytest.approx(TRAINING["losses"], rel=1e-9, abs=0.0)
    state = [value.data for value in parameters(table, layer)]
    assert state == pytest.approx(flat(TRAINING["state"]), rel=1e-9, abs=1e-12)


def parameters(table, layer):
    rows = [w for row in table.weight for w in row]
    weights = [w for neuron in layer.neurons for w in neuron.weights]
    return [*rows, *weights, *(neuron.bias for neuron in layer.neurons)]


def flat(state):
    two = [x for name in ("0.weight", "1.weight") for row in state[name] for x in row]
    return [*two, *state["1.bias"]]


def test_fit_refuses_examples_of_which_none_counts():
    model = Sequential(Embedding(4, 2), Layer(2, 3, "linear"))
    loss = partial(cross_entropy, ignore_index=-100)
    with pytest.raises(ValueError, match="every training example has the target -100"):
        run(model, loss=loss, X=[0, 1], Y=[-100, -100])
    with pytest.raises(ValueError, match="every validation example"):
        run(model, loss=loss, X=[0, 1], Y=[1, 2], validation=([0], [-100]))


@pytest.mark.parametrize("loss", [cross_entropy, nll])
def test_options_are_looked_at_for_several_examples_too(loss):
    with pytest.raises(ValueError, match="ignore_index is for classes told by their number"):
        cross_entropy([[0.1, 0.2]], [[0.5, 0.5]], ignore_index=0)
    with pytest.raises(TypeError, match=r"ignore_index=0\.5 is not allowed: it is an int"):
        loss([[0.1, 0.2]], [1], ignore_index=0.5)
    for logits, index in (([0.1, 0.2], 1), ([[0.1, 0.2]], [1])):
        with pytest.raises(ValueError, match="reduction must be one of"):
            loss(logits, index, reduction="avg")
