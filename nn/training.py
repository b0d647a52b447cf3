"""The training loop: `fit` shows a model its examples and lets an optimiser improve it.

Read `fit` first: epoch after epoch, batch after batch, a gradient and a step. How the gradient of
a batch is computed is a question apart, answered by an *engine*: example by example with
`backward`, by a compiled program, or in shards on an executor. All of them add the gradient of the
batch's mean loss to the parameters' ``grad`` and return that loss.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from random import Random
from typing import Any, Literal, TypeAlias

from autograd import Value, no_grad, total
from autograd.graph import topological_order
from nn.diagnostics import History
from nn.module import Module
from nn.optim import Optimizer, Schedule, clip_grad_norm, gradient_norm
from nn.regularization import Dropout

Loss: TypeAlias = Callable[[Any, Any], Value]
Penalty: TypeAlias = Callable[[list[Value]], Value]
Examples: TypeAlias = tuple[list[Any], list[Any]]
Engine: TypeAlias = Callable[[list[Any], list[Any]], float]


class DivergenceError(FloatingPointError):
    """Training stopped because a loss or a gradient is not a finite number.

    The message names epoch, batch and the first node that went bad; ``history`` holds the epochs
    before. The model has the weights of its last step.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


class WorkerError(RuntimeError):
    """Training stopped because a worker of the executor died.

    Nothing is lost: the model has the weights of its last step, and ``history`` the epochs before.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def fit(
    model: Module,
    loss: Loss,
    X: Iterable[Any],
    Y: Iterable[Any],
    *,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = None,
    validation: tuple[Iterable[Any], Iterable[Any]] | None = None,
    penalty: Penalty | None = None,
    schedule: Schedule | None = None,
    clip: float | None = None,
    early_stopping: int | None = None,
    compiled: bool | Literal["auto"] = "auto",
    progress: bool = True,
    seed: int = 0,
    executor: Executor | None = None,
    shards: int = 4,
) -> History:
    """Train a model: for every batch of every epoch, the gradient of the mean loss and a step.

    Parameters
    ----------
    model : Module
        Called with one example. (A model with `BatchNorm` is called with whole batches.)
    loss : callable
        ``loss(prediction, target)`` of one example, such as those of `losses`.
    X, Y : sequences of m examples and m targets
        Lists, NumPy arrays or pandas tables.
    optimizer : Optimizer
        Made with the parameters to train.
    epochs : int
        How many times all examples are shown.
    batch_size : int, optional
        Examples for each step, shuffled anew in every epoch: 1 is stochastic gradient descent,
        more is mini-batch, None is full-batch, which needs no shuffling.
    validation : pair of sequences, optional
        Examples and targets that are only looked at, after every epoch.
    penalty : callable, optional
        ``penalty(parameters)`` is added to the mean loss of every batch, such as
        ``lambda parameters: 1e-4 * l2_penalty(parameters)``.
    schedule : Schedule, optional
        Goes one step further after every epoch.
    clip : float, optional
        The largest norm of the gradient; a longer one is scaled down (`clip_grad_norm`).
    early_stopping : int, optional
        Stop when the validation loss has not improved for so many epochs. The weights of the best
        epoch are brought back at the end, however the run ended but for an interruption.
    compiled : "auto", True or False
        Whether a batch's gradient is computed by machine code. "auto" does so where it can; True
        insists, with a ValueError that says why where it cannot.
    progress : bool
        Show a progress bar, where tqdm is installed.
    seed : int
        Of the shuffling. Same seed, same bits.
    executor : concurrent.futures.Executor, optional
        Where the gradient of each batch is computed, in shards, each on a copy of the model.
    shards : int
        Into how many shards a batch is cut for the executor. Their gradients are added in order,
        so the same number of shards gives the same bits, whoever computes them.

    Returns
    -------
    History
        Ctrl-C returns the history so far, with the model and the optimiser at the last finished
        epoch.

    Raises
    ------
    DivergenceError
        If a loss or a gradient becomes infinite or nan.
    WorkerError
        If a worker of the executor dies.
    ValueError
        If examples and targets do not fit together, or an option is out of range.

    Examples
    --------
    A line through three points:

    >>> from nn import Layer
    >>> from nn.losses import mean_squared_error
    >>> from nn.optim import SGD
    >>> from nn.training import fit
    >>> model = Layer(1, 1, "linear")
    >>> history = fit(
    ...     model,
    ...     mean_squared_error,
    ...     X=[[0.0], [1.0], [2.0]],
    ...     Y=[1.0, 3.0, 5.0],
    ...     optimizer=SGD(model.parameters(), lr=0.2),
    ...     epochs=200,
    ...     progress=False,
    ... )
    >>> [round(y.data, 6) for y in model([10.0])]
    [21.0]
    """
    rows, targets = _examples(X, Y)
    held_out = None if validation is None else _examples(*validation)
    _check_counts(
        epochs=epochs, batch_size=batch_size, early_stopping=early_stopping, shards=shards
    )
    if early_stopping is not None and held_out is None:
        raise ValueError("early_stopping watches the validation loss: pass validation=(X, Y)")
    engine = _choose_engine(model, loss, (rows[0], targets[0]), compiled, executor, shards, seed)
    step = _Step(model, loss, model.parameters(), optimizer, engine, penalty, clip)
    shuffle = Random(seed)
    history = History()
    saved = best = _Checkpoint(0, model, optimizer, schedule)
    try:
        with _mode_kept(model), _progress_bar(epochs, progress) as show:
            model.train()
            for epoch in range(1, epochs + 1):
                batches = _batches(rows, targets, batch_size, shuffle)
                mean, norm = _train_epoch(step, batches, epoch, history)
                if held_out is not None:
                    with _located(f"epoch {epoch}, validation", history):
                        history.validation_losses.append(mean_loss(model, loss, *held_out))
                history.losses.append(mean)
                history.gradient_norms.append(norm)
                history.learning_rates.append(optimizer.lr)
                if schedule is not None:
                    schedule.step()
                saved = _Checkpoint(epoch, model, optimizer, schedule)
                show(history)
                if early_stopping is not None:
                    if history.validation_losses[-1] == min(history.validation_losses):
                        best = saved
                    elif epoch - best.epoch >= early_stopping:
                        history.ended = "early stopping"
                        break
    except KeyboardInterrupt:
        saved.restore()
        history.truncate(saved.epoch)
        history.ended = "interrupted"
        return history
    if early_stopping is not None and epochs:
        model.load_state_dict(best.weights)
        history.best_epoch = best.epoch - 1
    if held_out is not None and epochs:
        history.guess_loss = _guess_loss(model, loss, *held_out, seed)
    return history


def mean_loss(model: Module, loss: Loss, X: Iterable[Any], Y: Iterable[Any]) -> float:
    """Return the mean loss over examples, with the model in `eval()` mode and no graph recorded.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(prediction, target)`` of one example.
    X, Y : sequences of m examples and m targets

    Returns
    -------
    float

    Raises
    ------
    FloatingPointError
        If the loss of an example is not a finite number.

    Examples
    --------
    >>> from nn import Layer
    >>> from nn.losses import mean_squared_error
    >>> from nn.training import mean_loss
    >>> model = Layer(1, 1, "linear", init="zeros")
    >>> mean_loss(model, mean_squared_error, [[1.0], [2.0]], [1.0, 3.0])
    5.0
    """
    rows, targets = _examples(X, Y)
    with _mode_kept(model), no_grad():
        model.eval()
        losses = [loss(p, t).data for p, t in zip(model.rows(rows), targets, strict=True)]
    for number, value in enumerate(losses):
        if not math.isfinite(value):
            raise FloatingPointError(f"the loss of example {number} is {value}")
    return math.fsum(losses) / len(losses)


def _guess_loss(model: Module, loss: Loss, rows: list[Any], targets: list[Any], seed: int) -> float:
    """Return the mean loss of the predictions against the same targets in random order."""
    dealt = targets.copy()
    Random(seed).shuffle(dealt)
    try:
        return mean_loss(model, loss, rows, dealt)
    except ArithmeticError:
        return math.inf


# --------------------------------------------------------------------------------- one step


@dataclass(frozen=True, slots=True)
class _Step:
    """What happens to one batch: its gradient, the penalty's, clipping, the optimiser's step."""

    model: Module
    loss: Loss
    parameters: list[Value]
    optimizer: Optimizer
    engine: Engine
    penalty: Penalty | None
    clip: float | None

    def __call__(self, rows: list[Any], targets: list[Any]) -> tuple[float, float]:
        """Return the batch's mean loss and the norm of the gradient before clipping."""
        for parameter in (*self.parameters, *self.optimizer.parameters):
            parameter.grad = 0.0
        loss = self.engine(rows, targets)
        if not math.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss}: {self._first_bad_node(rows, targets)}")
        if self.penalty is not None:
            self.penalty(self.parameters).backward()
        norm = gradient_norm(self.optimizer.parameters)
        if not math.isfinite(norm):
            raise FloatingPointError(f"the gradient's norm is {norm}: {self._first_bad_gradient()}")
        if self.clip is not None:
            clip_grad_norm(self.optimizer.parameters, self.clip)
        self.optimizer.step()
        return loss, norm

    def _first_bad_node(self, rows: list[Any], targets: list[Any]) -> str:
        """Compute the batch again, and name the first leaf or node that is not finite."""
        whole = _mixes_rows(self.model)
        for loss, _ in _weighted_losses(self.model, self.loss, rows, targets, whole):
            for node in topological_order(loss):
                for value in (*node.parents, node):
                    if not math.isfinite(value.data):
                        return f"the first node that went bad is {_described(value)}"
        return "computed again, every node is finite"

    def _first_bad_gradient(self) -> str:
        """Name the first parameter whose gradient is not finite."""
        for number, parameter in enumerate(self.optimizer.parameters):
            if not math.isfinite(parameter.grad):
                name = parameter.label or f"parameter {number}"
                return f"the first that went bad is that of '{name}', {parameter.grad}"
        return "the squares of its entries add up to more than the largest float"


