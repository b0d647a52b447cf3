"""The exercises of lesson 13: what a head of attention gives, and the cost of a letter.

Read next: `lesson_14`.
"""

from __future__ import annotations

from autograd import Value, logsumexp, softmax
from nn.course.exercises.exercise import Exercise


def _attention() -> Value:
    """One head of one number: a query looks at two keys and mixes two values."""
    q = Value(1.37, "q")
    scores = [q * Value(0.84, "k1"), q * Value(-0.56, "k2")]
    scores[0].label, scores[1].label = "s1", "s2"
    a1, a2 = softmax(scores)
    a1.label, a2.label = "a1", "a2"
    out = a1 * Value(2.45, "u1") + a2 * Value(-1.18, "u2")
    out.label = "o"
    return out


def _cost() -> Value:
    """Cross-entropy of three logits, where the second letter comes next."""
    z1, z2, z3 = Value(0.62, "z1"), Value(-0.35, "z2"), Value(1.48, "z3")
    cost = logsumexp([z1, z2, z3]) - z2
    cost.label = "E"
    return cost


EXERCISES = (
    Exercise("13.1", _attention, ("a1", "a2", "o", "do/dq")),
    Exercise("13.2", _cost, ("E", "dE/dz1", "dE/dz2", "dE/dz3")),
)
