"""The exported C file compiles without a warning, gives what eager evaluation gives, and stays
inside its arrays."""

from __future__ import annotations

import ctypes
import math
import shutil
import subprocess
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, atan2, compile, dot, logsumexp, tanh, total, where
from autograd.compiler.c import identifier

pytestmark = pytest.mark.external  # needs the machine's C compiler

STRICT = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-Wmissing-prototypes"]
COMPILER = shutil.which("cc") or "cc"

Build = Callable[[str, str, int], Callable[[Sequence[float]], list[float]]]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Compile a C source strictly; give one of its functions, which writes so many results."""

    def compiled(source: str, name: str, results: int) -> Callable[[Sequence[float]], list[float]]:
        library = tmp_path / f"{zlib.crc32(source.encode())}.so"
        file = library.with_suffix(".c")
        if not library.exists():
            file.write_text(source)
            command = [COMPILER, *STRICT, "-O1", "-shared", "-fPIC", str(file), "-lm"]
            subprocess.run([*command, "-o", str(library)], check=True)
        function = ctypes.CDLL(str(library))[name]

        def call(*vectors: Sequence[float]) -> list[float]:
            arrays = [(ctypes.c_double * max(len(v), 1))(*v) for v in vectors]
            written = (ctypes.c_double * results)()
            function(*arrays, written)
            return list(written)

        return call

    return compiled


def test_every_operation(row: Any, tools: Any, build: Build) -> None:
    def operation(x: list[Any]) -> Any:
        return row(*x)

    program = compile(operation)
    program([0.5] * row.inputs)
    gradient = build(program.source("c"), "operation_gradient", 1 + row.inputs)
    for point in row.points(tools.ordinary):
        expected = tools.eager(row, point)
        value, *slopes = gradient(point)
        assert tools.near(value, expected.value, 1e-14), point
        for slope, wanted in zip(slopes, expected.by_argument, strict=True):
            assert tools.near(slope, wanted, 1e-13), point
    value_alone = build(program.source("c"), "operation", 1)
    for point in row.points(tools.specials):
        assert tools.near(value_alone(point)[0], tools.eager(row, point).value, 1e-13), point


def test_random_graphs(tools: Any, build: Build) -> None:
    graphs = [tools.graph(seed) for seed in range(60)]

    def every(x: list[Any]) -> list[Any]:
        return [graph(*x) for graph in graphs]

    def all_of(x: list[Any]) -> Any:
        return total([0.01 * graph(*x) for graph in graphs])

    rows = graphs[0].rows(10)
    values = compile(every)
    values(rows[0])
    call = build(values.source("c"), "every", len(graphs))
    for row in rows:
        for result, graph in zip(call(row), graphs, strict=True):
            assert tools.near(result, tools.eager(graph, row).value, 1e-13)
    loss = compile(all_of)
    loss(rows[0])
    captured = loss.parameters
    slopes = build(loss.source("c"), "all_of_gradient", 4 + len(captured))(rows[0])[1:-3]
    expected = tools.eager(lambda *x: all_of(list(x)), rows[0], captured).by_parameter
    assert len(captured) > 100
    assert all(tools.near(a, b, 1e-11) for a, b in zip(slopes, expected, strict=True))


def test_parameters_are_in_the_file_and_can_be_given(build: Build) -> None:
    w, b = Value(2.0, "w */ \\ ??/ \n\u202e"), Value(math.inf, "")

    def line(x: Any) -> Any:
        return w * x + b

    source = compile(line).source("c")
    assert "w * / ? ? ?/ ? ?" in source
    assert build(source, "line", 1)([3.0]) == [math.inf]
    assert build(source, "line_with", 1)([3.0], [4.0, 1.0]) == [13.0]
    assert build(source, "line_gradient_with", 4)([3.0], [4.0, 1.0]) == [13.0, 3.0, 1.0, 4.0]


def test_the_sign_of_zero_is_kept(build: Build) -> None:
    def angle(x: Any) -> Any:
        return [atan2(0.0, x), atan2(-0.0, x)]

    assert build(compile(angle).source("c"), "angle", 2)([-1.0]) == [math.pi, -math.pi]


def test_arguments_that_are_not_read_bring_no_warning(build: Build) -> None:
    w = Value(2.0, "w")

    def constant(x: Any) -> Any:
        return [1.0, -math.inf, math.nan]

    def first(x: Any) -> Any:
        return w

    build(compile(constant).source("c"), "constant", 3)
    assert build(compile(first).source("c"), "first_gradient", 3)([5.0]) == [2.0, 1.0, 0.0]


def test_an_unread_parameter_brings_no_warning(build: Build) -> None:
    w = Value(2.0, "w")

    def unused(x: Any) -> Any:
        return where(1.0, x, w)

    assert build(compile(unused).source("c"), "unused", 1)([5.0]) == [5.0]


def test_it_stays_inside_its_arrays(tmp_path: Path) -> None:
    weights = [[Value(0.1 * i - 0.2 * j, f"w{i}{j}") for j in range(5)] for i in range(7)]

    def network(x: list[Any]) -> Any:
        hidden = [tanh(dot(row, x)) for row in weights]
        return logsumexp(hidden) + dot(hidden, hidden)

    program = compile(network)
    expected = program([0.1, 0.2, 0.3, 0.4, 0.5])
    source = program.source("c")
    main = """
#include <stdio.h>
#include <stdlib.h>
int main(void)
{
    double *x = malloc(5 * sizeof *x), *y = malloc(sizeof *y), *g = malloc(41 * sizeof *g);
    double *p = malloc(35 * sizeof *p);
    int i;
    for (i = 0; i < 5; i++)
        x[i] = 0.1 * (i + 1);
    for (i = 0; i < 35; i++)
        p[i] = network_parameters[i];
    network(x, y);
    printf("%.17g ", y[0]);
    network_with(x, p, y);
    printf("%.17g ", y[0]);
    network_gradient_with(x, p, g);
    printf("%.17g\\n", g[0]);
    free(x); free(y); free(g); free(p);
    return 0;
}
"""
    (tmp_path / "main.c").write_text(source + main)
    checks = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    command = [COMPILER, *STRICT, *checks, str(tmp_path / "main.c"), "-lm"]
    subprocess.run([*command, "-o", str(tmp_path / "main")], check=True)
    done = subprocess.run(
        [str(tmp_path / "main")], check=True, capture_output=True, text=True, timeout=60
    )
    assert [float(x) for x in done.stdout.split()] == pytest.approx([expected] * 3, rel=1e-14)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("loss", "loss"),
        ("<lambda>", "lambda"),
        ("MLP", "MLP"),
        ("double", "f_double"),
        ("tanh", "f_tanh"),
        ("2nd", "f_2nd"),
        ("Größe", "Gr__e"),
        ("", "f"),
    ],
)
def test_names_are_identifiers(name: str, expected: str) -> None:
    assert identifier(name) == expected
