"""The exercises of lesson 10: a standardised feature, a classifier's update, three metrics.

Read next: `lesson_11`.
"""

from __future__ import annotations

from autograd import Value, sigmoid, softplus
from nn.course.exercises.exercise import Exercise


def _probability() -> Value:
    """A feature is standardised and goes through one neuron."""
    x, m, s = Value(23.75, "x"), Value(19.21, "m"), Value(4.38, "s")
    w, b = Value(1.27, "w"), Value(-0.83, "b")
    u = (x - m) / s
    u.label = "u"
    z = w * u + b
    z.label = "z"
    p = sigmoid(z)
    p.label = "p"
    return p


def _update() -> Value:
    """Binary cross-entropy of a logit and a target, E = softplus(z) - t·z."""
    u, t = Value(1.37, "u"), Value(1.0, "t")
    w, b = Value(0.64, "w"), Value(-1.93, "b")
    z = w * u + b
    z.label = "z"
    loss = softplus(z) - t * z
    loss.label = "E"
    return loss


def _metrics() -> Value:
    """Precision, recall and F1 from the counts of a confusion matrix."""
    tp, fp, fn = Value(187.0, "TP"), Value(23.0, "FP"), Value(41.0, "FN")
    precision = tp / (tp + fp)
    recall = tp / (tp + fn)
    precision.label, recall.label = "P", "R"
    score = 2.0 * precision * recall / (precision + recall)
    score.label = "F1"
    return score


EXERCISES = (
    Exercise("10.1", _probability, ("u", "z", "p", "dp/dx")),
    Exercise("10.2", _update, ("E", "dE/dz", "dE/dw", "w+"), learning_rate=0.3),
    Exercise("10.3", _metrics, ("P", "R", "F1")),
)
