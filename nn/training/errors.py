"""Why a training stopped before its end, and where in the training an error happened.

Read next: `data`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from nn.diagnostics.history import History


class _TrainingError(Exception):
    """Ends a training; the history so far goes with it."""

    def __init__(self, message: str, history: History | None = None) -> None:
        super().__init__(message)
        self.history = History() if history is None else history


class DivergenceError(_TrainingError, FloatingPointError):
    """Training stopped because a loss or a gradient is not a finite number.

    The message names epoch, batch and the first node that went bad; ``history`` holds the epochs
    before. The model has the weights of its last step, and running statistics, which the bad batch
    has passed through, of its last finished epoch.
    """


class WorkerError(_TrainingError, RuntimeError):
    """Training stopped because an executor gave no result: a worker died, or could not be reached.

    Nothing is lost: the model has the weights of its last step, and ``history`` the epochs before.
    """


@contextmanager
def located(place: str, history: History) -> Iterator[None]:
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
