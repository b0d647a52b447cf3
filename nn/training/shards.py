"""The gradient of a batch, computed by an executor in shards.

A shard is a job for a worker: `shard_gradient` records graphs from a copy of the model, and
`program_gradient` runs a compiled program, which every worker unpickles once.

Read next: `step`.
"""

from __future__ import annotations

import copy
import pickle
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd import Value
from autograd.sums import added
from nn.module import Module
from nn.regularization import Dropout
from nn.training.batch import Loss, example_loss
from nn.training.errors import WorkerError

if TYPE_CHECKING:
    from autograd import Program

Shard: TypeAlias = tuple[float, list[float]]


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
        jobs: list[Future[Any]] = []
        try:
            for start, end in bounds:
                work = self.job(rows[start:end], targets[start:end])
                jobs.append(self.executor.submit(outcome_of, *work))
            outcomes = [job.result() for job in jobs]
        except Exception as error:
            raise WorkerError(
                f"the executor gave no result ({type(error).__name__}: {error})"
            ) from error
        finally:
            cancelled = sum(job.cancel() for job in jobs)
            with suppress(Exception):
                if cancelled:  # without work of another kind, the pool of processes of Python
                    self.executor.submit(int)  # 3.11.2 would wait for ever when it is shut down
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        losses, gradients = zip(*outcomes, strict=True)
        for parameter, shares in zip(self.parameters, zip(*gradients, strict=True), strict=True):
            parameter.grad += added(shares) / m
        return added(losses) / m


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


def outcome_of(job: Callable[..., Shard], *arguments: Any) -> Shard | Exception:
    """Return an error of model or loss as a result: what is raised is the executor's failure."""
    try:
        return job(*arguments)
    except Exception as error:
        error.add_note(traceback.format_exc())
        return error


def shard_gradient(
    model: Module, loss: Loss, rows: list[Any], targets: list[Any], seed: int
) -> Shard:
    """Return the sum of the losses over some rows and its gradient, from a copy of the model.

    Threads share the model, hence the copy. The seed makes every shard draw dropout masks of its
    own, the same ones wherever it is computed.

    Parameters
    ----------
    model : Module
    loss : callable
    rows, targets : lists of examples and targets
    seed : int

    Returns
    -------
    pair of (float, list of floats)
        The gradient is in the order of ``model.parameters()``.
    """
    model = copy.deepcopy(model)
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
) -> Shard:
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
    pair of (float, list of floats)
        The gradient is in the order of the parameters.
    """
    program, parameters = _unpickled(pickled)
    for parameter, number in zip(parameters, numbers, strict=True):
        parameter.data, parameter.grad = number, 0.0
    m = len(rows)
    return program.backward(rows, targets) * m, [parameter.grad * m for parameter in parameters]


# The program that a thread unpickled last: threads of one worker must not share parameters.
_latest = threading.local()


def _unpickled(pickled: bytes) -> tuple[Program, list[Value]]:
    if getattr(_latest, "pickled", None) != pickled:
        _latest.program, _latest.pickled = pickle.loads(pickled), pickled
    program: tuple[Program, list[Value]] = _latest.program
    return program
