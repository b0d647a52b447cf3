"""The audit: what the engine computes beside what is published, and why they differ where they do.

Read next: `__main__`, the program.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from autograd.grading import judge as grading
from autograd.grading.answers import Answer, answer, in_order
from autograd.grading.chance import EXPLAINED_BELOW
from autograd.grading.figures import MATCH, NO_MATCH, Figure, agreement
from autograd.grading.hypotheses import Reading, Search
from nn.worked_example.figures import published
from nn.worked_example.model import BIASES, LAYERS, WEIGHTS
from nn.worked_example.report import Explanation, Report, Row
from nn.worked_example.rules import (
    BIAS_RULES,
    FROZEN,
    LEARNING_RATE,
    ROUNDS,
    SHARED,
    Rule,
    course,
    figure_after,
    times,
)

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
EXPLAINED, UNEXPLAINED = "explained", "unexplained"

Verdict: TypeAlias = tuple[str, tuple[Explanation, ...]]


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
    ['rounded intermediates', 'already updated weights']
    """
    if figures is None:
        figures = [figure for figure in published() if figure.rounds <= rounds]
    settings = f"learning rate {learning_rate:g}, {rule.name}, {times(rounds)} of training"
    rows = tuple(_rows(rule, learning_rate, figures, rounds))
    return Report(f"The worked 2-2-2 example: {settings}", rows)


def _rows(
    rule: Rule, learning_rate: float, figures: Sequence[Figure], rounds: int
) -> Iterator[Row]:
    verdicts = judge(rule, learning_rate, figures)
    for name, count in _shown(rule, figures, rounds):
        _, section = _section(name, count)
        engine = _engine(name, count, learning_rate, rule)
        given = [each for each in figures if (each.name, each.rounds) == (name, count)]
        for figure in given:
            yield Row(section, name, count, engine, figure, *verdicts[figure])
        if not given:
            yield Row(section, name, count, engine)


def _shown(rule: Rule, figures: Sequence[Figure], rounds: int) -> list[tuple[str, int]]:
    """List names and rounds in the order of the sections: what is always shown, and all figures."""
    shown = [(name, 0) for name in f"{FORWARD} {FACTORS} {GRADIENTS}".split()]
    shown += [(name, 1) for name in rule.trained]
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


def judge(rule: Rule, learning_rate: float, figures: Sequence[Figure]) -> dict[Figure, Verdict]:
    """Give the verdict on each figure, and what there is to say of one that does not match."""
    verdicts: dict[Figure, Verdict] = {}
    others = _others(rule, learning_rate)
    for source in dict.fromkeys(figure.source for figure in figures):
        listed = [figure for figure in figures if figure.source == source]
        found = _graded(rule, learning_rate, listed, others)
        for name, other in others.items():
            if any(why[0].rule == name for verdict, why in found.values() if verdict == EXPLAINED):
                # Somebody trains the network otherwise: the rest of the list is held against that.
                again = _graded(*other, listed, {})
                for figure in listed:
                    if found[figure][0] == UNEXPLAINED and again[figure][0] == EXPLAINED:
                        (why,) = again[figure][1]
                        found[figure] = EXPLAINED, (replace(why, rule=f"{name}, {why.rule}"),)
        verdicts |= found
    return verdicts


def _others(rule: Rule, learning_rate: float) -> dict[str, tuple[Rule, float]]:
    """How else people train the network, by name."""
    known = (rule, SHARED) if rule == FROZEN else (rule,)  # shared biases trained: a slip of it
    rules = [other for other in BIAS_RULES.values() if other not in known]
    others = {other.name: (other, learning_rate) for other in rules}
    if learning_rate != LEARNING_RATE:
        others[f"learning rate {LEARNING_RATE:g}, {FROZEN.name}"] = FROZEN, LEARNING_RATE
    return others


def _graded(
    rule: Rule,
    learning_rate: float,
    figures: Sequence[Figure],
    others: Mapping[str, tuple[Rule, float]],
) -> dict[Figure, Verdict]:
    """The grader's verdicts on the figures of one list."""
    right, names = course(rule, learning_rate), rule.graph.names
    found = {figure: _verdict(rule, learning_rate, figure, None) for figure in figures}
    asked = _asked(rule, learning_rate, figures)
    if asked:
        readings = [_reading(name, *other, figures) for name, other in others.items()]
        in_turn = in_order(asked, names.tape)
        for told in grading.judge(Search(right.setting, names, in_turn, right, readings)):
            figure = asked[told.answer]
            found[figure] = _verdict(rule, learning_rate, figure, told)
    return found


def _asked(rule: Rule, learning_rate: float, figures: Sequence[Figure]) -> dict[Answer, Figure]:
    """The figures as answers to the grader, of what is one quantity of the network."""
    asked = {}
    for figure in figures:
        # A layer that has no bias of its own: what other rules give for it is looked for.
        name = LAYERS[figure.name][0] if figure.name in LAYERS else figure.name
        quantities = rule.graph.asked.get(name, ())
        if len(quantities) == 1:
            quantity = replace(quantities[0], rounds=figure.rounds)
            given = answer(_written(figure), quantity, figure.printed, course(rule, learning_rate))
            asked[given] = figure
    return asked


def _written(figure: Figure) -> str:
    return f"{figure.name}@{figure.rounds}" if figure.rounds else figure.name


def _reading(name: str, rule: Rule, learning_rate: float, figures: Sequence[Figure]) -> Reading:
    read = rule.graph
    asked = {
        _written(figure): replace(quantities[0], rounds=figure.rounds)
        for figure in figures
        if len(quantities := read.asked.get(figure.name, ())) == 1
    }
    return Reading(name, rule.says, course(rule, learning_rate), read.names, asked)


def _engine(name: str, rounds: int, learning_rate: float, rule: Rule) -> float | None:
    """What the engine computes; None where the rule has nothing of that name."""
    known = name in rule.graph.asked
    return figure_after(name, rounds, learning_rate, rule) if known else None


def _verdict(
    rule: Rule, learning_rate: float, figure: Figure, told: grading.Verdict | None
) -> Verdict:
    engine = _engine(figure.name, figure.rounds, learning_rate, rule)
    if told is None or told.verdict == grading.RIGHT_ANSWER:
        match = NO_MATCH if engine is None else agreement(figure.printed, engine)
        is_right = match or (told is not None and engine is not None)
        return (match or MATCH if is_right else UNEXPLAINED), ()
    why = (Explanation(told.cause, told.reason, told.number, told.chance),) if told.cause else ()
    named = told.mistake is not None or told.verdict == grading.FOLLOWS
    return (EXPLAINED if named and told.chance < EXPLAINED_BELOW else UNEXPLAINED), why
