import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, atanh, gradients, hypot, sigmoid, tanh, zeta
from autograd.expression import read_formula
from autograd.graph import leaves, operation_of, topological_order
from autograd.operation import FAMILIES, TABLE
from autograd.spelling import ATOM, PRODUCT
from autograd.views.write.formula import (
    MOST_INLINE,
    composed,
    formula,
    is_path,
    write,
    write_each,
    write_short,
)
from autograd.views.write.notation import LATEX, TEXT

X, Y, Z = Value(2.0, "x"), Value(3.0, "y"), Value(0.5, "z")


@pytest.mark.parametrize(
    ("value", "text", "latex"),
    [
        (X + Y - Z, "x+y−z", "x+y-z"),
        (X + (Y + Z), "x+(y+z)", r"x+\left(y+z\right)"),
        (X - (Y - Z), "x−(y−z)", r"x-\left(y-z\right)"),
        (X * Y + Z, "x·y+z", r"x \cdot y+z"),
        (X * (Y + Z), "x·(y+z)", r"x \cdot \left(y+z\right)"),
        (X / (Y * Z), "x/(y·z)", r"\frac{x}{y \cdot z}"),
        (X / Y * Z, "x/y·z", r"\frac{x}{y} \cdot z"),
        ((X / Y) ** 2, "(x/y)²", r"\left(\frac{x}{y}\right)^{2}"),
        (-X, "−x", "-x"),
        (-(X + Y), "−(x+y)", r"-\left(x+y\right)"),
        (-(X * Y), "−(x·y)", r"-\left(x \cdot y\right)"),
        ((-X) * Y, "(−x)·y", r"\left(-x\right) \cdot y"),
        (X - (-Y), "x−(−y)", r"x-\left(-y\right)"),
        (-X + Y, "−x+y", "-x+y"),
        (-(X**2), "−x²", "-x^{2}"),
        ((-X) ** 2, "(−x)²", r"\left(-x\right)^{2}"),
        ((X**2) ** 3, "(x²)³", r"\left(x^{2}\right)^{3}"),
        (X**-1, "x⁻¹", "x^{-1}"),
        (X**0.5, "x^0.5", "x^{0.5}"),
        (X**-0.5, "x^(−0.5)", "x^{-0.5}"),
        (X**Y, "x^y", "x^{y}"),
        (X ** (Y + Z), "x^(y+z)", "x^{y+z}"),
        ((X**Y) ** Z, "(x^y)^z", r"\left(x^{y}\right)^{z}"),
        (2**X, "2^x", "2^{x}"),
        (X * -2, "x·(−2)", r"x \cdot \left(-2\right)"),
        (X * 1e-05, "x·1e-05", r"x \cdot 10^{-5}"),
        (X + 2.5e20, "x+2.5e+20", r"x+2.5 \cdot 10^{20}"),
        (X / 3, "x/3", r"\frac{x}{3}"),
        (abs(X - Y), "|x−y|", r"\left|x-y\right|"),
        (autograd.sqrt(X), "√x", r"\sqrt{x}"),
        (autograd.sqrt(X + Y) ** 2, "(√(x+y))²", r"\left(\sqrt{x+y}\right)^{2}"),
        (autograd.exp(-X), "exp(−x)", "e^{-x}"),
        (autograd.sigmoid(X * Y), "σ(x·y)", r"\sigma\left(x \cdot y\right)"),
        (autograd.tanh(X), "tanh(x)", r"\tanh\left(x\right)"),
        (autograd.maximum(X, Y), "max(x, y)", r"\max\left(x, y\right)"),
        (autograd.greater(X, Y + Z), "x>y+z", "x>y+z"),
        (
            autograd.where(autograd.less(X, Y), Y, Z),
            "where(x<y, y, z)",
            r"\operatorname{where}\left(x<y, y, z\right)",
        ),
        (
            autograd.leaky_relu(X, 0.1),
            "leaky_relu(x, 0.1)",
            r"\operatorname{leaky\_relu}\left(x, 0.1\right)",
        ),
        (autograd.dot([X, Y + 1], [Z, X]), "x·z+(y+1)·x", r"x \cdot z+\left(y+1\right) \cdot x"),
        (autograd.dot([X], [Y], Z), "x·y+z", r"x \cdot y+z"),
        (autograd.total([X - Y, Z]), "x−y+z", "x-y+z"),
        (
            autograd.logsumexp([X, Y]),
            "logsumexp(x, y)",
            r"\operatorname{logsumexp}\left(x, y\right)",
        ),
        (Value(3.0), "3", "3"),
        (Value(-0.25), "−0.25", "-0.25"),
        (X, "x", "x"),
    ],
)
def test_expressions_with_their_parentheses(value, text, latex):
    assert formula(value) == text
    assert formula(value, latex=True) == latex


