"""The exported C file compiles without a warning, gives what eager evaluation gives, and stays
inside its arrays."""

from __future__ import annotations

import ctypes
import math
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from autograd import (
    Value,
    atan2,
    cbrt,
    compile,
    dot,
    elu,
    leaky_relu,
    log2,
    logsumexp,
    operation,
    sigmoid,
    softplus,
    tanh,
    total,
    where,
)
from autograd.compiler.readable.c import Listing, identifier
from autograd.compiler.record.nested import flatten
from nn import MLP, LSTMCell
from nn.losses import cross_entropy
from nn.regularization import Dropout, l2_penalty

needs_compiler = pytest.mark.external  # the machine's, of C

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


@needs_compiler
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


@needs_compiler
def test_random_graphs(tools: Any, tmp_path: Path) -> None:
    graphs = [tools.graph(seed) for seed in range(300)]
    programs = [compile(graph) for graph in graphs]
    for seed, program in enumerate(programs):
        program(0.1, 0.2, 0.3)
        (tmp_path / f"{seed}.c").write_text(program.source("c"))
    library = tmp_path / "all.so"
    files = list(tmp_path.glob("*.c"))
    subprocess.run(
        [COMPILER, *STRICT, "-shared", "-fPIC", *files, "-lm", "-o", library], check=True
    )
    functions = ctypes.CDLL(str(library))
    for seed, (graph, program) in enumerate(zip(graphs, programs, strict=True)):
        count = len(program.parameters)
        results = (ctypes.c_double * (1 + count + 3))()
        for row in [*graph.rows(5), *graph.NOT_FINITE]:
            functions[f"graph{seed}_gradient"]((ctypes.c_double * 3)(*row), results)
            wanted = tools.eager(graph, row, program.parameters)
            value, by_parameter, by_argument = results[0], results[1:-3], results[-3:]
            assert tools.near(value, wanted.value, 1e-12), row
            assert tools.same_slopes(by_parameter, wanted.by_parameter, 1e-12), row
            if row not in graph.NOT_FINITE:
                assert tools.same_slopes(by_argument, wanted.by_argument, 1e-12), row


class Network(NamedTuple):
    """A model's loss as a function, and rows for it."""

    function: Callable[..., Any]
    rows: list[tuple[Any, ...]]


def networks() -> dict[str, Network]:
    """What people train."""
    model, deep = MLP(3, [6, 1], seed=3), MLP(3, [5, 4, 3], activation="relu", seed=2)
    cell, dropout = LSTMCell(2, 3), Dropout(0.5, seed=4)

    def mlp(x: Any, index: Any) -> Any:
        return cross_entropy(deep(x), index) + 1e-3 * l2_penalty(deep.parameters())

    def lstm(rows: Any) -> Any:
        state = ([Value(0.0)] * 3, [Value(0.0)] * 3)
        for row in rows:
            state = cell(row, state)
        return total(state[0])

    def masked(x: Any, mask: Any) -> Any:
        hidden = [h * m for h, m in zip(model.layers[0](x), mask, strict=True)]
        return model.layers[1](hidden)[0]

    inputs = [[math.sin(i + k) for k in range(3)] for i in range(9)]
    series = [[[math.sin(i + k), math.cos(i * k)] for k in range(20)] for i in range(5)]
    return {
        "mlp": Network(mlp, [(x, i % 3) for i, x in enumerate(inputs)]),
        "lstm": Network(lstm, [(rows,) for rows in series]),
        "masked": Network(masked, [(x, dropout.mask(6)) for x in inputs]),
    }


@needs_compiler
@pytest.mark.parametrize("name", ["mlp", "lstm", "masked"])
def test_networks(name: str, tools: Any, build: Build) -> None:
    function, rows = networks()[name]
    program = compile(function)
    program(*rows[0])
    parameters = program.parameters
    size = len(flatten(rows[0], "the row")[0])
    call = build(program.source("c"), f"{name}_gradient", 1 + len(parameters) + size)
    for row in rows:
        for leaf in parameters:
            leaf.grad = 0.0
        loss = function(*row)
        loss.backward()
        result, *slopes = call(flatten(row, "the row")[0])
        assert tools.near(result, loss.data, 1e-12)
        by_parameter = [leaf.grad for leaf in parameters]
        assert tools.same_slopes(slopes[:-size], by_parameter, 1e-12)


