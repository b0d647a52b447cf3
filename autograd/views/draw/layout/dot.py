"""The layout by Graphviz's ``dot``, which gives order and coordinates within our ranks.

Graphviz gets the graph with its long links cut into trunks already, so every link leads from one
rank to the next and Graphviz can only choose the same ranks. Nor does it then take minutes for a
parameter that feeds every step of a long chain. The curves are ours again.
"""

from __future__ import annotations

import json

from autograd.views.draw.graphviz import run_graphviz
from autograd.views.draw.layout.blocks import gather
from autograd.views.draw.layout.graph import Graph, Placement, is_vertical
from autograd.views.draw.layout.ranks import Layering, layering_of
from autograd.views.draw.layout.routing import route
from autograd.views.draw.layout.spacing import BOX_GAP, LINK_GAP
from autograd.views.draw.layout.turning import flattened, turned

POINTS_PER_INCH = 72.0


def dot(graph: Graph) -> Placement:
    """Place boxes as Graphviz's ``dot`` does, with the same ranks and curves as `layered`.

    Raises
    ------
    RuntimeError
        If Graphviz is not installed.
    """
    gathered = gather(flattened(graph))
    flat = gathered.graph
    layering = layering_of(flat)
    answer = run_graphviz(
        _ranked_source(flat, layering),
        "dot",
        "json0",
        "layout='layered' (the default) needs nothing installed.",
    )
    across = [0.0] * len(layering.rank)
    for node in json.loads(answer).get("objects", ()):
        x, y = node["pos"].split(",")
        across[int(node["name"])] = float(x) if is_vertical(graph.direction) else -float(y)
    return turned(graph, *gathered.spread(*route(flat, layering, across)))


def _ranked_source(flat: Graph, layering: Layering) -> str:
    import graphviz

    vertical = is_vertical(flat.direction)
    source = graphviz.Digraph(
        graph_attr={"rankdir": "TB" if vertical else "LR", "nodesep": _inches(LINK_GAP)},
        node_attr={"shape": "box", "label": "", "fixedsize": "true"},
        edge_attr={"arrowhead": "none"},
    )
    for vertex in range(len(layering.rank)):
        along, across = flat.sizes[vertex] if vertex < layering.boxes else (1.0, 1.0)
        across += BOX_GAP - LINK_GAP if vertex < layering.boxes else 0.0
        width, height = (across, along) if vertical else (along, across)
        source.node(str(vertex), width=_inches(width), height=_inches(height))
    for vertex, targets in enumerate(layering.after):
        for target in targets:
            trunk = vertex >= layering.boxes and target >= layering.boxes
            source.edge(str(vertex), str(target), weight="8" if trunk else "1")
    return str(source.source)


def _inches(points: float) -> str:
    return f"{points / POINTS_PER_INCH:.4f}"
