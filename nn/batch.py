"""The gradient of a batch: example by example, or in shards on an executor.

Both are callables of the examples and targets of a batch. They add the gradient of the batch's mean
loss to the parameters' ``grad`` and return that loss. `training.fit` chooses one.

A shard is a job for a worker: `shard_gradient` records graphs from a copy of the model, and
`program_gradient` runs a compiled program, which every worker unpickles once.
"""

from __future__ import annotations

import copy
import pickle
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd import Value, total
from nn.diagnostics import History
from nn.module import Module
from nn.regularization import Dropout

if TYPE_CHECKING:
    from autograd import Program

Loss: TypeAlias = Callable[[Any, Any], Value]
BatchGradient: TypeAlias = Callable[[list[Any], list[Any]], float]
Shard: TypeAlias = tuple[float, list[float]]


class WorkerError(RuntimeError):
    """Training stopped because an executor gave no result: a worker died, or could not be reached.

    Nothing is lost: the model has the weights of its last step, and ``history`` the epochs before.
    """

    def __init__(self, message: str, history: History | None = None) -> None:
        super().__init__(message)
        self.history = History() if history is None else history


def example_loss(loss: Loss, prediction: Any, target: Any) -> Value:
    """Return the loss of one example; a number says nothing about the parameters."""
    value = loss(prediction, target)
    if not isinstance(value, Value):
        raise TypeError(
            f"a loss must return a Value computed from the prediction, not {value!r}: use the "
            f"prediction's Values themselves, not their data"
        )
    return value


def mixes_rows(model: Module) -> bool:
    """Tell whether there is a module in which the rows of a batch touch each other."""
    return any(module.mixes_rows for module in model.modules())


@dataclass(frozen=True, slots=True)
class EagerGradient:
    """Record the losses and walk them backwards.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(prediction, target)`` of one example.
    whole : bool
        Whether the batch is one graph, as it must be where its rows touch each other, instead of
        one graph for each example, which keeps less in memory at a time.
    """

    model: Module
    loss: Loss
    whole: bool

    def __call__(self, rows: list[Any], targets: list[Any]) -> float:
        """Add the gradient of the mean loss to the parameters, and return that loss."""
        mean = 0.0
        for value, weight in self.losses(rows, targets):
            value.backward(weight)
            mean += weight * value.data
        return mean

    def losses(self, rows: list[Any], targets: list[Any]) -> Iterator[tuple[Value, float]]:
        """Yield the recorded losses, each with its weight in the batch's mean."""
        m = len(rows)
        if self.whole:
            predictions = self.model.rows(rows)
            pairs = zip(predictions, targets, strict=True)
            yield total([example_loss(self.loss, p, target) for p, target in pairs]) / m, 1.0
            return
        for row, target in zip(rows, targets, strict=True):
            yield example_loss(self.loss, self.model(row), target), 1 / m


