"""grad, value_and_grad, vjp, jvp, jacobian, hessian and hvp."""

from __future__ import annotations

import itertools
import math
import random
import threading
from collections import OrderedDict, defaultdict, namedtuple
from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from autograd import (
    Value,
    calls,
    compile,
    cos,
    data,
    dot,
    exp,
    grad,
    gradients,
    grads,
    greater,
    heaviside,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    relu,
    sin,
    sqrt,
    tanh,
    total,
    value_and_grad,
    values,
    vjp,
    where,
)

Point = namedtuple("Point", "x y")


def cube(x: Any) -> Any:
    return x * x * x


def mixed(p: Any) -> Any:
    """A function of a nested argument, with every derivative different."""
    return sin(p["w"][0] * p["w"][1]) + p["b"] * p["b"] * p["w"][0]


def random_function(seed: int, inputs: int, outputs: int) -> Callable[[Any], list[Any]]:
    """A smooth function from a list to a list, put together at random."""

    def f(x: Any) -> list[Any]:
        choose = random.Random(seed)
        pool = list(x)
        for _ in range(12):
            a, b = choose.choice(pool), choose.choice(pool)
            pool.append(choose.choice([a + b, a * b, a - b, sin(a), tanh(a), exp(0.1 * a), a**2]))
        return pool[-outputs:]

    return f


def points(seed: int, n: int) -> list[float]:
    choose = random.Random(seed)
    return [choose.uniform(-1.5, 1.5) for _ in range(n)]


# ------------------------------------------------------------------------------------------ grad


def test_grad_of_numbers_gives_floats() -> None:
    gradient = grad(cube)(2.0)
    assert gradient == 12.0
    assert type(gradient) is float
    assert grad(cube)(2) == 12.0
    assert grad(cube)(Fraction(1, 2)) == 0.75
    assert value_and_grad(cube)(2.0) == (8.0, 12.0)
    assert grad(cube).__name__ == "cube"


def test_grad_of_a_value_gives_a_value_that_can_be_differentiated() -> None:
    x = Value(2.0, "x")
    value, gradient = value_and_grad(cube)(x)
    assert isinstance(value, Value)
    assert isinstance(gradient, Value)
    assert (value.data, gradient.data) == (8.0, 12.0)
    assert gradients(gradient, [x])[0].data == 12.0
    assert gradients(value, [x])[0].data == 12.0
    gradient.backward()
    assert x.grad == 12.0


def test_grad_to_any_order() -> None:
    f: Callable[..., Any] = lambda x: x**6  # noqa: E731
    x, factor = 2.0, 1.0
    for order in range(8):
        assert f(x) == factor * x ** max(6 - order, 0)
        factor *= 6 - order
        f = grad(f)
    g: Callable[..., Any] = sin
    for k in range(12):
        assert g(0.7) == pytest.approx(math.sin(0.7 + k * math.pi / 2), rel=1e-12)
        g = grad(g)


def test_argnums() -> None:
    def f(x: Any, y: Any, z: Any) -> Any:
        return x * y + y * z * z

    assert grad(f, 1)(2.0, 3.0, 5.0) == 27.0
    assert grad(f, -1)(2.0, 3.0, 5.0) == 30.0
    assert grad(f, (2, 0))(2.0, 3.0, 5.0) == (30.0, 3.0)
    assert grad(f, [0])(2.0, 3.0, 5.0) == (3.0,)
    assert grad(f, ())(2.0, 3.0, 5.0) == ()


def test_other_arguments_are_passed_on_untouched() -> None:
    def f(x: Any, name: str, *, factor: float, table: object = None) -> Any:
        assert name == "abc"
        assert table == {"a": "b"}
        return x * factor

    assert grad(f)(2.0, "abc", factor=3.0, table={"a": "b"}) == 3.0
    assert vjp(lambda x, k: x * k, 2.0, k=3.0)[1](1.0) == (3.0,)
    assert jvp(lambda x, k: x * k, (2.0,), (1.0,), k=3.0) == (6.0, 3.0)
    assert hvp(lambda x, k: x * x * k, (2.0,), (1.0,), k=3.0) == 6.0
    assert hessian(lambda x, k: x * x * k)(2.0, k=3.0) == 6.0


