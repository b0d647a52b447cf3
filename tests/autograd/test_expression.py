from __future__ import annotations

import math
import re
import warnings
from functools import reduce

import pytest

from autograd import Value, formula, greater, operation, where
from autograd.expression import (
    FUNCTIONS,
    ExpressionError,
    free_names,
    known_functions,
    read_assignment,
    read_expression,
    read_formula,
)
from autograd.operation import FAMILIES, TABLE


def read(text: str, **numbers: float) -> Value:
    return read_expression(text, {name: Value(number, name) for name, number in numbers.items()})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tanh(w*x + b)**2", math.tanh(0.5 * 2.0 - 0.3) ** 2),
        ("-x + +w - (b)", -2.0 + 0.5 + 0.3),
        ("2*3**2/4", 4.5),
        ("x**w", math.sqrt(2.0)),
        ("2**x", 4.0),
        ("sin(pi/2)", 1.0),
        ("where(x > 1, x, 10*x)", 2.0),
        ("where(x <= 1, x, 10*x)", 20.0),
        ("maximum(x, w) + minimum(x, w)", 2.5),
        ("logsumexp(x, x)", 2.0 + math.log(2.0)),
        ("leaky_relu(-x) + leaky_relu(-x, 0.5) + elu(x)", -0.02 - 1.0 + 2.0),
        ("x % 0.75 + x // 0.75", 0.5 + 2.0),
        ("-x % 0.75", 0.25),
        ("log2(8) + cbrt(27) + clip(x, 0, 1) + round(2.5)", 3.0 + 3.0 + 1.0 + 2.0),
        ("mean(x, 4) + prod(x, 3, 4) + norm(3, 4) + var(1, 3) + std(1, 3)", 3 + 24 + 5 + 1 + 1.0),
        ("logaddexp(0, 0) + hardtanh(x) + square(x)", math.log(2.0) + 1.0 + 4.0),
        ("polygamma(1, 1)", math.pi**2 / 6.0),
        ("ndtr(0) + expn(3, 0) + bessel_j(0, 0) + ldexp(x, 2) + ellipk(0)", 10.0 + math.pi / 2.0),
        ("7", 7.0),
        ("  x\n * 2", 4.0),
    ],
)
def test_formulas_are_computed(text, expected):
    assert math.isclose(read(text, w=0.5, x=2.0, b=-0.3).data, expected, rel_tol=1e-14)


def test_a_number_as_exponent_makes_the_operation_of_one_input():
    assert read("x**2", x=3.0).operation.name == "fixed_power"
    assert formula(read("tanh(w*x + b)**2", w=0.5, x=2.0, b=-0.3)) == "tanh(w·x+b)²"


def test_a_name_used_twice_is_one_leaf():
    y = read("x*x", x=3.0)
    assert y.parents[0] is y.parents[1]


