"""The way of a function through the compiler: recorded, listed, differentiated, run.

A `Specialization` is a function recorded for one structure of its arguments. Its stages are made
when they are first asked for:

    record        the function is called once, on Values            `record.trace`
    enter         its graph becomes expressions                      `wengert.from_graph`
    listed        expressions become a Wengert list                  `wengert.expressions`
    differentiate the chain rule is applied to the expressions       `wengert.differentiate`
    runner        the list is run, by Python or machine code         `run.runner`
    plan          a list of the gradient and of an optimiser's step  `train.plan`

Read next: `texts`, then `program`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isnan
from typing import Any, Literal, TypeAlias

from autograd.compiler.record.nested import Structure, describe
from autograd.compiler.record.trace import Recording, collector_paused, record
from autograd.compiler.run.runner import Backend, Runner
from autograd.compiler.train.plan import Captured, Optimizer, Plan, make_plan, options_of
from autograd.compiler.wengert.differentiate import differentiate, selects_anything
from autograd.compiler.wengert.expressions import Labels
from autograd.compiler.wengert.from_graph import enter_graph
from autograd.compiler.wengert.wengert import WengertList
from autograd.value import Value

Kind: TypeAlias = Literal["value", "gradient", "settled", "slopes"]

_RUNNERS = {"value", "gradient", "settled"}  # what a specialization has but a pickle does not


@dataclass(frozen=True, slots=True)
class Labelled:
    """A list and the labels of its slots."""

    program: WengertList
    labels: Labels


class Specialization:
    """A function recorded for one structure of its arguments.

    Parameters
    ----------
    function : callable
    arguments : sequence
        One set of arguments of that structure; their numbers do not matter.
    backend : "auto", "llvm" or "python"
    threads : int
    """

    def __init__(
        self, function: Callable[..., Any], arguments: Sequence[Any], backend: Backend, threads: int
    ) -> None:
        with collector_paused():  # until the graph is dropped
            recording = record(function, arguments)
            self._entered = enter_graph(
                recording.inputs, recording.parameters, recording.outputs, recording.order
            )
            # From here on the graph is not needed, and its memory is worth having.
            recording = replace(recording, inputs=(), outputs=(), order=())
        self.recording: Recording = recording
        self.backend: Backend = backend
        self.threads = threads
        self._lists: dict[Kind, Labelled] = {}
        self._planned: dict[bool, tuple[Any, Plan]] = {}  # of a row that stays, of any rows

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__ | {"_lists": {}, "_planned": {}}
        return {name: state[name] for name in state if name not in _RUNNERS}

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

    def captured(self, kind: Literal["gradient", "settled"] = "gradient") -> Captured:
        """Return the gradient's list and the leaves that it is taken by."""
        return self.listed(kind).program, self.parameters

    def plan(
        self,
        optimizer: Optimizer,
        clip: float | None,
        row: tuple[float, ...] | None,
        penalty: Specialization | None = None,
    ) -> Plan:
        """Plan a training, or take the last plan of its kind where that is the same."""
        rule = options_of(optimizer)
        leaves = [optimizer.parameters, *([penalty.parameters] if penalty else [])]
        listed = penalty and penalty.listed("gradient").program
        key = (rule, [list(map(id, some)) for some in leaves], clip, repr(row), listed)
        known = self._planned.get(row is None)
        if known is None or rule is None or known[0] != key:

            def planned(kind: Literal["gradient", "settled"]) -> Plan:
                added = penalty.captured(kind) if penalty else None
                return make_plan(self.captured(kind), optimizer, clip=clip, penalty=added, row=row)

            plan = planned("gradient")
            if self.may_settle or (penalty and penalty.may_settle):
                plan = replace(plan, settled=lambda: planned("settled"))
            known = self._planned[row is None] = key, plan
        return known[1]

    def listed(self, kind: Kind) -> Labelled:
        """Return a list, made when it is first asked for.

        Parameters
        ----------
        kind : "value", "gradient", "settled" or "slopes"
            The results for each row; the sums over the rows of the result and of its derivatives by
            the parameters, in which "gradient" may have nan for the 0 of what is not selected (see
            `differentiate`); or the result and its derivatives by parameters and arguments, for
            each row.
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
        settled = kind != "gradient"
        results = [*outputs, *differentiate(expressions, outputs[0], wanted, settled=settled)]
        return expressions.listed(results) if kind == "slopes" else expressions.listed((), results)

    @cached_property
    def value(self) -> Runner:
        """What computes the results."""
        return Runner(self.listed("value").program, self.backend, self.threads)

    def sums(self, rows: Any, count: int) -> Sequence[float]:
        """Compute the sums over the rows of the result and of its derivatives by the parameters."""
        numbers = self.numbers()
        sums = self.gradient.run(rows, count, numbers)[1]
        if isnan(sum(sums)) and self.may_settle:
            return self.settled.run(rows, count, numbers)[1]
        return sums

    @property
    def may_settle(self) -> bool:
        """Whether there is anything that is not selected, so that a nan may have to be a 0."""
        return selects_anything(self._entered[0])

    @cached_property
    def gradient(self) -> Runner:
        """What computes the sums, as fast as can be."""
        return Runner(self.listed("gradient").program, self.backend, self.threads)

    @cached_property
    def settled(self) -> Runner:
        """What computes them where something that is not selected met an infinite slope."""
        return Runner(self.listed("settled").program, self.backend, self.threads)
