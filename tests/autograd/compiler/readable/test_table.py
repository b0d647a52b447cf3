"""The table shows what each slot holds; a long one both its ends."""

from __future__ import annotations

from typing import Any

from autograd import Value, compile, dot, greater, leaky_relu, logsumexp, total, where
from autograd.compiler.readable.table import LONGEST, both_ends


def test_every_sign() -> None:
    w = Value(2.0, "w")

    def signs(x: Any, y: Any) -> Any:
        product = w * x
        product.label = "product\n"
        return [
            product + y, x - y, x / y, -x, x**y, x**3, abs(x), greater(x, y), x.greater_equal(y),
            x.less(y), x.less_equal(y), dot([x, y], [y, w], x), dot([x], [y]), total([x, y, w]),
            logsumexp([x, y]), leaky_relu(x, 0.5), where(x, y, w), dot([], []) + x,
        ]  # fmt: skip

    assert str(compile(signs)) == "\n".join(
        [
            "signs(x, y): 19 instructions",
            "argument    v0 = x",
            "argument    v1 = y",
            "parameter   v2 = w",
            "constant    v3 = 0.0",
            "            v4 = v2 · v0  # product?",
            "            v5 = v4 + v1",
            "            v6 = v0 − v1",
            "            v7 = v0 / v1",
            "            v8 = −v0",
            "            v9 = v0 ^ v1",
            "            v10 = v0 ^ 3",
            "            v11 = |v0|",
            "            v12 = v0 > v1",
            "            v13 = v0 ≥ v1",
            "            v14 = v0 < v1",
            "            v15 = v0 ≤ v1",
            "            v16 = v0 + v0·v1 + v1·v2",
            "            v17 = v0·v1",
            "            v18 = v0 + v1 + v2",
            "            v19 = logsumexp(v0, v1)",
            "            v20 = leaky_relu(v0, 0.5)",
            "            v21 = where(v0, v1, v2)",
            "            v22 = v3 + v0",
            *(
                f"result[{i}]{' ' * (3 - len(str(i)))} v{slot}"
                for i, slot in enumerate(range(5, 23))
            ),
        ]
    )


def test_both_ends_of_what_is_too_long() -> None:
    assert both_ends([1, 2, 3, 4], 4, 0) == [1, 2, 3, 4]
    assert both_ends([1, 2, 3, 4, 5], 4, 0) == [1, 2, 0, 4, 5]


def test_a_long_list_shows_both_ends() -> None:
    def chain(x: Any) -> Any:
        for _ in range(1000):
            x = x * x
        return x

    lines = str(compile(chain)).splitlines()
    assert len(lines) == LONGEST + 4
    assert "… 800 more …" in lines[LONGEST // 2 + 2]
    assert lines[-2].strip() == "v1000 = v999 · v999"


def test_the_gradient_too() -> None:
    w, b = Value(2.0, "w"), Value(1.0)
    text = compile(lambda x: w * x * x + b).table(gradient=True)
    assert text.splitlines()[-7:] == [
        "                v4 = v1 · v0",
        "                v5 = v4 · v0",
        "                v6 = v5 + v2",
        "                v7 = v0 · v0",
        "result          v6",
        "∂/∂w            v7",
        "∂/∂parameter 1  v3",
    ]
