"""The worked 2-2-2 example of backpropagation, its published figures, and the audit of them.

``python -m nn.worked_example`` runs the audit; `network`, `train` and `audit` serve notebooks.

The audit is a use of the grader, `autograd.grading`: what is here is the network, how people
train it, what its figures are called, and those that are published.

Read in this order: `model`, `rules`, `figures`, `report`, `verdicts`, `__main__`.

Examples
--------
>>> from nn.worked_example import STALE, network, train
>>> values = network()
>>> values["E_total"].backward()
>>> round(values["w5"].grad, 9)
0.082167041
>>> round(train(1)["E_total"].data, 9), round(train(1, rule=STALE)["E_total"].data, 9)
(0.291027774, 0.291027924)
"""

from autograd.grading.figures import Figure
from nn.worked_example.figures import figure, published, read_figures
from nn.worked_example.model import network
from nn.worked_example.report import Report
from nn.worked_example.rules import (
    FROZEN,
    NO_HALF,
    PER_NEURON,
    RULES,
    SHARED,
    STALE,
    TRANSPOSED_BACKWARDS,
    TRANSPOSED_FORWARDS,
    Rule,
    train,
)
from nn.worked_example.verdicts import audit

__all__ = ["Figure", "Report", "audit", "figure", "network", "published", "read_figures"]
__all__ += ["FROZEN", "NO_HALF", "PER_NEURON", "RULES", "SHARED", "STALE", "Rule", "train"]
__all__ += ["TRANSPOSED_BACKWARDS", "TRANSPOSED_FORWARDS"]
