"""JAX's functions of numbers, value and derivatives compared with those that JAX gives.

Taken from the installed JAX are: of `jax.lax` every function that has a primitive of its own, of
`jax.numpy` every name that is a ufunc of NumPy's, beside `sinc`, `i0`, `clip` and the like, all of
`jax.scipy.special`, and the activations of `jax.nn`. What takes no real numbers or gives none is
left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import autograd
from tests.benchmarks.public_suites.cases import Case, check_close
from tests.benchmarks.public_suites.spelled import spelled

WITHIN = 1e-6  # some of JAX's special functions have no more digits
POINTS = ((0.31, 0.72, 0.45), (1.63, 0.83, 2.37), (-0.42, 1.28, 0.64), (2.81, 3.41, 0.22))
WHOLE = {"polygamma": (0,), "expn": (0,), "ldexp": (1,), "multigammaln": (1,), "bessel_jn": (0,)}
_ALSO = ("sinc", "i0", "clip", "round", "fix", "nan_to_num", "where", "real")
_NOT_OF_NUMBERS = {
    *("stage", "optimization_barrier", "log_softmax", "logsumexp", "softmax", "standardize"),
    *("glu", "bernoulli", "logmeanexp", "one_hot"),
}


def _functions() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    import jax
    from jax import lax
    from jax import numpy as jnp
    from jax.scipy import special

    of_lax = [name[:-2] for name in dir(lax) if name.endswith("_p")]
    of_numpy = [name for name in dir(jnp) if isinstance(getattr(np, name, None), np.ufunc)]
    for home, where, names in (
        ("lax", lax, of_lax),
        ("numpy", jnp, [*of_numpy, *_ALSO]),
        ("special", special, dir(special)),
        ("nn", jax.nn, dir(jax.nn)),
    ):
        for name in names:
            function = getattr(where, name, None)
            public = not name.startswith("_") and name not in _NOT_OF_NUMBERS
            if callable(function) and public and not isinstance(function, type):
                yield home, name, function


def _point(name: str, point: tuple[float, ...]) -> tuple[Any, ...]:
    whole = WHOLE.get(name, ())
    return tuple(2 if i in whole else x for i, x in enumerate(point))


def _arguments(name: str, function: Callable[..., Any]) -> int:
    """How many real numbers it takes to a real number; 0 for a function of something else."""
    for count in range(3 if name == "clip" else 1, 4):
        try:
            result = function(*_point(name, POINTS[0][:count]))
        except Exception:
            continue
        if np.shape(result) == () and getattr(result, "dtype", None) == np.float64:
            return count
    return 0


def _checked(name: str, function: Callable[..., Any], count: int) -> Callable[[], None]:
    import jax

    def run() -> None:
        ours = spelled(name, count)
        compared = 0
        for numbers in POINTS:
            point = _point(name, numbers[:count])
            wanted = float(function(*point))
            if not math.isfinite(wanted):
                continue
            check_close(f"{name}{point}", float(ours(*map(float, point))), wanted, WITHIN)
            compared += 1
            for i in set(range(count)) - set(WHOLE.get(name, ())):
                try:
                    slope = float(jax.grad(function, i)(*point))
                except Exception:  # JAX has no derivative by this argument
                    continue
                if not math.isfinite(slope):
                    continue
                found = float(autograd.grad(ours, i)(*map(float, point)))
                check_close(f"the slope of {name}{point} by argument {i}", found, slope, WITHIN)
        if not compared:
            raise AssertionError("no point lies in the domain")

    return run


def cases(folder: Path) -> Iterator[Case]:
    """A case for each function of real numbers."""
    import jax

    jax.config.update("jax_enable_x64", True)
    for home, name, function in _functions():
        count = _arguments(name, function)
        if count:
            yield Case(f"JAX {home}", name, _checked(name, function, count))
