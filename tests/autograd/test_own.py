"""One's own operations: one declaration serves every reader of the table."""

from __future__ import annotations

import ctypes
import json
import math
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import pytest

from autograd import (
    GradientError,
    Value,
    clip,
    compile,
    cos,
    derivation,
    draw,
    exp,
    formula,
    grad,
    gradients,
    greater,
    greater_equal,
    jvp,
    load_program,
    logaddexp,
    no_grad,
    operation,
    polygamma,
    relu,
    replay,
    sigmoid,
    sin,
    sqrt,
    tanh,
    walkthrough,
    where,
)
from autograd.node import NOTHING
from autograd.operation import FAMILIES, OWN, TABLE, look_up
from autograd.own import _finite
from autograd.switches import ieee_arithmetic
from autograd.views.player.javascript import composed_kernels, javascript_rule

BACKENDS: list[Any] = ["python", "llvm"]
PIECES = [(0.0, 0.0, 1.25, 0.0, -0.25), (1.0, 1.0, 0.5, -0.75, 0.25)]


def spline(x: Any) -> Any:
    y: Any = 0.0
    for begin, a, b, c, d in PIECES:
        t = x - begin
        y = where(greater_equal(t, 0.0), a + t * (b + t * (c + t * d)), y)
    return y


def kepler(M: Any, e: Any) -> Any:
    E = M + e * sin(M)
    for _ in range(12):
        E = E - (E - e * sin(E) - M) / (1.0 - e * cos(E))
    return E


def kepler_slopes(E: Any, M: Any, e: Any) -> tuple[Any, Any]:
    return 1.0 / (1.0 - e * cos(E)), sin(E) / (1.0 - e * cos(E))


def declared_kepler() -> Any:
    return operation(kepler, local=kepler_slopes, domain=((-3.0, 3.0), (0.0, 0.9)))


def cubic(x: float, order: int) -> float:
    begin, a, b, c, d = PIECES[x >= 1.0]
    t = x - begin
    return (a + t * (b + t * (c + t * d)), b + t * (2 * c + 3 * t * d), 2 * c + 6 * t * d, 6 * d)[
        order
    ]


def to_third_order(function: Callable[..., Any]) -> list[Callable[..., Any]]:
    return [function, grad(function), grad(grad(function)), grad(grad(grad(function)))]


# ------------------------------------------------------------------------------- the two recipes


def test_a_spline_to_third_order_eager_and_compiled() -> None:
    own = operation(spline, symbol="S", domain=(0.0, 2.0))
    for order, function in enumerate(to_third_order(own)):
        programs = [compile(function, backend=backend) for backend in BACKENDS]
        for x in (0.25, 0.9, 1.1, 1.75):
            for computed in (function, *programs):
                assert computed(x) == pytest.approx(cubic(x, order), rel=1e-14), (order, x)
            assert programs[1].batch([x] * 9)[-1] == pytest.approx(cubic(x, order), rel=1e-14)


def test_an_implicit_function_to_third_order_eager_and_compiled() -> None:
    own = declared_kepler()

    def exact(M: Any, e: Any) -> Any:
        return mpmath.findroot(lambda E: E - e * mpmath.sin(E) - M, M)

    def in_M(x: Any) -> Any:
        return own(x, 0.5)

    def in_e(x: Any) -> Any:
        return own(1.0, x)

    with mpmath.workdps(60):
        for partial, along in ((in_M, lambda t: exact(t, mpmath.mpf(0.5))), (in_e, None)):
            truth = along or (lambda t: exact(mpmath.mpf(1), t))
            for order, function in enumerate(to_third_order(partial)):
                expected = float(mpmath.diff(truth, mpmath.mpf("0.4"), order))
                computed = [function, *(compile(function, backend=b) for b in BACKENDS)]
                for one in computed:
                    assert one(0.4) == pytest.approx(expected, rel=1e-12), order


# --------------------------------------------------------------------------------- every reader


@pytest.fixture
def own() -> Any:
    return declared_kepler()


