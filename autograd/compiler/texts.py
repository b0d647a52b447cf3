"""A specialization in words and in other languages: what `Program.table` and `source` print.

Read next: `program`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from autograd.compiler.pipeline import Kind, Specialization
from autograd.compiler.readable import c, python
from autograd.compiler.readable.table import table
from autograd.compiler.record.nested import paths
from autograd.compiler.run.runner import check_machine_code

Language: TypeAlias = Literal["python", "c", "llvm", "normal", "schedule"]


def takes(of: Specialization) -> str:
    """Say what was recorded: the arguments' names and the number of parameters."""
    names = ", ".join(of.recording.names) or "no arguments"
    count = len(of.parameters)
    return f"{names}, and {count} parameter{'' if count == 1 else 's'}"


def parameter_names(of: Specialization) -> list[str]:
    """Name the captured leaves: by their label, else by their number."""
    return [leaf.label or f"parameter {i}" for i, leaf in enumerate(of.parameters)]


def list_table(of: Specialization, *, gradient: bool) -> str:
    """Write the list as a table; see `Program.table`."""
    name = of.recording.name
    called = f"{name}({', '.join(of.recording.names)})"
    if not gradient:
        listed = of.listed("value")
        names = paths(of.results, "result")
        results = list(zip(names, listed.program.outputs, strict=True))
    else:
        listed = of.listed("gradient")
        names = ["result", *(f"∂/∂{parameter}" for parameter in parameter_names(of))]
        results = list(zip(names, listed.program.sums, strict=True))
    count = len(listed.program.instructions)
    heading = f"{called}: {count} instruction{'' if count == 1 else 's'}"
    return f"{heading}\n{table(listed.program, listed.labels, results)}"


def source(of: Specialization, language: Language) -> str:
    """Write the program in another language; see `Program.source`."""
    if language == "c":
        return _c_source(of)
    # What runs elsewhere has no second try, in which a nan is settled.
    gradient: Kind = "settled" if language == "python" else "gradient"
    listed = of.listed(gradient if of.is_scalar else "value")
    program = listed.program
    if of.is_scalar:  # one text for both: results for each row, and the sums
        program = replace(program, outputs=program.sums[:1])
    if language == "python":
        return python.source(program, listed.labels, of.recording.name)
    from autograd.compiler.lower import lower, normal_text, schedule_text

    if language == "normal":
        return normal_text(program, listed.labels)
    if language == "schedule":
        return schedule_text(program, listed.labels)
    check_machine_code("take another language")
    from autograd.compiler.vector.processor import host

    return lower(program, host()).module.source


def _c_source(of: Specialization) -> str:
    name, arguments, parameters = of.recording.name, of.recording.names, parameter_names(of)
    called = f"{name}({', '.join(arguments)})"
    results = tuple(paths(of.results, "result"))
    listings = [c.Listing(of.listed("value").program, name, f"{called}.", results)]
    if of.is_scalar:
        summary = f"{called} and its derivatives by every parameter and every argument."
        slopes = [f"d result / d {what}" for what in (*parameters, *arguments)]
        slopes_name = f"{c.identifier(name)}_gradient"
        program = of.listed("slopes").program
        listings.append(c.Listing(program, slopes_name, summary, ("result", *slopes)))
    return c.source(listings, name, arguments, parameters, of.numbers())
