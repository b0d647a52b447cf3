"""C1, C2: steps of Adam for a GPT of 4,192 parameters, a name each, by the compiler and its peers.

The model is that of `nn.microgpt`: the parameters of all contestants are in its order.
`Contestant.train` goes through all names so many times. Adam's rate stays the same here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from tests.benchmarks.contest import LIMIT, OURS, Contestant, Numbers
from tests.benchmarks.native import NATIVE, function, library

TOKENS, WIDTH, HEADS, LONGEST = 27, 16, 4, 16
SQUARE = (WIDTH, WIDTH)
SHAPES = ((TOKENS, WIDTH), (LONGEST, WIDTH), (TOKENS, WIDTH), SQUARE, SQUARE, SQUARE, SQUARE)
SHAPES += ((4 * WIDTH, WIDTH), (WIDTH, 4 * WIDTH))
RATE, BETA1, BETA2, EPS = 0.01, 0.85, 0.99, 1e-8


@dataclass(frozen=True, slots=True)
class Task:
    """Names of one length, as tokens with that of the end in front and behind: an array of whole
    numbers (names, positions + 1).
    """

    tokens: Any

    @property
    def positions(self) -> int:
        """How many tokens the model is asked for at each step."""
        return self.tokens.shape[1] - 1


def synthetic(names: int, positions: int) -> Task:
    """Draw names of letters."""
    random = Random(positions)
    letters = [[random.randrange(TOKENS - 1) for _ in range(positions - 1)] for _ in range(names)]
    return Task(np.array([[TOKENS - 1, *name, TOKENS - 1] for name in letters], dtype=np.int64))


def start() -> list[float]:
    """Draw the parameters to start from."""
    random = Random(42)
    return [random.gauss(0.0, 0.08) for shape in SHAPES for _ in range(int(np.prod(shape)))]


def parts(numbers: Numbers) -> list[Any]:
    """Cut the parameters up into matrices."""
    ends = np.cumsum([np.prod(shape) for shape in SHAPES])
    pieces = np.split(np.array(numbers, dtype=float), ends[:-1])
    return [piece.reshape(shape) for piece, shape in zip(pieces, SHAPES, strict=True)]


def joined(pieces: Sequence[Any]) -> list[float]:
    """Undo `parts`."""
    return [float(x) for piece in pieces for x in np.ravel(piece)]


def check(contestants: Sequence[Contestant], numbers: Numbers) -> None:
    """Refuse to time contestants that compute different gradients.

    `Contestant.read` gives Adam's running mean of the gradient, which after the first step is that
    step's gradient, times 1 - beta1; after more of them it tells whether all went the same way.
    """
    for passes in (1, 10):
        expected = contestants[0].after(numbers, passes)
        for contestant in contestants[1:]:
            means = contestant.after(numbers, passes)
            difference = max(abs(a - b) for a, b in zip(expected, means, strict=True))
            if not difference <= 1e-9 * (1 - BETA1):
                raise SystemExit(
                    f"after {passes} passes the gradient of {contestant.name} differs from that of "
                    f"{contestants[0].name} by {difference / (1 - BETA1):.3g}"
                )


# --------------------------------------------------------------------------------------------- ours


def stepgrad(task: Task | list[list[int]]) -> Contestant:
    """Prepare a compiled loop, whose batches are single names, of one length or several."""
    import autograd
    from nn.microgpt import GPT
    from nn.optim import Adam

    model = GPT(TOKENS, width=WIDTH, heads=HEADS, positions=LONGEST)
    parameters = model.parameters()
    program = autograd.compile(model.loss, backend="llvm")
    rows = task.tokens.tolist() if isinstance(task, Task) else task
    batch: dict[str, Any] = {"batch_size": 1, "shuffle": False} if len(rows) > 1 else {}

    def prepare(start: Numbers) -> Any:
        for parameter, number in zip(parameters, start, strict=True):
            parameter.data = number
        return Adam(parameters, lr=RATE, betas=(BETA1, BETA2))

    def train(optimizer: Any, passes: int) -> Any:
        program.train(rows, optimizer=optimizer, epochs=passes, **batch)
        return optimizer

    return Contestant(
        OURS, prepare, train, lambda optimizer: [mean for mean, *_ in optimizer.state]
    )


# -------------------------------------------------------------------------------------------- peers


def limit(task: Task | list[list[int]], folder: Path) -> Contestant:
    """Prepare the C by hand, for names of one length or several."""
    path = library(folder / "microgpt.c", *NATIVE, libraries=("-lm",))
    call = function(path, "train", *["array"] * 5, "long", "double", "long", "long")
    rows = task.tokens.tolist() if isinstance(task, Task) else task
    lengths = np.array([len(row) - 1 for row in rows], dtype=np.int64)
    tokens = np.zeros((len(rows), LONGEST + 1), dtype=np.int64)
    for place, row in zip(tokens, rows, strict=True):
        place[: len(row)] = row

    def train(state: Any, passes: int) -> Any:
        arrays, done = state
        steps = passes * len(rows)
        addresses = [array.ctypes.data for array in (*arrays, tokens, lengths)]
        call(*addresses, len(rows), RATE, done, steps)
        return arrays, done + steps

    return Contestant(LIMIT, _arrays, train, lambda state: state[0][1])


def _arrays(start: Numbers) -> Any:
    return (np.array(start), np.zeros(len(start)), np.zeros(len(start))), 0


def numpy_by_hand(task: Task) -> Contestant:
    """Prepare NumPy, with the backward pass by hand and all positions of a name at once."""

    def train(state: Any, passes: int) -> Any:
        (p, mean, square), done = state
        steps = passes * len(task.tokens)
        for step in range(done, done + steps):
            g = numpy_gradient(p, task.tokens[step % len(task.tokens)])
            mean += (1 - BETA1) * (g - mean)
            square += (1 - BETA2) * (g * g - square)
            root = np.sqrt(square / (1 - BETA2 ** (step + 1)))
            p -= RATE / (1 - BETA1 ** (step + 1)) * mean / (root + EPS)
        return (p, mean, square), done + steps

    return Contestant("NumPy, by hand", _arrays, train, lambda state: state[0][1])


def numpy_gradient(numbers: Any, tokens: Any) -> Any:
    """Return the gradient of a name's loss."""
    ends = np.cumsum([np.prod(shape) for shape in SHAPES])[:-1]
    token, position, head, query, key, value, out, widen, narrow = (
        piece.reshape(shape) for piece, shape in zip(np.split(numbers, ends), SHAPES, strict=True)
    )
    now, after = tokens[:-1], tokens[1:]
    n = len(now)

    def normal(x: Any) -> tuple[Any, Any]:
        scale = 1.0 / np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-5)
        return x * scale, scale

    def normal_back(y: Any, scale: Any, dy: Any) -> Any:
        return scale * (dy - y * (y * dy).mean(axis=1, keepdims=True))

    def split(x: Any) -> Any:
        return x.reshape(n, HEADS, WIDTH // HEADS).transpose(1, 0, 2)

    def merge(x: Any) -> Any:
        return x.transpose(1, 0, 2).reshape(n, WIDTH)

    def softmax(x: Any) -> Any:
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    x0, s0 = normal(token[now] + position[:n])
    a, s1 = normal(x0)
    q, k, v = split(a @ query.T), split(a @ key.T), split(a @ value.T)
    root = (WIDTH // HEADS) ** -0.5
    ahead = np.triu(np.full((n, n), -np.inf), 1)
    p = softmax(q @ k.transpose(0, 2, 1) * root + ahead)
    attended = merge(p @ v)
    x = x0 + attended @ out.T
    b, s2 = normal(x)
    h = np.maximum(b @ widen.T, 0.0)
    y = x + h @ narrow.T
    dz = softmax(y @ head.T)

    dz[np.arange(n), after] -= 1.0
    dz /= n
    dy = dz @ head
    dh = (dy @ narrow) * (h > 0.0)
    dx = dy + normal_back(b, s2, dh @ widen)
    da = split(dx @ out)
    dp = da @ v.transpose(0, 2, 1)
    df = p * (dp - (p * dp).sum(axis=-1, keepdims=True)) * root
    dq, dk, dv = merge(df @ k), merge(df.transpose(0, 2, 1) @ q), merge(p.transpose(0, 2, 1) @ da)
    dx0 = dx + normal_back(a, s1, dq @ query + dk @ key + dv @ value)
    de = normal_back(x0, s0, dx0)
    dtoken, dposition = np.zeros_like(token), np.zeros_like(position)
    np.add.at(dtoken, now, de)
    dposition[:n] = de
    slopes = [dtoken, dposition, dz.T @ y, dq.T @ a, dk.T @ a, dv.T @ a, dx.T @ attended]
    slopes += [dh.T @ b, dy.T @ h]
    return np.concatenate([slope.ravel() for slope in slopes])


def pytorch(task: Task) -> Contestant:
    """Prepare PyTorch, eager, with all positions of a name at once and its fused Adam."""
    import torch
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(1)
    rows = torch.tensor(task.tokens)
    ahead = torch.triu(torch.full((LONGEST, LONGEST), -torch.inf, dtype=torch.float64), 1)

    def split(x: Any) -> Any:
        return x.view(-1, HEADS, WIDTH // HEADS).transpose(0, 1)

    def normal(x: Any) -> Any:
        return x * ((x * x).mean(1, keepdim=True) + 1e-5) ** -0.5

    def loss(p: list[Any], tokens: Any) -> Any:
        token, position, head, query, key, value, out, widen, narrow = p
        n = len(tokens) - 1
        x = normal(token[tokens[:-1]] + position[:n])
        a = normal(x)
        q, k, v = split(a @ query.T), split(a @ key.T), split(a @ value.T)
        fit = q @ k.transpose(1, 2) * (WIDTH // HEADS) ** -0.5 + ahead[:n, :n]
        x = x + (fit.softmax(-1) @ v).transpose(0, 1).reshape(n, WIDTH) @ out.T
        x = x + torch.relu(normal(x) @ widen.T) @ narrow.T
        return cross_entropy(x @ head.T, tokens[1:])

    def prepare(start: Numbers) -> Any:
        p = [torch.tensor(part, requires_grad=True) for part in parts(start)]
        return p, torch.optim.Adam(p, lr=RATE, betas=(BETA1, BETA2), fused=True), 0

    def train(state: Any, passes: int) -> Any:
        p, optimizer, done = state
        steps = passes * len(rows)
        for step in range(done, done + steps):
            optimizer.zero_grad()
            loss(p, rows[step % len(rows)]).backward()
            optimizer.step()
        return p, optimizer, done + steps

    def read(state: Any) -> list[float]:
        p, optimizer, _ = state
        return joined([optimizer.state[part]["exp_avg"] for part in p])

    return Contestant("PyTorch, eager", prepare, train, read)


def jax_parts(task: Task) -> tuple[Any, Callable[..., Any], Callable[[Numbers], Any]]:
    """Return JAX, set up for doubles and for calls without a queue, a step, and a first state."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    jnp = jax.numpy
    rows, n = jnp.array(task.tokens), task.positions
    ahead = jnp.triu(jnp.full((n, n), -jnp.inf), 1)

    def split(x: Any) -> Any:
        return x.reshape(n, HEADS, WIDTH // HEADS).transpose(1, 0, 2)

    def normal(x: Any) -> Any:
        return x * ((x * x).mean(1, keepdims=True) + 1e-5) ** -0.5

    def loss(p: list[Any], tokens: Any) -> Any:
        token, position, head, query, key, value, out, widen, narrow = p
        x = normal(token[tokens[:-1]] + position[:n])
        a = normal(x)
        q, k, v = split(a @ query.T), split(a @ key.T), split(a @ value.T)
        fit = q @ k.transpose(0, 2, 1) * (WIDTH // HEADS) ** -0.5 + ahead
        attended = (jax.nn.softmax(fit) @ v).transpose(1, 0, 2).reshape(n, WIDTH)
        x = x + attended @ out.T
        x = x + jax.nn.relu(normal(x) @ widen.T) @ narrow.T
        logits = jax.nn.log_softmax(x @ head.T)
        return -logits[jnp.arange(n), tokens[1:]].mean()

    def step(state: Any) -> Any:
        p, means, squares, done = state
        slopes = jax.grad(loss)(p, rows[done % len(rows)])
        done = done + 1
        first, second = RATE / (1 - BETA1**done), 1 / (1 - BETA2**done)
        means = [BETA1 * m + (1 - BETA1) * g for m, g in zip(means, slopes, strict=True)]
        squares = [BETA2 * v + (1 - BETA2) * g * g for v, g in zip(squares, slopes, strict=True)]
        moments = zip(p, means, squares, strict=True)
        p = [x - first * m / (jnp.sqrt(v * second) + EPS) for x, m, v in moments]
        return p, means, squares, done

    def prepare(start: Numbers) -> Any:
        p = [jnp.array(part) for part in parts(start)]
        zeros = [jnp.zeros(shape) for shape in SHAPES]
        return p, zeros, zeros, jnp.array(0)

    return jax, step, prepare


def jax_step(task: Task) -> Contestant:
    """Prepare JAX with a compiled step, called from Python."""
    jax, one, prepare = jax_parts(task)
    step = jax.jit(one)

    def train(state: Any, passes: int) -> Any:
        for _ in range(passes * len(task.tokens)):
            state = step(state)
        return jax.block_until_ready(state)

    return Contestant("JAX, jit step", prepare, train, lambda state: joined(state[1]))


def jax_loop(task: Task) -> Contestant:
    """Prepare JAX with a compiled loop."""
    jax, one, prepare = jax_parts(task)
    loop = jax.jit(lambda state, steps: jax.lax.fori_loop(0, steps, lambda _, s: one(s), state))

    def train(state: Any, passes: int) -> Any:
        return jax.block_until_ready(loop(state, passes * len(task.tokens)))

    return Contestant("JAX, fori_loop", prepare, train, lambda state: joined(state[1]))


PEERS = (numpy_by_hand, pytorch, jax_step, jax_loop)
