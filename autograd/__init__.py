"""A scalar reverse-mode automatic-differentiation engine to see backpropagation with.

`Value` records a graph, `backward` walks it, everything else reads it. All public names, by what
they are for. `help(autograd.tanh)` says more of one; `help(autograd)` does of all, below, by the
alphabet. In these groups the full text is in the reference, which
``python -m tests.make_reference FOLDER`` writes as HTML:

- Graphs: `Value`, `no_grad`, `stop_gradient`, `replay`; of arrays: `values`, `data`, `grads`,
  `linalg`
- Operations of one's own: `operation`
- Exponentials, logarithms and roots: `exp`, `exp2`, `expm1`, `log`, `log2`, `log10`, `log1p`,
  `log1mexp`, `xlogy`, `sqrt`, `cbrt`, `rsqrt`, `square`, `reciprocal`, `exp10`, `xlog1py`
- Angles: `sin`, `cos`, `tan`, `sec`, `csc`, `cot`, `asin`, `acos`, `atan`, `asec`, `acsc`, `acot`,
  `atan2`, `hypot`, `sinc`, `degrees`, `radians`; of half turns `sinpi`, `cospi`; of degrees `sind`,
  `cosd`, `tand`
- Hyperbolic functions: `sinh`, `cosh`, `tanh`, `sech`, `csch`, `coth`, `asinh`, `acosh`, `atanh`,
  `asech`, `acsch`, `acoth`
- The normal distribution: `erf`, `erfc`, `erfcx`, `erfi`, `erfinv`, `erfcinv`, `dawsn`, `ndtr`,
  `ndtri`, `log_ndtr`
- The gamma function and its kin: `gamma`, `lgamma`, `digamma`, `polygamma`, `beta`, `betaln`,
  `gammainc`, `gammaincc`, `zeta`
- Bessel's functions and integrals: `bessel_j`, `bessel_y`, `bessel_i`, `bessel_ie`, `bessel_k`,
  `expi`, `expn`, `sinint`, `cosint`, `ellipk`, `ellipe`
- Activations: `sigmoid`, `log_sigmoid`, `logit`, `relu`, `leaky_relu`, `elu`, `selu`, `gelu`,
  `silu`, `mish`, `softplus`, `softsign`, `hardtanh`, `softmax`, `log_softmax`
- Sums: `total`, `dot`, `prod`, `mean`, `var`, `std`, `norm`, `logsumexp`, `logaddexp`, `logaddexp2`
- Choices and comparisons: `abs`, `fabs`, `sign`, `heaviside`, `maximum`, `minimum`, `clip`,
  `where`, `equal`, `not_equal`, `greater`, `greater_equal`, `less`, `less_equal`
- Whole numbers, signs, exponents: `floor`, `ceil`, `round`, `trunc`, `mod`, `fmod`, `floor_divide`,
  `copysign`, `ldexp`
- Derivatives: of a graph: `gradients`; of a function: `grad`, `value_and_grad`, `vjp`, `jvp`,
  `jacobian`, `hessian`, `hvp`, `sparse_jacobian`, `sparse_hessian`, `for_scipy`; whether they are
  right: `check_gradients`, `GradientReport`, `GradientError`
- Views: `draw`, `Drawing`, `walkthrough`, `Walkthrough`, `Step`, `ledger`, `Ledger`, `derivation`,
  `Derivation`, `formula`
- Machine code: `compile`, `Program`, `load_program`, `TracingError`
- Grading: `grade`, `Grade`

The engine, in reading order: `node`, `switches`, `operation`, `signatures` (what type checkers are
told), `declare`, `forwards`, `functions` (and `reference`, what `help` says of each function), then
more rows of the table, which may wait: `elementary`, `special` (with its formulas, `series`;
`reference_more` is what `help` says of both), `aggregates`; and, by `formula_rows`, the modules
`angles`, `logarithms`, `gammas`, `normal`, `integrals` and `bessel` (with `bessel_series`;
`reference_special` is what `help` says). Then `graph`, `refusals`, `backward`, `value`, `copying`;
and `own`, by which you declare a row. Then what you like: `trees`, `arrays`, `elimination` and
`linalg`, for numbers in lists and in NumPy's arrays; `calls` and `transforms`, which differentiate
functions; `difference`, `local_check` and `numerical`, which check derivatives; `spelling` and
`views`, which write and draw graphs; `compiler`, which makes fast programs of them; `solvers`,
`colouring`, `sweeps` and `sparse`, which hand such programs to SciPy; `own_file`, which imports a
user's operations, `expression`, which reads formulas, `grading`, which names a learner's mistakes,
`play`, a page that answers any formula, and `cli`, the command line (by `terminal`, what it shows).
`checks` refuses options of the wrong kind, `whole` does things as a whole or not at all, `sums`
adds floats alike on every Python, and `documents` reads and writes files in JSON; `speed` holds the
engine's inner loops a second time, in C.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd.aggregates import (
    log_softmax,
    mean,
    norm,
    prod,
    std,
    var,
)
from autograd.angles import acot, acoth, acsc, acsch, asec, asech, cosd, cospi, sind, sinpi, tand
from autograd.backward import gradients
from autograd.bessel import bessel_i, bessel_ie, bessel_j, bessel_k, bessel_y
from autograd.elementary import (
    cbrt,
    ceil,
    clip,
    cot,
    coth,
    csc,
    csch,
    degrees,
    exp2,
    fabs,
    floor,
    floor_divide,
    fmod,
    hardtanh,
    log1mexp,
    log2,
    log10,
    log_sigmoid,
    logaddexp,
    logit,
    mish,
    mod,
    radians,
    reciprocal,
    round,
    rsqrt,
    sec,
    sech,
    selu,
    softsign,
    square,
    trunc,
    xlogy,
)
from autograd.functions import (
    abs,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cos,
    cosh,
    dot,
    elu,
    equal,
    erf,
    erfc,
    exp,
    expm1,
    gelu,
    greater,
    greater_equal,
    heaviside,
    hypot,
    leaky_relu,
    less,
    less_equal,
    log,
    log1p,
    logsumexp,
    maximum,
    minimum,
    not_equal,
    relu,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softmax,
    softplus,
    sqrt,
    stop_gradient,
    tan,
    tanh,
    total,
    where,
)
from autograd.gammas import beta, betaln, gamma, gammainc, gammaincc, zeta
from autograd.graph import replay
from autograd.integrals import cosint, ellipe, ellipk, expi, expn, sinint
from autograd.logarithms import copysign, exp10, ldexp, logaddexp2, xlog1py
from autograd.normal import dawsn, erfcinv, erfi, log_ndtr, ndtr, ndtri
from autograd.own import operation
from autograd.special import (
    digamma,
    erfcx,
    erfinv,
    lgamma,
    polygamma,
    sinc,
)
from autograd.switches import TracingError, no_grad
from autograd.value import Value

if TYPE_CHECKING:
    from autograd import linalg
    from autograd.arrays import data, grads, values
    from autograd.compiler.program import Program, compile, load_program
    from autograd.grading.grade import grade
    from autograd.grading.report import Grade
    from autograd.numerical import GradientError, GradientReport, check_gradients
    from autograd.solvers import for_scipy
    from autograd.sparse import sparse_hessian, sparse_jacobian
    from autograd.transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
    from autograd.views.derivation import Derivation, derivation
    from autograd.views.drawing import Drawing, draw
    from autograd.views.ledger import Ledger, ledger
    from autograd.views.walkthrough import Step, Walkthrough, walkthrough
    from autograd.views.write.formula import formula

__all__ = [  # noqa: RUF022 - as dir() has it, log10 before log1p
    "Derivation",
    "Drawing",
    "Grade",
    "GradientError",
    "GradientReport",
    "Ledger",
    "Program",
    "Step",
    "TracingError",
    "Value",
    "Walkthrough",
    "abs",
    "acos",
    "acosh",
    "acot",
    "acoth",
    "acsc",
    "acsch",
    "asec",
    "asech",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bessel_i",
    "bessel_ie",
    "bessel_j",
    "bessel_k",
    "bessel_y",
    "beta",
    "betaln",
    "cbrt",
    "ceil",
    "check_gradients",
    "clip",
    "compile",
    "copysign",
    "cos",
    "cosd",
    "cosh",
    "cosint",
    "cospi",
    "cot",
    "coth",
    "csc",
    "csch",
    "data",
    "dawsn",
    "degrees",
    "derivation",
    "digamma",
    "dot",
    "draw",
    "ellipe",
    "ellipk",
    "elu",
    "equal",
    "erf",
    "erfc",
    "erfcinv",
    "erfcx",
    "erfi",
    "erfinv",
    "exp",
    "exp10",
    "exp2",
    "expi",
    "expm1",
    "expn",
    "fabs",
    "floor",
    "floor_divide",
    "fmod",
    "for_scipy",
    "formula",
    "gamma",
    "gammainc",
    "gammaincc",
    "gelu",
    "grad",
    "grade",
    "gradients",
    "grads",
    "greater",
    "greater_equal",
    "hardtanh",
    "heaviside",
    "hessian",
    "hvp",
    "hypot",
    "jacobian",
    "jvp",
    "ldexp",
    "leaky_relu",
    "ledger",
    "less",
    "less_equal",
    "lgamma",
    "linalg",
    "load_program",
    "log",
    "log10",
    "log1mexp",
    "log1p",
    "log2",
    "log_ndtr",
    "log_sigmoid",
    "log_softmax",
    "logaddexp",
    "logaddexp2",
    "logit",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "mish",
    "mod",
    "ndtr",
    "ndtri",
    "no_grad",
    "norm",
    "not_equal",
    "operation",
    "polygamma",
    "prod",
    "radians",
    "reciprocal",
    "relu",
    "replay",
    "round",
    "rsqrt",
    "sec",
    "sech",
    "selu",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinc",
    "sind",
    "sinh",
    "sinint",
    "sinpi",
    "softmax",
    "softplus",
    "softsign",
    "sparse_hessian",
    "sparse_jacobian",
    "sqrt",
    "square",
    "std",
    "stop_gradient",
    "tan",
    "tand",
    "tanh",
    "total",
    "trunc",
    "value_and_grad",
    "values",
    "var",
    "vjp",
    "walkthrough",
    "where",
    "xlog1py",
    "xlogy",
    "zeta",
]

__distribution__ = "stepgrad"  # by which `nn.namesake` tells this package from others of its name

# What reads the graph is imported when it is first asked for: `import autograd` stays cheap.
_READERS = {
    "arrays": ("data", "grads", "values"),
    "compiler.program": ("Program", "compile", "load_program"),
    "grading.grade": ("grade",),
    "grading.report": ("Grade",),
    "numerical": ("GradientError", "GradientReport", "check_gradients"),
    "solvers": ("for_scipy",),
    "sparse": ("sparse_hessian", "sparse_jacobian"),
    "transforms": ("grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"),
    "views.derivation": ("Derivation", "derivation"),
    "views.drawing": ("Drawing", "draw"),
    "views.write.formula": ("formula",),
    "views.ledger": ("Ledger", "ledger"),
    "views.walkthrough": ("Step", "Walkthrough", "walkthrough"),
}
_ROOMS = ("linalg",)
_HOME = {name: module for module, names in _READERS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"autograd.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'autograd' has no attribute {name!r}")
    return getattr(import_module(f"autograd.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
