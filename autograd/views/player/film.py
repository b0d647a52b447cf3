"""The steps of backpropagation as a film for slides: an animated SVG, or frames, each by itself.

A film is one drawing and marks on it, each with the frames in which it is shown. The animated SVG
holds every mark once and shows and hides it by CSS; a single frame, as SVG or TikZ, holds the marks
of its time.

Read next: `page`, in which readers step at their own pace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from autograd.graph import topological_order
from autograd.value import Value
from autograd.views.draw.cards import Card
from autograd.views.draw.layout import Placement, layered
from autograd.views.draw.picture import COLUMN, LINE, PADDING, STACK, Picture, picture
from autograd.views.draw.svg import Addition, page_size, write_svg
from autograd.views.draw.theme import DARK, FONT_SIZE
from autograd.views.draw.tikz import write_tikz
from autograd.views.draw.words import WORDS
from autograd.views.player.captions import CAPTIONS
from autograd.views.player.shapes import (
    COLOURS,
    Flow,
    Outline,
    Shape,
    Text,
    tikz_colours,
)
from autograd.views.steps import PRECISION, Step, each_step
from autograd.views.write.names import is_number, names
from autograd.views.write.text import number, width

MOST_FRAMES = 1000
SECONDS = 1.2  # for one frame, as in the player
PAUSE = 3  # frames for which the last one stays
LINK_LABEL = (84.0, 16.0)  # pixels, for × and a number
CAPTION = 48.0  # pixels at the lower edge
SIZE = 14  # of a caption's text


@dataclass(frozen=True, slots=True)
class Mark:
    """A shape, shown in the frames from `start` up to `end`, which no longer has it."""

    shape: Shape
    start: int
    end: int

    @property
    def under_cards(self) -> bool:
        """Whether cards hide it where they meet."""
        return isinstance(self.shape, Flow)


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
    lang : {"en", "zh"}
        The language of its words.

    Raises
    ------
    ValueError
        If there were more than 1,000 frames, which nobody watches.
    """

    def __init__(
        self,
        root: Value,
        fold: str | bool | None = None,
        precision: int = PRECISION,
        lang: str = "en",
    ) -> None:
        order = topological_order(root)
        drawn = picture([root], precision=precision, fold_by=fold, lang=lang)
        card_of = {value: i for i, card in enumerate(drawn.cards) for value in card.values}
        scenes = _scenes(each_step(order), drawn, card_of)
        self.precision = precision
        self.captions = CAPTIONS[lang]
        self.frame_of = [1, *[at for at, steps in enumerate(scenes, start=2) for _ in steps]]
        self.names = names(order, [root])
        self.length = len(scenes) + 3  # first the values and the seed, at last all gradients
        if self.length > MOST_FRAMES:
            raise ValueError(
                f"the film would have {self.length} frames, and nobody watches more than "
                f"{MOST_FRAMES}: walk through a smaller part, such as the loss of one example, "
                "fold modules with fold='layer', or save the steps as .html"
            )
        cards = tuple([_without_gradient(card, lang) for card in drawn.cards])
        self.picture = replace(drawn, cards=cards)
        self.placement = layered(drawn.graph("LR", LINK_LABEL, wrap=None))
        self.marks = [
            *_gradients(root, scenes, self),
            *_flows(scenes, self, card_of),
            *_captions(root, scenes, self, card_of),
        ]
        texts = [m.shape for m in self.marks if isinstance(m.shape, Text) and m.shape.size == SIZE]
        longest = max([width(text.text) for text in texts])
        self.least = round(
            longest * COLUMN * SIZE / FONT_SIZE + 4 * PADDING
        )  # so that no caption is cut

    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        width, height = page_size(self.picture, self.placement)
        return max(width, self.least), height + CAPTION

    def seconds(self, each: float) -> list[float]:
        """For how long each frame is shown; the last one stays."""
        return [each] * (self.length - 1) + [PAUSE * each]

    def frame(self, index: int) -> str:
        """One frame, as an SVG that does not move."""
        return self._write([(mark, mark.shape.svg()) for mark in self._shown(index)], "light", "")

    def tikz(self, index: int, scale: float = 1.0) -> str:
        """One frame, as a LaTeX document."""
        shown = [(mark, mark.shape.tikz()) for mark in self._shown(index)]
        addition = _addition(shown, self.least, "\n".join(tikz_colours()), "\n")
        return write_tikz(self.picture, self.placement, scale=scale, addition=addition)

    def _shown(self, index: int) -> list[Mark]:
        return [mark for mark in self.marks if mark.start <= index < mark.end]

    def svg(self, each: float) -> str:
        """All frames as one animated SVG, which begins again after the last one.

        Who asked the system for less motion, and a program that knows no CSS, sees the last frame.
        """
        count = self.length - 1 + PAUSE  # frames, with the time for which the last one stays
        pieces, lengths = [], set()
        for mark in self.marks:
            last = mark.end == self.length
            length = count - mark.start if last else mark.end - mark.start
            lengths.add(length)
            # A delay before the start of the page: then it is at 0 % when its first frame comes.
            timing = f"animation-name:f{length};animation-delay:{(mark.start - count) * each:.6g}s"
            hidden = "" if last else ' visibility="hidden"'
            pieces.append(
                (mark, f'<g class="mark" style="{timing}"{hidden}>{mark.shape.svg()}</g>')
            )
        moving = f".mark{{animation:{count * each:.6g}s step-end infinite}}"
        rules = [f"@media (prefers-reduced-motion:no-preference){{{moving}}}"]
        for length in sorted(lengths):
            hide = f"{100 * length / count:.6g}%,to{{visibility:hidden}}"
            rules.append(f"@keyframes f{length}{{0%{{visibility:visible}}{hide}}}")
        return self._write(pieces, "auto", "\n".join(["", *rules, _dark_style()]))

    def _write(self, pieces: Sequence[tuple[Mark, str]], theme: str, style: str) -> str:
        addition = _addition(pieces, self.least, style)
        return write_svg(self.picture, self.placement, theme=theme, addition=addition)


