"""What code is written for."""

from __future__ import annotations

from typing import Any

from autograd.compiler.vector.target import Processor, Target


def test_types_constants_and_suffixes() -> None:
    four, one = Target(4, fused=True), Target(1, fused=True)
    assert (four.type("double"), one.type("double")) == ("<4 x double>", "double")
    assert (four.constant("i1", "true"), one.constant("i1", "true")) == ("splat (i1 true)", "true")
    assert (four.suffix("f64"), one.suffix("f64")) == ("v4f64", "f64")
    assert (four.bytes, one.bytes) == (32, 8)


def test_narrower_vectors_of_the_same_processor() -> None:
    processor = Processor(Target(8, True, True), 32, "a", "+b")
    assert processor.with_lanes(2) == Processor(Target(2, True, True), 32, "a", "+b")
    assert processor.with_lanes(8) == processor


def test_no_processor_scales_by_powers_of_two_unless_it_is_said() -> None:
    assert not Target(4, fused=True).scales


def test_what_code_is_written_for_does_not_change(tools: Any) -> None:
    tools.unchanging(Target, Processor)
