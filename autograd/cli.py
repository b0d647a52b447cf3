"""The command ``stepgrad``: draw a formula, step through it, derive it, grade answers to it.

``stepgrad walk "tanh(w*x + b)**2" w=0.5 x=2 b=-0.3 -o steps.html``
"""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from runpy import run_module
from typing import get_args

from autograd.compiler.program import compile
from autograd.compiler.texts import Language
from autograd.expression import FUNCTIONS, read_assignment, read_expression, read_formula
from autograd.grading import command as grading
from autograd.graph import topological_order
from autograd.operation import NumbersOnlyError
from autograd.own_file import declare_from
from autograd.play import pyodide
from autograd.play.page import fragment
from autograd.play.server import play
from autograd.play.site import is_free, write_site
from autograd.terminal import Parser, shown, told
from autograd.value import Value
from autograd.views.derivation import derivation
from autograd.views.draw.theme import THEMES
from autograd.views.draw.words import LANGUAGES
from autograd.views.drawing import DIRECTIONS, LAYOUTS, draw
from autograd.views.quiz.paper import WRITERS
from autograd.views.quiz.sheet import sheet
from autograd.views.walkthrough import walkthrough
from autograd.views.write.formula import formula
from autograd.whole import replace_file

WORKED_EXAMPLE = "nn.worked_example"  # run by its name: autograd imports nothing of nn
OUR_MARKS = (
    b'content="stepgrad"',
    b'class="stepgrad-',
    b"digraph stepgrad {",
    b"written by stepgrad",
    b"written by autograd.compile",
)
MARK_WITHIN = 1000  # bytes from the start of a file


class CommandError(Exception):
    """What cannot be done as asked; the message says why."""


