"""Losses of one example against PyTorch's figures (see reference/make_reference.py)."""

import json
import math
import random
from pathlib import Path

import mpmath
import pytest

import autograd
from autograd import Value, gradients, sigmoid, softmax
from autograd.graph import topological_order
from nn import losses
from nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    half_squared_error,
    hinge,
    mean_absolute_error,
    mean_squared_error,
)

REFERENCE = Path(__file__).parent / "reference" / "losses.json"
CASES = json.loads(REFERENCE.read_text(encoding="utf-8"))
OUTPUTWISE = [
    mean_squared_error,
    half_squared_error,
    mean_absolute_error,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    hinge,
]


def close(value):
    return pytest.approx(value, rel=1e-12, abs=1e-17)


def is_certain(case):
    """A probability of exactly 0 or 1, where PyTorch's gradient is not that of its own value."""
    return case["loss"] == "binary_cross_entropy" and case["prediction"][0] in (0.0, 1.0)


@pytest.mark.parametrize(
    "case", CASES, ids=lambda c: f"{c['loss']}-{c['prediction']}-{c['target']}"
)
def test_values_and_gradients_are_those_of_pytorch(case):
    prediction = [Value(number) for number in case["prediction"]]
    loss = getattr(losses, case["loss"])(prediction, case["target"])
    loss.backward()
    assert loss.data == close(case["value"])
    if not is_certain(case):
        assert [v.grad for v in prediction] == close(case["gradient"])


@pytest.mark.parametrize(
    "case", CASES, ids=lambda c: f"{c['loss']}-{c['prediction']}-{c['target']}"
)
def test_targets_may_be_values(case):
    """What a compiler traces; the result is the same as with numbers."""
    prediction = [Value(number) for number in case["prediction"]]
    targets = case["target"]
    as_values = [Value(t) for t in targets] if isinstance(targets, list) else Value(targets)
    loss = getattr(losses, case["loss"])(prediction, as_values)
    loss.backward()
    assert loss.data == close(case["value"])
    if not is_certain(case):
        assert [v.grad for v in prediction] == close(case["gradient"])


@pytest.mark.parametrize(("p", "target", "slope"), [(0.0, 0, 1.0), (1.0, 1, -1.0)])
def test_cross_entropy_of_a_certain_and_right_probability_has_its_true_slope(p, target, slope):
    probability = Value(p)
    loss = binary_cross_entropy(probability, target)
    loss.backward()
    assert loss.data == pytest.approx(0.0, abs=1e-40)
    assert probability.grad == slope


def test_small_losses_of_logits_do_not_cancel():
    """-log σ(40) = log(1 + e⁻⁴⁰) on both sides, where 40 - log(1 + e⁴⁰) would be 0."""
    for logit, target in ((40.0, 1), (-40.0, 0)):
        z = Value(logit)
        loss = binary_cross_entropy_with_logits(z, target)
        loss.backward()
        assert loss.data == pytest.approx(math.exp(-40.0), rel=1e-12, abs=0.0)
        assert abs(z.grad) == pytest.approx(math.exp(-40.0), rel=1e-12, abs=0.0)


@pytest.mark.parametrize("loss", OUTPUTWISE)
def test_one_output_is_a_number_or_a_sequence_of_one(loss):
    expected = loss([Value(0.3)], [1.0]).data
    for prediction, target in ((Value(0.3), 1), (0.3, 1), ([Value(0.3)], 1), (0.3, (1,))):
        value = loss(prediction, target)
        assert isinstance(value, Value)
        assert value.data == expected


@pytest.mark.parametrize("loss", OUTPUTWISE)
def test_lengths_must_agree(loss):
    with pytest.raises(ValueError, match="the prediction has 2 numbers and the target 3"):
        loss([0.1, 0.2], [1, 1, 1])
    with pytest.raises(ValueError, match="the prediction is empty"):
        loss([], [])


