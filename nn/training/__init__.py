"""Training: `fit`, and the parts that it puts together.

Read in this order: `errors`, `data`, `batch`, `targets`, `shards`, `step`, `checkpoint`, `run`,
`eager`, `compiled`, `loop`, where `fit` stands. In a hurry, begin with `loop`.
"""

from nn.training.errors import DivergenceError, WorkerError
from nn.training.loop import fit
from nn.training.run import mean_loss

__all__ = ["DivergenceError", "WorkerError", "fit", "mean_loss"]
