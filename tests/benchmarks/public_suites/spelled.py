"""How a function of another project is written with ours, and the differences that are meant.

A name that is not in `SPELLED` is the name of one of our public functions.

Read next: `exact`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd


class MissingError(Exception):
    """A public function of ours that there is not."""


class _Names(dict[str, Any]):
    """Our public functions by name, for the texts of `SPELLED`."""

    def __missing__(self, name: str) -> Any:
        if name not in dir(autograd):
            raise MissingError(name)
        return getattr(autograd, name)


def spelled(name: str, arguments: int) -> Callable[..., Any]:
    """A function of another project, of so many arguments, by our functions."""
    names = "xyzt"[:arguments]
    text = SPELLED.get(f"{name}/{arguments}") or SPELLED.get(name)
    text = text or f"{name}({', '.join(names)})"
    code = compile(text, name, "eval")

    def function(*inputs: Any) -> Any:
        return eval(code, _Names(zip(names, inputs, strict=True)))

    function.__name__ = name
    return function


_GELU = "0.5 * x * (1.0 + tanh(0.7978845608028654 * (x + 0.044715 * x ** 3)))"  # JAX's default

SPELLED = {
    "gelu": _GELU,
    "sparse_plus": "square(clip(x + 1.0, 0.0, 2.0)) / 4.0 + relu(x - 1.0)",
    "sparse_sigmoid": "clip((x + 1.0) / 2.0, 0.0, 1.0)",
    # operators and NumPy's other names
    "+/1": "+x",
    "-/1": "-x",
    "+/2": "x + y",
    "-/2": "x - y",
    "*": "x * y",
    "/": "x / y",
    "\\": "y / x",
    "^": "x ** y",
    "inv": "reciprocal(x)",
    "abs2": "square(x)",
    "add": "x + y",
    "subtract": "x - y",
    "sub": "x - y",
    "multiply": "x * y",
    "mul": "x * y",
    "divide": "x / y",
    "true_divide": "x / y",
    "div": "x / y",
    "negative": "-x",
    "neg": "-x",
    "positive": "+x",
    "absolute": "abs(x)",
    "power": "x ** y",
    "pow": "x ** y",
    "float_power": "x ** y",
    "max": "maximum(x, y)",
    "min": "minimum(x, y)",
    "fmax": "maximum(x, y)",
    "fmin": "minimum(x, y)",
    "rem": "fmod(x, y)",
    "remainder": "mod(x, y)",
    "rint": "round(x)",
    "fix": "trunc(x)",
    "conj": "x.conjugate()",
    "conjugate": "x.conjugate()",
    "real": "x",
    "clamp": "clip(y, x, z)",
    "identity": "x",
    "deg2rad": "radians(x)",
    "rad2deg": "degrees(x)",
    "mod2pi": "mod(x, 6.283185307179586)",
    "rem2pi": "x - 6.283185307179586 * round(x / 6.283185307179586)",
    "divmod": "x // y",
    "modf": "fmod(x, 1.0)",
    "frexp": "x",
    "nan_to_num": "x",
    "log/2": "log(y) / log(x)",
    "heaviside/2": "where(equal(x, 0.0), y, heaviside(x))",
    "where": "where(x, y, z)",
    "muladd": "x * y + z",
    "fma": "x * y + z",
    "ifelse": "where(x, y, z)",
    # angles
    **{f"arc{f}": f"a{f}(x)" for f in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "arctan2": "atan2(x, y)",
    "atan/2": "atan2(x, y)",
    **{f"{f}d": f"1.0 / {g}d(x)" for f, g in (("sec", "cos"), ("csc", "sin"), ("cot", "tan"))},
    **{f"a{f}d": f"degrees(a{f}(x))" for f in ("sin", "cos", "tan", "sec", "csc", "cot")},
    # logarithms and exponentials
    "xlogx": "xlogy(x, x)",
    "logistic": "sigmoid(x)",
    "expit": "sigmoid(x)",
    "log1psq": "log1p(x * x)",
    "log1pexp": "softplus(x)",
    "log2mexp": "log1p(-expm1(x))",
    "logexpm1": "x + log1mexp(x)",
    "log1pmx": "log1p(x) - x",
    "logmxp1": "log(x) - x + 1.0",
    "logsubexp": "maximum(x, y) + log1mexp(x - y)",
    "entr": "-xlogy(x, x)",
    "rel_entr": "xlogy(x, x / y)",
    "kl_div": "xlogy(x, x / y) - x + y",
    "boxcox": "expm1(y * log(x)) / y",
    "boxcox1p": "expm1(y * log1p(x)) / y",
    # the normal distribution and its kin
    "erf/2": "erf(y) - erf(x)",
    "logerfc": "log(erfc(x))",
    "logerfcx": "log(erfcx(x))",
    "dawson": "dawsn(x)",
    "erf_inv": "erfinv(x)",
    # the gamma function and its kin
    "loggamma": "lgamma(x)",
    "gammaln": "lgamma(x)",
    "psi": "digamma(x)",
    "trigamma": "polygamma(1, x)",
    "logbeta": "betaln(x, y)",
    "factorial": "gamma(x + 1.0)",
    "rgamma": "1.0 / gamma(x)",
    "gammasgn": "sign(gamma(x))",
    "poch": "gamma(x + y) / gamma(x)",
    "comb": "1.0 / ((x + 1.0) * beta(x - y + 1.0, y + 1.0))",
    "igamma": "gammainc(x, y)",
    "igammac": "gammaincc(x, y)",
    "multigammaln": "0.5 * log(3.141592653589793) + lgamma(x) + lgamma(x - 0.5)",
    # Bessel's functions and integrals
    **{f"bessel{f}{n}": f"bessel_{f}({n}, x)" for f in "jy" for n in (0, 1)},
    **{f"{f}{n}": f"bessel_{f}({n}, x)" for f in "jyi" for n in (0, 1)},
    **{f"i{n}e": f"bessel_ie({n}, x)" for n in (0, 1)},
    **{f"bessel_i{n}e": f"bessel_ie({n}, x)" for n in (0, 1)},
    **{f"bessel{f}": f"bessel_{f}(x, y)" for f in "jyik"},
    "besseljx": "bessel_j(x, y)",
    "besselyx": "bessel_y(x, y)",
    "besselix": "bessel_ie(x, y)",
    "besselkx": "exp(y) * bessel_k(x, y)",
    "jn": "bessel_j(x, y)",
    "yn": "bessel_y(x, y)",
    "iv": "bessel_i(x, y)",
    "ive": "bessel_ie(x, y)",
    "exp1": "expn(1, x)",
    "expint/1": "expn(1, x)",
    "expint/2": "expn(x, y)",
    # activations
    "swish": "silu(x)",
    "soft_sign": "softsign(x)",
    "hard_tanh": "hardtanh(x)",
    "relu6": "clip(x, 0.0, 6.0)",
    "hard_sigmoid": "clip(x + 3.0, 0.0, 6.0) / 6.0",
    **{f"hard_{f}": "x * (clip(x + 3.0, 0.0, 6.0) / 6.0)" for f in ("silu", "swish")},
    "celu": "elu(x)",
    "squareplus": "(x + sqrt(x * x + 4.0)) / 2.0",
    "logical_not": "equal(x, 0.0)",
}

_COMPLEX = "a complex function; ours are real"
_AIRY = "Airy's functions are Bessel's of order 1/3; ours have whole orders"
_SHAPE = "the shape a is a fixed number, as its derivative is no formula of fixed length"
_FLOATS = "a property of the floating-point format, not a function of real numbers"
_BETA = (
    "no row: two shapes and a slope towards each; SciPy has values, `operation` declares one's own"
)
_NO_ROW = "no row: too rarely asked for; declare it by `operation`"

DIFFERENCES = {
    "binary_ops.comparison_values": "`==` of Values is identity, by contract; `equal` compares",
    "binary_ops.comparison_grads": "`==` of Values is identity, by contract; `equal` compares",
    **dict.fromkeys(("scipy.iv", "scipy.ive"), "orders are whole numbers, for I up to 20"),
    **dict.fromkeys(("scipy.betainc", "betainc"), _BETA),
    "SpecialFunctions.invdigamma/1": "no row: ten lines with `operation` and Newton's method",
    **{
        f"SpecialFunctions.airy{f}{p}{x}/1": _AIRY
        for f in ("ai", "bi")
        for p in ("", "prime")
        for x in ("", "x")
    },
    **{f"SpecialFunctions.{f}/2": _COMPLEX for f in ("besselh", "besselhx")},
    **{f"SpecialFunctions.hankelh{n}{x}/2": _COMPLEX for n in (1, 2) for x in ("", "x")},
    **dict.fromkeys(("igamma", "igammac", "gammainc", "gammaincc", "igamma_grad_a"), _SHAPE),
    **dict.fromkeys(("nextafter", "spacing"), _FLOATS),
    **dict.fromkeys(("beta", "betaln"), "agree for positive arguments; negative ones are refused"),
    **dict.fromkeys(
        ("comb", "factorial"), "JAX gives 0 where ours continues by the gamma function"
    ),
    **dict.fromkeys(("hyp1f1", "hyp2f1", "spence", "owens_t"), _NO_ROW),
    "zeta": "the exponent s is a fixed number; value and derivative by x agree",
    "dot_product_attention": "a function of arrays; nn.CausalSelfAttention",
}
"""Cases that differ on purpose or are left to the user, each with its reason."""
