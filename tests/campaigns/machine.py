"""Graphs that are built, changed, differentiated, copied and dropped in any order.

    python -m tests.campaigns.machine --examples 1000 --steps 60

Hypothesis draws the steps, and shrinks what goes wrong to the fewest. After each step the number
and the grad of every node that is alive are compared with those of a slow `oracle`, and what
nothing refers to any more must be gone. `training_machine` does the same with training.
"""

from __future__ import annotations

import argparse
import copy
import gc
import pickle
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import autograd
from autograd import Value, no_grad
from autograd.backward import gradients
from autograd.value import Parameter
from tests.campaigns.oracle import ARITY, FORMULAS, Known, near, together

MOST_HELD, MOST_NODES, LARGEST = 14, 60, 1e4
TAKEN: Counter[str] = Counter()
"""How often each step was taken in this process."""

T = TypeVar("T")
numbers = st.floats(-3.0, 3.0, width=16) | st.sampled_from([0.0, -0.0, 0.5, 1.0])
which = st.integers(0, MOST_HELD * 10)
names = st.sampled_from(sorted(FORMULAS))


def in_thread(work: Callable[[], T]) -> T:
    """Do something in a thread of its own."""
    done: list[T] = []
    thread = threading.Thread(target=lambda: done.append(work()))
    thread.start()
    thread.join()
    return done[0]


