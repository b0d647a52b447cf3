"""What `help` says of each function of the table: its formula, its errors, an example.

`declare` gives every public function its text, with its parameters, which all functions describe
alike. The examples are run as tests.
"""

from autograd.reference_more import MORE
from autograd.reference_special import SPECIAL

DOCUMENTATION = MORE | {
    **SPECIAL,
    "add": "Sum a + b; ∂/∂a = ∂/∂b = 1.",
    "subtract": "Difference a − b; ∂/∂a = 1, ∂/∂b = −1.",
    "multiply": "Product a·b; ∂/∂a = b, ∂/∂b = a.",
    "divide": "Quotient y = a/b; ∂/∂a = 1/b, ∂/∂b = −y/b.",
    "negative": "Negation −x; derivative −1.",
    "positive": "Identity +x as a node of its own; derivative 1.",
    "power": "Power y = aᵇ with both differentiated; ∂/∂a = b·aᵇ⁻¹, ∂/∂b = y·ln a.",
    "exp": """Exponential y = eˣ; derivative y.

Raises
------
OverflowError
    For x above 709.78, where eˣ exceeds the largest float.

Examples
--------
>>> from autograd import exp, value_and_grad
>>> value_and_grad(exp)(0.0)
(1.0, 1.0)
""",
    "expm1": """Exponential minus one, eˣ − 1, exact for small x too; derivative eˣ.

Raises
------
OverflowError
    For x above 709.78, where eˣ exceeds the largest float.

Examples
--------
>>> from autograd import expm1, value_and_grad
>>> value_and_grad(expm1)(0.0)
(0.0, 1.0)
""",
    "log": """Natural logarithm ln x; derivative 1/x.

Raises
------
ValueError
    For x ≤ 0.

Examples
--------
>>> from autograd import log, value_and_grad
>>> value_and_grad(log)(1.0)
(0.0, 1.0)
""",
    "log1p": """Logarithm of one plus x, ln(1 + x), exact for small x too; derivative 1/(1 + x).

Raises
------
ValueError
    For x ≤ −1.

Examples
--------
>>> from autograd import log1p, value_and_grad
>>> value_and_grad(log1p)(0.0)
(0.0, 1.0)
""",
    "sqrt": """Square root y = √x; derivative 1/(2y).

Raises
------
ValueError
    For x < 0.

Notes
-----
At x = 0 the derivative is infinite, and the local gradient is inf.

Examples
--------
>>> from autograd import sqrt, value_and_grad
>>> value_and_grad(sqrt)(4.0)
(2.0, 0.25)
""",
    "sin": """Sine of x in radians; derivative cos x.

Raises
------
ValueError
    For an infinite x.

Examples
--------
>>> from autograd import sin, value_and_grad
>>> value_and_grad(sin)(0.0)
(0.0, 1.0)
""",
    "cos": """Cosine of x in radians; derivative −sin x.

Raises
------
ValueError
    For an infinite x.

Examples
--------
>>> from autograd import cos, value_and_grad
>>> [round(number, 6) for number in value_and_grad(cos)(1.0)]
[0.540302, -0.841471]
""",
    "tan": """Tangent y of x in radians; derivative 1 + y².

Raises
------
ValueError
    For an infinite x.

Examples
--------
>>> from autograd import tan, value_and_grad
>>> value_and_grad(tan)(0.0)
(0.0, 1.0)
""",
    "asin": """Inverse sine in radians; derivative 1/√(1 − x²).

Raises
------
ValueError
    For |x| > 1.

Notes
-----
The local gradient at x = ±1 is inf.

Examples
--------
>>> from autograd import asin, value_and_grad
>>> value_and_grad(asin)(0.0)
(0.0, 1.0)
""",
    "acos": """Inverse cosine in radians; derivative −1/√(1 − x²).

Raises
------
ValueError
    For |x| > 1.

Notes
-----
The local gradient at x = ±1 is −inf.

Examples
--------
>>> from autograd import acos, value_and_grad
>>> [round(number, 6) for number in value_and_grad(acos)(0.0)]
[1.570796, -1.0]
""",
    "atan": """Inverse tangent in radians; derivative 1/(1 + x²).

Examples
--------
>>> from autograd import atan, value_and_grad
>>> [round(number, 6) for number in value_and_grad(atan)(1.0)]
[0.785398, 0.5]
""",
    "atan2": """\
Angle of the point (x, y) in radians, in (−π, π]; ∂/∂y = x/r², ∂/∂x = −y/r², r² = x² + y².

Notes
-----
The derivatives do not exist at the origin, and the local gradients there are nan.

Examples
--------
>>> from autograd import Value, atan2
>>> y, x = Value(1.0), Value(1.0)
>>> angle = atan2(y, x)
>>> angle.backward()
>>> round(angle.data, 6), round(y.grad, 6), round(x.grad, 6)
(0.785398, 0.5, -0.5)
""",
    "hypot": """Length y = √(a² + b²), without overflow on the way; ∂/∂a = a/y, ∂/∂b = b/y.

Notes
-----
The derivatives do not exist at the origin, and the local gradients there are nan.

Examples
--------
>>> from autograd import Value, hypot
>>> a, b = Value(3.0), Value(4.0)
>>> y = hypot(a, b)
>>> y.backward()
>>> y.data, a.grad, b.grad
(5.0, 0.6, 0.8)
""",
    "sinh": """Hyperbolic sine (eˣ − e⁻ˣ)/2; derivative cosh x.

Raises
------
OverflowError
    For |x| above 710.47.

Examples
--------
>>> from autograd import sinh, value_and_grad
>>> value_and_grad(sinh)(0.0)
(0.0, 1.0)
""",
    "cosh": """Hyperbolic cosine (eˣ + e⁻ˣ)/2; derivative sinh x.

Raises
------
OverflowError
    For |x| above 710.47.

Examples
--------
>>> from autograd import cosh, value_and_grad
>>> value_and_grad(cosh)(0.0)
(1.0, 0.0)
""",
    "tanh": """Hyperbolic tangent y = (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ); derivative 1 − y².

Notes
-----
Never overflows. The derivative keeps its digits in the saturated tails, where y has rounded
to ±1 and 1 − y² would give 0.

Examples
--------
>>> from autograd import tanh, value_and_grad
>>> value_and_grad(tanh)(0.0)
(0.0, 1.0)
""",
    "asinh": """Inverse hyperbolic sine; derivative 1/√(1 + x²).

Examples
--------
>>> from autograd import asinh, value_and_grad
>>> value_and_grad(asinh)(0.0)
(0.0, 1.0)
""",
    "acosh": """Inverse hyperbolic cosine; derivative 1/√(x² − 1).

Raises
------
ValueError
    For x < 1.

Notes
-----
The local gradient at x = 1 is inf.

Examples
--------
>>> from autograd import acosh, value_and_grad
>>> value_and_grad(acosh)(1.0)
(0.0, inf)
""",
    "atanh": """Inverse hyperbolic tangent; derivative 1/(1 − x²).

Raises
------
ValueError
    For |x| ≥ 1.

Examples
--------
>>> from autograd import atanh, value_and_grad
>>> value_and_grad(atanh)(0.0)
(0.0, 1.0)
""",
    "erf": """Error function 2/√π ∫₀ˣ e^(−t²) dt; derivative 2/√π e^(−x²).

Examples
--------
>>> from autograd import erf, value_and_grad
>>> [round(number, 6) for number in value_and_grad(erf)(0.0)]
[0.0, 1.128379]
""",
    "erfc": """\
Complementary error function 1 − erf x, exact for large x too; derivative −2/√π e^(−x²).

Examples
--------
>>> from autograd import erfc, value_and_grad
>>> [round(number, 6) for number in value_and_grad(erfc)(0.0)]
[1.0, -1.128379]
""",
    "sigmoid": """Logistic function y = 1/(1 + e⁻ˣ); derivative y(1 − y), at most ¼.

Notes
-----
Never overflows. The derivative keeps its digits for large x, where y has rounded to 1 and
y(1 − y) would give 0.

Examples
--------
>>> from autograd import sigmoid, value_and_grad
>>> value_and_grad(sigmoid)(0.0)
(0.5, 0.25)
""",
    "softplus": """Smooth ramp ln(1 + eˣ); derivative sigmoid(x).

Notes
-----
Never overflows: computed as max(x, 0) + ln(1 + e^(−|x|)).

Examples
--------
>>> from autograd import softplus, value_and_grad
>>> [round(number, 6) for number in value_and_grad(softplus)(0.0)]
[0.693147, 0.5]
""",
    "relu": """Rectified linear unit max(x, 0); derivative 1 for x > 0, else 0.

Notes
-----
The derivative at the kink x = 0 is taken as 0.

Examples
--------
>>> from autograd import relu, value_and_grad
>>> value_and_grad(relu)(2.0)
(2.0, 1.0)
""",
    "gelu": """Gaussian error linear unit xΦ(x), the exact one; derivative Φ(x) + xφ(x).

Notes
-----
Φ and φ are the distribution function and the density of the standard normal
distribution; Φ is computed by erfc, from a product −x√½ that is corrected for its rounding, so that
negative x lose no digits.

References
----------
Hendrycks, Gimpel: Gaussian Error Linear Units, 2016, section 2.

Examples
--------
>>> from autograd import gelu, value_and_grad
>>> value_and_grad(gelu)(0.0)
(0.0, 0.5)
""",
    "silu": """Sigmoid linear unit xσ(x), also called swish; derivative σ(x)(1 + x(1 − σ(x))).

Examples
--------
>>> from autograd import silu, value_and_grad
>>> value_and_grad(silu)(0.0)
(0.0, 0.5)
""",
    "abs": """Absolute value |x|; derivative sign(x).

Notes
-----
The derivative at the kink x = 0 is taken as 0.

Examples
--------
>>> from autograd import abs, value_and_grad
>>> value_and_grad(abs)(-3.0)
(3.0, -1.0)
""",
    "sign": """Sign of x: −1, 0 or 1; derivative 0.

Examples
--------
>>> from autograd import sign, value_and_grad
>>> value_and_grad(sign)(-3.0)
(-1.0, 0.0)
""",
    "heaviside": """Step function: 1 for x > 0, else 0; derivative 0.

Notes
-----
heaviside(0) is 0.

Examples
--------
>>> from autograd import heaviside, value_and_grad
>>> value_and_grad(heaviside)(3.0)
(1.0, 0.0)
""",
    "stop_gradient": """x itself, but no derivative passes: a constant to all that differentiates.

Notes
-----
Unlike `Value.detach`, which makes a leaf, it is a node of the graph: a compiled program computes it
anew at every call, and `replay` does. What it is computed from gets nothing of the gradient, in
every mode and to every order, whatever comes from above. `check_gradients` holds it fixed too.

Examples
--------
>>> from autograd import stop_gradient, value_and_grad
>>> value_and_grad(lambda x: stop_gradient(x) * x)(3.0)
(9.0, 3.0)

The largest logit, taken out before exponentiating, changes neither the softmax nor its derivatives:

>>> from functools import reduce
>>> from autograd import compile, exp, maximum
>>> @compile
... def softmax(logits):
...     largest = stop_gradient(reduce(maximum, logits))
...     powers = [exp(z - largest) for z in logits]
...     return [power / sum(powers) for power in powers]
>>> softmax([1000.0, 1000.0])
[0.5, 0.5]
""",
    "maximum": """Larger of a and b; derivative 1 towards the larger, 0 towards the other.

Notes
-----
In a tie each gets ½. A nan among the arguments is passed on.

Examples
--------
>>> from autograd import Value, maximum
>>> a, b = Value(2.0), Value(5.0)
>>> y = maximum(a, b)
>>> y.backward()
>>> y.data, a.grad, b.grad
(5.0, 0.0, 1.0)
""",
    "minimum": """Smaller of a and b; derivative 1 towards the smaller, 0 towards the other.

Notes
-----
In a tie each gets ½. A nan among the arguments is passed on.

Examples
--------
>>> from autograd import Value, minimum
>>> a, b = Value(2.0), Value(5.0)
>>> y = minimum(a, b)
>>> y.backward()
>>> y.data, a.grad, b.grad
(2.0, 1.0, 0.0)
""",
    "greater": """1.0 where a > b, else 0.0; derivatives 0.

Notes
-----
``a > b`` on Values gives a bool for Python's own ``if``; this function gives a number that a
graph can record and a compiled program can compute, for use with `where`.

Examples
--------
>>> from autograd import greater
>>> greater(2.0, 5.0), greater(3.0, 3.0)
(0.0, 0.0)
""",
    "greater_equal": """1.0 where a ≥ b, else 0.0; derivatives 0.

Notes
-----
``a >= b`` on Values gives a bool for Python's own ``if``; this function gives a number that a
graph can record and a compiled program can compute, for use with `where`.

Examples
--------
>>> from autograd import greater_equal
>>> greater_equal(2.0, 5.0), greater_equal(3.0, 3.0)
(0.0, 1.0)
""",
    "equal": """1.0 where a = b, else 0.0; derivatives 0.

Notes
-----
``a == b`` on Values asks whether they are one and the same node; this function gives a number that
a graph can record and a compiled program can compute, for use with `where`.

Examples
--------
>>> from autograd import equal
>>> equal(2.0, 5.0), equal(3.0, 3.0)
(0.0, 1.0)
""",
    "not_equal": """1.0 where a ≠ b, else 0.0; derivatives 0.

Notes
-----
``a != b`` on Values asks whether they are different nodes; this function gives a number that a
graph can record and a compiled program can compute, for use with `where`.

Examples
--------
>>> from autograd import not_equal
>>> not_equal(2.0, 5.0), not_equal(3.0, 3.0)
(1.0, 0.0)
""",
    "less": """1.0 where a < b, else 0.0; derivatives 0.

Notes
-----
``a < b`` on Values gives a bool for Python's own ``if``; this function gives a number that a
graph can record and a compiled program can compute, for use with `where`.

Examples
--------
>>> from autograd import less
>>> less(2.0, 5.0), less(3.0, 3.0)
(1.0, 0.0)
""",
    "less_equal": """1.0 where a ≤ b, else 0.0; derivatives 0.

Notes
-----
``a <= b`` on Values gives a bool for Python's own ``if``; this function gives a number that a
graph can record and a compiled program can compute, for use with `where`.

Examples
--------
>>> from autograd import less_equal
>>> less_equal(2.0, 5.0), less_equal(3.0, 3.0)
(1.0, 1.0)
""",
    "where": """Choice: a where the condition is not 0, else b; derivative 1 towards the one chosen.

Notes
-----
The condition is usually the result of `greater` or one of its sisters. Both sides are evaluated
before the choice, so both must be defined. The side that is not chosen passes no gradient, even
where its own slope is infinite.

Examples
--------
>>> from autograd import Value, greater, where
>>> x = Value(-3.0)
>>> y = where(greater(x, 0.0), x, 0.5 * x)
>>> y.backward()
>>> y.data, x.grad
(-1.5, 0.5)

√x has an infinite slope at 0, but it is not chosen there:

>>> from autograd import grad, less, sqrt
>>> grad(lambda x: where(less(x, 1.0), x, sqrt(x)))(0.0)
1.0
""",
}
