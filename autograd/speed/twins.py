"""Which of the two serves: a Python function of the engine, or its twin in C.

The Python functions are the engine: they say what is done, and without a C compiler they do it.
Where `loops.c` was built, it does the same to the last bit in a fraction of the time. To go
without it, set the environment variable ``STEPGRAD_PURE_PYTHON`` to 1 before Python starts.
"""

from __future__ import annotations

import os
import warnings
import zlib
from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

SOURCE = Path(__file__).with_name("loops.c")


def _load() -> Any:
    """Import the built C file, unless it is unwanted or was built from another text."""
    if os.environ.get("STEPGRAD_PURE_PYTHON", "0") not in ("", "0"):
        return None
    try:
        built = import_module("autograd.speed._loops")
    except ImportError:
        return None
    if SOURCE.exists() and zlib.crc32(SOURCE.read_bytes()) != built.SOURCE:
        warnings.warn(
            f"{built.__file__} was built from another version of {SOURCE.name} and is not used, "
            "so autograd is slower than it could be; python -m autograd.speed.build builds it anew",
            RuntimeWarning,
            stacklevel=2,
        )
        return None
    return built


loops = _load()
"""The built C file, a module; None where the Python functions serve."""


def recorder(
    twin: Callable[..., Any],
    operation: Any,
    inputs: int,
    role: Literal["function", "operator", "reflected"] = "function",
) -> Callable[..., Any]:
    """Return what records an operation: `twin`, or something in C that is called like it.

    Parameters
    ----------
    twin : callable
        The Python function. The C one leaves to it what is not ordinary: errors, and numbers that
        are no int or float.
    operation : Operation
        The row that is applied.
    inputs : int
        How many inputs the row takes; 0 for any number.
    role : str
        Whether it is a function of numbers and Values, an operator (a method whose first argument
        is a Value), or a reflected operator, whose inputs come in the other order.
    """
    if loops is None:
        return twin
    return update_wrapper(loops.Recorder(twin, operation, inputs, role), twin)
