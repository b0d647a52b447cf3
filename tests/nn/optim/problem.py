"""The figures of reference/make_reference.py, and parameters to move."""

import json
from pathlib import Path

import pytest

from autograd import Value

REFERENCE = Path(__file__).parent.parent / "reference"


def figures(name):
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


def close(value):
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def leaves(numbers=(0.0, 0.0)):
    return [Value(number, label=f"w{i}") for i, number in enumerate(numbers)]


def with_gradients(gradients):
    parameters = leaves([0.0] * len(gradients))
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    return parameters
