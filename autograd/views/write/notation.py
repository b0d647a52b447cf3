r"""How each operation is written, in plain text and in LaTeX.

An operation is spelled as pieces of text and places for its arguments. Every place says how
strongly an argument must bind to stand there without parentheses: so that the text reads back,
by the usual precedences and from left to right, as the very graph it was made from.

References
----------
Precedences are those of Python's own expressions (The Python Language Reference, section 6.17),
with ``^`` in the role of ``**`` and taken one at a time: (a^b)^c always has its parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from autograd.operation import Operation
from autograd.views.write.text import visible

# How strongly an expression binds, from weakest to strongest.
LOOSE, COMPARISON, SUM, NEGATIVE, PRODUCT, POWER, ATOM = range(7)

Term = tuple[str, int]  # a text and how strongly it binds


@dataclass(frozen=True, slots=True)
class Argument:
    """A place for an argument: in parentheses unless it binds at least as strongly as `binding`."""

    index: int
    binding: int = LOOSE


@dataclass(frozen=True, slots=True)
class Spelling:
    """An operation written out: pieces in their order, and how strongly the whole binds."""

    binding: int
    pieces: tuple[str | Argument, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """One way of writing: how operations, labels and numbers are spelled, and the parentheses."""

    spell: Callable[[Operation, int], Spelling]
    label: Callable[[str], Term]
    number: Callable[[float], Term]
    opening: str
    closing: str


# ------------------------------------------------------------------------------------ operations

# name: sign in text, sign in LaTeX, how strongly it binds, its left and its right argument
_INFIX = {
    "add": ("+", "+", SUM, SUM, PRODUCT),
    "subtract": ("−", "-", SUM, SUM, PRODUCT),
    "multiply": ("·", r" \cdot ", PRODUCT, PRODUCT, POWER),
    "divide": ("/", "/", PRODUCT, PRODUCT, POWER),
    "power": ("^", "^", POWER, ATOM, ATOM),
    "greater": (">", ">", COMPARISON, SUM, SUM),
    "greater_equal": ("≥", r" \ge ", COMPARISON, SUM, SUM),
    "less": ("<", "<", COMPARISON, SUM, SUM),
    "less_equal": ("≤", r" \le ", COMPARISON, SUM, SUM),
}
_PREFIX = {"negative": ("−", "-"), "positive": ("+", "+")}

# Functions whose usual name is not the operation's.
_TEXT_NAMES = {
    "sigmoid": "σ",
    "sigmoid_derivative": "σ′",
    "tanh_derivative": "tanh′",
    "direction_cosine": "cos∠",
    "maximum": "max",
    "minimum": "min",
    "heaviside": "H",
}
_LATEX_NAMES = {
    "sigmoid": r"\sigma",
    "sigmoid_derivative": r"\sigma'",
    "tanh_derivative": r"\tanh'",
    "direction_cosine": r"\cos\angle",
    "maximum": r"\max",
    "minimum": r"\min",
    "heaviside": "H",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    **{name: "\\" + name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "log")},
}
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _spell_text(operation: Operation, count: int) -> Spelling:
    name = operation.name
    if name in _INFIX:
        sign, _, binding, left, right = _INFIX[name]
        return Spelling(binding, (Argument(0, left), sign, Argument(1, right)))
    if name == "sqrt":
        return Spelling(POWER, ("√", Argument(0, ATOM)))
    if name == "abs":
        return Spelling(ATOM, ("|", Argument(0), "|"))
    if name == "one_minus_square":
        return Spelling(SUM, ("1−", Argument(0, ATOM), "²"))
    if name == "fixed_power":
        (n,) = operation.parameters
        exponent = _plain(n)
        if exponent.lstrip("-").isdigit():
            return Spelling(POWER, (Argument(0, ATOM), exponent.translate(_SUPERSCRIPTS)))
        bare = exponent.replace(".", "").isdigit()
        exponent = exponent if bare else f"({exponent.replace('-', '−')})"
        return Spelling(POWER, (Argument(0, ATOM), "^" + exponent))
    return _common(operation, count, "·", 0) or _call(
        _TEXT_NAMES.get(name, name), operation, count, "(", ")"
    )


def _spell_latex(operation: Operation, count: int) -> Spelling:
    name = operation.name
    if name == "divide":
        return Spelling(POWER, (r"\frac{", Argument(0), "}{", Argument(1), "}"))
    if name == "power":
        return Spelling(POWER, (Argument(0, ATOM), "^{", Argument(1), "}"))
    if name in _INFIX:
        _, sign, binding, left, right = _INFIX[name]
        return Spelling(binding, (Argument(0, left), sign, Argument(1, right)))
    if name == "sqrt":
        return Spelling(POWER, (r"\sqrt{", Argument(0), "}"))
    if name == "exp":
        return Spelling(POWER, ("e^{", Argument(0), "}"))
    if name == "abs":
        return Spelling(ATOM, (r"\left|", Argument(0), r"\right|"))
    if name == "one_minus_square":
        return Spelling(SUM, ("1-", Argument(0, ATOM), "^{2}"))
    if name == "fixed_power":
        return Spelling(
            POWER, (Argument(0, ATOM), f"^{{{_latex_number(*operation.parameters)[0]}}}")
        )
    return _common(operation, count, r" \cdot ", 1) or _call(
        _LATEX_NAMES.get(name, rf"\operatorname{{{name.replace('_', chr(92) + '_')}}}"),
        operation,
        count,
        r"\left(",
        r"\right)",
    )


def _common(operation: Operation, count: int, times: str, style: int) -> Spelling | None:
    # What both styles spell alike: signs before an argument, and sums of many terms.
    if operation.name in _PREFIX:
        return Spelling(NEGATIVE, (_PREFIX[operation.name][style], Argument(0, POWER)))
    if operation.name == "total":
        return _sum([(Argument(i, PRODUCT if i else SUM),) for i in range(count)])
    if operation.name == "dot":
        pairs = count // 2
        terms: list[tuple[str | Argument, ...]] = [
            (Argument(i, PRODUCT), times, Argument(pairs + i, POWER)) for i in range(pairs)
        ]
        if count % 2:
            terms.append((Argument(count - 1, PRODUCT),))
        return _sum(terms)
    return None


def _sum(terms: list[tuple[str | Argument, ...]]) -> Spelling:
    pieces = list(terms[0])
    for term in terms[1:]:
        pieces += ["+", *term]
    return Spelling(SUM, tuple(pieces))


def _call(name: str, operation: Operation, count: int, opening: str, closing: str) -> Spelling:
    pieces: list[str | Argument] = [name, opening]
    for index in range(count):
        pieces += [", ", Argument(index)] if index else [Argument(index)]
    pieces += [", " + _plain(parameter) for parameter in operation.parameters]
    return Spelling(ATOM, (*pieces, closing))


# ----------------------------------------------------------------------------- labels and numbers


def _label_binding(label: str) -> int:
    # A label such as "a+b" is put in parentheses as the expression that it looks like.
    return ATOM if all(char.isalnum() or char in "_.'[]" for char in label) else LOOSE


def _text_label(label: str) -> Term:
    return visible(label), _label_binding(label)


def _plain(value: float) -> str:
    return repr(value).removesuffix(".0")


def _text_number(value: float) -> Term:
    text = _plain(value)
    return ("−" + text[1:], NEGATIVE) if text[0] == "-" else (text, ATOM)


_LATEX_ESCAPES = {
    **{char: "\\" + char for char in "_%#$&{}"},
    "\\": r"\backslash ",
    "^": r"\hat{\ }",
    "~": r"\sim ",
    " ": r"\ ",
    "<": "{<}",
    ">": "{>}",
}


def _latex_label(label: str) -> Term:
    """Set a label as a letter or a word with its digits, or what follows ``_``, as the index."""
    parts = re.fullmatch(r"([^\W\d_]+)(?:_?([0-9]+)|_([^\W_]+))", label)
    if parts is None:
        return _upright(label), _label_binding(label)
    name, digits, index = parts.groups()
    return f"{_upright(name)}_{{{digits or _upright(index)}}}", ATOM


def _upright(text: str) -> str:
    if len(text) == 1 and text.isalpha():
        return text
    return r"\mathrm{" + "".join([_LATEX_ESCAPES.get(c, c) for c in visible(text)]) + "}"


def _latex_number(value: float) -> Term:
    text = _plain(value)
    binding = NEGATIVE if text[0] == "-" else ATOM
    if "e" in text:
        mantissa, exponent = text.split("e")
        power = f"10^{{{int(exponent)}}}"
        if mantissa in ("1", "-1"):
            return mantissa.removesuffix("1") + power, min(binding, POWER)
        return rf"{mantissa} \cdot {power}", min(binding, PRODUCT)
    return text.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}"), binding


TEXT = Style(_spell_text, _text_label, _text_number, "(", ")")
LATEX = Style(_spell_latex, _latex_label, _latex_number, r"\left(", r"\right)")
