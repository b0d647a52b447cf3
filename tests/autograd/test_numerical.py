"""The checker: right rules pass, wrong ones are named, and the graph stays as it was."""

from __future__ import annotations

import functools
import math
import pickle
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograd import (
    GradientError,
    GradientReport,
    Value,
    acos,
    acosh,
    atan2,
    ceil,
    check_gradients,
    cos,
    dot,
    elu,
    erf,
    exp,
    floor,
    gelu,
    greater,
    heaviside,
    hypot,
    leaky_relu,
    log,
    maximum,
    minimum,
    relu,
    sigmoid,
    sign,
    sin,
    softplus,
    sqrt,
    stop_gradient,
    tanh,
    total,
    where,
    xlogy,
)
from autograd import abs as absolute
from autograd.difference import Estimate, Side
from autograd.graph import topological_order
from autograd.numerical import TOLERANCE, GradientRow, _doubt, _row, _special
from autograd.operation import FAMILIES, TABLE, Operation, record
from autograd.value import Constant
from tests.autograd.families import MEMBERS


def only(report: GradientReport) -> GradientRow:
    (row,) = report.rows
    return row


def network(seed: int) -> Value:
    """A small graph put together at random, with shared nodes and a few kinks on the way."""
    choose = random.Random(seed)
    pool = [Value(choose.uniform(-2.0, 2.0), f"x{i}") for i in range(4)]
    unary = [exp, tanh, sin, cos, sigmoid, softplus, gelu, erf, relu, elu, leaky_relu]
    for _ in range(25):
        a, b = choose.choice(pool), choose.choice(pool)
        made = [a + b, a * b, a - b, a / (b * b + 1.0), maximum(a, b), choose.choice(unary)(a)]
        made = [v for v in made if abs(v.data) < 100.0]
        pool.append(choose.choice(made))
    return total(pool[-4:])


# ---------------------------------------------------------------------------------------- right


@pytest.mark.parametrize("seed", range(40))
def test_right_rules_pass(seed: int) -> None:
    report = check_gradients(network(seed))
    assert report.rows
    for row in report.rows:
        assert row.relative_error <= 1e-8
        if not row.note:
            assert row.reverse == pytest.approx(row.numerical, rel=1e-7, abs=1e-13)


@pytest.mark.parametrize(
    ("compute", "at"),
    [
        (log, 1e-300),
        (log, 1e-10),
        (log, 1e200),
        (sqrt, 1e-20),
        (sqrt, 1e300),
        (acos, 1.0 - 1e-10),
        (acosh, 1.0 + 1e-12),
        (lambda x: 1.0 / x, 1e-6),
        (lambda x: sin(3.0 * x), 1e5),
        (lambda x: sin(2.0 * math.pi * 64.0 * x), 0.25),
        (lambda x: exp(700.0 * x), 1.0),
        (lambda x: relu(x - 0.5) + 2.0 * x, 0.5 - 1e-6),
        (lambda x: x**7, 1e30),
        (lambda x: x - x, 1.0),
        (cos, 0.0),
        (lambda x: x, 2.0),
        (elu, 0.0),
        (lambda x: stop_gradient(x) * x, 3.0),
        (lambda x: stop_gradient(exp(x)), 3.0),
        (lambda x: exp(x - stop_gradient(x)) * x, 3.0),
    ],
)
def test_smooth_points_near_edges_and_of_any_size(compute: Callable[[Any], Any], at: float) -> None:
    row = only(check_gradients(compute(Value(at, "x"))))
    assert row.note == ""
    assert row.reverse == pytest.approx(row.numerical, rel=1e-9, abs=0.0)


def test_nothing_of_the_graph_changes() -> None:
    x, w = Value(0.7, "x"), Value(-1.2, "w")
    y = tanh(w * x) + relu(x)
    y.backward()
    before = [(v.data, v.grad, v.local_gradients()) for v in (x, w, *topological_order(y))]
    check_gradients(y)
    assert [(v.data, v.grad, v.local_gradients()) for v in (x, w, *topological_order(y))] == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_nothing_of_the_graph_changes_when_it_is_interrupted(error: type[BaseException]) -> None:
    calls: list[float] = []

    def forward(x: float) -> float:
        calls.append(x)
        if len(calls) == 5:
            raise error
        return x * x

    square = Operation("square", "x²", forward, lambda y, x: (2.0 * x,), ((-9.0, 9.0),))
    x = Value(3.0)
    y = record(square, [x])
    y.backward()
    with pytest.raises(error):
        check_gradients(y)
    assert (x.data, x.grad, y.data, y.grad) == (3.0, 6.0, 9.0, 1.0)


def test_constants_are_left_out_unless_asked_for() -> None:
    x = Value(3.0, "x")
    y = 2.0 * x + 1.0
    assert [row.leaf for row in check_gradients(y).rows] == [x]
    two = next(v for node in topological_order(y) for v in node.parents if v.data == 2.0)
    assert type(two) is Constant
    assert [row.reverse for row in check_gradients(y, [two, x]).rows] == [3.0, 2.0]
    assert check_gradients(Constant(2.0) * 3.0).rows == ()
    assert check_gradients(Constant(2.0) * 3.0).worst is None


