"""The elementary functions by name, and each as a loop over vectors in memory."""

from __future__ import annotations

from collections.abc import Callable

from autograd.compiler.vector.assembly import Function, Lanes, Target
from autograd.compiler.vector.math.error_function import erf, erfc, gelu
from autograd.compiler.vector.math.exponential import (
    cosh,
    exp,
    expm1,
    sigmoid,
    sigmoid_derivative,
    silu,
    sinh,
    tanh,
    tanh_derivative,
)
from autograd.compiler.vector.math.logarithm import (
    acosh,
    asinh,
    atanh,
    direction_cosine,
    hypot,
    log,
    log1p,
    power,
    softplus,
)
from autograd.compiler.vector.math.trigonometry import (
    LARGE_ANGLE_NAME,
    acos,
    asin,
    atan,
    atan2,
    cos,
    large_angle_source,
    sin,
    tan,
)

Kernel = Callable[..., Lanes]

KERNELS: dict[str, Kernel] = {
    kernel.__name__: kernel
    for kernel in (
        exp, expm1, log, log1p, sin, cos, tan, asin, acos, atan, atan2, sinh, cosh, tanh,
        asinh, acosh, atanh, erf, erfc, hypot, power, sigmoid, softplus, gelu, silu,
        direction_cosine, sigmoid_derivative, tanh_derivative,
    )
}  # fmt: skip
"""The rows of the operation table that are more than a few instructions."""


def kernel_name(name: str, target: Target) -> str:
    """The symbol of a kernel's loop over vectors."""
    return f"stepgrad.{name}.{target.lanes}"


def kernel_source(name: str, target: Target) -> str:
    """LLVM text of ``kernel_name(in…, out, n)``: the function of n vectors of each argument."""
    kernel = KERNELS[name]
    arity = kernel.__code__.co_argcount
    function = Function(target)
    arrays = [f"%in{k}" for k in range(arity)]
    inputs = []
    for array in arrays:
        pointer = function.emit(f"getelementptr {function.doubles}, ptr {array}, i64 %i")
        inputs.append(function.load(pointer))
    result = kernel(*inputs)
    pointer = function.emit(f"getelementptr {function.doubles}, ptr %out, i64 %i")
    function.store(result, pointer)
    body = "\n".join(function.lines)
    signature = ", ".join(f"ptr {array}" for array in [*arrays, "%out"])
    return f"""
define void @{kernel_name(name, target)}({signature}, i64 %n) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %latch ]
{body}
  br label %latch
latch:
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %loop, label %done
done:
  ret void
}}
{supporting_source(function)}
"""


def gathering_name(name: str, target: Target) -> str:
    """The symbol of a kernel whose arguments are here and there in memory."""
    return f"stepgrad.{name}.{target.lanes}.gathered"


def gathering_source(name: str, target: Target) -> str:
    """LLVM text of ``gathering_name(numbers, indices, out)``: the function of one vector.

    The indices say where its lanes are among the numbers, argument by argument.
    """
    kernel = KERNELS[name]
    function = Function(target)
    inputs = [
        gathered(function, argument * target.lanes)
        for argument in range(kernel.__code__.co_argcount)
    ]
    function.store(kernel(*inputs), "%out")
    body = "\n".join(function.lines)
    return f"""
define void @{gathering_name(name, target)}(ptr %numbers, ptr %indices, ptr %out) {{
entry:
{body}
  ret void
}}
{supporting_source(function)}
"""


def gathered(function: Function, first: int) -> Lanes:
    """The numbers that so many indices name, lane by lane: no processor does it faster at once."""
    lanes = function.target.lanes
    vector = "poison"
    for lane in range(lanes):
        entry = function.emit(f"getelementptr i32, ptr %indices, i64 {first + lane}")
        index = function.emit(f"load i32, ptr {entry}")
        place = function.emit(f"getelementptr double, ptr %numbers, i32 {index}")
        number = function.emit(f"load double, ptr {place}")
        if lanes == 1:
            return Lanes(function, number)
        vector = function.emit(
            f"insertelement {function.doubles} {vector}, double {number}, i64 {lane}"
        )
    return Lanes(function, vector)


def supporting_source(function: Function) -> str:
    """The declarations and helper functions that a body needs."""
    needs_large_angles = any(LARGE_ANGLE_NAME in line for line in function.declarations)
    declarations = {line for line in function.declarations if LARGE_ANGLE_NAME not in line}
    helper = large_angle_source() if needs_large_angles else ""
    declarations.update(line for line in helper.splitlines() if line.startswith("declare"))
    helper = "\n".join(line for line in helper.splitlines() if not line.startswith("declare"))
    return "\n".join([helper, *sorted(declarations)])
