"""microgpt: its loss and gradient by a second way, learning, and what is seen of it."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from functools import reduce
from io import StringIO
from pathlib import Path
from random import Random
from runpy import run_path
from types import SimpleNamespace
from typing import Any

import pytest

from autograd import Value, check_gradients, compile, draw, exp, maximum, stop_gradient, walkthrough
from nn import microgpt
from nn.microgpt import GPT, Block, Names, main, read_names, sample, train

SMALL = Names(("abc", "cab", "bc"), "abc")
TOKENS = SMALL.tokens("abc")


def small(seed: int = 1) -> GPT:
    return GPT(4, width=4, heads=2, positions=4, seed=seed)


def tiny() -> GPT:
    return GPT(4, width=2, heads=1, positions=3)


# ------------------------------------------------------------------------- the model, on floats


def plain_loss(model: GPT, tokens: Sequence[int]) -> float:
    """The loss for all positions at once, on floats: no cache of keys and values, no `Value`."""

    def numbers(matrix: Any) -> list[list[float]]:
        return [[v.data for v in row] for row in matrix.w]

    def times(xs: list[list[float]], matrix: Any) -> list[list[float]]:
        rows = numbers(matrix)
        return [[math.fsum(w * v for w, v in zip(row, x, strict=True)) for row in rows] for x in xs]

    def normal(xs: list[list[float]]) -> list[list[float]]:
        roots = [math.sqrt(sum(v * v for v in x) / len(x) + 1e-5) for x in xs]
        return [[v / root for v in x] for x, root in zip(xs, roots, strict=True)]

    def plus(xs: list[list[float]], ys: list[list[float]]) -> list[list[float]]:
        return [[a + b for a, b in zip(x, y, strict=True)] for x, y in zip(xs, ys, strict=True)]

    def softmax(x: Sequence[float]) -> list[float]:
        powers = [math.exp(v) for v in x]
        return [power / sum(powers) for power in powers]

    count = len(tokens) - 1
    embedded = [numbers(model.token)[token] for token in tokens[:-1]]
    x = normal(plus(embedded, numbers(model.position)[:count]))
    for block in model.blocks:
        a = normal(x)
        q, k, v = times(a, block.query), times(a, block.key), times(a, block.value)
        width = len(q[0]) // block.heads
        attended: list[list[float]] = [[] for _ in range(count)]
        for start in range(0, len(q[0]), width):
            head = slice(start, start + width)
            for t in range(count):
                fits = [_sumprod(q[t][head], k[u][head]) for u in range(t + 1)]
                shares = softmax([fit / math.sqrt(width) for fit in fits])
                attended[t] += [
                    sum(share * v[u][j] for u, share in enumerate(shares))
                    for j in range(start, start + width)
                ]
        x = plus(x, times(attended, block.out))
        hidden = [[max(z, 0.0) for z in row] for row in times(normal(x), block.widen)]
        x = plus(x, times(hidden, block.narrow))
    chances = map(softmax, times(x, model.head))
    return -sum(math.log(p[t]) for p, t in zip(chances, tokens[1:], strict=True)) / count


def _sumprod(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize(
    "model",
    [small(), GPT(4, width=6, heads=3, layers=2, positions=4), GPT(4, width=2, heads=1, layers=0)],
    ids=repr,
)
def test_the_loss_is_that_of_all_positions_at_once(model: GPT) -> None:
    assert model.loss(TOKENS).data == pytest.approx(plain_loss(model, TOKENS), rel=1e-12, abs=0.0)


def test_the_gradient_is_the_slope_of_the_loss_on_floats() -> None:
    model = small()
    model.loss(TOKENS).backward()
    for name, parameter in model.named_parameters():
        at = parameter.data
        losses = []
        for parameter.data in (at + 1e-5, at - 1e-5):
            losses.append(plain_loss(model, TOKENS))
        parameter.data = at
        slope = (losses[0] - losses[1]) / 2e-5
        assert parameter.grad == pytest.approx(slope, abs=1e-8), name


def test_no_position_sees_a_later_one() -> None:
    model = small()

    def logits(tokens: Sequence[int]) -> list[float]:
        memories: list[Any] = [[] for _ in model.blocks]
        return [
            z.data
            for position, token in enumerate(tokens)
            for z in model(token, position, memories)
        ]

    one, other = logits([3, 0, 1, 2]), logits([3, 0, 1, 0])
    assert one[:12] == other[:12] and one[12:] != other[12:]


def test_only_as_many_tokens_as_there_are_positions_count() -> None:
    model = small()
    assert model.loss([3, 0, 1, 2, 0, 1]).data == model.loss([3, 0, 1, 2, 0]).data
    assert model.loss([3, 0]).data == pytest.approx(plain_loss(model, [3, 0]), rel=1e-12, abs=0.0)
    with pytest.raises(ValueError, match="two tokens or more, not 1"):
        model.loss([3])


def test_a_token_that_there_is_not_is_refused_or_nan() -> None:
    model = small()
    for tokens in ([3, -1, 3], [3, 1, 4]):
        with pytest.raises(IndexError, match="no token or position"):
            model.loss(tokens)
        assert math.isnan(compile(model.loss, backend="python")(tokens))


def test_sizes_are_checked() -> None:
    assert len(GPT(27).parameters()) == 4192
    with pytest.raises(ValueError, match="width=16 cannot be shared by 5 heads"):
        GPT(27, heads=5)
    with pytest.raises(ValueError, match="tokens=0"):
        GPT(0)
    with pytest.raises(ValueError, match="layers=-1"):
        GPT(27, layers=-1)


def test_scores_are_divided_by_the_root_of_the_width_of_a_head() -> None:
    block = Block(4, 1, Random(1))
    one, other = [Value(1.0)] * 4, [Value(0.0)] * 4
    attended = block.attended([Value(1.0)] * 4, [(one, one), (other, other)])
    expected = 1.0 / (1.0 + math.exp(-4.0 / 2.0))
    assert [a.data for a in attended] == pytest.approx([expected] * 4, rel=1e-14, abs=0.0)


def test_a_program_is_recorded_with_a_name_of_each_length_and_takes_every_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []

    class Program:
        def train(self, tokens: Any, *, optimizer: Any, epochs: int) -> Any:
            asked.append((tokens, epochs, optimizer.lr))
            return [SimpleNamespace(loss=float(len(asked)))]

    def compiled(loss: Any, *, backend: str) -> Program:
        asked.append(backend)
        return Program()

    monkeypatch.setattr(microgpt, "compile", compiled)
    names = Names(("ab", "ba", "c", "bcb"), "abc")
    assert list(train(tiny(), names, 3, compiled=True)) == [3.0, 4.0, 5.0]
    assert asked == [
        "llvm",
        ([[3, 1, 0, 3], [3, 2, 3]], 0, 0.01),
        ([[3, 0, 1, 3]], 1, 0.01),
        ([[3, 1, 0, 3]], 1, 0.01 * (1 - 1 / 3)),
        ([[3, 2, 3]], 1, 0.01 * (1 - 2 / 3)),
    ]


def test_help_says_what_the_program_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert microgpt.__doc__ is None or "learns to make up names, letter by letter" in shown


# ---------------------------------------------------------------------------------------- learning


@pytest.mark.parametrize("steps", [7])
def test_compiled_steps_are_the_eager_ones(steps: int) -> None:
    eager, compiled = tiny(), tiny()
    names = Names(("ab", "c", "ba"), "abc")
    losses = list(train(eager, names, steps))
    assert list(train(compiled, names, steps, compiled=True)) == pytest.approx(
        losses, rel=1e-12, abs=0.0
    )
    for one, other in zip(eager.parameters(), compiled.parameters(), strict=True):
        assert one.data == pytest.approx(other.data, rel=1e-9, abs=0.0)


def test_it_learns_and_writes_what_it_learned() -> None:
    names = Names(("abba",), "ab")
    model = GPT(3, width=4, heads=2, positions=6)
    losses = list(train(model, names, 60))
    assert losses[0] > 1.0 > 0.1 > losses[-1]
    assert {sample(model, names, Random(seed)) for seed in range(5)} == {"abba"}


def test_a_name_ends_where_the_model_can_look_back_no_further() -> None:
    names = Names(("a",), "a")
    model = GPT(2, width=4, heads=2, positions=4)
    found = {len(sample(model, names, Random(seed))) for seed in range(30)}
    assert max(found) == 4 and found <= {0, 1, 2, 3, 4}


def largest_first(logits: Sequence[Any]) -> list[Any]:
    """The softmax of the original, with its `.data` written so that it can be compiled."""
    largest = stop_gradient(reduce(maximum, logits))
    powers = [exp(z - largest) for z in logits]
    return [power / sum(powers) for power in powers]


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_a_softmax_that_takes_the_largest_out_can_be_compiled(
    monkeypatch: pytest.MonkeyPatch, backend: Any
) -> None:
    expected = tiny()
    expected.loss(TOKENS).backward()
    monkeypatch.setattr(microgpt, "softmax", lambda logits: largest_first(list(logits)))
    model = tiny()
    compile(model.loss, backend=backend).backward([TOKENS])
    for one, other in zip(model.parameters(), expected.parameters(), strict=True):
        assert one.grad == pytest.approx(other.grad, rel=1e-9, abs=1e-15)


# ------------------------------------------------------------------------------------------ looking


def test_it_can_be_drawn_folded_and_stepped_through() -> None:
    model = GPT(3, width=4, heads=1, positions=2)
    loss = model.loss([2, 0, 2])
    loss.label = "loss"
    loss.backward()
    check_gradients(loss, [model.token.w[0][0], model.blocks[0].query.w[1][2]])
    names = {card.name.partition("\n")[0] for card in draw(loss, fold="layer").picture.cards}
    assert {"token", "position", "head", "blocks.0.query", "blocks.0.narrow"} <= names
    steps = walkthrough(loss)
    assert steps[-1].accumulated == steps[-1].parent.grad
    assert "blocks.0.query" in steps._repr_html_()


def test_one_of_full_width_is_drawn_as_a_block_diagram() -> None:
    loss = GPT(5).loss([4, 0, 4])
    cards = draw(loss).picture.cards
    names = [card.name.partition("\n")[0] for card in cards]
    assert {"to blocks.0.query", "to blocks.0.out", "to blocks.0.widen", "to head"} <= set(names)
    assert len(names) < 25


# -------------------------------------------------------------------------------------- the program


def test_the_names_that_come_with_it_have_all_letters() -> None:
    names = read_names()
    assert names.letters == "abcdefghijklmnopqrstuvwxyz"
    assert len(set(names.names)) == len(names.names) > 200


def test_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "names.txt"
    file.write_text("Émile\n\n zoë \n", "utf-8")
    assert read_names(file) == Names(("Émile", "zoë"), "eilmozÉë")
    run: Callable[..., None] = main
    run(["--names", str(file), "--steps", "3", "--sample", "2", "--seed", "7"])
    first = capsys.readouterr().out
    run(["--names", str(file), "--steps", "3", "--sample", "2", "--seed", "7", "--eager"])
    assert capsys.readouterr().out == first
    head, *losses = first.splitlines()[:3]
    assert head == "2 names, 9 tokens, 3616 parameters"
    assert losses[0].startswith("step 1: loss ") and losses[1].startswith("step 3: loss ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--names", "nowhere.txt"], "nowhere.txt"),
        (["--steps", "-1"], "--steps"),
        (["--eager", "--compiled"], "not allowed with"),
    ],
)
def test_what_the_program_refuses(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert message in capsys.readouterr().err


def test_a_file_without_names_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_text("\n \n")
    with pytest.raises(ValueError, match="no names in"):
        read_names(file)


def test_the_mark_that_some_editors_set_first_is_no_letter(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("ann\nzoë\n", "utf-8-sig")
    assert read_names(file) == Names(("ann", "zoë"), "anozë")
    file.write_text("zoë\n", "latin-1")
    with pytest.raises(ValueError, match=r"names\.txt' is not a text file in UTF-8"):
        read_names(file)


def test_a_parameter_of_it_is_a_value() -> None:
    assert all(isinstance(parameter, Value) for parameter in small().parameters())


# ------------------------------------------------------------- what is left out, and what is drawn


def test_weights_are_drawn_with_a_standard_deviation_of_8_hundredths_from_the_seed_42() -> None:
    random = Random(42)
    model = GPT(3)
    for row in model.token.w:
        expected = [0.08 * random.gauss(0.0, 1.0) for _ in range(16)]
        assert [weight.data for weight in row] == pytest.approx(expected, rel=1e-14, abs=0.0)
    assert (model.blocks[0].heads, len(model.blocks), model.positions) == (4, 1, 16)


def test_a_step_is_one_of_adam_and_the_rate_falls_along_a_line_to_0() -> None:
    model, same = tiny(), tiny()
    losses = list(train(model, SMALL, 4))
    moments = [(0.0, 0.0)] * len(same.parameters())
    for step, name in enumerate(("abc", "cab", "bc", "abc")):
        same.zero_grad()
        loss = same.loss(SMALL.tokens(name))
        loss.backward()
        assert loss.data == pytest.approx(losses[step], rel=1e-12, abs=0.0)
        for i, parameter in enumerate(same.parameters()):
            m, v = moments[i]
            m = 0.85 * m + 0.15 * parameter.grad
            v = 0.99 * v + 0.01 * parameter.grad**2
            moments[i] = m, v
            mean, square = m / (1 - 0.85 ** (step + 1)), v / (1 - 0.99 ** (step + 1))
            rate = 0.01 * (4 - step) / 4
            parameter.data -= rate * mean / (math.sqrt(square) + 1e-8)
    found = [parameter.data for parameter in model.parameters()]
    assert found == pytest.approx(
        [parameter.data for parameter in same.parameters()], rel=1e-11, abs=0.0
    )


class Fixed:
    """A model that gives the same logits for every token, and remembers what it was asked."""

    blocks: tuple[Any, ...] = (None, None)
    positions = 3

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def __call__(self, token: int, position: int, memories: Any) -> list[Value]:
        self.asked.append((token, position, len(memories)))
        return [Value(z) for z in (0.0, 1.0, 2.0)]


class Chosen(Random):
    """Draws what it is told to, and remembers the chances."""

    tokens: Sequence[int] = ()

    def choices(self, population: Any, weights: Any = None, **options: Any) -> Any:
        self.population, self.weights = list(population), weights
        first, *self.tokens = self.tokens
        return [first]


@pytest.mark.parametrize(
    ("options", "temperature"), [((), 0.5), ((1.0,), 1.0), ((2.0,), 2.0)], ids=str
)
def test_letters_are_drawn_by_the_softmax_of_logits_over_the_temperature(
    options: Any, temperature: float
) -> None:
    model: Any = Fixed()
    random = Chosen()
    random.tokens = [1, 0, 2]
    assert sample(model, Names(("ab",), "ab"), random, *options) == "ba"
    powers = [math.exp(z / temperature) for z in (0.0, 1.0, 2.0)]
    assert random.weights == pytest.approx(
        [power / sum(powers) for power in powers], rel=1e-14, abs=0.0
    )
    assert random.population == [0, 1, 2]
    assert model.asked == [(2, 0, 2), (1, 1, 2), (0, 2, 2)]


def test_the_program_prints_the_mean_of_the_last_fifty_losses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def trained(model: GPT, names: Names, steps: int, *, compiled: bool) -> Any:
        asked.append((steps, compiled, model.state_dict() == GPT(27, seed=42).state_dict()))
        return (float(step) for step in range(1, steps + 1))

    monkeypatch.setattr(microgpt, "train", trained)
    monkeypatch.setattr(microgpt, "sample", lambda model, names, random: "mia")
    main(["--steps", "120", "--compiled"])
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.endswith(" names, 27 tokens, 4192 parameters")
    assert lines == [
        "step 1: loss 1.0000",
        "step 50: loss 25.5000",
        "step 100: loss 75.5000",
        "step 120: loss 95.5000",
        *["mia"] * 20,
    ]
    main(["--sample", "0"])
    shown = capsys.readouterr().out.splitlines()
    assert shown[-1] == "step 1000: loss 975.5000"
    assert len(shown) == 1 + 1 + 20
    assert asked == [(120, True, True), (1000, False, True)]
    main(["--steps", "0", "--sample", "1"])
    assert capsys.readouterr().out.splitlines()[1:] == ["mia"]


def test_steps_are_eager_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microgpt, "compile", None)
    (loss,) = train(tiny(), SMALL, 1)
    assert loss == tiny().loss(TOKENS).data


def test_each_line_is_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Out(StringIO):
        def flush(self) -> None:
            shown.append(self.getvalue().splitlines()[-1])

    shown: list[str] = []
    monkeypatch.setattr(sys, "stdout", Out())
    monkeypatch.setattr(microgpt, "train", lambda model, names, steps, compiled: [1.0, 2.0])
    main(["--steps", "2", "--sample", "0"])
    assert shown == ["step 1: loss 1.0000", "step 2: loss 1.5000"]


def test_the_module_is_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["microgpt", "--steps", "0", "--sample", "0"])
    run_path(microgpt.__file__, run_name="__main__")
    assert capsys.readouterr().out.endswith(" names, 27 tokens, 4192 parameters\n")
