"""The audit: what the engine computes beside what is published, and why they differ where they do.

Read next: `__main__`, the program.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from autograd.grading.figures import NO_MATCH, Figure, agreement
from nn.worked_example.arithmetic import by_arithmetic
from nn.worked_example.explanations import Case, Explanation, suspicions
from nn.worked_example.figures import published
from nn.worked_example.model import BIASES, LAYERS, WEIGHTS
from nn.worked_example.report import Report, Row
from nn.worked_example.rules import FROZEN, LEARNING_RATE, ROUNDS, Rule, times

# What is shown even where nothing is published.
FORWARD = "net_h1 out_h1 net_h2 out_h2 net_o1 out_o1 net_o2 out_o2 E_o1 E_o2 E_total"
FACTORS = """
    dE/dout_o1 dout_o1/dnet_o1 dE/dnet_o1 dE_o1/dnet_o1 dnet_o1/dw5 dnet_o1/dw6
    dE/dout_o2 dout_o2/dnet_o2 dE/dnet_o2 dE_o2/dnet_o2 dnet_o2/dw7 dnet_o2/dw8
    dnet_o1/dout_h1 dE_o1/dout_h1 dnet_o2/dout_h1 dE_o2/dout_h1
    dE/dout_h1 dout_h1/dnet_h1 dE/dnet_h1 dnet_h1/dw1 dnet_h1/dw2
    dnet_o1/dout_h2 dE_o1/dout_h2 dnet_o2/dout_h2 dE_o2/dout_h2
    dE/dout_h2 dout_h2/dnet_h2 dE/dnet_h2 dnet_h2/dw3 dnet_h2/dw4
"""
GRADIENTS = "dE/dw1 dE/dw2 dE/dw3 dE/dw4 dE/dw5 dE/dw6 dE/dw7 dE/dw8 dE/db1 dE/db2"
TRAINED_BIASES = {"frozen": (), "shared": tuple(LAYERS), "per neuron": tuple(BIASES)}

Verdict: TypeAlias = tuple[str, tuple[Explanation, ...]]
WORTH_A_GUESS = 0.5  # what is as likely to be chance as not says nothing
MOST_GUESSES = 2


def audit(
    figures: Sequence[Figure] | None = None,
    *,
    rounds: int = ROUNDS,
    learning_rate: float = LEARNING_RATE,
    rule: Rule = FROZEN,
) -> Report:
    """Hold figures against what the engine computes, and explain those that differ.

    Parameters
    ----------
    figures : sequence of Figures, optional
        Left out, the published ones, as far as they need no more rounds than are asked for.
    rounds : int
        How many rounds of training are shown.
    learning_rate : float
    rule : Rule
        What counts as right: FROZEN, SHARED or PER_NEURON.

    Returns
    -------
    Report
        Prints as a table.

    Examples
    --------
    >>> from nn.worked_example import audit
    >>> report = audit(rounds=1)
    >>> report.ok, report.count("match"), report.count("explained")
    (True, 36, 2)
    >>> [row.explanations[0].rule for row in report.rows if row.verdict == "explained"]
    ['printed intermediates, the others to 9 decimals', 'stale output weights']
    """
    if figures is None:
        figures = [figure for figure in published() if figure.rounds <= rounds]
    settings = f"learning rate {learning_rate:g}, {rule.name}, {times(rounds)} of training"
    rows = tuple(_rows(Case(rule, learning_rate), figures, rounds))
    return Report(f"The worked 2-2-2 example: {settings}", rows)


def _rows(case: Case, figures: Sequence[Figure], rounds: int) -> Iterator[Row]:
    verdicts = judge(case, figures)
    for name, count in _shown(case.rule, figures, rounds):
        _, section = _section(name, count)
        engine = replace(case, rounds=count).number(name)
        given = [each for each in figures if (each.name, each.rounds) == (name, count)]
        for figure in given:
            yield Row(section, name, count, engine, figure, *verdicts[figure])
        if not given:
            yield Row(section, name, count, engine)


def _shown(rule: Rule, figures: Sequence[Figure], rounds: int) -> list[tuple[str, int]]:
    """List names and rounds in the order of the sections: what is always shown, and all figures."""
    shown = [(name, 0) for name in f"{FORWARD} {FACTORS} {GRADIENTS}".split()]
    shown += [(name, 1) for name in (*WEIGHTS, *TRAINED_BIASES[rule.biases])]
    shown += [(name, count) for count in (1, rounds) for name in FORWARD.split()]
    shown += [(figure.name, figure.rounds) for figure in figures]
    return sorted(dict.fromkeys(shown), key=lambda each: (each[1], _section(*each)))


def _section(name: str, rounds: int) -> tuple[int, str]:
    """Give the place of a figure's section among those of the same round, and its heading."""
    if rounds == 1 and name in {**WEIGHTS, **BIASES, **LAYERS}:
        return 0, "updates"
    if rounds > 0:
        return 1, f"after {times(rounds)}"
    if name.startswith(("dE/dw", "dE/db")):
        return 2, "gradients"
    return (1, "chain-rule factors") if "/" in name else (0, "forward pass")


def judge(case: Case, figures: Sequence[Figure]) -> dict[Figure, Verdict]:
    """Give the verdict on each figure, and what there is to say of one that does not match."""
    suspected = {figure: suspicions(case, figure) for figure in figures if not _match(case, figure)}
    for source in {figure.source for figure in figures}:
        listed = [figure for figure in figures if figure.source == source]
        rest = [f for f in listed if f in suspected and not any(e.sure for e in suspected[f])]
        for figure, explanation in by_arithmetic(case, listed, rest).items():
            suspected[figure].append(explanation)
    verdicts: dict[Figure, Verdict] = {}
    for figure in figures:
        found = suspected.get(figure, [])
        sure = tuple(each for each in found if each.sure)
        guesses = sorted((e for e in found if e.chance < WORTH_A_GUESS), key=lambda e: e.chance)
        differs = ("explained", sure) if sure else ("unexplained", tuple(guesses[:MOST_GUESSES]))
        verdicts[figure] = differs if figure in suspected else (_match(case, figure), ())
    return verdicts


def _match(case: Case, figure: Figure) -> str:
    engine = case.right(figure)
    return NO_MATCH if engine is None else agreement(figure.printed, engine)
