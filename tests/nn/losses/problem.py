"""The figures of reference/make_reference.py for losses with options, and how they are compared."""

import json
from pathlib import Path

import pytest

import autograd
from autograd import Value
from nn import losses

REFERENCE = Path(__file__).parent.parent / "reference" / "loss_options.json"
CASES = json.loads(REFERENCE.read_text(encoding="utf-8"))


def cases_of(*names):
    """Parametrise a test by the cases of some losses."""
    return pytest.mark.parametrize(
        "case",
        [case for case in CASES if case["loss"] in names],
        ids=lambda c: f"{c['loss']}-{c['options']}-{c['prediction']}-{c['target']}",
    )


def close(value):
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def as_values(numbers):
    return [Value(x) for x in numbers] if isinstance(numbers, list) else Value(numbers)


def check(case, target):
    """Compare value and gradient; where there are several terms, the gradient of their sum."""
    prediction = as_values(case["prediction"])
    loss = getattr(losses, case["loss"])(prediction, target, **case["options"])
    terms = loss if isinstance(loss, list) else [loss]
    for term in terms:
        term.backward()
    values = [term.data for term in terms]
    assert (values if isinstance(loss, list) else values[0]) == close(case["value"])
    assert [value.grad for value in prediction] == close(case["gradient"])


def check_compiled(case):
    """Compare what a compiled program gives, where prediction and target are its inputs."""
    loss = getattr(losses, case["loss"])
    program = autograd.compile(lambda p, t: loss(p, t, **case["options"]), backend="python")
    assert program(case["prediction"], case["target"]) == close(case["value"])


def check_all(case):
    """Compare with the target as numbers, as Values, and compiled."""
    check(case, case["target"])
    check(case, as_values(case["target"]))
    check_compiled(case)
