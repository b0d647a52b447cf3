"""Neurons, layers of them, and networks of layers.

A neuron is two nodes of the graph, as in a textbook: z = w·x + b (one `dot`) and a = f(z).

Read next: the room `losses`.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import index
from random import Random
from typing import Any, TypeAlias

from autograd import Value, dot, elu, gelu, leaky_relu, relu, sigmoid, silu, softmax, softplus, tanh
from autograd.checks import check_count
from autograd.node import leaf
from autograd.value import Constant, Parameter
from nn.init import Init, initializer
from nn.module import Module

Inputs: TypeAlias = Sequence[Value | float]
Seed: TypeAlias = int | Random


def linear(z: Value) -> Value:
    """Identity, a = z, without a node of its own."""
    return z


_FUNCTIONS: tuple[Any, ...] = (linear, sigmoid, tanh, relu, leaky_relu, elu, gelu, silu, softplus)
ACTIVATIONS: dict[str, Callable[[Value], Value]] = {f.__name__: f for f in _FUNCTIONS}


@cache
def _names(count: int) -> list[str]:
    """Name the weights of a neuron."""
    return [f"w{i}" for i in range(count)]


class Neuron(Module):
    """One neuron, a = f(z) with z = w₀x₀ + … + wₙ₋₁xₙ₋₁ + b.

    Parameters
    ----------
    n_in : int
        How many inputs it has.
    activation : str
        The name of f, one of `ACTIVATIONS`: linear, sigmoid, tanh, relu, leaky_relu (slope 0.01),
        elu (alpha 1), gelu, silu, softplus.
    init : str, optional
        The name of an initialiser, see `nn.init`; left out, ``he_normal`` for ReLU and its
        relatives (leaky_relu, elu, gelu, silu, softplus) and ``xavier_uniform`` for all others.
    seed : int or random.Random
        Same seed, same weights. Modules that should differ get seeds of their own, or one generator
        from which they draw in turn.
    fan_out : int
        How many neurons stand side by side, which Xavier's initialisers ask.

    Attributes
    ----------
    weights : list of n_in Values
        Named w0, w1, …
    bias : Value
        Named b; 0 at first.

    Examples
    --------
    >>> from nn import Neuron
    >>> neuron = Neuron(2, "relu")
    >>> neuron.load_state_dict({"w0": 2.0, "w1": -1.0, "b": 0.5})
    >>> a = neuron([3.0, 4.0])
    >>> a.backward()
    >>> a.data, [w.grad for w in neuron.weights], neuron.bias.grad
    (2.5, [3.0, 4.0], 1.0)
    """

    def __init__(
        self,
        n_in: int,
        activation: str = "tanh",
        *,
        init: Init = None,
        seed: Seed = 0,
        fan_out: int = 1,
    ) -> None:
        check_count("n_in", n_in, 1)
        draw = initializer(init, _known(activation))
        generator = generator_of(seed)
        self.activation = activation
        self.weights: list[Value] = [
            leaf(Parameter, draw(generator, n_in, fan_out)) for _ in range(n_in)
        ]
        self.bias: Value = Parameter(0.0)

    def named_parts(self) -> Iterable[tuple[str, object]]:
        """List the weights as w0, w1, … and the bias as b."""
        return [*zip(_names(len(self.weights)), self.weights, strict=True), ("b", self.bias)]

    def __call__(self, inputs: Inputs) -> Value:
        """Return a = f(w·x + b).

        Parameters
        ----------
        inputs : sequence of n_in Values or real numbers

        Returns
        -------
        Value
            Scalar.

        Raises
        ------
        ValueError
            When there are not n_in inputs.
        """
        x = as_values(inputs, len(self.weights), self)
        z = dot(self.weights, x, self.bias)
        return ACTIVATIONS[self.activation](z)

    def __repr__(self) -> str:
        return f"Neuron({len(self.weights)}, {self.activation!r})"


class Layer(Module):
    """Neurons side by side, all with the same inputs: a = f(Wx + b).

    Parameters
    ----------
    n_in : int
        How many inputs each neuron has.
    n_out : int
        How many neurons there are.
    activation, init, seed
        As for `Neuron`; the neurons draw their weights in turn.

    Attributes
    ----------
    neurons : list of n_out Neurons

    Examples
    --------
    >>> from nn import Layer
    >>> layer = Layer(2, 3, "tanh", init="zeros")
    >>> [a.data for a in layer([0.5, -0.5])]
    [0.0, 0.0, 0.0]
    """

    def __init__(
        self, n_in: int, n_out: int, activation: str = "tanh", *, init: Init = None, seed: Seed = 0
    ) -> None:
        check_count("n_out", n_out, 1)
        generator = generator_of(seed)
        self.neurons = [
            Neuron(n_in, activation, init=init, seed=generator, fan_out=n_out) for _ in range(n_out)
        ]

    def __call__(self, inputs: Inputs) -> list[Value]:
        """Return the neurons' outputs.

        Parameters
        ----------
        inputs : sequence of n_in Values or real numbers
            Numbers become leaves that all neurons share.

        Returns
        -------
        list of n_out Values

        Raises
        ------
        ValueError
            When there are not n_in inputs.
        """
        x = as_values(inputs, len(self.neurons[0].weights), self)
        return [neuron(x) for neuron in self.neurons]

    def __repr__(self) -> str:
        first = self.neurons[0]
        return f"Layer({len(first.weights)}, {len(self.neurons)}, {first.activation!r})"


class MLP(Module):
    """Multilayer perceptron: fully connected layers one behind the other.

    Parameters
    ----------
    n_in : int
        How many inputs the network has.
    sizes : sequence of int
        How many neurons each layer has; the last is the number of outputs.
    activation : str
        Of all layers but the last, as for `Neuron`.
    output_activation : str
        Of the last layer.
    init : str, optional
        As for `Neuron`; left out, each layer's own activation decides.
    seed : int or random.Random
        Same seed, same weights; the layers draw in turn.

    Attributes
    ----------
    layers : list of Layers

    Examples
    --------
    >>> from nn import MLP
    >>> model = MLP(2, [3, 1], seed=1)
    >>> model
    MLP(2, [3, 1], activation='tanh', output_activation='linear')
    >>> len(model.parameters()), len(model([0.5, -1.0]))
    (13, 1)
    """

    def __init__(
        self,
        n_in: int,
        sizes: Sequence[int],
        activation: str = "tanh",
        output_activation: str = "linear",
        init: Init = None,
        seed: Seed = 0,
    ) -> None:
        if not isinstance(sizes, Sequence) or not sizes:
            raise ValueError(
                f"an MLP needs the sizes of its layers, at least one, such as [3, 1]; not {sizes!r}"
            )
        generator = generator_of(seed)
        self.activation = _known(activation)
        self.output_activation = _known(output_activation)
        names = [activation] * (len(sizes) - 1) + [output_activation]
        self.layers = [
            Layer(before, size, name, init=init, seed=generator)
            for before, size, name in zip((n_in, *sizes), sizes, names, strict=False)
        ]

    def __call__(self, inputs: Inputs) -> list[Value]:
        """Return the last layer's outputs.

        Parameters
        ----------
        inputs : sequence of n_in Values or real numbers

        Returns
        -------
        list of Values
            One for each neuron of the last layer, also where there is only one.

        Raises
        ------
        ValueError
            When there are not n_in inputs.
        """
        outputs = as_values(inputs, len(self.layers[0].neurons[0].weights), self)
        for layer in self.layers:
            outputs = layer(outputs)
        return outputs

    def __repr__(self) -> str:
        n_in = len(self.layers[0].neurons[0].weights)
        sizes = [len(layer.neurons) for layer in self.layers]
        return (
            f"MLP({n_in}, {sizes}, activation={self.activation!r}, "
            f"output_activation={self.output_activation!r})"
        )


class Sequential(Module):
    """Modules one behind the other: the output of each is the input of the next.

    Parameters
    ----------
    *modules : Modules

    Attributes
    ----------
    layers : list of Modules

    Notes
    -----
    Called with one row (a sequence of numbers or Values) it returns a row. Called with a list of
    rows it returns a list of rows, which is how it works with a `BatchNorm` in it.

    Examples
    --------
    >>> from nn import BatchNorm, Layer, Sequential
    >>> model = Sequential(Layer(2, 3, "linear"), BatchNorm(3), Layer(3, 1, "sigmoid"))
    >>> rows = model([[0.5, -1.0], [2.0, 0.0], [0.0, 1.0]])
    >>> [len(row) for row in rows]
    [1, 1, 1]
    """

    def __init__(self, *modules: Module) -> None:
        self.layers = [_module(module, self) for module in modules]
        if not modules:
            raise ValueError("Sequential needs one module or more: Sequential(Layer(2, 3), …)")

    def __call__(self, inputs: Any) -> Any:
        """Return the last module's output for a row, or its outputs for a list of rows."""
        if _are_rows(inputs):
            return self.rows(inputs)
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs

    def rows(self, rows: Iterable[Any]) -> list[Any]:
        """Return the last module's outputs for the rows of a batch."""
        outputs = list(rows)
        for layer in self.layers:
            outputs = layer.rows(outputs)
        return outputs

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"


