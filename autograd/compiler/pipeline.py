"""A function recorded for one structure of its arguments: its lists, and what runs them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias

from autograd.compiler.readable import c, python
from autograd.compiler.readable.table import table
from autograd.compiler.record.nested import Structure, describe, paths
from autograd.compiler.record.trace import Recording, collector_paused
from autograd.compiler.run.runner import Backend, Runner
from autograd.compiler.train.plan import Captured, Optimizer, Plan, make_plan, rule_of
from autograd.compiler.wengert.differentiate import differentiate
from autograd.compiler.wengert.expressions import Labels
from autograd.compiler.wengert.from_graph import enter_graph
from autograd.compiler.wengert.wengert import WengertList
from autograd.value import Value

Kind: TypeAlias = Literal["value", "gradient", "slopes"]

_ENGINES = {"value", "gradient"}  # what a version has but a pickle does not


@dataclass(frozen=True, slots=True)
class Labelled:
    """A list and the labels of its slots."""

    program: WengertList
    labels: Labels


class Specialization:
    """A function recorded for one structure of its arguments.

    Parameters
    ----------
    recording : Recording
    backend : "auto", "llvm" or "python"
    threads : int
    """

    def __init__(self, recording: Recording, backend: Backend, threads: int) -> None:
        inputs, parameters, outputs = recording.inputs, recording.parameters, recording.outputs
        self._entered = enter_graph(inputs, parameters, outputs, recording.order)
        # From here on the graph is not needed, and its memory is worth having.
        self.recording = replace(recording, inputs=(), outputs=(), order=())
        self.backend: Backend = backend
        self.threads = threads
        self._lists: dict[Kind, Labelled] = {}
        self._planned: tuple[Any, Plan] | None = None

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__ | {"_lists": {}, "_planned": None}
        return {name: state[name] for name in state if name not in _ENGINES}

    @property
    def results(self) -> Structure:
        """What the function gives."""
        return self.recording.results

    @property
    def is_scalar(self) -> bool:
        """Whether the function gives one number."""
        return self.recording.results is None

    @property
    def parameters(self) -> tuple[Value, ...]:
        """The captured leaves."""
        return self.recording.parameters

    def numbers(self) -> list[float]:
        """List the captured leaves' present numbers."""
        return [leaf._data for leaf in self.recording.parameters]

    @property
    def captured(self) -> Captured:
        """The gradient's list and the leaves that it is taken by."""
        return self.listed("gradient").program, self.parameters

    def plan(
        self,
        optimizer: Optimizer,
        clip: float | None,
        row: tuple[float, ...] | None,
        penalty: Captured | None = None,
    ) -> Plan:
        """Plan a training, or take the last plan where that is the same."""
        rule = rule_of(optimizer)
        leaves = [optimizer.parameters] if penalty is None else [optimizer.parameters, penalty[1]]
        listed = None if penalty is None else penalty[0]
        key = (rule, [list(map(id, some)) for some in leaves], clip, repr(row), listed)
        if self._planned is None or rule is None or self._planned[0] != key:
            plan = make_plan(self.captured, optimizer, clip=clip, penalty=penalty, row=row)
            self._planned = key, plan
        return self._planned[1]

    def listed(self, kind: Kind) -> Labelled:
        """Return a list, made when it is first asked for.

        Parameters
        ----------
        kind : "value", "gradient" or "slopes"
            The results for each row; the sums over the rows of the result and of its derivatives by
            the parameters; or the result and its derivatives by parameters and arguments, for each
            row.
        """
        if kind != "value" and not self.is_scalar:
            raise TypeError(
                "only a function that gives one number has a gradient; "
                f"{self.recording.name} gives {describe(self.results)}"
            )
        if kind not in self._lists:
            with collector_paused():
                self._lists[kind] = Labelled(*self._listed(kind))
        return self._lists[kind]

    def _listed(self, kind: Kind) -> tuple[WengertList, Labels]:
        expressions, outputs = self._entered
        if kind == "value":
            return expressions.listed(outputs)
        expressions = expressions.copy()
        arguments = range(expressions.columns)
        wanted = list(range(expressions.columns, expressions.columns + expressions.parameters))
        if kind == "slopes":
            wanted += arguments
        results = [*outputs, *differentiate(expressions, outputs[0], wanted)]
        return expressions.listed(results) if kind == "slopes" else expressions.listed((), results)

    @cached_property
    def value(self) -> Runner:
        """What computes the results."""
        return Runner(self.listed("value").program, self.backend, self.threads)

    @cached_property
    def gradient(self) -> Runner:
        """What computes the sums of the result and of its derivatives by the parameters."""
        return Runner(self.listed("gradient").program, self.backend, self.threads)

    # -- in words ---------------------------------------------------------------------------------

    def takes(self) -> str:
        """Say what was recorded: the arguments' names and the number of parameters."""
        names = ", ".join(self.recording.names) or "no arguments"
        count = len(self.parameters)
        return f"{names}, and {count} parameter{'' if count == 1 else 's'}"

    def parameter_names(self) -> list[str]:
        """Name the captured leaves: by their label, else by their number."""
        return [leaf.label or f"parameter {i}" for i, leaf in enumerate(self.parameters)]

    def table(self, *, gradient: bool) -> str:
        """Write the list as a table; see `Program.table`."""
        name = self.recording.name
        called = f"{name}({', '.join(self.recording.names)})"
        if not gradient:
            listed = self.listed("value")
            names = paths(self.results, "result")
            results = list(zip(names, listed.program.outputs, strict=True))
        else:
            listed = self.listed("gradient")
            names = ["result", *(f"∂/∂{parameter}" for parameter in self.parameter_names())]
            results = list(zip(names, listed.program.sums, strict=True))
        count = len(listed.program.instructions)
        heading = f"{called}: {count} instruction{'' if count == 1 else 's'}"
        return f"{heading}\n{table(listed.program, listed.labels, results)}"

    def source(self, language: Literal["python", "c", "llvm"]) -> str:
        """Write the program in another language; see `Program.source`."""
        if language == "c":
            return self._c_source()
        listed = self.listed("gradient" if self.is_scalar else "value")
        program = listed.program
        if self.is_scalar:  # one text for both: results for each row, and the sums
            program = replace(program, outputs=program.sums[:1])
        if language == "python":
            return python.source(program, listed.labels, self.recording.name)
        from autograd.compiler.run.native import native

        return native(program).source

    def _c_source(self) -> str:
        name = self.recording.name
        called = f"{name}({', '.join(self.recording.names)})"
        listings = [
            c.Listing(
                self.listed("value").program,
                name,
                f"{called}.",
                tuple(paths(self.results, "result")),
            )
        ]
        if self.is_scalar:
            wanted = (*self.parameter_names(), *self.recording.names)
            listings.append(
                c.Listing(
                    self.listed("slopes").program,
                    f"{c.identifier(name)}_gradient",
                    f"{called} and its derivatives by every parameter and every argument.",
                    ("result", *(f"d result / d {what}" for what in wanted)),
                )
            )
        return c.source(
            listings, name, self.recording.names, self.parameter_names(), self.numbers()
        )
