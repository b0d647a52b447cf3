"""Causal self-attention against PyTorch's figures (see reference/make_reference.py)."""

import json
from pathlib import Path

import pytest

from autograd import Value, compile, dot, draw
from nn import (
    SGD,
    Adam,
    CausalSelfAttention,
    Embedding,
    Groups,
    Layer,
    LayerNorm,
    Module,
    cross_entropy,
)
from tests.nn.training.problem import run, weights

REFERENCE = Path(__file__).parent / "reference" / "attention.json"
PROJECTIONS = ("query", "key", "value")
every_case = pytest.mark.parametrize(
    "case",
    json.loads(REFERENCE.read_text(encoding="utf-8")),
    ids=lambda case: f"{case['heads']} heads",
)


def flat(nested):
    return [x for part in nested for x in flat(part)] if isinstance(nested, list) else [nested]


def close(nested):
    return pytest.approx(flat(nested), rel=1e-12, abs=1e-14)


def in_pytorch_order(attention, kind):
    """The parameters of PyTorch's in_proj_weight and out_proj.weight, or of its biases."""
    parts = [getattr(attention, f"{kind}_{name}") for name in (*PROJECTIONS, "out")]
    return flat(parts)


def loaded(case):
    attention = CausalSelfAttention(6, case["heads"], bias=case["bias"])
    for kind in ("weight", "bias") if case["bias"] else ("weight",):
        numbers = flat([case["state"][f"in_proj_{kind}"], case["state"][f"out_proj.{kind}"]])
        for value, number in zip(in_pytorch_order(attention, kind), numbers, strict=True):
            value.data = number
    return attention


@every_case
def test_rows_and_gradients_are_those_of_pytorch(case):
    attention = loaded(case)
    x = [[Value(number) for number in row] for row in case["x"]]
    y = attention(x)
    dot(flat(y), flat(case["upstream"])).backward()
    assert [value.data for value in flat(y)] == close(case["y"])
    found = [[value.grad for value in flat(x)]]
    wanted = [flat(case["x_gradient"])]
    for kind in ("weight", "bias") if case["bias"] else ("weight",):
        found.append([value.grad for value in in_pytorch_order(attention, kind)])
        names = f"in_proj_{kind}", f"out_proj.{kind}"
        wanted.append(flat([case["gradients"][name] for name in names]))
    for gradients, expected in zip(found, wanted, strict=True):
        largest = max(1.0, *map(abs, expected))
        assert [g / largest for g in gradients] == close([g / largest for g in expected])


@pytest.mark.parametrize("backend", ["python", "llvm"])
@every_case
def test_it_compiles(case, backend):
    program = compile(loaded(case), backend=backend)
    assert flat(program(case["x"])) == close(case["y"])


@every_case
def test_rows_can_be_given_one_by_one(case):
    attention, memory, rows = loaded(case), [], []
    for row in case["x"]:
        rows += attention([row], memory)
    assert [value.data for value in flat(rows)] == close(case["y"])
    assert len(memory) == len(case["x"])


def test_no_row_sees_a_later_one():
    attention = CausalSelfAttention(2, 1, seed=1)
    x = [[Value(0.1 * i), Value(0.2 * i)] for i in range(1, 4)]
    y = attention(x)
    (y[1][0] + y[1][1]).backward()
    reached = [all(value.grad != 0.0 for value in row) for row in x]
    assert reached == [True, True, False]


def test_wrong_sizes_and_rows_are_refused():
    with pytest.raises(ValueError, match="n=6 cannot be shared by 4 heads: take a multiple"):
        CausalSelfAttention(6, 4)
    with pytest.raises(ValueError, match="heads=0 is not allowed"):
        CausalSelfAttention(6, 0)
    with pytest.raises(ValueError, match=r"CausalSelfAttention\(2, 1\) needs 2 inputs, but 3"):
        CausalSelfAttention(2, 1)([[1.0, 2.0, 3.0]])
    with pytest.raises(TypeError, match="needs a sequence of 2 numbers"):
        CausalSelfAttention(2, 1)([1.0, 2.0])


def test_same_seed_same_bits():
    first, second = CausalSelfAttention(4, 2, seed=1), CausalSelfAttention(4, 2, seed=1)
    assert weights(first) == weights(second) != weights(CausalSelfAttention(4, 2, seed=2))
    assert len(first.parameters()) == 4 * 4 * 4
    assert len(CausalSelfAttention(4, 2, bias=True).parameters()) == 4 * 4 * 4 + 4 * 4


class Reader(Module):
    """Tells from three tokens which one came first."""

    def __init__(self):
        self.token = Embedding(3, 4, seed=1)
        self.place = Embedding(3, 4, seed=2)
        self.norm = LayerNorm(4)
        self.attention = CausalSelfAttention(4, 2, seed=3)
        self.head = Layer(4, 3, "linear", seed=4)

    def __call__(self, tokens):
        pairs = zip(self.token(tokens), self.place(range(3)), strict=True)
        x = [[a + b for a, b in zip(token, place, strict=True)] for token, place in pairs]
        *_, last = self.attention([self.norm(row) for row in x])
        return self.head(last)


def test_a_small_language_model_learns_eager_and_compiled(tmp_path):
    X = [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1]]
    found = []
    for compiled in (False, True):
        model = Reader()
        inner = [*model.attention.parameters(), *model.norm.parameters()]
        tables = [*model.token.parameters(), *model.place.parameters()]
        optimizer = Groups(
            Adam(inner, lr=0.02),
            Adam(tables, lr=0.05),
            SGD(model.head.parameters(), lr=0.1, momentum=0.9),
        )
        options = {"X": X, "Y": [0, 1, 2, 0], "epochs": 25, "batch_size": 2, "compiled": compiled}
        history = run(model, loss=cross_entropy, optimizer=optimizer, **options)
        assert history.engine == ("compiled" if compiled else "eager")
        found.append([*history.losses, *weights(model)])
    assert found[1] == pytest.approx(found[0], rel=1e-9, abs=1e-12)
    assert history.losses[-1] < 0.1 * history.losses[0]
    model.save(tmp_path / "model.json")
    other = Reader()
    other.load(tmp_path / "model.json")
    assert weights(other) == weights(model)


def test_it_is_drawn_as_one_card():
    root = cross_entropy(Reader()([0, 1, 2]), 1)
    cards = draw(root, fold="layer").picture.cards
    modules = {card.name: len(card.values) for card in cards if card.role == "module"}
    assert set(modules) == {"token", "place", "norm", "attention", "head"}
    assert modules["attention"] > 100


def test_it_has_no_biases_and_the_seed_0_where_nothing_is_said():
    attention = CausalSelfAttention(2, 1)
    assert weights(attention) == weights(CausalSelfAttention(2, 1, bias=False, seed=0))
    assert repr(attention) == "CausalSelfAttention(2, 1)"
    biased = CausalSelfAttention(2, 1, bias=True)
    assert [value.data for value in in_pytorch_order(biased, "bias")] == [0.0] * 8


def test_the_smallest_attention_has_one_number():
    attention = CausalSelfAttention(1, 1, seed=3)
    ((y,),) = attention([[2.0]])
    assert y.data == attention.weight_out[0][0].data * (attention.weight_value[0][0].data * 2.0)
    with pytest.raises(ValueError, match="n=0 is not allowed"):
        CausalSelfAttention(0, 1)
