"""A user's program over the whole public surface: type checkers check it, and it runs.

``assert_type`` says what they must find, such as a float from a function of floats and a Value from
one of Values. ``pyright`` reads it in strict mode, and ``mypy --strict tests/user_program.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, assert_type

import autograd
import nn
from autograd import Drawing, Grade, GradientReport, Ledger, Step, Value, Walkthrough

x, w, b = Value(0.5, "x"), Value(-3, "w"), Value(Fraction(1, 2), "b")


def arithmetic() -> Value:
    y = w * x + b - 1 + 2.0 * w / 4 - 1 / (x + 2)
    y += x
    y = -((+y) ** 2) + abs(y) + 2**x + x ** w.detach() * 0
    assert_type(y, Value)
    assert_type(x < w, bool)
    assert_type(x >= 1, bool)
    assert_type(float(x), float)
    assert_type(int(x), int)
    assert_type(round(x, 2), float)
    assert_type(math.floor(x.data), int)
    assert_type(max(x, w), Value)
    assert_type(sum([x, w], Value(0.0)), Value)
    return y


def methods() -> Value:
    half = x * 0.5
    results = [
        *(half.exp(), half.expm1(), x.log(), x.log1p(), x.sqrt(), x.sin(), x.cos(), x.tan()),
        *(half.asin(), half.acos(), x.atan(), x.sinh(), x.cosh(), x.tanh(), x.asinh()),
        *((x + 2).acosh(), half.atanh(), x.erf(), x.erfc(), x.sigmoid(), x.softplus(), x.relu()),
        *(x.gelu(), x.silu(), x.abs(), x.sign(), x.stop_gradient(), x.heaviside()),
        *(x.atan2(w), x.hypot(2.0), x.maximum(w), x.minimum(1.0), x.greater(w), x.less(0.0)),
        *(x.greater_equal(w), x.less_equal(w), x.equal(w), x.not_equal(w)),
        *(x.leaky_relu(0.1), x.elu(alpha=2.0)),
    ]
    assert_type(results, list[Value])
    assert_type(x.data, float)
    assert_type(x.grad, float)
    assert_type(x.label, str)
    assert_type(x.local_gradients(), tuple[float, ...])
    return sum(results, Value(0.0))


def functions() -> None:
    assert_type(autograd.tanh(0.5), float)
    assert_type(autograd.tanh(x), Value)
    assert_type(autograd.atan2(1.0, 2.0), float)
    assert_type(autograd.atan2(x, 2.0), Value)
    assert_type(autograd.atan2(1.0, x), Value)
    assert_type(autograd.maximum(x, w), Value)
    assert_type(autograd.leaky_relu(x, 0.2), Value)
    assert_type(autograd.elu(-1.0), float)
    assert_type(autograd.where(autograd.greater(x, w), x, 0.0), Value)
    assert_type(autograd.where(1.0, 2.0, 3.0), float)
    mixed: list[Value | float] = [x, w, 1.0]
    assert_type(autograd.total(mixed), Value)
    assert_type(autograd.total([x, w]), Value)
    assert_type(autograd.total([1.0, 2.0]), float)
    assert_type(autograd.dot([w, b], [x, 1.0], b), Value)
    assert_type(autograd.dot([w, b], [0.5, 1.0]), Value)
    assert_type(autograd.dot([0.5, 1.0], [w, b]), Value)
    assert_type(autograd.dot([1.0], [2.0], 3.0), float)
    assert_type(autograd.logsumexp([x, w]), Value)
    assert_type(autograd.logsumexp([1.0, 2.0]), float)
    assert_type(autograd.softmax([x, w]), list[Value])
    assert_type(autograd.softmax([1.0, 2.0]), list[float])
    assert_type(autograd.softmax(mixed), list[Value])
    assert_type(autograd.logsumexp(mixed), Value)
    assert_type(autograd.mod(7, 3.0), float)
    assert_type(autograd.xlogy(1.0, x), Value)
    assert_type(autograd.logaddexp(1.0, x), Value)
    assert_type(autograd.log1mexp(-0.5), float)
    assert_type(autograd.digamma(1.5), float)
    assert_type(autograd.square(3), float)
    unary: list[Callable[[Value], Value]] = [
        *(autograd.exp, autograd.expm1, autograd.log, autograd.log1p, autograd.sqrt),
        *(autograd.sin, autograd.cos, autograd.tan, autograd.asin, autograd.acos, autograd.atan),
        *(autograd.sinh, autograd.cosh, autograd.tanh, autograd.asinh, autograd.atanh),
        *(autograd.erf, autograd.erfc, autograd.sigmoid, autograd.softplus, autograd.relu),
        *(autograd.leaky_relu, autograd.elu, autograd.gelu, autograd.silu, autograd.abs),
        *(autograd.sign, autograd.heaviside, autograd.stop_gradient),
        *(autograd.exp2, autograd.log2, autograd.log10, autograd.cbrt),
        *(autograd.square, autograd.reciprocal, autograd.rsqrt, autograd.fabs, autograd.sinc),
        *(autograd.sec, autograd.csc, autograd.cot, autograd.sech, autograd.csch, autograd.coth),
        *(autograd.degrees, autograd.radians, autograd.lgamma, autograd.digamma, autograd.erfcx),
        *(autograd.erfinv, autograd.selu, autograd.mish, autograd.softsign, autograd.hardtanh),
        *(autograd.logit, autograd.log_sigmoid, autograd.floor, autograd.ceil, autograd.trunc),
        *(autograd.exp10, autograd.sinpi, autograd.cospi, autograd.sind, autograd.cosd),
        *(autograd.tand, autograd.acot, autograd.asech, autograd.acsch, autograd.gamma),
        *(autograd.erfi, autograd.erfcinv, autograd.dawsn, autograd.ndtr, autograd.ndtri),
        *(autograd.log_ndtr, autograd.expi, autograd.sinint, autograd.cosint),
        *(autograd.ellipk, autograd.ellipe),
    ]
    binary: list[Callable[[Value, float], Value]] = [
        *(autograd.atan2, autograd.hypot, autograd.maximum, autograd.minimum, autograd.equal),
        *(autograd.not_equal, autograd.greater, autograd.greater_equal, autograd.less),
        *(autograd.less_equal, autograd.mod, autograd.fmod, autograd.floor_divide),
        *(autograd.logaddexp, autograd.xlogy, autograd.logaddexp2, autograd.xlog1py),
        *(autograd.copysign, autograd.beta, autograd.betaln),
    ]
    assert_type([f(Value(0.5)) for f in unary], list[Value])
    assert_type(autograd.log1mexp(Value(-0.5)), Value)
    plain: list[Callable[[float], float]] = [
        *(autograd.exp2, autograd.cbrt, autograd.square, autograd.rsqrt, autograd.fabs),
        *(autograd.hardtanh, autograd.leaky_relu, autograd.round, autograd.lgamma),
    ]
    assert_type([f(0.5) for f in plain], list[float])
    assert_type([f(x, 1.0) for f in binary], list[Value])
    assert_type(autograd.acosh(x + 2), Value)
    print(autograd.asec(x + 2), autograd.acsc(x + 2), autograd.acoth(x + 2), autograd.ldexp(x, 3))
    assert_type(autograd.ldexp(0.5, 3), float)
    assert_type(autograd.zeta(2.0), float)
    assert_type(autograd.zeta(2.0, x + 2), Value)
    ordered: list[Callable[[int, Value], Value]] = [
        *(autograd.bessel_j, autograd.bessel_y, autograd.bessel_i, autograd.bessel_ie),
        *(autograd.bessel_k, autograd.expn, autograd.gammainc, autograd.gammaincc),
    ]
    assert_type([f(1, x + 2) for f in ordered], list[Value])
    assert_type(autograd.bessel_j(0, 1.0), float)
    assert_type(autograd.gammainc(2.5, 1.0), float)
    assert_type(autograd.dawsn(1.0), float)


@autograd.operation(symbol="tri", local=lambda y, x: (3.0 * x * x,))
def cube(x: float) -> float:
    return x**3


def composed() -> None:
    assert_type(autograd.clip(x, 0.0, 1.0), Value)
    assert_type(autograd.clip(2.0, high=1), float)
    assert_type(autograd.clip(2.0, 0.0, x), Value)
    assert_type(autograd.clip(2.0, low=w), Value)
    assert_type(autograd.round(x), Value)
    assert_type(autograd.round(2.675, digits=1), float)
    assert_type(autograd.hardtanh(x, low=-2.0), Value)
    assert_type(autograd.polygamma(1, 2.0), float)
    assert_type(autograd.polygamma(1, x), Value)
    assert_type(cube(x), Value)
    assert_type(cube(2.0), float)
    row: list[Value] = [x, w]
    mixed: list[Value | float] = [x, w, 1.0]
    assert_type(autograd.mean(row), Value)
    assert_type(autograd.mean(mixed), Value)
    assert_type(autograd.mean([1, 2]), float)
    assert_type(autograd.prod(row), Value)
    assert_type(autograd.norm([3.0, 4.0]), float)
    assert_type(autograd.var(row, ddof=1), Value)
    assert_type(autograd.std([1.0, 2.0], 1), float)
    assert_type(autograd.log_softmax(row), list[Value])
    assert_type(autograd.log_softmax([1.0, 2.0]), list[float])


def arrays() -> None:
    weights = autograd.values([0.5, 1.0])
    assert_type(autograd.data(x), float)
    assert_type(autograd.data([x, w]), list[float])
    assert_type(autograd.grads([x, w]), list[float])
    assert_type(autograd.data(weights).tolist()[0] + 1.0, Any)
    print(autograd.grads(weights).sum(), autograd.grads({"w": x}))
    print(autograd.linalg.dot([1.0, 2.0], [x, w]))
    fun, jac = autograd.for_scipy(lambda v: v[0] * v[1])
    pair = autograd.for_scipy(lambda v: v[0] * v[1])
    print({**pair}, pair.hess([1.0, 2.0]), pair.hessp([1.0, 2.0], [1.0, 0.0]))
    print(fun, jac, autograd.sparse_jacobian(lambda v: v), autograd.sparse_hessian(lambda v: v[0]))


def wave(x: Value, w: Value) -> Value:
    return autograd.sin(w * x)


def derivatives(y: Value) -> None:
    y.backward()
    y.backward(2.0)
    assert_type(autograd.gradients(y, [w, b]), tuple[Value, ...])
    assert_type(autograd.replay(y), Value)
    with autograd.no_grad():
        wave(x, w)
    assert_type(autograd.grad(wave)(0.5, 2.0), float)
    assert_type(autograd.grad(wave)(1, 2.0), float)
    assert_type(autograd.grad(wave)(x, 2.0), Value)
    assert_type(autograd.grad(autograd.grad(autograd.tanh))(0.5), float)
    assert_type(autograd.grad(wave, argnums=(0, 1))(0.5, 2.0), tuple[Any, ...])
    assert_type(autograd.grad(lambda v: v[0] * v[1])([0.5, 2.0]), list[float])
    assert_type(autograd.grad(lambda v: v[0] * v[1])([x, w]), list[Value])
    table = {"w": [0.5], "b": [1.0]}
    assert_type(autograd.grad(lambda t: t["w"][0] * t["b"][0])(table), dict[str, list[float]])
    assert_type(autograd.value_and_grad(wave)(0.5, 2.0), tuple[float, float])
    assert_type(autograd.value_and_grad(wave)(x, 2.0), tuple[Value, Value])
    both = autograd.value_and_grad(wave, argnums=(0, 1))(0.5, 2.0)
    assert_type(both, tuple[Any, tuple[Any, ...]])
    aux = autograd.grad(lambda x: (x * x, x), has_aux=True)(2.0)
    assert_type(aux, tuple[Any, Any])
    print(autograd.value_and_grad(lambda x: (x * x, x), has_aux=True)(2.0)[0][1])
    outputs, pullback = autograd.vjp(wave, 0.5, 2.0)
    assert_type(pullback(1.0), tuple[float, ...])
    assert_type(autograd.vjp(wave, x, w)[1](1.0), tuple[Value, ...])
    assert_type(autograd.jvp(wave, (0.5, 2.0), (1.0, 0.0)), tuple[Any, Any])
    print(outputs)
    print(autograd.jacobian(wave)(0.5, 2.0), autograd.hessian(wave, argnums=1)(0.5, 2.0))
    print(autograd.grad(lambda x, w: w * x)(0.5, 2.0), autograd.jacobian(lambda xs: xs)([0.5]))
    print(autograd.hvp(wave, [0.5, 2.0], [1.0, 0.0]))
    assert_type(autograd.hvp(autograd.sin, (0.5,), (1.0,)), float)
    assert_type(autograd.hvp(wave, (0.5, 2.0), (1.0, 0.0)), tuple[float, float])
    assert_type(autograd.hvp(lambda v: v[0] ** 2, ([0.5, 2.0],), ([1.0, 0.0],)), list[float])
    report = autograd.check_gradients(wave(Value(0.5), Value(2.0)))
    assert_type(report, GradientReport)
    try:
        autograd.check_gradients(wave(Value(0.5), Value(2.0)), leaves=[])
    except autograd.GradientError as error:
        assert_type(error.report, GradientReport)
    for row in report.rows:
        print(row.name, row.reverse - row.numerical)


def views(folder: Path) -> None:
    y = autograd.tanh(w * x + b)
    y.label = "y"
    drawing = autograd.draw(y, direction="TB", precision=4, theme="dark")
    assert_type(drawing, Drawing)
    assert_type(drawing.svg(), str)
    assert_type(drawing.save(folder / "y.svg"), Path)
    steps = autograd.walkthrough(y)
    assert_type(steps, Walkthrough)
    assert_type(steps[0], Step)
    assert_type([step.upstream * step.local for step in steps], list[float])
    assert_type(steps.save(folder / "steps.html"), Path)
    found = autograd.ledger(y, w)
    assert_type(found, Ledger)
    assert_type(found.total, float)
    print([entry.contribution for entry in found])
    derived = autograd.derivation(y, w)
    assert_type(derived, autograd.Derivation)
    assert_type(derived.latex, str)
    assert_type(autograd.formula(y, expand=True), str)
    result = autograd.grade(y, {"y": "0.4621", "dy/dw": 0.3932})
    assert_type(result, Grade)
    assert_type(result.score, float)
    print([item.mistake or item.verdict for item in result.items], result.json())


@autograd.compile
def square(x: Value) -> Value:
    return x * x + w


def programs(folder: Path) -> None:
    program = autograd.compile(wave)
    assert_type(program, autograd.Program)
    print(program(0.5, 2.0), program.batch([0.1, 0.2], [1.0, 2.0]), program.source("c"))
    program.save(folder / "wave.json")
    print(autograd.load_program(folder / "wave.json")(0.5, 2.0))
    assert_type(square.backward([1.0, 2.0]), float)
    optimizer = nn.SGD([w], lr=0.01, momentum=0.9)
    print(square.train([1.0, 2.0], optimizer=optimizer, epochs=2))
    try:
        autograd.compile(lambda x: x if x > 0 else -x)(1.0)
    except autograd.TracingError as error:
        print(error)


def networks(folder: Path) -> None:
    model = nn.MLP(2, [3, 1], activation="relu", seed=1)
    outputs = model([0.5, x])
    assert_type(outputs, list[Value])
    assert_type(model.parameters(), list[Value])
    assert_type(model, nn.MLP)
    for name, parameter in model.named_parameters():
        print(name, parameter.data)
    model.zero_grad()
    model.save(folder / "model.json")
    model.load(folder / "model.json")
    model.load_state_dict(model.state_dict())
    assert_type(model.eval(), nn.MLP)
    model.train()
    parameters = model.parameters()
    optimizer = nn.Groups(nn.Adam(parameters[:3], lr=0.1), nn.RMSProp(parameters[3:], lr=0.01))
    schedule = nn.StepDecay(optimizer, step_size=2, gamma=0.5)
    X, Y = [[0.0, 1.0], [1.0, 0.0]], [[1.0], [0.0]]
    history = nn.fit(
        model,
        nn.mean_squared_error,
        X,
        Y,
        optimizer=optimizer,
        schedule=schedule,
        epochs=2,
        validation=(X, Y),
        penalty=lambda: 0.01 * nn.l2_penalty(model.parameters()),
        progress=False,
    )
    assert_type(history, nn.History)
    assert_type(history.losses, list[float])
    print(nn.diagnose(history))
    assert_type(nn.clip_grad_norm(parameters, 1.0), float)
    nn.clip_grad_value(parameters, 0.5)


def schedules() -> None:
    sgd = nn.SGD([w], lr=0.1)
    by_time = [
        *(nn.StepDecay(sgd, 2, 0.5), nn.MultiStep(sgd, [1, 3], 0.1), nn.ExponentialDecay(sgd, 0.9)),
        *(nn.InverseTimeDecay(sgd, 0.1), nn.CosineDecay(sgd, 10), nn.LambdaDecay(sgd, lambda t: 1)),
        *(nn.WarmUp(sgd, 3), nn.OneCycle(sgd, 0.2, 10)),
    ]
    for schedule in by_time:
        schedule.step()
        assert_type(schedule.rate(2), float)
    nn.ReduceOnPlateau(sgd).step(0.5)
    for optimizer in (nn.AdaGrad([w], lr=0.1), nn.AdamW([w], lr=0.1, weight_decay=0.1)):
        optimizer.zero_grad()
        optimizer.step()
        assert_type(optimizer.lr, float)


def losses() -> None:
    p, z = Value(0.3), [Value(0.1), Value(0.4)]
    results = [
        nn.mean_squared_error([p], [1.0]),
        nn.half_squared_error(p, 1.0),
        nn.mean_absolute_error([p], [1.0]),
        nn.huber([p], [1.0]),
        nn.smooth_l1([p], [1.0]),
        nn.binary_cross_entropy(p, 1.0),
        nn.binary_cross_entropy_with_logits(p, 1.0),
        nn.cross_entropy(z, 1),
        nn.nll(z, 1),
        nn.kl_divergence(z, [0.5, 0.5]),
        nn.hinge(p, -1),
        nn.l1_penalty(z),
        nn.l2_penalty(z),
    ]
    print([loss.data for loss in results])
    batch = [z, z]
    assert_type(nn.cross_entropy(batch, [1, -1], ignore_index=-1, reduction="mean"), Value)
    assert_type(nn.nll(batch, [1, 0], reduction="none"), list[Value])
    print(nn.mean_squared_error(z, [0.0, 0.0], reduction="none"))


class Line(nn.Module):
    """A module of one's own."""

    def __init__(self) -> None:
        self.slope, self.start = Value(1.0), Value(0.0)

    def __call__(self, x: float | Value) -> Value:
        return self.slope * x + self.start


