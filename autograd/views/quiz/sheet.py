"""What stands on an exam sheet and in its key, whatever it is written on.

Read next: `paper`.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from autograd.checks import check_choice
from autograd.graph import leaves, operation_of, topological_order
from autograd.switches import ieee_arithmetic
from autograd.value import Value
from autograd.views.derivation import derivation
from autograd.views.draw.latex_text import latex_text
from autograd.views.draw.layout import Placement, layered
from autograd.views.draw.picture import Picture, picture
from autograd.views.draw.words import LANGUAGES
from autograd.views.mistakes import expected
from autograd.views.quiz.questions import Question, chosen_questions
from autograd.views.quiz.words import WORDS
from autograd.views.steps import PRECISION
from autograd.views.write.chain_rule import LatexChainRule
from autograd.views.write.formula import composed, leaf_term
from autograd.views.write.names import formula_in, in_fraction, is_number, names
from autograd.views.write.notation import LATEX, RULES, TEXT, Style, subscript
from autograd.views.write.text import number, shorten, visible

LONGEST_NAME = 80  # columns of a name on paper; LaTeX has no lines of more than five metres


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a sheet.

    Parameters
    ----------
    kind : {"title", "text", "question", "maths"}
    text : str
        Plain text, as lines.
    latex : str
        The same for a LaTeX document; of maths, what stands in math mode.
    """

    kind: str
    text: str
    latex: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """An exam sheet or its key.

    Parameters
    ----------
    language : {"en", "zh"}
    head, body : tuple of Blocks
        What stands above the drawing and below it.
    picture, placement
        The drawing of the graph, without gradients.
    """

    language: str
    head: tuple[Block, ...]
    body: tuple[Block, ...]
    picture: Picture
    placement: Placement


def sheet(root: Value, *, count: int, seed: int, key: bool = False, lang: str = "en") -> Sheet:
    """Make an exam sheet about a graph, or its key.

    Parameters
    ----------
    root : Value
        The output. Nothing of it is changed, and no gradient that it has is shown.
    count, seed : int
        How many questions, and which: see `chosen_questions`.
    key : bool
        Whether each question has its answer, how it is derived, and what known slips give.
    lang : {"en", "zh"}

    Raises
    ------
    ValueError
        When there are not so many questions, or for another language.
    """
    check_choice("lang", lang, LANGUAGES)
    root = deepcopy(root)  # so that the drawing can be one from before backpropagation
    for node in [*leaves(root), *topological_order(root)]:
        node.grad = 0.0
        node.label = shorten(visible(node.label), LONGEST_NAME)
    drawn = picture([root], lang=lang)
    writer = _Writer(root, lang)
    questions = chosen_questions(root, count, seed)
    body = [
        block
        for index, question in enumerate(questions, start=1)
        for block in writer.question(index, question, key)
    ]
    head = (writer.title(count, seed, key), *writer.head(key))
    return Sheet(lang, head, tuple(body), drawn, layered(drawn.graph("LR")))