@needs_compiler
def test_parameters_are_in_the_file_and_can_be_given(build: Build) -> None:
    w, b = Value(2.0, "w */ \\ ??/ \n\u202e"), Value(math.inf, "")

    def line(x: Any) -> Any:
        return w * x + b

    source = compile(line).source("c")
    assert "w * / ? ? ?/ ? ?" in source
    assert build(source, "line", 1)([3.0]) == [math.inf]
    assert build(source, "line_with", 1)([3.0], [4.0, 1.0]) == [13.0]
    assert build(source, "line_gradient_with", 4)([3.0], [4.0, 1.0]) == [13.0, 3.0, 1.0, 4.0]


@needs_compiler
def test_the_sign_of_zero_is_kept(build: Build) -> None:
    def angle(x: Any) -> Any:
        return [atan2(0.0, x), atan2(-0.0, x)]

    assert build(compile(angle).source("c"), "angle", 2)([-1.0]) == [math.pi, -math.pi]


@needs_compiler
def test_arguments_that_are_not_read_bring_no_warning(build: Build) -> None:
    w = Value(2.0, "w")

    def constant(x: Any) -> Any:
        return [1.0, -math.inf, math.nan]

    def first(x: Any) -> Any:
        return w

    def nothing(x: Any) -> Any:
        return []

    build(compile(nothing).source("c"), "nothing", 0)
    build(compile(constant).source("c"), "constant", 3)
    assert build(compile(first).source("c"), "first_gradient", 3)([5.0]) == [2.0, 1.0, 0.0]


@needs_compiler
def test_an_unread_parameter_brings_no_warning(build: Build) -> None:
    w = Value(2.0, "w")

    def unused(x: Any) -> Any:
        return where(1.0, x, w)

    assert build(compile(unused).source("c"), "unused", 1)([5.0]) == [5.0]


@needs_compiler
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
    assert [float(x) for x in done.stdout.split()] == pytest.approx(
        [expected] * 3, rel=1e-14, abs=0.0
    )


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
        ("fma", "f_fma"),
        ("y0", "f_y0"),
        ("sinf", "f_sinf"),
        ("tgammaf64x", "f_tgammaf64x"),
        ("M_PI", "f_M_PI"),
        ("NAN", "f_NAN"),
        ("typeof", "f_typeof"),
        ("own_swish", "f_own_swish"),
        ("float_t", "f_float_t"),
        ("rsqrt", "f_rsqrt"),
        ("rsqrtf64x", "f_rsqrtf64x"),
        ("signgam", "f_signgam"),
        ("free", "f_free"),
        ("signal", "f_signal"),
        ("strtoull", "f_strtoull"),
        ("vsnprintf", "f_vsnprintf"),
        ("cacoshl", "f_cacoshl"),
        ("isxdigit", "f_isxdigit"),
        ("cost", "cost"),
        ("total_time", "total_time"),
        ("mean_loss", "mean_loss"),
        ("tanh_net", "tanh_net"),
        ("M", "M"),
    ],
)
def test_names_are_identifiers(name: str, expected: str) -> None:
    assert identifier(name) == expected