def test_any_iterable_of_leaves_will_do() -> None:
    x, w = Value(3.0, "x"), Value(2.0, "w")
    assert [row.leaf for row in check_gradients(w * x, (v for v in (x, w))).rows] == [x, w]


def test_only_the_nodes_that_depend_on_the_leaf_are_evaluated() -> None:
    counts: list[float] = []

    def forward(x: float) -> float:
        counts.append(x)
        return math.sin(x)

    counted = Operation("counted", "s", forward, lambda y, x: (cos(x),), ((-9.0, 9.0),))
    a, b = Value(1.0, "a"), Value(2.0, "b")
    y = record(counted, [a]) * b
    counts.clear()
    check_gradients(y, [b])
    assert len(counts) <= 1  # once, to see that the graph holds what was recorded


# ---------------------------------------------------------------------------------------- wrong


def wrong(name: str, change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Operation:
    """A row of the table with its rule changed."""
    row = TABLE[name]
    return row._replace(local=lambda y, *x: change(row.local(y, *x)))


WAYS = {
    "by 1e-5": lambda g: tuple(d * (1.0 + 1e-5) for d in g),
    "by sign": lambda g: tuple(-d for d in g),
    "twice": lambda g: tuple(2.0 * d for d in g),
    "nothing": lambda g: tuple(0.0 for _ in g),
    "nan": lambda g: tuple(math.nan for _ in g),
    "inf": lambda g: tuple(math.inf for _ in g),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("exp", 1.3),
        ("log", 0.2),
        ("sin", -0.4),
        ("tanh", 0.9),
        ("sigmoid", -3.0),
        ("sqrt", 1e-3),
        ("relu", 2.0),
        ("abs", -1e-4),
        ("gelu", 0.3),
        ("softplus", -5.0),
        ("erf", 1.0),
        ("acos", 0.999),
        ("negative", 1e10),
    ],
)
def test_a_wrong_rule_is_noticed(name: str, at: float, way: str) -> None:
    x = Value(at, "the wrong one")
    y = record(wrong(name, WAYS[way]), [x]) * 0.3 + 1.0
    with pytest.raises(GradientError, match="'the wrong one'") as caught:
        check_gradients(y)
    row = only(caught.value.report)
    assert row.leaf is x
    assert row.relative_error > 1e-6
    assert row.numerical == pytest.approx(0.3 * TABLE[name].local(*_forward(name, at))[0], rel=1e-8)


def _forward(name: str, at: float) -> tuple[float, float]:
    return TABLE[name].forward(at), at


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("multiply", lambda g: g[::-1]),
        ("divide", lambda g: g[::-1]),
        ("subtract", lambda g: (g[1], g[0])),
        ("hypot", lambda g: (g[0], 0.0)),
        ("atan2", lambda g: (g[0], g[1] * (1.0 - 1e-5))),
        ("maximum", lambda g: g[::-1]),
        ("dot", lambda g: (*g[2:], *g[:2])),
        ("logsumexp", lambda g: (*g[:-1], 0.0)),
    ],
)
def test_swapped_arguments_and_missing_terms_are_noticed(name: str, change: Any) -> None:
    inputs = 4 if name in ("dot", "logsumexp") else 2
    leaves = [Value(v, f"leaf {i}") for i, v in enumerate((2.0, 0.5, -1.0, 3.0)[:inputs])]
    with pytest.raises(GradientError, match="'leaf "):
        check_gradients(tanh(0.1 * record(wrong(name, change), leaves)))


def test_a_missing_term_deep_inside_a_graph_is_noticed_where_it_acts() -> None:
    tanh_without_square = TABLE["tanh"]._replace(local=lambda y, x: (1.0 - y,))
    x, w = Value(0.7, "x"), Value(-1.2, "w")
    hidden = record(tanh_without_square, [w * x])
    y = sigmoid(hidden * 2.0) + x * x
    with pytest.raises(GradientError) as caught:
        check_gradients(y)
    assert {row.leaf.label for row in caught.value.report.rows} == {"x", "w"}
    assert isinstance(caught.value, ArithmeticError)
    worst = caught.value.report.worst
    assert worst is not None
    assert worst.leaf.label in str(caught.value)
    check_gradients(y, [])


def test_the_worst_leaf_is_the_one_named() -> None:
    a, b = Value(1.0, "a"), Value(2.0, "b")
    slightly = record(wrong("exp", WAYS["by 1e-5"]), [a])
    badly = record(wrong("exp", WAYS["by sign"]), [b])
    with pytest.raises(GradientError, match=r"with respect to 'b' is -7\.38.* numerically"):
        check_gradients(slightly + badly)
    with pytest.raises(GradientError, match=r"with respect to Value\(data=1\.0"):
        check_gradients(record(wrong("exp", WAYS["twice"]), [Value(1.0)]))


def test_the_error_comes_back_from_another_process_whole() -> None:
    x = Value(0.5, "x")
    with pytest.raises(GradientError) as caught:
        check_gradients(record(wrong("sin", WAYS["twice"]), [x]))
    error = pickle.loads(pickle.dumps(caught.value))
    assert str(error) == str(caught.value)
    assert error.report.worst.relative_error == caught.value.report.worst.relative_error


