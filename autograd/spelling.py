r"""How each operation is written: as text, LaTeX, a line of a table, Python, C or JavaScript.

An operation is spelled as pieces of text and places for its arguments. Every place says how
strongly an argument must bind to stand there without parentheses, so that the text reads back, by
the usual precedences and from left to right, as the graph it was made from. An operation that
a notation has no form for is written as a function call.

References
----------
Precedences are those of Python's own expressions (The Python Language Reference, section 6.17),
with ``^`` in the role of ``**`` and taken one at a time: (a^b)^c always has its parentheses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from string import Formatter
from typing import NamedTuple

# How strongly an expression binds, from weakest to strongest.
LOOSE, COMPARISON, SUM, NEGATIVE, PRODUCT, POWER, ATOM = range(7)

_BINDINGS = {"": LOOSE, "comparison": COMPARISON, "sum": SUM, "power": POWER, "atom": ATOM}

Term = tuple[str, int]
"""A text and how strongly it binds."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A place for an argument: in parentheses unless it binds at least as strongly as `binding`."""

    index: int
    binding: int = LOOSE


Pieces = tuple[str | Argument, ...]


class Spelling(NamedTuple):
    """An operation written out: how strongly the whole binds, and its pieces in their order."""

    binding: int
    pieces: Pieces


def form(binding: int, pattern: str) -> Spelling:
    """Read a spelling such as ``√{0:atom}``: places by number, with how strongly they bind."""
    pieces: list[str | Argument] = []
    for text, index, least, _ in Formatter().parse(pattern):
        pieces += [text] if text else []
        pieces += [] if index is None else [Argument(int(index), _BINDINGS[least or ""])]
    return Spelling(binding, tuple(pieces))


@dataclass(frozen=True, slots=True)
class Notation:
    """One way of writing operations.

    Parameters
    ----------
    forms : mapping of str to Spelling
        The operations that are not written as function calls, by name.
    power : callable, optional
        ``power(n)`` spells xⁿ with a number as exponent.
    number : callable
        ``number(x)`` writes a fixed number.
    function : callable
        ``function(name)`` is what an operation is called in a function call.
    plus, times : str
        The signs in a sum of several terms, and in its products; without a plus, `dot` and `total`
        are function calls too.
    start_first : bool
        Whether `dot` shows what it starts from before its products, as it is computed.
    as_called : bool
        Whether an operation with fixed numbers is written as the function that people call:
        ``bessel_j(2, x)``. Code writes them behind the arguments, as a kernel takes them.
    opening, closing : str
        The parentheses.
    """

    forms: Mapping[str, Spelling]
    number: Callable[[float], Term]
    function: Callable[[str], str] = str
    power: Callable[[float], Spelling] | None = None
    plus: str = ""
    times: str = "·"
    start_first: bool = False
    as_called: bool = False
    opening: str = "("
    closing: str = ")"

    def spell(self, name: str, parameters: Sequence[float], count: int) -> Spelling:
        """Spell the operation of a name and fixed numbers, for a number of arguments."""
        if name in self.forms:
            return self.forms[name]
        if name == "fixed_power" and self.power:
            return self.power(*parameters)
        if self.plus and name in ("dot", "total") and count:
            pairs = count // 2 if name == "dot" else 0
            return _sum(pairs, count - 2 * pairs, self.plus, self.times, self.start_first)
        before: tuple[float, ...] = ()
        if self.as_called:
            name, before, parameters = _call(name, tuple(parameters))
        given: list[Pieces] = [(self.number(parameter)[0],) for parameter in before]
        given += [(Argument(index),) for index in range(count)]
        given += [(self.number(parameter)[0],) for parameter in parameters]
        opening = self.function(name) + self.opening
        return Spelling(ATOM, (opening, *_joined(given, ", "), self.closing))

    def write(self, name: str, parameters: Sequence[float], arguments: Sequence[Term]) -> Term:
        """Write an operation on arguments that are written already."""
        spelling = self.spell(name, parameters, len(arguments))
        text = ""
        for piece in spelling.pieces:
            text += piece if isinstance(piece, str) else self.place(piece, *arguments[piece.index])
        return text, spelling.binding

    def place(self, argument: Argument, text: str, binding: int) -> str:
        """Write an argument at its place, in parentheses where it needs them."""
        return text if binding >= argument.binding else f"{self.opening}{text}{self.closing}"


