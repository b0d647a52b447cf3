"""What is not selected passes nothing; a zero that is a number multiplies as IEEE says.

Every mode gives the same derivatives to third order, wherever 0 meets ∞.
"""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from autograd import (
    Value,
    acosh,
    asin,
    compile,
    derivation,
    elu,
    grad,
    gradients,
    greater,
    heaviside,
    hessian,
    hvp,
    hypot,
    jacobian,
    jvp,
    leaky_relu,
    ledger,
    less,
    log,
    logsumexp,
    maximum,
    minimum,
    no_grad,
    relu,
    sigmoid,
    softmax,
    sqrt,
    stop_gradient,
    value_and_grad,
    vjp,
    walkthrough,
    where,
)
from autograd.functions import fixed_power
from autograd.node import NOTHING
from nn.optim import Adam

NAN = math.nan
INFINITY = math.inf


def _unselected_twice(x: Any) -> Any:
    u = 1.0 * x  # it has two consumers, neither of which is selected
    return where(greater(x, 1.0), sqrt(u) * u + log(u + 1e-3), 3.0 * x)


def _two_relus(x: Any) -> Any:
    u = sqrt(x)
    return relu(-u) * 2.0 + relu(-u - 1.0) + x


def _deviation(x: Any) -> Any:
    row = [1.0 * x, 1.0 * x, 1.0 * x]
    mean = (row[0] + row[1] + row[2]) / 3.0
    return sqrt(sum((each - mean) ** 2 for each in row) / 3.0)


SELECTED: dict[str, tuple[Callable[[Any], Any], float]] = {
    "where": (lambda x: where(less(x, 1.0), x, sqrt(x)), 1.0),
    "where, the other branch": (lambda x: where(greater(x, 1.0), asin(1.0 - x), 2.0 * x), 2.0),
    "x·√x": (lambda x: where(greater(x, 0.0), x * acosh(x + 1.0), 5.0 * x), 5.0),
    "maximum": (lambda x: maximum(1.0, sqrt(x)), 0.0),
    "minimum": (lambda x: minimum(-1.0, sqrt(x)) + x, 1.0),
    "log(1/maximum)": (lambda x: log(1.0 / maximum(1e-300, x)), 0.0),
    "relu": (lambda x: relu(-sqrt(x)) + x, 1.0),
    "relu at its kink": (lambda x: relu(sqrt(x)) + x, 1.0),
    "leaky relu without a leak": (lambda x: leaky_relu(-sqrt(x), 0.0) + x, 1.0),
    "elu without a depth": (lambda x: elu(-sqrt(x), 0.0) + x, 1.0),
    "a step": (lambda x: sqrt(heaviside(x)) + x, 1.0),
    "a comparison": (lambda x: sqrt(greater(x, 0.5)) + x, 1.0),
    "x⁰": (lambda x: sqrt(x) ** 0.0 + x, 1.0),
    "what is stopped": (lambda x: stop_gradient(sqrt(x)) * 2.0 + x, 1.0),
    "what is stopped, then selected": (lambda x: relu(stop_gradient(sqrt(x)) - 1.0) + x, 1.0),
    "two consumers": (_unselected_twice, 3.0),
    "two ways under one mask": (lambda x: where(less(x, 1.0), 2.0, x + sqrt(x)), 0.0),
    "two ReLUs": (_two_relus, 1.0),
    "inside another": (lambda x: relu(where(less(x, 1.0), x - 1.0, sqrt(x))) + x, 1.0),
    "a choice that is not chosen": (
        lambda x: where(greater(x, 1.0), where(less(x, 1.0), sqrt(x), x), x),
        1.0,
    ),
    "nan from above": (lambda x: where(less(x, 1.0), x, sqrt(hypot(x, 0.0))), 1.0),
}
"""f(x) where 0 meets ∞ at x = 0, and f′(0)."""

NUMBERS: dict[str, Callable[[Any], Any]] = {
    "√x squared": lambda x: sqrt(x) ** 2,
    "√x·√x": lambda x: sqrt(x) * sqrt(x),
    "0·√x": lambda x: 0.0 * sqrt(x),
    "hypot squared": lambda x: hypot(x, x) ** 2,
    "a mask that is a factor": lambda x: sqrt(x) * greater(x, 0.0),
    "a standard deviation of equal numbers": _deviation,
}
"""f(x) of which a zero that is a number meets ∞ at x = 0, so that f′(0) is nan."""


def _backward(f: Callable[[Any], Any], x: float) -> float:
    leaf = Value(x)
    f(leaf).backward()
    return leaf.grad


