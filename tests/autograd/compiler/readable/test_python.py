"""Python gives the very bits that eager evaluation gives."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest

from autograd import Value, gradients, operation, total
from autograd.compiler.readable.python import (
    PythonCode,
    function_name,
    ieee,
    interpreter,
    source,
    varying,
)
from autograd.compiler.record.nested import one_line
from autograd.compiler.record.trace import on_record, record
from autograd.compiler.wengert.from_graph import translate
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.operation import OWN


def compiled(program: WengertList) -> Any:
    namespace: dict[str, Any] = {}
    exec(source(program, {program.slots - 1: 'a "label"\n\\'}, 'the "title"'), namespace)
    return namespace["run"]


def bits(x: float) -> bytes:
    return b"nan" if x != x else struct.pack("d", x)


RUNS = [interpreter, compiled]


def recorded(function: Any, count: int) -> WengertList:
    """The list of a function of so many numbers and of its derivatives by them."""
    recording = record(function, [0.5] * count)
    with on_record():
        slopes = gradients(recording.outputs[0], recording.inputs)
    return translate(recording.inputs, (), (*recording.outputs, *slopes))[0]


@pytest.mark.parametrize("make", RUNS)
def test_every_operation_gives_the_bits_of_its_row(row: Any, tools: Any, make: Any) -> None:
    program = recorded(row, row.inputs)
    points = list(row.points(tools.specials + tools.ordinary))
    outputs, _ = make(program)(points, ())
    for point, output in zip(points, outputs, strict=True):
        assert bits(output[0]) == bits(tools.eager(row, point).value), point


@pytest.mark.parametrize("make", RUNS)
def test_every_derivative_is_that_of_eager_evaluation(row: Any, tools: Any, make: Any) -> None:
    program = recorded(row, row.inputs)
    points = list(row.points(tools.ordinary))
    outputs, _ = make(program)(points, ())
    for point, output in zip(points, outputs, strict=True):
        for slope, expected in zip(output[1:], tools.eager(row, point).by_argument, strict=True):
            assert tools.near(slope, expected, 1e-13), point


def test_random_graphs_give_the_bits_of_eager_evaluation(graph: Any, tools: Any) -> None:
    recording = record(graph, [0.5] * 3)
    with on_record():
        slopes = gradients(recording.outputs[0], recording.parameters)
    results = (*recording.outputs, *slopes)
    program = translate(recording.inputs, recording.parameters, results[:1], results)[0]
    rows = graph.rows(5)
    for make in RUNS:
        numbers = [leaf.data for leaf in recording.parameters]
        outputs, sums = make(program)(rows, numbers)
        expected = [tools.eager(graph, row, recording.parameters) for row in rows]
        assert [bits(x) for (x,) in outputs] == [bits(one.value) for one in expected]
        from_left_to_right = 0.0  # since Python 3.12 sum() compensates for rounding
        for one in expected:
            from_left_to_right += one.value
        assert sums[0] == from_left_to_right
        for i, total_slope in enumerate(sums[1:]):
            assert tools.near(total_slope, sum(one.by_parameter[i] for one in expected), 1e-12)


def test_what_depends_on_no_column_is_computed_once() -> None:
    x, w = Value(2.0), Value(3.0)
    program, _ = translate([x], [w], [w * w + x], [w * w])
    assert varying(program) == [True, False, False, True]
    lines = source(program).splitlines()
    assert lines.index("    v2 = p0 * p0") < lines.index("    for (x0,) in rows:")
    for make in RUNS:
        assert make(program)([[1.0], [2.0]], [3.0]) == ([(10.0,), (11.0,)], (18.0,))


def test_a_list_without_columns_or_parameters_runs() -> None:
    program = WengertList(0, 0, (2.0,), (Instruction("exp", (0,)),), (0,), (0,))
    for make in RUNS:
        assert make(program)([(), ()], ()) == ([(2.0,), (2.0,)], (4.0,))


def test_a_long_sum_is_split_and_keeps_its_order() -> None:
    values = [Value(10.0 ** (i % 17 - 8)) for i in range(1000)]
    program, _ = translate(values, [], [total(values)])
    row = [v.data for v in values]
    assert len(source(program).splitlines()) > 60
    assert compiled(program)([row], ())[0] == [(total(row),)]


WHOLE_TEXT = """\
'''a 'b' 'c', written by autograd.compile.'''

from autograd.compiler.readable.python import ieee

inf, nan = float("inf"), float("nan")
sin = ieee('sin')
leaky_relu_1eminus_07 = ieee('leaky_relu', 1e-07)