class Graphs(RuleBasedStateMachine):
    """All that one can do with Values."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[tuple[Known, Value]] = []
        self.values: dict[Known, weakref.ref[Value]] = {}

    # ------------------------------------------------------------------------------------- helpers

    def take(self, at: int) -> tuple[Known, Value]:
        return self.held[at % len(self.held)]

    def hold(self, known: Known, value: Value) -> None:
        """Hold a new Value, and know all that it depends on; drop the oldest, if there are many."""
        self.held.append((known, value))
        for one, node in together(known, value):
            self.values[one] = weakref.ref(node)
        if len(self.held) > MOST_HELD:
            del self.held[0]

    def value(self, known: Known) -> Value:
        value = self.values[known]()
        assert value is not None, f"{known} is gone, though something depends on it"
        return value

    def fits(self, name: str, inputs: Sequence[Known]) -> bool:
        """Whether an operation has a number of moderate size there, and the graph stays small."""
        if name == "divide" and abs(inputs[1].data) < 0.1:
            return False
        if name == "exp" and inputs[0].data > 5.0:
            return False
        right = Known(0.0, name, tuple(inputs))
        return abs(right.exact()) < LARGEST and len(right.family()) < MOST_NODES

    # --------------------------------------------------------------------------------------- steps

    @initialize(a=numbers, b=numbers)
    def begin(self, a: float, b: float) -> None:
        self.leaf(a, False)
        self.leaf(b, True)

    @rule(data=numbers, owned=st.booleans())
    def leaf(self, data: float, owned: bool) -> None:
        TAKEN["leaf"] += 1
        self.hold(Known(data), (Parameter if owned else Value)(data))

    @rule(drawn=st.lists(st.tuples(names, which, which, which), min_size=2, max_size=6))
    def build(self, drawn: list[tuple[str, int, int, int]]) -> None:
        for name, *at in drawn:
            self.build_one(name, at, False)

    @rule(name=names, at=st.tuples(which, which, which))
    def build_in_a_thread(self, name: str, at: tuple[int, ...]) -> None:
        self.build_one(name, at, True)

    def build_one(self, name: str, at: Sequence[int], threaded: bool) -> None:
        taken = [self.take(n) for n in at[: ARITY[name]]]
        if self.fits(name, [known for known, _ in taken]):
            TAKEN["build"] += 1
            self.hold(*self.built(name, taken, threaded))

    def built(
        self, name: str, taken: Sequence[tuple[Known, Value]], threaded: bool
    ) -> tuple[Known, Value]:
        known = Known(0.0, name, tuple(one for one, _ in taken))

        def work() -> Value:
            return FORMULAS[name].engine(*(value for _, value in taken))

        if threaded:
            with no_grad():  # which holds for this thread alone
                value = in_thread(work)
        else:
            value = work()
        known.check(value.data)
        return known, value

    @rule(name=names, at=st.tuples(which, which, which))
    def build_without_recording(self, name: str, at: tuple[int, ...]) -> None:
        taken = [self.take(n) for n in at[: ARITY[name]]]
        if self.fits(name, [known for known, _ in taken]):
            TAKEN["no_grad"] += 1
            known = Known(0.0, name, tuple(one for one, _ in taken))
            with no_grad():
                value = FORMULAS[name].engine(*(value for _, value in taken))
            known.check(value.data)
            assert value.parents == ()
            if value not in [one for _, one in taken]:  # where gives what it chooses
                self.hold(Known(value.data), value)

    @rule(at=which)
    def detach(self, at: int) -> None:
        TAKEN["detach"] += 1
        known, value = self.take(at)
        self.hold(Known(known.data), value.detach())

    @rule(at=which, data=numbers)
    def set_leaf(self, at: int, data: float) -> None:
        TAKEN["set"] += 1
        known, _ = self.take(at)
        leaf = known.leaves()[at % len(known.leaves())]
        self.value(leaf).data = leaf.data = data

    @rule(at=which, threaded=st.booleans())
    def replay(self, at: int, threaded: bool) -> None:
        TAKEN["replay"] += 1
        self.replayed(*self.take(at), threaded)

    def replayed(self, known: Known, value: Value, threaded: bool = False) -> bool:
        """Bring a graph up to date; tell whether its numbers stay moderate."""
        before = [(node, node.data, node.at) for node in known.family()]
        for node in known.family():
            if node.parents:
                node.at = tuple(parent.data for parent in node.parents)
                small = not (node.name == "divide" and abs(node.at[1]) < 0.1)
                if not small or abs(node.exact()) > LARGEST:
                    for one, data, at in before:
                        one.data, one.at = data, at
                    return False
                node.data = float(node.exact())
        in_thread(lambda: autograd.replay(value)) if threaded else autograd.replay(value)
        for node in known.family():
            if node.parents:
                node.at = tuple(self.value(parent).data for parent in node.parents)
                node.check(self.value(node).data)
        return True

    @rule(at=which, gradient=st.sampled_from([1.0, -2.0, 0.0, 0.5]), threaded=st.booleans())
    def backward(self, at: int, gradient: float, threaded: bool) -> None:
        TAKEN["backward"] += 1
        known, value = self.take(at)

        def work() -> None:
            value.backward(gradient)

        in_thread(work) if threaded else work()
        for node in known.family():
            if node.parents:
                node.grad = known.slope(node)[0] * 0, known.slope(node)[1] * 0
            node.add_to_grad(known.slope(node), gradient)

    @rule(at=which, by=which, other=which)
    def derive(self, at: int, by: int, other: int) -> None:
        """First and second derivatives as Values."""
        known, value = self.take(at)
        if known.is_stale() and not self.replayed(known, value):
            return
        TAKEN["gradients"] += 1
        leaves = known.leaves()
        a, b = leaves[by % len(leaves)], leaves[other % len(leaves)]
        (first,) = gradients(value, [self.value(a)])
        assert near(first.data, known.slope(a)), (first.data, known.slope(a))
        (second,) = gradients(first, [self.value(b)])
        assert near(second.data, known.bend(a, b)), (second.data, known.bend(a, b))

    @rule(at=which)
    def zero(self, at: int) -> None:
        TAKEN["zero"] += 1
        known, _ = self.take(at)
        for leaf in known.leaves():
            self.value(leaf).grad = 0.0
            leaf.grad = known.grad[0] * 0, known.grad[1] * 0

    @rule(at=which, with_=which, by_pickle=st.booleans(), threaded=st.booleans())
    def copy(self, at: int, with_: int, by_pickle: bool, threaded: bool) -> None:
        """Two Values together: what they share is shared by the copies."""
        TAKEN["pickle" if by_pickle else "deepcopy"] += 1
        (one, value), (two, other) = self.take(at), self.take(with_)
        both = (value, other)

        def work() -> Any:
            return pickle.loads(pickle.dumps(both)) if by_pickle else copy.deepcopy(both)

        new_value, new_other = in_thread(work) if threaded else work()
        memo: dict[Known, Known] = {}
        new_one, new_two = one.copied(memo), two.copied(memo)
        assert type(new_value) is type(value) and type(new_other) is type(other)
        self.hold(new_one, new_value)
        for known, node in together(new_two, new_other):
            shared = self.values.get(known)
            assert shared is None or shared() is node, f"{known} was copied twice"
        if new_two is not new_one:
            self.hold(new_two, new_other)

    @rule(at=which, collect=st.booleans())
    def drop(self, at: int, collect: bool) -> None:
        if len(self.held) > 2:
            TAKEN["drop"] += 1
            del self.held[at % len(self.held)]
            if collect:
                gc.collect()

    @rule(at=which, backend=st.sampled_from(["python"] * 19 + ["llvm"]), rows=st.integers(1, 3))
    def compile(self, at: int, backend: Any, rows: int) -> None:
        """The graph as a program of half of its leaves; the others it captures."""
        known, value = self.take(at)
        if known.is_stale() and not self.replayed(known, value):
            return
        TAKEN["compile"] += 1
        leaves = known.leaves()
        given, kept = leaves[::2], leaves[1::2]

        def function(*arguments: Any) -> Any:
            values = {leaf: self.value(leaf) for leaf in kept}
            return known.rebuilt({**values, **dict(zip(given, arguments, strict=True))})

        program = autograd.compile(function, backend=backend)
        numbers = [leaf.data for leaf in given]
        slack = known.uncertainty() + 1e-300
        assert abs(program(*numbers) - known.data) <= slack
        columns = [[number] * rows for number in numbers]
        assert all(abs(found - known.data) <= slack for found in program.batch(*columns))
        loss = program.backward(*columns)
        assert abs(loss - known.data) <= slack
        for leaf in kept:
            leaf.add_to_grad(known.slope(leaf), 1.0)

    # ------------------------------------------------------------------------------ what must hold

    @invariant()
    def numbers_and_grads_are_right(self) -> None:
        alive = {node for known, _ in self.held for node in known.family()}
        for node in alive:
            value = self.value(node)
            assert value.data == node.data, (node, value)
            assert near(value.grad, node.grad), (node, value, node.grad)
            assert bool(value.parents) == bool(node.parents)
        for node in [node for node in self.values if node not in alive]:
            assert self.values.pop(node)() is None, f"{node} is kept by something"


def machine_settings(examples: int, steps: int, *, shrink: bool = True) -> settings:
    """Settings for so many examples of so many steps each."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
    )


def main(
    arguments: Sequence[str] | None = None, machine: type[RuleBasedStateMachine] = Graphs
) -> int:
    """Run the campaign; what goes wrong is raised, with the steps that lead there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--steps", type=int, default=50, help="of each example, at most")
    parser.add_argument("--seed", type=int, help="other examples than those that are always drawn")
    options = parser.parse_args(arguments)
    TAKEN.clear()
    chosen = machine_settings(options.examples, options.steps)
    if options.seed is not None:
        from hypothesis import seed

        chosen = settings(chosen, derandomize=False)
        machine = seed(options.seed)(machine)
    run_state_machine_as_test(machine, settings=chosen)
    print(f"{sum(TAKEN.values()):,} steps: " + ", ".join(f"{n} {k:,}" for n, k in TAKEN.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
