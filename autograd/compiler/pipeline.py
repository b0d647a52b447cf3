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
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from autograd.compiler.record.nested import Container, Structure, describe
from autograd.compiler.record.ragged import record_all
from autograd.compiler.record.trace import Recording, record
from autograd.compiler.run.runner import Backend, Runner
from autograd.compiler.train.plan import Captured, Optimizer, Plan, make_plan, options_of
from autograd.compiler.wengert.differentiate import differentiate, selects_anything
from autograd.compiler.wengert.expressions import Expressions, Labels
from autograd.compiler.wengert.from_graph import enter_graph
from autograd.compiler.wengert.wengert import WengertList
from autograd.switches import collector_paused
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.compiler.run.native import Native

Kind: TypeAlias = Literal["value", "gradient", "settled", "slopes"]

_RUNNERS = {"value", "gradient", "settled"}  # what a specialization has but a pickle does not


@dataclass(frozen=True, slots=True)
class Labelled:
    """A list and the labels of its slots."""

    program: WengertList
    labels: Labels


def _nothing_known(kind: Kind) -> None:
    return None


class Specialization:
    """A function recorded for one structure of its arguments.

    Parameters
    ----------
    function : callable
    arguments : sequence
        One set of arguments of that structure; their numbers do not matter. For rows of different
        lengths, the structure that stands for all of them: see `record.ragged`.
    backend : "auto", "llvm" or "python"
    threads : int
    cache : bool
        Whether machine code is kept on disk.
    """

    cache = False  # in pickles of before, as the next
    _known: Callable[[Kind], Labelled | None] = staticmethod(_nothing_known)
    _ready: Callable[[Kind], Native | None] = staticmethod(_nothing_known)

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Any] | Container,
        backend: Backend,
        threads: int,
        cache: bool = False,
    ) -> None:
        with collector_paused():  # until the graph is dropped
            if isinstance(arguments, Container):
                recording = record_all(function, arguments)
            else:
                recording = record(function, arguments)
            self._entered = enter_graph(
                recording.inputs, recording.parameters, recording.outputs, recording.order
            )
            if isinstance(arguments, Container):
                self._entered[0].lengths = len(arguments.children)
            # From here on the graph is not needed, and its memory is worth having.
            recording = replace(recording, inputs=(), outputs=(), order=())
        self._set_up(recording, backend, threads, cache)

    @classmethod
    def restored(
        cls,
        recording: Recording,
        known: Callable[[Kind], Labelled | None],
        ready: Callable[[Kind], Native | None],
        backend: Backend,
        threads: int,
        cache: bool,
    ) -> Specialization:
        """Make one of lists that are `known`, that of its results among them.

        Of some of them machine code may be `ready`; then the list is not needed to run it.
        """
        restored = cls.__new__(cls)
        restored._set_up(recording, backend, threads, cache)
        restored._known, restored._ready = known, ready
        return restored

    def _set_up(self, recording: Recording, backend: Backend, threads: int, cache: bool) -> None:
        self.recording = recording
        self.backend: Backend = backend
        self.threads = threads
        self.cache = cache
        self._lists: dict[Kind, Labelled] = {}
        self._planned: dict[bool, tuple[Any, Plan]] = {}  # of a row that stays, of any rows
        self._known: Callable[[Kind], Labelled | None] = _nothing_known
        self._ready: Callable[[Kind], Native | None] = _nothing_known

    @cached_property
    def _entered(self) -> tuple[Expressions, list[int]]:
        """The expressions, and the numbers of the results, of one that was restored."""
        value = self.listed("value")
        given = value.program.columns + value.program.parameters
        expressions = Expressions(value.program.columns, value.program.parameters)
        expressions.lengths = value.program.lengths
        columns, parameters = range(expressions.columns), range(expressions.columns, given)
        slots = expressions.include(value.program, columns, parameters)
        for slot, label in value.labels.items():
            expressions.labels.setdefault(slots[slot], label)
        return expressions, [slots[output] for output in value.program.outputs]

    @property
    def made(self) -> dict[Kind, Labelled]:
        """The lists that were made so far, here or before."""
        found = {kind: self._lists.get(kind) or self._known(kind) for kind in get_args(Kind)}
        return {kind: made for kind, made in found.items() if made}

    def __getstate__(self) -> dict[str, Any]:
        self._entered  # noqa: B018  # a pickle has no lists
        state = self.__dict__ | {
            "_lists": {},
            "_planned": {},
            "_known": _nothing_known,
            "_ready": _nothing_known,
        }
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
        key = rule, [list(some) for some in leaves], clip, repr(row), listed
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
                self._lists[kind] = self._known(kind) or Labelled(*self._listed(kind))
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
        return self._runner("value")

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
        return self._runner("gradient")

    @cached_property
    def settled(self) -> Runner:
        """What computes them where something that is not selected met an infinite slope."""
        return self._runner("settled")

    def _runner(self, kind: Kind) -> Runner:
        return Runner(
            lambda: self.listed(kind).program,
            self.backend,
            self.threads,
            self.cache,
            self._ready(kind),
        )
