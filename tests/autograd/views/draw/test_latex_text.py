import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.views.draw.latex_text import latex_text
from autograd.views.write.text import visible


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("w1", "w1"),
        ("100% #1 & $x_i$ {a}", r"100\%\ \#1\ \&\ \$x\_i\$\ \{a\}"),
        ("a\\b^c~d", r"a\textbackslash{}b\textasciicircum{}c\textasciitilde{}d"),
        ("--", "-{}-{}"),
        ("σ", r"\ensuremath{\sigma}"),
        ("Λ", r"\ensuremath{\Lambda}"),
        ("λ", r"\ensuremath{\lambda}"),
        ("Β", r"\ensuremath{\mathrm{B}}"),
        ("∂E/∂w₁₀", None),
        ("x²", r"x\ensuremath{{}^{2}}"),
        ("x⁻", r"x\ensuremath{{}^{-}}"),
        ("ŷ", r"\ensuremath{\hat{\mbox{y}}}"),
        ("é", r"\ensuremath{\acute{\mbox{e}}}"),
        ("ℝ", r"\ensuremath{\mathbf{R}}"),
        ("½", r"\ensuremath{\mathrm{1/2}}"),
        ("权", r"\unknown{权}"),
        ("ο", r"\ensuremath{o}"),  # omicron has no command of its own
        ("ε", r"\ensuremath{\varepsilon}"),
        ("Ω", r"\ensuremath{\Omega}"),
        ("（", r"\ensuremath{\mathrm{(}}"),
        ("‼", r"\unknown{‼}"),  # two signs that a formula would read as its own
        ("㌀", r"\unknown{㌀}"),
        ("ﾊ", r"\unknown{ﾊ}"),
    ],
)
def test_text_and_what_latex_is_told(text, written):
    assert written is None or latex_text(text) == written


def test_what_formulas_are_written_with_is_known_to_pdflatex():
    written = "·×÷−√∂≤≥≠∞∑∏σδθλμπφΣΔ₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻…←→–½"
    for sign in written:
        assert latex_text(sign).isascii(), sign


@given(st.text())
def test_any_label_is_only_text(label):
    text = latex_text(visible(label))
    depth = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", text):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    commands = r"\\(?:[#$%&_{} ]|[a-zA-Z]+|\||\d)"
    bare = re.sub(commands, "", text)
    assert not set(bare) & set("\\#$%&~")
    for outside in re.sub(r"\\unknown\{.\}", "", text, flags=re.S):
        assert outside.isascii()
