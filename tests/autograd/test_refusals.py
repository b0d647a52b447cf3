"""What is refused is named; what is allowed passes in silence."""

from __future__ import annotations

import math
import sys
from typing import Any

import pytest

from autograd import Value, compile, gradients, log, replay, where
from autograd.refusals import (
    HABITS,
    Missing,
    refuse_changed_leaf,
    refuse_other_grads,
)
from autograd.speed import twins
from autograd.value import Parameter


def test_a_grad_of_any_real_number_passes() -> None:
    x = Value(2.0)
    for grad in (0, 1.5, True, math.inf):
        x.grad = grad
        refuse_other_grads([x])
        (x * x).backward()


@pytest.mark.parametrize("grad", [None, "0", 1j, [0.0], Value(1.0)], ids=repr)
@pytest.mark.parametrize("in_c", [True, False])
def test_anything_else_is_refused_before_anything_is_added(
    grad: Any, in_c: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not in_c:
        monkeypatch.setattr(twins, "loops", None)
    x, w = Value(2.0), Value(3.0, "w")
    w.grad = grad
    for output in (x * w, w):
        with pytest.raises(TypeError, match=r"the grad of 'w' is .* set it to 0[.]0"):
            output.backward()
    assert (x.grad, w.grad) == (0.0, grad)


def test_a_nameless_leaf_with_another_grad_is_said_to_be_one() -> None:
    x = Value(2.0)
    x.grad = None  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"^the grad of a leaf is None, and a gradient is added"):
        refuse_other_grads([Value(1.0), x])


def test_a_leaf_that_was_changed_is_named() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = w * x
    refuse_changed_leaf(y, (x, w))
    w.data = 4.0
    with pytest.raises(ValueError, match="the data of 'w' or 'x' was changed"):
        refuse_changed_leaf(y, (x, w))


def test_the_message_shows_each_changed_leaf_once_and_no_constant() -> None:
    x, w = Value(2.0), Value(3.0, "w")
    y = where(1.0, x * x, 4.0) + w
    inner = y.parents[0].parents[1]
    rest = (
        "was changed after the graph was recorded, so the derivative of {} cannot be taken from "
        "the Values; call replay(output) first, or use backward(), which reads the recorded numbers"
    )
    x.data = 5.0
    with pytest.raises(ValueError, match="was changed") as caught:
        gradients(y, [x])
    shown = f"the data of {x!r} " + rest.format(repr(inner))
    assert str(caught.value) == shown
    replay(y)
    w.data = 1.0
    with pytest.raises(ValueError, match="was changed") as caught:
        gradients(y, [x])
    assert str(caught.value) == "the data of 'w' " + rest.format(repr(y))
    times = 4.0 * w
    w.data = 6.0
    with pytest.raises(ValueError, match="the data of 'w' was changed"):
        gradients(times, [w])


@pytest.mark.parametrize(("before", "after"), [(2.0, math.nan), (math.nan, 2.0)])
def test_a_leaf_changed_from_or_to_nan_is_refused(before: float, after: float) -> None:
    x = Value(before, "x")
    y = x * x
    assert gradients(y, [x])[0].data == pytest.approx(2.0 * before, nan_ok=True)
    x.data = after
    with pytest.raises(ValueError, match="the data of 'x' was changed"):
        gradients(y, [x])


def test_a_label_cannot_act_on_a_terminal() -> None:
    x = Value(-1.0, "\x1b[2J\x07x")
    with pytest.raises(ValueError, match=r"has no real value at '\\x1b\[2J\\x07x' = -1\.0"):
        log(x)
    leaf = Value(2.0, "\x1b]0;x")
    y = leaf * leaf
    leaf.data = 3.0
    with pytest.raises(ValueError, match=r"the data of '\\x1b\]0;x' was changed"):
        gradients(y, [leaf])


# ------------------------------------------------------------------------ habits from elsewhere


def test_of_the_class_itself_they_may_be_asked() -> None:
    """As `help` and `inspect` do, which go through its attributes."""
    assert all(isinstance(getattr(Value, name), Missing) for name in HABITS)


@pytest.mark.parametrize("name", HABITS)
def test_an_attribute_that_is_not_there_says_what_to_write(name: str) -> None:
    v = Value(2.0)
    assert not hasattr(v, name)
    with pytest.raises(AttributeError, match=f"a Value has no attribute '{name}'; "):
        getattr(v, name)
    with pytest.raises(AttributeError, match=f"a Value has no attribute '{name}'; "):
        setattr(v, name, 0.0)


def test_what_an_optimiser_remembers_stands_in_a_dict() -> None:
    p = Value(2.0)
    with pytest.raises(AttributeError, match=r"in a dict, .* a Value serves as a key"):
        p.m = 0.0  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="in a dict"):
        p.v += 1.0  # type: ignore[attr-defined]
    m = {p: 0.0}
    m[p] += 0.5
    assert m[p] == 0.5
    with pytest.raises(AttributeError):
        p.anything = 1.0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "options", "given"),
    [
        ((2.0, (Value(1.0), Value(1.0)), "+"), {}, r"given tuple, '\+'\. "),
        ((2.0, (Value(1.0),)), {}, r"given tuple\. "),
        ((2.0, {Value(1.0)}), {}, r"given set\. "),
        ((2.0, ()), {}, r"given tuple\. "),
        ((2.0,), {"_children": (), "_op": "*"}, r"given _children=, _op=\. "),
        ((2.0, "x"), {"requires_grad": True}, r"given 'x', requires_grad=\. "),
    ],
)
def test_a_value_with_a_history_is_computed_not_made(
    arguments: tuple[Any, ...], options: dict[str, Any], given: str
) -> None:
    with pytest.raises(TypeError, match=given + r"Write a \+ b or autograd.tanh\(a\)"):
        Value(*arguments, **options)


def test_micrograds_names_of_the_record() -> None:
    a, b = Value(2.0), Value(3.0)
    y = a * b + a * b.tanh()
    assert y._prev == set(y.parents)
    assert a._prev == set()
    assert (y._op, (a * b)._op, a._op) == ("+", "×", "")
    seen = set()

    def build(v: Value) -> None:
        if v not in seen:
            seen.add(v)
            for child in v._prev:
                build(child)

    build(y)
    assert len(seen) == 6


def test_a_grad_of_none_is_named_everywhere() -> None:
    w = Value(3.0, "w")
    program = compile(lambda x: w * x)
    for compute in (
        (w * 2.0).backward,
        lambda: program.backward([1.0]),
        lambda: refuse_other_grads([w]),
    ):
        w.grad = None  # type: ignore[assignment]
        with pytest.raises(TypeError, match=r"the grad of 'w' is None, .* set it to 0.0"):
            compute()


@pytest.mark.parametrize("name", ["anything", "beta1", "_seen"])
def test_there_is_no_room_for_other_attributes(name: str) -> None:
    """Python's own error; `Value` says where to keep such things."""
    for value in (Value(2.0), Parameter(2.0), Value(2.0) * 2.0):
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
            setattr(value, name, 0.0)
        with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
            getattr(value, name)
    assert sys.flags.optimize > 1 or "m[v] = 0.0" in (Value.__doc__ or "")  # -OO leaves none
