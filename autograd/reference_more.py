"""What `help` says of each row of `elementary` and `special`; `reference` says it of the others.

The examples are run as tests.
"""

MORE = {
    "floor": """Largest whole number that is not above x, as a float; derivative 0.

Notes
-----
Passes no gradient, not even at its jumps. ``math.floor(v)`` of a Value is this.

Examples
--------
>>> from autograd import floor, value_and_grad
>>> value_and_grad(floor)(2.5)
(2.0, 0.0)
""",
    "ceil": """Smallest whole number that is not below x, as a float; derivative 0.

Notes
-----
Passes no gradient, not even at its jumps. ``math.ceil(v)`` of a Value is this.

Examples
--------
>>> from autograd import ceil, value_and_grad
>>> value_and_grad(ceil)(2.5)
(3.0, 0.0)
""",
    "trunc": """Whole part of x, as a float; derivative 0.

Notes
-----
Passes no gradient, not even at its jumps. ``math.trunc(v)`` of a Value is this.

Examples
--------
>>> from autograd import trunc, value_and_grad
>>> value_and_grad(trunc)(-2.5)
(-2.0, 0.0)
""",
    "fmod": """Remainder of a/b with the sign of a, as in C; ∂/∂a = 1, ∂/∂b = −trunc(a/b).

Raises
------
ZeroDivisionError
    For b = 0.

Notes
-----
At a whole a/b it jumps; the derivatives are those beyond the jump.

Examples
--------
>>> from autograd import Value, fmod
>>> z = fmod(Value(-7.0), Value(3.0))
>>> z.data, z.local_gradients()
(-1.0, (1.0, 2.0))
""",
    "mod": """\
Remainder a − b·floor(a/b), with the sign of b: ``a % b``; ∂/∂a = 1, ∂/∂b = −floor(a/b).

Raises
------
ZeroDivisionError
    For b = 0.

Notes
-----
At a whole a/b it jumps; the derivatives are those beyond the jump.

Examples
--------
>>> from autograd import Value, mod
>>> z = mod(Value(-7.0), Value(3.0))
>>> z.data, z.local_gradients()
(2.0, (1.0, 3.0))
""",
    "floor_divide": """Whole quotient floor(a/b), ``a // b``; derivatives 0.

Raises
------
ZeroDivisionError
    For b = 0.

Notes
-----
Passes no gradient, not even at its jumps.

Examples
--------
>>> from autograd import Value, floor_divide
>>> z = floor_divide(Value(-7.0), Value(3.0))
>>> z.data, z.local_gradients()
(-3.0, (0.0, 0.0))
""",
    "log2": """Logarithm to base 2; derivative 1/(x·ln 2).

Raises
------
ValueError
    For x ≤ 0.

Examples
--------
>>> from autograd import log2, value_and_grad
>>> value_and_grad(log2)(8.0)
(3.0, 0.18033688011112042)
""",
    "log10": """Logarithm to base 10; derivative 1/(x·ln 10).

Raises
------
ValueError
    For x ≤ 0.

Examples
--------
>>> from autograd import log10, value_and_grad
>>> value_and_grad(log10)(1000.0)
(3.0, 0.00043429448190325184)
""",
    "exp2": """Power of two y = 2ˣ; derivative y·ln 2.

Raises
------
OverflowError
    For x from 1024 on.

Examples
--------
>>> from autograd import exp2, value_and_grad
>>> value_and_grad(exp2)(3.0)
(8.0, 5.545177444479562)
""",
    "cbrt": """Cube root y of x, negative for negative x; derivative 1/(3y²).

Notes
-----
At x = 0 the derivative is infinite, and the local gradient is inf.

Examples
--------
>>> from autograd import cbrt, value_and_grad
>>> value_and_grad(cbrt)(-8.0)
(-2.0, 0.08333333333333333)
""",
    "logit": """Log odds ln(x/(1 − x)), the inverse of sigmoid; derivative 1/(x(1 − x)).

Raises
------
ValueError
    For x outside the open interval from 0 to 1.

Examples
--------
>>> from autograd import logit, value_and_grad
>>> value_and_grad(logit)(0.5)
(0.0, 4.0)
""",
    "log1mexp": """ln(1 − e^−|x|), exact near 0 and far from it; derivative sign(x)/(e^|x| − 1).

Raises
------
ValueError
    For x = 0.

Notes
-----
For x < 0 it is ln(1 − eˣ), for x > 0 it is ln(1 − e⁻ˣ): both are in use under this name.

References
----------
Mächler: Accurately computing log(1 − exp(−|a|)), 2012, equation 7.

Examples
--------
>>> from autograd import log1mexp, value_and_grad
>>> value_and_grad(log1mexp)(1e-20)
(-46.051701859880914, 1e+20)
""",
    "log_sigmoid": """\
Logarithm of the logistic function, −ln(1 + e⁻ˣ), far below 0 too; derivative σ(−x).

Examples
--------
>>> from autograd import log_sigmoid, value_and_grad
>>> value_and_grad(log_sigmoid)(-1000.0)
(-1000.0, 1.0)
""",
    "xlogy": """Product x·ln y, and 0 where x = 0, also at y = 0; ∂/∂x = ln y, ∂/∂y = x/y.

Raises
------
ValueError
    For y ≤ 0, unless x = 0.

Notes
-----
At x = y = 0 the local gradients are −inf and 0.

Examples
--------
>>> from autograd import Value, xlogy
>>> z = xlogy(Value(0.0), Value(0.0))
>>> z.data, z.local_gradients()
(0.0, (-inf, 0.0))
""",
    "degrees": """Angle in degrees of x radians; derivative 180/π.

Examples
--------
>>> from autograd import degrees, value_and_grad
>>> value_and_grad(degrees)(3.141592653589793)
(180.0, 57.29577951308232)
""",
    "radians": """Angle in radians of x degrees; derivative π/180.

Examples
--------
>>> from autograd import radians, value_and_grad
>>> [round(number, 6) for number in value_and_grad(radians)(180.0)]
[3.141593, 0.017453]
""",
    "sec": """Secant y = 1/cos x of x in radians; derivative y·tan x.

Raises
------
ValueError
    For an infinite x.

Examples
--------
>>> from autograd import sec, value_and_grad
>>> value_and_grad(sec)(0.0)
(1.0, 0.0)
""",
    "csc": """Cosecant y = 1/sin x of x in radians; derivative −y·cot x.

Raises
------
ValueError
    For an infinite x.
ZeroDivisionError
    For x = 0.

Examples
--------
>>> from autograd import csc, value_and_grad
>>> [round(number, 6) for number in value_and_grad(csc)(1.0)]
[1.188395, -0.76306]
""",
    "cot": """Cotangent y = 1/tan x of x in radians; derivative −(1 + y²).

Raises
------
ValueError
    For an infinite x.
ZeroDivisionError
    For x = 0.

Examples
--------
>>> from autograd import cot, value_and_grad
>>> [round(number, 6) for number in value_and_grad(cot)(1.0)]
[0.642093, -1.412283]
""",
    "sech": """Hyperbolic secant y = 1/cosh x; derivative −y·tanh x.

Examples
--------
>>> from autograd import sech, value_and_grad
>>> [round(number, 6) for number in value_and_grad(sech)(1.0)]
[0.648054, -0.493554]
""",
    "csch": """Hyperbolic cosecant y = 1/sinh x; derivative −y·coth x.

Raises
------
ZeroDivisionError
    For x = 0.

Examples
--------
>>> from autograd import csch, value_and_grad
>>> [round(number, 6) for number in value_and_grad(csch)(1.0)]
[0.850918, -1.117286]
""",
    "coth": """Hyperbolic cotangent 1/tanh x; derivative −1/sinh² x.

Raises
------
ZeroDivisionError
    For x = 0.

Examples
--------
>>> from autograd import coth, value_and_grad
>>> [round(number, 6) for number in value_and_grad(coth)(1.0)]
[1.313035, -0.724062]
""",
    "selu": """Scaled exponential linear unit λx for x > 0, else λα(eˣ − 1); derivative λ or λαeˣ.

Notes
-----
λ = 1.0507 and α = 1.6733 keep mean 0 and variance 1. The derivative at 0 is taken as λα.

References
----------
Klambauer, Unterthiner, Mayr, Hochreiter: Self-Normalizing Neural Networks, NeurIPS 2017,
equation 2.

Examples
--------
>>> from autograd import selu, value_and_grad
>>> [round(number, 6) for number in value_and_grad(selu)(-1.0)]
[-1.111331, 0.646769]
""",
    "mish": """\
Smooth unit x·tanh(ln(1 + eˣ)); derivative tanh(s) + x·tanh′(s)·σ(x) with s = ln(1 + eˣ).

References
----------
Misra: Mish, a self regularized non-monotonic activation function, BMVC 2020, equation 1.

Examples
--------
>>> from autograd import mish, value_and_grad
>>> [round(number, 6) for number in value_and_grad(mish)(1.0)]
[0.865098, 1.049036]
""",
    "softsign": """Softsign x/(1 + |x|); derivative 1/(1 + |x|)².

Examples
--------
>>> from autograd import softsign, value_and_grad
>>> value_and_grad(softsign)(1.0)
(0.5, 0.25)
""",
    "lgamma": """Logarithm of the gamma function, ln |Γ(x)|; derivative digamma(x).

Raises
------
ZeroDivisionError
    For x = 0, −1, −2 …

Notes
-----
Near its zeros at negative x, such as −2.457, the error is small beside 1, not beside the value.

Examples
--------
>>> from autograd import lgamma, value_and_grad
>>> [round(number, 6) for number in value_and_grad(lgamma)(5.0)]
[3.178054, 1.506118]
""",
    "digamma": """Digamma ψ(x) = Γ′(x)/Γ(x); derivative polygamma(1, x).

Raises
------
ZeroDivisionError
    For x = 0, −1, −2 …

Notes
-----
Near its zeros, such as 1.4616, the error is small beside 1, not beside the value.

Examples
--------
>>> from autograd import digamma, value_and_grad
>>> [round(number, 6) for number in value_and_grad(digamma)(1.0)]
[-0.577216, 1.644934]
""",
    "erfinv": """Inverse error function, the y with erf y = x; derivative √π/2·e^(y²).

Raises
------
ValueError
    For |x| ≥ 1.

Examples
--------
>>> from autograd import erfinv, value_and_grad
>>> [round(number, 6) for number in value_and_grad(erfinv)(0.5)]
[0.476936, 1.112585]
""",
    "erfcx": """Scaled complement e^(x²)·erfc(x), which does not underflow; derivative 2x·y − 2/√π.

Raises
------
OverflowError
    For x below −26.6.

Notes
-----
Where the difference 2x·y − 2/√π would lose its digits, the derivative is computed another way.

Examples
--------
>>> from autograd import erfcx, value_and_grad
>>> [round(number, 6) for number in value_and_grad(erfcx)(100.0)]
[0.005642, -5.6e-05]
""",
    "sinc": """Cardinal sine sin(πx)/(πx) as in NumPy, 1 at 0; derivative (cos(πx) − sinc x)/x.

Notes
-----
All derivatives keep their digits near 0.

Examples
--------
>>> from autograd import sinc, value_and_grad
>>> [round(number, 6) for number in value_and_grad(sinc)(0.5)]
[0.63662, -1.27324]
""",
}
