"""The elementary functions by name, each also as a kernel: a compiled loop over vectors."""

from __future__ import annotations

from collections.abc import Callable

from autograd.compiler.vector.assembly import Function, Lanes, supporting_source
from autograd.compiler.vector.loops import Loop
from autograd.compiler.vector.math import error_function, exponential, logarithm, trigonometry
from autograd.compiler.vector.target import Target

KERNELS: dict[str, Callable[..., Lanes]] = {
    name: getattr(module, name)
    for module, names in {
        exponential: "exp expm1 sinh cosh tanh sigmoid silu sigmoid_derivative tanh_derivative",
        logarithm: "log log1p asinh acosh atanh hypot power softplus direction_cosine",
        trigonometry: "sin cos tan asin acos atan atan2",
        error_function: "erf erfc gelu",
    }.items()
    for name in names.split()
}
"""The rows of the operation table that are more than a few instructions."""

PAIRS: dict[str, Callable[[Lanes], tuple[Lanes, Lanes]]] = {
    "tanh": exponential.tanh_with_derivative,
    "sigmoid": exponential.sigmoid_with_derivative,
}
"""Functions whose derivative takes little more where the function is computed, by their row's name.

Their kernels with two results are called ``<name>_with_derivative``.
"""

AT: dict[str, Callable[[Lanes], Lanes]] = {
    "tanh_derivative_at": lambda x: exponential.tanh_with_derivative(x)[1],
    "sigmoid_derivative_at": lambda x: exponential.sigmoid_with_derivative(x)[1],
}
"""Their derivatives alone, to the same bits, where a list computes the function, too."""

_WITH_DERIVATIVE = "_with_derivative"


def with_derivative(name: str) -> str:
    """Name the kernel that gives a function and its derivative."""
    return name + _WITH_DERIVATIVE


def kernel_name(name: str, target: Target, gathers: bool = False) -> str:
    """The symbol of a kernel."""
    return f"stepgrad.{name}.{target.lanes}{'.gathered' if gathers else ''}"


def kernel_source(name: str, target: Target, gathers: bool) -> str:
    """LLVM text of a kernel.

    It is ``kernel(in…, out, n)``, which applies the function to n vectors of each argument. If it
    gathers, it is ``kernel(numbers, indices, out)``, for one vector of each argument: the indices
    say, argument by argument, where the numbers of the lanes are. One with a derivative has two
    outs.
    """
    function = Function(target)
    if name.endswith(_WITH_DERIVATIVE):
        return _pair_source(function, name, PAIRS[name.removesuffix(_WITH_DERIVATIVE)])
    apply = AT.get(name) or KERNELS[name]
    arity = apply.__code__.co_argcount
    if gathers:
        arrays = ["%numbers", "%indices"]
        inputs = [gathered(function, k * target.lanes) for k in range(arity)]
        function.store(apply(*inputs), "%out")
    else:
        arrays = [f"%in{k}" for k in range(arity)]
        loop = Loop(function, "%n")
        inputs = [function.load(loop.advance(array, target.bytes)) for array in arrays]
        function.store(apply(*inputs), loop.advance("%out", target.bytes))
        loop.end()
    function.do("ret void")
    pointers = ", ".join(f"ptr {array}" for array in [*arrays, "%out"])
    arguments = pointers if gathers else f"{pointers}, i64 %n"
    head = f"void @{kernel_name(name, target, gathers)}({arguments})"
    return f"{function.definition(head)}{supporting_source(function)}\n"


def _pair_source(
    function: Function, name: str, apply: Callable[[Lanes], tuple[Lanes, Lanes]]
) -> str:
    target = function.target
    loop = Loop(function, "%n")
    value, slope = apply(function.load(loop.advance("%in", target.bytes)))
    function.store(value, loop.advance("%out", target.bytes))
    function.store(slope, loop.advance("%slope", target.bytes))
    loop.end()
    function.do("ret void")
    head = f"void @{kernel_name(name, target)}(ptr %in, ptr %out, ptr %slope, i64 %n)"
    return f"{function.definition(head)}{supporting_source(function)}\n"


def gathered(function: Function, first: int) -> Lanes:
    """The numbers that the indices from `first` on name, one for each lane.

    They are loaded one by one: no processor is faster with an instruction that loads all of them.
    """
    numbers = []
    for lane in range(function.target.lanes):
        entry = function.emit(f"getelementptr i32, ptr %indices, i64 {first + lane}")
        index = function.emit(f"load i32, ptr {entry}")
        place = function.emit(f"getelementptr double, ptr %numbers, i32 {index}")
        numbers.append(function.emit(f"load double, ptr {place}"))
    return function.vector(Lanes, numbers)
