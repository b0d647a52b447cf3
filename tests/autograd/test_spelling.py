"""A text reads back as what was written: in each notation, whatever is nested in what."""

from __future__ import annotations

import itertools
import math
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from autograd.operation import FAMILIES, TABLE, Operation
from autograd.spelling import (
    ATOM,
    COMPARISON,
    JAVASCRIPT,
    LATEX,
    LISTING,
    LOOSE,
    NEGATIVE,
    POWER,
    PRODUCT,
    PYTHON,
    RULES,
    SUM,
    TEXT,
    Argument,
    C,
    Notation,
    Spelling,
    Term,
    form,
)
from autograd.switches import ieee_arithmetic

NOTATIONS = {
    "text": TEXT, "latex": LATEX, "listing": LISTING, "python": PYTHON, "c": C,
    "javascript": JAVASCRIPT,
}  # fmt: skip
LETTERS = "abcde"
NUMBERS = ((0.3, 1.7, 0.9, 2.3, 0.6), (1.1, 0.7, 3.1, 0.7, 1.1), (-0.8, 3.0, -2.0, -0.4, 1.5))

ARITHMETIC = ("add", "subtract", "multiply", "divide", "negative")
COMPARISONS = ("greater", "greater_equal", "less", "less_equal")


def written(notation: Notation, row: Operation, arguments: Sequence[Term]) -> Term:
    return notation.write(row.name, row.parameters, arguments)


def count_of(operation: Operation) -> int:
    return len(operation.domain)


def nested(
    notation: Notation, outer: Operation, inner: Operation, place: int
) -> tuple[str, Callable[..., float]]:
    """Write outer(a, …, inner(…), …), and compute it by the forwards of the two rows."""
    first, width = place, count_of(inner)
    letters = [(letter, ATOM) for letter in LETTERS]
    inside = letters[first : first + width]
    arguments = [*letters[:first], written(notation, inner, inside), *letters[first + width :]]
    text, _ = written(notation, outer, arguments[: count_of(outer)])

    def compute(*numbers: float) -> float:
        value = inner.on_numbers(*numbers[first : first + width])
        rest = [*numbers[:first], value, *numbers[first + width :]]
        return outer.on_numbers(*rest[: count_of(outer)])

    return text, compute


class Number(float):
    """A number whose operators are the rows of the table, and a comparison gives 1.0 or 0.0."""


def _operator(name: str) -> Callable[..., Number]:
    return lambda *numbers: Number(TABLE[name].on_numbers(*map(float, numbers)))


for method, name in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power",
    "neg": "negative", "gt": "greater", "ge": "greater_equal", "lt": "less", "le": "less_equal",
}.items():  # fmt: skip
    setattr(Number, f"__{method}__", _operator(name))


def read_back(
    text: str, compute: Callable[..., float], kind: type[float], names: dict[str, Any]
) -> None:
    """Let Python evaluate a text, and compare bit for bit."""
    for numbers in NUMBERS:
        given = dict(zip(LETTERS, map(kind, numbers), strict=True))
        with ieee_arithmetic.on():
            expected, found = compute(*numbers), float(eval(text, names | given))
        assert struct.pack("d", found) == struct.pack("d", expected) or (
            found != found and expected != expected
        ), (text, numbers, found, expected)


def all_in(outer: Operation, names: tuple[str, ...]) -> Iterator[tuple[Operation, int]]:
    """Every row and every place at which it may stand in another."""
    return itertools.product([TABLE[name] for name in names], range(count_of(outer)))


def every(*names: str) -> Any:
    """Each of some rows as the outer one."""
    return pytest.mark.parametrize("outer", [TABLE[name] for name in names], ids=names)


FUNCTIONS = {name: row.on_numbers for name, row in TABLE.items()}
IN_PYTHON = (*ARITHMETIC, *COMPARISONS, "power", "positive", "where", "maximum", "tanh")


@every(*IN_PYTHON)
def test_python_reads_back_what_is_nested(outer: Operation) -> None:
    for inner, place in all_in(outer, IN_PYTHON):
        read_back(*nested(PYTHON, outer, inner, place), float, FUNCTIONS)


IN_TEXT = (*ARITHMETIC, *COMPARISONS, "power")
SIGNS = str.maketrans({"·": "*", "−": "-", "^": "**", "≥": ">=", "≤": "<="})


@pytest.mark.parametrize("notation", [TEXT, LISTING], ids=["text", "listing"])
@every(*IN_TEXT)
def test_signs_read_back_by_the_usual_precedences(outer: Operation, notation: Notation) -> None:
    for inner, place in all_in(outer, IN_TEXT):
        text, compute = nested(notation, outer, inner, place)
        read_back(text.translate(SIGNS), compute, Number, {})