_Numbers = tuple[float, ...]


def _call(name: str, parameters: _Numbers) -> tuple[str, _Numbers, _Numbers]:
    """The function that records an operation, and the numbers it takes before and behind the rest.

    Members of a family that only derivatives are made of keep the family's name.
    """
    match name, parameters:
        case (
            ("bessel_j" | "bessel_y" | "bessel_i" | "bessel_k" | "polygamma" | "zeta" | "expn"),
            _,
        ):
            return name, parameters, ()
        case (("bessel_ie" | "gammainc"), (order, 0.0)):
            return name, (order,), ()
        case "gammainc", (order, _):
            return "gammaincc", (order,), ()
        case "dawson", (0.0,):
            return "dawsn", (), ()
        case "elliptic", (second, 0.0):
            return ("ellipe" if second else "ellipk"), (), ()
    return name, (), parameters


@lru_cache(maxsize=100)  # a layer's sums are all alike, and long
def _sum(pairs: int, singles: int, plus: str, times: str, start_first: bool) -> Spelling:
    """Spell a sum of products of pairs and of single terms, the first of which may be a sum itself.

    The arguments are all left factors, all right ones, and the single terms.
    """
    products: list[Pieces] = [
        (Argument(i, PRODUCT), times, Argument(pairs + i, POWER)) for i in range(pairs)
    ]
    others: list[Pieces] = [(Argument(2 * pairs + i, PRODUCT),) for i in range(singles)]
    first, *rest = others + products if start_first else products + others
    first = (Argument(0, SUM),) if first == (Argument(0, PRODUCT),) else first
    return Spelling(SUM, _joined([first, *rest], plus))


def _joined(parts: Sequence[Pieces], sign: str) -> Pieces:
    pieces: list[str | Argument] = []
    for part in parts:
        pieces += [sign, *part] if pieces else part
    return tuple(pieces)


# -------------------------------------------------------------------------------------- the table

_INFIX = {  # how strongly it binds, its left and its right argument; signs in text, LaTeX, code
    "add": (SUM, SUM, PRODUCT, "+", "+", "+"),
    "subtract": (SUM, SUM, PRODUCT, "−", "-", "-"),
    "multiply": (PRODUCT, PRODUCT, POWER, "·", r" \cdot ", "*"),
    "divide": (PRODUCT, PRODUCT, POWER, "/", "/", "/"),
    "over": (PRODUCT, PRODUCT, POWER, "/", "/", ""),
    "power": (POWER, ATOM, ATOM, "^", "^", ""),
    "greater": (COMPARISON, SUM, SUM, ">", ">", ">"),
    "greater_equal": (COMPARISON, SUM, SUM, "≥", r" \ge ", ">="),
    "less": (COMPARISON, SUM, SUM, "<", "<", "<"),
    "less_equal": (COMPARISON, SUM, SUM, "≤", r" \le ", "<="),
    "equal": (COMPARISON, SUM, SUM, "=", "=", "=="),
    "not_equal": (COMPARISON, SUM, SUM, "≠", r" \ne ", "!="),
}
_IN_TEXT, _IN_LATEX, _IN_CODE = 3, 4, 5


def _infix(column: int, space: str = "") -> dict[str, Spelling]:
    return {
        name: Spelling(
            row[0], (Argument(0, row[1]), f"{space}{row[column]}{space}", Argument(1, row[2]))
        )
        for name, row in _INFIX.items()
    }


def _code(choice: str) -> dict[str, Spelling]:
    """The forms that Python, C and JavaScript share; how they write a choice differs."""
    choose = choice.format
    signs = _infix(_IN_CODE, " ")
    arithmetic = {name: signs[name] for name in ("add", "subtract", "multiply", "divide")}
    comparisons = {
        name: form(LOOSE, choose(f"{{0:sum}} {row[_IN_CODE]} {{1:sum}}", "1.0", "0.0"))
        for name, row in _INFIX.items()
        if row[0] == COMPARISON
    }
    chosen = choose("{0:sum} != 0.0", "{1:comparison}", "{2:comparison}")
    negative = {"negative": form(NEGATIVE, "-{0:power}")}
    return arithmetic | comparisons | negative | {"where": form(LOOSE, chosen)}


