"""Rows of different lengths: one recording that holds the function for every length.

The function is recorded for each length that occurs, all in one graph, whose first argument says
which of them a row has. Rows are padded to the longest, and a result is chosen by `where`, so that
what belongs to other lengths passes nothing: a row gives what it would give alone. What is computed
alike for several lengths, such as the first steps of a recurrent network or the first positions of
a language model, is one expression in the compiler, and is computed once.

Read next: `trace`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from autograd.compiler.record.nested import (
    Container,
    OneOf,
    Structure,
    flatten,
    is_one_of,
    paths,
    rebuild,
)
from autograd.compiler.record.rows import Ragged, Rows
from autograd.compiler.record.trace import Recording, argument_names, function_name, record
from autograd.functions import equal, where


def one_of(ragged: Ragged, known: Iterable[Structure] = ()) -> Container:
    """Return the structure of all rows: one that is known and has theirs, else a new one.

    Examples
    --------
    >>> from autograd.compiler.record.rows import take_rows
    >>> str(one_of(take_rows([[1.0], [2.0, 3.0], [4.0]], "x")))
    'one of: a list of 2; a list of 1'
    """
    needed = set(ragged.structures)
    for structure in known:
        if is_one_of(structure) and needed <= set(structure.children):
            return structure
    longest_first = sorted(needed, key=lambda structure: -len(paths(structure, "")))
    return Container(OneOf, tuple(longest_first))


def padded(ragged: Ragged, structure: Container) -> Rows:
    """Give all rows the same numbers: which structure it is, and a number for every place.

    A place that a row does not have gets the number before it, which is as good as any.
    """
    every = _places(structure)
    which = {child: kind for kind, child in enumerate(structure.children)}
    own = {child: paths(child, "") for child in which}
    rows = []
    for child, numbers in zip(ragged.structures, ragged.numbers, strict=True):
        known = dict(zip(own[child], numbers, strict=True))
        row, number = [float(which[child])], numbers[0] if numbers else 0.0
        for place in every:
            number = known.get(place, number)
            row.append(number)
        rows.append(row)
    return Rows(structure, len(rows), rows, ragged.where)


def record_all(function: Callable[..., Any], structure: Container) -> Recording:
    """Record a function for all structures of arguments that `one_of` found."""
    every = _places(structure)
    names: dict[str, str] = {}
    for child in structure.children:
        names |= zip(paths(child, ""), argument_names(function, child), strict=True)
    results: list[Structure] = []

    def chosen(which: Any, *numbers: Any) -> Any:
        known = dict(zip(every, numbers, strict=True))
        results.clear()
        outputs = []
        for child in structure.children:
            given = rebuild(child, iter([known[place] for place in paths(child, "")]))
            found, shape = flatten(function(*given), "the result", lambda value, _: value)
            outputs.append(found)
            results.append(shape)
        if any(shape is not None for shape in results):
            return [output for found in outputs for output in found]
        *others, (result,) = outputs
        for kind in reversed(range(len(others))):
            result = where(equal(which, float(kind)), others[kind][0], result)
        return result

    labels = ["length", *(names[place] for place in every)]
    recording = record(chosen, [0.0] * len(labels), labels)
    shapes = None if recording.results is None else Container(OneOf, tuple(results))
    return replace(recording, name=function_name(function), arguments=structure, results=shapes)


def rebuild_chosen(results: Container, which: float, numbers: Sequence[float]) -> Any:
    """Return a row's result: the numbers of all structures are there, one after the other."""
    start = 0
    for kind, shape in enumerate(results.children):
        end = start + len(paths(shape, ""))
        if kind == which:
            return rebuild(shape, iter(numbers[start:end]))
        start = end
    raise AssertionError(f"there is no structure {which}")


def width(structure: Structure) -> int:
    """Count the numbers of a row."""
    return 1 + len(_places(structure)) if is_one_of(structure) else len(paths(structure, ""))


def _places(structure: Container) -> list[str]:
    """Name every place that a row may have."""
    return list(dict.fromkeys(place for child in structure.children for place in paths(child, "")))
