"""`grade`: a learner's figures against any recorded graph.

Read next: `table`, the same quantities without a learner.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from autograd.grading.answers import Given, read_answers
from autograd.grading.course import Course, Setting
from autograd.grading.hypotheses import Search
from autograd.grading.judge import judge
from autograd.grading.quantities import Names
from autograd.grading.report import Grade, grade_of
from autograd.grading.structure import learning_leaves
from autograd.grading.tape import Tape
from autograd.value import Value

ROUNDS = 10_000
LEARNING_RATE = 0.5


def grade(
    output: Value,
    answers: Given,
    *,
    rounds: int = ROUNDS,
    learning_rate: float = LEARNING_RATE,
    learning: Iterable[str] | None = None,
) -> Grade:
    """Check a learner's figures, and name the mistake that gives each wrong one.

    Parameters
    ----------
    output : Value
        What is differentiated, as it was recorded: the error of a network, or any formula.
    answers : dict or path of a file
        Names to figures as they are printed (a text keeps the zeros at the end), or a
        file with ``name, figure`` in each line. ``net_h1`` is a node's number, ``dE/dw5`` a
        derivative along all paths, ``dv1/dx|2`` a local one through the second argument; ``w5+`` is
        a weight after one update, ``out_o1@10000`` a number after 10,000. Nodes without a label are
        called as in every view, v1, v2, …; E is the output where no node is called so.
    rounds : int
        After how many updates answers may be asked for, at most.
    learning_rate : float
    learning : iterable of str, optional
        The names of the leaves that are trained; left out, the parameters of modules, or the leaves
        whose names start with w or b, or all that have names.

    Returns
    -------
    Grade
        ``.items``, ``.score``, ``.text``, ``.html()``, ``.json()``.

    Raises
    ------
    TypeError
        When `output` is no Value, or a figure neither a text nor a number.
    ValueError
        For a name that the graph does not have, or a figure that is no number.

    Notes
    -----
    A figure is right when it agrees as printed, rounded or cut off; a 0 that stands for a small
    number needs four decimals. A wrong figure gets a mistake's name only when all mistakes that
    were tried so far would together give figures like it less than once in 1,000 times by chance.
    What follows correctly from an earlier wrong figure is right after an earlier mistake, and has
    full credit.

    Examples
    --------
    >>> from autograd import Value, grade, sigmoid
    >>> w, x, t = Value(0.4, "w"), Value(1.5, "x"), Value(0.2, "t")
    >>> z = w * x
    >>> y = sigmoid(z)
    >>> z.label, y.label = "z", "y"
    >>> E = 0.5 * (t - y) ** 2
    >>> graded = grade(E, {"y": "0.6457", "dE/dz": "0.44566", "dE/dw": "0.66849"})
    >>> [(item.name, item.verdict, item.mistake) for item in graded.items]  # doctest: +ELLIPSIS
    [('y', 'right', None), ('dE/dz', 'wrong', 'missing σ′'), ('dE/dw', 'right after an earlier ...)]
    """
    if not isinstance(output, Value):
        raise TypeError(
            f"grade needs a Value, the output of a recorded graph, not {type(output).__name__}"
        )
    setting = setting_of(output, learning_rate, learning)
    right = Course(setting)
    asked = read_answers(answers, names := Names(setting.tape), right, rounds)
    return grade_of(judge(Search(setting, names, asked, right)))


def setting_of(
    output: Value, learning_rate: float, learning: Iterable[str] | None = None
) -> Setting:
    """What is trained, and how; the names of leaves and the rate are checked."""
    if not 0.0 < learning_rate < math.inf:
        raise ValueError(f"learning_rate is a number above 0, not {learning_rate!r}")
    tape = Tape(output)
    if learning is None:
        return Setting(tape, learning_leaves(tape), float(learning_rate))
    place = Names(tape).place
    leaves = {name: n for name, n in place.items() if n < tape.leaves}
    wanted = list(learning)
    for name in wanted:
        if name not in leaves:
            raise ValueError(
                f"learning: {name!r} is no leaf of the graph; there are {', '.join(leaves)}"
            )
    return Setting(tape, tuple(leaves[name] for name in wanted), float(learning_rate))
