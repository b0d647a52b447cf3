"""What the page asks and what it is told: the one implementation behind both of its hosts.

Read next: `page`.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from autograd.expression import (
    ExpressionError,
    free_names,
    read_assignment,
    read_formula,
)
from autograd.graph import topological_order
from autograd.operation import NumbersOnlyError
from autograd.views.player.page import page
from autograd.views.steps import PRECISION
from autograd.views.write.text import number

STARTS = (0.5, 2.0, 1.5, 3.0)  # of names without a value: different, so that they can be told apart
LONGEST = 20_000  # characters of a formula


def answer(request: object) -> dict[str, Any]:
    """Compute a formula, its gradients and the page that steps through it.

    Parameters
    ----------
    request : dict
        ``formula``, a string, and ``values``, a dict from names to what was typed as their values,
        strings also. A name without a value gets one; values of other names are left aside.

    Returns
    -------
    dict
        What can be written as JSON:

        - ``names``, the formula's free names (None where it cannot be taken apart);
        - ``values``, a string for each of them;
        - ``error``: None, or ``reason`` and, where there is a place, either ``column`` (which
          character of the formula is at fault), ``before`` and ``after`` (what to show around it),
          or ``name`` (whose value is at fault);
        - without an error: ``output``, its name; ``value`` and, for each name, ``gradients``, each
          a number for people and one with all digits; ``page``, the player.

    Raises
    ------
    TypeError
        When the request is of another form.

    Examples
    --------
    >>> told = answer({"formula": "x*x", "values": {"x": "3"}})
    >>> told["output"], told["value"], told["gradients"]
    ('y', ['9', '9.0'], {'x': ['6', '6.0']})
    >>> answer({"formula": "x +* 2", "values": {}})["error"]["column"]
    3
    """
    formula, given = _checked(request)
    told: dict[str, Any] = {"names": None, "values": {}, "error": None}
    if len(formula) > LONGEST:
        reason = f"the formula has {len(formula)} characters, and the page takes {LONGEST} at most"
        return told | {"error": {"reason": reason}}
    try:
        names = free_names(formula)
        told["names"] = names
        told["values"] = _filled(names, given)
        return told | _computed(formula, _numbers(told["values"]))
    except ExpressionError as error:
        told["error"] = {
            "reason": error.reason,
            "column": _column_in(formula, error.column),
            "before": error.before,
            "after": error.after,
        }
    except _ValueOfNameError as error:
        told["error"] = {"reason": error.reason, "name": error.name}
    except (ValueError, ArithmeticError, NumbersOnlyError) as error:  # too large to be drawn, …
        told["error"] = {"reason": str(error)}
    return told


def reply(text: str) -> str:
    """Answer a request that is JSON, in JSON.

    Raises
    ------
    TypeError, ValueError
        When the text is no JSON, or the request of another form than `answer` takes.
    """
    try:
        request = json.loads(text)
    except RecursionError:
        raise ValueError("the request is nested too deeply") from None
    return json.dumps(answer(request), allow_nan=False)


class _ValueOfNameError(Exception):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name, self.reason = name, reason


def _checked(request: object) -> tuple[str, dict[str, str]]:
    match request:
        case {"formula": str(formula), "values": dict(values)}:
            if all(isinstance(value, str) for value in values.values()):
                return formula, values
    raise TypeError('a request is {"formula": text, "values": {name: text, ...}}')


def _filled(names: tuple[str, ...], given: dict[str, str]) -> dict[str, str]:
    starts = {name: repr(STARTS[i % len(STARTS)]) for i, name in enumerate(names)}
    return {name: given.get(name, start) for name, start in starts.items()}


def _numbers(values: dict[str, str]) -> dict[str, float]:
    numbers = {}
    for name, text in values.items():
        try:
            numbers[name] = read_assignment(f"{name}={text}")[1]
        except ValueError as error:
            raise _ValueOfNameError(name, str(error)) from None
    return numbers


def _computed(formula: str, numbers: dict[str, float]) -> dict[str, Any]:
    output, leaves = read_formula(formula, numbers)
    order = topological_order(output)
    try:
        output.backward()
        return {
            "output": output.label,
            "value": _shown(output.data),
            "gradients": {name: _shown(leaf.grad) for name, leaf in leaves.items()},
            "page": page(output, host=_bridge()),
        }
    finally:  # node by node: a chain that is freed from its end, call within call, fills a stack
        del output
        while order:
            order.pop()


def _shown(value: float) -> list[str]:
    return [number(value, PRECISION), repr(value)]


def _bridge() -> str:
    """The script that joins the player to the page around it."""
    return files("autograd.play").joinpath("bridge.js").read_text(encoding="utf-8")


def _column_in(given: str, column: int) -> int:
    """The place in the text as it was given, of a place in it with single blanks between words."""
    words = given.split()
    start = 0
    for word in words:
        start = given.index(word, start)
        if column <= len(word):
            return start + column
        start += len(word)
        column -= len(word) + 1
    return len(given)