def test_results_mirror_the_argument() -> None:
    p = {"w": [2.0, 0.5], "b": 3.0}
    c = math.cos(1.0)
    assert grad(mixed)(p) == {"w": [0.5 * c + 9.0, 2.0 * c], "b": 12.0}
    assert p == {"w": [2.0, 0.5], "b": 3.0}
    assert grad(lambda q: q[0] * q[1][0])((2.0, [3.0, ()])) == (3.0, [2.0, ()])
    ordered = OrderedDict([("z", 2.0), ("a", 3.0)])
    gradient = grad(lambda q: q["z"] * q["a"])(ordered)
    assert list(gradient.items()) == [("z", 3.0), ("a", 2.0)]
    assert type(gradient) is OrderedDict
    counts: defaultdict[str, float] = defaultdict(float, a=2.0)
    assert type(grad(lambda q: cube(q["a"]))(counts)) is defaultdict
    assert grad(lambda q: cube(q["a"]))(MappingProxyType({"a": 2.0})) == {"a": 12.0}
    point = grad(lambda q: q.x * q.y)(Point(2.0, 3.0))
    assert point == Point(3.0, 2.0)
    assert type(point) is Point


def test_numbers_and_values_side_by_side() -> None:
    w = Value(3.0, "w")
    gradient = grad(lambda p: p[0] * p[1] * p[1])([w, 2.0])
    assert isinstance(gradient[0], Value)
    assert gradient[0].data == 4.0
    assert gradient[1] == 12.0
    assert type(gradient[1]) is float


def test_captured_values_are_left_alone_and_floats_come_out() -> None:
    w = Value(3.0, "w")
    value, gradient = value_and_grad(lambda x: w * x * x)(2.0)
    assert (value, gradient) == (12.0, 12.0)
    assert type(value) is type(gradient) is float
    assert w.grad == 0.0
    through = grad(lambda x: w * x * x)(Value(2.0))
    through.backward()
    assert w.grad == 4.0


def test_nothing_that_depends_on_the_argument_gives_0() -> None:
    w = Value(3.0)
    for f in (lambda x: 7, lambda x: w, lambda x: w * w, lambda x: 1.5, lambda x: heaviside(x)):
        gradient = grad(f)(2.0)
        assert gradient == 0.0
        assert type(gradient) is float
    assert value_and_grad(lambda x: 7)(2.0) == (7.0, 0.0)
    value, zero = value_and_grad(lambda x: 7)(w)
    assert (value.data, zero.data) == (7.0, 0.0)
    assert grad(grad(lambda x: 3.0 * x))(2.0) == 0.0
    assert jvp(lambda x: 7, (2.0,), (1.0,)) == (7.0, 0.0)
    assert jvp(lambda x: [], (2.0,), (1.0,)) == ([], [])
    assert jvp(lambda x: heaviside(x), (2.0,), (1.0,)) == (1.0, 0.0)
    assert vjp(lambda x: [x, 7.0], 2.0)[1]([1.0, 1.0]) == (1.0,)
    assert jacobian(lambda x: [7.0, x[0]])([1.0, 2.0]) == [[0.0, 0.0], [1.0, 0.0]]


def test_python_control_flow_and_where() -> None:
    def f(x: Any) -> Any:
        return where(greater(x, 0.0), x * x, -x) if x < 5 else 3.0 * x

    assert [grad(f)(x) for x in (2.0, -2.0, 7.0)] == [4.0, -1.0, 3.0]


# --------------------------------------------------------------------------- whose derivative is it


def test_perturbation_confusion() -> None:
    # Siskind and Pearlmutter's example: d/dx x·(d/dy (x + y)) = 1, and 2 if the two are confused
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x + y)(x))(3.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x * y * y)(x))(3.0) == 12.0
    assert grad(lambda x: jvp(lambda y: x * y * y, (x,), (x,))[1])(3.0) == 6.0 * 9.0
    assert jvp(lambda x: x * jvp(lambda y: x + y, (1.0,), (1.0,))[1], (1.0,), (1.0,))[1] == 1.0
    assert jvp(lambda x: x * jvp(lambda y: x + y, (x,), (1.0,))[1], (3.0,), (1.0,))[1] == 1.0
    assert jvp(lambda x: x * grad(lambda y: x * y)(2.0), (3.0,), (1.0,))[1] == 6.0
    assert grad(lambda x: x * vjp(lambda y: x + y, x)[1](1.0)[0])(3.0) == 1.0


