from __future__ import annotations

import dataclasses

import pytest

from autograd import Value, ledger
from autograd.graph import leaves, topological_order


def test_rows_add_up_to_the_gradient_bit_for_bit(graphs):
    error = graphs.worked_example()
    expected = {node: node.grad for node in (*leaves(error), *topological_order(error))}
    for node, gradient in expected.items():
        total = 0.0
        for entry in ledger(error, node):
            assert entry.contribution == entry.upstream * entry.local
            total += entry.contribution
        assert total == ledger(error, node).total == gradient


def test_rows_name_the_consumers_and_the_place_of_the_argument():
    x = Value(3.0, "x")
    square = x * x
    y = square + x
    rows = ledger(y, x)
    assert [(row.consumer, row.argument) for row in rows] == [(y, 1), (square, 0), (square, 1)]
    assert [row.contribution for row in rows] == [1.0, 3.0, 3.0]
    assert rows[:2] == (rows[0], rows[1])
    with pytest.raises(dataclasses.FrozenInstanceError):
        rows[0].local = 2.0


def test_the_root_starts_with_one():
    y = Value(3.0) * 2
    (start,) = ledger(y, y)
    assert (start.consumer, start.contribution) == (None, 1.0)
    assert (start.argument, start.upstream, start.local) == (0, 1.0, 1.0)
    assert [line.split() for line in str(ledger(y, y)).split("\n")[1:]] == [
        ["the", "start", "1", "1", "1"],
        ["the", "output's", "own", "gradient", "1"],
    ]


def test_an_unrelated_value_received_nothing():
    unrelated = ledger(Value(1.0) * 2, Value(5.0))
    assert (len(unrelated), unrelated.total) == (0, 0.0)
    assert "∂v1/∂x2" in str(unrelated)


def test_tables_for_people_are_safe():
    x = Value(3.0, "a|b<i>")
    rows = ledger(2 * x, x)
    assert "<td" in rows._repr_html_()
    assert "<i>" not in rows._repr_html_()
    assert "a\\|b&lt;i&gt;" in rows._repr_markdown_()
    assert "<i>" not in rows._repr_markdown_()
    assert rows._repr_markdown_().split("\n")[1] == "|---|---:|---:|---:|---:|"  # numbers


def test_repr_is_short():
    x = Value(3.0, "x")
    assert repr(ledger(x * x, x)) == (
        "<Ledger of Value(data=3.0, grad=0.0, label='x'): 2 contributions>"
    )


def test_only_values_have_a_ledger():
    with pytest.raises(TypeError, match="two Values"):
        ledger(Value(1.0), 2.0)


def test_a_consumer_whose_value_is_zero_is_named():
    x = Value(0.0, "x")
    table = str(ledger(3 * x, x))
    assert "v1 = 3·x" in table
    assert "the start" not in table


def test_a_leaf_has_a_ledger_of_its_own():
    x = Value(3.0, "x")
    assert str(ledger(x, x)).split("\n")[-1].split("  ")[0] == "the output's own gradient"


def test_arguments_are_counted_from_one_as_in_the_notation():
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    assert [line.split() for line in str(ledger(y, x)).split("\n")[1:]] == [
        ["y", "1", "1", "3", "3"],
        ["y", "2", "1", "3", "3"],
        ["∂y/∂x", "6"],
    ]


def test_the_table_speaks_chinese():
    x = Value(3.0, "x")
    y = x * x
    head, first, *_ = str(ledger(y, x, lang="zh")).split("\n")
    assert head.split() == ["使用它的节点", "自变量", "上游梯度", "×", "局部梯度", "=", "贡献"]
    assert first.split()[-1] == "3"
    assert "起点" in str(ledger(y, y, lang="zh"))
    assert "输出对自身的梯度" in str(ledger(y, y, lang="zh"))
    with pytest.raises(ValueError, match="lang"):
        ledger(y, x, lang="fr")


def test_a_ledger_is_itself_alone():
    x = Value(3.0, "x")
    y = x * x
    first, second = ledger(y, x), ledger(y, x)
    assert first != second
    assert len({first, second}) == 2
    assert first.entries == second.entries