def run(rows, parameters):
    '''Return the outputs of every row, and the sums over the rows.'''
    (p0, p1) = parameters
    v5 = sin(p1)
    v7 = 0.0 + p0 * -1.5
    results = []
    s0 = 0.0
    s1 = 0.0
    for (x0,) in rows:
        v6 = v5 + MANY
        v6 = v6 + p0 * x0 + p0 * x0  # long?
        v8 = 0.0 + x0 + v6 + v7
        v9 = leaky_relu_1eminus_07(v8)  # leaky
        v10 = 1.0 if v9 > -1.5 else 0.0
        s0 += v9
        s1 += -1.5
        results.append((v10, x0))
    return results, (s0, s1)
""".replace("'''", '"' * 3).replace("MANY", " + ".join(["p0 * x0"] * 16))


def test_a_whole_text() -> None:
    """Sixteen terms stand in a line, and the label after the last of them."""
    long = Instruction("dot", (*[1] * 18, *[0] * 18, 5))
    row = (
        Instruction("sin", (2,)),
        long,
        Instruction("dot", (1, 3)),
        Instruction("total", (0, 6, 7)),
        Instruction("leaky_relu", (8,), (1e-7,)),
        Instruction("greater", (9, 3)),
    )
    listed = WengertList(1, 2, (-1.5, 9.0), row, (10, 0), (9, 3))
    text = source(listed, {6: "long\n", 9: "leaky"}, 'a "b" "c"')
    assert text == WHOLE_TEXT


def test_a_text_without_columns_or_parameters() -> None:
    text = source(WengertList(0, 0, (2.0,), (Instruction("exp", (0,)),), (1,), ()))
    assert text.startswith('"""A Wengert list, written by autograd.compile."""\n')
    assert text.endswith(
        """ and the sums over the rows.\"""
    v1 = exp(2.0)
    results = []
    for _ in rows:
        results.append((v1,))
    return results, ()
"""
    )


@pytest.mark.parametrize(
    ("name", "fixed", "more", "expected"),
    [
        ("tanh", (), (), "tanh"),
        ("logsumexp", (), (3,), "logsumexp_3"),
        ("fixed_power", (3.0,), (), "fixed_power_3"),
        ("leaky_relu", (0.01,), (2,), "leaky_relu_0_01_2"),
        ("elu", (-1.5e30,), (), "elu_minus_1_5e30"),
        ("plain", (), (), "own_plain"),
        ("plain", (), (2,), "own1_plain__2"),
        ("fixed", (-0.5, 2.0), (), "own2_fixed__minus_0_5__2"),
    ],
)
def test_names_of_functions(
    name: str, fixed: tuple[float, ...], more: tuple[int, ...], expected: str, monkeypatch: Any
) -> None:
    for own in ("plain", "fixed"):
        monkeypatch.setitem(OWN, own, None)
    assert function_name(Instruction(name, (0,), fixed), *more) == expected


def test_source_takes_over_at_the_sixtieth_row() -> None:
    code = PythonCode(WengertList(1, 0, (), (Instruction("multiply", (0, 0)),), (1,)))
    for rows, written_out in ((29, False), (30, False), (1, True)):
        assert code.run([[3.0]] * rows, ()) == ([(9.0,)] * rows, ())
        assert ("_compiled" in code.__dict__) is written_out


def test_nothing_varies_without_columns() -> None:
    assert varying(WengertList(0, 1, (2.0,), (Instruction("exp", (0,)),))) == [False] * 3


def test_ieee_instead_of_errors() -> None:
    assert ieee("exp")(1000.0) == float("inf")
    assert ieee("divide")(-1.0, 0.0) == float("-inf")
    assert ieee("add")(1.0, 2.0) == 3.0


def test_a_comment_stays_a_comment() -> None:
    assert one_line('x\n"""; import os\\') == 'x?"""; import os?'


@pytest.mark.parametrize("name", ["x0", "v3", "p0", "s0", "run", "rows", "results", "inf", "ieee"])
def test_a_users_operation_may_have_any_name_of_the_text(name: str) -> None:
    def function(x: Any, *, a: float, b: float) -> Any:
        return x * a + b

    function.__name__ = name
    own = operation(function, local=lambda y, x, a, b: (a,))
    names = own(1.0, a=1.5, b=2.0), own(1.0, a=1.0, b=5.2)  # written with _ both were …_1_5_2
    assert names == (3.5, 6.2)
    program = recorded(lambda x: own(x, a=1.5, b=2.0) * own(x, a=1.0, b=5.2) * math.inf, 1)
    rows = [[2.0], [3.0]]
    assert repr(compiled(program)(rows, [])) == repr(interpreter(program)(rows, []))
