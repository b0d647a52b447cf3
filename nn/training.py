"""The training loop: `fit` shows a model its examples and lets an optimiser improve it.

Epoch after epoch, batch after batch, a gradient and a step: `_train` and `_Step` are the loop that
a textbook writes. A compiled program runs the same loop as one program (`_train_compiled`). After
every epoch both come to `_Run.finish`, which validates, keeps a checkpoint and says when to stop.
How examples are dealt into batches is told in `data`, how the gradient of a batch is computed in
`batch`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from itertools import islice
from numbers import Integral
from random import Random
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import autograd
from autograd import Value, no_grad
from autograd.graph import topological_order
from nn.batch import (
    BatchGradient,
    EagerGradient,
    Loss,
    WorkerError,
    example_loss,
    mixes_rows,
    sharded,
)
from nn.checkpoint import Checkpoint, mode_kept
from nn.data import Data, Examples, examples
from nn.diagnostics import History
from nn.module import Module
from nn.optim import Optimizer, Schedule, clip_grad_norm, gradient_norm
from nn.regularization import Dropout

if TYPE_CHECKING:
    from autograd import Program

Penalty: TypeAlias = Callable[..., Value]
MeanLoss: TypeAlias = Callable[[list[Any], list[Any]], float]


class DivergenceError(FloatingPointError):
    """Training stopped because a loss or a gradient is not a finite number.

    The message names epoch, batch and the first node that went bad; ``history`` holds the epochs
    before. The model has the weights of its last step, and running statistics, which the bad batch
    has passed through, of its last finished epoch.
    """

    def __init__(self, message: str, history: History | None = None) -> None:
        super().__init__(message)
        self.history = History() if history is None else history


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
        Its result is added to the mean loss of every batch. It is called with the model's
        parameters, such as ``lambda parameters: 1e-4 * l2_penalty(parameters)``, or without
        arguments where it takes none.
    schedule : Schedule, optional
        Goes one step further after every epoch.
    clip : float, optional
        The largest norm of the gradient; a longer one is scaled down (`clip_grad_norm`).
    early_stopping : int, optional
        Stop when the validation loss has not improved for so many epochs. The weights of the best
        epoch are brought back at the end, however the run ended but for an interruption.
    compiled : "auto", True or False
        Whether the loop is compiled (`autograd.compile`). "auto" does so where it can, and says
        why not in ``history.engine`` and beside the progress bar; True insists, with a ValueError
        that says why not. The model is recorded once: one that draws random numbers of its own, or
        counts its calls, needs False.
    progress : bool
        Show a progress bar, where tqdm is installed.
    seed : int
        Of the shuffling. Same seed, same bits.
    executor : concurrent.futures.Executor, optional
        Where the gradient of each batch is computed, in shards, each on a copy of the model or of
        the compiled program.
    shards : int
        Into how many shards a batch is cut for the executor. Their gradients are added in order,
        so the same number of shards gives the same bits, whoever computes them.

    Returns
    -------
    History
        Ctrl-C returns the history so far, with the model and the optimiser at the last finished
        epoch. The parameters' gradients are 0 afterwards.

    Raises
    ------
    DivergenceError
        If a loss or a gradient becomes infinite or nan.
    WorkerError
        If the executor gives no result, for example because a worker died.
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
    data = Data.of(X, Y, batch_size, seed)
    held_out = None if validation is None else examples(*validation)
    _check_counts(
        epochs=epochs, batch_size=batch_size, early_stopping=early_stopping, shards=shards
    )
    _check_options(clip, compiled, early_stopping, held_out)
    whole = mixes_rows(model)
    if whole and executor is not None:
        raise ValueError(
            "an executor computes the parts of a batch apart from each other, but this model mixes "
            "the rows of a batch (BatchNorm): leave executor out"
        )
    bound = None if penalty is None else _bound(penalty, model.parameters())
    step = _Step(model, loss, EagerGradient(model, loss, whole), bound, clip, optimizer)
    run = _Run(step, schedule, held_out, early_stopping)
    try:
        with mode_kept(model), _progress_bar(epochs, progress) as run.show:
            model.train()
            program = None
            if compiled:
                program, run.history.engine = _compiled(step, data, executor)
            if compiled is True and program is None:
                raise ValueError(
                    f"compiled=True is not possible (compiled='auto' trains such a model eagerly). "
                    f"The run would be {run.history.engine}"
                )
            if executor is not None:
                step.gradient = sharded(model, loss, program, executor, shards, seed)
            if program is None or executor is not None:
                _train(step, run, data, epochs)
            else:
                _train_compiled(program, step, run, data, epochs)
    except KeyboardInterrupt:
        run.interrupt()
    except DivergenceError:
        run.saved.restore_buffers()  # a batch that went bad leaves nan in running statistics
        raise
    else:
        run.end(seed)
    step.zero_grad()
    return run.history


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
    rows, targets = examples(X, Y)
    with mode_kept(model), no_grad():
        model.eval()
        pairs = zip(model.rows(rows), targets, strict=True)
        losses = [example_loss(loss, prediction, target).data for prediction, target in pairs]
    return _finite_mean(losses)


def _finite_mean(losses: list[float]) -> float:
    """Return the mean of the examples' losses; refuse one that is not finite."""
    for number, value in enumerate(losses):
        if not math.isfinite(value):
            raise FloatingPointError(f"the loss of example {number} is {value}")
    return math.fsum(losses) / len(losses)