def test_a_rule_wrong_at_its_kink_is_noticed() -> None:
    x = Value(0.0, "x")
    rule = TABLE["relu"]._replace(local=lambda y, x: (1.0 + 1e-5 if x == 0.0 else heaviside(x),))
    with pytest.raises(GradientError, match="kink, slopes 0 and 1"):
        check_gradients(record(rule, [x]))
    accepted = TABLE["relu"]._replace(local=lambda y, x: (0.3 if x == 0.0 else heaviside(x),))
    assert only(check_gradients(record(accepted, [x]))).relative_error == 0.0


def test_a_derivative_that_backpropagation_gets_wrong_at_crossing_kinks() -> None:
    """relu(x) − relu(−x) is x, but each relu has slope 0 at 0."""
    x = Value(0.0, "x")
    with pytest.raises(GradientError, match="does not hold at this point"):
        check_gradients(relu(x) - relu(-x))


# ------------------------------------------------------------------------------ kinks and edges


@pytest.mark.parametrize(
    ("compute", "reverse", "note"),
    [
        (relu, 0.0, "kink, slopes 0 and 1"),
        (absolute, 0.0, "kink, slopes -1 and 1"),
        (leaky_relu, 0.01, "kink, slopes 0.01 and 1"),
        (lambda x: elu(x, 2.0), 2.0, "kink, slopes 2 and 1"),
        (lambda x: maximum(x, 0.0), 0.5, "kink, slopes 0 and 1"),
        (lambda x: minimum(3.0 * x, x), 2.0, "kink, slopes 3 and 1"),
        (lambda x: absolute(x) + 5.0 * x + 1e3, 5.0, "kink, slopes 4 and 6"),
        (lambda x: where(greater(x, 0.0), 3.0 * x, x), 1.0, "kink, slopes 1 and 3"),
        (heaviside, 0.0, "jump, slopes 0 and 0 on its sides"),
        (sign, 0.0, "jump, slopes 0 and 0 on its sides"),
        (lambda x: 3.0 * x + sign(x), 3.0, "jump, slopes 3 and 3 on its sides"),
        (sqrt, math.inf, "infinite derivative"),
        (lambda x: acos(x + 1.0), -math.inf, "infinite derivative"),
        (lambda x: acos(x - 1.0), -math.inf, "infinite derivative"),
        (lambda x: acosh(1.0 + x), math.inf, "infinite derivative"),
        (lambda x: x**1.5, 0.0, "edge of the domain, one-sided derivative"),
        (lambda x: sqrt(x * x), math.nan, "kink, slopes -1 and 1"),
        (lambda x: hypot(x, 0.0), math.nan, "kink, slopes -1 and 1"),
        (lambda x: atan2(x, 0.0), math.nan, "jump, slopes 0 and 0 on its sides"),
        (
            lambda x: Value(-2.0) ** (x + 2.0),
            math.nan,
            "no numerical derivative: not a real number",
        ),
    ],
)
def test_points_where_a_function_is_not_smooth(
    compute: Callable[[Any], Any], reverse: float, note: str
) -> None:
    x = Value(0.0, "x")
    row = only(check_gradients(compute(x), [x]))
    assert row.reverse == pytest.approx(reverse, nan_ok=True)
    assert row.note.startswith(note)
    assert row.relative_error <= TOLERANCE
    assert note in str(GradientReport((row,)))


@pytest.mark.parametrize(
    ("compute", "at"),
    [
        (lambda x: sqrt(1.0 - x * x), math.nextafter(1.0, 0.0)),  # no two steps before the edge
        (lambda x: sqrt(1.0 - x * x), 1.0 - 1e-12),  # digits lost on the side that has a slope
        (lambda x: 1e-9 * sqrt(x - (1.0 - 1e-12)) + x, 1.0),  # a slope that is another farther on
    ],
)
def test_where_the_sides_mislead_each_operation_is_asked(
    compute: Callable[[Any], Any], at: float
) -> None:
    row = only(check_gradients(compute(Value(at))))
    assert row.outcome == "agrees"
    assert row.note.endswith("each operation agrees by itself")


def test_a_kink_closer_than_the_shortest_useful_step() -> None:
    x = Value(1e-17, "x")
    row = only(check_gradients(where(greater(x, 0.0), 3.0 * x, x) + 1.0))
    assert row.reverse == 3.0
    assert row.note == "kink, slopes 1 and 3"
    x = Value(1e-13, "x")  # here the floats next to x show its slope, though with few digits
    row = only(check_gradients(where(greater(x, 0.0), 3.0 * x, x) + 1.0))
    assert row.reverse == 3.0
    assert row.outcome == "agrees"


UNKNOWN = "cannot tell here: no difference quotient has a digit"


@pytest.mark.parametrize("at", [0.0, 1.0, 0.3, -2.0])
@pytest.mark.parametrize(
    ("compute", "note"),
    [
        (lambda x: x**0.2, "infinite derivative"),
        (lambda x: x**0.05, "infinite derivative"),
        (lambda x: x**0.001, UNKNOWN),  # as steep as a jump
        (lambda x: x**1.05, UNKNOWN),
        (lambda x: 5.0 * x - x**1.07, UNKNOWN),
        (lambda x: xlogy(x, x) - 30.0 * x, "infinite derivative"),
        (lambda x: 3.0 * x + sign(x), "jump, slopes 3 and 3 on its sides"),
        (lambda x: 1e-6 * heaviside(x), "jump, slopes 0 and 0 on its sides"),
        (lambda x: maximum(x, 2.0 * x), "kink, slopes 1 and 2"),
        (lambda x: minimum(x, 0.0) + 5.0, "kink, slopes 1 and 0"),
    ],
)
def test_no_right_gradient_is_accused_at_an_edge_a_jump_or_a_kink(
    compute: Callable[[Any], Any], note: str, at: float
) -> None:
    row = only(check_gradients(compute(Value(at, "x") - at)))
    assert row.outcome == ("cannot tell" if note == UNKNOWN else "agrees")
    assert row.note == note