def _gradients(f: Callable[[Any], Any], x: float) -> float:
    leaf = Value(x)
    return gradients(f(leaf), [leaf])[0].data


def _plain_gradients(f: Callable[[Any], Any], x: float) -> float:
    leaf = Value(x)
    y = f(leaf)
    with no_grad():
        return gradients(y, [leaf])[0].data


def _compiled_backward(backend: Any, rows: int) -> Callable[[Callable[[Any], Any], float], float]:
    def slope(f: Callable[[Any], Any], x: float) -> float:
        w = Value(x)
        program = compile(lambda zero: f(w + zero), backend=backend)
        program.backward([0.0] * rows)
        return w.grad

    return slope


def _compiled(transform: Callable[[Any], Any], backend: Any, rows: int = 1) -> Any:
    def slope(f: Callable[[Any], Any], x: float) -> Any:
        return compile(transform(f), backend=backend).batch([x] * rows)[-1]

    return slope


MODES: dict[str, Callable[[Callable[[Any], Any], float], float]] = {
    "backward": _backward,
    "gradients": _gradients,
    "gradients without recording": _plain_gradients,
    "grad": lambda f, x: grad(f)(x),
    "value_and_grad": lambda f, x: value_and_grad(f)(x)[1],
    "jacobian": lambda f, x: jacobian(f)(x),
    "vjp": lambda f, x: vjp(f, x)[1](1.0)[0],
    "jvp": lambda f, x: jvp(f, (x,), (1.0,))[1],
    "python, backward": _compiled_backward("python", 1),
    "llvm, backward": _compiled_backward("llvm", 1),
    "llvm, backward of a batch": _compiled_backward("llvm", 9),
    "python, grad": _compiled(grad, "python"),
    "llvm, grad": _compiled(grad, "llvm"),
    "llvm, grad of a batch": _compiled(grad, "llvm", 9),
    "llvm, jvp": _compiled(lambda f: lambda x: jvp(f, (x,), (1.0,))[1], "llvm"),
    "walkthrough": lambda f, x: _seen(f, x, lambda y, leaf: _last(walkthrough(y), leaf)),
    "ledger": lambda f, x: _seen(f, x, lambda y, leaf: ledger(y, leaf).total),
    "derivation": lambda f, x: _seen(f, x, lambda y, leaf: derivation(y, leaf).total),
}


def _seen(f: Callable[[Any], Any], x: float, look: Callable[[Value, Value], float]) -> float:
    leaf = Value(x, "x")
    return look(f(leaf), leaf)


def _last(steps: Sequence[Any], leaf: Value) -> float:
    return [step.accumulated for step in steps if step.parent is leaf][-1]  # type: ignore[no-any-return]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", SELECTED)
def test_what_is_not_selected_passes_nothing(case: str, mode: str) -> None:
    f, slope = SELECTED[case]
    assert MODES[mode](f, 0.0) == slope


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", NUMBERS)
def test_a_zero_that_is_a_number_multiplies_as_ieee_says(case: str, mode: str) -> None:
    assert math.isnan(MODES[mode](NUMBERS[case], 0.0))


@pytest.mark.parametrize("mode", MODES)
def test_what_is_stopped_is_a_number_like_any_other(mode: str) -> None:
    assert MODES[mode](lambda x: stop_gradient(x) * x, 3.0) == 3.0
    assert MODES[mode](lambda x: stop_gradient(x * x), 3.0) == 0.0


def _again(f: Callable[[Any], Any], x: float, order: int) -> float:
    leaf = Value(x)
    y = f(leaf)
    for _ in range(order):
        (y,) = gradients(y, [leaf])
    return y.data


def _again_then_backward(f: Callable[[Any], Any], x: float) -> float:
    leaf = Value(x)
    (first,) = gradients(f(leaf), [leaf])
    first.backward()
    return leaf.grad


HIGHER: dict[str, Callable[[Callable[[Any], Any], float], float]] = {
    "gradients twice": lambda f, x: _again(f, x, 2),
    "gradients three times": lambda f, x: _again(f, x, 3),
    "gradients, then backward": _again_then_backward,
    "grad of grad": lambda f, x: grad(grad(f))(x),
    "grad of grad of grad": lambda f, x: grad(grad(grad(f)))(x),
    "hessian": lambda f, x: hessian(f)(x),
    "hvp": lambda f, x: hvp(f, (x,), (1.0,)),
    "jvp of jvp": lambda f, x: jvp(lambda x: jvp(f, (x,), (1.0,))[1], (x,), (1.0,))[1],
    "python, hessian": _compiled(hessian, "python"),
    "llvm, hessian": _compiled(hessian, "llvm", 5),
    "llvm, grad of hessian": _compiled(lambda f: grad(hessian(f)), "llvm"),
    "python, backward of grad": lambda f, x: _compiled_backward("python", 1)(grad(f), x),
    "llvm, backward of grad": lambda f, x: _compiled_backward("llvm", 3)(grad(f), x),
}


