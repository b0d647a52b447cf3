"""Small sizes of what the campaign does with large ones: more nodes than there may be frames."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autograd.compiler.run.runner import has_machine_code
from tests.campaigns.load import (
    CALLS,
    SHAPES,
    depth,
    few_frames,
    folded,
    grown,
    in_forks,
    in_threads,
    main,
)

BACKENDS = ("python", "llvm") if has_machine_code() else ("python",)


def test_no_public_call_needs_a_frame_for_each_node() -> None:
    done = [name for _, name, _ in depth(130, BACKENDS)]
    assert len(done) == len(SHAPES) * (len(CALLS) + len(BACKENDS))
    assert len(CALLS) == 15


def test_few_frames_are_few() -> None:
    def deep(n: int) -> int:
        return 0 if n == 0 else 1 + deep(n - 1)

    before = sys.getrecursionlimit()
    with pytest.raises(RecursionError), few_frames():
        deep(200)
    assert sys.getrecursionlimit() == before and deep(200) == 200


def test_threads_get_the_same_bits() -> None:
    in_threads(4, 50)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_forked_children_get_the_same_bits() -> None:
    in_forks(2, 50)


def test_a_layer_of_many_neurons_is_drawn_as_one_card() -> None:
    assert [name for _, name, _ in folded(1_000)] == ["draw, folded"]


def test_rounds_of_everything_give_their_memory_back(tmp_path: Path) -> None:
    # A leak is there each time; what a test before left in caches of fixed size goes once.
    assert any(grown(2) < 40_000 for _ in range(3))


def test_it_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--size", "5", "--rounds", "1", "--threads", "2"]) == 0
    assert "2 threads: the same bits" in capsys.readouterr().out