@needs_compiler
def test_no_name_of_a_program_is_one_of_the_math_header(tmp_path: Path) -> None:
    """Every function and macro that the machine's own ``math.h`` has, with all extensions."""
    flags = [COMPILER, "-E", "-D_GNU_SOURCE", "-x", "c", "-"]
    text = {
        more: subprocess.run(
            [*flags, *more], input="#include <math.h>\n", capture_output=True, text=True, check=True
        ).stdout
        for more in ((), ("-dM",))
    }
    names = set(re.findall(r"\b([a-z][a-z0-9_]*) ?\(", text[()]))
    names |= set(re.findall(r"#define ([A-Za-z]\w*)", text[("-dM",)]))
    assert {"fma", "y0", "sinf", "M_PI", "isnan"} <= names
    header = ["#include <math.h>"]
    declared = [f"void {identifier(n)}(double *arguments, const char *);" for n in sorted(names)]
    (tmp_path / "names.c").write_text("\n".join(header + declared))
    for standard in ("c99", "gnu17"):
        command = [COMPILER, f"-std={standard}", "-D_GNU_SOURCE", "-fsyntax-only", "-Werror"]
        subprocess.run([*command, str(tmp_path / "names.c")], check=True)


HEADERS = (
    "ctype", "complex", "errno", "fenv", "inttypes", "locale", "math", "setjmp", "signal", "stddef",
    "stdio", "stdlib", "string", "time", "wctype",
)  # fmt: skip


@needs_compiler
def test_no_name_of_a_program_is_one_of_the_standard_library(tmp_path: Path) -> None:
    """A program that is written in C may include any header of it beside the file."""
    includes = "".join(f"#include <{header}.h>\n" for header in HEADERS)
    command = [COMPILER, "-E", "-std=c11", "-x", "c", "-"]
    text = subprocess.run(command, input=includes, capture_output=True, text=True, check=True)
    names = set(re.findall(r"\b([a-z]\w*) ?\(", text.stdout))  # what is called or declared
    names |= set(re.findall(r"typedef [^;{}]*\b([a-z]\w*_t);", text.stdout))
    assert {"signal", "free", "strlen", "csqrt", "iswalpha", "double_t"} <= names
    declared = [f"void {identifier(n)}(double *arguments, const char *);" for n in sorted(names)]
    (tmp_path / "names.c").write_text(includes + "\n".join(declared))
    for standard in ("c99", "gnu17"):
        command = [COMPILER, f"-std={standard}", "-fsyntax-only", "-Wall", "-Werror"]
        subprocess.run([*command, str(tmp_path / "names.c")], check=True)


def test_what_a_file_says_without_being_compiled() -> None:
    w, v = Value(2.0, "w"), Value(-1.0, "v")

    def line(x: Any, y: Any) -> Any:
        return dot([w, x], [x, y], 1.5)

    text = compile(line).source("c")
    assert "void line(const double *arguments, double *results);" in text
    assert "v4 = 1.5 + parameters[0] * arguments[0] + arguments[0] * arguments[1];" in text
    assert "static const double line_parameters[1] = {" in text and "2.0, /* w */" in text
    constant = compile(lambda x: [1.0, 2.0]).source("c")
    assert "    (void)arguments;" in constant and "(void)parameters" not in constant
    assert "_parameters" not in constant and "parameters:" not in constant
    assert re.findall(r"^void .*;", constant, re.M) == [
        "void lambda(const double *arguments, double *results);"
    ]
    assert "(void)" not in text
    first = compile(lambda x: w).source("c")
    assert "    (void)arguments;" in first and "(void)parameters" not in first
    numbers = compile(lambda x: [-math.inf, math.nan, 1e-7]).source("c")
    assert re.findall("= (.*);", numbers) == ["-INFINITY", "NAN", "1e-07"]
    assert "(void)results" not in numbers
    assert "{\n    (void)arguments;\n    (void)results;\n}" in compile(lambda x: []).source("c")
    unread = compile(lambda x: where(1.0, x, v)).source("c")
    assert "    (void)parameters;" in unread
    library = compile(lambda x: log2(tanh(x))).source("c")
    assert "= tanh(arguments[0]);" in library and "= log2(v1);" in library
    assert "double tanh(" not in library and "double log2(" not in library  # they are in math.h


