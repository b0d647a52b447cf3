"""The steps of backpropagation as a film for slides: an animated SVG, or the frames of a GIF.

A film is one drawing and marks on it, each with the frames in which it is shown. The animated SVG
holds every mark once and shows and hides it by CSS; a single frame holds the marks of its time.

Read next: `page`, in which readers step at their own pace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby, pairwise

from autograd.graph import topological_order
from autograd.value import Value
from autograd.views.draw.cards import Card
from autograd.views.draw.layout import Placement, layered
from autograd.views.draw.picture import LINE, PADDING, STACK, Picture, picture
from autograd.views.draw.svg import Addition, arrow_head, digits, page_size, path_data, write_svg
from autograd.views.draw.theme import DARK, LIGHT
from autograd.views.steps import PRECISION, Step, each_step
from autograd.views.write.names import is_number, names
from autograd.views.write.text import number

MOST_FRAMES = 1000
SECONDS = 1.2  # for one frame, as in the player
PAUSE = 3  # frames for which the last one stays
LINK_LABEL = (84.0, 16.0)  # pixels, for × and a number
CAPTION = 48.0  # pixels at the lower edge

# Of what a mark says, its colour on light and on dark paper.
COLOURS = {
    "current": ("#0067b0", "#5cb8ff"),
    "flow": ("#b03a00", "#ff9d63"),
    "final": ("#00694a", "#46d6a0"),
    "plain": (LIGHT.text, DARK.text),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of SVG, shown in the frames from `start` up to `end`, which no longer has it."""

    svg: str
    start: int
    end: int
    under_cards: bool = False


class Film:
    """The backward pass of one output, one frame for each step.

    Parameters
    ----------
    root : Value
        The output. No gradient is changed.
    fold : {None, False, "layer", "neuron"}
        As `draw` takes it. Where a module is one card, all that it passes on is one frame.
    precision : int
        Significant digits.

    Raises
    ------
    ValueError
        If there were more than 1,000 frames, which nobody watches.
    """

    def __init__(
        self, root: Value, fold: str | bool | None = None, precision: int = PRECISION
    ) -> None:
        order = topological_order(root)
        drawn = picture([root], precision=precision, fold_by=fold)
        card_of = {value: i for i, card in enumerate(drawn.cards) for value in card.values}
        scenes = _scenes(each_step(order), drawn, card_of)
        self.precision = precision
        self.names = names(order, [root])
        self.length = len(scenes) + 3  # first the values and the seed, at last all gradients
        if self.length > MOST_FRAMES:
            raise ValueError(
                f"the film would have {self.length} frames, and nobody watches more than "
                f"{MOST_FRAMES}: walk through a smaller part, such as the loss of one example, "
                "fold modules with fold='layer', or save the steps as .html"
            )
        cards = tuple([_without_gradient(card) for card in drawn.cards])
        self.picture = replace(drawn, cards=cards)
        self.placement = layered(drawn.graph("LR", LINK_LABEL, wrap=None))
        self.marks = [
            *_gradients(root, scenes, self),
            *_flows(scenes, self.picture, self.placement, card_of),
            *_captions(root, scenes, self, card_of),
        ]

    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        width, height = page_size(self.picture, self.placement)
        return width, height + CAPTION

    def seconds(self, each: float) -> list[float]:
        """For how long each frame is shown; the last one stays."""
        return [each] * (self.length - 1) + [PAUSE * each]

    def frame(self, index: int) -> str:
        """One frame, as an SVG that does not move."""
        shown = [mark for mark in self.marks if mark.start <= index < mark.end]
        return self._write([(mark, mark.svg) for mark in shown], "light", "")

    def svg(self, each: float) -> str:
        """All frames as one animated SVG, which begins again after the last one.

        Who asked the system for less motion, and a program that knows no CSS, sees the last frame.
        """
        count = self.length - 1 + PAUSE  # frames, with the time for which the last one stays
        pieces, lengths = [], set()
        for mark in self.marks:
            last = mark.end == self.length
            length = count - mark.start if last else mark.end - mark.start
            if length == count:
                pieces.append((mark, mark.svg))
                continue
            lengths.add(length)
            # A delay before the start of the page: then it is at 0 % when its first frame comes.
            timing = f"animation-name:f{length};animation-delay:{(mark.start - count) * each:.6g}s"
            hidden = "" if last else ' visibility="hidden"'
            pieces.append((mark, f'<g class="mark" style="{timing}"{hidden}>{mark.svg}</g>'))
        moving = f".mark{{animation:{count * each:.6g}s step-end infinite}}"
        rules = [f"@media (prefers-reduced-motion:no-preference){{{moving}}}"]
        for length in sorted(lengths):
            hide = f"{100 * length / count:.6g}%,to{{visibility:hidden}}"
            rules.append(f"@keyframes f{length}{{0%{{visibility:visible}}{hide}}}")
        return self._write(pieces, "auto", "\n".join(["", *rules, _dark_style()]))

    def _write(self, pieces: Sequence[tuple[Mark, str]], theme: str, style: str) -> str:
        under = "".join([text for mark, text in pieces if mark.under_cards])
        over = "".join([text for mark, text in pieces if not mark.under_cards])
        addition = Addition(under, over, style, CAPTION)
        return write_svg(self.picture, self.placement, theme=theme, addition=addition)


