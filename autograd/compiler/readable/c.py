"""A Wengert list as one self-contained C99 file, so that a trained model runs on anything.

The file needs nothing but the C library's mathematics. Every operation follows IEEE arithmetic and
the order of the list, as the other back ends do.

Read next: `program`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograd.compiler.readable.python import dot_terms, plain, slot_names, sum_in_lines
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.functions import ROOT_HALF

_MACROS = {"inf": "INFINITY", "-inf": "-INFINITY", "nan": "NAN"}

# What C's library has under the same name, what it lacks, and what is an expression of its own.
_LIBRARY = (
    "exp expm1 log log1p sqrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh "
    "erf erfc hypot"
)
_EXPRESSIONS = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "negative": "-{}",
    "power": "pow({}, {})",
    "fixed_power": "pow({}, {})",
    "abs": "fabs({})",
    "greater": "{} > {} ? 1.0 : 0.0",
    "greater_equal": "{} >= {} ? 1.0 : 0.0",
    "less": "{} < {} ? 1.0 : 0.0",
    "less_equal": "{} <= {} ? 1.0 : 0.0",
    "where": "{} != 0.0 ? {} : {}",
    "direction_cosine": "{0} / hypot({0}, {1})",
    "one_minus_square": "(1.0 - {0}) * (1.0 + {0})",
    "heaviside": "{} > 0.0 ? 1.0 : 0.0",
}
_FUNCTIONS = {
    "sigmoid": """\
static double sigmoid(double x)
{
    const double e = exp(-fabs(x));
    return x >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}
""",
    "sigmoid_derivative": """\
static double sigmoid_derivative(double x)
{
    const double e = exp(-fabs(x));
    return e / ((1.0 + e) * (1.0 + e));
}
""",
    "tanh_derivative": """\
static double tanh_derivative(double x)
{
    const double e = exp(-2.0 * fabs(x));
    return 4.0 * e / ((1.0 + e) * (1.0 + e));
}
""",
    "softplus": """\
static double softplus(double x)
{
    return log1p(exp(-fabs(x))) + (x > 0.0 || x != x ? x : 0.0);
}
""",
    "relu": """\
static double relu(double x)
{
    return x > 0.0 || x != x ? x : 0.0;
}
""",
    "leaky_relu": """\
static double leaky_relu(double x, double slope)
{
    return x > 0.0 || x != x ? x : slope * x;
}
""",
    "elu": """\
static double elu(double x, double alpha)
{
    return x > 0.0 || x != x ? x : alpha * expm1(x);
}
""",
    "gelu": f"""\
static double gelu(double x)
{{
    return 0.5 * x * erfc(-x * {ROOT_HALF!r});
}}
""",
    "silu": """\
static double silu(double x)
{
    return x * sigmoid(x);
}
""",
    "sign": """\
static double sign(double x)
{
    return x != x ? x : (double)((x > 0.0) - (x < 0.0));
}
""",
    "maximum": """\
static double maximum(double a, double b)
{
    return a > b || a != a ? a : b;
}
""",
    "minimum": """\
static double minimum(double a, double b)
{
    return a < b || a != a ? a : b;
}
""",
    "logsumexp": """\
static double logsumexp(int n, const double *x)
{
    double largest = x[0], sum = 0.0;
    int i;
    for (i = 1; i < n; i++)
        largest = x[i] > largest || x[i] != x[i] ? x[i] : largest;
    if (!isfinite(largest))
        return largest;
    for (i = 0; i < n; i++)
        sum += exp(x[i] - largest);
    return largest + log(sum);
}
""",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to be written in C, and what its comments say.

    Parameters
    ----------
    program : WengertList
        Its outputs are what the function writes, one after the other.
    name : str
        Of the C function, which is made an identifier.
    summary : str
        What it computes.
    results : tuple of str
        What each output is.
    """

    program: WengertList
    name: str
    summary: str
    results: tuple[str, ...]


def source(
    listings: Sequence[Listing],
    name: str,
    arguments: Sequence[str],
    parameters: Sequence[str],
    values: Sequence[float],
) -> str:
    """Write lists that share columns and parameters as one C file.

    Parameters
    ----------
    listings : sequence of Listing
    name : str
        Of the function that was compiled.
    arguments, parameters : sequences of str
        What the columns and the parameters are called.
    values : sequence of floats
        The parameters' present values.

    Returns
    -------
    str
        For each listing two C functions: ``name(arguments, results)`` uses the values given here,
        ``name_with(arguments, parameters, results)`` takes them.
    """
    used = {i.name for listing in listings for i in listing.program.instructions}
    if "silu" in used:
        used.add("sigmoid")
    prefix = identifier(name)
    return "\n".join(
        [
            *_heading(name, arguments, parameters),
            "",
            "#include <math.h>",
            "",
            *(text for function, text in _FUNCTIONS.items() if function in used),
            *_values(prefix, parameters, values),
            *(line for listing in listings for line in _functions(listing, prefix)),
        ]
    )


