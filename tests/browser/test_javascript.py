"""The generated JavaScript computes what the operation table computes."""

from __future__ import annotations

import math
import re
from importlib.resources import files
from itertools import product

import pytest

from autograd.node import NOTHING
from autograd.operation import FAMILIES, TABLE, Operation, look_up
from autograd.views.player.javascript import composed_kernels, javascript_rule
from tests.autograd.families import MEMBERS

OF_ANY_NUMBER = {"dot": 5, "total": 3, "logsumexp": 3, "prod": 3, "norm": 3}
PARAMETERS: dict[str, tuple[tuple[float, ...], ...]] = {
    "fixed_power": ((2.0,), (3.0,), (0.5,), (-1.0,), (0.0,)),
    "leaky_relu": ((0.01,), (0.0,)),
    "elu": ((1.0,), (0.5,)),
    "power_derivative": ((1.0, 0.0), (0.0, 1.0), (2.0, 1.0)),
    "polygamma": ((1.0,), (2.0,)),
    "erfcx_slope": ((1.0,), (2.0,)),
    "sinc_slope": ((1.0,), (2.0,)),
    **MEMBERS,
}
SPECIAL = (-0.0, 0.0, math.inf, -math.inf, math.nan, 1.0, -1.0, 0.5, -2.0, 3.0)
INPUTS = (-750.0, -26.5, -3.0, -1.0, -0.4, -1e-9, 0.0, 1e-9, 0.3, 1.0, 1.3, 2.5, 6.0, 26.5, 750.0)


def rows() -> list[tuple[Operation, int]]:
    plain = [(row, OF_ANY_NUMBER.get(name, max(1, len(row.domain)))) for name, row in TABLE.items()]
    chosen = [look_up(name, p) for name in FAMILIES for p in PARAMETERS[name]]
    even = [(TABLE["dot"], 4)]  # that of five has a summand beside its products
    return plain + even + [(row, len(row.domain)) for row in chosen]


def arguments(count: int) -> list[tuple[float, ...]]:
    if count == 1:
        return [(x,) for x in (*INPUTS, *SPECIAL)]
    several = [
        tuple(inputs[(i + 4 * k * k + k) % len(inputs)] for k in range(count))
        for inputs in (INPUTS, SPECIAL)
        for i in range(len(inputs))
    ]
    pairs = [*product(SPECIAL, repeat=2)] if count == 2 else []
    return several + pairs + [(x,) * count for x in (*INPUTS, *SPECIAL)]


def expected(row: Operation, inputs: tuple[float, ...]) -> list[float | None] | None:
    """Output and local gradients, None for nothing; None outside the domain."""
    try:
        y = row.forward(*inputs)
    except (ArithmeticError, ValueError):
        return None
    try:
        rule = row.local(y, *inputs)
    except (ArithmeticError, ValueError):
        rule = row.ieee_local(y, *inputs)
    return [y, *(None if slope is NOTHING else slope for slope in rule)]


def close(actual: float | None, wanted: float | None) -> bool:
    if actual is None or wanted is None:
        return actual is wanted
    if math.isnan(wanted) or math.isinf(wanted):
        return repr(float(actual)) == repr(wanted)
    if wanted == actual == 0:
        return math.copysign(1, actual) == math.copysign(1, wanted)
    # JavaScript's functions may differ from C's in the last digits.
    return math.isclose(actual, wanted, rel_tol=1e-13, abs_tol=1e-300)


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    kernels = files("autograd.views.player").joinpath("kernels.js").read_text(encoding="utf-8")
    page.evaluate(re.sub(r"^const kernels =", "globalThis.kernels =", kernels, flags=re.M))
    page.evaluate(composed_kernels())
    yield page
    page.close()


@pytest.mark.parametrize(("row", "count"), rows(), ids=lambda x: repr(x))
def test_values_and_derivatives_are_those_of_the_table(page, row, count):
    points = arguments(count)
    results = page.evaluate(
        f"""points => {{
            const rule = {javascript_rule(row, count)};
            return points.map(inputs => {{
                const y = rule.forward(...inputs);
                return [y, ...rule.local(y, ...inputs)];
            }});
        }}""",
        points,
    )
    compared = 0
    for inputs, actual in zip(points, results, strict=True):
        wanted = expected(row, inputs)
        if wanted is not None:
            assert all(map(close, actual, wanted)), (inputs, actual, wanted)
            compared += 1
    assert compared


def test_erf_and_erfc_have_all_their_digits_on_both_sides_of_where_their_formulas_meet(page):
    points = [k / 61 for k in range(-6 * 61, 26 * 61)]
    for name, wanted, tolerance in (("erf", math.erf, 1e-15), ("erfc", math.erfc, 2e-15)):
        found = page.evaluate(f"points => points.map(kernels.{name})", points)
        for x, y in zip(points, found, strict=True):
            assert y == pytest.approx(wanted(x), rel=tolerance, abs=0), (name, x)


def test_a_kernel_is_either_primitive_or_composed(page):
    composed = {line.split(" = ")[0] for line in composed_kernels().splitlines()}
    assert composed == {f"kernels.{name}" for name, row in TABLE.items() if row.expand} - {
        # their form depends on how many inputs they have
        *("kernels.logsumexp", "kernels.prod", "kernels.norm")
    }
    primitive = set(page.evaluate("Object.keys(kernels)")) - {name[8:] for name in composed}
    assert not [name for name in primitive if name in TABLE and TABLE[name].expand]
