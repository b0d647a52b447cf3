"""`Value`: a number that remembers how it was computed.

A Value holds its ``data``, its ``grad`` (∂output/∂self after `backward`), its ``parents``, the
``operation`` that made it from them, and a ``label``. Python's arithmetic on Values applies rows of
the table in `functions`, and so builds a graph.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Never, SupportsFloat, SupportsIndex, TypeAlias, cast, overload

from autograd import angles, elementary, functions, gammas, integrals, logarithms, normal, special
from autograd.backward import backward
from autograd.copying import copy_graph, pickled, shallow_copy
from autograd.node import Node, is_number, leaf, node_classes, real
from autograd.operation import Operation, binary, reflected
from autograd.refusals import HABITS, Missing, unknown_arguments
from autograd.signatures import UnaryFunction
from autograd.speed import twins
from autograd.switches import TracingError, recording_paused, tracing

Number: TypeAlias = float | SupportsFloat  # what of it is allowed: operation.is_number
Operand: TypeAlias = "Value | float | SupportsFloat"

_tracing_threads = tracing.threads  # empty nearly always, which is the cheapest test


def _known(value: Value, asked: str) -> float:
    """The number of a Value, which a function being compiled may not ask for."""
    if _tracing_threads and tracing:
        name = repr(value.label) if value.label else "a Value"
        raise TracingError(
            f"{asked} of {name} was asked for while the function is being compiled; it is recorded "
            "once for all numbers, so use where(condition, a, b) instead of Python's control flow, "
            "autograd's functions instead of math's, maximum and minimum instead of max and min, "
            "and stop_gradient(v) where no derivative shall pass"
        )
    return value._data


def _method(function: UnaryFunction | Callable[[Any], Any]) -> Callable[[Any], Value]:
    """Let a public function of the table serve as a method, ``v.tanh()`` for ``tanh(v)``."""
    return cast("Callable[[Any], Value]", function)


def _pair(function: Any) -> Callable[[Any, Operand], Value]:
    """Let a public function of two numbers serve as a method, ``a.maximum(b)``."""
    return cast("Callable[[Any, Operand], Value]", function)


def _infix(function: Any) -> Callable[[Any, Operand], Value]:
    return cast("Callable[[Any, Operand], Value]", binary(function.operation))


def _reflected(function: Any) -> Callable[[Any, Operand], Value]:
    return cast("Callable[[Any, Operand], Value]", reflected(function.operation))


class Value(Node):
    """A scalar that records how it was computed, so that its derivatives can be.

    Parameters
    ----------
    data : real number
        int, float, bool, Fraction, a NumPy real scalar or another `numbers.Real`; kept as a float.
        nan and the infinities are allowed.
    label : str, optional
        The name that drawings, derivations and errors use.

    Attributes
    ----------
    data : float
        The number. It can be set where no operation computed it; `replay` then brings a recorded
        graph up to date.
    grad : float
        ∂output/∂self, 0.0 until `backward` is called on an output.
    label : str
        The name; settable.
    parents : tuple of Value
        The operation's inputs in argument order, an input given twice standing there twice; empty
        for a leaf.
    operation : Operation or None
        The row of the table that made this Value; None for a leaf.

    Raises
    ------
    TypeError
        When `data` is not a real number: a str, complex, None, sequence or array.

    Notes
    -----
    ``a == b`` asks whether a and b are *the same Value*, as ``a is b`` does, because Values serve
    as keys of dicts and sets; compare the numbers by ``a.data == b.data``. The orderings
    ``< <= > >=`` compare the numbers.

    NumPy's functions take Values and arrays of Values (of dtype object): ``np.exp(a)`` calls
    `exp` on each entry. ``np.maximum(a, b)``, ``np.minimum(a, b)`` and ``np.sign(a)`` are
    `maximum`, `minimum` and `sign` where one of the arguments is a Value itself; ``np.fmax`` and
    ``np.fmin`` are the same two, but take the other where one is nan. Between two arrays NumPy
    compares the entries without asking them, and hands one of each pair on: there a tie gives all
    of the gradient to one side. ``np.vectorize(autograd.maximum)(A, B)`` splits it. The same holds
    of ``np.clip``. What NumPy has for numbers alone, such as ``np.logaddexp``, is
    ``np.vectorize(autograd.logaddexp)(A, B)`` for arrays. ``np.where(A > 0, A, B)`` chooses by the
    present numbers, as Python's ``if`` does, and cannot be compiled:
    ``np.frompyfunc(autograd.where, 3, 1)(condition, A, B)`` records the choice. `numpy.linalg`
    refuses arrays of objects; `autograd.linalg` takes them. `autograd.values` makes such arrays.

    A Value has no room for other attributes, such as what an optimiser remembers: ``v.m = 0.0`` is
    an AttributeError. Keep them in a dict, ``m[v] = 0.0``.

    ``math.floor(v)``, ``math.ceil(v)``, ``math.trunc(v)``, ``v % w`` and ``v // w`` are recorded:
    Values, whole numbers where they are rounded, through which rounding passes no derivative.
    ``round(v)`` and ``int(v)`` give a number, to be shown; `round` is what is recorded.

    Examples
    --------
    >>> from autograd import Value
    >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
    >>> y = a * b + a**2
    >>> y.backward()
    >>> y.data, a.grad, b.grad
    (-2.0, 1.0, 2.0)
    """

    __slots__ = ()

    operation: Operation | None
    parents: tuple[Value, ...]

    def __init__(self, data: Number, label: str = "", *more: Never, **options: Never) -> None:
        if more or options or isinstance(label, (tuple, list, set)):
            raise unknown_arguments(label, more, options)
        self._data = real(data)
        self.grad = 0.0
        self.parents = ()
        self.operation = None
        self._local = ()
        self.label = label

    @property
    def data(self) -> float:
        """The number."""
        return _known(self, ".data") if _tracing_threads else self._data

    @data.setter
    def data(self, number: Number) -> None:
        if self.parents:
            raise ValueError(
                f"{self!r} was computed by {self.operation!r} from its parents, so its data cannot "
                "be set; set the data of a leaf and call replay(root), or work on with detach()"
            )
        if _tracing_threads:
            _known(self, "setting .data")
        self._data = number if number.__class__ is float else real(number, f"the data of {self!r}")

    def local_gradients(self) -> tuple[float, ...]:
        """∂self/∂parent|ₖ for the k-th parent, at the numbers of the recorded forward pass.

        Examples
        --------
        >>> from autograd import Value
        >>> x, w = Value(3.0), Value(0.5)
        >>> (w * x).local_gradients()
        (3.0, 0.5)
        """
        _known(self, "local_gradients()")
        return self._local

    def backward(self, gradient: Number = 1.0) -> None:
        """Apply the chain rule from here to the leaves, adding ∂self/∂leaf to each leaf's grad.

        Parameters
        ----------
        gradient : real number
            What this Value itself receives from above.

        See Also
        --------
        autograd.backward.backward : the loop itself, with all there is to say about it.
        """
        backward(self, gradient)

    def detach(self) -> Value:
        """Make a leaf of the same number and label that knows nothing of this Value's history.

        See Also
        --------
        autograd.stop_gradient : a node that no derivative passes, for functions that are compiled.

        Examples
        --------
        >>> from autograd import Value
        >>> x = Value(3.0)
        >>> y = x.detach() * x
        >>> y.backward()
        >>> x.grad
        3.0
        """
        return leaf(Value, _known(self, "detach()"), self.label)

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}, grad={self.grad!r}{label})"

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    @property
    def _prev(self) -> set[Value]:
        """The parents, by the name and in the form that micrograd's programs read."""
        return set(self.parents)

    @property
    def _op(self) -> str:
        """The operation's sign, by the name that micrograd's programs read; "" for a leaf."""
        return self.operation.symbol if self.operation else ""

    # -- as a number ------------------------------------------------------------------------------

    def __float__(self) -> float:
        return _known(self, "float()")

    def __int__(self) -> int:
        return int(_known(self, "int()"))

    @overload
    def __round__(self) -> int: ...
    @overload
    def __round__(self, ndigits: SupportsIndex) -> float: ...
    def __round__(self, ndigits: SupportsIndex | None = None) -> float:
        return round(_known(self, "round()"), ndigits)

    def __bool__(self) -> bool:
        return _known(self, "the truth") != 0.0

    def __lt__(self, other: Operand) -> bool:
        return _compare(self, other, float.__lt__)

    def __le__(self, other: Operand) -> bool:
        return _compare(self, other, float.__le__)

    def __gt__(self, other: Operand) -> bool:
        return _compare(self, other, float.__gt__)

    def __ge__(self, other: Operand) -> bool:
        return _compare(self, other, float.__ge__)

    # -- arithmetic -------------------------------------------------------------------------------

    __add__ = _infix(functions.add)
    __sub__ = _infix(functions.subtract)
    __rsub__ = _reflected(functions.subtract)
    __mul__ = _infix(functions.multiply)
    __rmul__ = _reflected(functions.multiply)
    __truediv__ = _infix(functions.divide)
    __rtruediv__ = _reflected(functions.divide)
    __rpow__ = _reflected(functions.power)
    __neg__ = _method(functions.negative)
    __pos__ = _method(functions.positive)
    __abs__ = _method(functions.abs)
    __mod__ = _infix(elementary.mod)
    __rmod__ = _reflected(elementary.mod)
    __floordiv__ = _infix(elementary.floor_divide)
    __rfloordiv__ = _reflected(elementary.floor_divide)
    __floor__ = _method(elementary.floor)
    __ceil__ = _method(elementary.ceil)
    __trunc__ = _method(elementary.trunc)

    def __divmod__(self, other: Operand) -> tuple[Value, Value]:
        return self // other, self % other

    def __rdivmod__(self, other: Operand) -> tuple[Value, Value]:
        return other // self, other % self

    def __radd__(self, other: Operand) -> Value:
        if other.__class__ is int and other == 0:  # what sum() starts from: no node for it
            return self
        return _add_to(self, other)

    def __pow__(self, exponent: Operand) -> Value:
        if isinstance(exponent, Node) or not is_number(exponent):
            return _power(self, exponent)
        power: Value = functions.fixed_power(real(exponent))(self)
        return power

    # -- the table's functions, as methods --------------------------------------------------------

    exp = _method(functions.exp)
    expm1 = _method(functions.expm1)
    log = _method(functions.log)
    log1p = _method(functions.log1p)
    sqrt = _method(functions.sqrt)
    sin = _method(functions.sin)
    cos = _method(functions.cos)
    tan = _method(functions.tan)
    asin = _method(functions.asin)
    acos = _method(functions.acos)
    atan = _method(functions.atan)
    sinh = _method(functions.sinh)
    cosh = _method(functions.cosh)
    tanh = _method(functions.tanh)
    asinh = _method(functions.asinh)
    acosh = _method(functions.acosh)
    atanh = _method(functions.atanh)
    erf = _method(functions.erf)
    erfc = _method(functions.erfc)
    sigmoid = _method(functions.sigmoid)
    softplus = _method(functions.softplus)
    relu = _method(functions.relu)
    gelu = _method(functions.gelu)
    silu = _method(functions.silu)
    abs = _method(functions.abs)
    sign = _method(functions.sign)
    stop_gradient = _method(functions.stop_gradient)
    heaviside = _method(functions.heaviside)
    atan2 = _pair(functions.atan2)
    hypot = _pair(functions.hypot)
    maximum = _pair(functions.maximum)
    minimum = _pair(functions.minimum)
    greater = _pair(functions.greater)
    greater_equal = _pair(functions.greater_equal)
    less = _pair(functions.less)
    less_equal = _pair(functions.less_equal)
    equal = _pair(functions.equal)
    not_equal = _pair(functions.not_equal)

    log2 = _method(elementary.log2)
    log10 = _method(elementary.log10)
    exp2 = _method(elementary.exp2)
    cbrt = _method(elementary.cbrt)
    square = _method(elementary.square)
    reciprocal = _method(elementary.reciprocal)
    rsqrt = _method(elementary.rsqrt)
    fabs = _method(elementary.fabs)
    floor = _method(elementary.floor)
    ceil = _method(elementary.ceil)
    trunc = _method(elementary.trunc)
    mod = _pair(elementary.mod)
    fmod = _pair(elementary.fmod)
    floor_divide = _pair(elementary.floor_divide)
    logaddexp = _pair(elementary.logaddexp)
    xlogy = _pair(elementary.xlogy)
    logit = _method(elementary.logit)
    log1mexp = _method(elementary.log1mexp)
    log_sigmoid = _method(elementary.log_sigmoid)
    degrees = _method(elementary.degrees)
    radians = _method(elementary.radians)
    sec = _method(elementary.sec)
    csc = _method(elementary.csc)
    cot = _method(elementary.cot)
    sech = _method(elementary.sech)
    csch = _method(elementary.csch)
    coth = _method(elementary.coth)
    selu = _method(elementary.selu)
    mish = _method(elementary.mish)
    softsign = _method(elementary.softsign)
    sinc = _method(special.sinc)
    lgamma = _method(special.lgamma)
    digamma = _method(special.digamma)
    erfinv = _method(special.erfinv)
    erfcx = _method(special.erfcx)
    exp10 = _method(logarithms.exp10)
    xlog1py = _pair(logarithms.xlog1py)
    copysign = _pair(logarithms.copysign)
    logaddexp2 = _pair(logarithms.logaddexp2)
    sinpi = _method(angles.sinpi)
    cospi = _method(angles.cospi)
    sind = _method(angles.sind)
    cosd = _method(angles.cosd)
    tand = _method(angles.tand)
    asec = _method(angles.asec)
    acsc = _method(angles.acsc)
    acot = _method(angles.acot)
    asech = _method(angles.asech)
    acsch = _method(angles.acsch)
    acoth = _method(angles.acoth)
    gamma = _method(gammas.gamma)
    erfi = _method(normal.erfi)
    erfcinv = _method(normal.erfcinv)
    dawsn = _method(normal.dawsn)
    ndtr = _method(normal.ndtr)
    ndtri = _method(normal.ndtri)
    log_ndtr = _method(normal.log_ndtr)
    expi = _method(integrals.expi)
    sinint = _method(integrals.sinint)
    cosint = _method(integrals.cosint)
    ellipk = _method(integrals.ellipk)
    ellipe = _method(integrals.ellipe)

    # The names by which NumPy asks the entries of an array of objects.
    rint, rad2deg, deg2rad = _method(elementary.round), degrees, radians
    arcsin, arccos, arctan, arctan2 = asin, acos, atan, atan2
    arcsinh, arccosh, arctanh = asinh, acosh, atanh

    def leaky_relu(self, slope: float = 0.01) -> Value:
        """Leaky rectified linear unit, ``slope`` · x below 0; see `autograd.leaky_relu`."""
        return functions.leaky_relu(self, slope)

    def elu(self, alpha: float = 1.0) -> Value:
        """Exponential linear unit, ``alpha`` · (eˣ − 1) below 0; see `autograd.elu`."""
        return functions.elu(self, alpha)

    def clip(
        self, low: Operand | None = None, high: Operand | None = None, *, out: None = None
    ) -> Value:
        """Keep it in [``low``, ``high``]; see `autograd.clip`. NumPy passes an `out` of None."""
        bounds: Any = low, high
        clipped: Value = elementary.clip(self, *bounds)
        return clipped

    def round(self, digits: int | None = None) -> Value:
        """Nearest number of so many digits; see `autograd.round`."""
        return elementary.round(self, digits)

    def hardtanh(self, low: float = -1.0, high: float = 1.0) -> Value:
        """Straight line from ``low`` to ``high``, level outside; see `autograd.hardtanh`."""
        return elementary.hardtanh(self, low, high)

    def conjugate(self) -> Value:
        """Itself, as it is real; ``np.var`` and ``np.std`` ask the entries of an array for it."""
        return self

    # -- NumPy ------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Answer a function of NumPy's that has met a Value among its arguments.

        Where NumPy would compare Values, or ask a number on the left for a method, ours is called
        on each entry. For all other functions the Values are put into arrays of objects, whose
        methods NumPy calls by their names.
        """
        import numpy

        boxed = [numpy.array(x, dtype=object) if isinstance(x, Node) else x for x in inputs]
        if method == "__call__" and ufunc.__name__ in _BY_NUMPYS_NAME:
            ours = numpy.frompyfunc(_BY_NUMPYS_NAME[ufunc.__name__], len(inputs), 1)
            with numpy.errstate(invalid="ignore"):  # a comparison with nan is no error here
                return ours(*boxed, **options)
        return getattr(ufunc, method)(*boxed, **options)

    # -- copies -----------------------------------------------------------------------------------

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        return copy_graph(self, memo)

    __reduce__ = pickled
    __copy__ = shallow_copy


def _but_nan(choose: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Make a choice between two numbers that takes the other where one is nan."""
    unequal, where = functions.not_equal, functions.where
    return lambda a, b: choose(where(unequal(a, a), b, a), where(unequal(b, b), a, b))


