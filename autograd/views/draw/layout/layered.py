"""The built-in layout, a pipeline of stages: nothing to install, and the same bytes everywhere.

This is Sugiyama's method. It places boxes in ranks (columns, where links point to the right), so
that every link leads to a later rank.

Read next: the stages, in the order in which `layered` calls them, from `turning` on.
"""

from __future__ import annotations

from autograd.views.draw.layout.blocks import gather
from autograd.views.draw.layout.coordinates import assign_coordinates
from autograd.views.draw.layout.crossings import order_layers
from autograd.views.draw.layout.graph import Graph, Placement
from autograd.views.draw.layout.ranks import layering_of
from autograd.views.draw.layout.routing import route
from autograd.views.draw.layout.shortening import shorten
from autograd.views.draw.layout.spacing import separation
from autograd.views.draw.layout.turning import flattened, turned


def layered(graph: Graph) -> Placement:
    """Place boxes in ranks and draw links as curves from rank to rank.

    Examples
    --------
    >>> placement = layered(Graph(sizes=[(40, 20), (40, 20)], links=[(0, 1), (0, 1)]))
    >>> placement.boxes
    ((8.0, 8.0), (92.0, 8.0))
    >>> len(placement.paths)
    2
    """
    flat = flattened(graph)  # as if all links pointed to the right
    gathered = gather(flat)  # many leaves of one box are a block, which is one box until the end
    flat = gathered.graph
    layering = layering_of(flat)  # the rank of each box; long links are cut at each rank
    layers = order_layers(layering)  # the order within each rank, with few crossings
    apart = separation(flat)  # how far two neighbours in a rank must be apart
    across = assign_coordinates(layering, layers, apart)  # places in the rank, long links straight
    across = shorten(layering, layers, across, apart)  # then as compact as the links want it
    routed = gathered.spread(*route(flat, layering, across))  # curves
    return turned(graph, *routed)  # in the asked direction
