"""What a grading found, as a table, HTML or JSON.

Read next: `grade`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from autograd.grading.judge import FOLLOWS, RIGHT_ANSWER, Verdict
from autograd.sums import added
from autograd.views.write.table import Table
from autograd.views.write.text import visible

CREDIT = {RIGHT_ANSWER: 1.0, FOLLOWS: 1.0}
RAREST = 1e-6
DIGITS = 9  # significant digits of what is right


@dataclass(frozen=True, slots=True)
class Item:
    """The verdict on one answer.

    Parameters
    ----------
    name : str
        What was asked, such as ``"dE/dw5"``.
    given : str
        The answer, digit for digit.
    right : float
    verdict : {"right", "right after an earlier mistake", "wrong"}
    mistake : str or None
        The name of the mistake that gives the answer, where chance gives one like it less than once
        in 1,000 times.
    reason : str
        What was done, in a few words; for an unexplained answer the nearest guess, if there is one.
    chance : float
        How likely it is that one of all the mistakes tried gives the answer by chance.
    """

    name: str
    given: str
    right: float
    verdict: str
    mistake: str | None
    reason: str
    chance: float

    @property
    def credit(self) -> float:
        """1.0 where the answer is right, also after an earlier mistake, else 0.0."""
        return CREDIT.get(self.verdict, 0.0)


@dataclass(frozen=True, slots=True)
class Grade:
    """What a grading found; prints as a table; see `grade`.

    Parameters
    ----------
    items : tuple of Items
        One for each answer, in the order of the calculation.

    Examples
    --------
    >>> from autograd import Value, grade
    >>> w = Value(3.0, "w")
    >>> y = w * w
    >>> y.label = "y"
    >>> found = grade(y, {"y": "9", "dy/dw": "3"})
    >>> found.score, [item.verdict for item in found.items]
    (0.5, ['right', 'wrong'])
    """

    items: tuple[Item, ...]

    @property
    def score(self) -> float:
        """The credit of all items together, from 0.0 to 1.0."""
        return added(item.credit for item in self.items) / len(self.items)

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The names of the mistakes, each once, in the order in which they were made."""
        return tuple(dict.fromkeys(item.mistake for item in self.items if item.mistake))

    def table(self, answers: bool = True) -> Table:
        """The items as rows; without `answers` what is right is left out.

        Parameters
        ----------
        answers : bool

        Returns
        -------
        Table
        """
        rows = []
        for item in self.items:
            right = (f"{item.right + 0.0:.{DIGITS}g}",) if answers else ()
            why = ": ".join(part for part in (item.mistake, item.reason) if part)
            rows.append(
                (visible(item.name), item.given, *right, item.verdict, visible(why), _one_in(item))
            )
        right = ("right",) if answers else ()
        return Table(
            ("figure", "given", *right, "verdict", "why", "by chance"),
            rows,
            numeric=(1, 2) if answers else (1,),
        )

    @property
    def text(self) -> str:
        """The table and the score, for a teacher: what is right stands in it."""
        return f"{self.table().text()}\n\n{self._summary()}"

    def html(self, *, answers: bool = True) -> str:
        """The table as HTML; without `answers` what is right is left out.

        Parameters
        ----------
        answers : bool
        """
        return f'<div class="stepgrad-grade">{self.table(answers).html(self._summary())}</div>'

    def json(self, *, answers: bool = False) -> str:
        """Credit and reason of each item, for programs.

        Parameters
        ----------
        answers : bool
            Whether what is right is told too.
        """
        items = []
        for item in self.items:
            told: dict[str, object] = {
                "name": item.name,
                "given": item.given,
                "verdict": item.verdict,
                "credit": item.credit,
                "mistake": item.mistake,
                "reason": item.reason,
                "chance": item.chance,
            }
            if answers:
                told["right"] = item.right
            items.append(told)
        return json.dumps({"score": self.score, "items": items}, ensure_ascii=False, indent=1)

    def _summary(self) -> str:
        counts = [
            f"{sum(item.verdict == verdict for item in self.items)} {verdict}"
            for verdict in dict.fromkeys([RIGHT_ANSWER, *(item.verdict for item in self.items)])
        ]
        percent = floor(1000.0 * self.score) / 10.0  # rounded down: 100 % is for all right
        return f"score {percent:g}%: {', '.join(counts)}"

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Grade: {self._summary()}>"

    def _repr_html_(self) -> str:
        return self.html()


def grade_of(verdicts: Sequence[Verdict]) -> Grade:
    """Put verdicts into the form in which people read them."""
    return Grade(tuple(map(_item, verdicts)))


def _item(told: Verdict) -> Item:
    asked = told.answer
    why = (told.verdict, told.mistake, told.reason, told.chance)
    return Item(asked.name, asked.printed, asked.right, *why)


def _one_in(item: Item) -> str:
    if not item.chance:
        return ""
    return f"1 in {1.0 / item.chance:,.0f}" if item.chance > RAREST else "less than 1 in a million"
