"""What `help` says of each row of `angles`, `logarithms`, `gammas`, `normal` and `integrals`.

The examples are run as tests.
"""

SPECIAL = {
    "sinpi": """Sine of half turns, sin πx; derivative π·cos πx.

Notes
-----
Exact at whole and half x, where sin(π·x) is not.

Examples
--------
>>> from autograd import sinpi, value_and_grad
>>> value_and_grad(sinpi)(1.0)
(-0.0, -3.141592653589793)
""",
    "cospi": """Cosine of half turns, cos πx; derivative −π·sin πx.

Notes
-----
Exact at whole and half x, where cos(π·x) is not.

Examples
--------
>>> from autograd import cospi
>>> cospi(0.5), cospi(3.0)
(0.0, -1.0)
""",
    "sind": """Sine of an angle in degrees; derivative π/180·cosd(x).

Notes
-----
Exact at multiples of 90 degrees.

Examples
--------
>>> from autograd import sind
>>> sind(180.0), round(sind(30.0), 12)
(-0.0, 0.5)
""",
    "cosd": """Cosine of an angle in degrees; derivative −π/180·sind(x).

Notes
-----
Exact at multiples of 90 degrees.

Examples
--------
>>> from autograd import cosd
>>> cosd(90.0), round(cosd(60.0), 12)
(-0.0, 0.5)
""",
    "tand": """Tangent of an angle in degrees; derivative π/180·(1 + tand(x)²).

Raises
------
ZeroDivisionError
    For x = ±90, ±270 …

Examples
--------
>>> from autograd import tand
>>> round(tand(45.0), 12)
1.0
""",
    "asec": """Inverse secant, acos(1/x); derivative 1/(|x|·√(x² − 1)).

Raises
------
ValueError
    For −1 < x < 1.

Notes
-----
From 0 to π. The derivative at ±1 is inf.

Examples
--------
>>> from autograd import asec
>>> round(asec(2.0), 6)  # π/3
1.047198
""",
    "acsc": """Inverse cosecant, asin(1/x); derivative −1/(|x|·√(x² − 1)).

Raises
------
ValueError
    For −1 < x < 1.

Notes
-----
From −π/2 to π/2. The derivative at ±1 is -inf.

Examples
--------
>>> from autograd import acsc
>>> round(acsc(2.0), 6)  # π/6
0.523599
""",
    "acot": """Inverse cotangent, atan(1/x); derivative −1/(1 + x²).

Notes
-----
From −π/2 to π/2, with a jump at 0, where it is π/2.

Examples
--------
>>> from autograd import acot, value_and_grad
>>> value_and_grad(acot)(1.0)
(0.7853981633974483, -0.5)
""",
    "asech": """Inverse hyperbolic secant, acosh(1/x); derivative −1/(x·√(1 − x²)).

Raises
------
ValueError
    For x < 0 or x > 1.
ZeroDivisionError
    For x = 0.

Notes
-----
The derivative at 1 is -inf.

Examples
--------
>>> from autograd import asech
>>> round(asech(0.5), 6)
1.316958
""",
    "acsch": """Inverse hyperbolic cosecant, asinh(1/x); derivative −1/(|x|·√(1 + x²)).

Raises
------
ValueError
    For x = 0.

Examples
--------
>>> from autograd import acsch
>>> round(acsch(0.5), 6)
1.443635
""",
    "acoth": """Inverse hyperbolic cotangent, atanh(1/x); derivative 1/(1 − x²).

Raises
------
ValueError
    For −1 < x < 1.
ZeroDivisionError
    For x = ±1.

Examples
--------
>>> from autograd import acoth
>>> round(acoth(2.0), 6)
0.549306
""",
    "exp10": """Power of ten, 10ˣ; derivative ln 10·10ˣ.

Raises
------
OverflowError
    For x > 308.25.

Examples
--------
>>> from autograd import exp10
>>> exp10(3.0)
1000.0
""",
    "xlog1py": """Product x·ln(1 + y), 0 where x = 0; derivatives ln(1 + y) and x/(1 + y).

Raises
------
ValueError
    For y ≤ −1, unless x = 0.

Examples
--------
>>> from autograd import xlog1py
>>> xlog1py(0.0, -1.0), round(xlog1py(2.0, 1.0), 6)
(0.0, 1.386294)
""",
    "copysign": """\
Size of a with the sign of b; ∂/∂a = 1 or −1, as it keeps or turns the sign of a.

Notes
-----
The derivative at a = 0 is taken as 0, and nothing passes towards b.

Examples
--------
>>> from autograd import copysign, value_and_grad
>>> value_and_grad(copysign)(2.0, -0.0)
(-2.0, -1.0)
""",
    "gamma": """Gamma function Γ(x) = ∫ tˣ⁻¹·e⁻ᵗ dt; derivative Γ(x)·ψ(x).

Raises
------
ZeroDivisionError
    For x = 0, −1, −2 …
OverflowError
    For x > 171.62.

Notes
-----
In formulas read from text ``gamma`` is free to be a variable's name.

References
----------
Abramowitz, Stegun: Handbook of Mathematical Functions, section 6.1.

Examples
--------
>>> from autograd import gamma, value_and_grad
>>> gamma(5.0), round(value_and_grad(gamma)(1.0)[1], 6)
(24.0, -0.577216)
""",
    "betaln": """\
Logarithm of the beta function, ln Γ(a) + ln Γ(b) − ln Γ(a + b); ∂/∂a = ψ(a) − ψ(a + b).

Raises
------
ValueError
    For a < 0 or b < 0.
ZeroDivisionError
    For a = 0 or b = 0.

Notes
-----
By b the derivative is ψ(b) − ψ(a + b). Large arguments lose no digits of the value; where one is
far larger than the other, the derivative by it is a small difference, right to 1e-15 of ψ alone.

References
----------
DiDonato, Morris, "Algorithm 708", ACM Transactions on Mathematical Software 18, 1992.

Examples
--------
>>> from autograd import betaln
>>> round(betaln(2.0, 3.0), 6)  # ln 1/12
-2.484907
""",
    "erfi": """Imaginary error function 2/√π ∫ e^(t²) dt from 0 to x; derivative 2/√π·e^(x²).

Raises
------
OverflowError
    For |x| > 26.6.

Examples
--------
>>> from autograd import erfi
>>> round(erfi(1.0), 6)
1.650426
""",
    "erfcinv": """Inverse of the complementary error function; derivative −√π/2·e^(y²).

Raises
------
ValueError
    For x < 0 or x > 2.

Notes
-----
Small x have all their digits, as with erfinv(1 − x) they would not.

Examples
--------
>>> from autograd import erfcinv
>>> round(erfcinv(1e-10), 6)
4.572825
""",
    "log_ndtr": """Logarithm of the normal distribution, ln Φ(x); derivative φ(x)/Φ(x).

Notes
-----
Has all digits for any x, where log(ndtr(x)) has none below −38.

Examples
--------
>>> from autograd import log_ndtr
>>> round(log_ndtr(-50.0), 6)
-1254.831361
""",
    "expi": """\
Exponential integral Ei(x), the principal value of ∫ eᵗ/t dt from −∞ to x; derivative eˣ/x.

Raises
------
ZeroDivisionError
    For x = 0.

References
----------
Abramowitz, Stegun: Handbook of Mathematical Functions, 5.1.2.

Examples
--------
>>> from autograd import expi
>>> round(expi(1.0), 6)
1.895118
""",
    "sinint": """Sine integral Si(x) = ∫ sin t/t dt from 0 to x; derivative sin x/x.

References
----------
Abramowitz, Stegun: Handbook of Mathematical Functions, 5.2.1.

Examples
--------
>>> from autograd import sinint, value_and_grad
>>> value_and_grad(sinint)(0.0)
(0.0, 1.0)
""",
    "cosint": """Cosine integral Ci(x) = −∫ cos t/t dt from x on; derivative cos x/x.

Raises
------
ValueError
    For x < 0.
ZeroDivisionError
    For x = 0.

References
----------
Abramowitz, Stegun: Handbook of Mathematical Functions, 5.2.2.

Examples
--------
>>> from autograd import cosint
>>> round(cosint(1.0), 6)
0.337404
""",
}