def test_a_derivative_of_numbers_stays_a_value_inside_another_transform() -> None:
    assert grad(lambda w: grad(lambda x: w * x)(2.0))(5.0) == 1.0
    assert grad(lambda w: grad(lambda x: w * w * x * x)(2.0))(5.0) == 40.0
    assert jvp(lambda w: grad(lambda x: w * w * x)(2.0), (5.0,), (1.0,)) == (25.0, 10.0)
    assert hessian(lambda w: value_and_grad(lambda x: w * w * x * x)(2.0)[0])(5.0) == 8.0
    assert grad(lambda w: jvp(lambda x: w * w * x, (2.0,), (3.0,))[1])(5.0) == 30.0
    assert grad(lambda w: vjp(lambda x: w * w * x, 2.0)[1](3.0)[0])(5.0) == 30.0
    assert grad(lambda w: vjp(lambda x: x * x, 2.0)[1](w)[0])(5.0) == 4.0
    inner: list[object] = []
    grad(lambda w: w * (inner.append(grad(cube)(2.0)) or 1.0))(5.0)
    assert inner == [12.0]
    assert type(inner[0]) is float


def test_a_value_as_argument_and_captured_at_once() -> None:
    x = Value(3.0)
    assert grad(lambda y: x * y)(x).data == 3.0
    assert grad(lambda a, b: a * a * b, (0, 1))(x, x)[0].data == 18.0
    assert grad(lambda a, b: a * a * b, 1)(x, x).data == 9.0


def test_nothing_stays_active_after_an_error() -> None:
    with pytest.raises(RuntimeError, match="in the middle"):
        grad(lambda x: (_ for _ in ()).throw(RuntimeError("in the middle")))(2.0)
    assert not calls.active


def test_derivatives_pass_from_thread_to_thread() -> None:
    """The inner derivative is taken in a thread of its own, and still depends on w."""

    def in_a_thread(w: Any) -> Any:
        found: list[Any] = []
        thread = threading.Thread(target=lambda: found.append(grad(lambda x: w * x)(2.0)))
        thread.start()
        thread.join()
        return found[0]

    assert grad(in_a_thread)(5.0) == 1.0


def test_no_grad_inside_stops_the_gradient_and_outside_does_not() -> None:
    def stopped(x: Any) -> Any:
        with no_grad():
            factor = x * x
        return factor * x

    assert grad(stopped)(3.0) == 9.0
    x = Value(3.0)
    with no_grad():
        assert grad(cube)(2.0) == 12.0
        assert grad(grad(cube))(2.0) == 12.0
        assert jvp(cube, (2.0,), (1.0,)) == (8.0, 12.0)
        assert vjp(cube, 2.0)[1](1.0) == (12.0,)
        assert hvp(cube, (2.0,), (1.0,)) == 12.0
        gradient = grad(cube)(x)
        assert gradient.data == 27.0
        assert gradient.parents == ()
        assert (x * x).parents == ()
    assert (x * x).parents == (x, x)


# ------------------------------------------------------------------------------------- vjp and jvp