# --------------------------------------------------------------------------------- one step


@dataclass
class _Step:
    """What happens to one batch: its gradient, the penalty's, clipping, the optimiser's step."""

    model: Module
    loss: Loss
    gradient: BatchGradient
    penalty: Callable[[], Value] | None
    clip: float | None
    optimizer: Optimizer

    def __post_init__(self) -> None:
        both = [*self.model.parameters(), *self.optimizer.parameters]
        self.parameters = list(dict.fromkeys(both))
        self.modules = self.model.modules()

    def __call__(self, rows: list[Any], targets: list[Any]) -> tuple[float, float]:
        """Return the batch's mean loss and the norm of the gradient before clipping."""
        self.zero_grad()
        loss = self.gradient(rows, targets)
        if not math.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss}: {self._first_bad_node(rows, targets)}")
        if self.penalty is not None:
            self.penalty().backward()
        norm = gradient_norm(self.optimizer.parameters)
        if not math.isfinite(norm):
            raise FloatingPointError(f"the gradient's norm is {norm}: {self._first_bad_gradient()}")
        if self.clip is not None:
            clip_grad_norm(self.optimizer.parameters, self.clip)
        self.optimizer.step()
        return loss, norm

    def zero_grad(self) -> None:
        """Set the gradients of the model's and the optimiser's parameters to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def _first_bad_node(self, rows: list[Any], targets: list[Any]) -> str:
        """Compute the batch again, and name the first leaf or node that is not finite."""
        again = EagerGradient(self.model, self.loss, mixes_rows(self.model))
        for loss, _ in again.losses(rows, targets):
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


def _bound(penalty: Penalty, parameters: list[Value]) -> Callable[[], Value]:
    """Return the penalty as a function without arguments."""
    try:
        signature(penalty).bind(parameters)
    except TypeError:
        return penalty
    return partial(penalty, parameters)


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


def _train(step: _Step, run: _Run, data: Data, epochs: int) -> None:
    """Run the loop: epochs, and the steps in each."""
    for number, batches in enumerate(islice(data.epochs(), epochs), start=1):
        if run.finish(*_train_epoch(step, batches, number, run.history)):
            break


def _train_epoch(
    step: _Step, batches: list[Examples], epoch: int, history: History
) -> tuple[float, float]:
    """Take a step for each batch; return the mean loss and the mean gradient norm."""
    losses, norms = 0.0, 0.0
    for number, (rows, targets) in enumerate(batches, start=1):
        with _located(f"epoch {epoch}, batch {number}", history):
            loss, norm = step(rows, targets)
        losses += loss * len(rows)
        norms += norm
    m = sum(len(rows) for rows, _ in batches)
    return losses / m, norms / len(batches)


@contextmanager
def _located(place: str, history: History) -> Iterator[None]:
    """Say in every error where in the training it happened."""
    try:
        yield
    except ArithmeticError as error:
        raise DivergenceError(
            f"{place}: {error}. A smaller learning rate, clip= or scaled inputs may help", history
        ) from error
    except WorkerError as error:
        raise WorkerError(
            f"{place}: {error}. The model has the weights of its last step: train on with a new "
            f"executor",
            history,
        ) from error.__cause__
    except Exception as error:
        error.add_note(f"(in fit, {place})")
        raise


# ------------------------------------------------------------------------------ compilation


def _compiled(step: _Step, data: Data, executor: Executor | None) -> tuple[Program | None, str]:
    """Return a program of the loss that can be trained, or None; and what that makes the run.

    Whether it can be trained is asked of the compiler itself, by a training of no epochs, which
    records all that there is to compile: model, loss, penalty and the optimiser's rule.
    """
    if mixes_rows(step.model):
        return None, "eager: the rows of a batch touch each other (BatchNorm)"
    if any(isinstance(module, Dropout) for module in step.model.modules()):
        return None, "eager: dropout draws new random numbers for every example"
    program = _program(step, executor)
    try:
        program.train(data.rows, data.targets, epochs=0, **_options(step))
    except Exception as error:  # whatever stops the recording may be no hindrance to an eager run
        return None, f"eager: {type(error).__name__}: {error}"
    return program, "compiled"


def _program(step: _Step, executor: Executor | None) -> Program:
    """Return a program of the loss of one example, not recorded yet."""
    loss = partial(_loss_of, step.model, step.loss)
    if executor is None:
        return autograd.compile(loss)
    # What "auto" takes depends on how much a worker has done before, and so would the bits.
    try:
        return autograd.compile(loss, backend="llvm")
    except ModuleNotFoundError:
        return autograd.compile(loss, backend="python")


def _compiled_mean_loss(step: _Step, held_out: Examples) -> MeanLoss | None:
    """Return `mean_loss` as a program, or None where it cannot be one in `eval()` mode."""
    program = _program(step, executor=None)
    try:
        with mode_kept(step.model):
            step.model.eval()
            program.batch(*held_out)
    except Exception:  # as in `_compiled`
        return None
    return lambda rows, targets: _finite_mean(program.batch(rows, targets))


def _loss_of(model: Module, loss: Loss, row: Any, target: Any) -> Value:
    return example_loss(loss, model(row), target)


def _options(step: _Step) -> dict[str, Any]:
    """Return what a program's training needs to know of a step."""
    return {"optimizer": step.optimizer, "clip": step.clip, "penalty": step.penalty}