class _Writer:
    # Writes about one graph in one language.

    def __init__(self, root: Value, lang: str) -> None:
        self.root, self.language, self.words = root, lang, WORDS[lang]
        self.order = topological_order(root)
        self.names = names(self.order, [root])

    def title(self, count: int, seed: int, key: bool) -> Block:
        form = self.words.key if key else self.words.title
        return _text("title", form.format(count=count, seed=seed))

    def head(self, key: bool) -> Iterator[Block]:
        if not key:
            yield _text("text", self.words.name)
        yield _text("text", self.words.formula)
        yield self._equations([(node, self._formula(node)) for node in self.order])
        yield _text("text", self.words.given)
        given = [leaf for leaf in leaves(self.root) if not is_number(leaf, self.names[leaf])]
        yield self._equations([(leaf, (leaf.data, leaf.data)) for leaf in given], across=True)
        yield _text("text", self.words.notation)
        yield _text("text", self.words.picture)

    def _formula(self, node: Value) -> tuple[str, str]:
        return formula_in(node, self.names), formula_in(node, self.names, LATEX)

    def _equations(
        self, sides: list[tuple[Value, tuple[str | float, str | float]]], across: bool = False
    ) -> Block:
        texts, maths = [], []
        for node, (text, latex) in sides:
            right = _numeral(text) if isinstance(text, float) else text
            texts.append(f"{self.names[node]} = {right}")
            written = LATEX.number(latex)[0] if isinstance(latex, float) else latex
            maths.append(f"{LATEX.label(self.names[node])[0]} {'' if across else '&'}= {written}")
        if across:
            return Block("maths", ",  ".join(texts), r",\quad ".join(maths))
        rows = r" \\ ".join(maths)
        return Block("maths", "\n".join(texts), rf"\begin{{aligned}} {rows} \end{{aligned}}")

    def question(self, index: int, question: Question, key: bool) -> Iterator[Block]:
        node = self.names[question.node]
        asked = (
            self.words.gradient
            if question.kind == "gradient"
            else self.words.local.format(argument=question.argument + 1, node=node)
        )
        text, latex = (self.symbol(question, style) for style in (TEXT, LATEX))
        blank = "" if key else " = ______________"
        yield Block(
            "question",
            f"{index}. {asked} {text}{blank}",
            rf"{index}. {latex_text(asked)} $\displaystyle {latex}{'' if key else '='}$"
            + ("" if key else r" \hrulefill"),
        )
        if key:
            yield self.answer(question, text, latex)
            slips = self.slips(question)
            if slips:
                yield _text("text", f"{self.words.slips} {slips}")

    def symbol(self, question: Question, style: Style) -> str:
        """∂node/∂value, with its mark if it is local."""
        above, below = (in_fraction(self.names[v], style) for v in (question.node, question.value))
        place = question.argument + 1
        if style is LATEX:
            fraction = rf"\frac{{\partial {above}}}{{\partial {below}}}"
            return (
                fraction if question.kind == "gradient" else rf"\left.{fraction}\right|_{{{place}}}"
            )
        fraction = f"∂{above}/∂{below}"
        return fraction if question.kind == "gradient" else f"{fraction}|{subscript(place)}"

    def answer(self, question: Question, text: str, latex: str) -> Block:
        """The number, and how it is derived."""
        if question.kind == "gradient":
            derived = derivation(question.node, question.value, lang=self.language)
            return Block("maths", derived.text, derived.latex)
        slope, slope_latex = (self._slope(question, style) for style in (RULES, LATEX))
        result = _numeral(question.answer)
        equations = dict.fromkeys([text, slope, result])
        in_latex = dict.fromkeys(
            [latex, slope_latex, LatexChainRule(self.names).number(question.answer)]
        )
        return Block("maths", " = ".join(equations), " = ".join(in_latex))

    def _slope(self, question: Question, style: Style) -> str:
        # The rule of the operation over the names of this node and its parents.
        node, operation = question.node, operation_of(question.node)
        rule = operation.taught or operation.local
        with ieee_arithmetic.on():
            inputs = [Value(parent.data, self.names[parent]) for parent in node.parents]
            slope = rule(Value(node.data, self.names[node]), *inputs)[question.argument]
        if not isinstance(slope, Value):
            return style.number(slope)[0]
        if not slope.parents:
            return leaf_term(slope, style)[0]
        terms = {leaf: leaf_term(leaf, style) for leaf in leaves(slope)}
        return composed(slope, terms, style)[0]

    def slips(self, question: Question) -> str:
        """What known slips give, each number once."""
        found: dict[str, str] = {}
        for mistake, wrong in expected(question.kind, question.numbers, question.answer):
            if len(mistake.factors) == 1:  # every place of a point would only fill the line
                found.setdefault(_numeral(wrong), getattr(mistake, self.language))
        between = "；" if self.language == "zh" else "; "
        form = "{}（{}）" if self.language == "zh" else "{} ({})"
        return between.join(form.format(numeral, name) for numeral, name in found.items())


def _numeral(value: float) -> str:
    return number(value, PRECISION)


def _text(kind: str, text: str) -> Block:
    return Block(kind, text, latex_text(text))