@pytest.mark.parametrize("loss", [*OUTPUTWISE, lambda p, _: cross_entropy([p], 0)])
def test_what_is_no_number_is_refused(loss):
    with pytest.raises(TypeError):
        loss("0.5", 1)


def nodes(loss):
    return [node.operation.name for node in topological_order(loss)]


def test_graphs_are_small():
    p, q = Value(0.75), Value(0.5)
    assert nodes(half_squared_error(p, 0.25)) == ["subtract", "dot", "multiply"]
    assert nodes(mean_squared_error(p, 0.25)) == ["subtract", "dot"]
    assert nodes(mean_squared_error([p, q], [1, 1])) == ["subtract", "subtract", "dot", "divide"]
    assert nodes(cross_entropy([p, q], 0)) == ["subtract", "softplus"]
    assert nodes(cross_entropy([p, q, p], 0)) == ["subtract", "subtract", "logsumexp", "softplus"]


def test_a_probability_outside_the_unit_interval_is_named():
    with pytest.raises(ValueError, match=r"probability in \[0, 1\], not .*1\.5.*'a'.*with_logits"):
        binary_cross_entropy(Value(1.5, label="a"), 1)
    with pytest.raises(ValueError, match=r"-0\.1"):
        binary_cross_entropy([0.5, -0.1], [1, 0])


@pytest.mark.parametrize("index", [-1, 3])
def test_a_class_that_is_not_there_is_named(index):
    with pytest.raises(
        IndexError, match=f"no class {index}: 3 logits stand for the classes 0 to 2"
    ):
        cross_entropy([0.0, 0.0, 0.0], index)


@pytest.mark.parametrize("index", [1.0, "1", None])
def test_a_class_must_be_a_whole_number(index):
    with pytest.raises(TypeError, match="whole number"):
        cross_entropy([0.0, 0.0], index)


@pytest.mark.parametrize("label", [0, 2, 0.5])
def test_a_hinge_label_must_be_minus_one_or_one(label):
    with pytest.raises(ValueError, match=r"labels of -1 or 1, not .*2·y - 1"):
        hinge(0.3, label)


@pytest.mark.parametrize("target", [0, 1, 0.3])
def test_sigmoid_and_cross_entropy_give_a_minus_y(target):
    """Row 9 of the notes: dz = a - y, by both ways of writing the loss."""
    for number in (-3.0, 0.2, 5.0):
        z = Value(number)
        binary_cross_entropy(sigmoid(z), target).backward()
        assert z.grad == close(sigmoid(number) - target)
        z = Value(number)
        binary_cross_entropy_with_logits(z, target).backward()
        assert z.grad == close(sigmoid(number) - target)


@pytest.mark.parametrize("index", range(4))
def test_softmax_and_cross_entropy_give_a_minus_y(index):
    logits = [Value(z) for z in (0.3, -2.0, 1.5, 0.0)]
    cross_entropy(logits, index).backward()
    expected = [a - (i == index) for i, a in enumerate(softmax([z.data for z in logits]))]
    assert [z.grad for z in logits] == close(expected)


def test_losses_can_be_differentiated_twice():
    """The second derivative of the logistic loss is σ(z)·σ(-z)."""
    z = Value(0.7)
    (first,) = gradients(binary_cross_entropy_with_logits(z, 1), [z])
    (second,) = gradients(first, [z])
    assert second.data == close(sigmoid(0.7) * sigmoid(-0.7))


def test_cross_entropy_never_overflows():
    generator = random.Random(7)
    for _ in range(200):
        logits = [Value(generator.uniform(-1e5, 1e5)) for _ in range(5)]
        loss = cross_entropy(logits, generator.randrange(5))
        loss.backward()
        assert math.isfinite(loss.data)
        assert loss.data >= 0
        assert sum(z.grad for z in logits) == pytest.approx(0.0, abs=1e-9)


# ------------------------------------------------------------------- digits, against 60 of mpmath's

FAR = (0.0, 1e-20, 0.3, 1.0, 20.0, 37.43, 300.0, 700.0)


