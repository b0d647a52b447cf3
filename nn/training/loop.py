"""`fit` shows a model its examples and lets an optimiser improve it.

Epoch after epoch, batch after batch, a gradient and a step. It only puts the parts together: the
data, a `Step`, a `Run`, and one of the two loops, `train` or `train_compiled`.

Read next: `nn.regularization`.
"""

from collections.abc import Iterable
from concurrent.futures import Executor
from typing import Any, Literal

from autograd.checks import check_count
from autograd.compiler.train.batches import Batches
from nn.diagnostics.history import History
from nn.module import Module, mode_kept
from nn.optim import Optimizer, ReduceOnPlateau, Schedule
from nn.training.batch import Loss
from nn.training.compiled import compile_step, train_compiled
from nn.training.data import Data, examples
from nn.training.eager import train
from nn.training.errors import DivergenceError
from nn.training.run import Run, progress_bar
from nn.training.shards import sharded
from nn.training.step import Penalty, Step
from nn.training.targets import check_targets, counted


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
    schedule: Schedule | ReduceOnPlateau | None = None,
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
        ``loss(prediction, target)`` of one example, such as those of `losses`; with options, a
        ``functools.partial`` of one. Examples with its ``ignore_index`` are left out.
    X, Y : sequences of m examples and m targets
        Lists, NumPy arrays or pandas tables.
    optimizer : Optimizer
        Made with the parameters to train; `Groups` where some have options of their own.
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
    schedule : Schedule or ReduceOnPlateau, optional
        Goes one step further after every epoch. `ReduceOnPlateau` is shown the validation loss, or
        the training loss where there is none.
    clip : float, optional
        The largest norm of the gradient; a longer one is scaled down (`clip_grad_norm`).
    early_stopping : int, optional
        Stop when the validation loss has not improved for this number of epochs. The weights of the
        best epoch are brought back at the end, unless the run was interrupted.
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
        If examples and targets do not fit together, or an option is out of range. What the loss
        raises for one of the targets is raised before the first step, whichever loop trains.

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
    data = Data(*counted(loss, examples(X, Y), "training"), Batches(batch_size, True, seed))
    held_out = None
    if validation is not None:
        held_out = counted(loss, examples(*validation), "validation")
    check_count("epochs", epochs, 0)
    check_count("shards", shards, 1)
    if compiled not in ("auto", True, False):
        raise ValueError(f"compiled={compiled!r} is not allowed: it is 'auto', True or False")
    step = Step(model, loss, penalty, clip, optimizer)
    if step.eager.whole and executor is not None:
        raise ValueError(
            "an executor computes the parts of a batch apart from each other, but this model mixes "
            "the rows of a batch (BatchNorm): leave executor out"
        )
    run = Run(step, schedule, held_out, early_stopping)
    check_targets(model, loss, training=(data.rows, data.targets), validation=held_out)
    try:
        with mode_kept(model), progress_bar(epochs, progress) as run.show:
            model.train()
            program = None
            if compiled:
                program, run.history.engine = compile_step(step, data, executor)
            if compiled is True and program is None:
                raise ValueError(
                    f"compiled=True is not possible (compiled='auto' trains such a model eagerly). "
                    f"The run would be {run.history.engine}"
                )
            if executor is not None:
                step.gradient = sharded(model, loss, program, executor, shards, seed)
            if program is None or executor is not None:
                train(step, run, data, epochs)
            else:
                train_compiled(program, step, run, data, epochs)
        run.end(seed)
    except KeyboardInterrupt:
        run.interrupt()
    except DivergenceError:
        run.saved.restore_buffers()  # a batch that went bad leaves nan in running statistics
        raise
    step.zero_grad()
    return run.history
