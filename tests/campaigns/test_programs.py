"""A few random programs in every run; and a compiler that is slightly wrong is noticed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.switches import tracing
from tests.campaigns import programs
from tests.campaigns.programs import COLUMNS, Found, RandomProgram, check, main
from tests.campaigns.running_error import Evaluation, exact


def test_compiled_programs_give_what_eager_evaluation_gives(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--programs", "6", "--rows", "60", "--slopes", "8"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("360 cases") and "0 faults" in told


@pytest.mark.parametrize("step", [0, -1])
def test_a_compiler_that_is_slightly_wrong_is_noticed(step: int) -> None:
    class Wrong(RandomProgram):
        def nodes(self, *columns: Any) -> list[Any]:
            right = super().nodes(*columns)
            if tracing:
                right[step] = right[step] * (1.0 + 1e-12)
            return right

    found, wrong = Found(), Wrong(2)
    check(wrong, 30, 3, found)
    assert found.faults and found.worst > 10.0


def test_seeds_give_the_same_programs_over_the_whole_table() -> None:
    assert str(RandomProgram(7)) == str(RandomProgram(7)) != str(RandomProgram(8))
    steps = [step for seed in range(300) for step in RandomProgram(seed).steps]
    rows, _ = programs._rows()
    assert {row.operation.name for row in rows} == {operation.name for operation, _ in steps}
    columns = RandomProgram(3).columns(5)
    assert len(columns) == COLUMNS and columns[0].shape == (5,)


def _bounded(function: Any, *columns: Any) -> Any:
    leaves = [Value(float(column[0])) for column in columns]
    root = function(*leaves)
    return Evaluation(dict(zip(leaves, map(exact, columns), strict=True))).of(root)


def test_the_bound_is_as_wide_as_the_terms_and_no_wider() -> None:
    a, b = np.array([1e16, 3.0]), np.array([-1e16, 1.5])
    cancelled = _bounded(lambda a, b: (a + 0.1) + b, a, b)
    assert cancelled.excess([0.0, 4.6])[0] <= 1.0  # 0.1 is lost, whichever comes first
    assert cancelled.excess([0.0, 4.6 + 1e-13])[1] > 1.0
    assert cancelled.excess([0.0, np.nextafter(4.6, 5.0)])[1] <= 1.0
    product = _bounded(lambda a, b: a * b, a, b)
    assert product.excess(a * b * (1.0 + 1e-14)).min() > 1.0


def test_a_jump_within_the_error_is_undecided() -> None:
    near_half = np.array([0.1 + 0.2 - 0.3 + 1.0, 2.5])
    found = _bounded(lambda a: (a * 3.0 / 3.0 - 1.0).floor(), near_half)
    assert found.excess([-1.0, 1.0]).max() <= 1.0 < found.excess([0.0, 2.0]).max()
    assert [*_bounded(lambda a: a.log(), np.array([1.0, -1.0])).decided] == [True, False]