class Residual(Module):
    """A module with a connection that skips it, y = x + F(x).

    The gradient reaches x on two ways, and on the direct one it does not shrink.

    Parameters
    ----------
    module : Module
        F; it has as many outputs as inputs.

    Notes
    -----
    Called with one row it returns a row, with a list of rows a list of rows, as `Sequential` does.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", CVPR 2016,
    equation 1.

    Examples
    --------
    >>> from nn import Layer, Residual
    >>> block = Residual(Layer(2, 2, "relu", init="zeros"))
    >>> [y.data for y in block([0.5, -1.0])]
    [0.5, -1.0]
    """

    def __init__(self, module: Module) -> None:
        self.module = _module(module, self)

    def __call__(self, inputs: Any) -> Any:
        """Return x + F(x) for a row, or for each of a list of rows."""
        if _are_rows(inputs):
            return self.rows(inputs)
        x = as_values(inputs, len(inputs), self)
        return self._sum(x, self.module(x))

    def rows(self, rows: Iterable[Any]) -> list[Any]:
        """Return x + F(x) for the rows x of a batch."""
        inputs = [as_values(row, len(row), self) for row in rows]
        outputs = self.module.rows(inputs)
        return [self._sum(x, y) for x, y in zip(inputs, outputs, strict=True)]

    def _sum(self, x: list[Value], y: list[Value]) -> list[Value]:
        if len(x) != len(y):
            raise ValueError(
                f"{self!r} adds its input of {len(x)} to an output of {len(y)}: the module inside "
                f"must have as many outputs as inputs"
            )
        return [a + b for a, b in zip(x, y, strict=True)]

    def __repr__(self) -> str:
        return f"Residual({self.module!r})"