def _described(value: Value) -> str:
    """Describe a Value by its label, its operation and its inputs."""
    name = f"'{value.label}' = {value.data}" if value.label else f"{value.data}"
    if value.operation is None:
        return f"the leaf {name}"
    inputs = ", ".join(
        f"'{parent.label}' = {parent.data:.6g}" if parent.label else f"{parent.data:.6g}"
        for parent in value.parents[:4]
    )
    more = ", …" if len(value.parents) > 4 else ""
    return f"{name}, made by {value.operation.name}({inputs}{more})"


def _train_epoch(
    step: _Step, batches: Iterable[Examples], epoch: int, history: History
) -> tuple[float, float]:
    """Take a step for each batch; return the mean loss and the mean gradient norm."""
    losses, examples, norms, steps = 0.0, 0, 0.0, 0
    for rows, targets in batches:
        steps += 1
        with _located(f"epoch {epoch}, batch {steps}", history):
            loss, norm = step(rows, targets)
        losses += loss * len(rows)
        examples += len(rows)
        norms += norm
    return losses / examples, norms / steps


@contextmanager
def _located(place: str, history: History) -> Iterator[None]:
    """Say in every error where in the training it happened."""
    try:
        yield
    except ArithmeticError as error:
        raise DivergenceError(
            f"{place}: {error}. A smaller learning rate, clip= or scaled inputs may help", history
        ) from error
    except BrokenExecutor as error:
        raise WorkerError(
            f"{place}: a worker of the executor died ({error}). The model has the weights of its "
            f"last step: train on with a new executor",
            history,
        ) from error
    except Exception as error:
        error.add_note(f"(in fit, {place})")
        raise


