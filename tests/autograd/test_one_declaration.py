"""One declaration is all that an operation needs: every reader of the table has it at once."""

from __future__ import annotations

import ctypes
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograd import (
    Value,
    check_gradients,
    compile,
    derivation,
    draw,
    formula,
    gradients,
    jvp,
    walkthrough,
)
from autograd.declare import unary_row
from autograd.operation import TABLE
from autograd.views.player.javascript import composed_kernels, javascript_rule

POINTS = [-3.0, -0.5, 0.0, 0.25, 2.0]


@pytest.fixture
def witch() -> Iterator[Any]:
    """The witch of Agnesi, 1/(1 + x²), in the table for the length of a test."""
    function = unary_row(
        "witch",
        "⌒",
        lambda x: 1.0 / (1.0 + x * x),
        lambda y, x: (-2.0 * x * y * y,),
        expand=lambda x: 1.0 / (1.0 + x * x),
    )
    yield function
    del TABLE["witch"]


def value(x: float) -> float:
    return 1.0 / (1.0 + x * x)


def slope(x: float) -> float:
    return -2.0 * x / (1.0 + x * x) ** 2


def curvature(x: float) -> float:
    return (6.0 * x * x - 2.0) / (1.0 + x * x) ** 3


@pytest.mark.parametrize("at", POINTS)
def test_eager_and_to_second_order(witch: Any, at: float) -> None:
    assert witch(at) == value(at)
    x = Value(at, "x")
    y = witch(x)
    y.backward()
    assert y.data == value(at)
    assert x.grad == pytest.approx(slope(at), rel=1e-15)
    (first,) = gradients(y, [x])
    (second,) = gradients(first, [x])
    assert second.data == pytest.approx(curvature(at), rel=1e-14)
    assert jvp(witch, (at,), (1.0,))[1] == pytest.approx(slope(at), rel=1e-15)
    check_gradients(y)


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_compiled(witch: Any, backend: Any) -> None:
    w = Value(1.0, "w")
    program = compile(lambda x: witch(w * x), backend=backend)
    assert program.batch(POINTS) == pytest.approx([value(x) for x in POINTS], rel=1e-15)
    assert program(2.0) == pytest.approx(0.2, rel=1e-15)
    program.backward(POINTS)
    mean = sum(x * slope(x) for x in POINTS) / len(POINTS)
    assert w.grad == pytest.approx(mean, rel=1e-14)


def test_seen(witch: Any) -> None:
    x = Value(0.5, "x")
    y = witch(x)
    y.label = "y"
    y.backward()
    assert formula(y) == "witch(x)"
    assert "⌒" in draw(y).svg()
    assert derivation(y, x).total == x.grad
    assert "0.640000" in derivation(y, x).text
    assert "witch" in walkthrough(y)._repr_html_()


def write_node(path: Path) -> str:
    kernels = (Path(__file__).parents[2] / "autograd/views/player/kernels.js").read_text("utf-8")
    rule = javascript_rule(TABLE["witch"], 1)
    path.write_text(
        f"{kernels}\n{composed_kernels()}\nconst rule = {rule};\n"
        f"const xs = {POINTS};\n"
        "console.log(JSON.stringify(xs.map((x) => {"
        " const y = rule.forward(x); return [y, rule.local(y, x)[0]]; })));\n",
        "utf-8",
    )
    return str(path)


@pytest.mark.external
def test_javascript(witch: Any, tmp_path: Path) -> None:
    done = subprocess.run(
        ["node", write_node(tmp_path / "witch.js")], check=True, capture_output=True, text=True
    )
    for x, (y, dy) in zip(POINTS, json.loads(done.stdout), strict=True):
        assert (y, dy) == (value(x), pytest.approx(slope(x), rel=1e-15))


@pytest.mark.external
def test_c(witch: Any, tmp_path: Path) -> None:
    def agnesi(x: Any) -> Any:
        return witch(x)

    source = compile(agnesi).source("c")
    assert "static double witch(double x0)" in source
    (tmp_path / "witch.c").write_text(source)
    library = tmp_path / "witch.so"
    command = ["cc", "-std=c99", "-Wall", "-Werror", "-shared", "-fPIC", "-O1"]
    subprocess.run([*command, str(tmp_path / "witch.c"), "-o", str(library), "-lm"], check=True)
    function = ctypes.CDLL(str(library)).agnesi_gradient
    for x in POINTS:
        results = (ctypes.c_double * 2)()
        function((ctypes.c_double * 1)(x), results)
        assert list(results) == [value(x), pytest.approx(slope(x), rel=1e-15)]
