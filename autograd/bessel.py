"""More rows of the table: Bessel's functions of whole order.

Their formulas stand in `bessel_series`. A derivative is made of the orders beside it, or is a
member of a family of its own where these would cancel.

Read next: `aggregates`, `graph`.
"""

from __future__ import annotations

from typing import Any

from autograd.bessel_series import i_formula, j_formula, k_formula, scaled_i_formula, y_formula
from autograd.declare import family
from autograd.formula_rows import FROM_0, formula_member, whole_order
from autograd.operation import Operation
from autograd.signatures import of_fixed_and_number

_MOST_I = 20  # the largest order of I, whose formulas grow with its square

# ------------------------------------------------------------------------------------- the table


@family
def _bessel_j(n: float) -> Operation:
    def local(y: Any, x: Any) -> tuple[Any]:
        if not n:
            return (-_bessel_j(1.0)(x),)
        return (0.5 * (_bessel_j(n - 1.0)(x) - _bessel_j(n + 1.0)(x)),)

    return formula_member("bessel_j", f"J{n:g}", j_formula, (n,), local)


@family
def _bessel_y(n: float) -> Operation:
    def local(y: Any, x: Any) -> tuple[Any]:
        if not n:
            return (-_bessel_y(1.0)(x),)
        return (0.5 * (_bessel_y(n - 1.0)(x) - _bessel_y(n + 1.0)(x)),)

    return formula_member("bessel_y", f"Y{n:g}", y_formula, (n,), local, FROM_0, 0.0, "-inf at 0")


@family
def _bessel_i(n: float) -> Operation:
    def local(y: Any, x: Any) -> tuple[Any]:
        if not n:
            return (_bessel_i(1.0)(x),)
        return (0.5 * (_bessel_i(n - 1.0)(x) + _bessel_i(n + 1.0)(x)),)

    return formula_member("bessel_i", f"I{n:g}", i_formula, (n,), local)


@family
def _bessel_ie(n: float, k: float) -> Operation:
    """Make the k-th derivative of e^−|x|·Iₙ(x)."""
    return formula_member(
        "bessel_ie",
        f"e⁻|x|I{n:g}" + "′" * int(k),
        scaled_i_formula,
        (n, k),
        lambda y, x: (_bessel_ie(n, k + 1.0)(x),),
        kink="derivative 0 at 0 for even n",
    )


@family
def _bessel_k(n: float) -> Operation:
    def local(y: Any, x: Any) -> tuple[Any]:
        if not n:
            return (-_bessel_k(1.0)(x),)
        return (-0.5 * (_bessel_k(n - 1.0)(x) + _bessel_k(n + 1.0)(x)),)

    return formula_member("bessel_k", f"K{n:g}", k_formula, (n,), local, FROM_0, 0.0, "inf at 0")


@of_fixed_and_number
def bessel_j(n: int, x: Any) -> Any:
    """Bessel function of the first kind Jₙ(x); derivative (Jₙ₋₁(x) − Jₙ₊₁(x))/2, for n = 0 −J₁(x).

    Parameters
    ----------
    n : int
        The order, a whole number from 0 to 100; a fixed number.
    x : Value or real number
        Scalar.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `n` is no such number.

    Notes
    -----
    At a zero of Jₙ what is left is the rounding of terms of the size of the waves, √(2/πx).

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, chapter 9.

    Examples
    --------
    >>> from autograd import bessel_j, grad
    >>> round(bessel_j(0, 1.0), 6), round(grad(lambda x: bessel_j(0, x))(1.0), 6)
    (0.765198, -0.440051)
    """
    return _bessel_j(whole_order(n, "bessel_j"))(x)


@of_fixed_and_number
def bessel_y(n: int, x: Any) -> Any:
    """Bessel function of the second kind Yₙ(x); derivative (Yₙ₋₁(x) − Yₙ₊₁(x))/2, for n = 0 −Y₁(x).

    Parameters
    ----------
    n : int
        The order, a whole number from 0 to 100; a fixed number.
    x : Value or real number
        Scalar.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `n` is no such number or x < 0.
    ZeroDivisionError
        For x = 0.

    Notes
    -----
    At a zero of Yₙ what is left is the rounding of terms of the size of the waves, √(2/πx).

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, chapter 9.

    Examples
    --------
    >>> from autograd import bessel_y, grad
    >>> round(bessel_y(0, 1.0), 6), round(grad(lambda x: bessel_y(0, x))(1.0), 6)
    (0.088257, 0.781213)
    """
    return _bessel_y(whole_order(n, "bessel_y"))(x)


@of_fixed_and_number
def bessel_i(n: int, x: Any) -> Any:
    """Modified Bessel function Iₙ(x); derivative (Iₙ₋₁(x) + Iₙ₊₁(x))/2, for n = 0 I₁(x).

    Parameters
    ----------
    n : int
        The order, a whole number from 0 to 20; a fixed number.
    x : Value or real number
        Scalar.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `n` is no such number.

    Notes
    -----
    Grows as eˣ; `bessel_ie` does not.

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, chapter 9.

    Examples
    --------
    >>> from autograd import bessel_i, grad
    >>> round(bessel_i(0, 1.0), 6), round(grad(lambda x: bessel_i(0, x))(1.0), 6)
    (1.266066, 0.565159)
    """
    return _bessel_i(whole_order(n, "bessel_i", _MOST_I))(x)


@of_fixed_and_number
def bessel_ie(n: int, x: Any) -> Any:
    """Scaled modified Bessel function e^−|x|·Iₙ(x); its derivatives are a family of their own.

    Parameters
    ----------
    n : int
        The order, a whole number from 0 to 20; a fixed number.
    x : Value or real number
        Scalar.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `n` is no such number.

    Notes
    -----
    Never overflows. For even n there is a kink at 0, where the derivative is taken as 0.

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, chapter 9.

    Examples
    --------
    >>> from autograd import bessel_ie, grad
    >>> round(bessel_ie(0, 1000.0), 6), round(grad(lambda x: bessel_ie(0, x))(1.0), 6)
    (0.012617, -0.257849)
    """
    return _bessel_ie(whole_order(n, "bessel_ie", _MOST_I), 0.0)(x)


@of_fixed_and_number
def bessel_k(n: int, x: Any) -> Any:
    """Modified Bessel function Kₙ(x); derivative −(Kₙ₋₁(x) + Kₙ₊₁(x))/2, for n = 0 −K₁(x).

    Parameters
    ----------
    n : int
        The order, a whole number from 0 to 100; a fixed number.
    x : Value or real number
        Scalar.

    Returns
    -------
    Value or float
        Scalar, of the kind of `x`.

    Raises
    ------
    ValueError
        When `n` is no such number or x < 0.
    ZeroDivisionError
        For x = 0.

    Notes
    -----
    Falls as e⁻ˣ.

    References
    ----------
    Abramowitz, Stegun: Handbook of Mathematical Functions, chapter 9.

    Examples
    --------
    >>> from autograd import bessel_k, grad
    >>> round(bessel_k(0, 1.0), 6), round(grad(lambda x: bessel_k(0, x))(1.0), 6)
    (0.421024, -0.601907)
    """
    return _bessel_k(whole_order(n, "bessel_k"))(x)
