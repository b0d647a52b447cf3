"""Embeddings: looking up by a number, and selecting by a Value."""

import math
import random
import statistics

import pytest

from autograd import Value, compile, dot
from nn import Embedding, Layer, Sequential, cross_entropy
from nn.optim import Adam
from nn.training.errors import DivergenceError
from tests.nn.training.problem import run, weights


def test_a_row_is_the_parameters_themselves():
    table = Embedding(4, 2, seed=1)
    assert table(2) == table.weight[2]
    assert table([3, 0, 3]) == [table.weight[3], table.weight[0], table.weight[3]]
    assert table([]) == []
    table(2).clear()
    assert len(table.weight[2]) == 2
    assert table(2.0) == table.weight[2]


@pytest.mark.parametrize("indices", [[2, 0, 2], [Value(2.0), Value(0.0), Value(2.0)]], ids=str)
def test_each_use_adds_to_the_gradient_of_its_row(indices):
    table = Embedding(3, 2, seed=1)
    upstream = [[1.0, 2.0], [4.0, 8.0], [16.0, 32.0]]
    rows = table(indices)
    dot([y for row in rows for y in row], [u for row in upstream for u in row]).backward()
    assert [[w.grad for w in row] for row in table.weight] == [[4.0, 8.0], [0.0, 0.0], [17.0, 34.0]]
    expected = [[w.data for w in table.weight[i]] for i in (2, 0, 2)]
    assert [[y.data for y in row] for row in rows] == expected


@pytest.mark.parametrize("backend", ["python", "llvm"])
def test_a_program_selects(backend):
    table = Embedding(5, 3, seed=1)
    program = compile(table, backend=backend)
    for index in range(5):
        assert program(float(index)) == [w.data for w in table.weight[index]]
    for index in (-1.0, 5.0, 1.5, math.nan):
        assert all(map(math.isnan, program(index)))
    assert program([1.0, 4.0])[1] == program(4.0)


def test_rows_are_drawn_from_a_normal_distribution():
    drawn = weights(Embedding(100, 20, std=0.5, seed=3))
    assert statistics.fmean(drawn) == pytest.approx(0.0, abs=0.05)
    assert statistics.stdev(drawn) == pytest.approx(0.5, rel=0.05, abs=0.0)
    assert weights(Embedding(3, 2, seed=1)) == weights(Embedding(3, 2, seed=1))
    assert weights(Embedding(3, 2, seed=1)) != weights(Embedding(3, 2, seed=2))
    assert set(weights(Embedding(3, 2, std=0.0))) == {0.0}


def test_a_row_that_is_not_there_is_named():
    table = Embedding(3, 2)
    for index in (3, -1):
        with pytest.raises(IndexError, match=f"no row {index}: .* has the rows 0 to 2"):
            table(index)
    for index in (1.5, "1", None, math.inf):
        with pytest.raises(TypeError, match=r"Embedding\(3, 2\) needs the number of a row, not"):
            table(index)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 2), "n=0"),
        ((2, 0), "width=0"),
        ((2, 2, -1.0), r"std=-1\.0"),
        ((2, 2, math.inf), "std=inf"),
        ((2, 2, math.nan), "std=nan"),
    ],
)
def test_wrong_options_are_refused(arguments, message):
    n, width, *std = arguments
    with pytest.raises(ValueError, match=message):
        Embedding(n, width, **({"std": std[0]} if std else {}))


def model():
    return Sequential(Embedding(4, 3, seed=1), Layer(3, 4, "linear", seed=2))


def test_a_table_learns_which_token_follows_eager_and_compiled(tmp_path):
    found = []
    for compiled in (False, True):
        module = model()
        options = {"X": [0, 1, 2, 3], "Y": [1, 2, 3, 0], "epochs": 60, "compiled": compiled}
        optimizer = Adam(module.parameters(), lr=0.1)
        history = run(module, loss=cross_entropy, optimizer=optimizer, **options)
        found.append([*history.losses, *weights(module)])
    assert found[1] == pytest.approx(found[0], rel=1e-9, abs=1e-12)
    assert history.losses[-1] < 0.1
    module.save(tmp_path / "model.json")
    other = model()
    other.load(tmp_path / "model.json")
    assert weights(other) == weights(module)


def test_a_compiled_training_names_a_row_that_is_not_there():
    with pytest.raises((IndexError, DivergenceError), match="no row 4"):
        run(model(), loss=cross_entropy, X=[0, 4], Y=[1, 2], compiled=True)


@pytest.mark.parametrize("index", [1, Value(1.0)], ids=str)
def test_no_gradient_reaches_the_row_of_padding(index):
    table = Embedding(3, 2, padding_idx=1, seed=1)
    assert [w.data for w in table.weight[1]] == [0.0, 0.0]
    assert [w.data for w in table.weight[0]] == [w.data for w in Embedding(3, 2, seed=1).weight[0]]
    table.weight[1][0].data = 5.0  # as in PyTorch, it may be set
    rows = table([index, 0])
    assert [y.data for y in rows[0]] == [5.0, 0.0]
    dot([y for row in rows for y in row], [2.0] * 4).backward()
    assert [[w.grad for w in row] for row in table.weight] == [[2.0, 2.0], [0.0, 0.0], [0.0, 0.0]]


def test_padding_counts_from_the_end_too_and_is_shown():
    assert Embedding(3, 2, padding_idx=-1).padding_idx == 2
    assert repr(Embedding(3, 2, padding_idx=-1)) == "Embedding(3, 2, padding_idx=2)"
    for row in (3, -4):
        with pytest.raises(IndexError, match=f"padding_idx={row} is not allowed: the rows are 0"):
            Embedding(3, 2, padding_idx=row)


def test_a_compiled_table_has_padding_too():
    table = Embedding(3, 2, padding_idx=0, seed=1)
    program = compile(lambda index: dot(table(index), [1.0, 2.0]))
    program.backward([0.0, 2.0, 2.0])
    assert [[w.grad for w in row] for row in table.weight] == [
        [0.0, 0.0],
        [0.0, 0.0],
        [
            pytest.approx(2.0 / 3.0, rel=1e-13, abs=0.0),
            pytest.approx(4.0 / 3.0, rel=1e-13, abs=0.0),
        ],
    ]


def test_rows_are_the_generators_numbers_and_the_seed_is_0_where_nothing_is_said():
    generator = random.Random(0)
    expected = [generator.gauss(0.0, 1.0) for _ in range(6)]
    assert weights(Embedding(3, 2)) == expected
    halves = weights(Embedding(3, 2, std=0.5, seed=random.Random(0)))
    assert halves == pytest.approx([0.5 * x for x in expected], rel=1e-15, abs=0.0)


def test_padding_may_be_the_first_row_counted_from_the_end():
    assert Embedding(3, 2, padding_idx=-3).padding_idx == 0
    assert Embedding(3, 2).padding_idx is None
    assert repr(Embedding(3, 2)) == "Embedding(3, 2)"


def test_the_smallest_table_has_one_number():
    table = Embedding(1, 1, std=0.25, seed=3)
    (row,) = table.weight
    assert repr(table) == "Embedding(1, 1)"
    assert [w.data for w in row] == [0.25 * random.Random(3).gauss(0.0, 1.0)]
