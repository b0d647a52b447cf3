"""A GPT of 4,192 parameters that learns to make up names, letter by letter.

Every number of it is a `Value`: the model is written below from nothing but `autograd`'s functions,
and one graph holds what a whole name costs. ``python -m nn.microgpt`` trains it and shows what it
makes up; ``--compiled`` trains with a program of machine code.

Read in this order: `GPT`, what it computes; `train`, how it learns; `sample`, how it writes.

References
----------
The architecture and the training are those of A. Karpathy's microgpt (2026): GPT-2 with RMSNorm
in place of layer normalisation, ReLU in place of GELU, and no biases. B. Zhang and R. Sennrich,
"Root mean square layer normalization", NeurIPS 2019; A. Vaswani and others, "Attention is all you
need", NeurIPS 2017, equation 1.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import TypeAlias

from autograd import Value, compile, dot, logsumexp, no_grad, relu, softmax, total
from autograd.checks import check_count
from autograd.value import Parameter
from nn.module import Module
from nn.optim import Adam
from nn.selection import signs

Vector: TypeAlias = Sequence[Value]
Token: TypeAlias = int | Value
Memory: TypeAlias = list[tuple[Vector, Vector]]
"""The key and the value of each position so far."""

RATE = 0.01
BETAS = (0.85, 0.99)
TEMPERATURE = 0.5


class Matrix(Module):
    """A matrix of weights, drawn with the standard deviation 0.08.

    Parameters
    ----------
    rows, columns : int
    random : random.Random
    """

    def __init__(self, rows: int, columns: int, random: Random) -> None:
        self.w = [[Parameter(random.gauss(0.0, 0.08)) for _ in range(columns)] for _ in range(rows)]

    def __call__(self, x: Vector) -> Vector:
        """Return the product with a vector, one node for each row."""
        return [dot(row, x) for row in self.w]

    def row(self, index: Token) -> Vector:
        """Return a row."""
        return chosen(self.w, index)


class Block(Module):
    """A layer of a GPT: attention to all positions so far, then an MLP, each added to its input.

    Parameters
    ----------
    width : int
        How many numbers stand for a position; a multiple of `heads`.
    heads : int
        How many parts of a position attend separately.
    random : random.Random
        Draws the weights.
    """

    def __init__(self, width: int, heads: int, random: Random) -> None:
        self.heads = heads
        self.query = Matrix(width, width, random)
        self.key = Matrix(width, width, random)
        self.value = Matrix(width, width, random)
        self.out = Matrix(width, width, random)
        self.widen = Matrix(4 * width, width, random)
        self.narrow = Matrix(width, 4 * width, random)

    def __call__(self, x: Vector, memory: Memory) -> Vector:
        """Return what becomes of a position; its key and value are added to the memory."""
        normal = rms_norm(x)
        memory.append((self.key(normal), self.value(normal)))
        x = added(x, self.out(self.attended(self.query(normal), memory)))
        hidden = [relu(z) for z in self.widen(rms_norm(x))]
        return added(x, self.narrow(hidden))

    def attended(self, query: Vector, memory: Memory) -> Vector:
        """Return, head by head, the mean of the values, weighted by how well their keys fit."""
        width = len(query) // self.heads
        result: list[Value] = []
        for start in range(0, len(query), width):
            head = slice(start, start + width)
            weights = softmax(dot(query[head], key[head]) / width**0.5 for key, _ in memory)
            columns = zip(*(value[head] for _, value in memory), strict=True)
            result += [dot(weights, column) for column in columns]
        return result


class GPT(Module):
    """A language model: from the tokens so far to the logits of the token that comes next.

    Parameters
    ----------
    tokens : int
        How many different tokens there are.
    width : int
        How many numbers stand for a token on its way through the model; a multiple of `heads`.
    heads, layers : int
    positions : int
        How many tokens it can look back on.
    seed : int
        Same seed, same weights.

    Examples
    --------
    >>> from nn.microgpt import GPT
    >>> model = GPT(27)
    >>> len(model.parameters())
    4192
    >>> loss = model.loss([26, 0, 13, 13, 0, 26])
    >>> 3.0 < loss.data < 3.6  # about ln 27: it knows nothing yet
    True
    """

    def __init__(
        self,
        tokens: int,
        *,
        width: int = 16,
        heads: int = 4,
        layers: int = 1,
        positions: int = 16,
        seed: int = 42,
    ) -> None:
        sizes = {"tokens": tokens, "width": width, "heads": heads, "positions": positions}
        for name, size in sizes.items():
            check_count(name, size, 1)
        check_count("layers", layers, 0)
        if width % heads:
            raise ValueError(f"width={width} cannot be shared by {heads} heads: take a multiple")
        random = Random(seed)
        self.positions = positions
        self.token = Matrix(tokens, width, random)
        self.position = Matrix(positions, width, random)
        self.head = Matrix(tokens, width, random)
        self.blocks = [Block(width, heads, random) for _ in range(layers)]

    def __call__(self, token: Token, position: int, memories: Sequence[Memory]) -> Vector:
        """Return the logits of the next token, for a token at its position.

        Parameters
        ----------
        token : int, or Value in a function that is compiled
        position : int
        memories : list with a list for each layer
            Empty before the first position; each call adds what later positions look back on.
        """
        x = rms_norm(added(self.token.row(token), self.position.row(position)))
        for block, memory in zip(self.blocks, memories, strict=True):
            x = block(x, memory)
        return self.head(x)

    def loss(self, tokens: Sequence[Token]) -> Value:
        """Return the mean of -ln(probability of the next token), over all tokens but the last."""
        count = min(len(tokens) - 1, self.positions)
        if count < 1:
            raise ValueError(f"a loss needs two tokens or more, not {len(tokens)}")
        memories: list[Memory] = [[] for _ in self.blocks]
        losses = []
        for position in range(count):
            logits = self(tokens[position], position, memories)
            (target,) = chosen([[z] for z in logits], tokens[position + 1])
            losses.append(logsumexp(logits) - target)
        mean: Value = total(losses) / count
        return mean


def added(a: Vector, b: Vector) -> Vector:
    """Add two vectors."""
    return [one + other for one, other in zip(a, b, strict=True)]


def rms_norm(x: Vector) -> Vector:
    """Divide a vector by the root of the mean of its squares."""
    scale = (dot(x, x) / len(x) + 1e-5) ** -0.5
    return [number * scale for number in x]


def chosen(rows: Sequence[Vector], index: Token) -> Vector:
    """Return a row of a matrix.

    A compiled program cannot look a row up by a Value: it adds up all rows, times 1 or 0. There a
    row that the matrix does not have is one of nan.
    """
    if not isinstance(index, Value):
        if not 0 <= index < len(rows):
            raise IndexError(f"there is no token or position {index}: 0 to {len(rows) - 1} are")
        return rows[index]
    here, start = signs(len(rows), index)
    return [dot(here, column, start) for column in zip(*rows, strict=True)]


# --------------------------------------------------------------------------- names and their tokens


@dataclass(frozen=True, slots=True)
class Names:
    """Names to learn from, and the numbers of their letters.

    Parameters
    ----------
    names : tuple of str
    letters : str
        Each letter once; its place is its token. One more token stands at both ends of a name.
    """

    names: tuple[str, ...]
    letters: str

    @property
    def end(self) -> int:
        """The token at both ends of a name."""
        return len(self.letters)

    def tokens(self, name: str) -> list[int]:
        """Return the tokens of a name.

        Examples
        --------
        >>> from nn.microgpt import Names
        >>> Names(("ann", "bob"), "abno").tokens("bob")
        [4, 1, 3, 1, 4]
        """
        return [self.end, *map(self.letters.index, name), self.end]


def read_names(path: Path | None = None) -> Names:
    """Read names, one in a line; without a path, the names that come with this module."""
    source = path or files("nn").joinpath("names.txt")
    try:
        lines = source.read_text(encoding="utf-8-sig").splitlines()  # some editors set a mark first
    except UnicodeDecodeError:
        raise ValueError(f"{str(path)!r} is not a text file in UTF-8") from None
    names = tuple(filter(None, map(str.strip, lines)))
    if not names:
        raise ValueError(f"there are no names in {path}: it needs one in a line")
    return Names(names, "".join(sorted(set("".join(names)))))


# ----------------------------------------------------------------------------- learning and writing


def train(model: GPT, names: Names, steps: int, *, compiled: bool = False) -> Iterator[float]:
    """Learn one name a step with Adam, at a rate that falls to 0, and yield the loss of each.

    Parameters
    ----------
    model : GPT
    names : Names
        Learned in their order, again from the first when all have been seen.
    steps : int
    compiled : bool
        Whether machine code takes the steps, which needs the extra ``compile``. One program serves
        names of all lengths; making it takes a few seconds.

    Examples
    --------
    >>> from nn.microgpt import GPT, Names, train
    >>> names = Names(("ab",), "ab")
    >>> model = GPT(3, width=4, heads=1, positions=4)
    >>> first, *_, last = train(model, names, 50)
    >>> first > 1.0 > 0.2 > last
    True
    """
    optimizer = Adam(model.parameters(), lr=RATE, betas=BETAS)
    program = compile(model.loss, backend="llvm") if compiled else None
    if program and steps:
        each_length = {len(name): names.tokens(name) for name in names.names[:steps]}
        program.train(list(each_length.values()), optimizer=optimizer, epochs=0)  # records it
    for step in range(steps):
        optimizer.lr = RATE * (1 - step / steps)
        tokens = names.tokens(names.names[step % len(names.names)])
        if program:
            yield program.train([tokens], optimizer=optimizer, epochs=1)[0].loss
            continue
        loss = model.loss(tokens)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.data


@no_grad()
def sample(model: GPT, names: Names, random: Random, temperature: float = TEMPERATURE) -> str:
    """Make up a name: draw a letter by the model's probabilities, and go on from there.

    Parameters
    ----------
    model : GPT
    names : Names
        What it was trained on.
    random : random.Random
    temperature : float
        Below 1, likely letters are drawn more often than the model says; above 1, less often.
    """
    memories: list[Memory] = [[] for _ in model.blocks]
    token, name = names.end, ""
    for position in range(model.positions):
        logits = model(token, position, memories)
        chances = [p.data for p in softmax(z / temperature for z in logits)]
        (token,) = random.choices(range(len(chances)), chances)
        if token == names.end:
            break
        name += names.letters[token]
    return name


def main(arguments: Sequence[str] | None = None) -> None:
    """Train a model and print its losses, then names that it makes up."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        names = read_names(options.names)
        check_count("--steps", options.steps, 0)
        check_count("--sample", options.sample, 0)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    random = Random(options.seed)
    order = list(names.names)
    random.shuffle(order)
    names = Names(tuple(order), names.letters)
    model = GPT(names.end + 1, seed=options.seed)
    print(f"{len(order)} names, {names.end + 1} tokens, {len(model.parameters())} parameters")
    recent: list[float] = []
    with suppress(KeyboardInterrupt):  # what was learned so far is shown
        losses = train(model, names, options.steps, compiled=options.compiled)
        for step, loss in enumerate(losses, 1):
            recent = [*recent[-49:], loss]
            if step % 50 == 0 or step in (1, options.steps):
                print(f"step {step}: loss {sum(recent) / len(recent):.4f}", flush=True)
    for _ in range(options.sample):
        print(sample(model, names, random))


def _parser() -> ArgumentParser:
    from autograd.terminal import Parser  # who only takes the model needs no parser

    summary, _, _ = (__doc__ or "").partition("\n\nRead in")  # there is none under -OO
    parser = Parser("python -m nn.microgpt", description=summary)
    parser.add_argument("--steps", type=int, default=1000, help="names to learn (default: 1000)")
    parser.add_argument("--names", type=Path, metavar="PATH", help="a file with a name in a line")
    parser.add_argument("--seed", type=int, default=42, help="same seed, same names (default: 42)")
    parser.add_argument("--sample", type=int, default=20, metavar="N", help="names to make up")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--compiled", action="store_true", help="take the steps in a compiled program")
    how.add_argument("--eager", action="store_false", dest="compiled", help="the default")
    return parser


if __name__ == "__main__":
    main()
