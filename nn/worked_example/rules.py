"""How the example is trained: the text's rule, the ways to train biases, and well-known slips.

A slip is a rule too: followed round by round, it gives the figures that somebody who made it would
have published.

Read next: `figures`.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from itertools import islice

from autograd import replay
from autograd.grading.slips import number_of, to_decimals, to_single, updated_number_of
from autograd.grading.tape import Edge, Slip, Slope, Tape
from autograd.grading.tape import Pass as SlippedPass
from nn.worked_example.model import BIASES, WEIGHTS, Pass, Values, network, read, trained, ways_back

LEARNING_RATE = 0.5
ROUNDS = 10_000
HAND_DECIMALS = range(3, 13)


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
    way_back : str
        The output weights by which hidden gradients are computed: "own", those of the forward pass;
        "updated", a round too new; "transposed".
    decimals : int or None
        How many decimals each step of the calculation is rounded to, if at all.
    single : bool
        Whether each step is rounded to a float of 32 bits.
    """

    name: str
    says: str
    biases: str = "frozen"
    half: bool = True
    transposed: bool = False
    way_back: str = "own"
    decimals: int | None = None
    single: bool = False

    @property
    def rounds(self) -> bool:
        """Whether each step is rounded."""
        return self.single or self.decimals is not None

    def rounded(self, number: float) -> float:
        """Round as people do by hand, half up, or as floats of 32 bits do, where the rule is to."""
        if self.single:
            return to_single(number)
        return number if self.decimals is None else to_decimals(self.decimals, number)


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
    "stale output weights",
    "the hidden gradients are computed with w5 … w8 as they are after their update, instead of "
    "those of the forward pass",
    way_back="updated",
)
NO_HALF = Rule("missing ½", "the error is Σ(target − out)², without the ½", half=False)
TRANSPOSED_FORWARDS = Rule(
    "transposed weights, forwards",
    "the forward pass has w2 and w3, and w6 and w7, in one another's place",
    transposed=True,
)
TRANSPOSED_BACKWARDS = Rule(
    "transposed weights, backwards",
    "the hidden gradients are computed with w6 and w7 in one another's place",
    way_back="transposed",
)

BIAS_RULES = {"frozen": FROZEN, "shared": SHARED, "per-neuron": PER_NEURON}
RULES = (FROZEN, SHARED, PER_NEURON, STALE, NO_HALF, TRANSPOSED_FORWARDS, TRANSPOSED_BACKWARDS)


def rounding(rule: Rule, decimals: int) -> Rule:
    """Make the rule of somebody who rounds every step of the calculation, half up."""
    name = f"intermediates rounded to {decimals} decimals"
    says = "every step is rounded before it is used in the next"
    return replace(rule, name=name, says=says, decimals=decimals)


def single_precision(rule: Rule) -> Rule:
    """Make the rule of a program whose floats have 32 bits."""
    says = "every step is rounded to a float of 32 bits"
    return replace(rule, name="single precision", says=says, single=True)


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
    return next(islice(passes(rule, learning_rate), rounds, None)).values


@lru_cache(maxsize=1024)
def figures_after(rounds: int, learning_rate: float, rule: Rule) -> dict[str, float]:
    """Train and return all figures; who asks again, or for fewer rounds, need not wait again."""
    start = _history(learning_rate, rule).start(rounds)
    this = next(passes(rule, learning_rate, start))
    return {name: rule.rounded(figure) for name, figure in this.figures().items()}


class _History:
    """The weights and biases before each round, as far as somebody has asked for them."""

    def __init__(self, learning_rate: float, rule: Rule) -> None:
        self.passes = passes(rule, learning_rate)
        self.numbers = array("d")  # those of one round behind those of the other

    def start(self, rounds: int) -> dict[str, float]:
        """Return the weights and biases after some rounds, from which to go on."""
        names = (*WEIGHTS, *BIASES)
        begin = rounds * len(names)
        while len(self.numbers) <= begin:
            values = next(self.passes).values
            self.numbers.extend(value.data for value in trained(values).values())
        return dict(zip(names, self.numbers[begin:], strict=False))


_history = cache(_History)


def passes(
    rule: Rule, learning_rate: float, start: Mapping[str, float] | None = None
) -> Iterator[Pass]:
    """Yield passes forwards and backwards without end: before the first update and after each."""
    per_neuron = rule.biases == "per neuron"
    values = network(start, bias_per_neuron=per_neuron, half=rule.half, transposed=rule.transposed)
    names = WEIGHTS if rule.biases == "frozen" else {**WEIGHTS, **BIASES}
    learning = list(dict.fromkeys(trained(values)[name] for name in names))
    by_hand = rule.rounds or rule.way_back != "own"
    tape = Tape(values["E_total"])
    slip = _slip(values, tape, rule)
    while True:
        yield _by_hand(values, tape, slip, learning_rate) if by_hand else _by_engine(values)
        for value in learning:
            value.data = rule.rounded(value.data - learning_rate * value.grad)


def _by_engine(values: Values) -> Pass:
    """Go forwards and backwards with the engine."""
    error = replay(values["E_total"])
    for value in values.values():
        value.grad = 0.0
    error.backward()
    return read(values)


def _slip(values: Values, tape: Tape, rule: Rule) -> Slip:
    """The rule as a slip of the graph that is gone through."""
    slopes: dict[Edge, Slope] = {}
    if rule.way_back != "own":
        slope = updated_number_of if rule.way_back == "updated" else number_of
        ways = ways_back(values, transposed=rule.way_back == "transposed")
        for (node, parent), weight in ways.items():
            edge = tape.place[node], node.parents.index(parent)
            slopes[edge] = partial(slope, tape.place[weight])
    return Slip(slopes=slopes, rounded=rule.rounded if rule.rounds else None)


def _by_hand(values: Values, tape: Tape, slip: Slip, learning_rate: float) -> Pass:
    """Go forwards and backwards with the engine's derivatives, but with the slips of the rule."""
    replay(tape.output)
    leaves = [leaf.data for leaf in tape.nodes[: tape.leaves]]
    now = SlippedPass(tape, slip, leaves, learning_rate)
    place = tape.place
    for value, gradient in zip(tape.nodes, now.gradients(place[values["E_total"]]), strict=True):
        value.grad = gradient
    return Pass(values, lambda v: now.data[place[v]], lambda v: now.taken[place[v]])
