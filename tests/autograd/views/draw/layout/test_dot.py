import re
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


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_graphviz_gets_boxes_in_inches_and_trunks_that_stay_straight(monkeypatch, direction):
    sources = []

    def fake(source, *_):
        sources.append(source)
        return b"{}"

    monkeypatch.setattr(sys.modules["autograd.views.draw.layout.dot"], "run_graphviz", fake)
    sizes = [(72.0, 36.0)] * 4
    dot(Graph(sizes, [(0, 1), (1, 2), (2, 3), (0, 3)], direction))
    nodes = re.findall(r"^\t(\d) \[height=([\d.]+) width=([\d.]+)\]", sources[0], re.M)
    assert nodes == [
        *[(str(k), "0.5000", "1.0000") for k in range(4)],
        *[(k, "0.0139", "0.0139") for k in "45"],  # a point where the long link passes a rank
    ]
    links = re.findall(r"^\t(\d) -> (\d) \[weight=(\d)\]", sources[0], re.M)
    assert sorted(links) == [
        *(("0", "1", "1"), ("0", "4", "1"), ("1", "2", "1"), ("2", "3", "1")),
        *(("4", "5", "8"), ("5", "3", "1")),
    ]
    assert f"rankdir={direction}" in sources[0]
    assert "nodesep=0.1667" in sources[0]
    assert 'fixedsize=true label="" shape=box' in sources[0]
    assert "arrowhead=none" in sources[0]