@pytest.mark.parametrize("at", [1.0, 0.3, -2.0])
def test_a_slope_that_turns_to_minus_infinity_next_to_its_edge_is_not_accused(at: float) -> None:
    """30 + log h is still positive at the shortest step."""
    x = Value(at, "x")
    row = only(check_gradients(xlogy(x - at, x - at) + 30.0 * x))
    assert (row.reverse, row.outcome, row.note) == (-math.inf, "cannot tell", UNKNOWN)


def test_a_finite_gradient_where_the_slope_is_infinite_is_refused() -> None:
    rule = TABLE["sqrt"]._replace(local=lambda y, x: (0.0,))
    with pytest.raises(GradientError, match="infinite derivative"):
        check_gradients(record(rule, [Value(0.0)]))
    missing = TABLE["sqrt"]._replace(local=lambda y, x: (math.nan,))
    assert only(check_gradients(record(missing, [Value(0.0)]))).note == "infinite derivative"


def test_a_finite_gradient_where_there_is_no_function_is_refused() -> None:
    x = Value(2.0, "x")
    row = TABLE["power"]._replace(local=lambda y, a, b: (0.0, 1.0))
    with pytest.raises(GradientError, match="not a real number at either side"):
        check_gradients(record(row, [Value(-2.0), x]), [x])


def test_a_leaf_that_is_not_finite_is_not_compared() -> None:
    row = only(check_gradients(tanh(Value(math.inf, "x"))))
    assert (row.reverse, row.relative_error) == (0.0, 0.0)
    assert row.note == "not compared: the leaf is not finite"


def test_an_infinite_gradient_of_the_wrong_sign_is_noticed() -> None:
    rule = TABLE["sqrt"]._replace(local=lambda y, x: (-math.inf,))
    with pytest.raises(GradientError, match="is -inf in reverse mode and inf numerically"):
        check_gradients(record(rule, [Value(0.0)]))


def test_digits_lost_to_cancellation_are_reported() -> None:
    x = Value(1.0, "x")
    row = only(check_gradients(1e8 + 0.001 * sin(x)))
    assert row.note.startswith("cancellation: known numerically to ±")
    assert row.relative_error <= TOLERANCE


# --------------------------------------------------- the verdict, where the sides are known exactly


def one(slope: float, uncertainty: float = 1e-12, jumps: bool = False) -> Side:
    """A side of which a slope is known."""
    return Side(Estimate(slope, uncertainty), jumps)


RISES = Side(Estimate(math.inf, 0.0), steepest=1e9)
FALLS = Side(Estimate(-math.inf, 0.0), steepest=-1e9)
NOWHERE = "no numerical derivative: not a real number at either side"
EDGE = "edge of the domain, one-sided derivative"
INFINITE = "infinite derivative"
KINK = "kink, slopes 0 and 1"
JUMP = "jump, slopes 3 and 3 on its sides"


