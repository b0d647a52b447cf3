"""Pieces are put into functions of moderate length, in order."""

from __future__ import annotations

from typing import Any

import pytest

from autograd.compiler.emit.functions import (
    FUNCTION_SIZE,
    OPTIMIZED_SIZE,
    Piece,
    cut,
    write_functions,
)
from autograd.compiler.emit.registers import Registers
from autograd.compiler.schedule.memory import Memory
from autograd.compiler.vector.target import Target


def pieces(sizes: list[int], repeats: list[bool] | None = None) -> list[Piece]:
    """Pieces that each write their number."""

    def write(number: int) -> Piece:
        def body(values: Registers) -> None:
            values.function.do(f"; {number}")

        return Piece(sizes[number], body, bool(repeats and repeats[number]))

    return [write(number) for number in range(len(sizes))]


def numbers(text: str) -> list[int]:
    return [int(line.split(";")[1]) for line in text.splitlines() if ";" in line]


@pytest.mark.parametrize(
    ("sizes", "cut"),
    [
        ([], []),
        ([5], [[0]]),
        ([FUNCTION_SIZE, 1], [[0], [1]]),
        ([300, 300, 300, 200, 100], [[0, 1], [2, 3, 4]]),
        ([5 * FUNCTION_SIZE, 10], [[0], [1]]),
        ([0, 0], [[0, 1]]),
    ],
)
def test_functions_have_a_moderate_length(sizes: list[int], cut: list[list[int]]) -> None:
    half = write_functions("part", pieces(sizes), Memory(1, 1, {}), Target(1, True))
    assert half.names == [f"@part{k}" for k in range(len(cut))]
    assert [numbers(text) for text in half.texts] == cut
    assert all(text.rstrip().endswith("ret void\n}") for text in half.texts)


def test_long_code_is_not_optimised_where_it_does_not_repeat() -> None:
    sizes, repeats = [OPTIMIZED_SIZE, 100, 100, 100], [False, True, False, False]
    half = write_functions("part", pieces(sizes, repeats), Memory(1, 1, {}), Target(1, True))
    assert half.long
    assert [numbers(text) for text in half.texts] == [[0], [1], [2, 3]]
    assert ["optnone" in text for text in half.texts] == [True, False, True]
    rest = pieces(sizes[1:], repeats[1:])
    short = write_functions("part", rest, Memory(1, 1, {}), Target(1, True))
    assert not short.long
    assert [numbers(text) for text in short.texts] == [[0, 1, 2]]
    assert "optnone" not in short.texts[0]


def test_what_functions_need_is_kept() -> None:
    def body(values: Registers) -> None:
        values.function.kernels.add(("exp", 1, False))
        values.function.declarations.add("declare void @f()")

    half = write_functions("part", [Piece(1, body)], Memory(1, 1, {}), Target(1, True))
    assert half.kernels == {("exp", 1, False)}
    assert half.declarations == {"declare void @f()"}

    def other(values: Registers) -> None:
        values.function.kernels.add(("log", 1, True))
        values.function.declarations.add("declare void @g()")

    two = [Piece(FUNCTION_SIZE, body), Piece(FUNCTION_SIZE, other)]
    half = write_functions("part", two, Memory(1, 1, {}), Target(1, True))
    assert len(half.texts) == 2
    assert half.kernels == {("exp", 1, False), ("log", 1, True)}
    assert half.declarations == {"declare void @f()", "declare void @g()"}


def test_nothing_is_cut_into_no_groups() -> None:
    assert list(cut([], len, 3)) == []
    assert list(cut(["abc", ""], len, 3)) == [["abc", ""]]


def test_a_piece_does_not_change(tools: Any) -> None:
    tools.unchanging(Piece)


@pytest.mark.parametrize(
    ("once", "again", "long", "repeats"),
    [
        (OPTIMIZED_SIZE, 0, False, False),
        (OPTIMIZED_SIZE + 1, 0, True, False),
        (7, 7, False, False),
        (7, 8, False, True),
        (OPTIMIZED_SIZE + 1, OPTIMIZED_SIZE + 2, True, True),
        (0, OPTIMIZED_SIZE + 1, False, True),
    ],
)
def test_a_half_is_long_by_what_is_done_once_and_repeats_if_most_does(
    once: int, again: int, long: bool, repeats: bool
) -> None:
    half = write_functions(
        "part", pieces([once, again], [False, True]), Memory(1, 1, {}), Target(1, True)
    )
    assert (half.long, half.repeats) == (long, repeats)


def test_a_piece_repeats_only_if_that_is_said() -> None:
    assert not Piece(1, lambda values: None).repeats
