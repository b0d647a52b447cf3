from __future__ import annotations

import re
from pathlib import Path

import autograd
from autograd.grading import candidates, judge, slips
from autograd.views import mistakes, player
from autograd.views.mistakes import MISTAKES as SLIPS
from nn.course.terms import MISTAKES, TERMS, VERDICTS

HAN = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;?!(]|[,;][\u4e00-\u9fff]")
KEY = re.compile(r"^\s+\w+: ")  # of an object in JavaScript
TEXTS = (".py", ".js", ".html")


def test_the_terms_stand_in_alphabetical_order() -> None:
    assert list(TERMS) == sorted(TERMS, key=str.lower)
    assert all(HAN.search(chinese) for chinese in TERMS.values())


def test_every_verdict_and_every_mistake_has_its_chinese() -> None:
    assert set(VERDICTS) == {judge.RIGHT_ANSWER, judge.FOLLOWS, judge.WRONG}
    graded = {
        value
        for key, value in vars(slips).items()
        if key.isupper() and type(value) is str and not key.startswith("ROUND_")  # of `decimal`
    }
    others = {candidates.OTHER_QUANTITY, candidates.POINT, candidates.DIGIT, judge.FEW_DIGITS}
    assert graded | others <= {*MISTAKES, *(slip.en for slip in SLIPS)}


def test_the_player_speaks_with_these_terms() -> None:
    texts = (Path(player.__file__).parent / "chinese.js").read_text(encoding="utf-8")
    explained = re.findall(r"^    ([\u4e00-\u9fff]+): ", texts, re.MULTILINE)
    assert len(explained) >= 10
    assert set(explained) <= set(TERMS.values())
    assert TERMS["local gradient"] in mistakes.NO_LOCAL[1]


def test_chinese_texts_have_chinese_punctuation() -> None:
    root = Path(autograd.__file__).parent.parent
    folders = (root / "autograd", root / "nn", root / "notebooks" / "source")
    texts = [path for folder in folders for path in folder.rglob("*") if path.suffix in TEXTS]
    for path in [*texts, root / "README.zh-CN.md", root / "notebooks" / "README.md"]:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not HALF_WIDTH.search(KEY.sub("", line)), f"{path.name}: {line.strip()}"