def test_every_operation_that_has_a_name_can_be_called():
    written_with_signs = {"add", "subtract", "multiply", "divide", "power", "negative", "positive"}
    of_sequences = {"dot", "total"}
    derivatives = {"sigmoid_derivative", "tanh_derivative", "one_minus_square", "direction_cosine"}
    derivatives |= {"share", "over", "power_derivative"}
    derivatives |= {"atan_derivative", "gauss", "normal_cdf", "normal_density"}
    derivatives |= {"clip_share", "passed"}
    families = {*FAMILIES} - {"fixed_power", "erfcx_slope", "sinc_slope", "zeta"}
    families -= {"dawson", "elliptic", "gamma_density"}
    named_otherwise = {"square", "reciprocal", "rsqrt", "fabs", "logaddexp", "hardtanh"}
    named_otherwise |= {"mean", "var", "std", "logaddexp2", "ldexp", "dawsn", "ndtr", "ndtri"}
    named_otherwise |= {"ellipk", "ellipe", "gammaincc"}
    called = {*TABLE, *families} - written_with_signs - of_sequences - derivatives - {"gamma"}
    called |= named_otherwise
    assert set(FUNCTIONS) == called


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("x**2 + z", "nothing is assigned to 'z'", "z"),
        ("exp(x) + foo(x)", "there is no function 'foo'", "foo"),
        ("1 + exp", "'exp' is a function; write exp(...)", "exp"),
        ("__import__('os').system('true')", "only numbers, names", "__import__"),
        ("1 + x.real", "only numbers, names", "x.real"),
        ("1 + x[0]", "only numbers, names", "x[0]"),
        ("2 * 'a'", "only numbers, names", "'a'"),
        ("2 * (lambda: x)()", "only numbers, names", "(lambda"),
        ("[x for x in x]", "only numbers, names", "["),
        ("1 + (x := 2)", "only numbers, names", "x :="),
        ("x if x else 2", "only numbers, names", "x if"),
        ("x < 1 < 2", "only numbers, names", "< 1"),
        ("x and x", "only numbers, names", "x and"),
        ("1j * x", "only numbers, names", "1j"),
        ("2 + True", "True and False are 1 and 0", "True"),
        ("(x) @ 2", "the operators are", "@"),
        ("x @ x", "the operators are", "@"),
        ("1 + ~x", "the operators are", "~x"),
        ("x == x", "the operators are", "=="),
        ("1 + exp(x, x)", "exp takes 1 argument, not 2", "exp"),
        ("atan2(x)", "atan2 takes 2 arguments, not 1", "atan2"),
        ("elu(x, 1, 2)", "elu takes 1 to 2 arguments, not 3", "elu"),
        ("logsumexp()", "logsumexp takes 1 or more arguments, not 0", "logsumexp"),
        ("exp(*x)", "an argument is an expression", "exp"),
        ("exp(x=1)", "only numbers, names", "exp"),
        ("leaky_relu(2, x)", "slope is a fixed number", "leaky_relu"),
        ("2 * log(x - 5)", "log has no real value", "log"),
        ("1 + 1/(x-2)", "divides by zero", "/("),
        ("(0-8)**(1/3)", "power has no real value", "**"),
        ("9.0**9**9", "overflows", "**9**"),
        ("权重*x + log(-x)", "log has no real value", "log"),
        ("x + * 2", "this is not a formula", "* 2"),
        ("x = 2", "this is not a formula", "="),
    ],
)
def test_anything_else_is_an_error_that_points_at_its_place(text, message, place):
    with pytest.raises(ExpressionError) as caught:
        read(text, x=2.0, 权重=1.0)
    said, shown, caret = str(caught.value).split("\n")
    assert message in said
    assert shown == f"  {text}"
    before = text[: text.index(place)]
    wide = sum(char > "\u2e80" for char in before)
    assert caret == " " * (2 + len(before) + wide) + "^"


@pytest.mark.parametrize("text", ["", "x +", "(x", "x\0", "(" * 5000 + "x" + ")" * 5000])
def test_broken_texts_are_errors_too(text):
    with pytest.raises(ExpressionError):
        read(text, x=2.0)


@pytest.mark.parametrize("text", ["-" * 100_000 + "x", "+".join(["x"] * 100_000)])
def test_endless_formulas_end(text):
    with pytest.raises(ExpressionError) as caught:
        read(text, x=2.0)
    assert len(str(caught.value)) < 400


def test_of_a_long_formula_the_message_shows_the_part_around_the_place():
    with pytest.raises(ExpressionError) as caught:
        read("x*(" * 50 + "z" + ")" * 50, x=2.0)
    _, shown, caret = str(caught.value).split("\n")
    assert len(shown) < 120
    assert shown[len(caret) - 1] == "z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("x=0.5", ("x", 0.5)), (" w1 = -2e-3 ", ("w1", -0.002)), ("权重=inf", ("权重", math.inf))],
)
def test_assignments(text, expected):
    assert read_assignment(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "not of the form name=value"),
        ("x=", "'' in 'x=' is not a number"),
        ("x=a", "'a' in 'x=a' is not a number"),
        ("2x=1", "'2x' in '2x=1' is not a name"),
        ("=1", "is not a name"),
        ("lambda=1", "is not a name"),
        ("exp=1", "'exp' in 'exp=1' is a function"),
    ],
)
def test_bad_assignments_say_what_is_wrong(text, message):
    with pytest.raises(ValueError, match=message):
        read_assignment(text)


def test_pythons_own_warnings_do_not_leak():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ExpressionError, match="the operators are"):
            read("2in x", x=1.0)


@pytest.mark.parametrize(
    "text", ["x" * 200_000, "f" * 200_000 + "(x)", "x+" + "1" * 5000, "x." + "y" * 200_000]
)
def test_a_long_formula_is_not_echoed_whole(text):
    for reading in (lambda: read(text), lambda: read_assignment(text), lambda: read(f"x={text}")):
        with pytest.raises(ValueError, match=r"\S") as caught:
            reading()
        assert len(str(caught.value)) < 700


