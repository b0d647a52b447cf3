"""Selecting one of several by an index that is a `Value`, as in a function that is compiled.

A program cannot look a place up by a number that it is given when it runs. So every place gets a
sign, 1 where it is the one and 0 elsewhere, by which what stands there is multiplied or replaced.

Read next: `layers`.
"""

from autograd import Value, equal, total, where


def signs(count: int, index: Value) -> tuple[list[Value], Value]:
    """Return the sign of each place, and what marks an index that no place has.

    Parameters
    ----------
    count : int
        How many places there are, 0 to count - 1.
    index : Value

    Returns
    -------
    list of count Values
        1 for the place that the index is, else 0.
    Value
        0; or nan, to be added to what is selected, where the index is none of the places.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn.selection import signs
    >>> here, mark = signs(3, Value(1.0))
    >>> [sign.data for sign in here], mark.data
    ([0.0, 1.0, 0.0], 0.0)
    >>> signs(3, Value(3.0))[1].data
    nan
    """
    here = [equal(index, float(place)) for place in range(count)]
    return here, where(total(here), 0.0, float("nan"))