@pytest.mark.parametrize("seed", range(20))
def test_vjp_and_jvp_are_products_with_the_jacobian(seed: int) -> None:
    n, m = 4, 3
    f = random_function(seed, n, m)
    x, v, u = points(seed, n), points(seed + 100, m), points(seed + 200, n)
    j = jacobian(f)(x)
    assert len(j) == m
    assert all(len(row) == n for row in j)
    outputs, pullback = vjp(f, x)
    assert outputs == f(x)
    expected = [sum(v[i] * j[i][k] for i in range(m)) for k in range(n)]
    assert pullback(v)[0] == pytest.approx(expected, rel=1e-12, abs=1e-13)
    same, moved = jvp(f, (x,), (u,))
    assert same == outputs
    expected = [sum(j[i][k] * u[k] for k in range(n)) for i in range(m)]
    assert moved == pytest.approx(expected, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("seed", range(10))
def test_hvp_is_the_product_with_the_hessian(seed: int) -> None:
    n = 4
    f = random_function(seed, n, 3)

    def scalar(x: Any) -> Any:
        return total(v * v for v in f(x))

    x, u = points(seed, n), points(seed + 1, n)
    h = hessian(scalar)(x)
    for i in range(n):
        assert h[i] == pytest.approx([h[k][i] for k in range(n)], rel=1e-10, abs=1e-12)
    expected = [sum(h[i][k] * u[k] for k in range(n)) for i in range(n)]
    assert hvp(scalar, (x,), (u,)) == pytest.approx(expected, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize(
    ("f", "x"), [(lambda x: exp(-x), 0.3), (lambda x: sqrt(1.0 + x * x), -0.7), (cube, 2.0)]
)
def test_the_derivative_is_the_limit_of_difference_quotients(f: Any, x: float) -> None:
    errors = [abs((f(x + h) - f(x)) / h - grad(f)(x)) for h in (1e-1, 1e-2, 1e-3, 1e-4)]
    for larger, smaller in itertools.pairwise(errors):
        assert smaller == pytest.approx(larger / 10.0, rel=0.2)  # the error is of first order in h
    assert grad(lambda t: exp(-t))(x) == pytest.approx(-math.exp(-x), rel=1e-15)


def test_the_pullback_may_be_called_again_and_takes_values() -> None:
    outputs, pullback = vjp(lambda x, y: {"p": x * y, "s": [x + y]}, 2.0, 3.0)
    assert outputs == {"p": 6.0, "s": [5.0]}
    assert pullback({"p": 1.0, "s": [0.0]}) == (3.0, 2.0)
    assert pullback({"s": [1], "p": 10}) == (31.0, 21.0)
    v = Value(2.0, "v")
    from_value = pullback({"p": v, "s": [0.0]})
    assert [g.data for g in from_value] == [6.0, 4.0]
    assert gradients(from_value[0], [v])[0].data == 3.0
    outputs, pullback = vjp(cube, Value(2.0))
    assert isinstance(outputs, Value)
    assert isinstance(pullback(1.0)[0], Value)
    assert vjp(lambda: 3.0)[1](1.0) == ()


def test_nothing_flows_from_an_output_without_a_cotangent() -> None:
    """The slope of √x at 0 is infinite, and 0·inf would be nan."""
    _, pullback = vjp(lambda x: [sqrt(x), 3.0 * x], 0.0)
    assert pullback([0.0, 1.0]) == (3.0,)
    assert pullback([1.0, 1.0]) == (math.inf,)


def test_jvp_of_several_arguments_in_any_form() -> None:
    outputs, moved = jvp(
        lambda p, q: Point(p["a"] * q[0], q[1] - p["a"]),
        ({"a": 2.0}, (3.0, 5.0)),
        [{"a": 1.0}, (10.0, 100.0)],
    )
    assert outputs == Point(6.0, 3.0)
    assert moved == Point(23.0, 99.0)
    tangent = jvp(cube, (2.0,), (Value(3.0),))[1]
    assert isinstance(tangent, Value)
    assert tangent.data == 36.0
    x = Value(2.0)
    tangent = jvp(cube, (x,), (1.0,))[1]
    assert gradients(tangent, [x])[0].data == 12.0


def test_jvp_takes_the_same_rules_at_kinks_and_infinite_slopes() -> None:
    assert jvp(relu, (0.0,), (1.0,)) == (0.0, 0.0)
    assert jvp(sqrt, (0.0,), (1.0,)) == (0.0, math.inf)
    assert jvp(lambda x: sqrt(heaviside(x)), (0.0,), (1.0,)) == (0.0, 0.0)
    assert jvp(sqrt, (Value(0.0),), (1.0,))[1].data == math.inf
    assert jvp(lambda x, y: sqrt(x) + y, (0.0, 2.0), (0.0, 1.0)) == (2.0, 1.0)


def test_jvp_of_a_long_chain_takes_one_sweep() -> None:
    def f(x: Any) -> list[Any]:
        outputs = [x]
        for _ in range(20_000):
            outputs.append(outputs[-1] * 1.0001 + 0.5)
        return outputs

    assert jvp(f, (1.0,), (1.0,))[1][-1] == pytest.approx(1.0001**20_000, rel=1e-10)
    assert hvp(lambda x: total(f(x)[:2000]) ** 2, (1.0,), (1.0,)) > 0.0


def test_hvp_of_several_arguments_is_a_tuple() -> None:
    def f(x: Any, y: Any) -> Any:
        return x[0] * x[0] * y + cos(y)

    assert hvp(f, ([2.0], 3.0), ([1.0], 10.0)) == (
        [46.0],
        pytest.approx(4.0 - 10.0 * math.cos(3.0), rel=1e-14),
    )


def test_jacobian_and_hessian_nest_outputs_before_inputs() -> None:
    def f(x: Any, y: Any) -> Any:
        return {"a": x[0] * y, "b": (x[1] * x[1],)}

    assert jacobian(f)([2.0, 3.0], 5.0) == {"a": [5.0, 0.0], "b": ([0.0, 6.0],)}
    assert jacobian(f, (0, 1))([2.0, 3.0], 5.0) == {
        "a": ([5.0, 0.0], 2.0),
        "b": (([0.0, 6.0], 0.0),),
    }
    assert jacobian(cube)(2.0) == 12.0
    h = hessian(lambda p: p["x"] * p["y"] * p["y"])({"x": 2.0, "y": 3.0})
    assert h == {"x": {"x": 0.0, "y": 6.0}, "y": {"x": 6.0, "y": 4.0}}
    assert hessian(lambda x, y: x * y * y, (0, 1))(2.0, 3.0) == ((0.0, 6.0), (6.0, 4.0))


def test_the_matrix_of_a_layer() -> None:
    rows = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    assert jacobian(lambda x: [dot(row, x) for row in rows])([0.5, -0.5]) == rows


# ------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize("transform", [grad, value_and_grad, vjp, jacobian, hessian, jvp, hvp])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (2.0, "a float"),
        ("sin", "a str"),
        (Value(1.0), "a Value; for a Value call backward() or gradients()"),
    ],
    ids=["float", "str", "Value"],
)
def test_what_is_no_function_is_refused_by_every_transform(
    transform: Any, given: Any, said: str
) -> None:
    arguments = ((2.0,), (1.0,)) if transform in (jvp, hvp) else ()
    with pytest.raises(TypeError) as caught:
        transform(given, *arguments)
    assert str(caught.value) == f"a function is differentiated here, not {said}"