def _addition(
    pieces: Sequence[tuple[Mark, str]], least: float, style: str, between: str = ""
) -> Addition:
    under = between.join([text for mark, text in pieces if mark.under_cards])
    over = between.join([text for mark, text in pieces if not mark.under_cards])
    return Addition(under, over, style, CAPTION, least)


def _scenes(
    steps: Iterator[Step], drawn: Picture, card_of: Mapping[Value, int]
) -> list[list[Step]]:
    # The steps of each frame: one, but for all that a folded module or a long sum passes on.
    def scene(numbered: tuple[int, Step]) -> tuple[int, int]:
        index, step = numbered
        card = card_of[step.node]
        return card, -1 if len(drawn.cards[card].values) > 1 else index

    return [[step for _, step in group] for _, group in groupby(enumerate(steps), scene)]


def _told_by_itself(
    steps: Sequence[Step], drawn: Picture, card_of: Mapping[Value, int]
) -> Step | None:
    # The only step of a frame that leaves its card; of a module all that it does is told.
    leaving = [step for step in steps if card_of[step.parent] != card_of[step.node]]
    if len(leaving) == 1 and drawn.cards[card_of[leaving[0].node]].role != "module":
        return leaving[0]
    return None


def _without_gradient(card: Card, lang: str) -> Card:
    # Gradients are marks, since they change.
    key = WORDS[lang].keys["grad"]
    rows = tuple([(key, "" if key == "grad" else text) for key, text in card.rows])
    return replace(card, rows=rows, title=card.title.partition(f"\n{key} ")[0])


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


def _gradient(
    card: Card, corner: tuple[float, float], drawn: Picture, text: str, kind: str
) -> Text:
    lower = STACK if card.role == "module" else 0.0
    row = 2 + [key for key, _ in card.rows].index("grad")
    x = corner[0] + drawn.card_width(card) - PADDING - lower
    y = corner[1] + row * LINE + lower
    return Text(kind, (x, y), text, "end", bold=kind != "plain")


