"""The loop's arguments and its text, and how threads share the rows."""

from __future__ import annotations

import pytest

from autograd.compiler.train.loop_source import NUMBERS, TRAIN_ARGUMENTS, kind, share, train_source


@pytest.mark.parametrize("lanes", [1, 2, 8])
@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize("rows", [1, 2, 7, 8, 9, 100])
def test_shares_cover_all_rows_once_and_begin_with_a_vector(
    rows: int, threads: int, lanes: int
) -> None:
    shares = [share(rows, thread, threads, lanes) for thread in range(threads)]
    taken = [row for first, last in shares for row in range(first, last)]
    assert taken == list(range(rows))
    assert all(first % lanes == 0 for first, _ in shares)
    sizes = [max(0, last - first) for first, last in shares]
    assert max(sizes) - min(sizes) <= 2 * lanes


def test_shares_by_hand() -> None:
    assert [share(20, thread, 3, 4) for thread in range(3)] == [(0, 4), (4, 12), (12, 20)]
    assert [share(3, thread, 2, 8) for thread in range(2)] == [(0, 0), (0, 3)]


def test_each_argument_is_a_whole_number_or_an_address() -> None:
    assert set(TRAIN_ARGUMENTS) >= NUMBERS and len(set(TRAIN_ARGUMENTS)) == len(TRAIN_ARGUMENTS)
    assert {name for name in TRAIN_ARGUMENTS if kind(name) == "i64"} == NUMBERS
    assert kind("losses") == kind("gradient_run") == "ptr"


def test_the_text_takes_the_arguments_and_uses_all_of_them() -> None:
    text = train_source()
    head = text[: text.index("{")]
    assert head.count(",") == len(TRAIN_ARGUMENTS) - 1
    for name in TRAIN_ARGUMENTS:
        assert f"{kind(name)} %{name}" in head
        assert text.count(f"%{name}") > 1, name
