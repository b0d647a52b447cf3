"""The loop that a textbook writes: epochs, and the steps in each.

Read next: `compiled`.
"""

from itertools import islice

from nn.diagnostics.history import History
from nn.training.data import Data, Examples
from nn.training.errors import located
from nn.training.run import Run
from nn.training.step import Step


def train(step: Step, run: Run, data: Data, epochs: int) -> None:
    """Run the loop: epochs, and the steps in each."""
    for number, batches in enumerate(islice(data.epochs(), epochs), start=1):
        if run.finish(*train_epoch(step, batches, number, run.history)):
            break


def train_epoch(
    step: Step, batches: list[Examples], epoch: int, history: History
) -> tuple[float, float]:
    """Take a step for each batch; return the mean loss and the mean gradient norm."""
    losses, norms = 0.0, 0.0
    for number, (rows, targets) in enumerate(batches, start=1):
        with located(f"epoch {epoch}, batch {number}", history):
            loss, norm = step(rows, targets)
        losses += loss * len(rows)
        norms += norm
    m = sum(len(rows) for rows, _ in batches)
    return losses / m, norms / len(batches)
