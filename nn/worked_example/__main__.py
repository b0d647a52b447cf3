"""Verify the worked 2-2-2 example of backpropagation (inputs 0.05 and 0.10, targets 0.01 and 0.99).

For the forward pass, the chain-rule factors, the gradients, the updates and the network after 1 and
after more rounds of training it prints what the engine computes, what is published, and whether the
two agree at the precision that is printed. A figure that differs is explained by the mistake that
gives it, if the grader finds one: already updated weights, trained biases, a round too few or too
many, a missing ½, transposed weights, another quantity, a slipped decimal point, a digit too many,
rounded intermediates, single precision and others. What fits by chance more often than 1 in 1,000
is only a guess.
"""

import math
import re
import sys
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

from autograd import draw, walkthrough
from autograd.grading.figures import MOST_ROUNDS
from autograd.terminal import Parser
from autograd.whole import replace_file
from nn.worked_example.figures import read_figures
from nn.worked_example.model import network
from nn.worked_example.report import Report
from nn.worked_example.rules import BIAS_RULES, LEARNING_RATE, ROUNDS
from nn.worked_example.verdicts import audit

EPILOG = """\
a file of your own figures has 'name, figure' in each line:
  # my homework
  net_h1, 0.3775
  dE/dw5, 0.0822
  w5+, 0.3589            # after one update, the same as w5@1
  E_total@10, 0.2209     # after ten

exit code: 0 when every figure matches or is explained, 1 when not, 2 for a mistake in the
arguments or in the file
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the audit and write its files; return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        figures = read_figures(options.figures) if options.figures else None
        options.output.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    rule = BIAS_RULES[options.biases]
    report = audit(figures, rounds=options.rounds, learning_rate=options.learning_rate, rule=rule)
    try:
        written = write_files(options.output, report)
    except OSError as error:
        parser.error(f"cannot write to the output folder: {error}")
    with suppress(BrokenPipeError):  # a reader such as head may stop before the end
        print(report)
        print(f"written: {', '.join(map(str, written))}", flush=True)
    return 0 if report.ok else 1


def write_files(folder: Path, report: Report) -> list[Path]:
    """Write the audit, a drawing of the first pass, and the pass step by step; return the paths."""
    values = network()
    for name in ("E_o1", "E_o2"):
        values[name].label = name  # a picture has room for names that a derivation passes over
    error = values["E_total"]
    error.backward()
    text = folder / "worked_example.txt"
    replace_file(text, f"{report}\n".encode())
    drawing = draw(error).save(folder / "worked_example.svg")
    steps = walkthrough(error).save(folder / "worked_example.html")
    return [text, drawing, steps]


def _parser() -> Parser:
    parser = Parser("python -m nn.worked_example", description=__doc__, epilog=EPILOG)
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.add_argument(
        "--rounds",
        type=_rounds,
        default=ROUNDS,
        metavar="N",
        help=f"rounds of training that are shown, 1 to {MOST_ROUNDS:,} (default: {ROUNDS:,})",
    )
    parser.add_argument(
        "--learning-rate",
        type=_learning_rate,
        default=LEARNING_RATE,
        metavar="RATE",
        help=f"learning rate (default: {LEARNING_RATE:g})",
    )
    parser.add_argument(
        "--biases",
        choices=BIAS_RULES,
        default="frozen",
        help="what is done to the biases: frozen, as in the text (default); shared, one trained "
        "bias for each layer; per-neuron, one for each neuron",
    )
    parser.add_argument(
        "--figures",
        type=Path,
        metavar="FILE",
        help="check the figures of this file instead of the published ones",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("worked_example"),
        metavar="FOLDER",
        help="where worked_example.txt, .svg and .html are written (default: %(default)s)",
    )
    return parser


def _rounds(text: str) -> int:
    if re.fullmatch("[0-9]{1,9}", text) and 1 <= int(text) <= MOST_ROUNDS:
        return int(text)
    raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to {MOST_ROUNDS:,}")


def _learning_rate(text: str) -> float:
    with suppress(ValueError):
        rate = float(text)
        if 0.0 < rate < math.inf:
            return rate
    raise ArgumentTypeError(f"{text!r} is not a number above 0")


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ½
    sys.exit(main())
