"""What can be asked about a graph: each gradient, and each local derivative.

Read next: `words`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from autograd.graph import topological_order
from autograd.sums import added
from autograd.value import Value
from autograd.views.mistakes import Numbers
from autograd.views.steps import Step, each_step
from autograd.views.write.names import is_number, names


@dataclass(frozen=True, slots=True)
class Question:
    """A number to be found.

    Parameters
    ----------
    kind : {"gradient", "local"}
        ∂node/∂value in total, where the node is the output; or local, through one argument.
    node, value : Value
    argument : int
        Of a local derivative, the position of the value among the arguments of the node.
    answer : float
    numbers : mapping
        From which a wrong answer is explained, see `autograd.views.mistakes.Numbers`.
    """

    kind: str
    node: Value
    value: Value
    argument: int
    answer: float
    numbers: Numbers


def every_question(root: Value) -> tuple[list[Question], list[Question]]:
    """All that can be asked: gradients and local derivatives, in the order of `backward`.

    Constants are not asked for, nor the output's own gradient, nor what is no finite number.
    """
    order = topological_order(root)
    name = names(order)
    received: dict[Value, list[Step]] = {}
    given: dict[Value, list[Step]] = {}
    for step in each_step(order):
        if not is_number(step.parent, name[step.parent]):
            received.setdefault(step.parent, []).append(step)
        given.setdefault(step.node, []).append(step)
    gradients = [_gradient(root, value, steps) for value, steps in received.items()]
    locals_ = [
        _local(step, received[step.parent][-1].accumulated, given[step.node])
        for value_steps in received.values()
        for step in value_steps
    ]
    return _finite(gradients), _finite(locals_)


def _finite(questions: Sequence[Question]) -> list[Question]:
    return [question for question in questions if math.isfinite(question.answer)]


def _gradient(root: Value, value: Value, steps: Sequence[Step]) -> Question:
    return Question("gradient", root, value, 0, steps[-1].accumulated, _numbers(steps))


def _local(step: Step, total: float, siblings: Sequence[Step]) -> Question:
    other = [each.local for each in siblings if each.argument != step.argument]
    through_all = added(each.local for each in siblings if each.parent is step.parent)
    numbers = {**_numbers([step]), "total": [total, through_all], "other": other}
    return Question("local", step.node, step.parent, step.argument, step.local, numbers)


def _numbers(steps: Sequence[Step]) -> Mapping[str, list[float]]:
    return {
        "upstream": [step.upstream for step in steps],
        "local": [step.local for step in steps],
        "contribution": [step.contribution for step in steps],
    }


def chosen_questions(root: Value, count: int, seed: int) -> list[Question]:
    """Choose questions by a seed: the same for the same graph in every version of Python.

    Parameters
    ----------
    root : Value
    count : int
        How many: about a third are local derivatives, which come first.
    seed : int

    Raises
    ------
    ValueError
        When there are not so many.
    """
    gradients, locals_ = every_question(root)
    there = len(gradients) + len(locals_)
    if not 1 <= count <= there:
        raise ValueError(
            f"questions must be from 1 to {there}, the number of gradients and local derivatives "
            f"in this graph, not {count}"
        )
    of_locals = min(len(locals_), max(count // 3, count - len(gradients)))
    random = Random(seed)
    chosen: list[Question] = []
    for pool, number in ((locals_, of_locals), (gradients, count - of_locals)):
        drawn = sorted(range(len(pool)), key=[random.random() for _ in pool].__getitem__)
        chosen += [pool[index] for index in sorted(drawn[:number])]
    return chosen