_FIRST_IF = (
    "{{0:sum}} {0} {{1:sum}} || {{0:sum}} != {{0:sum}} ? {{0:comparison}} : {{1:comparison}}"
)
_C_FORMS = _code("{0} ? {1} : {2}") | {
    "maximum": form(LOOSE, _FIRST_IF.format(">")),
    "minimum": form(LOOSE, _FIRST_IF.format("<")),
    "positive": form(ATOM, "{0:atom}"),
}

# Functions whose usual name is not the operation's.
_TEXT_NAMES = {
    "sigmoid": "σ",
    "sigmoid_derivative": "σ′",
    "tanh_derivative": "tanh′",
    "normal_cdf": "Φ",
    "normal_density": "φ",
    "direction_cosine": "cos∠",
    "maximum": "max",
    "minimum": "min",
    "heaviside": "H",
    "log2": "log₂",
    "log10": "log₁₀",
    "digamma": "ψ",
    "erfinv": "erf⁻¹",
    "prod": "Π",
}
_LATEX_NAMES = {
    "sigmoid": r"\sigma",
    "sigmoid_derivative": r"\sigma'",
    "tanh_derivative": r"\tanh'",
    "normal_cdf": r"\Phi",
    "normal_density": r"\varphi",
    "direction_cosine": r"\cos\angle",
    "maximum": r"\max",
    "minimum": r"\min",
    "heaviside": "H",
    "log2": r"\log_{2}",
    "log10": r"\log_{10}",
    "digamma": r"\psi",
    "erfinv": r"\operatorname{erf}^{-1}",
    "prod": r"\prod",
    "norm": r"\operatorname{norm}",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    **{name: "\\" + name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "log")},
    **{name: "\\" + name for name in ("sec", "csc", "cot", "coth")},
}
_C_NAMES = {"abs": "fabs", "power": "pow", "fixed_power": "pow", "round": "rint"}
C_LIBRARY = {"log2", "log10", "exp2", "lgamma", "copysign"}
"""What C's library has, though the table says how it is composed of other rows."""
_C_NUMBERS = {"inf": "INFINITY", "-inf": "-INFINITY", "nan": "NAN"}


def _latex_name(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return _LATEX_NAMES.get(name, rf"\operatorname{{{escaped}}}")


# ------------------------------------------------------------------------------ numbers and powers


def plain_number(value: float) -> str:
    """Write a number in the shortest form that reads back: ``0.5``, ``3``."""
    return repr(value).removesuffix(".0")


def _text_number(value: float) -> Term:
    text = plain_number(value)
    return ("−" + text[1:], NEGATIVE) if text[0] == "-" else (text, ATOM)


def _latex_number(value: float) -> Term:
    text = plain_number(value)
    binding = NEGATIVE if text[0] == "-" else ATOM
    if "e" in text:
        mantissa, exponent = text.split("e")
        power = f"10^{{{int(exponent)}}}"
        if mantissa in ("1", "-1"):
            return mantissa.removesuffix("1") + power, min(binding, POWER)
        return rf"{mantissa} \cdot {power}", min(binding, PRODUCT)
    return text.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}"), binding


def _signed(text: str) -> Term:
    return text, NEGATIVE if text[0] == "-" else ATOM


def _python_number(value: float) -> Term:
    return _signed(repr(value))


def _c_number(value: float) -> Term:
    return _signed(_C_NUMBERS.get(repr(value), repr(value)))


def _javascript_number(value: float) -> Term:
    # Python's shortest form of a float is JavaScript's too, except for nan and the infinities.
    return _signed(plain_number(value).replace("inf", "Infinity").replace("nan", "NaN"))


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _text_power(n: float) -> Spelling:
    exponent = plain_number(n)
    if exponent.lstrip("-").isdigit():
        return Spelling(POWER, (Argument(0, ATOM), exponent.translate(_SUPERSCRIPTS)))
    bare = exponent.replace(".", "").isdigit()
    exponent = exponent if bare else f"({exponent.replace('-', '−')})"
    return Spelling(POWER, (Argument(0, ATOM), "^" + exponent))


def _latex_power(n: float) -> Spelling:
    return Spelling(POWER, (Argument(0, ATOM), f"^{{{_latex_number(n)[0]}}}"))


def _listed_power(n: float) -> Spelling:
    return Spelling(POWER, (Argument(0, ATOM), f" ^ {n:g}"))


# ----------------------------------------------------------------------------------- the notations

