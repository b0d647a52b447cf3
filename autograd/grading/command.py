"""The commands ``stepgrad grade`` and ``stepgrad table``: their options, and what they print.

Read next: `autograd.cli`, which runs them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from autograd.expression import read_formula
from autograd.grading.exercise import read_exercise
from autograd.grading.grade import LEARNING_RATE, ROUNDS, grade
from autograd.grading.network import ACTIVATIONS, BIASES, Plan, model_numbers, network, sizes_of
from autograd.grading.table import PRECISION, Section, tables
from autograd.value import Value

WORKED_EXAMPLE = "nn.worked_example"  # imported by its name: autograd imports nothing of nn
GRADE_EPILOG = """\
a file of answers has 'name, figure' in each line:
  dE/dw5, 0.0822         # a derivative along all paths
  w5+, 0.3589            # after one update, the same as w5@1
it may hold the exercise too, in lines with =:
  w = 0.5
  E = 0.5*(0.25 - tanh(w*3))**2
  learning_rate = 0.1
the exercise is the one in the file, else the formula or the network given, else the worked 2-2-2
example

exit code: 0 when everything is right, 1 when not, 2 for a mistake in the arguments or in the file
"""
TABLE_EPILOG = """\
examples:
  stepgrad table "h = w*x; tanh(h + b)**2" w=0.5 x=2 b=-0.3 --rounds 10
  stepgrad table --network 3-2-1 --activation tanh i1=0.5 i2=0.3 w1=0.2
  stepgrad table --model model.json i1=0.5 i2=0.3 t1=1 -o tables.html
"""
PAGE = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="generator" content="stepgrad">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><body class="stepgrad-tables">{body}</body></html>
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A graph that is graded or written out: its output, and which leaves are trained."""

    output: Value
    learning: tuple[str, ...] | None = None


def add_grade_options(parser: argparse.ArgumentParser) -> None:
    """Say what ``stepgrad grade`` takes."""
    parser.epilog = GRADE_EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("file", metavar="FILE", type=Path, help="the answers")
    _add_subject_options(parser)
    parser.add_argument("--json", action="store_true", help="credit and reasons, for programs")
    parser.add_argument("--answers", action="store_true", help="say in JSON what is right, too")


def add_table_options(parser: argparse.ArgumentParser) -> None:
    """Say what ``stepgrad table`` takes."""
    parser.epilog = TABLE_EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    _add_subject_options(parser)
    parser.add_argument(
        "--rounds", type=int, default=1, metavar="N", help="rounds of training that are shown (1)"
    )
    parser.add_argument(
        "--precision", type=int, default=PRECISION, metavar="N", help=f"digits ({PRECISION})"
    )


def _add_subject_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("expression", metavar="FORMULA", nargs="?", help='such as "tanh(w*x + b)"')
    parser.add_argument("assignments", metavar="name=number", nargs="*", help="such as w=0.5")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--network", metavar="SIZES", help="a network instead, such as 3-2-1")
    source.add_argument(
        "--model", type=Path, metavar="FILE", help="the weights of an nn.MLP, as save(path) wrote"
    )
    parser.add_argument("--activation", choices=ACTIVATIONS, help="of hidden layers")
    parser.add_argument("--output-activation", choices=ACTIVATIONS, help="of the last layer")
    parser.add_argument("--biases", choices=BIASES, default="shared", help="a network's (shared)")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="chooses the numbers not given (0)"
    )
    parser.add_argument("--learning-rate", type=float, metavar="RATE", help=f"({LEARNING_RATE:g})")
    parser.add_argument(
        "--learning",
        metavar="NAMES",
        help="what is trained, such as w,b (parameters, or w… and b…)",
    )


def subject(options: argparse.Namespace, numbers: Mapping[str, float]) -> Subject | None:
    """Build the graph that the options ask for; None where they ask for none."""
    learning = tuple(options.learning.split(",")) if options.learning else None
    if options.network or options.model:
        return Subject(_network(options, numbers), learning)
    if options.expression:
        return Subject(read_formula(options.expression, numbers)[0], learning)
    return None


def _network(options: argparse.Namespace, numbers: Mapping[str, float]) -> Value:
    biases, weights = options.biases, dict[str, float]()
    if options.model:
        sizes, weights = model_numbers(options.model)
        biases, hidden, last = "per-neuron", "tanh", "linear"  # as nn.MLP has them
    else:
        sizes, hidden, last = sizes_of(options.network), "sigmoid", None
    hidden = options.activation or hidden
    last = options.output_activation or last or hidden
    return network(Plan(sizes, hidden, last, biases, options.seed), {**weights, **numbers})


def run_grade(options: argparse.Namespace, numbers: Mapping[str, float]) -> int:
    """Grade the answers of a file and print what was found; return the exit code."""
    exercise = read_exercise(options.file)
    asked = subject(options, numbers)
    if exercise.output is not None:
        if asked:
            raise ValueError(f"{options.file} holds an exercise; give no other")
        learning = tuple(options.learning.split(",")) if options.learning else None
        asked = Subject(exercise.output, learning)
    asked = asked or worked_example(options)
    found = grade(
        asked.output,
        exercise.answers,
        rounds=ROUNDS,
        learning_rate=_rate(options.learning_rate, exercise.learning_rate),
        learning=asked.learning,
    )
    print(found.json(answers=options.answers) if options.json else found.text)
    return 0 if all(item.verdict == "right" for item in found.items) else 1


def _rate(*given: float | None) -> float:
    """The first learning rate that is given; a rate of 0 is refused where it is used."""
    return next((rate for rate in given if rate is not None), LEARNING_RATE)


def written_tables(options: argparse.Namespace, numbers: Mapping[str, float]) -> list[Section]:
    """The tables that ``stepgrad table`` writes."""
    asked = subject(options, numbers)
    if asked is None:
        raise ValueError(
            'give a formula, such as "tanh(w*x + b)" w=0.5 x=2 b=0, or --network 3-2-1'
        )
    return tables(
        asked.output,
        rounds=options.rounds,
        learning_rate=_rate(options.learning_rate),
        learning=asked.learning,
        precision=options.precision,
    )


def in_form(sections: Iterable[Section], suffix: str) -> str:
    """Tables as text, Markdown (.md) or a page (.html)."""
    if suffix in (".html", ".htm"):
        body = "".join(f"<h2>{escape(s.title)}</h2>{s.table.html()}" for s in sections)
        return PAGE.format(title="stepgrad table", body=body)
    if suffix == ".md":
        return "\n\n".join(f"## {s.title}\n\n{s.table.markdown()}" for s in sections) + "\n"
    return "\n\n".join(f"{s.title}\n{s.table.text()}" for s in sections) + "\n"


def worked_example(options: argparse.Namespace) -> Subject:
    """The worked 2-2-2 example: its text trains the weights, and not the shared biases."""
    if find_spec(WORKED_EXAMPLE.partition(".")[0]) is None:
        raise ValueError(
            "without a formula the worked example is meant, which is in the package nn, and that "
            "is not installed; give a formula or --network"
        )
    per_neuron = options.biases == "per-neuron"
    values = import_module(WORKED_EXAMPLE).network(bias_per_neuron=per_neuron)
    for name in ("E_o1", "E_o2"):
        values[name].label = name
    return Subject(values["E_total"], None if per_neuron else tuple(f"w{k}" for k in range(1, 9)))
