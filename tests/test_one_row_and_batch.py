"""One row and a batch: the same bits, for every function and its derivatives over the whole range.

A program of parameters alone is code for single numbers, one with arguments is code for vectors.
Both write the same operations, so no difference is allowed, not in the last bit: between one row,
a call, batches of several sizes and on two threads, `backward` and the first step of `train`. The
only exceptions are a nan's own bits, and the sign of a gradient of 0, to which sums add 0.

`backward` and `train` are given sixteen times the same row, since the sum of different rows depends
on their order; sixteen equal numbers have the same mean in any order. A number that is a sum itself
is added up over the rows term by term, and so within 4 units in the last place of its largest term.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from autograd import Value, compile, grad
from autograd.compiler.vector.math.exponential import LARGE_EXPONENT
from nn.optim import SGD
from tests.autograd.speed.transcript import public_functions

FUNCTIONS = {name: (f, inputs or 4) for name, f, inputs in public_functions()}
EDGES = (0.0, -0.0, 1.0, -1.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308)
SWITCHES = (0.17328679513998632, 0.34657359027997264, 36.7, 355.0, 372.6, 380.0, 709.78, 745.13)
SWITCHES += (760.0, LARGE_EXPONENT * math.log(2.0), 2.0**-54, 2.0**-27, 1.5 * 2.0**20)
"""Where code goes over from one formula to another, or where a result leaves the normal numbers."""

FEW = 40
ROWS = 16

TERMS: dict[str, Callable[..., float]] = {
    "add": lambda a, b: max(abs(a), abs(b)),
    "subtract": lambda a, b: max(abs(a), abs(b)),
    "_dot": lambda a, b, c, d: max(abs(a * c), abs(b * d)),
    "_total": lambda *x: max(map(abs, x)),
}
"""How large the terms are of a value that is a sum."""

SLOPES = {"tan", "cot", "gelu", "silu", "mish"}
"""Functions whose derivative is a sum; its terms are about 1, or as large as the sum."""

every_function = pytest.mark.parametrize("name", FUNCTIONS)


@cache
def numbers(seed: int) -> Any:
    """Numbers of every exponent, most of them of usual sizes, edges, and neighbours of switches."""
    random = np.random.default_rng(seed)
    exponents = np.concatenate([np.arange(-1074, 1024, 4), random.integers(-8, 11, 400)])
    sizes = np.ldexp(random.uniform(1.0, 2.0, exponents.size), exponents)
    beside = [np.nextafter(x, to) for x in SWITCHES for to in (0.0, x, math.inf)]
    found = np.concatenate([sizes * random.choice([-1.0, 1.0], sizes.size), EDGES, beside])
    found = np.concatenate([found, -np.array(beside), [math.inf, -math.inf, math.nan]])
    return random.permutation(found) if seed else found


def columns(inputs: int) -> list[Any]:
    """An array for each input."""
    return [numbers(seed) for seed in range(inputs)]


def rising(f: Callable[..., Any], inputs: int) -> Callable[..., list[Any]]:
    """The function that gives f and its derivatives: to third order, and by each other input."""

    def all_of_them(*x: Any) -> list[Any]:
        functions = [f]
        for _ in range(3):
            functions.append(grad(functions[-1]))
        functions += [grad(each, k) for each in functions[:2] for k in range(1, inputs)]
        return [each(*x) for each in functions]

    return all_of_them


def same(one: Any, other: Any) -> bool:
    """Whether two arrays have the same bits; one nan is like another."""
    one, other = np.array(one), np.array(other)
    alike = (one.view(np.int64) == other.view(np.int64)) | (np.isnan(one) & np.isnan(other))
    return bool(alike.all())


@every_function
def test_values_and_derivatives_to_third_order(name: str) -> None:
    f, inputs = FUNCTIONS[name]
    compute, x = rising(f, inputs), columns(inputs)
    program = compile(compute, backend="llvm")
    expected = program.batch(*x)
    assert same(compile(compute, backend="llvm", threads=2).batch(*x), expected)
    for first, size in ((0, 1), (1, 3), (4, 9), (13, 100)):
        part = slice(first, first + size)
        assert same(program.batch(*(column[part] for column in x)), expected[part])
    rows = list(zip(*(column.tolist() for column in x), strict=True))
    assert same([program(*row) for row in rows], expected)
    leaves = [Value(0.5) for _ in range(inputs)]
    alone = compile(lambda: compute(*leaves), backend="llvm")
    found = []
    for row in rows:
        for leaf, number in zip(leaves, row, strict=True):
            leaf.data = number
        found.append(alone())
    assert same(found, expected)


@every_function
def test_backward_and_the_first_gradient_of_training(name: str) -> None:
    """Of a program without arguments, of one row, and of sixteen rows that are the same."""
    f, inputs = FUNCTIONS[name]
    x = [column[:: column.size // FEW] for column in columns(inputs)]
    leaves, moved = ([Value(start) for _ in range(inputs)] for start in (0.5, -0.0))
    alone = compile(lambda: f(*leaves), backend="llvm")
    program = compile(lambda *x: f(*(w + a for w, a in zip(moved, x, strict=True))), backend="llvm")
    optimizer = SGD(moved, lr=1.0)
    for row in zip(*(column.tolist() for column in x), strict=True):
        for leaf, number in zip(leaves, row, strict=True):
            leaf.data, leaf.grad = number, 0.0
        value = alone.backward()
        slopes = [leaf.grad for leaf in leaves]
        for rows in (1, ROWS):
            if rows > 1 and not all(abs(number) < 1e307 for number in (value, *slopes)):
                continue  # their sum may overflow
            given = [[number] * rows for number in row]
            optimizer.zero_grad()
            mean = program.backward(*given)
            if name in TERMS:
                assert abs(mean - value) <= 4.0 * math.ulp(TERMS[name](*row)) or same(
                    mean, value
                ), row
            else:
                assert same(mean, value), row
            gradients = [w.grad for w in moved]
            program.train(*given, optimizer=optimizer, epochs=1)
            assert np.array_equal([-w.data for w in moved], gradients, equal_nan=True), row
            if name in SLOPES:
                assert np.allclose(gradients, slopes, 4 * 2.0**-52, 4 * 2.0**-52, True), row
            else:
                assert np.array_equal(gradients, slopes, equal_nan=True), row
            for w in moved:
                w.data = -0.0