@pytest.mark.parametrize(
    ("sides", "reverse", "numerical", "error", "note"),
    [
        ([], math.nan, math.nan, 0.0, NOWHERE),
        ([], 1.0, math.nan, math.inf, NOWHERE),
        ([one(0.0), one(1.0)], 0.0, 0.5, 0.0, KINK),
        ([one(0.0), one(1.0)], 0.3, 0.5, 0.0, KINK),
        ([one(0.0), one(1.0)], 1.0, 0.5, 0.0, KINK),
        ([one(0.0), one(1.0)], 1.25, 0.5, 0.2, KINK),
        ([one(0.0), one(1.0)], -0.25, 0.5, 1.0, KINK),
        ([one(0.0), one(1.0)], math.nan, 0.5, 0.0, KINK),
        ([one(0.0), one(1.0)], math.inf, 0.5, math.inf, KINK),
        ([one(3.0), one(1.0)], 1.5, 2.0, 0.0, "kink, slopes 3 and 1"),
        ([one(-1.0), one(1.0)], 0.0, 0.0, 0.0, "kink, slopes -1 and 1"),
        # As far as the slopes are known, an uncertainty counts as 1e-8.
        ([one(0.0, 0.0625), one(1.0, 0.0625)], 1.0625, 0.5, 1e-8, KINK),
        ([one(0.0, 0.05), one(1.0, 0.05)], 1.04, 0.5, 8e-9, KINK),
        ([one(0.0, 0.05), one(1.0, 0.05)], -0.04, 0.5, 8e-9, KINK),
        ([one(-1.0, 0.19), one(1.0, 0.001)], 0.0, 0.0, 0.0, "kink, slopes -1 and 1"),
        ([one(2.0)], 2.0, 2.0, 0.0, EDGE),
        ([one(2.0)], 2.5, 2.0, 0.2, EDGE),
        ([one(2.0)], math.nan, 2.0, math.inf, EDGE),
        ([one(2.0)], math.inf, 2.0, math.inf, EDGE),
        ([one(3.0, jumps=True), one(3.0)], 3.0, 3.0, 0.0, JUMP),
        ([one(3.0), one(3.0, jumps=True)], 4.0, 3.0, 0.25, JUMP),
        ([one(3.0, jumps=True), one(3.0)], math.nan, 3.0, 0.0, JUMP),
        ([one(3.0, jumps=True)], 3.0, 3.0, 0.0, JUMP),
        ([one(3.0, 1e-9, jumps=True), one(3.0 + 5e-9, 1e-9)], 3.0, 3.0, 0.0, JUMP),
        ([RISES], math.inf, math.inf, 0.0, INFINITE),
        ([RISES], -math.inf, math.inf, math.inf, INFINITE),
        ([FALLS], -math.inf, -math.inf, 0.0, INFINITE),
        ([RISES], math.nan, math.inf, 0.0, INFINITE),
        ([RISES], 1e8, math.inf, math.inf, INFINITE),
        ([RISES], 5e7, math.inf, math.inf, INFINITE),
        ([RISES], -2e8, math.inf, math.inf, INFINITE),
        ([one(0.0), RISES], math.inf, math.inf, 0.0, INFINITE),
        ([FALLS, one(0.0)], -math.inf, -math.inf, 0.0, INFINITE),
    ],
)
def test_the_sides_of_a_point_judge_what_is_claimed(
    sides: list[Side], reverse: float, numerical: float, error: float, note: str
) -> None:
    x = Value(0.0)
    row = _special(x, reverse, sides)
    assert row is not None
    assert (row.leaf, row.note) == (x, note)
    assert row.numerical == pytest.approx(numerical, abs=0.0, rel=0.0, nan_ok=True)
    assert row.relative_error == pytest.approx(error, abs=0.0, rel=1e-14)
    assert row.outcome == ("agrees" if error <= TOLERANCE else "differs")


@pytest.mark.parametrize(
    ("sides", "reverse"),
    [
        ([one(2.0), one(2.0)], 7.0),  # a smooth point
        ([one(-1.0, 0.2), one(1.0, 0.2)], 0.0),  # slopes that do not part surely
        ([one(1e8 - 1.0, 0.0), one(1e8, 0.0)], 1e8),  # slopes that differ by 1e-8
        ([one(0.0, 0.05), one(1.0, 0.05)], 1.1),  # too vague to judge what lies so near
        ([one(2.0, 1.0)], 2.5),
        ([one(2.0, 1e-5)], math.inf),  # a vague slope may be an infinite one
        ([one(2.0, 1e-5)], math.nan),
        ([one(2.0), Side(Estimate())], -math.inf),
        ([RISES], 2e8),  # as steep as the last quotient, nearly
        ([FALLS], -2e8),
    ],
)
def test_the_sides_do_not_judge_what_they_cannot_know(sides: list[Side], reverse: float) -> None:
    assert _special(Value(0.0), reverse, sides) is None


def test_a_difference_of_the_uncertainty_itself_agrees() -> None:
    x = Value(0.0)
    assert _row(x, 1.0625, Estimate(1.0, 0.0625)) == GradientRow(x, 1.0625, 1.0, 1e-8)
    beyond = _row(x, 1.0625 + 1e-9, Estimate(1.0, 0.0625))
    assert beyond.outcome == "differs"


def test_a_doubt_is_said_in_words() -> None:
    assert _doubt(Estimate()) == "no difference quotient has a digit"
    assert _doubt(Estimate(1234.5678, 1e-9)) == "the difference quotients tend to 1234.57"
    assert _doubt(Estimate(2.0, 0.125)) == "cancellation: known numerically to ±1e-01 only"


# ------------------------------------------------- neither accuse the innocent nor pass the guilty


SIZES = [1e-300, 1e-200, 1e-100, 1e-9, 1e-3, 0.3, 1.3, 2.4, 36.0, 709.7, 1e7, 1e100, 1e200, 1e300]
FIXED: dict[str, tuple[Any, ...]] = {
    "fixed_power": (-2.0, -1.0, -0.5, 0.5, 1.5, 2.0, 3.0, 7.0),
    "leaky_relu": (0.01, 0.3),
    "elu": (0.5, 1.0),
    "power_derivative": ((1.0, 0.0), (0.0, 1.0)),
    "polygamma": (1.0,),
    "erfcx_slope": (1.0,),
    "sinc_slope": (1.0,),
    **MEMBERS,
}


def _member(name: str, fixed: Any) -> Operation:
    return FAMILIES[name](*(fixed if isinstance(fixed, tuple) else (fixed,)))


ROWS = [*TABLE.values(), *(_member(name, p) for name, ps in FIXED.items() for p in ps)]


WAVES = ("sinc", "sinpi", "cospi", "sind", "cosd", "tand", "sinint", "cosint")
WAVES += ("bessel_j", "bessel_y")  # whose floats lie farther apart than their waves beyond 1e6


