"""How each figure is computed from those before it, and so from figures as somebody printed them.

Read next: `explanations`.
"""

from collections.abc import Callable, Mapping

from nn.worked_example.model import FED_BY, WIRING

# Each figure as a sum of products of the figures before it. {n} is a neuron, {v} and {w} are its
# weights, {x} and {y} its inputs.
OF_EACH_NEURON = """
    net_{n} = {v} * {x} + {w} * {y} + b_{n}
    dout_{n}/dnet_{n} = out_{n} + -1 * out_{n} * out_{n}
    dE/dnet_{n} = dE/dout_{n} * dout_{n}/dnet_{n}
    dE/d{v} = dE/dnet_{n} * {x}
    dE/d{w} = dE/dnet_{n} * {y}
"""
OF_EACH_OUTPUT = """
    dE/dout_{n} = out_{n} + -1 * {t}
    dE_{n}/dnet_{n} = dE/dout_{n} * dout_{n}/dnet_{n}
    dE_{n}/d{x} = dE/dnet_{n} * {v}
    dE_{n}/d{y} = dE/dnet_{n} * {w}
"""
OF_THE_REST = """
    dE/dout_h1 = dE_o1/dout_h1 + dE_o2/dout_h1
    dE/dout_h2 = dE_o1/dout_h2 + dE_o2/dout_h2
    E_total = E_o1 + E_o2
"""


def recipes() -> dict[str, str]:
    """Return how a figure is computed from others, such as ``"E_o1 + E_o2"`` for E_total."""
    lines = OF_THE_REST.splitlines()
    for n, (v, w) in WIRING.items():
        x, y = FED_BY[n[0]]
        text = OF_EACH_NEURON + OF_EACH_OUTPUT * (n[0] == "o")
        lines += text.format(n=n, v=v, w=w, x=x, y=y, t=f"t{n[1]}").splitlines()
    return dict(line.strip().split(" = ") for line in lines if line.strip())


RECIPES = recipes()


def from_printed(
    name: str,
    figures: Mapping[str, float],
    printed: Mapping[str, float],
    rounded: Callable[[float], float],
) -> float | None:
    """Compute a figure from those that are printed; None where no recipe or true figure is known.

    Parameters
    ----------
    name : str
    figures : mapping from str to float
        The true figures.
    printed : mapping from str to float
        Those that somebody printed, and computed with.
    rounded : callable
        Rounds what is needed but not printed.
    """

    def operand(each: str) -> float:
        if each in printed:
            return printed[each]
        computed = _sum(each)
        number = float(each) if each not in figures else figures[each]
        return rounded(number if computed is None else computed)

    def _sum(each: str) -> float | None:
        if each not in RECIPES:
            return None
        total = 0.0
        for term in RECIPES[each].split(" + "):
            product = 1.0
            for factor in term.split(" * "):
                product *= operand(factor)
            total += product
        return total

    return _sum(name) if name in figures else None
