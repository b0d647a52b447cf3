"""`Module`: something that owns parameters and, usually, is called with numbers or Values.

A module is plain data: its parameters are the Values found in its attributes, and in the modules,
lists, tuples, dicts and NumPy arrays there. Subclasses only write ``__init__`` and ``__call__``.

Read next: `init`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from autograd.documents import from_json, read_document, short, to_json, write_document
from autograd.node import real
from autograd.switches import Switch, collector_paused
from autograd.value import Constant, Parameter, Value
from autograd.whole import set_all, setting

Buffer: TypeAlias = float | list[float]
State: TypeAlias = dict[str, Buffer]

FORMAT = "stepgrad model"
VERSION = 1


_making = Switch()
"""On while a thread is in the ``__init__`` of a module."""


class _NamesParameters(type):
    """Lets a module name its parameters as soon as its ``__init__``, whoever wrote it, is done.

    What a module makes in its ``__init__`` is named with it, once for all.
    """

    if not TYPE_CHECKING:  # to a type checker, a module is made by its own ``__init__``

        def __call__(cls, *arguments: Any, **options: Any) -> Any:
            outermost = not _making
            with _making.on(), collector_paused():
                module = super().__call__(*arguments, **options)
                if outermost:
                    module.named_parameters()
            return module


class Module(metaclass=_NamesParameters):
    """Something that owns parameters: a neuron, a layer, a network, a normalisation.

    A parameter is a leaf Value in an attribute, or in a module, list, tuple, dict or NumPy array
    there (not in a set, which has no order). It becomes an `autograd.value.Parameter`, which
    drawings show as one, and where it has no label it is labelled by its path, such as
    ``layers.0.neurons.1.w0``.

    Attributes
    ----------
    training : bool
        True at first and after `train`, False after `eval`; dropout and batch normalisation ask.
    buffers : tuple of str
        Set by a subclass: the names of attributes with a float or a list of floats that are not
        learned but belong to the state, such as running means.
    mixes_rows : bool
        Set by a subclass in which the rows of a batch touch each other, as in batch normalisation;
        it then overrides `rows`.

    Notes
    -----
    Computed Values and Constants are not parameters; what is kept between calls and not learned is
    kept as floats. A Value added after ``__init__`` is marked and labelled by the next call of
    `parameters` or `named_parameters`.

    Examples
    --------
    >>> from autograd import Value
    >>> from nn import Module
    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.start = Value(2.0), Value(1.0)
    ...
    ...     def __call__(self, x):
    ...         return self.slope * x + self.start
    >>> line = Line()
    >>> line(3.0).backward()
    >>> [(name, value.data, value.grad) for name, value in line.named_parameters()]
    [('slope', 2.0, 3.0), ('start', 1.0, 1.0)]
    """

    training: bool = True
    buffers: tuple[str, ...] = ()
    mixes_rows: ClassVar[bool] = False
    __call__: Callable[..., Any]

    def named_parts(self) -> Iterable[tuple[str, object]]:
        """List what the module is made of, with names: its attributes, in the order they were set.

        A subclass overrides this where its parameters should have other names.
        """
        return list(vars(self).items())

    def parameters(self) -> list[Value]:
        """List the parameters, each once, in the order of the attributes."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """List the parameters with their paths; one that several parts share, by its first path.

        Examples
        --------
        >>> from nn import MLP
        >>> [name for name, _ in MLP(2, [1]).named_parameters()]
        ['layers.0.neurons.0.w0', 'layers.0.neurons.0.w1', 'layers.0.neurons.0.b']
        """
        with collector_paused():  # a network has many, and nothing here is garbage
            named = [(path, part) for path, part in _walk(self) if isinstance(part, Value)]
        for path, parameter in named:
            if type(parameter) is Value:
                # The Value may be in a graph already, so it must stay the same object; the two
                # classes have the same slots, and only drawings and optimisers tell them apart.
                parameter.__class__ = Parameter
            label = parameter._label
            # A label that ends the path was given by a part, before it was put into the whole.
            if label != path and (not label or path.endswith("." + label)):
                parameter._label = path
        return named

    def modules(self) -> list[Module]:
        """List this module and all modules in it, each once.

        Examples
        --------
        >>> from nn import Layer
        >>> Layer(1, 2).modules()
        [Layer(1, 2, 'tanh'), Neuron(1, 'tanh'), Neuron(1, 'tanh')]
        """
        return [part for _, part in _walk(self) if isinstance(part, Module)]

    def rows(self, rows: Iterable[Any]) -> list[Any]:
        """Return the outputs for the rows of a batch, each by itself unless they touch."""
        return [self(row) for row in rows]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def train(self, mode: bool = True) -> Self:
        """Set this module and all in it to training, or not (`eval`), and return it.

        Parameters
        ----------
        mode : bool
            False does what `eval` does.
        """
        if not isinstance(mode, bool):
            raise TypeError(f"train(mode) takes True or False, not {mode!r}; to train, call nn.fit")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Set this module and all in it to evaluation (no dropout, …), and return it."""
        return Module.train(self, False)  # also where a model's own `train` does something else

    # -- state ------------------------------------------------------------------------------------

    def state_dict(self) -> State:
        """Copy the numbers the module has learned: parameters and buffers by their paths.

        Returns
        -------
        dict
            A float for each parameter; a float or a list of floats for each buffer.

        Examples
        --------
        >>> from nn import Neuron
        >>> Neuron(2, "linear", init="zeros").state_dict()
        {'w0': 0.0, 'w1': 0.0, 'b': 0.0}
        """
        return {path: copy(getattr(owner, name)) for path, owner, name in self._places()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over numbers in the form of `state_dict`, in place.

        Parameters
        ----------
        state : mapping from names to floats or lists of floats

        Raises
        ------
        ValueError
            When a name is missing or unknown, or a number or the length of a list is not right; the
            module is then as it was before.
        """
        new = self._checked(state)
        set_all(
            [
                (owner, "_data" if isinstance(owner, Value) else name, new[path])
                for path, owner, name in self._places()
            ]
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the state to a JSON file. A file that is there is replaced at once or not at all.

        A file that is replaced keeps its permissions, and a link goes on pointing to it.

        Parameters
        ----------
        path : path of a file in an existing folder
        """
        state = {name: to_json(numbers) for name, numbers in self.state_dict().items()}
        write_document(path, FORMAT, VERSION, {"state": state}, indent=1)

    def load(self, path: str | os.PathLike[str]) -> None:
        """Take over the state from a file that `save` wrote, in place.

        Parameters
        ----------
        path : path

        Raises
        ------
        ValueError
            When the file is damaged, is something else, has another version or belongs to another
            model; the module is then as it was before.
        """
        try:
            self.load_state_dict(_read(path))
        except (ValueError, OverflowError) as error:
            raise ValueError(f"cannot load {os.fspath(path)!r}: {error}") from None

    def _places(self) -> Iterator[tuple[str, object, str]]:
        """List where the state's numbers are: path, owner and attribute."""
        for path, parameter in self.named_parameters():
            yield path, parameter, "data"
        for path, part in _walk(self):
            if isinstance(part, Module):
                for name in part.buffers:
                    yield f"{path}.{name}" if path else name, part, name

    def _checked(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Copy a state as floats; refuse one that is not for this module."""
        own = self.state_dict()
        missing = [name for name in own if name not in state]
        unknown = [name for name in state if name not in own]
        if missing or unknown:
            wrong = [f"lacks {_names(missing)}"] if missing else []
            wrong += [f"has {_names(unknown)}, unknown here"] if unknown else []
            raise ValueError(f"the state is not one of {self!r}: it {' and '.join(wrong)}")
        return {name: _like(state[name], own[name], name) for name in own}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.parameters())} parameters>"


@contextmanager
def mode_kept(model: Module) -> Iterator[None]:
    """Bring every module's training mode back at the end."""
    put_back = setting([(module, "training", module.training) for module in model.modules()])
    try:
        yield
    finally:
        put_back()


def _walk(root: Module) -> Iterator[tuple[str, Module | Value]]:
    """List the modules and parameters in `root`, itself first, with paths, each object once."""
    seen: dict[int, object] = {}  # keeps what it has seen alive, so that no identity comes twice
    stack: list[Iterator[tuple[str, object]]] = [iter([("", root)])]
    while stack:
        for path, part in stack[-1]:
            if id(part) in seen:
                continue
            seen[id(part)] = part
            if isinstance(part, Value):
                if part.operation is None and not isinstance(part, Constant):
                    yield path, part
                continue
            if isinstance(part, Module):
                yield path, part
            prefix = f"{path}." if path else ""
            stack.append(iter([(f"{prefix}{name}", thing) for name, thing in _inside(part)]))
            break
        else:
            stack.pop()


def _inside(part: Any) -> Iterable[tuple[object, object]]:
    """List what is in a module, list, tuple, dict or array with its name; nothing in all else."""
    if isinstance(part, Module):
        return part.named_parts()
    if isinstance(part, dict):
        return part.items()
    if isinstance(part, (list, tuple)):
        return enumerate(part)
    if getattr(part, "dtype", None) == "object" and part.ndim:  # an array that may hold Values
        return enumerate(part.tolist())
    return ()


def _like(given: object, own: Buffer, name: str) -> Buffer:
    """Return what was given for a name as floats; it must be of the shape of the module's own."""
    if not isinstance(own, list):
        return _number(given, name)
    if not isinstance(given, list):
        raise ValueError(f"{name!r} is a list of {len(own)} numbers, not {short(given)}")
    if len(given) != len(own):
        raise ValueError(f"{name!r} has {len(own)} numbers, but the state has {len(given)}")
    return [_number(number, f"{name}[{i}]") for i, number in enumerate(given)]


def _number(given: object, name: str) -> float:
    if isinstance(given, Real) and not isinstance(given, bool):
        return real(given, repr(name))
    raise ValueError(f"{name!r} is a number, not {short(given)}")


def _names(names: list[str]) -> str:
    """Write out at most three names, and how many more there are."""
    quoted = ", ".join(short(name) for name in names[:3])
    return quoted if len(names) <= 3 else f"{quoted} and {len(names) - 3} more"


# ------------------------------------------------------------------------------------------- files


def _read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read the state from a file, checking that it is one of ours."""
    document, more = read_document(path, FORMAT, VERSION, "a saved module")
    if more:
        raise ValueError(f"it is not complete JSON: there is {short(more[0])} behind it")
    if not isinstance(document.get("state"), dict):
        raise ValueError('there is no "state" with the numbers')
    return {name: from_json(numbers) for name, numbers in document["state"].items()}
