"""Where pickles of version 0.1 look for the compiler's classes, so that they load.

Importing this is enough.
"""

from __future__ import annotations

import sys

from autograd.compiler import pipeline
from autograd.compiler.record import nested, trace
from autograd.compiler.wengert import expressions

sys.modules |= {
    "autograd.compiler.structure": nested,
    "autograd.compiler.trace": trace,
    "autograd.compiler.simplify": expressions,
    "autograd.compiler.version": pipeline,
}
vars(nested)["Nest"] = nested.Container
vars(pipeline)["Version"] = pipeline.Specialization
