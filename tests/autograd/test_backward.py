"""The chain rule on floats."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from fractions import Fraction
from typing import Any

import pytest

from autograd import Value, dot, exp, log, sqrt, tanh, total, where
from autograd.backward import add_to_grads
from autograd.backward import backward as chain_rule
from autograd.operation import TABLE, record
from autograd.speed import twins


def test_contributions_of_several_consumers_accumulate() -> None:
    x, y = Value(2.0), Value(-3.0)
    f = x * y
    g = f * f + f
    g.backward()
    assert f.grad == 2 * f.data + 1
    assert x.grad == f.grad * y.data
    assert y.grad == f.grad * x.data
    assert g.grad == 1.0
    chain_rule(g)
    assert x.grad == 2 * f.grad * y.data


def test_leaves_add_up_over_calls_and_computed_values_do_not() -> None:
    x = Value(0.3)
    h = tanh(x)
    y = h * h * x
    y.backward()
    leaf, inner = x.grad, h.grad
    y.backward()
    assert x.grad == 2 * leaf
    assert h.grad == inner
    x.grad = 0.0
    y.backward()
    assert x.grad == leaf


def test_the_gradient_given_scales_all() -> None:
    x = Value(3.0)
    y = x * x
    y.backward(0.5)
    assert (y.grad, x.grad) == (0.5, 3.0)
    with pytest.raises(TypeError, match="backward's gradient needs one real number"):
        y.backward("1")  # type: ignore[arg-type]


def test_backward_of_a_leaf() -> None:
    x = Value(3.0)
    x.backward()
    x.backward(2.0)
    assert x.grad == 3.0


def test_the_recorded_graph_is_what_is_differentiated() -> None:
    x, w = Value(3.0), Value(2.0)
    y = w * x * x
    x.data = 100.0
    w.data = -5.0
    y.backward()
    assert (x.grad, w.grad) == (12.0, 9.0)


def test_two_graphs_share_their_leaves_only() -> None:
    w = Value(2.0)
    first, second = w * 3.0, w * 5.0
    first.backward()
    second.backward()
    assert w.grad == 8.0


def test_an_infinite_local_gradient_passes_through() -> None:
    x = Value(0.0)
    y = 2.0 * sqrt(x)
    y.backward()
    assert x.grad == math.inf


def test_a_derivative_that_does_not_exist_is_nan() -> None:
    a, b = Value(-2.0), Value(2.0)
    y = a**b
    assert y.data == 4.0
    y.backward()
    assert a.grad == -4.0
    assert math.isnan(b.grad)


def test_many_inputs_are_one_node() -> None:
    xs = [Value(float(i)) for i in range(1000)]
    y = dot(xs, xs, 1.0) + total(xs)
    y.backward()
    assert [x.grad for x in xs] == [2.0 * i + 1.0 for i in range(1000)]
    assert len(y.parents[0].parents) == 2001


def test_partials_of_a_product_and_of_exp_of_minus_x() -> None:
    """The chain rule by itself, as the notes show it: d e⁻ˣ/dx = −e⁻ˣ, and ∂xy/∂x = y."""
    x, y = Value(1.5), Value(-0.5)
    (x * y).backward()
    assert (x.grad, y.grad) == (-0.5, 1.5)
    z = Value(0.7)
    exp(-z).backward()
    assert z.grad == -math.exp(-0.7)


def test_where_passes_the_gradient_to_the_side_chosen() -> None:
    x = Value(2.0)
    y = where(x > 1.0, log(x), x)  # a bool is a number too
    y.backward()
    assert x.grad == 0.5


PROGRAM = """
from autograd import Value, tanh
xs = [Value(0.1 * i, str(i)) for i in range(40)]
y = sum(tanh(a * b) / (1 + a * a) for a in xs for b in xs)
y.backward()
print([x.grad.hex() for x in xs])
"""


def test_the_same_program_gives_the_same_bits_in_every_process() -> None:
    def run(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert run("1") == run("2") != ""


@pytest.mark.parametrize("grad", [None, "0", [0.0]])
def test_a_grad_that_is_no_number_is_named(grad: object) -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = w * x
    w.grad = grad  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"the grad of 'w' is .* set it to 0\.0, as zero_grad"):
        y.backward()
    x.grad = w.grad = 0.0
    y.backward()
    assert (x.grad, w.grad) == (3.0, 2.0)


def test_a_type_error_that_no_grad_explains_is_shown_as_it_is() -> None:
    row = TABLE["exp"]._replace(local=lambda y, x: ("no number",))
    y = record(row, [Value(1.0)])
    with pytest.raises(TypeError, match=r"str|sequence|real number"):
        y.backward()


@pytest.mark.parametrize("in_c", [True, False])
def test_what_is_not_selected_passes_nothing(in_c: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not in_c:
        monkeypatch.setattr(twins, "loops", None)
    x = Value(0.0)
    root = sqrt(x)  # its slope is infinite here
    where(x < 1.0, x, root).backward()
    assert (x.grad, root.grad) == (1.0, 0.0)


def test_in_python_it_leaves_every_grad_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "loops", None)
    row = TABLE["exp"]._replace(local=lambda y, x: ("no number",))
    x, w = Value(1.0), Value(2.0)
    h = record(row, [x])
    y = h * w
    h.grad, w.grad, y.grad = 3.0, 5.0, 7.0
    with pytest.raises(TypeError):
        y.backward()
    assert (x.grad, h.grad, w.grad, y.grad) == (0.0, 3.0, 5.0, 7.0)


@pytest.mark.parametrize("in_c", [True, False])
def test_a_grad_that_is_no_number_leaves_the_others_as_they_were(
    in_c: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not in_c:
        monkeypatch.setattr(twins, "loops", None)
    x, w, b = Value(2.0, "x"), Value(3.0, "w"), Value(1.0, "b")
    y = w * x + b
    x.grad, w.grad, b.grad = None, 5.0, 6.0  # type: ignore[assignment]
    with pytest.raises(TypeError, match="'x'"):
        y.backward()
    assert (x.grad, w.grad, b.grad) == (None, 5.0, 6.0)  # type: ignore[comparison-overlap]
    x.grad = 0  # no float, and added to all the same
    y.backward()
    assert (x.grad, w.grad, b.grad) == (3.0, 7.0, 7.0)


@pytest.mark.parametrize("in_c", [True, False])
@pytest.mark.parametrize("before", [0.0, -1.5, math.inf, math.nan, 2, True, Fraction(1, 4)])
def test_amounts_are_added_to_every_grad(
    before: Any, in_c: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not in_c:
        monkeypatch.setattr(twins, "loops", None)
    leaves = Value(1.0), Value(2.0)
    leaves[0].grad, leaves[1].grad = 0.5, before
    add_to_grads(leaves, [0.25, 3.0])
    assert [str(leaf.grad) for leaf in leaves] == ["0.75", str(float(before) + 3.0)]


@pytest.mark.parametrize("in_c", [True, False])
@pytest.mark.parametrize(
    ("last", "amounts", "error"),
    [
        (None, [1.0, 1.0], TypeError),
        ("2.0", [1.0, 1.0], TypeError),
        (0.0, [1.0, "1.0"], TypeError),
        (10**400, [1.0, 1.0], OverflowError),
        (0.0, [1.0], ValueError),
    ],
    ids=str,
)
def test_what_cannot_be_added_leaves_every_grad(
    last: Any, amounts: Any, error: type[Exception], in_c: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not in_c:
        monkeypatch.setattr(twins, "loops", None)
    leaves = Value(1.0), Value(2.0)
    leaves[0].grad, leaves[1].grad = 0.5, last
    with pytest.raises(error):
        add_to_grads(leaves, amounts)
    assert [leaf.grad for leaf in leaves] == [0.5, last]


@pytest.mark.parametrize("in_c", [True, False])
@pytest.mark.parametrize("grad", [None, "2.0", [1.0]], ids=repr)
def test_a_grad_that_amounts_cannot_be_added_to_is_named(
    grad: Any, in_c: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not in_c:
        monkeypatch.setattr(twins, "loops", None)
    for leaf, name in ((Value(1.0, "w"), "'w'"), (Value(1.0), "a leaf")):
        leaf.grad = grad
        with pytest.raises(TypeError) as caught:
            add_to_grads((Value(2.0), leaf), [1.0, 1.0])
        assert str(caught.value) == (
            f"the grad of {name} is {grad!r}, and a gradient is added to it: set it to 0.0, as "
            "zero_grad() does, and call backward() again"
        )
