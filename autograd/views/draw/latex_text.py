r"""Text of a drawing as LaTeX that shows it: any label is safe, and mathematics in Unicode is set.

Read next: `tikz`.
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = {
    **{char: "\\" + char for char in "#$%&_{}"},
    **{char: char + "{}" for char in "-<>,'`?!"},  # no ligatures: "--" stays two signs
    '"': r"\char34{}",
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    " ": r"\ ",
    "–": r"\rule[0.5ex]{0.5em}{0.4pt}",  # the dash of a typewriter font may be another sign
    "—": r"\rule[0.5ex]{1em}{0.4pt}",
}
_SIGNS = r"""
    · \cdot   ⋅ \cdot   × \times   ÷ \div   ± \pm   ∓ \mp   − -   √ \surd   ∘ \circ   ∗ *   ⊙ \odot
    ⊗ \otimes   ⊕ \oplus   ≤ \le   ≥ \ge   ≠ \ne   ≈ \approx   ≡ \equiv   ∼ \sim   ∝ \propto
    ∂ \partial   ∇ \nabla   ∞ \infty   ∑ \sum   ∏ \prod   ∫ \int   ∈ \in   ∉ \notin   ∀ \forall
    ∃ \exists   ∅ \emptyset   ← \leftarrow   → \rightarrow   ↑ \uparrow   ↓ \downarrow
    ↔ \leftrightarrow   ⇐ \Leftarrow   ⇒ \Rightarrow   ⇔ \Leftrightarrow   ↦ \mapsto   ∧ \wedge
    ∨ \vee   ¬ \neg   ∩ \cap   ∪ \cup   ⊂ \subset   ⊆ \subseteq   ‖ \|   ∥ \parallel   ′ {}'
    ° {}^\circ   ℓ \ell   ⌊ \lfloor   ⌋ \rfloor   ⌈ \lceil   ⌉ \rceil   ⟨ \langle   ⟩ \rangle
    ϕ \phi   ϵ \epsilon   ς \varsigma   ⊤ \top   ⊥ \bot   ∣ \mid   … \ldots   ⁄ /
"""
_words = _SIGNS.split()
_MATHS = dict(zip(_words[::2], _words[1::2], strict=True))
# Accents of mathematics: a typewriter font lacks some of the text's.
_ACCENTS = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0304": "bar",
    "\u0305": "bar",
    "\u0306": "breve",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u030a": "mathring",
    "\u030c": "check",
    "\u20d7": "vec",
}
_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (\w+)")
_GREEK_NAMES = {"LAMDA": "lambda", "EPSILON": "varepsilon", "PHI": "varphi", "OMICRON": "o"}
# Greek capitals that look like Latin ones and have no command of their own.
_LATIN_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True))

_FORMS = {"<sub>": "{{}}_{{{}}}", "<super>": "{{}}^{{{}}}", "<font>": "{}"}


def latex_text(text: str) -> str:
    r"""Write text so that LaTeX shows it.

    A character that this file does not know is an argument of ``\unknown``, which a document
    defines: ``pdflatex`` has no font for most of them, ``lualatex`` may.

    Examples
    --------
    >>> print(latex_text("w_1·x² + σ(ŷ)"))
    w\_1\ensuremath{\cdot}x\ensuremath{{}^{2}}\ +\ \ensuremath{\sigma}(\ensuremath{\hat{\mbox{y}}})
    """
    parts: list[str] = []
    for char in "".join([c if c in _MATHS else unicodedata.normalize("NFD", c) for c in text]):
        if char in _ACCENTS and parts:
            parts[-1] = rf"\ensuremath{{\{_ACCENTS[char]}{{\mbox{{{parts[-1]}}}}}}}"
        else:
            parts.append(_character(char))
    return "".join(parts)


def _character(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isascii():
        return char
    maths = _maths(char)
    return rf"\ensuremath{{{maths}}}" if maths else rf"\unknown{{{char}}}"


def _maths(char: str) -> str:
    if char in _MATHS:
        return _MATHS[char]
    if char in _LATIN_CAPITALS:
        return rf"\mathrm{{{_LATIN_CAPITALS[char]}}}"
    greek = _GREEK.fullmatch(unicodedata.name(char, ""))
    if greek:
        case, letter = greek.groups()
        name = _GREEK_NAMES.get(letter, letter.lower())
        return "\\" + (name.capitalize() if case == "CAPITAL" else name) if len(name) > 1 else name
    letter = _of_parts(unicodedata.decomposition(char))
    double = "DOUBLE-STRUCK" in unicodedata.name(char, "")
    return rf"\mathbf{{{letter}}}" if double and letter else letter


def _of_parts(decomposition: str) -> str:
    # Such as "<super> 0032" for a raised 2, "<font> 0078" for a slanted x.
    kind, *codes = decomposition.split() or [""]
    if not kind.startswith("<"):
        return ""
    inner = [_part(chr(int(code, 16))) for code in codes]
    return _FORMS.get(kind, r"\mathrm{{{}}}").format("".join(inner)) if all(inner) else ""


def _part(sign: str) -> str:
    return sign if sign.isascii() and (sign.isalnum() or sign in "+=()") else _maths(sign)
