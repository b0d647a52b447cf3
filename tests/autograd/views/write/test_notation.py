"""Labels in text and in LaTeX; how operations are written is `spelling`'s."""

from __future__ import annotations

import pytest

from autograd.operation import look_up
from autograd.spelling import ATOM, LOOSE, NEGATIVE
from autograd.views.write.notation import LATEX, RULES, TEXT


@pytest.mark.parametrize(
    ("label", "text", "latex", "binding"),
    [
        ("w", "w", "w", ATOM),
        ("w5", "w5", "w_{5}", ATOM),
        ("w_5", "w_5", "w_{5}", ATOM),
        ("E_total", "E_total", r"E_{\mathrm{total}}", ATOM),
        ("out_o1", "out_o1", r"\mathrm{out}_{\mathrm{o1}}", ATOM),
        ("layers.0.w", "layers.0.w", r"\mathrm{layers.0.w}", ATOM),
        ("h₁₂", "h₁₂", "h_{12}", ATOM),
        ("h1[12]", "h1[12]", "h_{1,12}", ATOM),
        ("out_h[2]", "out_h[2]", r"\mathrm{out}_{h,2}", ATOM),
        ("a+b", "a+b", r"\mathrm{a+b}", LOOSE),
        ("a+b₂", "a+b₂", r"\mathrm{a+b}_{2}", LOOSE),
        ("50%", "50%", r"\mathrm{50\%}", LOOSE),
        ("x<y", "x<y", r"\mathrm{x{<}y}", LOOSE),
        ("权重", "权重", r"\mathrm{权重}", ATOM),
    ],
)
def test_labels(label, text, latex, binding):
    assert TEXT.label(label) == (text, binding)
    assert LATEX.label(label) == (latex, binding)


def test_operations_and_numbers_are_those_of_the_notation():
    assert TEXT.number(-1.5) == ("−1.5", NEGATIVE)
    assert LATEX.number(1e-3) == ("0.001", ATOM)
    dot = look_up("dot")
    assert TEXT.spell(dot, 3) == TEXT.notation.spell("dot", (), 3)
    assert len(LATEX.spell(dot, 5).pieces) == 9


def test_rules_are_written_as_a_course_teaches_them():
    greater = look_up("greater")
    assert [piece for piece in RULES.spell(greater, 2).pieces if isinstance(piece, str)] == [" > "]
    assert RULES.label("a\nb") == ("a␊b", LOOSE)