def _train_compiled(program: Program, step: _Step, run: _Run, data: Data, epochs: int) -> None:
    """Run the loop as a program, which comes back after every epoch."""

    def finish(epoch: Any) -> bool:
        went_bad = not math.isfinite(epoch.loss + epoch.gradient_norm)
        return went_bad or run.finish(epoch.loss, epoch.gradient_norm)

    if run.held_out is not None:
        run.validate = _compiled_mean_loss(step, run.held_out) or run.validate
    epochs_run = program.train(
        data.rows,
        data.targets,
        epochs=epochs,
        batch_size=data.batch_size,
        seed=data.seed,
        callback=finish,
        **_options(step),
    )
    if len(epochs_run) > len(run.history):
        _repeat_last_epoch(step, run, data)


def _repeat_last_epoch(step: _Step, run: _Run, data: Data) -> None:
    """Take the steps of an epoch that went bad again, eagerly, to see where it did."""
    run.saved.restore()
    epoch = len(run.history) + 1
    batches = next(islice(data.epochs(), epoch - 1, None))
    _train_epoch(step, batches, epoch, run.history)
    raise DivergenceError(
        f"epoch {epoch}: the loss or its gradient is not finite in compiled steps, but it is in "
        f"eager ones: train with compiled=False",
        run.history,
    )


# ----------------------------------------------------------------------------- bookkeeping


