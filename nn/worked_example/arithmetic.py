"""How somebody rounded on the way, which a list of figures tells and one figure alone does not.

What is computed with rounded numbers differs from what is right in the last digits, as a misprint
does. The two are told apart by the rest of the list: one way of rounding gives the figures that
differ, and leaves alone those that do not.

Read next: `report`.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from functools import cache, partial
from math import comb, prod
from statistics import fmean

from autograd.grading.chance import OTHER_DIGITS, digits, misprinted
from autograd.grading.course import Setting
from autograd.grading.figures import MATCH, Figure, agreement
from autograd.grading.given import from_given
from autograd.grading.quantities import Names, Quantity
from autograd.grading.tape import RIGHT, Pass, Tape
from nn.worked_example.explanations import Case, Explanation
from nn.worked_example.model import WEIGHTS, Figures, network, read
from nn.worked_example.rules import HAND_DECIMALS, Rule, rounding, single_precision


@dataclass(frozen=True, slots=True)
class Way:
    """A way of rounding.

    Parameters
    ----------
    rule, says : str
        Its name, and what is done.
    number : callable
        Gives what it makes of a figure; None where that is not known.
    """

    rule: str
    says: str
    number: Callable[[Figure], float | None]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a way of rounding fits a list.

    Parameters
    ----------
    way : Way
    hits : dict from Figure to float
        The figures that it gives, rounded or cut off, and the right rule does not.
    differing : frozenset
        The figures of the list, hits among them, that it can print and the right rule cannot,
        each with how it prints it.
    """

    way: Way
    hits: dict[Figure, float]
    differing: frozenset[tuple[Figure, frozenset[Decimal]]]

    def chance(self, slips: Sequence[float]) -> float:
        """Say how likely it is that some of the figures which differ are hit by chance.

        Parameters
        ----------
        slips : sequence of float
            For each of those that are hit, how likely a slip makes just this figure of it.
        """
        return comb(len(self.differing), len(slips)) * prod(slips)


def by_arithmetic(
    case: Case, listed: Sequence[Figure], unexplained: Sequence[Figure]
) -> dict[Figure, Explanation]:
    """Find ways of rounding that give figures which nothing else explains.

    Parameters
    ----------
    case : Case
        What is right.
    listed : sequence of Figures
        All figures that one source prints.
    unexplained : sequence of Figures
        Those of them to explain.
    """
    doubtful = {*unexplained}
    known = {figure: case.right(figure) for figure in listed}
    right = {
        figure: number
        for figure, number in known.items()
        if number is not None and (figure in doubtful or agreement(figure.printed, number))
    }
    if not doubtful & right.keys():
        return {}
    slip = _slip(right, listed)
    fits = [_fit(way, right) for way in _ways(case, listed)]
    found: dict[Figure, Explanation] = {}
    for fit in fits:
        rounded = [f for f, number in fit.hits.items() if agreement(f.printed, number) == MATCH]
        if 2 * len(rounded) > len(fit.differing):  # it gives most of those that it is about
            slips = [min(slip, _near(figure, right[figure])) for figure in rounded]
            chance = _of_any(fits, fit.chance(slips), slip)
            for figure, number in fit.hits.items():
                if figure not in found or chance < found[figure].chance:
                    found[figure] = Explanation(fit.way.rule, fit.way.says, number, chance)
    return found


def _ways(case: Case, listed: Sequence[Figure]) -> Iterator[Way]:
    roundings = [rounding(case.rule, decimals) for decimals in HAND_DECIMALS]
    for rule in (*roundings, single_precision(case.rule)):
        yield Way(rule.name, rule.says, replace(case, rule=rule).right)
    printed: dict[int, Figures] = {}
    for each in reversed(listed):
        printed.setdefault(each.rounds, {})[each.name] = float(each.printed)
    says = "it is a product or sum of figures as they are printed"
    for decimals in (None, *HAND_DECIMALS):
        others = "the others exact" if decimals is None else f"the others to {decimals} decimals"
        number = partial(_by_printed, case, printed, replace(case.rule, decimals=decimals))
        yield Way(f"printed intermediates, {others}", says, number)


