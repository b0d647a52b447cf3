"""Many leaves of one box stand in a block of several columns, not in one that no screen can show.

A sum of 200 values would be a column of 200 boxes. Here they are placed row by row, as words are in
a text. The links of a row share a line in the gutter below it. The lines of all rows meet at the
end of the block, from where one line leads to the box that reads them. The stages in the middle of
the pipeline see the block as one box with one link.

Read next: `ranks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograd.sums import added
from autograd.views.draw.layout.curves import Curve
from autograd.views.draw.layout.graph import Graph, Point, is_vertical
from autograd.views.draw.layout.spacing import BOX_GAP, screen

# All in pixels.
GUTTER = 18.0  # between two rows
LEAST_GAP = 24.0  # between two columns
FUNNEL = 44.0  # behind the last column, where the lines of the rows meet

PART = 0.25  # of all boxes: fewer in blocks would make a drawing wider and hardly less tall


@dataclass(frozen=True, slots=True)
class Block:
    """The leaves of one box in rows and columns.

    Parameters
    ----------
    leaves : tuple of int
        Boxes, in the order of the arguments.
    rows, columns : int
        Columns follow one another in the direction of the links, rows across it.
    cell : (along, across)
        Room for each leaf, as large as the largest.
    gap : float
        Pixels between two columns.
    downwards : bool
        Whether the leaves fill column by column. It is so in a drawing from top to bottom, where
        these are the rows that a reader sees.
    """

    leaves: tuple[int, ...]
    rows: int
    columns: int
    cell: tuple[float, float]
    gap: float
    downwards: bool

    def size(self) -> tuple[float, float]:
        """Its extent along the links and across them."""
        along, across = self.cell
        return self.columns * (along + self.gap) + FUNNEL, self.rows * (across + GUTTER)

    def place(self, index: int) -> Point:
        """Where the cell of a leaf begins, seen from the corner of the block."""
        if self.downwards:
            column, row = divmod(index, self.rows)
        else:
            row, column = divmod(index, self.columns)
        return column * (self.cell[0] + self.gap), row * (self.cell[1] + GUTTER)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A graph with a box in place of each block.

    Parameters
    ----------
    flat, graph : Graph
        As it was, and as the other stages see it.
    box, link : list of int
        For each box and each link of `flat` which of `graph` stands for it.
    blocks : tuple of Block
    """

    flat: Graph
    graph: Graph
    box: list[int]
    link: list[int]
    blocks: tuple[Block, ...]

    def spread(
        self, corners: list[Point], paths: list[list[Point]], labels: list[Point]
    ) -> tuple[list[Point], list[list[Point]], list[Point]]:
        """What `route` returned for `graph`, as it is for `flat`."""
        if not self.blocks:
            return corners, paths, labels
        all_corners = [corners[box] for box in self.box]
        all_paths = [paths[link] for link in self.link]
        all_labels = [labels[link] for link in self.link]
        link_of = {source: index for index, (source, _) in enumerate(self.flat.links)}
        for block in self.blocks:
            for index, leaf in enumerate(block.leaves):
                size = self.flat.sizes[leaf]
                corner = _plus(corners[self.box[leaf]], block.place(index))
                end = corner[0] + block.cell[0]
                middle = corner[1] + block.cell[1] / 2
                link = link_of[leaf]
                common = paths[self.link[link]]
                curve = Curve(end, middle)
                curve.bend(end + block.gap, corner[1] + block.cell[1] + GUTTER / 2)
                curve.straight(common[0][0] - FUNNEL)
                curve.bend(*common[0])
                all_corners[leaf] = end - size[0], middle - size[1] / 2
                all_paths[link] = [*curve.points, *common[1:]]
                all_labels[link] = end + block.gap / 2, middle
        return all_corners, all_paths, all_labels


def gather(flat: Graph) -> Gathered:
    """Make a block of all leaves that one box alone reads, where they are taller than a screen.

    Parameters
    ----------
    flat : Graph
        With sizes as (along, across), see `turning`.
    """
    tall = [leaves for leaves in _own_leaves(flat) if _is_tall(flat, leaves)]
    few = sum(map(len, tall)) < PART * len(flat.sizes)
    blocks = () if few else tuple([_block(flat, leaves) for leaves in tall])
    first = {leaf: block.leaves[0] for block in blocks for leaf in block.leaves}
    link_of = {source: index for index, (source, _) in enumerate(flat.links)}
    boxes = [first.get(box, box) for box in range(len(flat.sizes))]
    links = [link_of[first[s]] if s in first else k for k, (s, _) in enumerate(flat.links)]
    box, link = _numbered(boxes), _numbered(links)
    size_of = dict(enumerate(flat.sizes)) | {block.leaves[0]: block.size() for block in blocks}
    graph = replace(
        flat,
        sizes=[size_of[kept] for kept in sorted(set(boxes))],
        links=[(box[s], box[t]) for s, t in [flat.links[kept] for kept in sorted(set(links))]],
    )
    return Gathered(flat, graph, box, link, blocks)


def _numbered(given: Sequence[int]) -> list[int]:
    # The numbers without gaps.
    number = {each: index for index, each in enumerate(sorted(set(given)))}
    return [number[each] for each in given]


def _own_leaves(flat: Graph) -> list[list[int]]:
    # For each box what it alone reads, by one link, and what reads nothing itself.
    uses, read = [0] * len(flat.sizes), [False] * len(flat.sizes)
    for source, target in flat.links:
        uses[source] += 1
        read[target] = True
    leaves: dict[int, list[int]] = {}
    for source, target in flat.links:
        if uses[source] == 1 and not read[source]:
            leaves.setdefault(target, []).append(source)
    return list(leaves.values())


def _is_tall(flat: Graph, leaves: Sequence[int]) -> bool:
    tall = added(flat.sizes[leaf][1] + BOX_GAP for leaf in leaves)
    return tall > screen(flat)[1]


def _block(flat: Graph, leaves: Sequence[int]) -> Block:
    # Of the shapes with so many rows the first one that is as wide as a screen of its height.
    cell = max([flat.sizes[k][0] for k in leaves]), max([flat.sizes[k][1] for k in leaves])
    gap = max(LEAST_GAP, flat.label[0])
    along, across = screen(flat)
    for rows in range(len(leaves), 0, -1):
        columns = -(-len(leaves) // rows)
        block = Block(tuple(leaves), rows, columns, cell, gap, is_vertical(flat.direction))
        if block.size()[0] / along >= block.size()[1] / across:
            break
    return block


def _plus(one: Point, other: Point) -> Point:
    return one[0] + other[0], one[1] + other[1]