@pytest.mark.parametrize("notation", [C, JAVASCRIPT], ids=["c", "javascript"])
@every(*ARITHMETIC)
def test_arithmetic_in_c_and_javascript_is_that_of_python(
    outer: Operation, notation: Notation
) -> None:
    for inner, place in all_in(outer, ARITHMETIC):
        read_back(*nested(notation, outer, inner, place), Number, {})


LATEX_LIKE_TEXT = (*ARITHMETIC[:3], "power", *COMPARISONS)  # a quotient stands as a fraction


@every(*LATEX_LIKE_TEXT)
def test_latex_has_parentheses_where_the_text_has_them(outer: Operation) -> None:
    for inner, place in all_in(outer, LATEX_LIKE_TEXT):
        (in_text, _), (in_latex, _) = (nested(n, outer, inner, place) for n in (TEXT, LATEX))
        exponent = outer.name == "power" and place == 1  # which stands in braces
        expected = 0 if exponent else in_text.count("(")
        assert in_latex.count(r"\left(") == in_latex.count(r"\right)") == expected, in_latex


def built(notation: Notation, tree: Any) -> str:
    """Write a tree such as ``("add", "x", ("negative", "y"))``."""

    def term(node: Any) -> tuple[str, int]:
        if isinstance(node, str):
            return node, ATOM
        if isinstance(node, float):
            return notation.number(node)
        head, *arguments = node
        operation = TABLE[head] if isinstance(head, str) else head
        return written(notation, operation, [term(argument) for argument in arguments])

    return term(tree)[0]


CUBE, ROOT, INVERSE = (FAMILIES["fixed_power"](n) for n in (3.0, 0.5, -1.0))
LEAKY = FAMILIES["leaky_relu"](0.5)
TREES: list[tuple[Any, dict[str, str]]] = [
    (
        ("subtract", "x", ("add", "y", "z")),
        {
            "text": "x−(y+z)",
            "latex": r"x-\left(y+z\right)",
            "listing": "x − (y + z)",
            "python": "x - (y + z)",
            "c": "x - (y + z)",
            "javascript": "x - (y + z)",
        },
    ),
    (
        ("divide", ("multiply", "x", "y"), ("multiply", "y", "z")),
        {
            "text": "x·y/(y·z)",
            "latex": r"\frac{x \cdot y}{y \cdot z}",
            "listing": "x · y / (y · z)",
            "python": "divide(x * y, y * z)",
            "c": "x * y / (y * z)",
            "javascript": "x * y / (y * z)",
        },
    ),
    (
        ("negative", ("add", ("negative", "x"), "y")),
        {
            "text": "−(−x+y)",
            "latex": r"-\left(-x+y\right)",
            "listing": "−(−x + y)",
            "python": "-(-x + y)",
            "c": "-(-x + y)",
            "javascript": "-(-x + y)",
        },
    ),
    (
        ("power", ("power", "x", "y"), "z"),
        {
            "text": "(x^y)^z",
            "latex": r"\left(x^{y}\right)^{z}",
            "listing": "(x ^ y) ^ z",
            "python": "power(power(x, y), z)",
            "c": "pow(pow(x, y), z)",
            "javascript": "kernels.power(kernels.power(x, y), z)",
        },
    ),
    (
        (CUBE, ("add", "x", 0.5)),
        {
            "text": "(x+0.5)³",
            "latex": r"\left(x+0.5\right)^{3}",
            "listing": "(x + 0.5) ^ 3",
            "python": "fixed_power(x + 0.5, 3.0)",
            "c": "pow(x + 0.5, 3.0)",
            "javascript": "kernels.fixed_power(x + 0.5, 3)",
        },
    ),
    (
        ("multiply", ("where", ("less", "x", "y"), "y", "z"), 2.0),
        {
            "text": "where(x<y, y, z)·2",
            "latex": r"\operatorname{where}\left(x<y, y, z\right) \cdot 2",
            "listing": "where(x < y, y, z) · 2",
            "python": "(y if (1.0 if x < y else 0.0) != 0.0 else z) * 2.0",
            "c": "((x < y ? 1.0 : 0.0) != 0.0 ? y : z) * 2.0",
            "javascript": "((x < y ? 1.0 : 0.0) != 0.0 ? y : z) * 2",
        },
    ),
    (
        ("maximum", "x", ("tanh", ("abs", "y"))),
        {
            "text": "max(x, tanh(|y|))",
            "latex": r"\max\left(x, \tanh\left(\left|y\right|\right)\right)",
            "listing": "maximum(x, tanh(|y|))",
            "python": "maximum(x, tanh(abs(y)))",
            "c": "x > tanh(fabs(y)) || x != x ? x : tanh(fabs(y))",
            "javascript": "x > kernels.tanh(kernels.abs(y)) || x != x ? x : kernels.tanh("
            "kernels.abs(y))",
        },
    ),
    (
        (LEAKY, ("dot", "x", ("add", "y", "z"), "z", "w", "b")),
        {
            "text": "leaky_relu(x·z+(y+z)·w+b, 0.5)",
            "latex": r"\operatorname{leaky\_relu}\left(x \cdot z+\left(y+z\right) \cdot w+b, "
            r"0.5\right)",
            "listing": "leaky_relu(b + x·z + (y + z)·w, 0.5)",
            "python": "leaky_relu(dot(x, y + z, z, w, b), 0.5)",
            "c": "leaky_relu(dot(x, y + z, z, w, b), 0.5)",
            "javascript": "kernels.leaky_relu(kernels.dot(x, y + z, z, w, b), 0.5)",
        },
    ),
    (
        ("total", ("add", "x", "y"), ("subtract", "y", "z"), ("greater", "x", "y")),
        {
            "text": "x+y+(y−z)+(x>y)",
            "latex": r"x+y+\left(y-z\right)+\left(x>y\right)",
            "listing": "x + y + (y − z) + (x > y)",
            "python": "total(x + y, y - z, 1.0 if x > y else 0.0)",
            "c": "total(x + y, y - z, x > y ? 1.0 : 0.0)",
            "javascript": "kernels.total(x + y, y - z, x > y ? 1.0 : 0.0)",
        },
    ),
]