def _by_printed(
    case: Case, printed: Mapping[int, Figures], rule: Rule, figure: Figure
) -> float | None:
    """Compute a figure from the list's own; a weight from its gradient before the last update.

    None where it is no product or sum of others.
    """
    updated = figure.name in WEIGHTS and figure.rounds > 0
    rounds = figure.rounds - updated
    true = replace(case, rounds=rounds).figures()
    same_round = printed.get(rounds, {})
    if updated:
        slope = f"dE/d{figure.name}"
        gradient = same_round.get(slope, rule.rounded(true[slope]))
        before = same_round.get(figure.name, rule.rounded(true[figure.name]))
        return before - case.learning_rate * gradient
    setting, quantities = _graph(case.rule.biases == "per neuron", case.learning_rate)
    asked, tape = quantities.get(figure.name), setting.tape
    if asked is None or not true or not _is_product_or_sum(tape, asked):
        return None
    others = (name for name in same_round if name in quantities and quantities[name] != asked)
    given = {quantities[name]: same_round[name] for name in others}
    start = [true.get(leaf.label, leaf.data) for leaf in tape.nodes[: tape.leaves]]
    now = Pass(tape, RIGHT, start, setting.rate)
    return from_given(setting, now, asked, given, rule.rounded if rule.rounds else None)


def _is_product_or_sum(tape: Tape, asked: Quantity) -> bool:
    """Whether figures that have names are multiplied or added to get this one."""
    if asked.node < tape.leaves:
        return False
    is_net_or_sum = tape.operation(asked.node).name in ("dot", "add")
    return is_net_or_sum if asked.by is None else tape.operation(asked.node).name != "dot"


@cache
def _graph(bias_per_neuron: bool, learning_rate: float) -> tuple[Setting, dict[str, Quantity]]:
    """The network as the grader reads it, and what the figures are called there."""
    values = network(bias_per_neuron=bias_per_neuron)
    for name in ("E_o1", "E_o2"):
        values[name].label = name
    tape = Tape(values["E_total"])
    names, quantities = Names(tape), {}
    for name in read(network(bias_per_neuron=bias_per_neuron)).figures():
        with suppress(ValueError):  # a bias by its other name
            quantities[name] = names.quantity(name)
    return Setting(tape, tuple(tape.place[values[w]] for w in WEIGHTS), learning_rate), quantities


def _fit(way: Way, right: Mapping[Figure, float]) -> Fit:
    """Compare what a way of rounding makes of the figures of a list with the right ones."""
    hits, differing = {}, set()
    for figure, exact in right.items():
        number = way.number(figure)
        if number is not None and math.isfinite(number):
            printings = _printings(number, figure)
            if agreement(figure.printed, number) and not agreement(figure.printed, exact):
                hits[figure] = number
            if figure in hits or not printings <= _printings(exact, figure):
                differing.add((figure, printings))
    return Fit(way, hits, frozenset(differing))


def _printings(number: float, figure: Figure) -> frozenset[Decimal]:
    """Round a number as a figure is, which at a half can be done up and down."""
    unit = Decimal((0, (1,), -figure.decimals))
    places = {(Decimal(number) / unit).to_integral_value(way) for way in (ROUND_UP, ROUND_DOWN)}
    return frozenset(n for n in places if agreement(f"{n * unit:f}", number) == MATCH)


def _slip(right: Mapping[Figure, float], listed: Sequence[Figure]) -> float:
    """Say how likely a given misprint of a given figure of a list is, after those that it has.

    Where there is only one it may be of any digit; more of them show how many are of the last.
    """
    slips = sum(
        misprinted(figure.printed, number) and not agreement(figure.printed, number)
        for figure, number in right.items()
    )
    slips = max(1, slips)
    share_of_last = slips / (fmean(digits(figure.printed) for figure in listed) + slips - 1)
    return slips / len(listed) * share_of_last / OTHER_DIGITS


def _near(figure: Figure, right: float) -> float:
    """Say how likely a figure is among all that are as near to the right one."""
    distance = abs(Decimal(figure.printed) - Decimal(right)).scaleb(figure.decimals)
    return 1.0 / max(1.0, 2.0 * float(distance))


def _of_any(fits: Sequence[Fit], chance: float, slip: float) -> float:
    """Add up over all ways of rounding how likely it is that they do as well by chance."""
    different = {fit.differing: fit for fit in fits if fit.differing}
    most = (fit.chance([slip] * (len(way) // 2 + 1)) for way, fit in different.items())
    return min(1.0, sum(min(chance, each) for each in most))