TEXT = Notation(
    _infix(_IN_TEXT)
    | {
        "negative": form(NEGATIVE, "−{0:power}"),
        "positive": form(NEGATIVE, "+{0:power}"),
        "sqrt": form(POWER, "√{0:atom}"),
        "abs": form(ATOM, "|{0}|"),
        "one_minus_square": form(SUM, "1−{0:atom}²"),
        "atan_derivative": form(PRODUCT, "1/(1+{0:atom}²)"),
        "gauss": form(ATOM, "exp(−{0:atom}²)"),
        "floor": form(ATOM, "⌊{0}⌋"),
        "ceil": form(ATOM, "⌈{0}⌉"),
        "floor_divide": form(ATOM, "⌊{0:power}/{1:power}⌋"),
        "exp2": form(ATOM, "2^({0})"),
        "cbrt": form(POWER, "∛{0:atom}"),
    },
    _text_number,
    lambda name: _TEXT_NAMES.get(name, name),
    _text_power,
    plus="+",
    as_called=True,
)
"""Formulas as text: ``tanh(w·x+b)²``."""

_RULE_FORMS = {
    **TEXT.forms,
    **{
        name: Spelling(COMPARISON, (Argument(0, SUM), f" {row[_IN_TEXT]} ", Argument(1, SUM)))
        for name, row in _INFIX.items()
        if row[0] == COMPARISON
    },
    "heaviside": form(LOOSE, "1 if {0:sum} > 0 else 0"),
    "sign": form(LOOSE, "1 if {0:sum} > 0 else −1 if {0:sum} < 0 else 0"),
    "where": form(LOOSE, "{1:comparison} if {0:comparison} else {2}"),
}

RULES = replace(TEXT, forms=_RULE_FORMS)
"""Derivatives as a course teaches them, steps in words: ``1 if x > 0 else 0``."""

LATEX = Notation(
    _infix(_IN_LATEX)
    | {
        "negative": form(NEGATIVE, "-{0:power}"),
        "positive": form(NEGATIVE, "+{0:power}"),
        "divide": form(POWER, r"\frac{{{0}}}{{{1}}}"),
        "power": form(POWER, "{0:atom}^{{{1}}}"),
        "sqrt": form(POWER, r"\sqrt{{{0}}}"),
        "exp": form(POWER, "e^{{{0}}}"),
        "abs": form(ATOM, r"\left|{0}\right|"),
        "one_minus_square": form(SUM, "1-{0:atom}^{{2}}"),
        "atan_derivative": form(POWER, r"\frac{{1}}{{1+{0:atom}^{{2}}}}"),
        "gauss": form(POWER, "e^{{-{0:atom}^{{2}}}}"),
        "floor": form(ATOM, r"\left\lfloor {0}\right\rfloor"),
        "ceil": form(ATOM, r"\left\lceil {0}\right\rceil"),
        "floor_divide": form(ATOM, r"\left\lfloor \frac{{{0}}}{{{1}}}\right\rfloor"),
        "mod": form(PRODUCT, r"{0:power} \bmod {1:power}"),
        "exp2": form(POWER, "2^{{{0}}}"),
        "cbrt": form(POWER, r"\sqrt[3]{{{0}}}"),
    },
    _latex_number,
    _latex_name,
    _latex_power,
    plus="+",
    times=r" \cdot ",
    as_called=True,
    opening=r"\left(",
    closing=r"\right)",
)
"""Formulas in LaTeX's math mode."""

LISTING = Notation(
    _infix(_IN_TEXT, " ") | {"negative": TEXT.forms["negative"], "abs": TEXT.forms["abs"]},
    lambda x: (f"{x:g}", ATOM),
    power=_listed_power,
    plus=" + ",
    start_first=True,
    as_called=True,
)
"""The lines of a Wengert list's table: ``v2 · v0 + v1``."""

_PYTHON_FORMS = _code("{1} if {0} else {2}")
del _PYTHON_FORMS["divide"]

PYTHON = Notation(_PYTHON_FORMS, _python_number)
"""Python: what may raise an error there, such as a division, is a function."""

C = Notation(_C_FORMS, _c_number, lambda name: _C_NAMES.get(name, name))
"""C99: the functions of ``math.h``."""

JAVASCRIPT = Notation(_C_FORMS, _javascript_number, lambda name: f"kernels.{name}")
"""JavaScript: what is no operator is a function of the object ``kernels``."""
