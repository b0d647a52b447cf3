"""What nbgrader and otter-grader expect of a test, from a `Grade`: partial credit and reasons.

Neither package is imported here: the functions return what their documented interfaces read.
``notebooks/grading.ipynb`` is an assignment for both.

Read next: `command`.
"""

from __future__ import annotations

from collections.abc import Iterable

from autograd.grading.report import Grade, Item

RIGHT = "right"


def feedback(graded: Grade, name: str) -> str:
    """Say what a learner may be told of one answer: never the right number.

    Parameters
    ----------
    graded : Grade
    name : str
        As in the answers.

    Returns
    -------
    str
        ``right``, also for what is right after an earlier mistake; else ``wrong`` and why.

    Raises
    ------
    KeyError
        When there is no answer of that name.

    Examples
    --------
    >>> from autograd import Value, grade
    >>> x = Value(3.0, "x")
    >>> y = x * x
    >>> y.label = "y"
    >>> graded = grade(y, {"dy/dx": "-6.00000"})
    >>> feedback(graded, "dy/dx")
    'wrong: wrong sign (every gradient has the other sign)'
    """
    for item in graded.items:
        if item.name == name:
            return _told(item)
    raise KeyError(f"there is no answer to {name!r}; there are {', '.join(_names(graded))}")


def _told(item: Item) -> str:
    if item.credit == 1.0:
        return RIGHT
    if item.mistake is None:
        return f"{item.verdict}: {item.reason}" if item.reason else item.verdict
    return f"{item.verdict}: {item.mistake} ({item.reason})"


def _names(graded: Grade) -> list[str]:
    return [item.name for item in graded.items]


def nbgrader_points(graded: Grade, points: float = 1.0) -> float:
    """Print why answers are wrong, and return the points: the last line of an autograder cell.

    nbgrader reads a cell's value as partial credit.

    Parameters
    ----------
    graded : Grade
    points : float
        What the cell is worth.

    Returns
    -------
    float
        The score's share of the points.

    References
    ----------
    nbgrader's documentation, "Creating and grading assignments", section on partial credit.
    """
    for item in graded.items:
        print(f"{item.name}: {_told(item)}")
    return points * graded.score


def otter_test(
    name: str, answers: Iterable[str], *, graded: str = "graded", points: float = 1.0
) -> dict[str, object]:
    """Make a test of otter-grader, in the OK format: one case, with its points, for each answer.

    A learner whose answer is wrong sees why, where the case shows what it expected and what it got.

    Parameters
    ----------
    name : str
        Of the question.
    answers : iterable of str
        The names of the answers.
    graded : str
        What the `Grade` is called in the notebook.
    points : float
        For each answer.

    Returns
    -------
    dict
        What a test file assigns to ``test``, or a notebook's metadata keep.

    References
    ----------
    otter-grader's documentation, "OK-formatted test files".
    """
    cases = [
        {
            "code": f">>> from autograd.grading.adapters import feedback\n"
            f">>> print(feedback({graded}, {answer!r}))\n{RIGHT}",
            "hidden": False,
            "locked": False,
            "points": points,
        }
        for answer in answers
    ]
    suite = {"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    return {"name": name, "points": None, "suites": [suite]}