SUPERSCRIPT = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")


def read_back(text, **names):
    """Evaluate a formula by Python's own precedences."""
    plain = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    text = SUPERSCRIPT.sub(lambda m: f"**({m[0].translate(plain)})", text)
    text = text.replace("·", "*").replace("−", "-").replace("^", "**")
    return eval(text, {"__builtins__": {}}, names)


def binary(children):
    return st.tuples(st.sampled_from("+-*/"), children, children)


TREES = st.recursive(
    st.sampled_from(["x", "y", "z", "2", "-0.5"]),
    lambda children: st.one_of(
        binary(children),
        st.tuples(st.just("neg"), children),
        st.tuples(st.sampled_from(["sq", "inv", "root"]), children),
    ),
    max_leaves=12,
)


def build(tree):
    if isinstance(tree, str):
        return {"x": X, "y": Y, "z": Z}.get(tree) or Value(float(tree))
    operation, *children = tree
    values = [build(child) for child in children]
    if operation == "neg":
        return -values[0]
    if operation in ("sq", "inv", "root"):
        exponent = {"sq": 2, "inv": -1, "root": 0.5}[operation]
        return values[0] ** exponent
    a, b = values
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[
        operation
    ]()


@given(TREES)
def test_the_text_reads_back_as_the_same_computation(tree):
    try:
        value = build(tree)
    except (ArithmeticError, ValueError):
        return
    result = read_back(formula(value), x=2.0, y=3.0, z=0.5)
    assert result == pytest.approx(value.data, rel=1e-14, abs=0)


@pytest.mark.parametrize("name", sorted({*TABLE, *FAMILIES}))
@pytest.mark.parametrize("style", [TEXT, LATEX])
def test_every_operation_of_the_table_is_spelled_with_all_its_arguments(name, style):
    pairs = ("power_derivative", "gammainc", "elliptic", "bessel_ie")
    fixed = (1.0, 1.0) if name in pairs else (0.25,)
    operation = FAMILIES[name](*fixed) if name in FAMILIES else TABLE[name]
    count = 5 if name in ("dot", "total", "logsumexp", "prod", "norm") else len(operation.domain)
    pieces = style.spell(operation, count).pieces
    places = [piece.index for piece in pieces if not isinstance(piece, str)]
    assert sorted(places) == list(range(count))
    assert all(piece != "" for piece in pieces)


def test_labelled_nodes_end_the_expression_unless_it_is_expanded():
    h = autograd.tanh(X * Y)
    h.label = "h"
    out = (h + 1) * h
    out.label = "out"
    assert formula(out) == "(h+1)·h"
    assert formula(out, expand=True) == "t1 = tanh(x·y)\n(t1+1)·t1"
    assert formula(out, expand=True, latex=True) == (
        r"\begin{aligned}t_{1} &= \tanh\left(x \cdot y\right)"
        r" \\ & \left(t_{1}+1\right) \cdot t_{1}\end{aligned}"
    )


def test_names_of_shared_parts_are_not_those_of_labels():
    t1 = Value(1.0, "t1")
    shared = t1 * X
    assert formula(shared + shared, expand=True) == "t2 = t1·x\nt2+t2"


def test_what_is_shared_is_written_once():
    x = X
    for _ in range(60):
        x = x * x
    lines = formula(x, expand=True).split("\n")
    assert lines[0] == "t1 = x·x"
    assert lines[-1] == "t59·t59"
    assert len(lines) == 60
    assert formula(x) == formula(x, expand=True)