@pytest.mark.parametrize("name", NOTATIONS)
@pytest.mark.parametrize(("tree", "texts"), TREES)
def test_what_is_written(tree: Any, texts: dict[str, str], name: str) -> None:
    assert built(NOTATIONS[name], tree) == texts[name]


@pytest.mark.parametrize(
    ("number", "text", "latex", "listing", "python", "c", "javascript"),
    [
        (3.0, "3", "3", "3", "3.0", "3.0", "3"),
        (-0.5, "−0.5", "-0.5", "-0.5", "-0.5", "-0.5", "-0.5"),
        (-0.0, "−0", "-0", "-0", "-0.0", "-0.0", "-0"),
        (0.1 + 0.2, *["0.30000000000000004"] * 2, "0.3", *["0.30000000000000004"] * 3),
        (1e-5, "1e-05", "10^{-5}", "1e-05", "1e-05", "1e-05", "1e-05"),
        (-1e20, "−1e+20", "-10^{20}", "-1e+20", "-1e+20", "-1e+20", "-1e+20"),
        (-2.5e20, "−2.5e+20", r"-2.5 \cdot 10^{20}", *["-2.5e+20"] * 4),
        (math.inf, "inf", r"\infty", "inf", "inf", "INFINITY", "Infinity"),
        (-math.inf, "−inf", r"-\infty", "-inf", "-inf", "-INFINITY", "-Infinity"),
        (math.nan, "nan", r"\mathrm{nan}", "nan", "nan", "NAN", "NaN"),
    ],
)
def test_numbers(
    number: float, text: str, latex: str, listing: str, python: str, c: str, javascript: str
) -> None:
    found = [notation.number(number)[0] for notation in NOTATIONS.values()]
    assert found == [text, latex, listing, python, c, javascript]


@pytest.mark.parametrize(
    ("number", "in_text", "in_latex"),
    [
        (2.0, ATOM, ATOM),
        (math.inf, ATOM, ATOM),
        (-2.0, NEGATIVE, NEGATIVE),
        (1e-9, ATOM, POWER),
        (2e-9, ATOM, PRODUCT),
        (-1e-9, NEGATIVE, NEGATIVE),
        (-2e-9, NEGATIVE, NEGATIVE),
    ],
)
def test_how_strongly_numbers_bind(number: float, in_text: int, in_latex: int) -> None:
    assert (TEXT.number(number)[1], LATEX.number(number)[1]) == (in_text, in_latex)


@pytest.mark.parametrize(
    ("n", "text", "latex", "listing"),
    [
        (2.0, "x²", "x^{2}", "x ^ 2"),
        (-13.0, "x⁻¹³", "x^{-13}", "x ^ -13"),
        (0.5, "x^0.5", "x^{0.5}", "x ^ 0.5"),
        (-0.5, "x^(−0.5)", "x^{-0.5}", "x ^ -0.5"),
        (1e30, "x^(1e+30)", "x^{10^{30}}", "x ^ 1e+30"),
        (math.inf, "x^(inf)", r"x^{\infty}", "x ^ inf"),
    ],
)
def test_powers(n: float, text: str, latex: str, listing: str) -> None:
    power = FAMILIES["fixed_power"](n)
    found = [written(notation, power, [("x", ATOM)]) for notation in (TEXT, LATEX, LISTING)]
    assert found == [(text, POWER), (latex, POWER), (listing, POWER)]
    assert written(TEXT, power, [("−x", NEGATIVE)])[0].startswith("(−x)")
    assert written(TEXT, power, [("x²", POWER)])[0].startswith("(x²)")