_BY_NUMPYS_NAME: dict[str, Callable[..., Any]] = {
    "maximum": functions.maximum,
    "minimum": functions.minimum,
    "fmax": _but_nan(functions.maximum),
    "fmin": _but_nan(functions.minimum),
    "sign": functions.sign,
    "hypot": functions.hypot,
    "arctan2": functions.atan2,
    "floor": elementary.floor,
    "ceil": elementary.ceil,
    "trunc": elementary.trunc,
    "rint": elementary.round,
    "clip": elementary.clip,
    "fmod": elementary.fmod,
    "remainder": elementary.mod,
    "floor_divide": elementary.floor_divide,
    "logaddexp": elementary.logaddexp,
    "logaddexp2": logarithms.logaddexp2,
    "copysign": logarithms.copysign,
    "square": elementary.square,
    "reciprocal": elementary.reciprocal,
}

_add_to = _reflected(functions.add)
_power = _infix(functions.power)


def _compare(a: Value, b: Operand, holds: Callable[[float, float], bool]) -> bool:
    number = _known(a, "a comparison")
    if isinstance(b, Node):
        return holds(number, b._data)
    return holds(number, real(b)) if is_number(b) else NotImplemented


class Constant(Value):
    """A number met in an expression, such as the 2 of ``2 * x``; drawings show it as one."""

    __slots__ = ()


class Parameter(Value):
    """A leaf that a module owns and an optimiser changes; drawings show it as one."""

    __slots__ = ()


for _name, _advice in HABITS.items():
    setattr(Value, _name, Missing(_name, _advice))
node_classes.value = Value
node_classes.constant = Constant
if twins.loops:  # pragma: no branch - a process has them or not
    twins.loops.use(Node, Value, Constant, recording_paused.threads)