def _scenes(
    steps: Iterator[Step], drawn: Picture, card_of: Mapping[Value, int]
) -> list[list[Step]]:
    # The steps of each frame: one, but for all that a folded module or a long sum passes on.
    def scene(numbered: tuple[int, Step]) -> tuple[int, int]:
        index, step = numbered
        card = card_of[step.node]
        return card, -1 if len(drawn.cards[card].values) > 1 else index

    return [[step for _, step in group] for _, group in groupby(enumerate(steps), scene)]


def _without_gradient(card: Card) -> Card:
    # Gradients are marks, since they change.
    rows = tuple([(key, "" if key == "grad" else text) for key, text in card.rows])
    return replace(card, rows=rows, title=card.title.partition("\ngrad ")[0])


def _gradients(root: Value, scenes: Sequence[Sequence[Step]], film: Film) -> Iterator[Mark]:
    drawn, placement = film.picture, film.placement
    received: dict[Value, dict[int, float]] = {}
    for at, steps in enumerate(scenes, start=2):
        for step in steps:
            received.setdefault(step.parent, {})[at] = step.accumulated
    for card, corner in zip(drawn.cards, placement.boxes, strict=True):
        if card.shown is None or "grad" not in dict(card.rows):
            continue
        seed = ("1", "final") if card.shown is root else ("0", "plain")
        spans = {0: ("–", "plain"), 1: seed}
        changes = received.get(card.shown, {})
        for at, gradient in changes.items():
            text = number(gradient, film.precision)
            spans[at] = text, "flow"
            spans[at + 1] = text, "final" if at == max(changes) else "plain"
        starts = [*sorted(spans), len(scenes) + 3]
        for start, end in pairwise(starts):
            yield Mark(_gradient(card, corner, drawn, *spans[start]), start, end)


def _gradient(card: Card, corner: tuple[float, float], drawn: Picture, text: str, kind: str) -> str:
    lower = STACK if card.role == "module" else 0.0
    row = 2 + [key for key, _ in card.rows].index("grad")
    x = corner[0] + drawn.card_width(card) - PADDING - lower
    y = corner[1] + row * LINE + lower
    bold = "" if kind == "plain" else ' font-weight="bold"'
    return _text(kind, x, y, text, f'text-anchor="end"{bold}')


def _flows(
    scenes: Sequence[Sequence[Step]],
    drawn: Picture,
    placement: Placement,
    card_of: Mapping[Value, int],
) -> Iterator[Mark]:
    index_of = {(k.source, k.target, k.argument): i for i, k in enumerate(drawn.links)}
    within: dict[Value, float] = {}  # a long sum or product: the whole by each node inside its card
    for at, steps in enumerate(scenes, start=2):
        node = card_of[steps[0].node]
        flowing: dict[int, list[float]] = {}
        several = len({step.node for step in steps}) > 1
        for step in steps:
            ends = card_of[step.parent], node
            local = step.local * within.get(step.node, 1.0)
            if ends[0] == node and drawn.cards[node].role != "module":
                within[step.parent] = local
            link = index_of.get((*ends, step.argument), index_of.get((*ends, -1)))
            if link is not None:
                flowing.setdefault(link, []).append(local if several else step.local)
        for link, locals_ in flowing.items():
            label = _beside(locals_[0]) if len(locals_) == 1 else f"{len(locals_)} links"
            yield Mark(_flow(placement, link, label), at, at + 1, under_cards=True)
        receiving = {card_of[step.parent] for step in steps} - {node}
        for index, kind in [(node, "current"), *[(card, "flow") for card in sorted(receiving)]]:
            yield Mark(_outline(drawn, placement, index, kind), at, at + 1)


def _beside(local: float) -> str:
    # With four digits, or with two where these are too long.
    long, short = (f"×{_factor(number(local, precision))}" for precision in (4, 2))
    return long if len(long) <= 10 else short