def test_a_form_is_read_from_a_pattern() -> None:
    assert form(POWER, "√{0:atom}") == Spelling(POWER, ("√", Argument(0, ATOM)))
    assert form(LOOSE, "{1} if {0:sum}") == Spelling(
        LOOSE, (Argument(1, LOOSE), " if ", Argument(0, SUM))
    )


def test_an_argument_has_parentheses_where_it_binds_less_than_its_place_asks() -> None:
    order = [LOOSE, COMPARISON, SUM, NEGATIVE, PRODUCT, POWER, ATOM]
    assert order == sorted(order)
    for asked, given in itertools.product(order, repeat=2):
        expected = "x" if given >= asked else "(x)"
        assert TEXT.place(Argument(0, asked), "x", given) == expected
    assert LATEX.place(Argument(0, SUM), "x", LOOSE) == r"\left(x\right)"


def test_an_operation_without_a_form_is_a_function_call() -> None:
    own = Operation("own_name", "?", abs, lambda y, x: (1.0,), (), parameters=(-1.5,))
    found = {name: written(notation, own, [("x", SUM)]) for name, notation in NOTATIONS.items()}
    assert found == {
        "text": ("own_name(x, −1.5)", ATOM),
        "latex": (r"\operatorname{own\_name}\left(x, -1.5\right)", ATOM),
        "listing": ("own_name(x, -1.5)", ATOM),
        "python": ("own_name(x, -1.5)", ATOM),
        "c": ("own_name(x, -1.5)", ATOM),
        "javascript": ("kernels.own_name(x, -1.5)", ATOM),
    }
    assert written(TEXT, TABLE["dot"], []) == ("dot()", ATOM)


@pytest.mark.parametrize(
    ("name", "fixed", "called", "named"),
    [
        ("bessel_j", (2.0,), "bessel_j(2, x)", "bessel_j(x, 2)"),
        ("polygamma", (1.0,), "polygamma(1, x)", "polygamma(x, 1)"),
        ("bessel_ie", (1.0, 0.0), "bessel_ie(1, x)", "bessel_ie(x, 1, 0)"),
        ("bessel_ie", (1.0, 2.0), "bessel_ie(x, 1, 2)", "bessel_ie(x, 1, 2)"),
        ("gammainc", (2.5, 0.0), "gammainc(2.5, x)", "gammainc(x, 2.5, 0)"),
        ("gammainc", (2.5, 1.0), "gammaincc(2.5, x)", "gammainc(x, 2.5, 1)"),
        ("dawson", (0.0,), "dawsn(x)", "dawson(x, 0)"),
        ("dawson", (1.0,), "dawson(x, 1)", "dawson(x, 1)"),
        ("elliptic", (1.0, 0.0), "ellipe(x)", "elliptic(x, 1, 0)"),
        ("elliptic", (0.0, 0.0), "ellipk(x)", "elliptic(x, 0, 0)"),
        ("elliptic", (1.0, 1.0), "elliptic(x, 1, 1)", "elliptic(x, 1, 1)"),
        ("leaky_relu", (0.1,), "leaky_relu(x, 0.1)", "leaky_relu(x, 0.1)"),
    ],
)
def test_people_read_the_call_and_a_script_the_row_with_its_numbers(name, fixed, called, named):
    assert TEXT.write(name, fixed, [("x", ATOM)]) == (called, ATOM)
    assert JAVASCRIPT.write(name, fixed, [("x", ATOM)]) == (f"kernels.{named}", ATOM)


def test_steps_of_a_rule_are_written_with_room_round_their_signs():
    x, total = ("x", ATOM), ("a+b", SUM)
    assert RULES.write("greater", (), [total, x]) == ("a+b > x", COMPARISON)
    assert RULES.write("less_equal", (), [x, total]) == ("x ≤ a+b", COMPARISON)
    assert RULES.write("heaviside", (), [total]) == ("1 if a+b > 0 else 0", LOOSE)
    assert TEXT.write("greater", (), [total, x]) == ("a+b>x", COMPARISON)


@pytest.mark.parametrize("notation", [PYTHON, JAVASCRIPT, C])
def test_a_number_below_zero_binds_as_a_minus_does(notation):
    assert notation.number(-1.5) == ("-1.5", NEGATIVE)
    assert notation.number(1.5) == ("1.5", ATOM)
    assert notation.number(-0.0)[1] == NEGATIVE