def test_a_shared_part_without_label_stays_inline_where_that_is_short():
    part = X + Y
    assert formula(part * part) == "(x+y)·(x+y)"


def test_long_chains_need_no_recursion():
    x = X
    for _ in range(20_000):
        x = x + Y
    assert formula(x) == "x" + "+y" * 20_000
    assert len(formula(x)) > MOST_INLINE


@pytest.mark.parametrize(
    ("label", "text", "latex"),
    [
        ("w5", "w5·x", r"w_{5} \cdot x"),
        ("net_h1", "net_h1·x", r"\mathrm{net}_{\mathrm{h1}} \cdot x"),
        ("net_o", "net_o·x", r"\mathrm{net}_{o} \cdot x"),
        ("a+b", "(a+b)·x", r"\left(\mathrm{a+b}\right) \cdot x"),
        ("a_b_c", "a_b_c·x", r"\mathrm{a\_b\_c} \cdot x"),
        ("50%", "(50%)·x", r"\left(\mathrm{50\%}\right) \cdot x"),
        ("</script>", "(</script>)·x", r"\left(\mathrm{{<}/script{>}}\right) \cdot x"),
        ("$x$", "($x$)·x", r"\left(\mathrm{\$x\$}\right) \cdot x"),
        ("\\N{}", "(\\N{})·x", r"\left(\mathrm{\backslash N\{\}}\right) \cdot x"),
        ("a\nb", "(a␊b)·x", r"\left(\mathrm{a␊b}\right) \cdot x"),
        ("权重", "权重·x", r"\mathrm{权重} \cdot x"),
    ],
)
def test_any_label_can_stand_in_an_expression(label, text, latex):
    product = Value(1.0, label) * X
    assert formula(product) == text
    assert formula(product, latex=True) == latex


def test_only_a_value_has_a_formula():
    with pytest.raises(TypeError, match="formula writes one Value, not float"):
        formula(1.0)


def test_expressions_of_a_whole_graph_are_cut_at_a_length():
    nodes, x = [], X
    terms = {X: ("x", ATOM), Y: ("y", ATOM)}
    for _ in range(5000):
        x = x + Y
        nodes.append(x)
    expressions = write_each(nodes, terms.get, 10)
    assert expressions[nodes[0]] == "x+y"
    assert expressions[nodes[-1]] == "x+y+y+y+y+…"
    assert write_each(nodes[:2], terms.get, 3) == {nodes[0]: "x+y", nodes[1]: "x+y…"}


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (15, "0.5·(x1−other)²"),
        (14, "0.5·(x1−oth…)²"),
        (12, "0.5·(x1−o…)²"),
        (11, "0.5·(x1−…)²"),
        (10, "0.5·(x1…)²"),
        (8, "0.5·…"),
        (6, "0.5·(…"),
        (3, "0.…"),
    ],
)
def test_a_short_expression_keeps_a_part_of_each_argument(columns, text):
    x, other = Value(1.0, "x1"), Value(2.0, "other")
    half = Value(0.5)
    root = half * (x - other) ** 2
    terms = {x: ("x1", ATOM), other: ("other", ATOM), half: ("0.5", ATOM)}
    order = topological_order(root)
    expressions = write_each(order, terms.get, 100)
    assert write_short(root, terms.get, expressions, columns) == text


def test_what_is_cut_leaves_no_parenthesis_open():
    x, y = Value(1.0, "x"), Value(2.0, "a long name")
    root = (tanh(x + y * (x - y)) / 3 + 1).sqrt()
    order = topological_order(root)
    terms = {leaf: (leaf.label or f"{leaf.data:g}", ATOM) for leaf in leaves(root)}
    expressions = write_each(order, terms.get, 100)
    short = [write_short(root, terms.get, expressions, columns) for columns in range(9, 30)]
    assert short[0] == "√(tan…+1)"
    assert short[-1] == "√(tanh(x+a lon…·(x−a …))/3+1)"
    assert all(text.count("(") == text.count(")") for text in short)


def test_a_path_keeps_its_end():
    x = Value(1.0, "layers.0.neurons.1.w0")
    terms = {x: (x.label, ATOM), Y: ("y", ATOM)}
    root = Y * x
    assert write_short(root, terms.get, write_each([root], terms.get, 100), 10) == "y·…ns.1.w0"