@pytest.mark.parametrize(
    ("compute", "error", "message"),
    [
        (lambda: grad(lambda x: [x])(1.0), TypeError, "use jacobian"),
        (lambda: grad(lambda x: (x, x))(1.0), TypeError, "not a tuple; .* use jacobian"),
        (lambda: grad(lambda x: {"a": x})(1.0), TypeError, "use jacobian"),
        (lambda: grad(lambda x: None)(1.0), TypeError, "an output of the function .* NoneType"),
        (lambda: grad(lambda x: "1")(1.0), TypeError, "an output of the function .* str"),
        (lambda: grad(cube)("2"), TypeError, "an argument to differentiate by .* str"),
        (lambda: grad(cube)(2j), TypeError, "not complex"),
        (lambda: grad(lambda p: p[0])([None]), TypeError, "not NoneType"),
        (lambda: grad(cube, 1)(2.0), TypeError, "argnums=1 names positional argument 1, .* with 1"),
        (lambda: grad(cube, -2)(2.0), TypeError, "argument -2"),
        (lambda: grad(cube)(x=2.0), TypeError, "called with 0; keyword arguments"),
        (lambda: grad(cube, "0"), TypeError, "argnums is an int or a sequence of ints, not '0'"),
        (lambda: grad(cube, True), TypeError, "argnums is an int"),
        (lambda: jacobian(cube, 1.0), TypeError, "argnums is an int"),  # type: ignore[arg-type]
        (lambda: grad(lambda x, y: x, (0, -2))(1.0, 2.0), ValueError, "names an argument twice"),
        (lambda: grad(Value(1.0)), TypeError, "not a Value; .* gradients"),  # type: ignore[arg-type]
        (lambda: vjp(2.0, 1.0), TypeError, "a function is differentiated here, not a float"),  # type: ignore[arg-type]
        (lambda: jvp(cube, 2.0, 1.0), TypeError, "the primals are a tuple .* not a float"),
        (lambda: jvp(cube, (2.0,), 1.0), TypeError, r"the tangents are a tuple .* \(x,\)"),
        (lambda: jvp(cube, (2.0,), (1.0, 2.0)), ValueError, "1 primals, 2 tangents"),
        (lambda: hvp(cube, (2.0,), ()), ValueError, "1 primals, 0 tangents"),
        (lambda: hvp(cube, 2.0, 1.0), TypeError, "the primals are a tuple"),
        (lambda: jvp(cube, ([2.0],), (1.0,)), TypeError, "a list is needed where a float"),
        (lambda: jvp(cube, ([2.0],), ((1.0,),)), TypeError, "a list is needed where a tuple"),
        (lambda: jvp(cube, (2.0,), ([1.0],)), TypeError, "a number or Value is needed"),
        (lambda: jvp(cube, ([2.0],), ([1.0, 2.0],)), ValueError, "a list of 1 is needed, one of 2"),
        (lambda: jvp(cube, ({"a": 1.0},), ({"b": 1.0},)), ValueError, r"keys \['a'\] are needed"),
        (
            lambda: jvp(cube, (2.0,), ("1",)),
            TypeError,
            "each of the tangents needs one real number",
        ),
        (lambda: vjp(cube, 2.0)[1]([1.0]), TypeError, "the cotangents .* form of the outputs"),
        (lambda: vjp(lambda x: [x, x], 2.0)[1]([1.0]), ValueError, "a list of 2 is needed"),
        (lambda: vjp(cube, 2.0)[1]("1"), TypeError, "each of the cotangents needs one real number"),
        (lambda: vjp(cube, 2.0)[1](), TypeError, "cotangents"),
    ],
)
def test_errors_say_what_was_given(
    compute: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        compute()


def test_a_leaf_changed_in_between_is_refused() -> None:
    w = Value(3.0, "w")

    def f(x: Any) -> Any:
        w.data = 3.0
        y = w * x * x
        w.data = 4.0
        return y

    x = Value(2.0)
    for transform in (lambda: grad(f)(x), lambda: jvp(f, (x,), (1.0,))):
        with pytest.raises(ValueError, match=r"the data of 'w'.* was changed"):
            transform()
    assert jvp(f, (2.0,), (1.0,)) == (12.0, 12.0)


# ------------------------------------------------------------------------------------------- arrays


def many(p: Any) -> Any:
    """A function of nested arrays."""
    hidden = np.tanh(p["W"] @ p["b"]) * p["s"]
    return np.sum(hidden * hidden) + np.exp(p["deep"][0][1]).sum()


def tree() -> dict[str, Any]:
    fortran = np.asfortranarray(np.linspace(-1.0, 1.0, 6).reshape(2, 3))
    deep = (np.array([[0.5]], dtype=np.float32), np.array([], dtype=int))
    return {"W": fortran, "b": np.array([1, -2, 3]), "s": 0.5, "deep": [deep, ()]}


def test_gradients_of_arrays_have_their_shape() -> None:
    p = tree()
    p["W"].setflags(write=False)
    p["deep"][0] = (p["deep"][0][0], np.zeros((0, 2)))
    gradient = grad(many)(p)
    assert {k: type(v) for k, v in gradient.items()} == {
        "W": np.ndarray,
        "b": np.ndarray,
        "s": float,
        "deep": list,
    }
    assert gradient["W"].shape == (2, 3)
    assert gradient["deep"][0][1].shape == (0, 2)
    for array in (gradient["W"], gradient["b"], *gradient["deep"][0]):
        assert array.dtype == np.float64
    h = 1e-6
    for i, j in np.ndindex(2, 3):
        moved = np.zeros((2, 3))
        moved[i, j] = h
        there, back = ({**p, "W": p["W"] + sign * moved} for sign in (1.0, -1.0))
        expected = (many_in_numpy(there) - many_in_numpy(back)) / (2.0 * h)
        assert gradient["W"][i, j] == pytest.approx(expected, rel=1e-7, abs=1e-9)


def many_in_numpy(p: Any) -> Any:
    return np.sum((np.tanh(p["W"] @ p["b"]) * p["s"]) ** 2)


@pytest.mark.parametrize("shape", [(), (0,), (1,), (4,), (2, 3), (2, 0, 3), (2, 1, 3)])
@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "bool", "object", "fortran"])
def test_shapes_of_all_transforms(shape: tuple[int, ...], kind: str) -> None:
    x = np.array(np.random.default_rng(1).normal(size=shape) * 3.0, order="F")
    x = x if kind == "fortran" else x.astype(kind)
    x.setflags(write=False)
    numbers = x.astype(float)

    def f(x: Any) -> Any:
        return np.sum(x**3) * 1.0

    def g(x: Any) -> Any:
        return x * x

    n = numbers.size
    slopes, second = 3.0 * numbers**2, 6.0 * numbers
    results = {
        "grad": (grad(f)(x), slopes),
        "value_and_grad": (value_and_grad(f)(x)[1], slopes),
        "hvp": (hvp(f, (x,), (np.ones(shape),)), second),
        "jvp": (jvp(g, (x,), (numbers,))[1], 2.0 * numbers**2),
        "vjp": (vjp(g, x)[1](np.ones(shape))[0], 2.0 * numbers),
        "jacobian": (jacobian(g)(x), np.diag(2.0 * numbers.ravel()).reshape(shape * 2)),
        "hessian": (hessian(f)(x), np.diag(second.ravel()).reshape(shape * 2)),
    }
    for name, (found, expected) in results.items():
        if shape or name != "jvp":  # g gives one Value for one Value, and so a float
            assert isinstance(found, np.ndarray), name
            assert found.dtype == np.float64, name
        assert np.shape(found) == expected.shape, name
        assert found == pytest.approx(expected, rel=1e-14, abs=1e-300), name
    assert type(value_and_grad(f)(x)[0]) is float
    assert n == x.size