def modules() -> None:
    row = [0.1, 0.2]
    layer = nn.Layer(2, 3, activation="tanh")
    assert_type(layer(row), list[Value])
    assert_type(nn.Neuron(2, "relu")(row), Value)
    assert_type(nn.Softmax()(layer(row)), list[Value])
    assert_type(nn.Dropout(keep_prob=0.8, seed=0)(row), list[Value])
    print(nn.Sequential(layer, nn.Residual(nn.Layer(3, 3, "relu")))(row))
    print(nn.BatchNorm(2)([row, row]), nn.LayerNorm(2)(row), nn.RMSNorm(2)(row))
    print(nn.RNNCell(2, 2)(row, [0.0, 0.0]), nn.GRUCell(2, 2)(row, [0.0, 0.0]))
    print(nn.LSTMCell(2, 2)(row, ([0.0, 0.0], [0.0, 0.0])))
    hidden, (h, c) = nn.LSTM(2, 2)([row, row])
    print(hidden, h, c, nn.GRU(2, 2)([row, row]), nn.Embedding(3, 2, padding_idx=0)(1))
    print(nn.CausalSelfAttention(2, 1)([row, row]))
    assert_type(Line()(2.0), Value)


def main() -> None:
    with TemporaryDirectory() as folder:
        functions()
        composed()
        arrays()
        derivatives(arithmetic() + methods())
        views(Path(folder))
        programs(Path(folder))
        networks(Path(folder))
        schedules()
        losses()
        modules()


if __name__ == "__main__":
    main()
