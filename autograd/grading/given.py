"""A figure computed from other figures as somebody gives them, right or wrong.

Read next: `hypotheses`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from autograd.grading.course import Setting
from autograd.grading.quantities import Quantity
from autograd.grading.tape import RIGHT, Edge, Pass, Slip, Slope
from autograd.sums import added

Rounding = Callable[[float], float]


def is_updated(setting: Setting, asked: Quantity) -> bool:
    """Whether a quantity is a leaf's number after an update, made in the round before its own."""
    return asked.rounds > 0 and asked.by is None and asked.node < setting.tape.leaves


def from_given(
    setting: Setting,
    now: Pass,
    asked: Quantity,
    given: Mapping[Quantity, float],
    rounded: Rounding | None = None,
) -> float:
    """Compute a figure from other figures of one round as they are given.

    Parameters
    ----------
    setting : Setting
    now : Pass
        The right pass of the round, which is that before the last update where `asked` is updated.
    asked : Quantity
    given : mapping from Quantity to float
        In the order of the calculation.
    rounded : callable, optional
        Rounds what has a name and is not given before it is used; what is asked is not rounded.
    """
    tape = setting.tape
    data, grads, slopes = dict[int, float](), dict[int, float](), dict[Edge, Slope]()
    for quantity, number in given.items():
        alone = quantity.as_given(tape, number) or RIGHT
        data.update(alone.data)
        grads.update(alone.grads)
        slopes.update(alone.slopes)
    named_only = rounded is not None
    slip = Slip(data=data, grads=grads, slopes=slopes, rounded=rounded, named_only=named_only)
    own = Pass(tape, slip, now.start, setting.rate, now)
    if is_updated(setting, asked):
        if asked.node not in setting.learning:
            return own.data[asked.node]
        gradient = own.gradients(len(tape.nodes) - 1)[asked.node]
        return own.data[asked.node] - setting.rate * gradient
    terms = _terms(setting, asked, given)
    if terms and asked.by is not None:
        others = [own.gradients(r)[asked.by] for r in tape.parents[asked.node] if r not in terms]
        return added(terms.values()) + added(map(rounded, others) if rounded else others)
    return own.last_step(asked.node, asked.by, asked.argument)


def _terms(setting: Setting, asked: Quantity, given: Mapping[Quantity, float]) -> dict[int, float]:
    """Of a derivative of a sum, those of its terms that are given."""
    if asked.by is None or asked.argument is not None or not setting.tape.is_sum(asked.node):
        return {}
    terms = {r: replace(asked, node=r) for r in setting.tape.parents[asked.node]}
    return {r: given[term] for r, term in terms.items() if term in given}