def _flow(placement: Placement, link: int, label: str) -> str:
    # Gradient flows against the data. A broad line of the paper's colour hides the link itself.
    path = placement.paths[link]
    data, (x, y) = path_data(path), placement.labels[link]
    half = 3.5 * len(label) + 2
    return (
        f'<path class="halo" d="{data}" fill="none" stroke="{LIGHT.paper}" stroke-width="9"/>'
        f'<g class="flow" color="{COLOURS["flow"][0]}"><path d="{data}" fill="none" '
        'stroke="currentColor" stroke-width="2.5" stroke-dasharray="7 5"/>'
        f'<path d="{arrow_head(path[0], (-1, 0))}" fill="currentColor" stroke="currentColor" '
        f'stroke-width="2"/><rect class="paper" x="{digits(x - half)}" y="{digits(y - 7)}" '
        f'width="{digits(2 * half)}" height="14" fill="{LIGHT.paper}"/></g>'
        + _text("flow", x, y + 4, label, 'text-anchor="middle" font-weight="bold"')
    )


def _outline(drawn: Picture, placement: Placement, index: int, kind: str) -> str:
    card, (x, y) = drawn.cards[index], placement.boxes[index]
    width, height = drawn.card_width(card) + 4, drawn.card_height(card) + 4
    return (
        f'<rect class="{kind}" color="{COLOURS[kind][0]}" x="{digits(x - 2)}" y="{digits(y - 2)}" '
        f'width="{digits(width)}" height="{digits(height)}" rx="7" '
        'fill="none" stroke="currentColor" stroke-width="3"/>'
    )


def _captions(
    root: Value, scenes: Sequence[Sequence[Step]], film: Film, card_of: Mapping[Value, int]
) -> Iterator[Mark]:
    def name(value: Value) -> str:
        card = film.picture.cards[card_of[value]]
        return card.name if card.role == "module" else film.names[card.values[-1]]

    def exact_name(value: Value) -> str:  # also inside a module or a long sum
        if is_number(value, film.names[value]):
            return number(value.data, film.precision)
        own, shown = film.names[value], name(value)
        return own if own == shown else f"{own} in {shown}"

    output = f"{name(root)} = {number(root.data, film.precision)}"
    texts = [
        ("Forwards: each value is computed from its parents.", output),
        (f"Backwards: it starts at {name(root)}, whose gradient is 1.", "All others are 0."),
    ]
    before: dict[Value, list[float]] = {}  # each value's gradients so far
    shares = Counter([step.parent for steps in scenes for step in steps])
    for index, steps in enumerate(scenes, start=1):
        leaving = [step for step in steps if card_of[step.parent] != card_of[step.node]]
        if len(leaving) == 1 and film.picture.cards[card_of[leaving[0].node]].role != "module":
            (step,) = leaving
            earlier = before.get(step.parent, [0.0])
            which = f" ({len(earlier)} of {shares[step.parent]})" if shares[step.parent] > 1 else ""
            names_of = exact_name(step.node), exact_name(step.parent)
            first, second = _caption(film, step, *names_of, earlier[-1])
            second += which
        else:
            first = f"{name(steps[0].node)} passes its gradients on"
            second = f"{len(steps)} application{'s' * (len(steps) > 1)} of the chain rule"
        texts.append((f"{index} / {len(scenes)}   {first}", second))
        for step in steps:
            before.setdefault(step.parent, [0.0]).append(step.accumulated)
    texts.append(("All gradients are known.", output))
    bottom = film.size()[1]
    for at, (first, second) in enumerate(texts):
        lines = _text("plain", 2 * PADDING, bottom - 28, first, 'font-size="14" font-weight="bold"')
        lines += _text("plain", 2 * PADDING, bottom - 10, second, 'font-size="14"')
        yield Mark(lines, at, at + 1)


def _caption(film: Film, step: Step, node: str, parent: str, before: float) -> tuple[str, str]:
    numbers = step.upstream, step.local, step.contribution, before, step.accumulated
    upstream, local, product, old, new = (number(x, film.precision) for x in numbers)
    factors = f"{upstream} × {_factor(local)}"
    first = f"{node} passes on to {parent}: upstream × local = {factors} = {product}"
    if is_number(step.parent, film.names[step.parent]):
        return first, f"{parent} is a constant: its gradient is not used"
    return first, f"gradient of {parent}: {old} → {new}"


def _factor(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def _text(kind: str, x: float, y: float, text: str, more: str) -> str:
    return (
        f'<text class="{kind}" color="{COLOURS[kind][0]}" fill="currentColor" x="{digits(x)}" '
        f'y="{digits(y)}" {more}>{escape(text)}</text>'
    )


def _dark_style() -> str:
    # The drawing's own rule for text comes first, so each selector here is as strong as that one.
    rules = [f".stepgrad-auto .{kind}{{color:{dark};}}" for kind, (_, dark) in COLOURS.items()]
    texts = ",".join([f".stepgrad-auto text.{kind}" for kind in COLOURS])
    rules += [f"{texts}{{fill:currentColor}}", f".stepgrad-auto .halo{{stroke:{DARK.paper}}}"]
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"
