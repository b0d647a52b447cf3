"""The known slips in deriving a gradient by hand, and what number each of them gives.

A slip is plain data: which numbers of the links it takes, and what it makes of them. So the sheet
of a quiz, the quiz in the player and whatever grades figures read one list.

Read next: the room `write`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograd.sums import added

TOLERANCE = 0.005  # relative: a figure of three significant digits is taken for the number
POINT_SLIPS = (0.001, 0.01, 0.1, 10.0, 100.0, 1000.0)

Numbers = Mapping[str, Sequence[float]]
"""What a question is about: of each link to the value ``upstream``, ``local``, ``contribution``.

For a local derivative there is one link, and beside it ``total``, the total derivatives of the
output and of the node by the parent, and ``other``, the local ones through the other arguments.
"""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One known slip.

    Parameters
    ----------
    question : {"gradient", "local"}
        What was asked for: a gradient, or a local derivative.
    takes : str
        Which of the `Numbers` it takes.
    alone : bool
        True: each of them by itself may be the answer given; False: their sum.
    factors : tuple of float
        By what it multiplies that, each giving an answer.
    en, zh : str
        What was done, in English and in Chinese.
    """

    question: str
    takes: str
    alone: bool
    factors: tuple[float, ...]
    en: str
    zh: str

    def answers(self, numbers: Numbers) -> Iterator[float]:
        """What somebody who makes it writes."""
        taken = numbers[self.takes]
        for number in taken if self.alone else [added(taken)]:
            for factor in self.factors:
                yield number * factor


SIGN = ("wrong sign", "符号错误")
NO_LOCAL = ("missing local factor", "漏乘局部梯度")
POINT = ("slipped decimal point", "小数点移位")
ONE_PATH = ("overwritten instead of accumulated: one path only", "覆盖而未累加：只算了一条路径")
NO_UPSTREAM = ("forgot upstream", "漏乘上游梯度")

MISTAKES = (
    Mistake("gradient", "contribution", True, (1.0,), *ONE_PATH),
    Mistake("gradient", "contribution", False, (-1.0,), *SIGN),
    Mistake("gradient", "upstream", False, (1.0,), *NO_LOCAL),
    Mistake("gradient", "upstream", True, (1.0,), *NO_LOCAL),
    Mistake("gradient", "local", False, (1.0,), *NO_UPSTREAM),
    Mistake(
        "gradient", "local", True, (1.0,),
        "local derivative instead of the total one", "把局部梯度当作总梯度",
    ),
    Mistake("gradient", "contribution", False, POINT_SLIPS, *POINT),
    Mistake("local", "local", False, (-1.0,), *SIGN),
    Mistake(
        "local", "total", True, (1.0,),
        "total derivative instead of the local one", "把总梯度当作局部梯度",
    ),
    Mistake("local", "contribution", False, (1.0,), "multiplied by upstream", "多乘了上游梯度"),
    Mistake("local", "other", True, (1.0,), "through another argument", "对另一个自变量求导"),
    Mistake("local", "local", False, POINT_SLIPS, *POINT),
)  # fmt: skip
"""In the order in which they are suspected."""


def agrees(given: float, number: float) -> bool:
    """Whether a figure, of three significant digits or more, is the number.

    Examples
    --------
    >>> agrees(0.0822, 0.082167), agrees(0.09, 0.082167)
    (True, False)
    """
    return abs(given - number) <= TOLERANCE * abs(number)


def expected(question: str, numbers: Numbers, answer: float) -> Iterator[tuple[Mistake, float]]:
    """Yield each slip with what it gives, unless that is the answer itself."""
    for mistake in MISTAKES:
        if mistake.question == question:
            for wrong in mistake.answers(numbers):
                if not agrees(wrong, answer):
                    yield mistake, wrong


def mistake_in(given: float, question: str, numbers: Numbers, answer: float) -> Mistake | None:
    """Name the slip that a wrong answer comes from; None where it is not a known one.

    Examples
    --------
    >>> two_links = {"upstream": [1.0, 1.0], "local": [3.0, 3.0], "contribution": [3.0, 3.0]}
    >>> mistake_in(3, "gradient", two_links, 6.0).en
    'overwritten instead of accumulated: one path only'
    >>> mistake_in(60, "gradient", two_links, 6.0).en
    'slipped decimal point'
    """
    suspects = expected(question, numbers, answer)
    return next((mistake for mistake, wrong in suspects if agrees(given, wrong)), None)