def test_parts_have_names_and_are_computed_once():
    y = read("h = w*x; k = h; E = tanh(k) + h", w=0.5, x=2.0)
    assert y.label == "E"
    tanh, h = y.parents
    assert (tanh.parents[0], h.label, h.data) == (h, "h", 1.0)
    assert read("h = x; h*h", x=3.0).parents[0].label == "x"  # a leaf keeps its own name
    assert read("c = 2; c*x", x=3.0).data == 6.0


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("h = x*x; h = 3; h", "'h' has a value already", "= 3"),
        ("权 = x*x; exp = 权; x", "'exp' is a function already", "= 权"),
        ("x; x*x", "only the last part may be without a name", "x;"),
        ("import os", "a part is a formula or name = formula", "import"),
        ("x += 2; x", "a part is a formula or name = formula", "x +="),
        ("a, b = x", "a part is a formula or name = formula", "a"),
        ("h + 1; h = x", "only the last part may be without a name", "h +"),
        ("k = h + 1; h = x", "nothing is assigned to 'h'", "h +"),
        ("2 + 1e400", "this number is too large", "1e400"),
        ("x * 1" + "0" * 400, "this number is too large", "1"),
    ],
)
def test_wrong_parts_and_numbers_are_errors_at_their_place(text, message, place):
    with pytest.raises(ExpressionError, match=message) as caught:
        read(text, x=2.0)
    assert caught.value.column == text.index(place)


def test_an_error_shows_what_stands_around_its_place():
    with pytest.raises(ExpressionError) as caught:
        read(" x  +\n* 2", x=1.0)
    error = caught.value
    assert (error.text, error.column, error.before, error.after) == ("x + * 2", 4, "x + ", "* 2")
    assert error.reason in str(error)


def test_long_sums_are_read_by_a_loop():
    count = 1500
    assert read("+".join(["x"] * count), x=1.0).data == count
    assert read(" * ".join(["x"] * count), x=1.0).data == 1.0


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("tanh(w*x + b) + w", ("w", "x", "b")),
        ("h = w*x; exp(h) + pi", ("w", "x")),
        ("foo(x) + exp", ("x",)),
        ("µ + __import__", ("μ", "__import__")),  # Python normalises names
        ("7", ()),
    ],
)
def test_free_names_in_the_order_of_the_text(text, names):
    assert free_names(text) == names


def test_a_null_character_is_no_formula():
    for text, column in (("\0", 0), ("x +  \0y", 4)):
        with pytest.raises(ExpressionError, match="this is not a formula: a null char") as caught:
            free_names(text)
        assert caught.value.column == column


def test_an_assigned_name_is_normalised_as_in_the_formula():
    name, number = read_assignment("µ = 2")  # the micro sign, which Python reads as a Greek mu
    assert (name, number) == ("μ", 2.0)
    assert read_formula("µ*μ", {name: number})[0].data == 4.0


def test_free_names_of_what_cannot_be_taken_apart():
    with pytest.raises(ExpressionError, match="this is not a formula") as caught:
        free_names("x + * 2")
    assert caught.value.column == 4


def test_a_read_formula_has_a_name():
    output, leaves = read_formula("x*x", {"x": 3.0, "z": 1.0})
    assert (output.label, [*leaves]) == ("y", ["x", "z"])
    assert read_formula("y*y", {"y": 3.0})[0].label == "output"
    assert read_formula("E = y*y", {"y": 3.0})[0].label == "E"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("y = w*w; y*y", "output"),
        ("y = w*w; w + 1", "output"),  # where y stands for something else
        ("y = w; y*y", "output"),
        ("output = w*w; output + 1", "y"),
        ("output = y*y; output + 1", "output1"),
        ("output = y; output1 = y; output1*y", "output2"),
    ],
)
def test_an_output_has_no_name_that_a_leaf_or_a_part_has(text, name):
    numbers = dict.fromkeys(free_names(text), 3.0)
    assert read_formula(text, numbers)[0].label == name


@pytest.mark.parametrize("given", [{"y": 1.0, "output": 2.0}, {"output": 2.0, "y": 1.0}])
def test_an_output_is_not_called_as_a_leaf_that_it_is_made_of(given):
    assert read_formula("output*y", given)[0].label == "output1"


@pytest.mark.parametrize("text", ["x=1e400", "x=-1e999"])
def test_an_assignment_beyond_the_floats_is_refused(text):
    with pytest.raises(ValueError, match="is too large: a float reaches up to"):
        read_assignment(text)
    assert read_assignment("x=-Infinity") == ("x", -math.inf)


