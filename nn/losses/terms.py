"""What all losses share: pairing predictions with targets, and reducing terms to one `Value`.

Read next: `regression`.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from autograd import Value, total

Number: TypeAlias = Value | float
Numbers: TypeAlias = Number | Iterable[Number]
ToOne: TypeAlias = Literal["mean", "sum"]
Reduction: TypeAlias = Literal["mean", "sum", "none"]


def check_reduction(reduction: Reduction) -> None:
    """Refuse a way of reducing terms that there is not."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction must be one of 'mean', 'sum', 'none', not {reduction!r}")


def reduced(terms: list[Value], reduction: Reduction) -> Value | list[Value]:
    """Return the mean or the sum of one or more terms, or the terms themselves.

    One term by itself is its own mean and sum, without a node.
    """
    check_reduction(reduction)
    if reduction == "none":
        return terms
    whole: Value = terms[0] if len(terms) == 1 else total(terms)
    return whole / len(terms) if reduction == "mean" and len(terms) > 1 else whole


def listed(numbers: Numbers) -> list[Number]:
    """Return a sequence as a list, and one number as a list of one."""
    if isinstance(numbers, Value) or not isinstance(numbers, Iterable):
        return [numbers]
    return list(numbers)


def as_values(numbers: Numbers) -> list[Value]:
    """Return a list of Values, at least one."""
    values = [x if isinstance(x, Value) else Value(x) for x in listed(numbers)]
    if not values:
        raise ValueError("the prediction is empty: a loss needs at least one number")
    return values


def pairs(prediction: Numbers, target: Numbers) -> list[tuple[Value, Number]]:
    """Return each predicted Value with its target."""
    values, targets = as_values(prediction), listed(target)
    if len(values) != len(targets):
        raise ValueError(
            f"the prediction has {len(values)} numbers and the target {len(targets)}: "
            f"they must have equally many"
        )
    return list(zip(values, targets, strict=True))


def checked_weights(name: str, weights: Sequence[float], n: int, of: str) -> list[float]:
    """Return weights as floats; there must be n, each 0 or more, and finite."""
    try:
        numbers = [float(weight) for weight in weights]
    except TypeError:
        raise TypeError(f"{name} is a sequence of {n} numbers, not {weights!r}") from None
    if len(numbers) != n:
        raise ValueError(f"{name} has {len(numbers)} numbers for {n} {of}: it needs one for each")
    if not all(0.0 <= number < float("inf") for number in numbers):
        raise ValueError(f"{name}={numbers} is not allowed: each must be 0 or more, and finite")
    return numbers