CANNOT = (CommandError, ValueError, RuntimeError, ArithmeticError, ImportError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, or 2 for what cannot be done as asked."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _options([_unlike_an_option(argument) for argument in given])
    try:
        for source in getattr(options, "operations", ()):
            declare_from(source)
        return options.run(options) or 0
    except (*CANNOT, NumbersOnlyError) as error:
        print(f"stepgrad: {told(error)}", file=sys.stderr)
        return 2
    except OSError as error:
        file = told(error.filename or "the file")
        print(f"stepgrad: {file}: {error.strerror}", file=sys.stderr)
        return 2


def _options(given: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments; name=value may stand behind options too."""
    parser = _parser()
    options, later = parser.parse_known_args(given)
    taken = hasattr(options, "assignments")
    unknown = [each for each in later if not (taken and re.match("[^-].*=", each))]
    if unknown:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    if later:
        options.assignments = [*options.assignments, *later]
    return options


def _unlike_an_option(argument: str) -> str:
    """Put a blank before an EXPR that starts with a minus, which is taken for an option else."""
    return f" {argument}" if re.match(r"-(?!-|o|h$).", argument) else argument


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="stepgrad",
        description="See backpropagation: formulas as graphs, step by step, written out.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    verify = commands.add_parser("verify", help="audit the worked example against its figures")
    verify.set_defaults(run=_verify)

    drawing = _command(commands, "draw", "draw the graph of a formula", _draw)
    _output(drawing, "out.svg, or .tex, .dot; .png and .pdf need the extra `pictures` or Graphviz")
    drawing.add_argument("--layout", choices=sorted(LAYOUTS), default="layered")
    drawing.add_argument("--direction", choices=DIRECTIONS, default="LR")
    drawing.add_argument("--theme", choices=THEMES, default="auto")
    drawing.add_argument("--lang", choices=LANGUAGES, default="en")

    walk = _command(commands, "walk", "write a page that steps through backpropagation", _walk)
    _output(walk, "steps.html, or a film: .svg, .gif, .mp4; with --step .svg, .png, .pdf or .tex")
    walk.add_argument("--lang", choices=LANGUAGES, default="en")
    walk.add_argument(
        "--step", type=int, metavar="N", help="write this application of the chain rule alone"
    )

    quiz = _command(commands, "quiz", "write an exam sheet about a formula's gradients", _quiz)
    _output(quiz, "sheet.html, or .tex; .pdf needs the extra `pictures`")
    quiz.add_argument("--questions", type=int, default=8, metavar="K", help="how many (8)")
    quiz.add_argument("--seed", type=int, default=1, metavar="N", help="which ones (1)")
    quiz.add_argument("--key", action="store_true", help="the key to the sheet of this seed")
    quiz.add_argument("--lang", choices=LANGUAGES, default="en")

    derive = _command(commands, "derive", "write the chain rule out, with numbers", _derive)
    derive.add_argument("--wrt", required=True, metavar="NAME", help="differentiate by this name")
    derive.add_argument("--latex", action="store_true", help="as LaTeX, for math mode")

    _command(commands, "grad", "print the value and all partial derivatives", _grad)

    export = _command(
        commands, "export", "write a formula and its gradient as source code", _export
    )
    _output(export, "formula.c")
    export.add_argument("--language", choices=get_args(Language), default="c")

    _add_play(commands)
    _add_site(commands)
    _add_grading(commands)
    return parser


def _add_play(commands: argparse._SubParsersAction[Parser]) -> None:
    play = commands.add_parser(
        "play",
        help="open a page in which any formula can be typed and stepped through",
        description="Open a page in the browser, in which any formula can be typed and stepped "
        "through. A server on this machine answers it, and nobody else; Ctrl-C ends it. "
        "Nothing is written.",
    )
    play.add_argument("expression", metavar="FORMULA", nargs="?", help='such as "tanh(w*x + b)"')
    play.add_argument("assignments", metavar="name=number", nargs="*", help="such as w=0.5")
    play.add_argument(
        "--no-browser", action="store_true", help="print the page's address, and open nothing"
    )
    play.add_argument(
        "--port", type=int, default=0, metavar="N", help="the port to use; else a free one"
    )
    _own_operations(play)
    play.set_defaults(run=_play)


def _add_site(commands: argparse._SubParsersAction[Parser]) -> None:
    site = commands.add_parser(
        "site",
        help="write the page of play as a folder for any file host",
        description="Write the page of stepgrad play as a folder that any file host can serve: "
        f"Python (Pyodide {pyodide.VERSION}, about 13 MB) runs in the reader's browser, and the "
        "page asks no other server for anything.",
    )
    site.add_argument("folder", metavar="FOLDER", type=Path, help="where to")
    source = site.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--pyodide",
        type=Path,
        metavar="PATH",
        help=f"the npm package pyodide {pyodide.VERSION}: its .tgz file (npm pack), or a folder "
        "with what is in it",
    )
    source.add_argument("--download", action="store_true", help="get that package with npm")
    site.add_argument(
        "--force", action="store_true", help="write into a folder that stepgrad did not make"
    )
    site.set_defaults(run=_site)


def _add_grading(commands: argparse._SubParsersAction[Parser]) -> None:
    grade = commands.add_parser(
        "grade",
        help="check a learner's figures, and name the mistakes",
        description="Check a learner's figures for any formula or network: each is right, right "
        "after an earlier mistake, or wrong, with the name of the mistake that gives it.",
    )
    grading.add_grade_options(grade)
    _own_operations(grade)
    grade.set_defaults(run=_grade)
    table = commands.add_parser(
        "table",
        help="write out forward pass, factors, gradients, updates and rounds",
        description="Write out the forward pass, the chain-rule factors, the gradients, the "
        "updates and the network after rounds of training, for any formula or network.",
    )
    grading.add_table_options(table)
    _own_operations(table)
    table.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a .html, .md or .txt file; else printed"
    )
    table.add_argument("--force", action="store_true", help="replace a file whatever it is")
    table.set_defaults(run=_table)


def _command(
    commands: argparse._SubParsersAction[Parser],
    name: str,
    purpose: str,
    run: object,
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=purpose,
        description=f"{purpose[0].upper()}{purpose[1:]}.",
        epilog=f"An EXPR that starts with -o or -- needs parentheses, '(-o)*x'. "
        f"Functions: {', '.join(FUNCTIONS)}.",
    )
    command.add_argument(
        "expression", metavar="EXPR", help='such as "tanh(w*x + b)**2" or "h = w*x; h*h"'
    )
    command.add_argument("assignments", metavar="name=value", nargs="*", help="such as w=0.5")
    _own_operations(command)
    command.set_defaults(run=run)
    return command


def _own_operations(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--operations",
        action="append",
        default=[],
        metavar="FILE.py",
        help="a Python file, or a module, that declares operations of your own "
        "(@autograd.operation) for the formula; it is run",
    )


def _output(command: argparse.ArgumentParser, form: str) -> None:
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=form)
    command.add_argument(
        "--force",
        action="store_true",
        help="replace a file whatever it is; else only what says that stepgrad wrote it",
    )


def _read(options: argparse.Namespace) -> tuple[Value, dict[str, Value]]:
    """The formula's graph and its leaves by their names."""
    return read_formula(options.expression, _numbers(options))


def _numbers(options: argparse.Namespace) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for text in options.assignments:
        name, number = read_assignment(text.strip())
        if name in numbers:
            raise CommandError(f"{name!r} is assigned twice")
        numbers[name] = number
    return numbers


def _free(options: argparse.Namespace) -> Path:
    """The file to write, unless it is there already and not one of ours."""
    path: Path = options.output
    if path.exists() and not options.force and not _is_ours(path):
        raise CommandError(
            f"{path} is there already and nothing in it says that stepgrad wrote it; "
            "choose another name, or replace it with --force"
        )
    return path


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(MARK_WITHIN)
    return any(mark in start for mark in OUR_MARKS)


def _verify(_: argparse.Namespace) -> None:
    if find_spec(WORKED_EXAMPLE.partition(".")[0]) is None:
        raise CommandError("the worked example is in the package nn, which is not installed")
    before = sys.argv
    sys.argv = [WORKED_EXAMPLE]
    try:
        run_module(WORKED_EXAMPLE, run_name="__main__")
    finally:
        sys.argv = before


def _draw(options: argparse.Namespace) -> None:
    output, _ = _read(options)
    path = _free(options)
    output.backward()
    chosen = {name: getattr(options, name) for name in ("layout", "direction", "theme", "lang")}
    drawing = draw(output, **chosen)
    print(f"wrote {shown(drawing.save(path))}")


def _walk(options: argparse.Namespace) -> None:
    output, _ = _read(options)
    steps = walkthrough(output, lang=options.lang)
    print(f"wrote {shown(steps.save(_free(options), step=options.step))}")


def _quiz(options: argparse.Namespace) -> None:
    output, _ = _read(options)
    write = WRITERS.get(options.output.suffix.lower())
    if write is None:
        raise CommandError(
            f"cannot tell a format from {options.output.name!r}: end it in {', '.join(WRITERS)}"
        )
    path = _free(options)
    written = write(
        sheet(
            output,
            count=options.questions,
            seed=options.seed,
            key=options.key,
            lang=options.lang,
        )
    )
    replace_file(path, written)
    print(f"wrote {shown(path)}")


def _derive(options: argparse.Namespace) -> None:
    output, leaves = _read(options)
    if options.wrt not in leaves:
        raise CommandError(f"--wrt {options.wrt}: nothing is assigned to {options.wrt!r}")
    order = topological_order(output)
    taken = {*leaves, *(node.label for node in order)}
    names = (name for n in count(1) if (name := f"v{n}") not in taken)
    for node in order[:-1]:  # a name for every step, so that each is a factor of its own
        node.label = node.label or next(names)
    derived = derivation(output, leaves[options.wrt])
    if options.latex:
        print(derived.latex)
        return
    for node in order:
        print(f"{node.label} = {formula(node)} = {node.data:.6g}")
    print(f"\n{derived}")


def _grad(options: argparse.Namespace) -> None:
    output, leaves = _read(options)
    output.backward()
    symbol = output.label
    print(f"{symbol} = {output.data!r}")
    for name, leaf in leaves.items():
        print(f"∂{symbol}/∂{name} = {leaf.grad!r}")


def _export(options: argparse.Namespace) -> None:
    _, leaves = _read(options)
    path = _free(options)

    def formula_of(numbers: dict[str, Value]) -> Value:
        return read_expression(options.expression, numbers)

    formula_of.__name__ = path.stem
    program = compile(formula_of)
    program({name: leaf.data for name, leaf in leaves.items()})
    replace_file(path, program.source(options.language).encode())
    print(f"wrote {shown(path)}")


def _grade(options: argparse.Namespace) -> int:
    return grading.run_grade(_formula_first(options), _numbers(options))


def _table(options: argparse.Namespace) -> None:
    sections = grading.written_tables(_formula_first(options), _numbers(options))
    if options.output is None:
        print(grading.in_form(sections, ""), end="")
        return
    path = _free(options)
    replace_file(path, grading.in_form(sections, path.suffix.lower()).encode())
    print(f"wrote {shown(path)}")


def _formula_first(options: argparse.Namespace) -> argparse.Namespace:
    """With a network there is no formula: what stands in its place is an assignment."""
    if options.network or options.model:
        options.assignments = [*filter(None, [options.expression]), *options.assignments]
        options.expression = None
    return options


def _play(options: argparse.Namespace) -> None:
    numbers = _numbers(options)
    formula = options.expression
    play(fragment(formula, numbers) if formula else "", options.port, not options.no_browser)


def _site(options: argparse.Namespace) -> None:
    folder: Path = options.folder
    if not options.force and not is_free(folder):
        raise CommandError(
            f"{folder} is there already and nothing in it says that stepgrad made it; "
            "choose another folder, or write into it with --force"
        )
    files = pyodide.download() if options.download else pyodide.from_path(options.pyodide)
    size = write_site(folder, files)
    print(
        f"wrote {shown(folder)}, {size / 1e6:.1f} MB; to try it: "
        f"python3 -m http.server -b 127.0.0.1 -d {shown(shlex.quote(str(folder)))}"
    )


if __name__ == "__main__":
    sys.exit(main())
