"""A plan's lists compute what the optimiser's own methods say."""

from __future__ import annotations

from typing import Any

import pytest

from autograd import Value, compile
from autograd.compiler.train.plan import options_of
from nn.optim import (
    SGD,
)


def test_a_penalty_on_what_the_function_does_not_use(backend: Any) -> None:
    w, v = Value(1.0, "w"), Value(2.0, "v")
    program = compile(lambda x: (w * x) ** 2, backend=backend)
    program.train([1.0, 2.0], optimizer=SGD([w, v], 0.1), epochs=1, penalty=lambda: v * v)
    assert w.data == pytest.approx(1.0 - 0.1 * 2.0 * 2.5)
    assert v.data == pytest.approx(2.0 - 0.1 * 4.0)


def test_only_the_optimizers_parameters_move(backend: Any) -> None:
    w, b, unused = Value(1.0, "w"), Value(0.5, "b"), Value(3.0, "unused")
    program = compile(lambda x, t: (w * x + b - t) ** 2, backend=backend)
    optimizer = SGD([unused, w], 0.1, weight_decay=0.1)
    program.train([1.0], [0.0], optimizer=optimizer, epochs=1)
    assert b.data == 0.5
    assert unused.data == pytest.approx(3.0 - 0.1 * 0.3)
    assert w.data == pytest.approx(1.0 - 0.1 * (3.0 + 0.1))


def test_a_changed_rule_is_planned_anew() -> None:
    w = Value(1.0)
    program = compile(lambda x: (w * x) ** 2)
    optimizer = SGD([w], 0.1)

    def step(**options: Any) -> Any:
        w.data = 1.0
        program.train([1.0], optimizer=optimizer, epochs=1, **options)
        assert program._latest is not None
        return w.data, program._latest._planned

    first, plan = step()
    assert (first, step()) == (0.8, (0.8, plan))
    optimizer.lr = 0.2
    assert step() == (pytest.approx(0.6), plan)
    optimizer.weight_decay = 0.5
    assert step()[0] == pytest.approx(1.0 - 0.2 * 2.5)
    optimizer.weight_decay = 0.0
    assert step(clip=1.0)[0] == pytest.approx(0.8)
    program.train([3.0], optimizer=optimizer, epochs=1)
    optimizer.note = [1.0]  # nothing to tell rules apart by
    assert options_of(optimizer) is None
    assert step()[1] is not step()[1]


def test_a_penalty_is_read_anew_and_planned_anew_where_it_changed() -> None:
    w, v = Value(1.0), Value(2.0)
    program = compile(lambda x: (w * x) ** 2)
    optimizer = SGD([w], 0.1)
    strength = 0.5

    def step(leaf: Value) -> Any:
        w.data = 1.0
        program.train([1.0], optimizer=optimizer, epochs=1, penalty=lambda: strength * leaf**2)
        assert program._latest is not None
        return w.data, program._latest._planned

    first, plan = step(w)
    assert first == pytest.approx(1.0 - 0.1 * 3.0)
    assert step(w) == (first, plan)
    v.data = 3.0
    assert step(v)[0] == pytest.approx(0.8)
    strength = 2.0
    assert step(w)[0] == pytest.approx(1.0 - 0.1 * 6.0)
