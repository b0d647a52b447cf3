"""A call of a function on nodes in place of its numbers, and the sweeps over what it recorded.

`transforms` is made of these: `called`, then `pull_back` (reverse) or `push_forward`. Because every
call has nodes of its own, transforms nest to any order without confusing whose derivative is whose.

References
----------
Siskind, Pearlmutter: Perturbation Confusion and Referential Transparency, IFL 2005.

Read next: `transforms`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

from autograd.backward import Flow, gradients, rule_on_values, settled, through
from autograd.functions import total
from autograd.graph import topological_order
from autograd.node import NOTHING, is_number, leaf, real
from autograd.switches import ieee_arithmetic, no_grad, recording_paused, tracing
from autograd.trees import is_array, like, numbers_in
from autograd.value import Constant, Value

# The nodes that stand for arguments in the calls under way. A result that depends on one of them is
# part of what a transform further out differentiates, so it must not be cut down to a float.
active: set[Value] = set()


class Call(NamedTuple):
    """One call of a function on nodes in place of its arguments."""

    given: list[Any]  # the numbers and Values in the differentiated arguments
    inputs: list[Value]  # the nodes that the function got in their place
    output: Any  # what it returned


def called(
    f: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], positions: Iterable[int]
) -> Call:
    """Call `f` with nodes of this call's own in place of the numbers and Values at `positions`."""
    given = [x for position in positions for x in numbers_in(args[position])]
    with recording_paused.off():  # a transform is a function: no_grad around it must not make it 0
        # +x is a node of this call's own, behind which x can still be reached.
        inputs = [+x if isinstance(x, Value) else _leaf(x) for x in given]
        supply = iter(inputs)
        arguments = list(args)
        for position in positions:
            argument = args[position]
            single = is_array(argument) and not argument.ndim  # which NumPy treats as a number too
            arguments[position] = next(supply) if single else like(argument, supply)
        try:
            active.update(inputs)
            output = f(*arguments, **kwargs)
        finally:
            active.difference_update(inputs)
    return Call(given, inputs, output)


def _leaf(number: object) -> Value:
    if hasattr(number, "__array__") and not is_number(number):
        raise TypeError(
            f"an argument to differentiate by is a number, a NumPy array, or nested lists, tuples "
            f"and dicts of them, not {type(number).__name__}: convert it with numpy.asarray(...)"
        )
    return leaf(Value, real(number, "an argument to differentiate by"))


def pull_back(output: Value, call: Call, cotangents: Sequence[Any] = ()) -> list[Any]:
    """∂output/∂input for each input of the call, as the arguments were given."""
    with no_grad() if _are_plain(call.given, cotangents) else nullcontext():
        results = gradients(output, call.inputs)
    recorded = has_values(cotangents)
    return [
        presented(result, recorded or isinstance(x, Value))
        for result, x in zip(results, call.given, strict=True)
    ]


def push_forward(call: Call, directions: Sequence[Any], outputs: Sequence[Value]) -> list[Any]:
    """The tangents of the outputs, as the arguments and their directions were given."""
    plain = _are_plain(call.given, directions)
    tangents: dict[Value, Any] = {
        node: direction if plain else Flow(as_value(direction))
        for node, direction in zip(call.inputs, directions, strict=True)
        if flows(direction)
    }
    with recording_paused.off():
        order = topological_order(as_value(total(outputs)))[:-1]
    with ieee_arithmetic.on():
        for node in order:
            if any(parent in tangents for parent in node.parents):
                rule = node.local_gradients() if plain else rule_on_values(node)
                tangent = _tangent(node, rule, tangents)
                if tangent is not None:
                    tangents[node] = tangent
        moved = [settled(tangents.get(output, 0.0)) for output in outputs]
    recorded = has_values(call.given) or has_values(directions)
    return [presented(as_value(tangent), recorded) for tangent in moved]


def _tangent(node: Value, rule: Sequence[Any], tangents: Mapping[Value, Any]) -> Any:
    """Σ over arguments: ∂node/∂parent|ₖ · tangent(parent); None where nothing flows."""
    tangent: Any = None
    for parent, local in zip(node.parents, rule, strict=True):
        if parent in tangents and local is not NOTHING:
            contribution = through(tangents[parent], local, node)
            tangent = contribution if tangent is None else tangent + contribution
    return tangent


# ------------------------------------------------------------------------- floats in, floats out


def as_value(output: Any) -> Value:
    """Take an output of a function as a Value; what does not depend on anything is a constant."""
    if is_array(output) and not output.ndim:
        output = output.item()
    if isinstance(output, Value):
        return output
    return leaf(Constant, real(output, "an output of the function"))


def flows(vector: Any) -> bool:
    """Tell whether anything flows: the number 0 must not turn an infinite slope into nan."""
    return isinstance(vector, Value) or vector != 0.0


def has_values(given: Iterable[Any]) -> bool:
    """Tell whether there is a Value among what was given."""
    return any(isinstance(x, Value) for x in given)


def presented(result: Value, recorded: bool) -> Any:
    """A Value where Values were given or a transform further out needs it, else a float."""
    if tracing or recorded or _is_active(result):
        return result.detach() if recording_paused else result
    return result.data


def _are_plain(*arguments: Iterable[Any]) -> bool:
    """Tell whether only floats come out, so that no derivative needs to be recorded."""
    if active or tracing:
        return False
    return not any(map(has_values, arguments))


def _is_active(result: Value) -> bool:
    """Tell whether a result depends on the arguments of a call still under way."""
    if not active:
        return False
    return result in active or any(
        parent in active for node in topological_order(result) for parent in node.parents
    )