def test_operations_of_ones_own() -> None:
    with pytest.raises(ExpressionError, match="there is no function 'leak'"):
        read_formula("leak(x)", {"x": 1.0})
    assert free_names("leak(x)") == ("x",)

    @operation
    def leak(x, *, slope=0.5):  # type: ignore[no-untyped-def]
        return where(greater(x, 0.0), x, slope * x)

    @operation
    def product(*xs):  # type: ignore[no-untyped-def]
        return reduce(lambda a, b: a * b, xs)

    output, leaves = read_formula("h = leak(x); product(h, leak(x, slope=0.1), 3)", {"x": -2.0})
    output.backward()
    assert output.data == pytest.approx(0.6)
    assert leaves["x"].grad == pytest.approx(-0.6)
    assert known_functions()["leak"] is leak
    for text, message in (
        ("leak(x, 0.1)", "leak takes 1 argument, not 2"),
        ("leak(x, slop=0.1)", "leak has no 'slop'; its fixed numbers are slope"),
        ("leak(x, slope=x)", "leak's slope is a fixed number, not a Value"),
        ("leak(x, **x)", "only numbers, names"),
        ("tanh(x=x)", "only numbers, names"),
        ("leak = x; leak*2", "'leak' is a function already"),
        ("leak", "'leak' is a function; write leak"),
        ("lek(x)", "there is leak"),
    ):
        with pytest.raises(ExpressionError, match=re.escape(message)):
            read_formula(text, {"x": 1.0})
    with pytest.raises(ValueError, match="'leak' in 'leak=1' is a function"):
        read_assignment("leak=1")


@pytest.mark.parametrize(
    "text", ["-" * 200_000 + "x", "+".join(["x"] * 120_000), "-" * 2_000 + "x"]
)
def test_what_is_too_deep_for_python_is_refused_in_words(text: str) -> None:
    for read, numbers in ((read_formula, {"x": 1.0}), (read_expression, {"x": Value(1.0)})):
        with pytest.raises(ExpressionError, match="too long or nested too deeply"):
            read(text, numbers)


@pytest.mark.parametrize("text", ["\ud800*x", "x*\udfff"])
def test_half_a_character_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ExpressionError, match="this is no character") as caught:
        read_formula(text, {"x": 1.0})
    assert text[caught.value.column] in "\ud800\udfff"


def test_of_a_long_text_as_much_is_shown_before_the_place_as_behind() -> None:
    error = ExpressionError("wrong", "a" * 300 + "b" * 300, 300)
    assert (error.before, error.after) == ("a" * 50, "b" * 50)
    error = ExpressionError("wrong", "a" * 30 + "b" * 300, 30)
    assert (error.before, error.after) == ("a" * 30, "b" * 70)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("leaky_relu", 1, 2), ("elu", 1, 2), ("hardtanh", 1, 3), ("clip", 3, 3), ("round", 1, 2),
        ("polygamma", 2, 2), ("logaddexp", 2, 2), ("gammainc", 2, 2), ("bessel_j", 2, 2),
        ("sin", 1, 1), ("maximum", 2, 2), ("bessel_ie", 2, 2), ("dawsn", 1, 1), ("ndtr", 1, 1),
        ("ndtri", 1, 1), ("ellipk", 1, 1), ("square", 1, 1), ("expn", 2, 2),
    ],
)  # fmt: skip
def test_a_function_takes_as_many_arguments_as_it_has(name, least, most):
    for count in (least - 1, most + 1):
        with pytest.raises(ExpressionError, match=f"^{name} takes .*, not {count}"):
            read(f"{name}({', '.join(['1'] * count)})", x=1.0)
    read(f"{name}({', '.join(['1' if most > 1 else '0.5'] * least)})", x=1.0)


def test_five_functions_at_most_are_suggested():
    with pytest.raises(ExpressionError, match="there is ") as caught:
        read("asinh_(x)", x=1.0)
    assert caught.value.reason.count(" or ") == 4


def test_an_operation_of_ones_own_takes_as_many_arguments_as_it_has():
    @operation
    def blend(a, b, *, part=0.25):
        return part * a + (1 - part) * b

    assert read("blend(x, 2*x)", x=2.0).data == 3.5
    for given, count in (("x", 1), ("x, x, x", 3)):
        with pytest.raises(ExpressionError, match=f"blend takes 2 arguments, not {count}"):
            read(f"blend({given})", x=2.0)


@pytest.mark.parametrize(("length", "shown"), [(60, "z" * 60), (61, "z" * 59 + "…")])
def test_of_a_long_name_sixty_columns_are_shown(length, shown):
    with pytest.raises(ExpressionError) as caught:
        read("z" * length)
    assert caught.value.reason == f"nothing is assigned to '{shown}'; write {shown}=... after it"
    with pytest.raises(ValueError, match=f"^'{shown}' is not of the form name=value"):
        read_assignment("z" * length)