def exact_cross_entropy(logits, index):
    """Its value and its derivatives, with 60 digits."""
    with mpmath.workdps(400):
        parts = [mpmath.exp(mpmath.mpf(z) - mpmath.mpf(logits[index])) for z in logits]
        others = mpmath.fsum(part for place, part in enumerate(parts) if place != index)
        slopes = [part / (1 + others) for part in parts]
        slopes[index] = -others / (1 + others)
        return mpmath.log1p(others), slopes


@pytest.mark.parametrize("as_value", [False, True])
@pytest.mark.parametrize("ahead", [*FAR, *(-z for z in FAR)])
@pytest.mark.parametrize("others", [[0.0], [0.0, -1.5], [2.0, 2.0, -400.0]])
def test_cross_entropy_keeps_its_digits_however_far_ahead_a_class_is(others, ahead, as_value):
    logits = [Value(ahead), *map(Value, others)]
    for index in range(len(logits)):
        value, slopes = exact_cross_entropy([z.data for z in logits], index)
        loss = cross_entropy(logits, Value(index) if as_value else index)
        loss.backward()
        assert loss.data == pytest.approx(float(value), rel=1e-13, abs=1e-300)
        for logit, slope in zip(logits, slopes, strict=True):
            assert logit.grad == pytest.approx(float(slope), rel=1e-12, abs=1e-300)
            logit.grad = 0.0


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_compiled_cross_entropy_keeps_its_digits(backend):
    w = Value(1.0)
    program = autograd.compile(lambda x, y: cross_entropy([w * x, 0.0], y), backend=backend)
    for x, y in ((37.43, 0), (-37.43, 1), (1.5, 1)):
        value, slopes = exact_cross_entropy([x, 0.0], y)
        w.grad = 0.0
        assert program.backward([x], [y]) == pytest.approx(float(value), rel=1e-13, abs=0.0)
        assert w.grad == pytest.approx(float(slopes[0] * x), rel=1e-13, abs=0.0)


def test_a_single_class_costs_nothing():
    z = Value(3.0)
    loss = cross_entropy([z], 0)
    loss.backward()
    assert (loss.data, z.grad) == (0.0, 0.0)


HALF = (math.nextafter(0.5, 0.0), 0.5, math.nextafter(0.5, 1.0))  # where one formula gives way


@pytest.mark.parametrize("p", [1e-300, 1e-20, 1e-9, 0.3, *HALF, 0.7, 1 - 1e-9, 1 - 2**-53])
def test_binary_cross_entropy_keeps_the_digits_of_small_probabilities(p):
    """Where p is 1e-20, PyTorch's value is 1e-20, too; its gradient there is 1e-8 instead of 1."""
    probability = Value(p)
    loss = binary_cross_entropy(probability, 0)
    loss.backward()
    assert loss.data == pytest.approx(float(-mpmath.log1p(-mpmath.mpf(p))), rel=1e-14, abs=0.0)
    assert probability.grad == pytest.approx(1 / (1 - p), rel=1e-14, abs=0.0)
    probability.grad = 0.0
    loss = binary_cross_entropy(probability, 1)
    loss.backward()
    if p > 1e-20:
        assert loss.data == pytest.approx(-math.log(p), rel=1e-14, abs=0.0)
        assert probability.grad == pytest.approx(-1 / p, rel=1e-14, abs=0.0)


@pytest.mark.parametrize("z", [*FAR[1:], *(-z for z in FAR[1:])])
@pytest.mark.parametrize("target", [0, 1])
def test_binary_cross_entropy_with_logits_keeps_its_digits(z, target):
    logit = Value(z)
    loss = binary_cross_entropy_with_logits(logit, target)
    loss.backward()
    value, slopes = exact_cross_entropy([z, 0.0], 0 if target else 1)
    assert loss.data == pytest.approx(float(value), rel=1e-13, abs=0)
    assert logit.grad == pytest.approx(float(slopes[0]), rel=1e-13, abs=0)
