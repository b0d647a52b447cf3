"""A program as a document: its lists, the structures of its arguments, its parameters' numbers.

The file begins with JSON of this form, with one entry of ``recordings`` for each structure of
arguments:

    {"format": "stepgrad program", "version": 1, "compiler": "…", "name": "loss",
     "backend": "auto", "threads": 1,
     "recordings": [{"names": ["x", "t"], "arguments": ["tuple", null, null], "results": null,
                     "parameters": {"labels": ["w"], "kinds": ["Parameter"], "data": [0.5]},
                     "lists": {"value": 0, "gradient": 1}}]}

After it, each of the lists has a line, whose number is what stands under ``lists``:

    {"list": [columns, parameters, [constants], [["multiply", [2, 0]], …], [outputs], [sums]],
     "labels": {"3": "z"}}

A structure is null for a number, ["list", …], ["tuple", …] or ["dict", [keys], …] with what stands
at each place, or ["array", axes…]; rows of different lengths have ["one of", …]. The lists
are those of `wengert.wengert`. There is no machine code in it and nothing that is run when it is
read, so a file from somebody else can do no harm: code is made anew, or comes from the user's own
cache (`vector.code_cache`). Where there is code for a list, the list itself is not read until it
is needed.

The list of the results ("value") is enough for all others. They are there to save time: they are
read when they are needed, and made anew where another version of the compiler wrote them.

Read next: `program`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, get_args

from autograd.checks import check_count
from autograd.compiler.pipeline import Kind, Labelled, Specialization
from autograd.compiler.record.nested import (
    Container,
    OneOf,
    Structure,
    describe,
    is_array,
    is_one_of,
    one_line,
    paths,
)
from autograd.compiler.record.ragged import width
from autograd.compiler.record.trace import Recording
from autograd.compiler.run.runner import RECORDED, Backend, check_machine_code
from autograd.compiler.vector.code_cache import compiler, keeping
from autograd.compiler.wengert.wengert import WengertList
from autograd.documents import from_json, short, to_json
from autograd.node import leaf, real
from autograd.value import Parameter, Value

if TYPE_CHECKING:
    from autograd.compiler.run.native import Native

FORMAT = "stepgrad program"
VERSION = 1

_OTHERS = "its lists are for other arguments or parameters than it names"
_BEFORE, _AFTER = '{"list":', ',"labels":'  # between these a line has the text of its list

Restored: TypeAlias = tuple[
    Recording, Callable[[Kind], Labelled | None], Callable[[Kind], "Native | None"]
]

_KINDS: dict[str, type[Any]] = {"list": list, "tuple": tuple, "dict": dict, "one of": OneOf}
_LEAVES: dict[str, type[Value]] = {"Value": Value, "Parameter": Parameter}


def contents(name: str, recorded: Sequence[Specialization]) -> tuple[dict[str, Any], list[Any]]:
    """Write a program as what a document holds, and the lines after it."""
    first, lines = recorded[0], list[Any]()
    document = {
        "compiler": compiler(),
        "name": name,
        "backend": first.backend,
        "threads": first.threads,
        "recordings": [_plain(each, lines) for each in recorded],
    }
    return document, lines


def restored(
    document: dict[str, Any], lines: list[str], cache: bool
) -> tuple[str, list[Specialization]]:
    """Make the specializations of a document, and give their name.

    Raises
    ------
    ValueError
        When the document does not hold what `contents` writes.
    ModuleNotFoundError
        When it needs machine code that cannot be had.
    """
    try:
        name, backend = document["name"], document["backend"]
        threads, recordings = document["threads"], document["recordings"]
        if not (isinstance(name, str) and backend in get_args(Backend) and recordings):
            raise ValueError("it has no name, back end or recording of a program")
        check_count("threads", threads, 1)
        if backend == "llvm":
            check_machine_code(RECORDED)
        if len(lines) != sum(len(recording["lists"]) for recording in recordings):
            raise ValueError(f"it is cut off: there are {len(lines)} of its lists")
        current = document["compiler"] == compiler()
        kept = _Kept(lines, current, backend == "llvm", cache)
        name = one_line(name)  # which messages show
        return name, [
            Specialization.restored(*_restored(each, name, kept), backend, threads, cache)
            for each in recordings
        ]
    except (KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it does not hold what a program needs ({error!r})") from None


def _plain(of: Specialization, lines: list[Any]) -> dict[str, Any]:
    recording, leaves = of.recording, of.parameters
    of.listed("value")
    numbers = {}
    for kind, made in of.made.items():
        numbers[kind] = len(lines)
        lines.append({"list": made.program.plain(), "labels": made.labels})
    kinds = ["Parameter" if isinstance(leaf, Parameter) else "Value" for leaf in leaves]
    return {
        "names": recording.names,
        "arguments": _plain_structure(recording.arguments),
        "results": _plain_structure(recording.results),
        "parameters": {
            "labels": [leaf.label for leaf in leaves],
            "kinds": kinds,
            "data": to_json(of.numbers()),
        },
        "lists": numbers,
    }


class _Kept(NamedTuple):
    """The lines of a file's lists, whether this compiler wrote them, and where code is kept."""

    lines: list[str]
    current: bool
    machine_code: bool
    cache: bool

    def code(self, line: str, recording: Recording) -> Native | None:
        """Load the machine code of a list, where the cache on disk has it."""
        if not (self.machine_code and line.startswith(_BEFORE)):
            return None
        from autograd.compiler.run.native import Native

        text, _, rest = line.removeprefix(_BEFORE).partition(_AFTER)
        with keeping(self.cache):
            code = Native.found(text, alone=True) if rest.endswith("}}") else None
        if code and (code.columns, code.parameters) != _given(recording):
            raise ValueError(_OTHERS)
        return code


