"""Exported C under the sanitisers of gcc, on random programs, compared with eager evaluation.

    python -m tests.campaigns.exported --programs 1000 --rows 200

Of each program of `programs` the file that ``source("c")`` gives is compiled with
``-fsanitize=address,undefined``, some into one executable, whose arrays are exactly as long as the
file says. It is called with random numbers, with what is not finite and with the edges of floats.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import autograd
from autograd import Value
from autograd.backward import gradients
from autograd.switches import ieee_arithmetic
from tests.campaigns.programs import COLUMNS, PARAMETERS, Found, RandomProgram
from tests.campaigns.running_error import Bounded, Evaluation, exact

COMPILER = shutil.which("cc") or "cc"
FLAGS = [
    "-std=c99", "-O1", "-g", "-fsanitize=address,undefined", "-fsanitize=float-cast-overflow",
    "-fno-sanitize-recover=all", "-Wall", "-Wextra", "-Werror",
]  # fmt: skip
RESULTS = 1 + PARAMETERS + COLUMNS
EDGES = [0.0, -0.0, 1.0, -1e308, 1e308, 5e-324, np.inf, -np.inf, np.nan, 1e16, -745.2, 709.9]
TOGETHER = 20  # programs in one executable

MAIN = """
#include <stdio.h>
#include <stdlib.h>

typedef void function(const double *, double *);
{declarations}
static function *const functions[] = {{{names}}};
static const unsigned counts[] = {{{counts}}};

int main(void)
{{
    double which;
    while (fread(&which, sizeof which, 1, stdin) == 1) {{
        double *arguments = malloc({columns} * sizeof(double));
        const unsigned n = (unsigned)which, count = counts[n];
        const double none[{results}] = {{0.0}};
        double *results = malloc(count * sizeof(double)), *value = malloc(sizeof(double));
        if (!arguments || !results || !value) return 2;
        if (fread(arguments, sizeof(double), {columns}, stdin) != {columns}) return 3;
        functions[2 * n](arguments, value);
        functions[2 * n + 1](arguments, results);
        fwrite(value, sizeof(double), 1, stdout);
        fwrite(results, sizeof(double), count, stdout);
        fwrite(none, sizeof(double), {results} - count, stdout);
        free(arguments), free(results), free(value);
    }}
    return 0;
}}
"""


def built(programs: Sequence[RandomProgram], folder: Path) -> tuple[Path, list[list[Value]]]:
    """Compile programs into one executable; list the parameters that each captures."""
    files, captured = [], []
    for program in programs:
        compiled = autograd.compile(program)
        compiled(*[0.5] * COLUMNS)
        files.append(folder / f"{program.__name__}.c")
        files[-1].write_text(compiled.source("c"))
        captured.append(list(compiled.parameters))
    names = [name for p in programs for name in (p.__name__, f"{p.__name__}_gradient")]
    main = folder / "main.c"
    main.write_text(
        MAIN.format(
            declarations="\n".join(f"function {name};" for name in names),
            names=", ".join(names),
            counts=", ".join(str(1 + len(leaves) + COLUMNS) for leaves in captured),
            columns=COLUMNS,
            results=RESULTS,
        )
    )
    command = [COMPILER, *FLAGS, str(main), *map(str, files), "-lm", "-o", str(folder / "run")]
    subprocess.run(command, check=True)
    return folder / "run", captured


def run(program: Path, calls: Any) -> Any:
    """Call functions: each row is a program's number and its arguments; give all results."""
    done = subprocess.run(
        [program],
        input=np.ascontiguousarray(calls, dtype=float).tobytes(),
        capture_output=True,
        check=False,
        env=os.environ | {"ASAN_OPTIONS": "detect_leaks=0"},
    )
    if done.returncode:
        raise RuntimeError(f"exit code {done.returncode}: {done.stderr.decode()[:2000]}")
    return np.frombuffer(done.stdout).reshape(len(calls), 1 + RESULTS)


def check(programs: Sequence[RandomProgram], rows: int, found: Found) -> None:
    """Compile, run and compare some programs."""
    calls = []
    for number, program in enumerate(programs):
        edges = np.array([EDGES, np.roll(EDGES, 1), np.roll(EDGES, 5)]).T
        columns = np.concatenate([np.array(program.columns(rows)).T, edges])
        calls.append(np.column_stack([np.full(len(columns), float(number)), columns]))
    with TemporaryDirectory() as name:
        executable, captured = built(programs, Path(name))
        results = run(executable, np.concatenate(calls))
    found.cases += len(results)
    for number, program in enumerate(programs):
        first = number * (rows + len(EDGES))
        compare(program, captured[number], results[first : first + rows], found)


def compare(program: RandomProgram, captured: Sequence[Value], results: Any, found: Found) -> None:
    """Hold a program's value and derivatives, as C gave them, against eager evaluation."""
    rows = len(results)
    columns = program.columns(rows)
    leaves = [Value(float(column[0])) for column in columns]
    with ieee_arithmetic.on():
        output = program(*leaves)
        slopes = gradients(output, [*captured, *leaves])
    right = Evaluation(dict(zip(leaves, map(exact, columns), strict=True)))
    found.per_operation.update(repr(operation) for operation, _ in program.steps)
    for n, root in enumerate((output, output, *slopes)):
        bound = Bounded(*(np.broadcast_to(x, rows) for x in right.of(root)))
        found.compare(f"{program.__name__} in C, result {n}", bound, results[:, n])


def campaign(first: int, count: int, rows: int) -> Found:
    """Check random programs, some at a time."""
    found = Found()
    for start in range(first, first + count, TOGETHER):
        programs = [RandomProgram(n) for n in range(start, min(start + TOGETHER, first + count))]
        try:
            check(programs, rows, found)
        except (RuntimeError, subprocess.CalledProcessError) as error:
            found.faults.append(f"programs from {start} on: {error}")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; return 1 where a sanitiser stops a program, or a result is another."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.exported", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first program's number")
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--rows", type=int, default=100)
    options = parser.parse_args(arguments)
    found = campaign(options.first, options.programs, options.rows)
    print(found)
    return bool(found.faults)


if __name__ == "__main__":
    raise SystemExit(main())
