"""Shards on executors: threads, processes, Dask; eager and compiled; workers that die."""

import os
import pickle
import sys
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from random import Random
from threading import Event

import pytest

from nn import SGD, BatchNorm, Layer, Sequential, l2_penalty, mean_squared_error
from nn.training.errors import WorkerError
from nn.training.shards import (
    _unpickled,
    outcome_of,
    program_gradient,
    shard_gradient,
    sharded,
)
from tests.nn.training.problem import X, Y, close, dropout_model, model, processes, run, weights


@pytest.mark.parametrize("shards", [1, 3, 4, 50])
def test_threads_give_what_one_process_gives(shards):
    first, second = model(), model()
    expected = run(first, batch_size=4)
    with ThreadPoolExecutor(3) as executor:
        history = run(second, batch_size=4, executor=executor, shards=shards)
    assert weights(second) == close(weights(first))
    assert history.losses == close(expected.losses)


def test_the_same_number_of_shards_gives_the_same_bits_wherever_they_are_computed():
    states = []
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(4) as four, processes() as two:
        for executor in (one, four, two):
            module = dropout_model()
            run(module, batch_size=5, epochs=2, executor=executor, shards=3)
            states.append(module.state_dict())
    assert states[0] == states[1] == states[2]


def test_shards_draw_dropout_masks_of_their_own():
    """Two equal examples in two shards: with the same mask in both, their gradients would agree."""
    module = dropout_model()
    gradients = []

    class Watched(SGD):
        def step(self):
            gradients.append([p.grad for p in self.parameters])

    options = {"X": [X[3]] * 2, "Y": [Y[3]] * 2, "shards": 2}
    with ThreadPoolExecutor(2) as executor:
        optimizer = Watched(module.parameters(), lr=0.0)
        run(module, executor=executor, optimizer=optimizer, epochs=5, **options)
    zeros = [sum(g == 0.0 for g in gradient) for gradient in gradients]
    assert len(set(map(tuple, gradients))) == 5
    assert min(zeros) < max(zeros)


def test_an_executor_and_batch_norm_do_not_go_together():
    module = Sequential(Layer(2, 4), BatchNorm(4), Layer(4, 1))
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(ValueError, match="mixes the rows of a batch"),
    ):
        run(module, executor=executor)


def deadly(prediction, target):
    """Kill the worker when the model has learned a little."""
    if prediction[0].data > 1.0:
        os._exit(1)
    return mean_squared_error(prediction, target)


LINE = {"X": [[1.0]], "Y": [2.0], "epochs": 50}


def line():
    return Layer(1, 1, "linear", init="zeros")


def check_nothing_is_lost(module, error):
    """The model is where training without an executor is after as many epochs as were finished."""
    done = len(error.history)
    assert 0 < done < 50
    survivor = line()
    run(survivor, **(LINE | {"epochs": done}))
    assert weights(module) == close(weights(survivor))


def test_a_worker_that_dies_is_reported_and_nothing_is_lost():
    module = line()
    with (
        processes() as executor,
        pytest.raises(
            WorkerError, match=r"epoch \d+, batch 1: the executor gave .*Broken"
        ) as caught,
    ):
        run(module, executor=executor, loss=deadly, **LINE)
    check_nothing_is_lost(module, caught.value)


@pytest.mark.parametrize("steps", [0, 2])
def test_an_executor_that_takes_no_more_work_is_reported(steps):
    """It breaks while the optimiser steps, or was shut down before."""
    executor = ThreadPoolExecutor(1)

    class Last(SGD):
        def step(self):
            super().step()
            if self.steps == steps:
                executor.shutdown()

    module, survivor = line(), line()
    optimizer = Last(module.parameters(), lr=0.1)
    if steps == 0:
        executor.shutdown()
    with pytest.raises(WorkerError, match=f"epoch {steps + 1}, batch 1: .* after shutdown"):
        run(module, executor=executor, optimizer=optimizer, **LINE)
    run(survivor, **(LINE | {"epochs": steps}))
    assert weights(module) == close(weights(survivor))


def test_what_waits_is_cancelled_when_the_executor_fails():
    class Full(ThreadPoolExecutor):
        def submit(self, job, *work):
            if waiting:
                raise RuntimeError("no room")
            waiting.append(super().submit(job, *work))
            return waiting[0]

    waiting, gate = [], Event()
    with Full(1) as executor:
        ThreadPoolExecutor.submit(executor, gate.wait, 10)
        with pytest.raises(WorkerError, match="RuntimeError: no room"):
            run(model(), executor=executor, shards=2)
        gate.set()
    assert waiting[0].cancelled()


def test_a_loss_that_cannot_be_sent_to_a_process_is_named():
    with processes() as executor, pytest.raises(WorkerError, match="lambda"):
        run(model(), loss=lambda p, t: mean_squared_error(p, t), executor=executor)