def _restored(document: dict[str, Any], name: str, kept: _Kept) -> Restored:
    arguments, results = (_structure(document[part]) for part in ("arguments", "results"))
    given = document["parameters"]
    columns = (given[part] for part in ("kinds", "labels", "data"))
    parameters = tuple(
        [
            leaf(
                _LEAVES[kind], number if number.__class__ is float else _number(number), str(label)
            )
            for kind, label, number in zip(*columns, strict=True)
        ]
    )
    names = tuple([one_line(str(name)) for name in document["names"]])
    recording = Recording(name, arguments, results, names, (), (), parameters, ())
    usable = document["lists"] if kept.current else {"value": document["lists"]["value"]}
    listed = {kind: kept.lines[number] for kind, number in usable.items()}
    code = kept.code(listed["value"], recording)
    if code is not None:
        value, outputs = None, code.outputs
    else:
        value = _list(listed["value"], recording)
        outputs = len(value.program.outputs)
    small = _most(arguments) <= len(names) and _most(results) <= outputs  # so that they are listed
    if (
        not small
        or not _are_called(arguments, results)
        or (width(arguments), len(paths(results, ""))) != (len(names), outputs)
    ):
        raise ValueError("its structures do not fit its lists")

    def ready(kind: Kind) -> Native | None:
        if kind == "value":
            return code
        return kept.code(listed[kind], recording) if kind in listed else None

    def known(kind: Kind) -> Labelled | None:
        if kind == "value":
            return value or _list(listed["value"], recording)
        try:
            found = _list(listed[kind], recording)
        except (ValueError, LookupError, TypeError, AttributeError):  # damaged: it is made anew
            return None
        return None if found.program.uses_own else found  # whose rule may be another by now

    return recording, known, ready


def _number(number: object) -> float:
    return real(from_json(number), "a parameter of a saved program")


def _given(recording: Recording) -> tuple[int, int]:
    """Count the columns and parameters that its lists must have."""
    return len(recording.names), len(recording.parameters)


def _list(line: str, recording: Recording) -> Labelled:
    """Read a list from its line."""
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"a list in it is not complete JSON ({error})") from None
    program = WengertList.from_plain(plain["list"])
    arguments = recording.arguments
    lengths = len(arguments.children) if is_one_of(arguments) else 0
    given = program.columns, program.parameters
    if given != _given(recording) or program.lengths not in (0, lengths):  # 0 in files of before
        raise ValueError(_OTHERS)
    labels = {int(slot): str(label) for slot, label in plain["labels"].items()}
    if not all(0 <= slot < program.slots for slot in labels):
        raise ValueError(f"a label in it is of none of the {program.slots} numbers of its list")
    return Labelled(program, labels)


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


def _structure(plain: Any, *, inside: bool = False) -> Structure:
    """Undo `_plain_structure`."""
    if plain is None:
        return None
    kind, *rest = plain
    if kind == "array":
        import numpy as np

        for axis in rest:
            check_count("an axis", axis, 0)
        np.broadcast_to(0.0, rest)  # which refuses what no array can be, and makes none
        return Container(np.ndarray, (), tuple(rest))
    if kind not in _KINDS or (kind == "one of" and (inside or not rest)):
        raise ValueError(f"there is no structure {short(kind)} here")
    keys = tuple(rest.pop(0)) if kind == "dict" else ()
    if kind == "dict" and len({key for key in keys if isinstance(key, (str, int))}) != len(rest):
        raise ValueError("a dict has as many keys as entries, each a str or an int")
    return Container(_KINDS[kind], tuple(_structure(each, inside=True) for each in rest), keys)


def _are_called(arguments: Structure, results: Structure) -> bool:
    """Whether a function is called with such arguments, and gives one result for each kind."""
    several = arguments.children if is_one_of(arguments) else (arguments,)
    if is_one_of(results) and not (is_one_of(arguments) and len(results.children) == len(several)):
        return False
    return all(each and each.kind is tuple for each in several)


def _most(structure: Structure) -> int:
    """Count the numbers of a structure, or of the largest of several, without naming them."""
    if structure is None:
        return 1
    if is_array(structure.kind):
        return prod(structure.keys)
    counts = map(_most, structure.children)
    return max(counts) if structure.kind is OneOf else sum(counts)
