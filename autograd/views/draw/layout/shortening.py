"""Boxes move together until the links are about as short as they can be.

Blocks of aligned boxes, which `coordinates` returns, make a drawing up to twice as tall as its
fullest rank. From there sweeps to and fro put each rank where its links are shortest while the
other ranks stay. A link that leads from one rank to the next, `gap` pixels on, and climbs by c has
the length √(gap² + c²). The sum of these has no closed minimum within a rank, but the parabolas
that touch it from above have: c²/√(gap² + before²), where `before` is the link's climb so far. So
no sweep that looks at both sides makes the links longer.

Read next: `wrapping`.

References
----------
E. Weiszfeld, "Sur le point pour lequel la somme des distances de n points donnés est minimum",
Tôhoku Mathematical Journal 43 (1937): the same majorisation for the point nearest to others.
"""

from __future__ import annotations

from math import hypot

from autograd.views.draw.layout import spacing
from autograd.views.draw.layout.ranks import Layering
from autograd.views.draw.layout.spacing import HEAVY, LIGHT, USUAL, Separation

GAP = 44.0  # pixels
SWEEPS = 14
ONE_SIDED = 8  # of them: first ranks follow the one before, or after, which carries them further
STRAIGHT = 8.0  # by how much more the pieces of a trunk weigh
LEAF = 0.1  # how much less the link of a leaf weighs at a box with few of them
FEW = 2
NEARLY = 16.0  # pixels: in the end, what climbs by less goes straight on, if there is room


def shorten(
    layering: Layering, layers: list[list[int]], across: list[float], separation: Separation
) -> list[float]:
    """Coordinates with short links; the parameters are those of `assign_coordinates`."""
    if not across:
        return across
    extent = max(across) - min(across)
    ranks = [(layer, spacing.offsets(layer, separation)) for layer in layers]
    fullest = max([tight[-1] for _, tight in ranks])
    places = [place * min(1.0, fullest / extent) if extent else place for place in across]
    light = _light(layering)
    both = [[*b, *a] for b, a in zip(layering.before, layering.after, strict=True)]
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 1
        near = layering.before if forwards else layering.after
        for layer, tight in ranks if forwards else reversed(ranks):
            if sweep < ONE_SIDED:
                wishes = [_following(layering, v, near[v] or both[v], places, light) for v in layer]
            else:
                wishes = [
                    _nearest(layering, vertex, both[vertex], places, light) for vertex in layer
                ]
            spacing.settle(layer, wishes, places, tight)
    for layer, tight in ranks:
        wishes = [_straight(layering, vertex, places) for vertex in layer]
        spacing.settle(layer, wishes, places, tight)
    return places


def _following(
    layering: Layering, vertex: int, near: list[int], places: list[float], light: list[bool]
) -> tuple[float, float]:
    if vertex >= layering.boxes:
        trunk = [other for other in near if other >= layering.boxes]
        if trunk:
            return places[trunk[0]], HEAVY
    return _nearest(layering, vertex, near, places, light)


def _nearest(
    layering: Layering, vertex: int, near: list[int], places: list[float], light: list[bool]
) -> tuple[float, float]:
    here = places[vertex]
    total = weight = 0.0
    for other in near:
        pull = 1.0 / hypot(GAP, places[other] - here)
        if vertex >= layering.boxes and other >= layering.boxes:
            pull *= STRAIGHT
        elif light[vertex] or light[other]:
            pull *= LEAF
        total += pull * places[other]
        weight += pull
    return (total / weight, weight) if near else (here, LIGHT)


def _light(layering: Layering) -> list[bool]:
    # Leaves beside a chain, which would bend the chain; many leaves draw their box into the middle.
    own = [
        not before and len(after) == 1
        for before, after in zip(layering.before, layering.after, strict=True)
    ]
    count = [sum([own[parent] for parent in before]) for before in layering.before]
    return [
        leaf and count[after[0]] <= FEW for leaf, after in zip(own, layering.after, strict=True)
    ]


def _straight(layering: Layering, vertex: int, places: list[float]) -> tuple[float, float]:
    before = set(layering.before[vertex])
    if len(before) == 1:
        place = places[before.pop()]
        if abs(place - places[vertex]) < NEARLY:
            return place, HEAVY
    return places[vertex], USUAL
