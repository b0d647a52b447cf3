"""How the example is trained: the text's rule, the ways to train biases, and well-known slips.

A slip is a rule too: followed round by round, it gives the figures that somebody who made it would
have published. What the slips are, the grader knows.

Read next: `figures`.
"""

from dataclasses import dataclass
from functools import lru_cache

from autograd import replay
from autograd.grading.course import Course, Setting
from autograd.grading.hypotheses import in_another_round
from autograd.grading.slips import FACTOR, TRANSPOSED, UPDATED, Slips
from autograd.grading.tape import RIGHT, Tape
from autograd.sums import added
from nn.worked_example.model import BIASES, LAYERS, WEIGHTS, Figures, Graph, Values, graph, network

LEARNING_RATE = 0.5
ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of computing the rounds of training.

    Parameters
    ----------
    name : str
        What the audit calls it.
    says : str
        What is done, in a sentence.
    biases : str
        "frozen", "shared" (one trained bias for each layer) or "per neuron".
    half : bool
        Whether the error has its ½.
    transposed : bool
        Whether the forward pass has w2 and w3, and w6 and w7, in one another's place.
    slip : str
        What the grader says of the slip that is made backwards, if there is one.
    """

    name: str
    says: str
    biases: str = "frozen"
    half: bool = True
    transposed: bool = False
    slip: str = ""

    @property
    def built(self) -> dict[str, bool]:
        """How the network is built."""
        per_neuron = self.biases == "per neuron"
        return {"bias_per_neuron": per_neuron, "half": self.half, "transposed": self.transposed}

    @property
    def graph(self) -> Graph:
        """The network as the grader reads it."""
        return graph(**self.built)

    @property
    def trained(self) -> tuple[str, ...]:
        """The names of the leaves that are trained."""
        biases = {"frozen": (), "shared": tuple(LAYERS), "per neuron": tuple(BIASES)}
        return *WEIGHTS, *biases[self.biases]


FROZEN = Rule("biases frozen", "the text's own rule: only w1 … w8 are trained")
SHARED = Rule(
    "biases trained and shared",
    "each layer has one bias, trained by the sum of its neurons' gradients",
    biases="shared",
)
PER_NEURON = Rule(
    "biases trained per neuron",
    "each neuron has a bias of its own, and it is trained",
    biases="per neuron",
)
STALE = Rule(
    UPDATED,
    "the hidden gradients are computed with w5 … w8 as they are after their update, instead of "
    "those of the forward pass",
    slip="δ goes back through all layers by the weights after their update",
)
NO_HALF = Rule(FACTOR, "the error is Σ(target − out)², without the ½", half=False)
TRANSPOSED_FORWARDS = Rule(
    f"{TRANSPOSED}, forwards",
    "the forward pass has w2 and w3, and w6 and w7, in one another's place",
    transposed=True,
)
TRANSPOSED_BACKWARDS = Rule(
    f"{TRANSPOSED}, backwards",
    "the hidden gradients are computed with w6 and w7 in one another's place",
    slip="backwards, in all layers",
)

BIAS_RULES = {"frozen": FROZEN, "shared": SHARED, "per-neuron": PER_NEURON}
RULES = (FROZEN, SHARED, PER_NEURON, STALE, NO_HALF, TRANSPOSED_FORWARDS, TRANSPOSED_BACKWARDS)


def times(rounds: int) -> str:
    """Write out a number of rounds."""
    return f"{rounds:,} round{'s' * (rounds != 1)}"


def train(
    rounds: int = ROUNDS, learning_rate: float = LEARNING_RATE, rule: Rule = FROZEN
) -> Values:
    """Train the network and return it, run forwards and backwards once more after the last update.

    Parameters
    ----------
    rounds : int
        How many updates; 0 gives the network as it starts.
    learning_rate : float
    rule : Rule
        One of `RULES`.

    Returns
    -------
    dict from str to Value
        As of `network`, with gradients.

    Examples
    --------
    >>> from nn.worked_example import STALE, train
    >>> round(train(1)["E_total"].data, 9), round(train(1, rule=STALE)["E_total"].data, 9)
    (0.291027774, 0.291027924)
    """
    values = network(None, **rule.built)
    now = course(rule, learning_rate).after(rounds)
    nodes = Tape(values["E_total"]).nodes
    gradients = now.gradients(len(nodes) - 1)
    for node, number, gradient in zip(nodes, now.data, gradients, strict=True):
        node.grad = gradient
        if not node.parents:
            node.data = number
    replay(values["E_total"])
    return values


@lru_cache(maxsize=32)
def course(rule: Rule, learning_rate: float) -> Course:
    """The rounds of a rule; who asks again, or for fewer rounds, need not wait again."""
    read = rule.graph
    learning = tuple(read.names.place[name] for name in rule.trained)
    setting = Setting(read.tape, learning, learning_rate)
    slips = Slips(setting, read.names.of).everywhere(trained=True)
    return Course(setting, next((s for s in slips if s.says == rule.slip), RIGHT))


def figures_after(rounds: int, learning_rate: float, rule: Rule) -> Figures:
    """Train and return all figures."""
    return {name: figure_after(name, rounds, learning_rate, rule) for name in rule.graph.asked}


def figure_after(name: str, rounds: int, learning_rate: float, rule: Rule) -> float:
    """Train and return one figure."""
    trained = course(rule, learning_rate)
    asked = rule.graph.asked[name]
    return added(in_another_round(each, rounds).number(trained) for each in asked)
