"""A Wengert list as one self-contained C99 file, so that a trained model runs on anything.

The file needs nothing but the C library's mathematics. Every operation follows IEEE arithmetic and
the order of the list, as the other back ends do.

Read next: `program`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograd.compiler.readable.python import SUMS, function_name, slot_names, sum_in_lines
from autograd.compiler.record.nested import one_line
from autograd.compiler.wengert.rules import expansion_of
from autograd.compiler.wengert.wengert import Instruction, WengertList
from autograd.operation import FAMILIES, TABLE, look_up, refuse_numbers_only
from autograd.spelling import ATOM, C_LIBRARY, C


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
    prefix = identifier(name)
    return "\n".join(
        [
            *_heading(name, arguments, parameters),
            "",
            "#include <math.h>",
            "",
            *_composites([listing.program for listing in listings]),
            *_values(prefix, parameters, values),
            *(line for listing in listings for line in _functions(listing, prefix)),
        ]
    )


def identifier(name: str) -> str:
    """Turn a name into one that C allows and does not use itself."""
    letters = re.sub(r"[^A-Za-z0-9_]", "_", name).strip("_") or "f"
    return letters if letters[0].isalpha() and not _TAKEN(letters) else f"f_{letters}"


_KEYWORDS = (
    "auto break case char const continue default do double else enum extern float for goto if "
    "inline int long register restrict return short signed sizeof static struct switch typedef "
    "union unsigned void volatile while main alignas alignof asm bool complex constexpr false "
    "imaginary linux nullptr static_assert thread_local true typeof typeof_unqual unix"
)
_LIBRARY = (
    "acospi asinpi atanpi atan2pi canonicalize compoundn drem fabs fdim finite fma fmax fmaxmag "
    "fmaximum fmaximum_mag fmaximum_mag_num fmaximum_num fmin fminmag fminimum fminimum_mag "
    "fminimum_mag_num fminimum_num fpclassify frexp fromfp fromfpx getpayload ilogb iscanonical "
    "iseqsig isfinite isgreater isgreaterequal isinf isless islessequal islessgreater isnan "
    "isnormal issignaling issubnormal isunordered iszero j0 j1 jn ldexp llogb llrint llround "
    "llroundeven logb logp1 log2p1 log10p1 exp2m1 exp10m1 lrint lround math_errhandling modf nan "
    "nearbyint nextafter nextdown nexttoward nextup pow pown powr remainder remquo rint rootn "
    "roundeven rsqrt scalb scalbln scalbn setpayload setpayloadsig signbit significand sincos "
    "tanpi tgamma totalorder totalordermag ufromfp ufromfpx y0 y1 yn"
)  # of C and its extensions, each also for other kinds of numbers: fmaf, fmal, fmaf64x
_ELSEWHERE = (
    "abort aligned_alloc asctime assert at_quick_exit atexit atof atoi atoll? bsearch calloc "
    "clearerr clock ctime difftime exit fclose feof ferror fflush fgetc fgetpos fgets fopen fputc "
    "fputs fread free freopen fseek fsetpos ftell fwrite getchar getc getenv gmtime imaxabs "
    "imaxdiv (l|ll)?div llabs labs localeconv localtime longjmp malloc mblen mbstowcs mbtowc "
    "memchr memcmp memcpy memmove memset mktime perror putchar putc puts qsort quick_exit raise "
    "rand realloc remove rename rewind setbuf setjmp setlocale setvbuf signal srand strcat strchr "
    "strcmp strcoll strcpy strcspn strerror strftime strlen strncat strncmp strncpy strpbrk "
    "strrchr strspn strstr strtok strto(d|f|ld?|ll|ull?|imax|umax) strxfrm system time "
    "timespec_get tmpfile tmpnam ungetc wcstombs wcsto[iu]max wctomb v?(f|s|sn)?(printf|scanf) "
    "isw?(alnum|alpha|blank|cntrl|digit|graph|lower|print|punct|space|upper|x?digit) "
    "tow?(lower|upper) iswctype towctrans wctrans wctype "
    "fe(clear|get|hold|raise|set|test|update)(env|except|exceptflag|mode|round) "
    "(c(a?(cos|sin|tan)h?|abs|arg|exp|imag|log|pow|proj|real|sqrt)|conj)[fl]? "
    "(clock|div|double|fenv|fexcept|float|fpos|imaxdiv|ldiv|lldiv|max_align|ptrdiff|sig_atomic|"
    "size|time|u?int((_fast|_least)?(8|16|32|64)|max|ptr)|wchar|wctrans|wctype|wint)_t "
    "BUFSIZ EOF NULL RAND_MAX errno signgam stderr stdin stdout"
)  # of C's other headers, which a program has beside the file, and types and objects
_MACROS = "(FP|M|MATH)_.*|(HUGE_VAL|SNAN).*|INFINITY|NAN|MAXFLOAT|lgamma.*_r"
_NARROWING = r"[fd](32|64)?x?(add|sub|mul|div|sqrt|fma)(l|f\d+x?)?"
_ROWS = "|".join([*TABLE, *FAMILIES])
_TAKEN = re.compile(
    rf"{'|'.join(_KEYWORDS.split())}|own\d*_.*|({_ROWS})_(\d|minus_|inf|nan).*|{_MACROS}|{_NARROWING}"
    rf"|{'|'.join(_ELSEWHERE.split())}|({_ROWS}|{'|'.join(_LIBRARY.split())})(f|l|f\d+x?)?"
).fullmatch


def _comment(text: str) -> str:
    return re.sub(r"\?(?=\?)", "? ", one_line(text).replace("*/", "* /").replace("/*", "/ *"))


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
            f"    {C.number(value)[0]}, /* {_comment(name)} */"
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
    head = short = f"void {name}(const double *arguments, double *results)"
    if program.parameters:
        taken = "const double *arguments, const double *parameters, double *results"
        head = f"void {name}_with({taken})"
    yield from _block([_comment(listing.summary), *shapes])
    yield from _function_text(head, _body(program))
    if program.parameters:
        yield from _block([f"{name}_with, with the parameters' values above."])
        call = f"    {name}_with(arguments, {prefix}_parameters, results);"
        yield from _function_text(short, [call])


def _function_text(head: str, body: Iterable[str]) -> list[str]:
    """Write a function and its own prototype, for which pedantic compilers ask."""
    return [f"{head};", "", head, "{", *body, "}", ""]


def _composites(programs: Sequence[WengertList]) -> list[str]:
    """Write a function for each operation that is composed of others, after those that it calls."""
    written: dict[str, list[str]] = {}

    def enter(program: WengertList) -> None:
        for instruction in program.instructions:
            listed = _expansion(instruction)
            name = _function(instruction)
            if listed is None or name in written:
                continue
            enter(listed)
            names = _names(listed, "x{}")
            taken = ", ".join(f"double {x}" for x in names[: listed.columns])
            steps = _steps(listed, names)
            result = f"    return {names[listed.outputs[0]]};"
            written[name] = [f"static double {name}({taken})", "{", *steps, result, "}", ""]

    for program in programs:
        enter(program)
    return [line for lines in written.values() for line in lines]


def _expansion(instruction: Instruction) -> WengertList | None:
    if instruction.name in C_LIBRARY:
        return None
    return expansion_of(instruction.name, instruction.parameters, len(instruction.arguments))


_OF_SOME_LIBRARIES = ("cbrt", "exp10", "gamma", "rsqrt", "sinpi", "cospi")


def _function(instruction: Instruction) -> str:
    """Name an operation's C function: ``sigmoid``, ``leaky_relu_0_5``, ``logsumexp_3``."""
    count = len(instruction.arguments)
    # The C library may have one of its name, by a later standard too; its cbrt is less exact.
    own = "own_" if instruction.name in _OF_SOME_LIBRARIES else ""
    fixed = count == len(look_up(instruction.name, instruction.parameters).domain)
    return own + function_name(instruction, *([] if fixed else [count]))


