"""A scalar reverse-mode automatic-differentiation engine to see backpropagation with.

`Value` records a graph, `backward` walks it, everything else reads it.

Read in this order: `operation`, `functions`, `value`, `graph`, `backward`.
"""

from autograd.backward import gradients
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
    relu,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    softmax,
    softplus,
    sqrt,
    tan,
    tanh,
    total,
    where,
)
from autograd.graph import replay
from autograd.value import Value, no_grad
