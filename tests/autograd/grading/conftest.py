"""Small graphs that the tests of grading share."""

from __future__ import annotations

import pytest

from autograd.expression import read_formula
from autograd.grading.network import Plan, network
from autograd.value import Value

TEXTBOOK = {"i1": 0.05, "i2": 0.10, "t1": 0.01, "t2": 0.99, "b1": 0.35, "b2": 0.60}
TEXTBOOK |= {f"w{k}": number for k, number in enumerate((15, 20, 25, 30, 40, 45, 50, 55), 1)}
TEXTBOOK = {name: x / 100 if name[0] == "w" else x for name, x in TEXTBOOK.items()}
PAGE = (
    "a1 = w1*x1 + w3*x2; a2 = w2*x1 + w4*x2; h1 = sigmoid(a1); h2 = sigmoid(a2); "
    "c1 = w5*h1 + w7*h2; c2 = w6*h1 + w8*h2; o1 = sigmoid(c1); o2 = sigmoid(c2); "
    "E = 0.5*(o1 - t1)**2 + 0.5*(o2 - t2)**2"
)
PAGE_NUMBERS = {"x1": 0.5, "x2": 0.3, "t1": 0.23, "t2": -0.07, "w1": 0.2, "w2": -0.4, "w3": 0.5}
PAGE_NUMBERS |= {"w4": 0.6, "w5": 0.1, "w6": -0.5, "w7": -0.3, "w8": 0.8}


@pytest.fixture
def textbook() -> Value:
    """The error of the 2-2-2 network with the numbers that everybody knows."""
    return network(Plan((2, 2, 2)), TEXTBOOK)


@pytest.fixture
def page() -> Value:
    """A network without biases, by another page, as one formula."""
    return read_formula(PAGE, PAGE_NUMBERS)[0]