def points(row: Operation) -> Iterator[list[float]]:
    """Points of the row's domain, from 1e-300 to 1e300, of both signs."""
    choose = random.Random(repr(row))
    domain = row.domain or ((-math.inf, math.inf),) * 3
    for x in (x for size in SIZES for x in (size, -size)):
        others = [choose.choice((x, 1.0, 1.0 / x)) * choose.uniform(0.1, 9.0) for _ in domain[1:]]
        inputs = [x, *others]
        if row.name.startswith("power"):
            inputs[1] = choose.uniform(-3.0, 3.0)
        if row.name == "copysign" and abs(inputs[1]) < 1e-9 * abs(x):
            continue  # beside its jump
        if row.name in ("asec", "acsc") and abs(x) > 1e6:
            continue  # where it changes less than its last digit
        if all(low < v < high for v, (low, high) in zip(inputs, domain, strict=True)):
            yield inputs


def off_by(row: Operation, index: int, amount: float) -> Operation:
    def local(y: Any, *inputs: Any) -> tuple[Any, ...]:
        rule = row.local(y, *inputs)
        return tuple(g * (1.0 + amount) if i == index else g for i, g in enumerate(rule))

    return row._replace(local=local)


def outcomes(row: Operation, inputs: list[float]) -> list[str]:
    leaves = [Value(x) for x in inputs]
    try:
        report = check_gradients(record(row, leaves))
    except GradientError as error:
        report = error.report
    return [r.outcome for r in report.rows]


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_every_row_right_and_wrong_by_1e_minus_5_from_1e_minus_300_to_1e300(row: Operation) -> None:
    if not row.kink:  # of right and wrong rules the points are the same
        row = row._replace(forward=functools.cache(row.forward))
    judged = 0
    for inputs in points(row):
        try:
            y = row.on_numbers(*inputs)
            rule = row.local(y, *inputs)
        except (ArithmeticError, ValueError):
            continue
        if not math.isfinite(y):
            continue
        right = outcomes(row, inputs)
        assert "differs" not in right, inputs
        judged += right.count("agrees")
        for i, gradient in enumerate(rule):
            if 1e-300 < abs(gradient) < 1e300:
                wrong = outcomes(off_by(row, i, 1e-5), inputs)
                if right[i] == "agrees" and row.name.startswith(WAVES) and abs(inputs[0]) > 1e6:
                    assert wrong[i] != "agrees", inputs
                else:
                    expected = "differs" if right[i] == "agrees" else right[i]
                    assert wrong[i] == expected, (inputs, i)
                assert "differs" not in wrong[:i] + wrong[i + 1 :]
    few = {"logit": 5, "asec": 4, "acsc": 4, "asech": 6, "erfcinv": 7}  # of small domains
    assert judged >= few.get(row.name, 8)


@pytest.mark.parametrize("row", ["fmod", "mod"])
@pytest.mark.parametrize("apart", [0.3, 3e-10, 1e-15, 6.3e-29, 1e-200])
def test_a_saw_whose_teeth_lie_between_two_floats_is_not_accused(row: str, apart: float) -> None:
    for x in (16.3, -10.386811526322425, 3e-5):
        assert outcomes(TABLE[row], [x, apart])[0] != "differs"
        assert outcomes(off_by(TABLE[row], 0, 1e-5), [x, apart])[0] != "agrees"


@pytest.mark.parametrize(
    ("compute", "at"),
    [
        (lambda x: 1.0 / x, 1e-9),
        (lambda x: 1.0 / x**2, 1e-6),
        (lambda r: 8.9875e9 * (1.602e-19 * 1.602e-19) / r, 5e-11),
        (lambda r: -2.307e-28 / r + 1e-9 * exp(-r / 3e-11), 5e-11),
        (cos, 1e7),
        (lambda x: 1.0 / sin(x), 1e-9),
        (lambda x: x + 1e-6 * sin(1e6 * x), 0.001),
        (lambda x: (x + 1e8) - 1e8, 1.0),
        (lambda x: sin(x) ** 2 + cos(x) ** 2, 0.3),
        (lambda x: cos(x) + 3.0 * x, 1e-200),
        (lambda x: exp(x) - 1.0, 1e-20),
        (lambda x: x + tanh(30.0 * x), 1.0),
    ],
)
def test_the_innocent_are_not_accused(compute: Callable[[Any], Any], at: float) -> None:
    row = only(check_gradients(compute(Value(at, "x"))))
    assert (row.outcome, row.guilty) == ("agrees", "")
    assert row.relative_error <= TOLERANCE


@pytest.mark.parametrize(
    ("name", "at", "amount"),
    [("sqrt", 1e-300, 0.1), ("exp", 709.7, 1e-4), ("cos", 1e-100, 1e-5), ("sin", 1e12, 1e-5)],
)
def test_the_guilty_are_not_passed(name: str, at: float, amount: float) -> None:
    with pytest.raises(GradientError, match=f"the rule of {name} is wrong") as caught:
        check_gradients(record(off_by(TABLE[name], 0, amount), [Value(at, "x")]))
    row = only(caught.value.report)
    assert (row.outcome, row.guilty) == ("differs", name)
    assert row.note.startswith(f"wrong rule: {name} at ({at!r}) has the local gradient ")
    assert row.relative_error == pytest.approx(amount, rel=0.2)