@pytest.fixture(scope="module")
def dask():
    """Two processes of a local Dask cluster, which take seconds to start."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_a_dask_cluster_gives_the_same_bits_as_threads(dask):
    first, second = dropout_model(), dropout_model()
    with ThreadPoolExecutor(1) as executor:
        run(first, batch_size=5, executor=executor, shards=2)
    run(second, batch_size=5, executor=dask.get_executor(), shards=2)
    assert first.state_dict() == second.state_dict()


class DeadlyOnce:
    """A loss that kills its worker, the first time that it is asked after a while."""

    def __init__(self, mark):
        self.mark = mark

    def __call__(self, prediction, target):
        if prediction[0].data > 1.0 and not self.mark.exists():
            self.mark.touch()
            os._exit(1)
        return mean_squared_error(prediction, target)


def test_dask_does_the_work_of_a_worker_that_died_again(dask, tmp_path):
    first, second = line(), line()
    loss = DeadlyOnce(tmp_path / "died")
    history = run(second, executor=dask.get_executor(), loss=loss, **LINE)
    run(first, **LINE)
    assert (tmp_path / "died").exists()
    assert len(history) == 50
    assert weights(second) == close(weights(first))


def test_a_dask_worker_that_dies_again_and_again_is_reported(dask, monkeypatch):
    module = line()
    monkeypatch.setattr(dask.cluster.scheduler, "allowed_failures", 0)
    with pytest.raises(WorkerError, match="KilledWorker") as caught:
        run(module, executor=dask.get_executor(), loss=deadly, **LINE)
    check_nothing_is_lost(module, caught.value)


@pytest.mark.parametrize("make_executor", [lambda: ThreadPoolExecutor(3), processes])
def test_an_executor_runs_compiled_programs(make_executor):
    first, second = model(), model()
    options = {"batch_size": 7, "epochs": 4, "penalty": l2_penalty, "clip": 0.5}
    expected = run(first, **options)
    with make_executor() as executor:
        history = run(second, executor=executor, shards=3, compiled=True, **options)
    assert history.engine == "compiled"
    assert weights(second) == pytest.approx(weights(first), rel=1e-9, abs=0.0)
    assert history.losses == pytest.approx(expected.losses, rel=1e-9, abs=0.0)


def test_programs_on_threads_and_processes_give_the_same_bits():
    states = []
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(4) as four, processes() as two:
        for executor in (one, four, two):
            module = model()
            options = {"X": X * 100, "Y": Y * 100, "batch_size": 300}
            run(module, executor=executor, shards=3, compiled=True, **options)
            states.append(module.state_dict())
    assert states[0] == states[1] == states[2]


def test_without_machine_code_workers_run_python(monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    monkeypatch.setattr("autograd.compiler.run.runner.has_machine_code", lambda: False)
    first, second = model(), model()
    run(first)
    with ThreadPoolExecutor(2) as executor:
        assert run(second, executor=executor, compiled=True).engine == "compiled"
    assert weights(second) == pytest.approx(weights(first), rel=1e-9, abs=0.0)


def test_an_executor_takes_what_cannot_be_compiled_eagerly():
    with ThreadPoolExecutor(2) as executor:
        history = run(dropout_model(), executor=executor, compiled="auto")
        assert history.engine.startswith("eager: dropout")
        with pytest.raises(ValueError, match="compiled=True is not possible"):
            run(dropout_model(), executor=executor, compiled=True)


def test_a_program_that_fails_on_a_worker_returns_its_error():
    error = outcome_of(program_gradient, b"no pickle", [], [], [])
    assert isinstance(error, pickle.UnpicklingError)
    assert "pickle.loads" in error.__notes__[0]


def refusing(prediction, target):
    raise AssertionError("nothing is computed yet")


def test_the_seeds_of_shards_are_drawn_from_that_of_the_training():
    gradient = sharded(dropout_model(), refusing, None, None, 2, seed=5)
    drawn = Random(5)
    for _ in range(3):
        assert gradient.job([X[0]], [Y[0]])[-1] == drawn.getrandbits(64)


def test_a_shard_leaves_the_model_alone_and_sums_over_its_rows():
    module = dropout_model()
    for parameter in module.parameters():
        parameter.grad = 3.0
    loss, gradients = shard_gradient(module, mean_squared_error, X[:3], Y[:3], seed=7)
    assert {parameter.grad for parameter in module.parameters()} == {3.0}
    same = dropout_model()
    same.layers[1].generator.seed(Random(7).getrandbits(64))
    losses = [mean_squared_error(same(x), y) for x, y in zip(X[:3], Y[:3], strict=True)]
    for each in losses:
        each.backward()
    assert loss == close(sum(each.data for each in losses))
    assert gradients == close([parameter.grad for parameter in same.parameters()])


class Desk(Executor):
    """An executor that takes some work and does it, or leaves it lying, and says no to more."""

    def __init__(self, room, does):
        self.room, self.does, self.asked, self.futures = room, does, [], []

    def submit(self, job, *work):
        self.asked.append(job)
        if len(self.asked) > self.room:
            raise RuntimeError("no room")
        future = Future()
        if self.does:
            future.set_result(job(*work))
        self.futures.append(future)
        return future


def test_after_work_was_cancelled_the_executor_is_given_work_of_another_kind():
    done = Desk(room=3, does=True)
    gradient = sharded(model(), mean_squared_error, None, done, 3, seed=0)
    gradient(X[:3], Y[:3])
    assert done.asked == [outcome_of] * 3
    for does, asked in ((False, [outcome_of] * 3 + [int]), (True, [outcome_of] * 3)):
        full = Desk(room=2, does=does)
        gradient = sharded(model(), mean_squared_error, None, full, 3, seed=0)
        with pytest.raises(WorkerError, match="RuntimeError: no room"):
            gradient(X[:3], Y[:3])
        assert full.asked == asked
        assert all(future.cancelled() is not does for future in full.futures)


def test_a_job_is_the_program_where_there_is_one_and_is_unpickled_once():
    module = model()
    gradient = sharded(module, refusing, "a program", None, 2, seed=5)
    job, pickled, numbers, rows, targets = gradient.job(X[:1], Y[:1])
    assert (job, rows, targets) == (program_gradient, X[:1], Y[:1])
    assert numbers == [parameter.data for parameter in module.parameters()]
    program, parameters = _unpickled(pickled)
    assert (program, [parameter.data for parameter in parameters]) == ("a program", numbers)
    assert _unpickled(pickled)[1] is parameters
    job, *work = sharded(module, refusing, None, None, 2, seed=5).job(X[:1], Y[:1])
    assert (job, work[:2]) == (shard_gradient, [module, refusing])
