"""Layouts: from boxes and links to coordinates and curves (plain numbers, no `Value`)."""

from autograd.views.draw.layout.dot import dot
from autograd.views.draw.layout.graph import Graph, Placement, Point
from autograd.views.draw.layout.layered import layered

__all__ = ["Graph", "Placement", "Point", "dot", "layered"]