@pytest.mark.parametrize(
    ("compute", "inputs"),
    [
        (lambda x: x**2, [1e-200]),
        (lambda x: x * x, [1e-200]),
        (hypot, [1e-200, 2e-200]),
        (absolute, [1e-320]),
        (lambda x: 1.0 / x, [1e-200]),
        (sin, [1e200]),
        (lambda x: cos(x) + x, [1e30]),
        (tanh, [21.0]),
        (exp, [-745.0]),
        (lambda a, b: a / b, [-1e300, 1e-8]),
        (lambda x: x, [1.7e308]),
    ],
)
def test_extreme_inputs_raise_nothing(compute: Callable[..., Any], inputs: list[float]) -> None:
    for row in check_gradients(compute(*[Value(x) for x in inputs])).rows:
        assert row.outcome in ("agrees", "cannot tell")


def test_what_cannot_be_told_is_said_in_words() -> None:
    row = only(check_gradients(sin(Value(1e200, "x"))))
    assert row.outcome == "cannot tell"
    assert row.note == "cannot tell here: no difference quotient has a digit"
    assert row.relative_error == 0.0
    assert "cannot tell here" in str(GradientReport((row,)))
    row = only(check_gradients(tanh(Value(18.0, "x"))))
    assert row.note.startswith("cannot tell here: cancellation: known numerically to ±")
    assert check_gradients(tanh(Value(math.inf))).rows[0].outcome == "cannot tell"


def test_a_wrong_rule_that_cancellation_hides_is_found_by_its_own_operation() -> None:
    sine = off_by(TABLE["sin"], 0, 1e-5)
    with pytest.raises(GradientError, match="wrong rule: sin at") as caught:
        check_gradients(1e8 + 0.001 * record(sine, [Value(1.0, "x")]))
    row = only(caught.value.report)
    assert row.guilty == "sin"
    assert row.numerical == pytest.approx(0.001 * math.cos(1.0), rel=1e-9)  # of each by itself


def test_beside_kinks_that_cancel_the_derivative_of_the_whole_is_shown() -> None:
    x = Value(0.0, "x")
    with pytest.raises(GradientError, match="wrong rule: exp at") as caught:
        check_gradients(record(off_by(TABLE["exp"], 0, 0.5), [x]) + relu(x) - relu(-x))
    row = only(caught.value.report)
    assert (row.guilty, row.reverse) == ("exp", 1.5)
    assert row.numerical == pytest.approx(2.0, rel=1e-9)


def small_network(hidden: Operation) -> tuple[list[Value], Value]:
    """Two inputs, two hidden units, two outputs, half the sum of squares."""
    weights = [Value(0.15 + 0.05 * i, f"w{i + 1}") for i in range(8)]
    w = iter(weights)
    h = [record(hidden, [next(w) * 0.05 + next(w) * 0.1 + 0.35]) for _ in range(2)]
    out = [sigmoid(next(w) * h[0] + next(w) * h[1] + 0.6) for _ in range(2)]
    return weights, 0.5 * (out[0] - 0.01) ** 2 + 0.5 * (out[1] - 0.99) ** 2


def test_a_network_with_one_wrong_rule_names_it_at_each_weight_before_it() -> None:
    weights, error = small_network(TABLE["sigmoid"])
    assert {row.outcome for row in check_gradients(error).rows} == {"agrees"}
    weights, error = small_network(off_by(TABLE["sigmoid"], 0, 1e-5))
    with pytest.raises(GradientError) as caught:
        check_gradients(error, weights)
    guilty = [row.guilty for row in caught.value.report.rows]
    assert guilty == ["sigmoid"] * 4 + [""] * 4


@pytest.mark.parametrize("seed", range(40, 70))
def test_a_wrong_rule_in_a_random_graph_is_named(seed: int) -> None:
    y = network(seed)
    choose = random.Random(seed)
    present = {name for node in topological_order(y) for name in [node.operation.name]}
    name = choose.choice(sorted(present & {"exp", "tanh", "sin", "multiply", "divide"}) or ["add"])
    copies: dict[Value, Value] = {}
    for node in topological_order(y):
        row = node.operation
        row = off_by(row, 0, 1e-5) if row.name == name else row
        parents = [copies.setdefault(p, p) for p in node.parents]
        copies[node] = record(row, parents)
    spoiled = copies[y]
    right = [row.reverse for row in check_gradients(y).rows]
    try:
        report = check_gradients(spoiled)
    except GradientError as error:
        report = error.report
    for row, gradient in zip(report.rows, right, strict=True):
        off = abs(row.reverse - gradient) > 3e-6 * abs(gradient)
        assert row.outcome == "differs" if off else row.guilty in ("", name)
        assert row.guilty == name if off else True


def test_terms_that_cancel_in_the_backward_pass_convict_no_one() -> None:
    x = Value(1e-90, "x")
    y = maximum(x, x) - x + x * x  # 1 − 1 + 2e-90: the last is lost, in one order or the other
    assert only(check_gradients(y)).outcome != "differs"


@pytest.mark.parametrize(
    ("more", "note"),
    [
        (lambda x: x**1.5, "no difference quotient has a digit"),  # an edge: no left side
        (lambda x: relu(x) - relu(-x), "the difference quotients tend to 1001"),
    ],
    ids=["at an edge", "beside kinks"],
)
def test_what_the_backward_pass_loses_in_large_terms_is_no_wrong_rule(
    more: Callable[[Any], Any], note: str
) -> None:
    """Forwards 1e17·x − 1e17·x is 0 to the last bit; backwards, 1000 is added to one of them."""
    x = Value(0.0, "x")
    row = only(check_gradients((1e17 * x - 1e17 * x) + 1000.0 * x + more(x), [x]))
    assert row.reverse in (992.0, 1008.0)
    assert (row.outcome, row.note) == ("cannot tell", f"cannot tell here: {note}")