class Softmax(Module):
    """Turn the logits of n classes into probabilities, pᵢ = e^zᵢ / Σⱼ e^zⱼ.

    It is for looking at a classifier's answer: `cross_entropy` takes the logits themselves.

    Examples
    --------
    >>> from nn import Softmax
    >>> [round(p.data, 12) for p in Softmax()([3.0, 3.0])]
    [0.5, 0.5]
    """

    def __call__(self, inputs: Inputs) -> list[Value]:
        """Return the probabilities of the classes."""
        return softmax(as_values(inputs, len(inputs), self))

    def __repr__(self) -> str:
        return "Softmax()"


def _are_rows(inputs: Any) -> bool:
    """Tell a list of rows from a row, by its first entry."""
    if not hasattr(inputs, "__len__"):  # an index, for an embedding
        return False
    return len(inputs) > 0 and hasattr(inputs[0], "__len__")


def _module(module: object, whole: Module) -> Module:
    """Return a module that is put into another."""
    if not isinstance(module, Module):
        raise TypeError(f"{type(whole).__name__} is made of modules, not of {module!r}")
    return module


_KINDS = {Value, Parameter, Constant}


def as_values(inputs: Inputs, n: int, module: Module) -> list[Value]:
    """Return n inputs as Values, making leaves of numbers; another length is a ValueError."""
    try:
        values: list[Any] = list(inputs)
        if not _KINDS.issuperset(map(type, values)):  # a layer gives its neurons Values already
            values = [x if isinstance(x, Value) else Constant(x) for x in values]
    except TypeError as error:
        raise TypeError(f"{module!r} needs a sequence of {n} numbers or Values: {error}") from None
    if len(values) != n:
        raise ValueError(f"{module!r} needs {n} inputs, but {len(values)} were given")
    return values


def _known(activation: str) -> str:
    if activation not in ACTIVATIONS:
        raise ValueError(
            f"there is no activation {activation!r}; the activations are {', '.join(ACTIVATIONS)}"
        )
    return activation


def generator_of(seed: Seed) -> Random:
    """Return the generator to draw from; a seed may be Python's or NumPy's whole number."""
    if isinstance(seed, Random):
        return seed
    try:
        return Random(index(seed))
    except TypeError:
        raise TypeError(f"seed is a whole number or a random.Random, not {seed!r}") from None
