"""The tables of a worked example, for any graph."""

from __future__ import annotations

import pytest

from autograd import Value
from autograd.grading.network import Plan, network
from autograd.grading.table import tables
from nn import MLP, half_squared_error
from nn.worked_example.rules import SHARED, figures_after


def rows(sections):
    return {section.title: {row[0]: row[2] for row in section.table.rows} for section in sections}


def test_the_tables_are_those_of_the_audit(textbook):
    found = rows(tables(textbook, rounds=10))
    assert list(found) == [
        "forward pass",
        "chain-rule factors",
        "gradients",
        "updates",
        "after 1 round",
        "after 10 rounds",
    ]
    now, then = (figures_after(rounds, 0.5, SHARED) for rounds in (0, 10))
    for name in ("net_h1", "out_o2", "E_o1", "E_total"):
        assert found["forward pass"][name] == pytest.approx(now[name], rel=1e-12)
        assert found["after 10 rounds"][f"{name}@10"] == pytest.approx(then[name], rel=1e-12)
    for name in ("dout_o1/dnet_o1", "dnet_o1/dw5", "dnet_o1/dout_h1", "dE_total/dE_o1"):
        assert found["chain-rule factors"][name] == pytest.approx(now.get(name, 1.0), rel=1e-12)
    for w in ("w1", "w8", "b1"):
        expected = pytest.approx(now[f"dE/d{w}"], rel=1e-12)
        assert found["gradients"][f"dE_total/d{w}"] == expected
        assert found["updates"][f"{w}+"] == pytest.approx(now[w] - 0.5 * now[f"dE/d{w}"])


def test_local_factors_are_marked_where_other_ways_lead_there():
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    found = rows(tables(y * 2, rounds=0))
    assert found["chain-rule factors"] == {"dv1/dy": 2.0, "dy/dx|1": 3.0, "dy/dx|2": 3.0}
    assert list(found) == ["forward pass", "chain-rule factors", "gradients"]


@pytest.mark.parametrize("activation", ["tanh", "relu", "softplus", "linear"])
def test_other_networks(activation):
    error = network(Plan((3, 2, 1), activation, "linear"))
    error.backward()
    found = rows(tables(error))
    assert found["gradients"]["dE_total/dw1"] is not None
    model = MLP(3, [2, 1], activation, seed=1)
    names = rows(tables(half_squared_error(model([0.5, -0.3, 0.8]), [0.2])))["updates"]
    assert len(names) == len(model.parameters())


def test_bad_rounds(textbook):
    with pytest.raises(ValueError, match="rounds=-1 is not allowed"):
        tables(textbook, rounds=-1)
    with pytest.raises(ValueError, match="rounds is at most 100,000"):
        tables(textbook, rounds=100_001)


def test_one_round_nine_digits_and_a_rate_of_one_half_where_nothing_is_said():
    def sections(**options):
        w = Value(1.0 / 3.0, "w")
        y = w * w
        y.label = "y"
        return [(each.title, each.table.text()) for each in tables(y, **options)]

    found = sections()
    assert found == sections(rounds=1, learning_rate=0.5, learning=["w"], precision=9)
    titles = ["forward pass", "chain-rule factors", "gradients", "updates", "after 1 round"]
    assert [title for title, _ in found] == titles
    for section in tables(Value(2.0, "w")):
        assert [section.table.headings[place] for place in section.table.numeric] == ["value"]
    text = dict(found)
    assert "0.333333333" in text["forward pass"] and "0.3333333333" not in text["forward pass"]
    assert "w − 0.5·dy/dw" in text["updates"]
    assert [title for title, _ in sections(rounds=2)][-2:] == ["after 1 round", "after 2 rounds"]
    rows = dict(sections(rounds=2))
    assert "w@2" in rows["after 2 rounds"] and "w+" not in rows["after 1 round"]


def test_a_leaf_alone_has_a_table_too():
    found = rows(tables(Value(2.0, "w"), rounds=1))
    assert found["forward pass"] == {"w": 2.0}
    assert found["gradients"] == {} == found["chain-rule factors"]
    assert found["updates"] == {"w+": 1.5}


def test_the_most_rounds_may_be_asked_for(monkeypatch):
    monkeypatch.setattr("autograd.grading.table.MOST_ROUNDS", 3)
    assert tables(Value(2.0, "w"), rounds=3)[-1].title == "after 3 rounds"
    with pytest.raises(ValueError, match="rounds is at most 3, not 4"):
        tables(Value(2.0, "w"), rounds=4)