def _names(program: WengertList, column: str, parameter: str = "") -> list[str]:
    """Name the slots, columns and parameters by a pattern for their number."""
    names = slot_names(program)
    first = program.columns + program.parameters
    names[: program.columns] = map(column.format, range(program.columns))
    names[program.columns : first] = map(parameter.format, range(program.parameters))
    names[first : program.first_instruction] = [C.number(x)[0] for x in program.constants]
    return names


def _body(program: WengertList) -> Iterator[str]:
    names = _names(program, "arguments[{}]", "parameters[{}]")
    read = {a for i in program.instructions for a in i.arguments}.union(program.outputs)
    first = program.columns + program.parameters
    # A compiler that is asked to warn of everything warns of an argument that is not read.
    if not any(slot < program.columns for slot in read):
        yield "    (void)arguments;"
    if program.parameters and not any(program.columns <= slot < first for slot in read):
        yield "    (void)parameters;"
    if not program.outputs:
        yield "    (void)results;"
    yield from _steps(program, names)
    for i, slot in enumerate(program.outputs):
        yield f"    results[{i}] = {names[slot]};"


def _steps(program: WengertList, names: Sequence[str]) -> Iterator[str]:
    for slot, instruction in program.steps:
        arguments = [names[a] for a in instruction.arguments]
        yield from (f"    {line};" for line in _statement(names[slot], instruction, arguments))


def _statement(target: str, instruction: Instruction, arguments: list[str]) -> list[str]:
    name = instruction.name
    if name in SUMS:
        first, *rest = sum_in_lines(target, instruction, arguments)
        return [f"double {first}", *rest]
    if _expansion(instruction):
        return [f"const double {target} = {_function(instruction)}({', '.join(arguments)})"]
    refuse_numbers_only(name, instruction.parameters, "C")
    given = [(argument, ATOM) for argument in arguments]
    expression, _ = C.write(name, instruction.parameters, given)
    return [f"const double {target} = {expression}"]
