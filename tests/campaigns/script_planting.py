"""Which faults can be planted in a script of a page, and which function each stands in.

A reader of tokens is enough: a fault is another operator, comparison, constant or condition, or a
statement less. It reads the scripts of this project, where statements end in a semicolon.

Read next: `script_noticing`, which runs the tests, and `scripts`, the command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests.campaigns.planting import Mutant

OTHER = {
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "%": "*",
    "**": "*",
    "<<": ">>",
    "&": "|",
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "===": "!==",
    "!==": "===",
    "&&": "||",
    "||": "&&",
    "??": "&&",
    "+=": "-=",
    "-=": "+=",
    "*=": "/=",
    "++": "--",
    "?.": ".",
}
OTHER_WORDS = {"true": "false", "false": "true"}
OTHER_FUNCTIONS = {"min": "max", "max": "min", "floor": "ceil", "ceil": "floor"}  # of Math
KEYWORDS = {
    *("const", "let", "return", "if", "for", "while", "do", "else", "throw", "try", "catch"),
    *("finally", "switch", "case", "default", "break", "continue", "function", "class", "async"),
    *("await", "import", "export", "of", "in", "new", "typeof"),
}
HEADS = {"if", "for", "while", "switch", "catch"}
LONGEST = 200  # characters of a statement that is left out: of a longer one, parts are

_TOKEN = re.compile(
    r"""
    (?P<room>\s+|//[^\n]*)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)
  | (?P<word>[\w$]+)
  | (?P<sign>>>>=|>>>|\.\.\.|===|!==|\*\*|\?\?=|=>|<=|>=|<<|>>)
  | (?P<more>&&|\|\||\?\?|\?\.|\+\+|--|[-+*/|&]=|.)
    """,
    re.VERBOSE,
)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_CHUNK = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*")  # of a template


class Token(NamedTuple):
    """A word, number, sign or string (a regular expression too) and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Take a script apart; a template becomes strings with code between them."""
    found: list[Token] = []
    braces: list[str] = []
    place = 0

    def add(kind: str, end: int) -> int:
        found.append(Token(kind, text[place:end], place, end))
        return end

    def chunk(start: int) -> int:
        match = _CHUNK.match(text, start)
        assert match is not None
        return match.end()

    while place < len(text):
        sign = text[place]
        if sign == "`" or (sign == "}" and braces[-1] == "${"):
            if sign == "}":
                place = add("sign", place + 1)
                braces.pop()
            place = add("string", chunk(place + (sign == "`")))
            if text[place] == "`":
                place += 1
            else:
                braces.append("${")
                place = add("sign", place + 2)
            continue
        if sign == "/" and not (found and _is_operand(found[-1])) and text[place + 1] != "/":
            pattern = _PATTERN.match(text, place)
            assert pattern is not None
            place = add("string", pattern.end())
            continue
        match = _TOKEN.match(text, place)
        assert match is not None
        assert match.lastgroup is not None
        if sign == "{":
            braces.append(sign)
        elif sign == "}":
            braces.pop()
        kind = match.lastgroup.replace("more", "sign")
        place = match.end() if kind == "room" else add(kind, match.end())
    return found


def _is_operand(token: Token) -> bool:
    if token.kind == "sign":
        return token.text in (")", "]", "}")
    return token.text not in KEYWORDS


@dataclass(frozen=True)
class Function:
    """A function of a script: its body, from one offset to another."""

    start: int
    end: int
    is_block: bool


class Script:
    """A script's text, its tokens, which bracket ends which, and its functions."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.partner: dict[int, int] = {}
        self.around: list[int | None] = []  # the bracket in which each token stands
        open_: list[int] = []
        for i, token in enumerate(self.tokens):
            self.around.append(open_[-1] if open_ else None)
            if token.kind == "sign" and token.text in ("(", "[", "{", "${"):
                open_.append(i)
            elif token.kind == "sign" and token.text in (")", "]", "}"):
                j = open_.pop()
                self.partner[i], self.partner[j] = j, i
        self.functions = list(self._functions())

    def is_string(self, i: int) -> bool:
        """Say whether a token is a string, a regular expression or a part of a template."""
        return 0 <= i < len(self.tokens) and self.tokens[i].kind == "string"

    def at(self, i: int) -> str:
        """Return a token's text, or nothing outside the script and for a string."""
        inside = 0 <= i < len(self.tokens) and not self.is_string(i)
        return self.tokens[i].text if inside else ""

    def between(self, i: int, j: int) -> tuple[int, int]:
        """Return where the tokens from *i* to *j* begin and end."""
        return self.tokens[i].start, self.tokens[j].end

    def opens_block(self, i: int) -> bool:
        """Say whether a brace begins statements, not an object."""
        before = self.at(i - 1)
        words = ("else", "try", "finally", "do", "catch")
        return i == 0 or before in (";", "=>", ")", "{", "}", *words)

    def begins_statement(self, i: int) -> bool:
        """Say whether a statement begins with a token."""
        before, around = self.at(i - 1), self.around[i]
        if around is not None and self.at(around) != "{":
            return False  # in the head of a loop a semicolon stands too
        if i == 0 or before in (";", "else", "do"):
            return True
        if before == "{":
            return self.opens_block(i - 1)
        if before == "}":
            return self.at(self.partner[i - 1]) == "{" and self.opens_block(self.partner[i - 1])
        return before == ")" and self.at(self.partner[i - 1] - 1) in HEADS - {"catch"}

    def end_of_statement(self, i: int) -> int:
        """Return the semicolon that ends a statement."""
        while self.at(i) != ";":
            i = self.partner.get(i, i) + 1
        return i

    def condition(self, question: int) -> int:
        """Return the first token of the condition of ``condition ? one : other``."""
        i = question
        stops = ("(", "[", "{", "${", ",", ";", "=", "=>", "?", ":", "...", "return", "else", "")
        while True:
            before = self.at(i - 1)
            if before in (")", "]", "}"):
                i = self.partner[i - 1]
            elif i == 0 or (before in stops and not self.is_string(i - 1)):
                return i
            else:
                i -= 1

    def _functions(self) -> Iterator[Function]:
        for i in range(len(self.tokens)):
            if self.at(i) == "{" and self.at(i - 1) == ")":
                head = self.at(self.partner[i - 1] - 1)
                if head not in HEADS:  # a method
                    yield Function(self.tokens[i].end, self.tokens[self.partner[i]].start, True)
            elif self.at(i) == "=>" and self.at(i + 1) == "{":
                end = self.partner[i + 1]
                yield Function(self.tokens[i + 1].end, self.tokens[end].start, True)
            elif self.at(i) == "=>":
                yield Function(self.tokens[i].end, self._end_of_expression(i + 1), False)

    def _end_of_expression(self, i: int) -> int:
        questions = 0
        while self.at(i) not in (",", ";", ")", "]", "}"):
            if self.at(i) == ":" and questions == 0:
                break
            questions += (self.at(i) == "?") - (self.at(i) == ":")
            i = (self.partner[i] if self.at(i) in ("(", "[", "{", "${") else i) + 1
        return self.tokens[i].start

    def function_at(self, place: int) -> int:
        """Return the number of the innermost function around an offset, or -1 for none."""
        around = [k for k, f in enumerate(self.functions) if f.start <= place < f.end]
        return min(
            around, key=lambda k: self.functions[k].end - self.functions[k].start, default=-1
        )

    def marked(self, mark: str) -> str:
        """Return the script in which each function that runs says so.

        *mark* is JavaScript with a place for the function's number, -1 for the script itself; its
        value is false.
        """
        text = self.text.rstrip() + f"\n{mark.format(-1)};\n"
        for number, function in reversed(list(enumerate(self.functions))):
            said = mark.format(number) + ("; " if function.is_block else " ? 0 : ")
            text = text[: function.start] + " " + said + text[function.start :]
        return text


# ------------------------------------------------------------------------------- what can go wrong


def script_mutants(path: str, text: str) -> list[Mutant]:
    """Return all faults that can be planted in a script, in the order of its lines."""
    script = Script(text)
    rows = text.splitlines()
    found = []
    for i in range(len(script.tokens)):
        for first, last, new in _changes(script, i):
            start, end = script.between(first, last)
            line = text.count("\n", 0, start) + 1
            mutant = Mutant(path, line, start, end, text[start:end], new, rows[line - 1].strip())
            found.append(mutant)
    return sorted(set(found), key=lambda mutant: (mutant.start, mutant.end, mutant.new))


def _changes(script: Script, i: int) -> Iterator[tuple[int, int, str]]:
    """Say what may stand in the place of the tokens from one to another."""
    token = script.tokens[i]
    match token.kind:
        case "number":
            yield i, i, _larger(token.text)
        case "sign":
            yield from _other_sign(script, i)
        case "word":
            yield from _other_word(script, i)
    is_expression = token.kind == "word" or token.text == "["
    keeps = token.text in KEYWORDS - {"await", "break", "continue"}
    if is_expression and not keeps and script.begins_statement(i):
        end = script.end_of_statement(i)
        start, stop = script.between(i, end)
        if stop - start <= LONGEST:
            yield i, end, ";"


def _larger(number: str) -> str:
    plain = number.replace("_", "")
    if plain.isdigit():
        return str(int(plain) + 1)
    size = float(plain)
    return repr(size + 1 if size + 1 > size else 2 * size)


def _other_sign(script: Script, i: int) -> Iterator[tuple[int, int, str]]:
    sign = script.at(i)
    is_binary = i > 0 and _is_operand(script.tokens[i - 1])
    joins_text = script.is_string(i - 1) or script.is_string(i + 1)
    if sign == "!" or (sign == "-" and not is_binary):
        yield i, i, ""
    elif sign == "?":
        start = script.condition(i)
        yield from _negated(script, start, i - 1)
    elif sign == "?." and script.at(i + 1) in ("(", "["):
        yield i, i, ""
    elif sign in OTHER and (is_binary or sign == "++") and not (sign == "+" and joins_text):
        yield i, i, OTHER[sign]


def _other_word(script: Script, i: int) -> Iterator[tuple[int, int, str]]:
    word = script.at(i)
    if word in OTHER_WORDS:
        yield i, i, OTHER_WORDS[word]
    elif script.at(i - 1) == "." and script.at(i - 2) == "Math" and word in OTHER_FUNCTIONS:
        yield i, i, OTHER_FUNCTIONS[word]
    elif word == "if" and script.at(i + 1) == "(":
        yield from _negated(script, i + 2, script.partner[i + 1] - 1)
    elif word == "while" and script.at(i + 1) == "(":
        yield i + 2, script.partner[i + 1] - 1, "false"
    elif word == "return" and script.at(i + 1) not in (";", "undefined"):
        end = script.end_of_statement(i)
        if script.tokens[end].end - script.tokens[i].start <= LONGEST:
            yield i, end, "return;"


def _negated(script: Script, first: int, last: int) -> Iterator[tuple[int, int, str]]:
    signs = {script.at(i) for i in range(first, last + 1)}
    alone = not signs & {"&&", "||", "?"}
    if alone and (signs & {"===", "!=="} or script.at(first) == "!"):
        return  # the comparison's own fault is the same
    start, end = script.between(first, last)
    yield first, last, f"!({script.text[start:end]})"