WHOLE_FILE = """\
/* line, written by stepgrad as C99; it needs the C library's math only.
 *
 * arguments:
 *   [0] x[0]
 *   [1] x[1]
 *
 * parameters:
 *   [0] w
 *   [1] b* /
 */

#include <math.h>

static double leaky_relu_0_5(double x0)
{
    const double v3 = x0 > 0.0 ? 1.0 : 0.0;
    const double v4 = 0.5 * x0;
    const double v5 = v3 != 0.0 ? x0 : v4;
    return v5;
}

/* The parameters' values when this file was written. */
static const double line_parameters[2] = {
    2.0, /* w */
    -1.5, /* b* / */
};

/* line(x[0], x[1]).
 * 2 arguments, 2 parameters, results:
 *   [0] result
 */
void line_with(const double *arguments, const double *parameters, double *results);

void line_with(const double *arguments, const double *parameters, double *results)
{
    const double v4 = leaky_relu_0_5(arguments[0]);
    double v5 = parameters[1] + parameters[0] * v4;
    const double v6 = leaky_relu_0_5(v5);
    results[0] = v6;
}

/* line_with, with the parameters' values above. */
void line(const double *arguments, double *results);

void line(const double *arguments, double *results)
{
    line_with(arguments, line_parameters, results);
}
"""


def test_a_whole_file() -> None:
    w, b = Value(2.0, "w"), Value(-1.5, "b*/")

    def line(x: Any) -> Any:
        return leaky_relu(dot([w], [leaky_relu(x[0], 0.5)], b), 0.5)

    program = compile(line)
    program([1.0, 2.0])
    text = program.source("c")
    assert text.startswith(WHOLE_FILE)
    gradient = text.removeprefix(WHOLE_FILE)
    assert gradient.startswith(
        """
/* line(x[0], x[1]) and its derivatives by every parameter and every argument.
 * 2 arguments, 2 parameters, results:
 *   [0] result
 *   [1] d result / d w
 *   [2] d result / d b* /
 *   [3] d result / d x[0]
 *   [4] d result / d x[1]
 */
void line_gradient_with(const double *arguments, const double *parameters, double *results);
"""
    )
    assert re.findall(r"results\[\d\] =", gradient) == [f"results[{i}] =" for i in range(5)]
    assert "    results[4] = 0.0;\n}\n" in gradient


def test_what_python_alone_computes_is_refused() -> None:
    def doubled(x: Any) -> Any:
        return 2.0 * float(x)

    own = operation(doubled, local=lambda y, x: (2.0,))
    with pytest.raises(TypeError, match="doubled asks for numbers, so C cannot compute it"):
        compile(lambda x: own(x)).source("c")


def test_functions_of_operations_have_names_of_their_own() -> None:
    """For each number of arguments and each fixed number; after those that they call."""

    def several(x: Any, y: Any) -> Any:
        sums = [logsumexp([x, y]), logsumexp([x, y, x])]
        return [*sums, elu(x, 1.0), elu(x, -1e-7), cbrt(x), softplus(x)]

    text = compile(several).source("c")
    assert re.findall(r"static double (\w+)\((.*)\)", text) == [
        ("logsumexp_2", "double x0, double x1"),
        ("logsumexp_3", "double x0, double x1, double x2"),
        ("elu_1", "double x0"),
        ("elu_minus_1eminus_07", "double x0"),
        ("own_cbrt", "double x0"),
        ("softplus", "double x0"),
    ]
    assert "= logsumexp_3(arguments[0], arguments[1], arguments[0]);" in text
    assert "= elu_minus_1eminus_07(arguments[0]);" in text

    @operation
    def inner(x: Any) -> Any:
        return sigmoid(x) * x

    def outer(x: Any) -> Any:
        return 2.0 * inner(x)

    called = compile(operation(outer)).source("c")
    names = re.findall(r"static double (\w+)\(", called)
    assert names.index("sigmoid") < names.index("own_inner") < names.index("own_outer")


def test_a_listing_does_not_change(tools: Any) -> None:
    tools.unchanging(Listing)