@pytest.mark.parametrize(
    ("text", "path"),
    [("a.b", True), ("a. b", False), ("−0.25", False), ("0.5", False), ("", False)],
)
def test_a_path_is_told_from_a_number(text, path):
    assert is_path(text) is path


@pytest.mark.parametrize(
    ("compute", "text", "latex"),
    [
        (lambda x: sigmoid(x), "σ′(x)", r"\sigma'\left(x\right)"),
        (lambda x: tanh(x), "tanh′(x)", r"\tanh'\left(x\right)"),
        (lambda x: atanh(x), "1/(1−x²)", r"\frac{1}{1-x^{2}}"),
        (lambda x: hypot(x, 2.0), "cos∠(x, 2)", r"\cos\angle\left(x, 2\right)"),
    ],
)
def test_derivatives_with_rows_of_their_own(compute, text, latex):
    x = Value(0.5, "x")
    (derivative,) = gradients(compute(x), [x])
    assert formula(derivative) == text
    assert formula(derivative, latex=True) == latex


CALLED = [
    *("bessel_i(2, x)", "bessel_ie(2, x)", "bessel_j(2, x)", "bessel_k(2, x)", "bessel_y(2, x)"),
    *("dawsn(x)", "ellipe(x)", "ellipk(x)", "elu(x, 2)", "expn(3, x)", "gammainc(2.5, x)"),
    *("gammaincc(2.5, x)", "leaky_relu(x, 0.2)", "polygamma(2, x)"),
]


@pytest.mark.parametrize("written", CALLED)
def test_fixed_numbers_stand_where_the_call_has_them(written: str) -> None:
    y, _ = read_formula(written, {"x": 0.7})
    assert formula(y) == written
    assert operation_of(read_formula(formula(y), {"x": 0.7})[0]) is operation_of(y)
    assert latex_to_text(formula(y, latex=True)) == written


def latex_to_text(text: str) -> str:
    for sign in (r"\operatorname{", "}", r"\left", r"\right", "\\"):
        text = text.replace(sign, "")
    return text


def test_every_family_that_can_be_called_is_in_this_list() -> None:
    families = {operation_of(read_formula(text, {"x": 0.7})[0]).name for text in CALLED}
    assert formula(zeta(2.5, X)) == "zeta(2.5, x)"  # in a formula that is read a variable's name
    of_derivatives = {"power_derivative", "erfcx_slope", "sinc_slope", "gamma_density"}
    assert families | of_derivatives | {"fixed_power", "zeta"} == set(FAMILIES)


def test_what_has_a_term_is_written_by_it():
    product = X * Y
    terms = {X: TEXT.label("x"), Y: TEXT.label("y")}
    assert [write(node, terms, TEXT) for node in (X, product)] == ["x", "x·y"]
    assert write(product, {**terms, product: TEXT.label("p")}, TEXT) == "p"


def test_what_lies_behind_a_label_gets_no_line():
    x = X
    for power in range(60):
        x = x * x
        x.label = "h" if power == 29 else ""
    lines = formula(x).split("\n")
    assert lines[0] == "t1 = h·h"
    assert lines[-1] == "t29·t29"
    assert len(lines) == 30


def test_a_place_is_left_open_with_what_has_to_bind_there():
    terms = {X: TEXT.label("x"), Y: TEXT.label("y")}
    assert composed((X + Y) * Z, terms, TEXT, {Z: "third"}) == ("(x+y)·{third:5}", PRODUCT)
    assert composed(Z - X, terms, TEXT, {Z: "z0", X: "z1"})[0] == "{z0:2}−{z1:4}"


def test_a_cut_expression_that_fits_stays_as_it_is():
    root = tanh(X + Y) + Y
    terms = {X: TEXT.label("x"), Y: TEXT.label("y")}
    expressions = write_each(topological_order(root), terms.get, 8)
    assert expressions[root] == "tanh(x+y…"
    assert write_short(root, terms.get, expressions, 9) == "tanh(x+y…"
    assert write_short(root, terms.get, expressions, 8) == "…+y"