@pytest.mark.parametrize("mode", HIGHER)
@pytest.mark.parametrize("case", SELECTED)
def test_nor_to_any_order(case: str, mode: str) -> None:
    assert HIGHER[mode](SELECTED[case][0], 0.0) == 0.0


@pytest.mark.parametrize("mode", HIGHER)
def test_nor_does_what_is_stopped(mode: str) -> None:
    assert HIGHER[mode](lambda x: stop_gradient(x) * x, 3.0) == 0.0


@pytest.mark.parametrize("backend", ["python", "llvm"])
@pytest.mark.parametrize("batch_size", [None, 4])
@pytest.mark.parametrize("rows", [1, 9])
def test_training_is_the_eager_loop(backend: Any, batch_size: int | None, rows: int) -> None:
    """u stays at 0, where √u has an infinite slope that is never selected."""

    def loss(w: Value, u: Value, x: Any, t: Any) -> Any:
        return (w * x - t) ** 2 + relu(-sqrt(u) - 1.0) + where(greater(x, 9.0), sqrt(u), 0.0)

    def penalty(u: Value) -> Any:
        return maximum(0.0, sqrt(u) - 1.0)

    w, u = Value(1.0), Value(0.0)
    program = compile(lambda x, t: loss(w, u, x, t), backend=backend)
    xs, ts = [1.0] * rows, [3.0] * rows
    told = program.train(
        xs, ts, optimizer=Adam([w, u], lr=0.1), epochs=10, batch_size=batch_size,
        penalty=lambda: penalty(u),
    )  # fmt: skip
    again, v = Value(1.0), Value(0.0)
    optimizer = Adam([again, v], lr=0.1)
    for _ in range(10 * -(-rows // (batch_size or rows))):
        optimizer.zero_grad()
        (loss(again, v, 1.0, 3.0) + penalty(v)).backward()
        optimizer.step()
    assert (w.data, u.data) == (pytest.approx(again.data, rel=1e-12), 0.0)
    assert len(told) == 10 and all(map(math.isfinite, told.gradient_norms))


def test_training_goes_on_where_the_meeting_comes_late() -> None:
    """Epochs before it are kept, and a schedule or a callback sees each epoch once."""
    w, u = Value(3.0), Value(0.0)
    program = compile(lambda x: w * x + where(greater(w, 1.5), 0.0, relu(-sqrt(u) - 1.0)))
    numbers: list[int] = []
    told = program.train(
        [1.0, 1.0],
        optimizer=Adam([w, u], lr=0.5),
        epochs=8,
        callback=lambda epoch: numbers.append(epoch.number),
    )
    assert numbers == list(range(1, 9))
    assert u.data == 0.0 and told[-1].loss < told[0].loss and math.isfinite(w.data)


def test_training_that_truly_comes_to_nan_says_so() -> None:
    u = Value(0.0)
    program = compile(lambda x: sqrt(u) ** 2 + relu(-x))
    told = program.train([1.0], optimizer=Adam([u], lr=0.1), epochs=3)
    assert math.isnan(u.data) and len(told) == 3


def test_source_that_runs_elsewhere_is_settled() -> None:
    w = Value(0.0, "w")
    program = compile(lambda x: where(less(w, 1.0), w, sqrt(w)) * x)
    namespace: dict[str, Any] = {}
    exec(program.source("python"), namespace)
    _, (value, slope) = namespace["run"]([[2.0]], [0.0])
    assert (value, slope) == (0.0, 2.0)


def test_a_dead_layer_passes_nothing_whatever_its_inputs_are() -> None:
    """All ReLUs are off, one input is infinite: the first layer's gradient is 0, not 0·∞."""

    def loss(w: Sequence[Any], x: Sequence[Any]) -> Any:
        hidden = [relu(w[0] * x[0] - x[1]), relu(w[1] * x[0] - x[1])]
        return relu(w[2] * hidden[0] + w[3] * hidden[1] - 1.0)

    at, x = [1.0, 2.0, 3.0, 4.0], [1.0, INFINITY]
    leaves = [Value(w) for w in at]
    loss(leaves, x).backward()
    assert [leaf.grad for leaf in leaves] == [0.0] * 4
    assert grad(lambda w: loss(w, x))(at) == [0.0] * 4
    for backend in ("python", "llvm"):
        leaves = [Value(w) for w in at]
        compile(lambda x, w=leaves: loss(w, x), backend=backend).backward([x] * 5)
        assert [leaf.grad for leaf in leaves] == [0.0] * 4


def test_logsumexp_of_nothing() -> None:
    nothing = [-INFINITY, -INFINITY]
    leaves = [Value(x) for x in nothing]
    y = logsumexp(leaves)
    y.backward()
    assert (y.data, [leaf.grad for leaf in leaves]) == (-INFINITY, [0.0, 0.0])
    for backend in ("python", "llvm"):
        program = compile(value_and_grad(logsumexp), backend=backend)
        assert program(nothing) == (-INFINITY, [0.0, 0.0])
        assert program.batch([nothing] * 5)[4] == (-INFINITY, [0.0, 0.0])
    assert hessian(logsumexp)(nothing) == [[0.0, 0.0], [0.0, 0.0]]
    assert logsumexp([3.0, -INFINITY]) == 3.0
    assert grad(logsumexp)([3.0, -INFINITY]) == [1.0, 0.0]


def _forward_algorithm(logs: dict[str, Any]) -> Any:
    """The log probability of a sequence by a hidden Markov model, in log space."""
    alpha = logs["start"]
    for symbol in (0, 1, 1, 0):
        alpha = [
            logsumexp([alpha[i] + logs["move"][i][j] for i in range(2)]) + logs["emit"][j][symbol]
            for j in range(2)
        ]
    return logsumexp(alpha)


def test_a_hidden_markov_model_with_impossible_moves() -> None:
    """The gradient is the expected count of each move: none for what is impossible."""
    half, never = math.log(0.5), -INFINITY
    logs = {
        "start": [0.0, never],
        "move": [[half, half], [never, 0.0]],
        "emit": [[half, half], [math.log(0.25), math.log(0.75)]],
    }
    counts = grad(_forward_algorithm)(logs)
    assert counts["start"] == [1.0, 0.0] and counts["move"][1][0] == 0.0
    assert sum(map(sum, counts["move"])) == pytest.approx(4.0, rel=1e-14)
    assert sum(map(sum, counts["emit"])) == pytest.approx(4.0, rel=1e-14)
    for backend in ("python", "llvm"):
        found = compile(grad(_forward_algorithm), backend=backend)(logs)
        for name in logs:
            assert _flat(found[name]) == pytest.approx(_flat(counts[name]), rel=1e-13, abs=0)
    tangents = {name: _like(part) for name, part in logs.items()}
    assert jvp(_forward_algorithm, (logs,), (tangents,))[1] == pytest.approx(9.0, rel=1e-14)


def _flat(tree: Any) -> list[float]:
    return [x for part in tree for x in _flat(part)] if isinstance(tree, list) else [tree]


def _like(tree: Any) -> Any:
    return [_like(part) for part in tree] if isinstance(tree, list) else 1.0


def test_masked_softmax() -> None:
    weights, jacobian_ = softmax([0.0, -INFINITY]), jacobian(softmax)([0.0, -INFINITY])
    assert weights == [1.0, 0.0]
    assert jacobian_ == [[0.0, 0.0], [0.0, 0.0]]


def test_nothing_survives_copies_pickles_and_replay() -> None:
    x = Value(0.0)
    y = where(less(x, 1.0), x, sqrt(x))
    for other in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        assert [local is NOTHING for local in other.local_gradients()] == [True, False, True]
        (leaf,) = {p for p in other.parents if not p.parents and p.operation is None}
        other.backward()
        assert leaf.grad == 1.0
    assert repr(NOTHING) == "0.0" and NOTHING == 0.0 and isinstance(NOTHING, float)
    assert NOTHING * NAN is NOTHING and NAN * NOTHING is NOTHING and 2.0 + NOTHING == 2.0


@pytest.mark.parametrize("seed", [0.0, -0.0])
def test_no_gradient_from_above_is_nothing_too(seed: float) -> None:
    x = Value(0.0)
    y = sqrt(x)
    y.backward(seed)
    assert x.grad == y.grad == 0.0
    assert vjp(sqrt, 0.0)[1](seed) == (0.0,)
    assert jvp(sqrt, (0.0,), (seed,))[1] == 0.0


# ------------------------------------------------------------------------------------ powers


BASES = (-2.0, -1.0, -0.0, 0.0, 5e-324, 1e-300, 1.0, 2.0)
EXPONENTS = (-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0)


def _power_truth(m: int, k: int, a: float, b: float) -> float:
    """∂ᵐ⁺ᵏaᵇ/∂aᵐ∂bᵏ by hand; inf where it is not finite, whatever its sign."""
    below = [b - i for i in range(m)]
    # The derivatives by b of b·(b − 1)···(b − m + 1), each with its factor of Leibniz's rule.
    outer = [math.prod(below)]
    if k >= 1:
        outer.append(k * sum(math.prod(below[:i] + below[i + 1 :]) for i in range(m)))
    if k >= 2:
        pairs = [(i, j) for i in range(m) for j in range(m) if i != j]
        left = [[x for i, x in enumerate(below) if i not in pair] for pair in pairs]
        outer.append(math.comb(k, 2) * sum(map(math.prod, left)))
    if a == 0.0:
        if b > m or not any(outer):
            return 0.0
        return outer[k] if b == m and not any(outer[:k]) else INFINITY
    if a < 0.0 and any(outer[:k]):
        return NAN
    logs = [c * math.log(a) ** (k - j) if k > j else c for j, c in enumerate(outer) if c]
    try:
        return a ** (b - m) * sum(logs) if logs else 0.0
    except OverflowError:
        return INFINITY


@pytest.mark.parametrize("a", BASES)
@pytest.mark.parametrize("b", EXPONENTS)
def test_powers_at_all_corners_to_third_order(a: float, b: float) -> None:
    """In every mode alike; ∂/∂b is 0 at a = 0, also at b = 0, by the table's convention."""
    try:
        _ = a**b
    except (ZeroDivisionError, OverflowError):
        return
    if isinstance(a**b, complex):
        return

    def power(v: Sequence[Any]) -> Any:
        return v[0] ** v[1]

    def orders(v: Any) -> list[Any]:
        return [grad(power)(v), hessian(power)(v), jacobian(hessian(power))(v)]

    results = [orders([a, b])]
    for backend in ("python", "llvm"):
        program = compile(orders, backend=backend)
        results += [program([a, b]), program.batch([[a, b]] * 5)[4]]
    for found in results:
        for m in range(4):
            for k in range(4 - m):
                if m + k and not (a == b == m == 0.0):
                    _check_power(found[m + k - 1], m, k, _power_truth(m, k, a, b))


def _check_power(found: Any, m: int, k: int, truth: float) -> None:
    paths = [found]
    for _ in range(m + k):
        paths = [part for path in paths for part in path]
    # The entries whose indices have m zeros (by a) and k ones (by b), whatever their order.
    wanted = [x for i, x in enumerate(paths) if bin(i).count("1") == k]
    for x in wanted:
        if math.isinf(truth):
            assert not math.isfinite(x)
        else:
            assert x == pytest.approx(truth, rel=1e-12, abs=0, nan_ok=True)
    assert len(wanted) == math.comb(m + k, k)


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_a_hill_curve_with_a_row_at_0(backend: Any) -> None:
    def hill(v: Sequence[Any]) -> Any:
        x, k, n = v
        return x**n / (k**n + x**n)

    program = compile(hessian(lambda p: hill([0.0 * p[0] + p[2], *p[:2]])), backend=backend)
    for row in program([2.0, 3.0, 0.0]):
        assert all(map(math.isfinite, row))
    assert hessian(lambda p: hill([0.0, *p]))([2.0, 3.0]) == [[0.0, 0.0], [0.0, 0.0]]
    (of_zero,) = program.batch([[2.0, 3.0, 0.0]])
    assert of_zero[2][2] == 0.0


@pytest.mark.parametrize("n", [-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("x", [-2.0, -1.0, -0.0, 0.0, 5e-324, 1e-300, 1.0, 2.0])
def test_fixed_powers_at_all_corners_to_third_order(x: float, n: float) -> None:
    try:
        fixed_power(n)(x)
    except (ArithmeticError, ValueError):
        return
    found = [_again(fixed_power(n), x, order) for order in (1, 2, 3)]
    for order, slope in enumerate(found, 1):
        truth = _power_truth(order, 0, x, n)
        if math.isinf(truth):
            assert math.isinf(slope)
        else:
            assert slope == pytest.approx(truth, rel=1e-12, abs=0), order


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_the_curvature_of_log_sigmoid_far_below_0(backend: Any) -> None:
    """-σ′(x), to the rounding of its terms 1 and -1, where 1/σ² is no float."""

    def f(x: Any) -> Any:
        return log(sigmoid(x))

    for second in (grad(grad(f)), hessian(f), compile(hessian(f), backend=backend)):
        for x in (-340.0, -700.0):
            assert abs(second(x)) <= 1e-15, x