def test_eager_and_forward(own: Any) -> None:
    M, e = Value(1.0, "M"), Value(0.5, "e")
    E = own(M, e)
    assert E.parents == (M, e) and E.operation is TABLE["kepler"] and own(1.0, 0.5) == E.data
    E.backward()
    assert (M.grad, e.grad) == E.local_gradients()
    assert jvp(own, (1.0, 0.5), (1.0, 0.0))[1] == M.grad
    assert [g.data for g in gradients(E, [M, e])] == [M.grad, e.grad]
    with no_grad():
        assert own(M, e).parents == ()
    with pytest.raises(TypeError, match="kepler takes 2 numbers or Values, 1 given"):
        own(M)


def test_seen(own: Any) -> None:
    M, e = Value(1.0, "M"), Value(0.5, "e")
    E = own(M, e)
    E.label = "E"
    assert formula(E) == "kepler(M, e)"
    assert formula(E, latex=True) == r"\operatorname{kepler}\left(M, e\right)"
    assert "kepler" in draw(E).svg()
    E.backward()
    assert derivation(E, M).total == M.grad
    assert "kepler" in walkthrough(E)._repr_html_()
    assert "1/(1−" in walkthrough(E)._repr_html_() or "kepler" in derivation(E, M).text


def run_node(path: Path, script: str) -> Any:
    kernels = (Path(__file__).parents[2] / "autograd/views/player/kernels.js").read_text("utf-8")
    path.write_text(f"{kernels}\n{composed_kernels()}\n{script}", "utf-8")
    done = subprocess.run(["node", str(path)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


@pytest.mark.external
def test_javascript(own: Any, tmp_path: Path) -> None:
    soft = operation(gated)
    inner = operation(lambda_free_inner)
    E = own(Value(1.0), Value(0.5))
    y = soft(Value(0.7), beta=3.0)
    z = inner(Value(0.7))
    for node in (E, y, z):
        inputs = [parent.data for parent in node.parents]
        script = (
            f"const rule = {javascript_rule(node.operation, len(inputs))};\n"
            f"const x = {inputs}; const y = rule.forward(...x);\n"
            "console.log(JSON.stringify([y, ...rule.local(y, ...x)]));"
        )
        found = run_node(tmp_path / "own.js", script)
        assert found == pytest.approx([node.data, *node.local_gradients()], rel=1e-14)


def gated(x: Any, *, beta: float = 1.0) -> Any:
    return x * sigmoid(beta * x)


def lambda_free_inner(x: Any) -> Any:
    return polygamma(1, x) + clip(x, 0.0, 0.5)


@pytest.mark.external
def test_c(own: Any, tmp_path: Path) -> None:
    def orbit(M: Any) -> Any:
        return own(M, 0.5)

    source = compile(orbit).source("c")
    assert "static double own_kepler(double x0, double x1)" in source
    (tmp_path / "orbit.c").write_text(source)
    library = tmp_path / "orbit.so"
    command = ["cc", "-std=c99", "-Wall", "-Werror", "-shared", "-fPIC", "-O1"]
    subprocess.run([*command, str(tmp_path / "orbit.c"), "-o", str(library), "-lm"], check=True)
    results = (ctypes.c_double * 2)()
    ctypes.CDLL(str(library)).orbit_gradient((ctypes.c_double * 1)(1.0), results)
    M = Value(1.0)
    E = own(M, 0.5)
    assert list(results) == pytest.approx([E.data, E.local_gradients()[0]], rel=1e-14)


def test_a_program_that_trains_with_it(own: Any) -> None:
    w = Value(0.3, "w")
    for backend in BACKENDS:
        program = compile(lambda M, w=w: own(M, w), backend=backend)
        w.grad = 0.0
        program.backward([1.0, 2.0])
        slopes = [own(Value(M), w).local_gradients()[1] for M in (1.0, 2.0)]
        assert w.grad == pytest.approx(sum(slopes) / 2, rel=1e-13)


def test_saved_and_pickled_by_name(own: Any, tmp_path: Path) -> None:
    def orbit(M: Any) -> Any:
        return own(M, 0.5)

    program = compile(orbit, backend="python")
    expected = program(1.0)
    program.save(tmp_path / "orbit.json")
    E = pickle.loads(pickle.dumps(own(Value(1.0), Value(0.5))))
    assert E.operation is TABLE["kepler"]
    assert load_program(tmp_path / "orbit.json")(1.0) == expected
    del TABLE["kepler"]
    with pytest.raises(ValueError, match="there is no operation 'kepler'"):
        load_program(tmp_path / "orbit.json")
    with pytest.raises(KeyError, match=r"declared, by autograd\.operation"):
        look_up("kepler")


# ------------------------------------------------------------------------------ forms of a function


def test_a_family_with_fixed_numbers() -> None:
    soft = operation(gated)
    assert soft(0.7) == gated(0.7) and soft(0.7, beta=3) == gated(0.7, beta=3.0)
    x = Value(0.7)
    y = soft(x, beta=3.0)
    assert repr(y.operation) == "gated(3.0)"
    assert pickle.loads(pickle.dumps(y.operation)) is y.operation
    for order, function in enumerate(to_third_order(lambda v: soft(v, beta=3.0))):
        plain = to_third_order(lambda v: gated(v, beta=3.0))[order]
        for computed in (function, *(compile(function, backend=b) for b in BACKENDS)):
            assert computed(0.7) == pytest.approx(plain(0.7), rel=1e-12)
    with pytest.raises(TypeError, match="gated has no 'alpha'; its fixed numbers are beta"):
        soft(x, alpha=1.0)
    with pytest.raises(TypeError, match="beta is a fixed number"):
        soft(x, beta=x)


def test_a_family_stays_where_its_new_declaration_fails() -> None:
    old = operation(gated)
    with pytest.raises(TypeError, match="the local of gated gives a tuple of 1"):
        operation(gated, local=lambda y, x, beta: 2.0 * x)
    assert OWN["gated"] is old
    assert look_up("gated", (3.0,)) is old(Value(0.7), beta=3.0).operation


def test_a_family_with_a_rule_and_without_defaults() -> None:
    @operation(local=lambda y, x, k: (k * (1.0 - y * y),))
    def steep(x: Any, *, k: float) -> Any:
        return tanh(k * x)

    assert steep(Value(0.1), k=2.0).local_gradients()[0] == pytest.approx(grad(tanh)(0.2) * 2.0)
    with pytest.raises(TypeError, match=r"steep needs k=\.\.\."):
        steep(0.1)


@pytest.mark.parametrize("domain", [(1.0, 5.0), ((1.0, 5.0),)])
def test_any_number_of_arguments_has_one_domain_for_each(domain: Any) -> None:
    """It says where the derivatives are checked: √(x - 1) has none elsewhere."""
    checked: list[float] = []

    def roots(*xs: Any) -> Any:
        checked.extend(x for x in xs if isinstance(x, float))
        return sum(sqrt(x - 1.0) for x in xs)

    own = operation(
        roots, domain=domain, local=lambda y, *xs: tuple(0.5 / sqrt(x - 1.0) for x in xs)
    )
    assert own(Value(2.0), Value(5.0), Value(1.25)).data == 3.5
    assert checked and min(checked) > 0.99 and max(checked) < 5.01
    with pytest.raises(ValueError, match="one for each of its 1 arguments"):
        operation(roots, domain=((1.0, 5.0), (1.0, 5.0)))


def test_any_number_of_arguments() -> None:
    @operation(symbol="Σe", local=lambda y, *xs: tuple(exp(x) for x in xs))
    def total_exp(*xs: Any) -> Any:
        return sum(exp(x) for x in xs)

    @operation
    def smooth_max(*xs: Any) -> Any:
        weights = [exp(4.0 * x) for x in xs]
        return sum(w * x for w, x in zip(weights, xs, strict=True)) / sum(weights)

    for function in (total_exp, smooth_max):
        for count in (1, 2, 5):
            numbers = [0.1 * i for i in range(count)]
            leaves = [Value(x) for x in numbers]
            y = function(*leaves)
            assert len(y.parents) == count
            for backend in BACKENDS:
                program = compile(lambda *x, f=function: gradients(f(*x), x), backend=backend)
                assert list(program(*numbers)) == pytest.approx(y.local_gradients(), rel=1e-13)


def test_the_derivative_of_a_composed_function_is_overridden() -> None:
    @operation(local=lambda y, x: (1.0 + 0.0 * x,), check=False)
    def straight_through(x: Any) -> Any:
        return where(greater(x, 0.0), 1.0, -1.0)

    assert straight_through(Value(0.3)).local_gradients() == (1.0,)
    for backend in BACKENDS:
        assert compile(grad(lambda x: 3.0 * straight_through(x)), backend=backend)(0.3) == 3.0


def test_what_asks_for_numbers_runs_in_python_and_says_so_elsewhere() -> None:
    @operation(local=lambda y, x: (1.0 / (2.0 * y),), domain=(0.5, 9.0))
    def heron(x: Any) -> Any:
        y = 1.0
        while abs(y * y - x) > 1e-14 * x:
            y = 0.5 * (y + x / y)
        return y

    assert grad(grad(heron))(4.0) == pytest.approx(-1.0 / 32.0)
    for backend in ("python", "auto"):
        program = compile(grad(heron), backend=backend)  # type: ignore[call-overload]
        assert list(program.batch([4.0] * 3000))[-1] == pytest.approx(0.25)
    message = r"heron asks for numbers.*where\(\.\.\.\).*backend='python'"
    with pytest.raises(TypeError, match=message):
        compile(heron, backend="llvm")(4.0)
    with pytest.raises(TypeError, match=message):
        compile(heron).source("c")
    with pytest.raises(TypeError, match=message):
        walkthrough(heron(Value(4.0)))._repr_html_()
    walkthrough(sqrt(Value(4.0)))._repr_html_()  # others are not touched
    with pytest.raises(TypeError, match=r"asks for numbers.*local="):
        operation(lambda_like_newton)


def test_what_asks_for_numbers_is_nan_where_a_program_has_no_value() -> None:
    @operation(local=lambda y, x: (1.0 / x,), domain=(0.5, 9.0))
    def by_math(x: Any) -> Any:
        return math.log(float(x))

    assert math.isnan(compile(by_math, backend="python")(-1.0))
    with ieee_arithmetic.on():
        assert math.isnan(by_math(-1.0)) and math.isnan(by_math(Value(-1.0)).data)
    with pytest.raises(ValueError, match=r"by_math has no real value at -1\.0"):
        by_math(-1.0)


def lambda_like_newton(x: Any) -> Any:
    return math.exp(x)


def test_a_slope_that_is_0_everywhere_passes_nothing_and_any_other_passes() -> None:
    @operation
    def doubled(x: Any, unused: Any) -> Any:
        return 2.0 * x

    @operation
    def times(x: Any, y: Any) -> Any:
        return x * y

    @operation
    def squared(x: Any) -> Any:
        return x * x * 1.0

    for at in (0.0, 3.0):
        slope, nothing = doubled(Value(at), Value(3.0)).local_gradients()
        assert slope == 2.0 and nothing is NOTHING
        y = Value(0.0)
        doubled(Value(at), sqrt(y)).backward()
        assert y.grad == 0.0  # and not 0 times infinity
        (slope,) = squared(Value(0.0)).local_gradients()
        assert slope == 0.0 and slope is not NOTHING
        slopes = times(Value(0.0), Value(at)).local_gradients()
        assert slopes == (at, 0.0) and not any(g is NOTHING for g in slopes)


def test_what_is_not_selected_passes_nothing() -> None:
    @operation
    def ramp(x: Any) -> Any:
        return where(greater(x, 0.0), x * x, 0.0)

    assert ramp(Value(-1.0)).local_gradients()[0] is NOTHING
    assert [grad(grad(ramp))(x) for x in (2.0, -1.0)] == [2.0, 0.0]
    assert [grad(grad(grad(ramp)))(x) for x in (2.0, -1.0)] == [0.0, 0.0]

    @operation
    def bowl(x: Any) -> Any:
        return where(greater(x, -1.0), x * x, 0.0)

    (slope,) = bowl(Value(0.0)).local_gradients()
    assert slope == 0.0 and slope is not NOTHING  # it is selected, and flat there
    step = operation(lambda_step)
    assert step(Value(-1.0)).local_gradients()[0] is NOTHING

    def f(x: Any) -> Any:
        return x + ramp(sqrt(x) - 1.0) + step(sqrt(x))

    assert grad(f)(0.0) == 1.0
    for backend in BACKENDS:
        assert compile(grad(f), backend=backend)(0.0) == 1.0


def lambda_step(x: Any) -> Any:
    return greater(x, 0.5)


def test_nor_does_what_a_function_of_the_table_has_not_selected() -> None:
    @operation
    def rectified(x: Any) -> Any:
        return relu(x)

    assert rectified(Value(-1.0)).local_gradients()[0] is NOTHING
    assert rectified(Value(2.0)).local_gradients() == (1.0,)
    infinite = lambda x: x + rectified(sqrt(x) - 1.0)  # noqa: E731
    assert grad(infinite)(0.0) == 1.0


def test_a_slope_that_another_argument_gates_follows_it() -> None:
    """A gate that is an argument may be 0 now and another number later."""

    @operation
    def gated_sum(gate: Any, x: Any, u: Any) -> Any:
        return x * where(gate, u, 0.0)

    gate, x, u = Value(0.0), Value(2.0), Value(3.0)
    slope = gradients(gated_sum(gate, x, u), [x])[0] + x
    assert slope.data == 2.0
    gate.data = 1.0
    assert replay(slope).data == 5.0
    for backend in BACKENDS:
        gate.data = 0.0
        program = compile(lambda t: gradients(gated_sum(gate, t, u), [t])[0] + t, backend=backend)
        assert program(2.0) == 2.0
        gate.data = 1.0
        assert program(2.0) == 5.0


@pytest.mark.parametrize(("gate", "slope"), [(0.0, 1.0), (2.0, math.inf)])
def test_what_is_not_selected_passes_nothing_without_a_record(gate: float, slope: float) -> None:
    @operation
    def gated_sum(gate: Any, x: Any, u: Any) -> Any:
        return x * where(gate, u, 0.0)

    x = Value(0.0)
    y = x + gated_sum(Value(gate), sqrt(x), Value(3.0))
    with no_grad():
        assert gradients(y, [x])[0].data == slope


def test_what_is_not_selected_passes_nothing_where_its_slope_is_infinite() -> None:
    @operation
    def root(x: Any) -> Any:
        return where(greater(x, 0.0), sqrt(x), 0.0)

    @operation
    def closed_root(x: Any) -> Any:
        return where(greater_equal(x, 0.0), sqrt(x), 0.0)

    assert root(Value(0.0)).local_gradients()[0] is NOTHING
    assert closed_root(Value(0.0)).local_gradients() == (math.inf,)
    x = Value(0.0)
    (x + root(sqrt(x))).backward()
    assert x.grad == 1.0


def test_what_only_looks_like_a_selection_passes() -> None:
    """A slope that ends in 0 and is no choice, and a choice that ends in another number."""

    @operation
    def soft(x: Any, u: Any) -> Any:
        return x * logaddexp(u, 0.0)

    @operation
    def either(x: Any, u: Any, v: Any) -> Any:
        return x * where(greater(u, 0.0), u, v)

    for on_floats in (True, False):

        def slopes(y: Any, leaves: Any, on_floats: bool = on_floats) -> Any:
            return y.local_gradients() if on_floats else [g.data for g in gradients(y, leaves)]

        leaves = [Value(2.0), Value(0.0)]
        assert list(slopes(soft(*leaves), leaves)) == [pytest.approx(math.log(2.0)), 1.0]
        leaves = [Value(2.0), Value(-1.0), Value(3.0)]
        assert list(slopes(either(*leaves), leaves)) == [3.0, 0.0, 2.0]


# ----------------------------------------------------------------------------------- refusals


def test_a_wrong_derivative_is_named() -> None:
    with pytest.raises(GradientError, match=r"derivative of product towards 'b' is wrong: at a ="):

        @operation(local=lambda y, a, b: (b, -a))
        def product(a: Any, b: Any) -> Any:
            return a * b

    assert "product" not in TABLE and "product" not in OWN
    wrong = operation(lambda_wrong, local=lambda y, x: (y,), check=False)
    assert wrong(Value(2.0)).local_gradients() == (4.0,)


def lambda_wrong(x: Any) -> Any:
    return x * x


def test_a_derivative_is_checked_also_where_few_points_have_a_value() -> None:
    """Of the 24 points that are tried, 5 have one: fewer than are looked for."""

    def late(x: Any) -> Any:
        return sqrt(x - 3.4)

    with pytest.raises(GradientError, match="derivative of late towards 'x' is wrong: at x = 3"):
        operation(late, domain=(0.0, 4.0), local=lambda y, x: (1.0 / y,))
    root = operation(late, domain=(0.0, 4.0), local=lambda y, x: (0.5 / y,))
    assert root(Value(3.65)).local_gradients() == (pytest.approx(1.0),)


def test_six_points_are_checked() -> None:
    points = set()

    def slope(_: Any, x: Any) -> tuple[Any]:
        if isinstance(x, float):
            points.add(x)
        return (2.0 * x,)

    operation(lambda_wrong, local=slope)
    assert len(points) == 6
    assert all(-2.0 < x < 2.0 for x in points)


@pytest.mark.parametrize(
    ("between", "points"),
    [
        ((-math.inf, math.inf), (-2.0, 2.0)),
        ((-math.inf, 3.0), (-1.0, 3.0)),
        ((1.0, math.inf), (1.0, 5.0)),
        ((-0.5, 9.0), (-0.5, 9.0)),
    ],
)
def test_a_domain_without_ends_is_tried_over_a_length_of_4(
    between: tuple[float, float], points: tuple[float, float]
) -> None:
    assert _finite(*between) == points


@pytest.mark.parametrize("older", [False, True])
def test_a_family_that_fails_is_no_family(older: bool) -> None:
    if older:
        operation(_named_scaled())
    row = TABLE.get("scaled")

    def scaled(x: Any, *, by: float = 2.0) -> Any:
        return by * x

    with pytest.raises(GradientError, match="derivative of scaled"):
        operation(scaled, local=lambda y, x, by: (0.0 * x,))
    assert "scaled" not in FAMILIES
    assert TABLE.get("scaled") is row and ("scaled" in OWN) is older


def test_what_is_interrupted_at_its_end_is_not_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(operation.__globals__, "public_function", interrupted)
    with pytest.raises(KeyboardInterrupt):
        operation(_named_scaled())
    assert "scaled" not in TABLE and "scaled" not in OWN


def test_a_row_of_a_family_takes_as_many_numbers_as_it_has() -> None:
    operation(gated)
    for numbers in ((), (1.0, 2.0)):
        with pytest.raises(ValueError, match=r"shorter|longer"):
            look_up("gated", numbers)


def test_a_row_without_a_symbol_is_shown_by_its_name() -> None:
    operation(lambda_wrong)
    assert TABLE["lambda_wrong"].symbol == "lambda_wrong"
    operation(lambda_wrong, symbol="λ")
    assert TABLE["lambda_wrong"].symbol == "λ"


def test_what_asks_for_numbers_is_said_in_words() -> None:
    def stepped(x: Any) -> Any:
        return x if x > 0.0 else 2.0 * x

    with pytest.raises(TypeError) as caught:
        operation(stepped)
    assert str(caught.value) == (
        "stepped asks for numbers (a comparison of a Value), so what it does cannot be "
        "differentiated: write it with autograd's functions, or give local=..."
    )


def test_declared_again_it_takes_the_place_of_the_older_one() -> None:
    def declare(factor: float) -> Any:
        @operation
        def scaled(x: Any) -> Any:
            return factor * sin(x)

        return scaled

    for factor in (2.0, 3.0):
        scaled = declare(factor)
        for backend in BACKENDS:
            program = compile(grad(lambda x, f=scaled: f(x)), backend=backend)
            assert program(0.5) == pytest.approx(factor * math.cos(0.5))
            assert program.batch([0.5] * 9)[-1] == pytest.approx(factor * math.cos(0.5))
    old = TABLE["scaled"]
    with pytest.raises(GradientError):
        operation(_named_scaled(), local=lambda y, x: (0.0 * x,))
    assert TABLE["scaled"] is old


def test_what_is_made_of_one_that_is_declared_again_is_made_anew() -> None:
    inner: list[Any] = [None]

    def outer(x: Any) -> Any:
        return inner[0](x) * x

    def declare(factor: float) -> None:
        @operation
        def part(x: Any) -> Any:
            return factor * x

        inner[0] = part

    declare(2.0)
    whole = operation(outer)
    assert whole(Value(3.0)).local_gradients() == (12.0,)
    declare(5.0)
    assert whole(Value(3.0)).local_gradients() == (30.0,)
    for backend in BACKENDS:
        assert compile(grad(whole), backend=backend)(3.0) == 30.0


def test_a_constant_is_an_operation_too() -> None:
    @operation
    def three(x: Any) -> Any:
        return 3.0

    assert three(Value(2.0)).local_gradients()[0] is NOTHING
    for backend in BACKENDS:
        assert compile(lambda x: three(x) + x, backend=backend)(1.0) == 4.0
        assert compile(grad(three), backend=backend)(1.0) == 0.0


def test_whole_numbers_in_a_rule_are_floats() -> None:
    @operation(local=lambda y, a, b: (3, -1))
    def apart(a: Any, b: Any) -> Any:
        return 3.0 * a - b

    a = Value(2.0)
    slopes = apart(a, 1).local_gradients()
    assert slopes == (3.0, -1.0) and {type(s) for s in slopes} == {float}
    assert gradients(apart(a, 1) ** 2, [a])[0].data == 30.0
    assert compile(grad(apart), backend="llvm")(3.0, 1.0) == 3.0


def _named_scaled() -> Any:
    def scaled(x: Any) -> Any:
        return 5.0 * x

    return scaled


def _tanh_again() -> Any:
    def tanh(x: Any) -> Any:
        return x

    return tanh


@pytest.mark.parametrize(
    ("declare", "error", "message"),
    [
        (lambda: operation(_tanh_again()), ValueError, "'tanh' is an operation of autograd's own"),
        (lambda: operation(lambda x: x), ValueError, "write a def"),
        (lambda: operation(with_default), TypeError, "fixed numbers by name"),
        (lambda: operation(without), TypeError, "some arguments"),
        (lambda: operation(lambda_wrong, local=lambda y, x: 2.0 * x), TypeError, "tuple of 1"),
        (
            lambda: operation(lambda_wrong, local=lambda y, x: (2.0 * float(x),)),
            TypeError,
            "local of lambda_wrong asks for numbers",
        ),
        (lambda: operation(lambda_wrong, domain=(2.0, 1.0)), ValueError, "a pair"),
        (lambda: operation(lambda_wrong, domain=(1.0, 1.0)), ValueError, "a pair"),
        (lambda: operation(lambda_wrong, domain=("low", "high")), ValueError, "a pair"),
        (lambda: operation(lambda_wrong, domain=[3.0]), ValueError, "a pair"),
        (lambda: operation(5), TypeError, "a function of numbers"),
        (lambda: operation(never), ValueError, "no value at any of the points"),
    ],
)
def test_what_cannot_be_declared(
    declare: Callable[[], Any], error: type[Exception], message: str
) -> None:
    before = dict(TABLE)
    with pytest.raises(error, match=message):
        declare()
    assert before == TABLE


def with_default(x: Any, y: Any = 1.0) -> Any:
    return x * y


def without() -> Any:
    return 1.0


def never(x: Any) -> Any:
    return sqrt(-1.0 - x * x)


def test_a_declared_function_keeps_its_name_and_words() -> None:
    def doubled(x: Any) -> Any:
        """Twice x."""
        return 2.0 * x

    words = doubled.__doc__  # none with -OO
    declared = operation(doubled)
    assert (declared.__name__, declared.__doc__) == ("doubled", words)
    assert declared.operation is TABLE["doubled"]


def test_importing_autograd_stays_cheap() -> None:
    code = "import autograd, sys; assert 'autograd.compiler' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
