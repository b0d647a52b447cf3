"""Selecting by a Value, in a program."""

import math

import pytest

from autograd import Value, compile, dot
from nn.selection import signs


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_a_program_selects_by_a_number_that_it_is_given(backend):
    table = [Value(10.0), Value(20.0), Value(30.0)]

    def select(index):
        here, mark = signs(3, index)
        return dot(here, table, mark)

    program = compile(select, backend=backend)
    assert [program(float(i)) for i in range(3)] == [10.0, 20.0, 30.0]
    assert all(math.isnan(program(i)) for i in (-1.0, 3.0, 0.5, math.nan))