# --------------------------------------------------------------------------------- engines


def _choose_engine(
    model: Module,
    loss: Loss,
    example: tuple[Any, Any],
    compiled: bool | Literal["auto"],
    executor: Executor | None,
    shards: int,
    seed: int,
) -> Engine:
    """Return what computes the gradient of a batch."""
    if executor is not None:
        if _mixes_rows(model):
            raise ValueError(
                "an executor computes parts of a batch apart from each other, but this model mixes "
                "the rows of a batch (BatchNorm): leave executor out"
            )
        return _Sharded(model, loss, executor, shards, Random(seed))
    if compiled:
        engine, reason = _compiled_engine(model, loss, example)
        if engine is not None:
            return engine
        if compiled is True:
            raise ValueError(f"compiled=True, but {reason}: compiled='auto' takes eager steps then")
    return partial(_eager_gradient, model, loss, _mixes_rows(model))


def _compiled_engine(
    model: Module, loss: Loss, example: tuple[Any, Any]
) -> tuple[Engine | None, str]:
    """Return an engine of machine code, or None and the reason why there is none."""
    return None, "autograd cannot compile yet"


def _eager_gradient(
    model: Module, loss: Loss, whole: bool, rows: list[Any], targets: list[Any]
) -> float:
    """Add the gradient of the mean loss to the parameters, and return that loss."""
    mean = 0.0
    for value, weight in _weighted_losses(model, loss, rows, targets, whole):
        value.backward(weight)
        mean += weight * value.data
    return mean


def _weighted_losses(
    model: Module, loss: Loss, rows: list[Any], targets: list[Any], whole: bool
) -> Iterator[tuple[Value, float]]:
    """Yield graphs of losses and their weights in the mean.

    There is one graph for each example, which keeps little in memory at a time, or a single one for
    the whole batch, where its rows touch each other.
    """
    m = len(rows)
    if whole:
        predictions = model.rows(rows)
        yield total([loss(p, t) for p, t in zip(predictions, targets, strict=True)]) / m, 1.0
        return
    for row, target in zip(rows, targets, strict=True):
        yield loss(model(row), target), 1 / m


def _mixes_rows(model: Module) -> bool:
    return any(module.mixes_rows for module in model.modules())


