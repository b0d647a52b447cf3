"""A program as a document: its lists, the structures of its arguments, its parameters' numbers.

The file is JSON of this form, with one entry of ``recordings`` for each structure of arguments:

    {"format": "stepgrad program", "version": 1, "compiler": "…", "name": "loss",
     "backend": "auto", "threads": 1,
     "recordings": [{"names": ["x", "t"], "arguments": ["tuple", null, null], "results": null,
                     "parameters": [{"label": "w", "data": 0.5, "kind": "Parameter"}],
                     "lists": {"value": {"list": [columns, parameters, [constants],
                                                  [["multiply", [2, 0]], …], [outputs], [sums]],
                                         "labels": {"3": "z"}},
                               "gradient": …}}]}

A structure is null for a number, ["list", …], ["tuple", …] or ["dict", [keys], …] with what stands
at each place, or ["array", axes…]; rows of different lengths have ["one of", …]. The lists
are those of `wengert.wengert`. There is no machine code in it and nothing that is run when it is
read, so a file from somebody else can do no harm: code is made anew, or comes from the user's own
cache (`vector.code_cache`).

The list of the results is enough for all others. They are there to save time, and are left aside
where another version of the compiler has made them.

Read next: `program`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast, get_args

from autograd.checks import check_count
from autograd.compiler.pipeline import Kind, Labelled, Specialization
from autograd.compiler.record.nested import (
    Container,
    OneOf,
    Structure,
    describe,
    is_array,
    paths,
)
from autograd.compiler.record.ragged import width
from autograd.compiler.record.trace import Recording
from autograd.compiler.run.runner import Backend
from autograd.compiler.vector.code_cache import compiler
from autograd.compiler.wengert.wengert import WengertList
from autograd.documents import from_json, short, to_json
from autograd.node import leaf, real
from autograd.value import Parameter, Value

FORMAT = "stepgrad program"
VERSION = 1

_KINDS: dict[str, type[Any]] = {"list": list, "tuple": tuple, "dict": dict, "one of": OneOf}
_LEAVES: dict[str, type[Value]] = {"Value": Value, "Parameter": Parameter}


def contents(name: str, recorded: Sequence[Specialization]) -> dict[str, Any]:
    """Write a program as what a document holds."""
    first = recorded[0]
    return {
        "compiler": compiler(),
        "name": name,
        "backend": first.backend,
        "threads": first.threads,
        "recordings": [_plain(each) for each in recorded],
    }


def restored(document: dict[str, Any], cache: bool) -> tuple[str, list[Specialization]]:
    """Make the specializations of a document, and give their name.

    Raises
    ------
    ValueError
        When the document does not hold what `contents` writes.
    """
    try:
        name, backend = document["name"], document["backend"]
        threads, recordings = document["threads"], document["recordings"]
        if not (isinstance(name, str) and backend in get_args(Backend) and recordings):
            raise ValueError("it has no name, back end or recording of a program")
        check_count("threads", threads, 1)
        current = document["compiler"] == compiler()
        return name, [
            _restored(each, name, backend, threads, cache, current) for each in recordings
        ]
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it does not hold what a program needs ({error!r})") from None


def _plain(of: Specialization) -> dict[str, Any]:
    recording = of.recording
    of.listed("value")
    return {
        "names": recording.names,
        "arguments": _plain_structure(recording.arguments),
        "results": _plain_structure(recording.results),
        "parameters": [
            {
                "label": leaf.label,
                "data": to_json(leaf._data),
                "kind": "Parameter" if isinstance(leaf, Parameter) else "Value",
            }
            for leaf in recording.parameters
        ],
        "lists": {
            kind: {"list": made.program.plain(), "labels": made.labels}
            for kind, made in of.made.items()
        },
    }


def _restored(
    plain: dict[str, Any], name: str, backend: Backend, threads: int, cache: bool, current: bool
) -> Specialization:
    lists = {
        cast(Kind, kind): Labelled(
            WengertList.from_plain(made["list"]),
            {int(slot): str(label) for slot, label in made["labels"].items()},
        )
        for kind, made in plain["lists"].items()
        if kind == "value" or (current and kind in get_args(Kind))
    }
    arguments, results = (_structure(plain[part]) for part in ("arguments", "results"))
    parameters = tuple(
        leaf(_LEAVES[each["kind"]], real(from_json(each["data"])), str(each["label"]))
        for each in plain["parameters"]
    )
    names = tuple(map(str, plain["names"]))
    for listed in lists.values():
        columns, given = listed.program.columns, listed.program.parameters
        if (columns, given) != (len(names), len(parameters)):
            raise ValueError("its lists are for other arguments or parameters than it names")
    counts = width(arguments), len(paths(results, ""))
    if counts != (len(names), len(lists["value"].program.outputs)):
        raise ValueError("its structures do not fit its lists")
    recording = Recording(name, arguments, results, names, (), (), parameters, ())
    return Specialization.restored(recording, lists, backend, threads, cache)


# -- structures -----------------------------------------------------------------------------------


def _plain_structure(structure: Structure) -> Any:
    """Write a structure as nested lists."""
    if structure is None:
        return None
    if is_array(structure.kind):
        return ["array", *structure.keys]
    kind = next((name for name, one in _KINDS.items() if one is structure.kind), None)
    if kind is None:
        raise TypeError(
            f"a program that takes or gives {describe(structure)} cannot be saved: a file knows "
            "numbers, lists, tuples, dicts and NumPy arrays. Pass one of those"
        )
    for key in structure.keys:
        if not isinstance(key, (str, int)):
            raise TypeError(f"the key {key!r} cannot be saved: the keys of a dict are str or int")
    keys = [list(structure.keys)] if kind == "dict" else []
    return [kind, *keys, *map(_plain_structure, structure.children)]


def _structure(plain: Any) -> Structure:
    """Undo `_plain_structure`."""
    if plain is None:
        return None
    kind, *rest = plain
    if kind == "array":
        import numpy as np

        for axis in rest:
            check_count("an axis", axis, 0)
        return Container(np.ndarray, (), tuple(rest))
    if kind not in _KINDS:
        raise ValueError(f"there is no structure {short(kind)}")
    keys = tuple(rest.pop(0)) if kind == "dict" else ()
    if kind == "dict" and len(keys) != len(rest):
        raise ValueError("a dict has as many keys as entries")
    return Container(_KINDS[kind], tuple(map(_structure, rest)), keys)
