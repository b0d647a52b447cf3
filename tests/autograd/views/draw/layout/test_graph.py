import dataclasses

import pytest

from autograd.views.draw.layout.graph import Graph, is_vertical


@pytest.mark.parametrize(
    ("direction", "vertical"), [("LR", False), ("RL", False), ("TB", True), ("BT", True)]
)
def test_ranks_follow_one_another_down_or_across(direction, vertical):
    assert is_vertical(direction) is vertical


def test_a_graph_is_read_and_never_changed():
    graph = Graph([(1, 1)], [])
    assert (graph.direction, graph.label, graph.wrap) == ("LR", (0.0, 0.0), False)
    with pytest.raises(dataclasses.FrozenInstanceError):
        graph.direction = "TB"