def identifier(name: str) -> str:
    """Turn a name into one that C allows and does not use itself."""
    letters = re.sub(r"[^A-Za-z0-9_]", "_", name).strip("_") or "f"
    return letters if letters[0].isalpha() and letters not in _TAKEN else f"f_{letters}"


_KEYWORDS = (
    "auto break case char const continue default do double else enum extern float for goto if "
    "inline int long register restrict return short signed sizeof static struct switch typedef "
    "union unsigned void volatile while main pow fabs"
)
_TAKEN = {*_KEYWORDS.split(), *_LIBRARY.split(), *_FUNCTIONS}


def _comment(text: str) -> str:
    return re.sub(r"\?(?=\?)", "? ", plain(text).replace("*/", "* /").replace("/*", "/ *"))


def _heading(name: str, arguments: Sequence[str], parameters: Sequence[str]) -> list[str]:
    lines = [f"{_comment(name)}, written by stepgrad as C99; it needs the C library's math only."]
    for what, names in (("arguments", arguments), ("parameters", parameters)):
        if names:
            lines += ["", f"{what}:"]
            lines += [f"  [{i}] {_comment(n)}" for i, n in enumerate(names)]
    return _block(lines)


def _block(lines: Sequence[str]) -> list[str]:
    first, *rest = lines
    if not rest:
        return [f"/* {first} */"]
    return [f"/* {first}", *(f" * {line}".rstrip() for line in rest), " */"]


def _values(prefix: str, names: Sequence[str], values: Sequence[float]) -> list[str]:
    if not names:
        return []
    return [
        *_block(["The parameters' values when this file was written."]),
        f"static const double {prefix}_parameters[{len(names)}] = {{",
        *(
            f"    {_number(value)}, /* {_comment(name)} */"
            for name, value in zip(names, values, strict=True)
        ),
        "};",
        "",
    ]


def _functions(listing: Listing, prefix: str) -> Iterator[str]:
    program = listing.program
    name = identifier(listing.name)
    shapes = [f"{program.columns} arguments, {program.parameters} parameters, results:"]
    shapes += [f"  [{i}] {_comment(result)}" for i, result in enumerate(listing.results)]
    taken = "const double *arguments, const double *parameters, double *results"
    entry = f"{name}_with" if program.parameters else name
    if not program.parameters:
        taken = "const double *arguments, double *results"
    yield from _block([_comment(listing.summary), *shapes])
    yield f"void {entry}({taken});"  # its own prototype: pedantic compilers ask for one
    yield ""
    yield f"void {entry}({taken})"
    yield "{"
    yield from _body(program)
    yield "}"
    yield ""
    if program.parameters:
        yield from _block([f"{name}_with, with the parameters' values above."])
        yield f"void {name}(const double *arguments, double *results);"
        yield ""
        yield f"void {name}(const double *arguments, double *results)"
        yield "{"
        yield f"    {name}_with(arguments, {prefix}_parameters, results);"
        yield "}"
        yield ""


def _body(program: WengertList) -> Iterator[str]:
    names = slot_names(program, "p")
    read = {a for i in program.instructions for a in i.arguments}.union(program.outputs)
    for slot in range(program.columns):
        names[slot] = f"arguments[{slot}]"
    for slot in range(program.parameters):
        names[program.columns + slot] = f"parameters[{slot}]"
    first = program.columns + program.parameters
    for slot, constant in enumerate(program.constants, first):
        names[slot] = _number(constant)
    # A compiler that is asked to warn of everything warns of an argument that is not read.
    if not any(slot < program.columns for slot in read):
        yield "    (void)arguments;"
    if program.parameters and not any(program.columns <= slot < first for slot in read):
        yield "    (void)parameters;"
    for slot, instruction in enumerate(program.instructions, program.first_instruction):
        arguments = [names[a] for a in instruction.arguments]
        yield from (f"    {line};" for line in _statement(names[slot], instruction, arguments))
    for i, slot in enumerate(program.outputs):
        yield f"    results[{i}] = {names[slot]};"


def _statement(target: str, instruction: Instruction, arguments: list[str]) -> list[str]:
    name = instruction.name
    if name in ("dot", "total"):
        first, terms = dot_terms(arguments) if name == "dot" else ("0.0", arguments)
        lines = [line for _, line in sum_in_lines(target, first, terms)]
        return [f"{'double ' if i == 0 else ''}{target} = {line}" for i, line in enumerate(lines)]
    if name == "logsumexp":
        listed = ", ".join(arguments)
        return [
            f"const double {target}_terms[] = {{{listed}}}",
            f"const double {target} = logsumexp({len(arguments)}, {target}_terms)",
        ]
    arguments = [*arguments, *map(_number, instruction.parameters)]
    pattern = _EXPRESSIONS.get(name) or f"{name}({', '.join('{}' for _ in arguments)})"
    return [f"const double {target} = {pattern.format(*arguments)}"]


def _number(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return _MACROS[repr(value)]