def _flows(
    scenes: Sequence[Sequence[Step]], film: Film, card_of: Mapping[Value, int]
) -> Iterator[Mark]:
    drawn, placement = film.picture, film.placement
    index_of = {(k.source, k.target, k.argument): i for i, k in enumerate(drawn.links)}
    within: dict[Value, float] = {}  # a long sum or product: the whole by each node inside its card
    for at, steps in enumerate(scenes, start=2):
        node = card_of[steps[0].node]
        flowing: dict[int, list[float]] = {}
        told = _told_by_itself(steps, drawn, card_of)
        for step in steps:
            ends = card_of[step.parent], node
            local = step.local * within.get(step.node, 1.0)
            if ends[0] == node and drawn.cards[node].role != "module":
                within[step.parent] = local
            link = index_of.get((*ends, step.argument), index_of.get((*ends, -1)))
            if link is not None:
                flowing.setdefault(link, []).append(step.local if step is told else local)
        for link, locals_ in flowing.items():
            several = film.captions.links.format(count=len(locals_))
            label = _beside(locals_[0]) if len(locals_) == 1 else several
            yield Mark(Flow(placement.paths[link], placement.labels[link], label), at, at + 1)
        receiving = {card_of[step.parent] for step in steps} - {node}
        for index, kind in [(node, "current"), *[(card, "flow") for card in sorted(receiving)]]:
            yield Mark(_outline(drawn, placement, index, kind), at, at + 1)


def _beside(local: float) -> str:
    # With four digits, or with two where these are too long.
    long, short = (f"×{_factor(number(local, precision))}" for precision in (4, 2))
    return long if len(long) <= 10 else short


def _outline(drawn: Picture, placement: Placement, index: int, kind: str) -> Outline:
    card = drawn.cards[index]
    size = drawn.card_width(card), drawn.card_height(card)
    return Outline(kind, placement.boxes[index], size)


def _captions(
    root: Value, scenes: Sequence[Sequence[Step]], film: Film, card_of: Mapping[Value, int]
) -> Iterator[Mark]:
    words = film.captions

    def name(value: Value) -> str:
        card = film.picture.cards[card_of[value]]
        return card.name if card.role == "module" else film.names[card.values[-1]]

    def exact_name(value: Value) -> str:  # also inside a module or a long sum
        if is_number(value, film.names[value]):
            return number(value.data, film.precision)
        own, shown = film.names[value], name(value)
        return own if own == shown else words.inside.format(own=own, shown=shown)

    output = f"{name(root)} = {number(root.data, film.precision)}"
    texts = [
        (words.forwards, output),
        (words.backwards.format(name=name(root)), words.others),
    ]
    before: dict[Value, list[float]] = {}  # each value's gradients so far
    shares = Counter([step.parent for steps in scenes for step in steps])
    for index, steps in enumerate(scenes, start=1):
        told = _told_by_itself(steps, film.picture, card_of)
        if told:
            earlier = before.get(told.parent, [0.0])
            count = shares[told.parent]
            which = words.share.format(place=len(earlier), count=count) if count > 1 else ""
            names_of = exact_name(told.node), exact_name(told.parent)
            first, second = _caption(film, told, *names_of, earlier[-1])
            second += which
        else:
            first = words.module.format(name=name(steps[0].node))
            applications = words.applications if len(steps) > 1 else words.one_application
            second = applications.format(count=len(steps))
        texts.append((f"{index} / {len(scenes)}   {first}", second))
        for step in steps:
            before.setdefault(step.parent, [0.0]).append(step.accumulated)
    texts.append((words.known, output))
    bottom = page_size(film.picture, film.placement)[1] + CAPTION
    for at, (first, second) in enumerate(texts):
        yield Mark(
            Text("plain", (2 * PADDING, bottom - 28), first, bold=True, size=SIZE), at, at + 1
        )
        yield Mark(Text("plain", (2 * PADDING, bottom - 10), second, size=SIZE), at, at + 1)


def _caption(film: Film, step: Step, node: str, parent: str, before: float) -> tuple[str, str]:
    numbers = step.upstream, step.local, step.contribution, before, step.accumulated
    upstream, local, product, old, new = (number(x, film.precision) for x in numbers)
    factors = f"{upstream} × {_factor(local)}"
    words = film.captions
    first = words.step.format(node=node, parent=parent, product=f"{factors} = {product}")
    if is_number(step.parent, film.names[step.parent]):
        return first, words.constant.format(name=parent)
    return first, words.gradient.format(name=parent, old=old, new=new)


def _factor(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def _dark_style() -> str:
    # The drawing's own rule for text comes first, so each selector here is as strong as that one.
    rules = [f".stepgrad-auto .{kind}{{color:{dark};}}" for kind, (_, dark) in COLOURS.items()]
    texts = ",".join([f".stepgrad-auto text.{kind}" for kind in COLOURS])
    rules += [f"{texts}{{fill:currentColor}}", f".stepgrad-auto .halo{{stroke:{DARK.paper}}}"]
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"