@dataclass(frozen=True, slots=True)
class _Sharded:
    """Cut a batch into shards, have an executor compute their gradients, and add them in order.

    The parameters are touched when all shards are there, so a shard that fails changes nothing.
    """

    model: Module
    loss: Loss
    executor: Executor
    shards: int
    random: Random

    def __call__(self, rows: list[Any], targets: list[Any]) -> float:
        """Add the gradient of the mean loss to the parameters, and return that loss."""
        m = len(rows)
        parts = min(self.shards, m)
        bounds = [m * part // parts for part in range(parts + 1)]
        jobs = []
        try:
            for start, end in pairwise(bounds):
                shard = rows[start:end], targets[start:end]
                seed = self.random.getrandbits(64)
                jobs.append(
                    self.executor.submit(shard_gradient, self.model, self.loss, *shard, seed)
                )
            results = [job.result() for job in jobs]
        finally:
            for job in jobs:
                job.cancel()
        for parameter, *shares in zip(
            self.model.parameters(), *(gradient for _, gradient in results), strict=True
        ):
            parameter.grad += sum(shares) / m
        return sum(loss for loss, _ in results) / m


def shard_gradient(
    model: Module, loss: Loss, rows: list[Any], targets: list[Any], seed: int
) -> tuple[float, list[float]]:
    """Return the sum of the losses over some rows, and its gradient, from a copy of the model.

    The seed makes every shard draw dropout masks of its own, the same wherever it is computed.
    """
    model = copy.deepcopy(model)
    model.zero_grad()
    random = Random(seed)
    for module in model.modules():
        if isinstance(module, Dropout):
            module.generator.seed(random.getrandbits(64))
    losses = 0.0
    for row, target in zip(rows, targets, strict=True):
        value = loss(model(row), target)
        value.backward()
        losses += value.data
    return losses, [parameter.grad for parameter in model.parameters()]


# ----------------------------------------------------------------------------- bookkeeping


class _Checkpoint:
    """Model, optimiser and schedule as they are after an epoch."""

    def __init__(
        self, epoch: int, model: Module, optimizer: Optimizer, schedule: Schedule | None
    ) -> None:
        self.epoch = epoch
        self.model, self.weights = model, model.state_dict()
        self.optimizer = optimizer
        self.progress = optimizer.lr, optimizer.steps, list(optimizer.state)
        self.schedule = schedule
        self.schedule_steps = 0 if schedule is None else schedule.steps

    def restore(self) -> None:
        """Bring all three back."""
        self.model.load_state_dict(self.weights)
        self.optimizer.lr, self.optimizer.steps, self.optimizer.state = self.progress
        if self.schedule is not None:
            self.schedule.steps = self.schedule_steps


@contextmanager
def _mode_kept(model: Module) -> Iterator[None]:
    """Bring every module's training mode back at the end."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def _progress_bar(epochs: int, wanted: bool) -> Iterator[Callable[[History], None]]:
    """Give a function that shows one more epoch."""
    if not wanted or find_spec("tqdm") is None:
        yield lambda history: None
        return
    with import_module("tqdm").tqdm(total=epochs, unit="epoch") as bar:

        def show(history: History) -> None:
            loss, validation_loss = history.last
            bar.set_postfix(
                {"loss": f"{loss:.4g}"}
                | ({} if validation_loss is None else {"validation": f"{validation_loss:.4g}"}),
                refresh=False,
            )
            bar.update()

        yield show


def _batches(
    rows: list[Any], targets: list[Any], size: int | None, shuffle: Random
) -> Iterator[Examples]:
    """Yield all examples at once, or shuffled in batches of a size."""
    if size is None:
        yield rows, targets
        return
    order = list(range(len(rows)))
    shuffle.shuffle(order)
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        yield [rows[i] for i in chosen], [targets[i] for i in chosen]


def _examples(X: Iterable[Any], Y: Iterable[Any]) -> Examples:
    """Return examples and targets as lists of equal length, of Python's numbers."""
    rows, targets = _listed(X), _listed(Y)
    if len(rows) != len(targets):
        raise ValueError(f"there are {len(rows)} examples (X) but {len(targets)} targets (Y)")
    if not rows:
        raise ValueError("there are no examples: X and Y are empty")
    return rows, targets


def _listed(table: Any) -> list[Any]:
    """Return the rows of a list, a NumPy array or a pandas table."""
    if hasattr(table, "to_numpy"):
        table = table.to_numpy()
    if hasattr(table, "tolist"):
        table = table.tolist()
    return [row.tolist() if hasattr(row, "tolist") else row for row in table]


def _check_counts(epochs: int, **counts: int | None) -> None:
    """Refuse a count that is too small."""
    if epochs < 0:
        raise ValueError(f"epochs={epochs!r} is not allowed: it must be 0 or more")
    for name, count in counts.items():
        if count is not None and count < 1:
            raise ValueError(f"{name}={count!r} is not allowed: it must be 1 or more")
