"""The same training as one compiled program: what can be compiled, and how it is run.

Read next: `loop`.
"""

from __future__ import annotations

import math
from concurrent.futures import Executor
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import autograd
from autograd import Value
from nn.module import Module, mode_kept
from nn.regularization import Dropout
from nn.training.batch import Loss, example_loss
from nn.training.data import Data, Examples
from nn.training.eager import train_epoch
from nn.training.errors import DivergenceError
from nn.training.run import MeanLoss, Run, finite_mean
from nn.training.step import Step

if TYPE_CHECKING:
    from autograd import Program


def compile_step(step: Step, data: Data, executor: Executor | None) -> tuple[Program | None, str]:
    """Return a program of the loss that can be trained, or None; and what that makes the run.

    Whether it can be trained is asked of the compiler itself, by a training of no epochs, which
    records all that there is to compile: model, loss, penalty and the optimiser's rule.
    """
    if step.eager.whole:
        return None, "eager: the rows of a batch touch each other (BatchNorm)"
    if any(isinstance(module, Dropout) for module in step.model.modules()):
        return None, "eager: dropout draws new random numbers for every example"
    program = _program(step, executor)
    try:
        program.train(data.rows, data.targets, epochs=0, **_options(step))
    except Exception as error:  # whatever stops the recording may be no hindrance to an eager run
        return None, f"eager: {type(error).__name__}: {error}"
    return program, "compiled"


def _program(step: Step, executor: Executor | None) -> Program:
    """Return a program of the loss of one example, not recorded yet."""
    loss = partial(_loss_of, step.model, step.loss)
    if executor is None:
        return autograd.compile(loss)
    # What "auto" takes depends on how much a worker has done before, and so would the bits.
    try:
        return autograd.compile(loss, backend="llvm")
    except ModuleNotFoundError:
        return autograd.compile(loss, backend="python")


def _compiled_mean_loss(step: Step, held_out: Examples) -> MeanLoss | None:
    """Return `mean_loss` as a program, or None where it cannot be one in `eval()` mode."""
    program = _program(step, executor=None)
    try:
        with mode_kept(step.model):
            step.model.eval()
            program.batch(*held_out)
    except Exception:  # as in `compile_step`
        return None
    return lambda rows, targets: finite_mean(program.batch(rows, targets))


def _loss_of(model: Module, loss: Loss, row: Any, target: Any) -> Value:
    return example_loss(loss, model(row), target)


def _options(step: Step) -> dict[str, Any]:
    """Return what a program's training needs to know of a step."""
    return {"optimizer": step.optimizer, "clip": step.clip, "penalty": step.penalty}


def train_compiled(program: Program, step: Step, run: Run, data: Data, epochs: int) -> None:
    """Run the loop as a program, which comes back after every epoch."""

    def finish(epoch: Any) -> bool:
        figures = epoch.loss, epoch.gradient_norm
        return not all(map(math.isfinite, figures)) or run.finish(*figures)

    if run.held_out is not None:
        run.validate = _compiled_mean_loss(step, run.held_out) or run.validate
    options = _options(step) | {"batch_size": data.dealt.size, "seed": data.dealt.seed}
    epochs_run = program.train(data.rows, data.targets, epochs=epochs, callback=finish, **options)
    if len(epochs_run) > len(run.history):
        _repeat_last_epoch(step, run, data)


def _repeat_last_epoch(step: Step, run: Run, data: Data) -> None:
    """Take the steps of an epoch that went bad again, eagerly, to see where it did."""
    run.saved.restore()
    epoch = len(run.history) + 1
    batches = next(islice(data.epochs(), epoch - 1, None))
    train_epoch(step, batches, epoch, run.history)
    raise DivergenceError(
        f"epoch {epoch}: the loss or its gradient is not finite in compiled steps, but it is in "
        f"eager ones: train with compiled=False",
        run.history,
    )