def test_jacobians_of_nested_arrays_have_the_axes_of_outputs_then_of_inputs() -> None:
    """Each block is that of the Jacobian of the same function of one flat list."""
    p = {"W": np.linspace(-1.0, 1.0, 6).reshape(2, 3), "b": np.array([1.0, -2.0, 3.0]), "s": 0.5}

    def f(p: Any) -> Any:
        return {"y": np.sin(p["W"]) @ p["b"] * p["s"], "t": [p["W"] * p["s"], p["b"] @ p["b"]]}

    def flat(x: Any) -> Any:
        y = f({"W": np.array(x[:6]).reshape(2, 3), "b": np.array(x[6:9]), "s": x[9]})
        return [*y["y"], *y["t"][0].ravel(), y["t"][1]]

    inputs, outputs = {"W": (2, 3), "b": (3,), "s": ()}, {"y": (2,), "t0": (2, 3), "t1": ()}
    matrix = np.array(jacobian(flat)([*p["W"].ravel().tolist(), *p["b"].tolist(), 0.5]))
    found = jacobian(f)(p)
    by_name = {"y": found["y"], "t0": found["t"][0], "t1": found["t"][1]}
    row = 0
    for out, out_shape in outputs.items():
        column, rows = 0, math.prod(out_shape)
        for name, shape in inputs.items():
            columns = math.prod(shape)
            block = matrix[row : row + rows, column : column + columns]
            assert np.shape(by_name[out][name]) == out_shape + shape
            assert np.array_equal(by_name[out][name], block.reshape(out_shape + shape))
            column += columns
        row += rows
    assert type(found["t"][1]["s"]) is float
    h = hessian(lambda p: np.sum(f(p)["y"] ** 2))(p)
    assert {k: np.shape(v) for k, v in h["b"].items()} == {"W": (3, 2, 3), "b": (3, 3), "s": (3,)}
    assert h["W"]["b"] == pytest.approx(np.moveaxis(h["b"]["W"], 0, 2), rel=1e-12)


