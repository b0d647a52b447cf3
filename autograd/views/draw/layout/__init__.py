"""Layouts: from boxes and links to coordinates and curves (plain numbers, no `Value`).

Read `graph` first (what a layout is given and returns), then `layered`, the pipeline, and its
stages in their order: `turning`, `blocks` (drawn with `curves`), `ranks` (with `crowding`),
`crossings` (with `sifting`), `spacing`, `coordinates`, `shortening`, `wrapping`, `routing`. `dot`
is the other layout: Graphviz does the stages in the middle.
"""

from autograd.views.draw.layout.dot import dot
from autograd.views.draw.layout.graph import Graph, Placement, Point
from autograd.views.draw.layout.layered import layered

__all__ = ["Graph", "Placement", "Point", "dot", "layered"]
