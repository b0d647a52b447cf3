"""The injector strikes where it says, and finds what is left behind."""

from __future__ import annotations

import gc
from pathlib import Path

from autograd import Value
from autograd.switches import ieee_arithmetic
from tests.campaigns.injection import Case, leftovers, moments, strike


def _leaky(numbers: list[Value]) -> None:
    for number in numbers:
        number.grad = float(len(numbers)) + number.grad


def test_a_state_between_is_found_and_one_that_is_whole_is_not(tmp_path: Path) -> None:
    def grads(numbers: list[Value]) -> list[float]:
        return [number.grad for number in numbers]

    case = Case("leaky", lambda _: [Value(1.0) for _ in range(5)], _leaky, grads)
    count = moments(case, tmp_path)
    assert count >= 5  # one after each len()
    struck, hits = strike(case, tmp_path, iter(range(1, count + 1)), KeyboardInterrupt)
    assert struck == count
    assert {hit.what for hit in hits} == {"a state between: parts of before and parts of after"}
    whole = case._replace(act=lambda numbers: numbers.sort(key=id), state=lambda _: None)
    assert strike(whole, tmp_path, iter(range(1, 9)), MemoryError)[1] == []


def test_what_is_left_turned_on_is_named_and_turned_off() -> None:
    block = ieee_arithmetic.on()
    gc.disable()
    assert [*leftovers()] == ["ieee_arithmetic is still on", "the cyclic collector is still off"]
    del block
    assert [*leftovers()] == [] and gc.isenabled()