@dataclass(frozen=True, slots=True)
class ShardedGradient:
    """Cut the batch into shards, have an executor compute their gradients, and add them in order.

    The parameters are touched when all shards are there, so a shard that fails changes nothing.

    Parameters
    ----------
    parameters : list of Values
        In the order of the gradients that the jobs return.
    executor : concurrent.futures.Executor
    shards : int
    job : callable
        ``job(rows, targets)`` gives the function to be called for a shard, and its arguments.
    """

    parameters: list[Value]
    executor: Executor
    shards: int
    job: Callable[[list[Any], list[Any]], tuple[Any, ...]]

    def __call__(self, rows: list[Any], targets: list[Any]) -> float:
        """Add the gradient of the mean loss to the parameters, and return that loss."""
        m = len(rows)
        parts = min(self.shards, m)
        bounds = pairwise(m * part // parts for part in range(parts + 1))
        jobs: list[Future[Shard | Exception]] = []
        try:
            for start, end in bounds:
                work = self.job(rows[start:end], targets[start:end])
                jobs.append(self.executor.submit(*work))
            outcomes = [job.result() for job in jobs]
        except Exception as error:
            raise WorkerError(
                f"the executor gave no result ({type(error).__name__}: {error})"
            ) from error
        finally:
            for job in jobs:
                job.cancel()
        results = [_shard(outcome) for outcome in outcomes]
        gradients = zip(*(gradient for _, gradient in results), strict=True)
        for parameter, shares in zip(self.parameters, gradients, strict=True):
            parameter.grad += sum(shares) / m
        return sum(loss for loss, _ in results) / m


def sharded(
    model: Module, loss: Loss, program: Program | None, executor: Executor, shards: int, seed: int
) -> ShardedGradient:
    """Return the gradient of a batch by an executor, with a program of the loss where there is one.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(prediction, target)`` of one example.
    program : autograd.Program or None
        Of the loss, recorded already.
    executor : concurrent.futures.Executor
    shards : int
    seed : int
        From which the dropout masks of every shard come.

    Returns
    -------
    ShardedGradient
    """
    parameters = model.parameters()
    if program is None:
        random = Random(seed)

        def job(rows: list[Any], targets: list[Any]) -> tuple[Any, ...]:
            return shard_gradient, model, loss, rows, targets, random.getrandbits(64)

    else:
        pickled = pickle.dumps((program, parameters))

        def job(rows: list[Any], targets: list[Any]) -> tuple[Any, ...]:
            numbers = [parameter.data for parameter in parameters]
            return program_gradient, pickled, numbers, rows, targets

    return ShardedGradient(parameters, executor, shards, job)


def _shard(outcome: Shard | Exception) -> Shard:
    """Raise the error of the model or the loss that a job returned instead of its result."""
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def shard_gradient(
    model: Module, loss: Loss, rows: list[Any], targets: list[Any], seed: int
) -> Shard | Exception:
    """Return the sum of the losses over some rows and its gradient, from a copy of the model.

    Threads share the model, hence the copy. The seed makes every shard draw dropout masks of its
    own, the same ones wherever it is computed. An error of the model or the loss is returned, so
    that whatever is raised is a failure of the executor.

    Parameters
    ----------
    model : Module
    loss : callable
    rows, targets : lists of examples and targets
    seed : int

    Returns
    -------
    pair of (float, list of floats), or Exception
        The gradient is in the order of ``model.parameters()``.
    """
    try:
        return _shard_gradient(copy.deepcopy(model), loss, rows, targets, seed)
    except Exception as error:
        error.add_note(traceback.format_exc())
        return error


def _shard_gradient(
    model: Module, loss: Loss, rows: list[Any], targets: list[Any], seed: int
) -> Shard:
    model.zero_grad()
    random = Random(seed)
    for module in model.modules():
        if isinstance(module, Dropout):
            module.generator.seed(random.getrandbits(64))
    losses = 0.0
    for row, target in zip(rows, targets, strict=True):
        value = example_loss(loss, model(row), target)
        value.backward()
        losses += value.data
    return losses, [parameter.grad for parameter in model.parameters()]


def program_gradient(
    pickled: bytes, numbers: list[float], rows: list[Any], targets: list[Any]
) -> Shard | Exception:
    """Return the sum of the losses over some rows and its gradient, from a compiled program.

    Parameters
    ----------
    pickled : bytes
        The pair of the program and its parameters, the same in every step.
    numbers : list of floats
        What the parameters are in this step.
    rows, targets : lists of examples and targets

    Returns
    -------
    pair of (float, list of floats), or Exception
        The gradient is in the order of the parameters.
    """
    try:
        program, parameters = _unpickled(pickled)
        for parameter, number in zip(parameters, numbers, strict=True):
            parameter.data, parameter.grad = number, 0.0
        m = len(rows)
        mean = program.backward(rows, targets)
    except Exception as error:
        error.add_note(traceback.format_exc())
        return error
    return mean * m, [parameter.grad * m for parameter in parameters]


class _Latest(threading.local):
    """The program that a thread unpickled last: threads of one worker must not share parameters."""

    pickled: bytes = b""
    program: tuple[Program, list[Value]]


_latest = _Latest()


def _unpickled(pickled: bytes) -> tuple[Program, list[Value]]:
    if _latest.pickled != pickled:
        _latest.program = pickle.loads(pickled)
        _latest.pickled = pickled
    return _latest.program
