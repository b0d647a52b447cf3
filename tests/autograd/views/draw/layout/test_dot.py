import shutil
import sys

import pytest

from autograd.views.draw.layout import Graph, dot


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_graphviz_gives_the_places_where_it_is_installed(shapes, direction):
    graph = shapes.random_graph(2, 30, direction)
    if shutil.which("dot"):
        shapes.check(graph, dot(graph))
    else:
        with pytest.raises(RuntimeError, match="layout='layered'"):
            dot(graph)


def test_places_from_graphviz_are_read(shapes, monkeypatch):
    answer = b'{"objects": [{"name": "0", "pos": "10,70"}, {"name": "1", "pos": "99,20"}]}'
    asked = []

    def fake(source, engine, file_format, still_works):
        asked.append((source, engine, file_format))
        return answer

    monkeypatch.setattr(sys.modules["autograd.views.draw.layout.dot"], "run_graphviz", fake)
    upright = dot(Graph([shapes.SIZE] * 2, [(0, 1)], "TB"))
    across = dot(Graph([shapes.SIZE] * 2, [(0, 1)], "LR"))
    assert upright.boxes[1][0] - upright.boxes[0][0] == 89
    assert across.boxes[1][1] - across.boxes[0][1] == 50
    assert [each[1:] for each in asked] == [("dot", "json0")] * 2
    assert "rankdir=TB" in asked[0][0]


def test_graphviz_is_spared_the_chain_that_it_takes_minutes_for(shapes, monkeypatch):
    sources = []

    def fake(source, *_):
        sources.append(source)
        return b"{}"

    monkeypatch.setattr(sys.modules["autograd.views.draw.layout.dot"], "run_graphviz", fake)
    dot(shapes.chain(400))
    assert sources[0].count("->") < 3 * 400
