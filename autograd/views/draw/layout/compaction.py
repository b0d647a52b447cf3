"""Large drawings become compact rather than aligned.

Blocks of aligned boxes make a drawing up to twice as tall as its fullest rank. Where it is too
tall for a screen anyway, the boxes move together again: sweeps to and fro put each as near to the
mean of its neighbours as the others in its rank let it, which also shortens the links.

Read next: `routing`, the curves.
"""

from __future__ import annotations

from autograd.views.draw.layout import spacing
from autograd.views.draw.layout.centring import MANY, gather_leaves, own_parents
from autograd.views.draw.layout.ranks import Layering
from autograd.views.draw.layout.spacing import HEAVY, LIGHT, USUAL, Separation

SCREEN = 1300.0  # pixels; a lower drawing stays as it is
LOOSE = 1.2  # times the fullest rank: what is lower than that stays too
SWEEPS = 4


def compact(
    layering: Layering, layers: list[list[int]], across: list[float], separation: Separation
) -> list[float]:
    """Closer coordinates if these are loose; the parameters are those of `assign_coordinates`."""
    if not across:
        return across
    extent = max(across) - min(across)
    fullest = max([spacing.offsets(layer, separation)[-1] for layer in layers])
    if extent <= SCREEN or extent <= LOOSE * fullest:
        return across
    places = [place * fullest / extent for place in across]
    for layer in layers:
        spacing.settle(layer, [(places[vertex], USUAL) for vertex in layer], places, separation)
    before = [_parents(layering, vertex) for vertex in range(len(places))]
    for _ in range(SWEEPS):
        for ranks, near in ((layers[::-1], layering.after), (layers, before)):
            for layer in ranks:
                wishes = [_wish(layering, vertex, near[vertex], places) for vertex in layer]
                spacing.settle(layer, wishes, places, separation)
    for layer in layers:
        gather_leaves(layering, layer, places, [True] * len(places), separation)
    return places


def _parents(layering: Layering, vertex: int) -> list[int]:
    own = own_parents(layering, vertex)
    return own if len(own) >= MANY else layering.before[vertex]


def _wish(
    layering: Layering, vertex: int, near: list[int], places: list[float]
) -> tuple[float, float]:
    if vertex >= layering.boxes:
        trunk = [other for other in near if other >= layering.boxes]
        if trunk:
            return places[trunk[0]], HEAVY
    if not near:
        return places[vertex], LIGHT
    return spacing.mean([places[other] for other in near]), USUAL
