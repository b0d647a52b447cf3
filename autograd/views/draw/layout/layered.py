"""The built-in layout: needs nothing installed and gives the same bytes everywhere."""

from __future__ import annotations

from functools import partial

from autograd.views.draw.layout.centring import centre
from autograd.views.draw.layout.compaction import compact
from autograd.views.draw.layout.coordinates import assign_coordinates
from autograd.views.draw.layout.crossings import order_layers
from autograd.views.draw.layout.graph import Graph, Placement
from autograd.views.draw.layout.ranks import Layering, assign_ranks, cut_long_links
from autograd.views.draw.layout.routing import place, separation

HELPERS_PER_BOX = 4
HELPERS_AT_LEAST = 200


def layered(graph: Graph) -> Placement:
    """Place boxes in ranks by Sugiyama's method: ranks, order, coordinates, curves.

    Examples
    --------
    >>> placement = layered(Graph(sizes=[(40, 20), (40, 20)], links=[(0, 1), (0, 1)]))
    >>> placement.boxes
    ((8.0, 8.0), (92.0, 8.0))
    >>> len(placement.paths)
    2
    """
    layering = layering_of(graph)
    layers = order_layers(layering)
    apart = partial(separation, graph)
    across = assign_coordinates(layering, layers, apart)
    across = centre(layering, layers, across, apart)
    across = compact(layering, layers, across, apart)
    return place(graph, layering, across)


def layering_of(graph: Graph) -> Layering:
    """The ranks of a graph, with trunks for its long links."""
    limit = HELPERS_AT_LEAST + HELPERS_PER_BOX * len(graph.sizes)
    return cut_long_links(graph, assign_ranks(graph), limit)
