"""`derivation`: the chain rule for one gradient, written out as a textbook does.

Read before: `paths`, which are found here, and `write.chain_rule`, which writes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograd.checks import check_choice
from autograd.graph import topological_order
from autograd.value import Value
from autograd.views.draw.words import LANGUAGES
from autograd.views.paths import Path, Ways, ways
from autograd.views.steps import each_step
from autograd.views.write.chain_rule import MOST_PATHS, ChainRule, LatexChainRule
from autograd.views.write.names import names


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

    Examples
    --------
    >>> from autograd import Value, derivation
    >>> w = Value(3.0, "w")
    >>> found = derivation(w * w, w)
    >>> found.total, found.path_count
    (6.0, 2)
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


def derivation(root: Value, value: Value, *, lang: str = "en") -> Derivation:
    """Write the chain rule for ∂root/∂value along every path, with symbols and then with numbers.

    Parameters
    ----------
    root : Value
        The output.
    value : Value
        A leaf, or a computed Value on the way to the output.
    lang : {"en", "zh"}
        The language of the few words beside the formulas, English or Chinese.

    Returns
    -------
    Derivation
        Prints as text, shows itself as a formula in notebooks. Where more than 100 paths lead to
        the value, it is the recursion that backpropagation is, with δ(v) = ∂root/∂v: δ(v) is the
        sum of δ(consumer) · ∂consumer/∂v|ₖ over the links from v to its consumers.

    Raises
    ------
    TypeError
        When one of the two is not a Value.
    ValueError
        For another language.

    Notes
    -----
    ∂a/∂b is the total derivative, along all ways from a to b. A factor that is less than that is
    marked: ∂a/∂b|₂ is the local derivative, through the second argument of a alone.

    There is one factor for each link. Where labelled nodes lie between root and value, the first
    equation goes from one label to the next, as a textbook does, and what lies between two of them
    is derived below it. Nodes without a label are called v1, v2, ..., as in every view.

    Examples
    --------
    >>> from autograd import Value
    >>> x = Value(3.0, "x")
    >>> u = x * x
    >>> u.label = "u"
    >>> y = u * x
    >>> y.label = "y"
    >>> print(derivation(y, x))
    ∂y/∂x = ∂y/∂u · ∂u/∂x
          + ∂y/∂x|₂
          = 3.00000 · 6.00000
          + 9.00000
          = 18.0000 + 9.00000
          = 27.0000
    ∂u/∂x = ∂u/∂x|₁
          + ∂u/∂x|₂
          = 3.00000
          + 3.00000
          = 6.00000
    |ₖ marks a local derivative: through the k-th argument alone
    """
    for each in (root, value):
        if not isinstance(each, Value):
            raise TypeError(
                f"derivation needs two Values, root and value, not {type(each).__name__}"
            )
    check_choice("lang", lang, LANGUAGES)
    order = topological_order(root)
    gradient = {root: 1.0} | {step.parent: step.accumulated for step in each_step(order)}
    total = gradient.get(value, 0.0)
    every = ways(order, root, value)
    outline = _outline(every)
    paths = tuple(outline.each()) if outline.count <= MOST_PATHS else ()
    name = names(order, asked=(root, value))
    text, latex = (
        form(name, lang).derivation(outline, every, total) for form in (ChainRule, LatexChainRule)
    )
    return Derivation(root, value, total, outline.count, paths, text, latex)


def _outline(every: Ways) -> Ways:
    """The ways over labelled nodes, if there are any between root and value."""
    stretches = every.stretches()
    return stretches if len(stretches.links) > 1 else every
