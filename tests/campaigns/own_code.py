"""Users' own functions that raise at their k-th call, while something is trained with them.

    python -m tests.campaigns.own_code

A loss, a model, a penalty, a schedule and a callback raise at each of their calls in turn: in `fit`
(eager, compiled, in threads) and in `Program.train` (in Python and in machine code). Model,
optimiser and schedule must then be as before, as after, or as after one of the steps between, and
must train on: what is still as it was gives the very numbers of a training that nothing disturbed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Lock
from typing import Any, NamedTuple

from autograd.compiler.run.runner import has_machine_code
from nn import MLP, fit, l2_penalty
from nn.losses import mean_squared_error
from nn.optim import Adam, ExponentialDecay
from tests.campaigns.fault_cases import (
    ROWS,
    TARGETS,
    _noted,
    _of_model,
    _of_training,
    _program,
)
from tests.campaigns.injection import _difference, leftovers

EPOCHS = 3


class StumbleError(Exception):
    """What a user's function raises here; no part of the project raises it."""


class Stumbling:
    """Counts calls of users' functions of one kind, and raises at one of them."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.set()

    def set(self, source: str = "", moment: int = 0) -> None:
        """Raise at a call of a kind of function; 0 for never."""
        self.source, self.moment, self.calls = source, moment, 0

    def __call__(self, source: str) -> None:
        """Be called by a function of a kind."""
        if source == self.source:
            with self.lock:
                self.calls += 1
                if self.calls == self.moment:
                    raise StumbleError(f"call {self.moment} of the {source}")


stumbling = Stumbling()


class OwnModel(MLP):
    """A network whose call may raise."""

    def __call__(self, *inputs: Any) -> Any:
        """Compute the outputs."""
        stumbling("model")
        return super().__call__(*inputs)


class OwnRate(ExponentialDecay):
    """A schedule that may raise."""

    def rate(self, step: int) -> float:
        """Return the learning rate."""
        stumbling("rate")
        return super().rate(step)


def own_loss(prediction: Any, target: Any) -> Any:
    """Return a loss, or raise."""
    stumbling("loss")
    return mean_squared_error(prediction, target)


def own_penalty(parameters: Any) -> Any:
    """Return a penalty, or raise."""
    stumbling("penalty")
    return 1e-3 * l2_penalty(parameters)


class Training(NamedTuple):
    """A way to train: what it makes and changes, and which of the user's functions it calls."""

    make: Callable[[], Any]
    train: Callable[..., Any]
    state: Callable[[Any], Any]
    note: Callable[[Any, list[Any]], None]
    sources: Sequence[str]


def _things() -> Any:
    model = OwnModel(2, [3, 1], seed=3)
    optimizer = Adam(model.parameters(), lr=0.05)
    return model, optimizer, OwnRate(optimizer, 0.9)


def _fit(compiled: bool, threads: int = 0) -> Callable[..., Any]:
    def train(things: Any, epochs: int = EPOCHS) -> Any:
        model, optimizer, schedule = things
        with ThreadPoolExecutor(max(threads, 1)) as executor:
            return fit(
                model,
                own_loss,
                ROWS,
                TARGETS,
                optimizer=optimizer,
                schedule=schedule,
                penalty=own_penalty,
                epochs=epochs,
                batch_size=2,
                validation=(ROWS[:2], TARGETS[:2]),
                compiled=compiled,
                progress=False,
                executor=executor if threads else None,
            )

    return train


def _program_and_all(backend: str) -> Callable[[], Any]:
    def make() -> Any:
        program, leaves = _program(backend)
        optimizer = Adam(leaves, lr=0.1)
        return program, leaves, optimizer, OwnRate(optimizer, 0.9)

    return make


def _train(things: Any, epochs: int = EPOCHS) -> Any:
    program, leaves, optimizer, schedule = things
    return program.train(
        ROWS,
        TARGETS,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=2,
        schedule=schedule,
        penalty=lambda: own_penalty(leaves),
        callback=lambda epoch: stumbling("callback"),
    )


def _of_train(things: Any) -> Any:
    return [_of_training(things[:3]), things[3].steps]


def trainings() -> dict[str, Training]:
    """By name: all ways to train."""
    own = ("loss", "model", "penalty", "rate")
    found = {
        "fit, eager": Training(_things, _fit(False), _of_model, _noted, own),
        "fit, compiled": Training(_things, _fit(True), _of_model, _noted, own),
        "fit, threads": Training(_things, _fit(False, 2), _of_model, _noted, own),
    }
    for backend in ("python", "llvm") if has_machine_code() else ("python",):
        found[f"train, {backend}"] = Training(
            _program_and_all(backend),
            _train,
            _of_train,
            lambda things, states: None,
            ("penalty", "rate", "callback"),
        )
    return found


def _after_epochs(training: Training, epochs: int, scheduled: bool) -> Any:
    """Return the state after some epochs, with or without the schedule's last step."""
    things, taken = training.make(), count(1)
    step = things[-1].step
    things[-1].step = lambda: step() if scheduled or next(taken) < epochs else None
    training.train(things, epochs)
    return training.state(things)


def calls(training: Training, source: str) -> int:
    """Count the calls of a kind of function in a whole training."""
    stumbling.set(source)
    training.train(training.make())
    return stumbling.calls


def tries(training: Training, source: str, moments: Iterable[int]) -> Iterator[str]:
    """Raise at some calls of a kind of function; yield what is wrong after each."""
    stumbling.set()
    things, allowed = training.make(), list[Any]()
    before = training.state(things)
    training.note(things, allowed)
    training.train(things)
    after = training.state(things)
    for epochs in range(1, EPOCHS + 1):
        allowed += [_after_epochs(training, epochs, scheduled) for scheduled in (False, True)]
    for moment in moments:
        things = training.make()
        stumbling.set(source, moment)
        try:
            training.train(things)
            swallowed = training.state(things) != after
            yield f"call {moment} of the {source}: nothing came out" if swallowed else ""
            continue
        except Exception as error:
            if "StumbleError" not in repr(error) + str(error):  # or an error that speaks of it
                raise
        finally:
            stumbling.set()
        state = training.state(things)
        wrong = list(leftovers())
        if state not in (before, after, *allowed):
            wrong.append(f"a state between: {_difference(state, before, after)}")
        training.train(things)
        if state == before and training.state(things) != after:
            wrong.append("trained again, it comes out differently")
        yield f"call {moment} of the {source}: {'; '.join(wrong)}" if wrong else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; return 1 where something was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.own_code", description=__doc__)
    parser.add_argument("--only", default="", help="trainings whose name holds this")
    options = parser.parse_args(arguments)
    every, bad = 0, 0
    for name, training in trainings().items():
        for source in training.sources if options.only in name else ():
            found = list(tries(training, source, range(1, calls(training, source) + 1)))
            wrong = list(filter(None, found))
            print(f"{name:16} {source:10} {len(found):4} raised {len(wrong):4} wrong", *wrong[:3])
            every, bad = every + len(found), bad + len(wrong)
    print(f"{every} errors raised, {bad} left something wrong")
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