class _Run:
    """What is kept from epoch to epoch: the history, a checkpoint, and the best one."""

    def __init__(
        self,
        step: _Step,
        schedule: Schedule | None,
        held_out: Examples | None,
        early_stopping: int | None,
    ) -> None:
        self.step = step
        self.schedule = schedule
        self.held_out = held_out
        self.early_stopping = early_stopping
        self.validate: MeanLoss = partial(mean_loss, step.model, step.loss)
        self.history = History()
        self.show: Callable[[History], None]
        self.saved = self.best = self.checkpoint(0)

    def checkpoint(self, epoch: int) -> Checkpoint:
        """Take the numbers of model, optimiser and schedule as they are now."""
        step = self.step
        return Checkpoint(epoch, step.parameters, step.modules, step.optimizer, self.schedule)

    def finish(self, loss: float, norm: float) -> bool:
        """Close an epoch: validate, note its figures, keep a checkpoint; tell whether to stop."""
        history, epoch = self.history, len(self.history) + 1
        if self.held_out is not None:
            with _located(f"epoch {epoch}, validation", history):
                history.validation_losses.append(self.validate(*self.held_out))
        history.losses.append(loss)
        history.gradient_norms.append(norm)
        history.learning_rates.append(self.step.optimizer.lr)
        if self.schedule is not None:
            self.schedule.step()
        self.saved = self.checkpoint(epoch)
        self.show(history)
        return self.early_stopping is not None and self._is_over(epoch, self.early_stopping)

    def _is_over(self, epoch: int, patience: int) -> bool:
        """Tell whether the validation loss has not improved for so many epochs."""
        losses = self.history.validation_losses
        if epoch == 1 or losses[-1] < losses[self.best.epoch - 1]:
            self.best = self.saved
        elif epoch - self.best.epoch >= patience:
            self.history.ended = "early stopping"
            return True
        return False

    def interrupt(self) -> None:
        """Go back to the last finished epoch."""
        self.saved.restore()
        self.history.truncate(self.saved.epoch)
        self.history.ended = "interrupted"

    def end(self, seed: int) -> None:
        """Bring the best weights back, and measure what guessing would get."""
        if len(self.history) == 0 or self.held_out is None:
            return
        if self.early_stopping is not None:
            self.best.restore_model()
            self.history.best_epoch = self.best.epoch - 1
        rows, targets = self.held_out
        dealt = targets.copy()
        Random(seed).shuffle(dealt)
        try:
            self.history.guess_loss = self.validate(rows, dealt)
        except ArithmeticError:
            self.history.guess_loss = math.inf


@contextmanager
def _progress_bar(epochs: int, wanted: bool) -> Iterator[Callable[[History], None]]:
    """Give a function that shows one more epoch."""
    if not wanted or find_spec("tqdm") is None:
        yield lambda history: None
        return
    with import_module("tqdm").tqdm(total=epochs, unit="epoch") as bar:

        def show(history: History) -> None:
            loss, validation_loss = history.last
            bar.set_description(history.engine.splitlines()[0][:60], refresh=False)
            bar.set_postfix(
                {"loss": f"{loss:.4g}"}
                | ({} if validation_loss is None else {"validation": f"{validation_loss:.4g}"}),
                refresh=False,
            )
            bar.update()

        yield show


def _check_counts(**counts: int | None) -> None:
    """Refuse a count that is no whole number, or too small."""
    for name, count in counts.items():
        least = 0 if name == "epochs" else 1
        if count is None:
            continue
        if not isinstance(count, Integral):
            raise TypeError(f"{name} is a whole number, {least} or more, not {count!r}")
        if count < least:
            raise ValueError(f"{name}={count!r} is not allowed: it must be {least} or more")


def _check_options(
    clip: float | None,
    compiled: bool | Literal["auto"],
    early_stopping: int | None,
    held_out: Examples | None,
) -> None:
    """Refuse options that cannot be meant."""
    if clip is not None and not 0 <= clip < math.inf:
        raise ValueError(f"clip={clip!r} is not allowed: it is a norm, 0 or more, and finite")
    if compiled not in ("auto", True, False):
        raise ValueError(f"compiled={compiled!r} is not allowed: it is 'auto', True or False")
    if early_stopping is not None and held_out is None:
        raise ValueError("early_stopping watches the validation loss: pass validation=(X, Y)")
