"""`derivation`: the chain rule for one gradient, written out as a textbook does.

Read before: `paths`, which are found here, and `write.chain_rule`, which writes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.graph import topological_order
from autograd.value import Value
from autograd.views.paths import Path, count_paths, each_path, labelled_links
from autograd.views.steps import each_step
from autograd.views.write.chain_rule import ChainRule, LatexChainRule
from autograd.views.write.names import names

MOST_PATHS = 100


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Derivation:
    """The chain rule for one gradient; see `derivation`.

    Parameters
    ----------
    root, value : Value
        ∂root/∂value is what is derived.
    total : float
        Its value, the gradient that `backward` computes.
    path_count : int
        How many paths there are.
    paths : tuple of Paths
        All of them; none where there are more than 100.
    text, latex : str
        The derivation in plain text, and in LaTeX for math mode.
    """

    root: Value
    value: Value
    total: float
    path_count: int
    paths: tuple[Path, ...]
    text: str
    latex: str

    def __repr__(self) -> str:
        return f"<Derivation over {self.path_count} paths: {self.total!r}>"

    def __str__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    _repr_markdown_ = _repr_latex_


def derivation(root: Value, value: Value) -> Derivation:
    """Write the chain rule for ∂root/∂value along every path, with symbols and then with numbers.

    Parameters
    ----------
    root : Value
        The output.
    value : Value
        A leaf, or a computed Value on the way to the output.

    Returns
    -------
    Derivation
        Prints as text, shows itself as a formula in notebooks. Where more than 100 paths lead to
        the value, it is the recursion that backpropagation is, with δ(v) = ∂root/∂v:
        δ(v) = Σ δ(consumer) · ∂consumer/∂v.

    Raises
    ------
    TypeError
        When one of the two is not a Value.

    Notes
    -----
    Labels decide how long the derivation is: label a Value to see it in a factor of its own.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(3.0, "x")
    >>> u = x * x
    >>> u.label = "u"
    >>> y = u.exp().log() + 2 * x
    >>> y.label = "y"
    >>> print(derivation(y, x))
    ∂y/∂x = ∂y/∂u · ∂u/∂x
          + ∂y/∂x|direct
          = 1.00000 · 6.00000
          + 2.00000
          = 6.00000 + 2.00000
          = 8.00000
    """
    for each in (root, value):
        if not isinstance(each, Value):
            raise TypeError(
                f"derivation needs two Values, root and value, not {type(each).__name__}"
            )
    order = topological_order(root)
    gradient = {root: 1.0} | {step.parent: step.accumulated for step in each_step(order)}
    links = labelled_links(order, root, value)
    count = count_paths(links, root, value)
    paths = tuple(each_path(links, root, value)) if count <= MOST_PATHS else ()
    name = names(order)
    written = []
    for form in (ChainRule, LatexChainRule):
        writer = form(root, value, name)
        if count <= MOST_PATHS:
            written.append(writer.sum_over(paths, gradient.get(value, 0.0)))
        else:
            written.append(writer.recursion(links, gradient, count))
    return Derivation(root, value, gradient.get(value, 0.0), count, paths, *written)