def test_several_arguments_some_of_them_arrays() -> None:
    x, y = np.array([1.0, 2.0]), [3.0, np.array(4.0)]
    gradient = grad(lambda x, y: (x * y[0]).sum() * y[1], (0, 1))(x, y)
    assert gradient[0].tolist() == [12.0, 12.0]
    assert gradient[1] == [12.0, 9.0]
    assert isinstance(gradient[1][1], np.ndarray)
    rows = jacobian(lambda x, y: x * y[0], (0, 1))(x, y)
    assert rows[0].tolist() == [[3.0, 0.0], [0.0, 3.0]]
    assert rows[1][0].tolist() == [1.0, 2.0]
    assert grad(lambda x, w: x @ w)(x, np.array([5.0, 6.0])).tolist() == [5.0, 6.0]


def test_arrays_of_values_give_arrays_of_values() -> None:
    x = values([1.0, 2.0])
    gradient = grad(lambda x: (x**3).sum())(x)
    assert gradient.dtype == object
    assert data(gradient).tolist() == [3.0, 12.0]
    gradient.sum().backward()
    assert grads(x).tolist() == [6.0, 12.0]
    mixed = np.array([x[0], 2.0], dtype=object)
    assert [type(g) for g in grad(lambda x: (x**3).sum())(mixed)] == [Value, float]