def test_sides_that_are_known_vaguely_convict_no_one() -> None:
    """Two kinks that cancel leave a slope of 1/16, and each side is known to half of that."""
    x = Value(0.0, "x")
    y = 2.0**51 + 2.0**19 * x + 0.0625 * relu(x) - 0.0625 * relu(-x)
    row = only(check_gradients(y, [x]))
    assert (row.reverse, row.numerical) == (2.0**19, 2.0**19 + 0.0625)
    assert row.outcome == "cannot tell"
    assert row.note == "cannot tell here: the difference quotients tend to 524288"


# ------------------------------------------------------------------------- the report, and errors


def test_the_report_prints_as_a_table() -> None:
    x, w, nameless, strange = Value(0.0, "x"), Value(-0.5, "weight"), Value(2.0), Value(1.0, "a\n")
    rows = (
        GradientRow(x, 0.0, 0.5, 0.0, "kink, slopes 0 and 1"),
        GradientRow(w, 2.0, 2.0000000123456, 6.17e-9),
        GradientRow(nameless, -0.5, -0.5, 0.0),
        GradientRow(strange, 1e300, math.nan, 0.0, "cannot tell"),
    )
    assert str(GradientReport(rows)).splitlines() == [
        "leaf    reverse mode   numerical  relative error",
        "x                  0         0.5         0.0e+00  kink, slopes 0 and 1",
        "weight             2  2.00000001         6.2e-09",
        "2               -0.5        -0.5         0.0e+00",
        "'a\\n'         1e+300         nan         0.0e+00  cannot tell",
    ]
    assert check_gradients(relu(x) + w * nameless).rows[0] == rows[0]


def test_the_message_says_both_derivatives_and_who_is_to_blame() -> None:
    wrong_square = Operation("square", "²", lambda x: x * x, lambda y, x: (x,), ((-9.0, 9.0),))
    for leaf, name in ((Value(3.0, "w"), "'w'"), (Value(3.0), "Value(data=3.0, grad=0.0)")):
        with pytest.raises(GradientError) as caught:
            check_gradients(record(wrong_square, [leaf]))
        numerical = only(caught.value.report).numerical
        assert numerical == pytest.approx(6.0, rel=1e-9)
        assert str(caught.value) == (
            f"the gradient of Value(data=9.0, grad=0.0) with respect to {name} is 3.0 in reverse "
            f"mode and {numerical!r} numerically (wrong rule: square at (3.0) has the local "
            f"gradient 3.0 towards {leaf.label or 'input 1'}, numerically {numerical!r}): relative "
            "error 5.0e-01, allowed is 1e-08; the rule of square is wrong, or does not hold at "
            "this point"
        )
    x = Value(0.0, "x")
    with pytest.raises(GradientError) as caught:
        check_gradients(relu(x) - relu(-x))
    assert str(caught.value) == (
        "the gradient of Value(data=0.0, grad=0.0) with respect to 'x' is 0.0 in reverse mode and "
        "1.0 numerically: relative error 1.0e+00, allowed is 1e-08; an operation between them has "
        "a wrong derivative rule, or one that does not hold at this point"
    )


@pytest.mark.parametrize(
    ("compute", "error", "message"),
    [
        (lambda x, y: check_gradients(1.0), TypeError, "needs the output Value, not float"),  # type: ignore[arg-type]
        (lambda x, y: check_gradients(y, x), TypeError, r"a sequence of leaves .*\(y, \[x\]\)"),
        (lambda x, y: check_gradients(y, [1.0]), TypeError, "Values, not 1.0"),  # type: ignore[list-item]
        (lambda x, y: check_gradients(y, [y]), ValueError, "is not a leaf: it was computed by"),
        (
            lambda x, y: check_gradients(y, [Value(1.0, "z")]),
            ValueError,
            "'z'.* is not in the graph",
        ),
        (lambda x, y: check_gradients(y * math.inf), ValueError, "inf.* is not finite"),
        (lambda x, y: check_gradients(y * math.nan), ValueError, "nan.* is not finite"),
    ],
)
def test_errors_say_what_was_given(
    compute: Callable[[Value, Value], object], error: type[Exception], message: str
) -> None:
    x = Value(2.0, "x")
    with pytest.raises(error, match=message):
        compute(x, x * x)


def test_a_leaf_changed_after_the_forward_pass_is_refused_by_name() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = tanh(dot([w], [x]))
    w.data = 4.0
    with pytest.raises(ValueError, match="the data of 'w' or 'x' was changed"):
        check_gradients(y)
    root = sqrt(x)
    x.data = -1.0
    with pytest.raises(ValueError, match="the data of 'x' was changed"):
        check_gradients(root)


def test_what_is_rounded_is_held_where_it_is() -> None:
    for at in (36.0, 1e7 + 0.5, -2.5):
        for compute in (floor, ceil, lambda x: x // 0.7, lambda x: x * floor(x)):
            row = only(check_gradients(compute(Value(at, "x"))))
            assert row.outcome == "agrees"