def test_transforms_of_arrays_nest_and_are_compiled() -> None:
    x = np.array([0.3, -0.7, 1.1])

    def f(x: Any) -> Any:
        return np.sum(np.sin(x) * x[0])

    inner = grad(lambda x: grad(f)(x) @ x)(x)
    by_hand = hessian(f)(x) @ x + grad(f)(x)
    assert inner == pytest.approx(by_hand, rel=1e-13)
    assert hvp(f, (x,), (x,)) == pytest.approx(hessian(f)(x) @ x, rel=1e-13)
    for transform in (grad, jacobian, hessian):
        assert compile(transform(f))(x) == pytest.approx(transform(f)(x), rel=1e-13)


def test_something_beside_the_number_is_handed_on() -> None:
    w = Value(3.0)

    def f(x: Any) -> Any:
        return (x * w).sum(), {"x": x, "first": [x[0]], "name": "f", "n": 2, "w": w, "none": None}

    (value, aux), gradient = value_and_grad(f, has_aux=True)(np.array([1.0, 2.0]))
    assert (value, gradient.tolist()) == (9.0, [3.0, 3.0])
    assert aux["x"].dtype == np.float64
    assert aux["x"].tolist() == [1.0, 2.0]
    assert (aux["first"], aux["name"], aux["n"], aux["w"]) == ([1.0], "f", 2, 3.0)
    assert grad(f, has_aux=True)(np.ones(1))[1]["none"] is None
    assert grad(lambda x: (x * x, x + 1.0), has_aux=True)(3.0) == (6.0, 4.0)
    gradient, aux = grad(lambda x: (x * x, x + 1.0), has_aux=True)(Value(3.0))
    assert (gradient.data, aux.data) == (6.0, 4.0)

    def outer(x: Any) -> Any:
        slope, twice = grad(lambda y: (y * y * x, 2.0 * x), has_aux=True)(x)
        return slope * twice

    assert grad(outer)(3.0) == 3.0 * 4.0 * 9.0
    with pytest.raises(TypeError, match=r"has_aux=True .* a tuple of two: .* not a Value"):
        grad(lambda x: x * x, has_aux=True)(3.0)
    with pytest.raises(TypeError, match="not a tuple of 3"):
        grad(lambda x: (x, x, x), has_aux=True)(3.0)
    with pytest.raises(TypeError, match="use jacobian"):
        grad(lambda x: (x, 1.0), has_aux=True)(np.ones(2))


@pytest.mark.parametrize(
    ("compute", "error", "message"),
    [
        (lambda: grad(lambda x: x)(np.ones(3)), TypeError, r"ndarray of shape \(3,\); .*jacobian"),
        (lambda: grad(lambda x: x[:1])(np.ones(3)), TypeError, r"of shape \(1,\)"),
        (lambda: grad(np.sum)(np.array([1j])), TypeError, "an array of complex128 was given"),
        (lambda: grad(np.sum)(np.array(["1"])), TypeError, "an array of <U1"),
        (lambda: grad(np.sum)(np.array([None])), TypeError, "not NoneType"),
        (lambda: grad(np.sum)(np.ma.masked_array([1.0])), TypeError, "masked array"),
        (
            lambda: jvp(np.sum, (np.ones(2),), ([1.0, 2.0],)),
            TypeError,
            r"an array of shape \(2,\) is needed where a list was given",
        ),
        (
            lambda: jvp(np.sum, (np.ones(2),), (np.ones((2, 1)),)),
            ValueError,
            r"an array of shape \(2,\) is needed, one of shape \(2, 1\)",
        ),
        (lambda: vjp(np.sin, np.ones(2))[1](1.0), TypeError, "where a float was given"),
        (lambda: jvp(np.sum, np.ones(2), np.ones(2)), TypeError, r"write \(x,\)"),
    ],
)
def test_errors_of_arrays_say_what_was_given(
    compute: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        compute()
