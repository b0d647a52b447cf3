import re

import pytest

from autograd import Value
from autograd.views.player.captions import CHINESE, ENGLISH
from autograd.views.player.film import Film
from autograd.views.player.shapes import Text


def test_both_languages_fill_in_the_same():
    for english, chinese in zip(ENGLISH, CHINESE, strict=True):
        assert sorted(re.findall(r"{\w*}", english)) == sorted(re.findall(r"{\w*}", chinese))


@pytest.mark.parametrize("fold", [None, "layer"])
def test_no_english_word_is_left_in_a_chinese_film(graphs, fold):
    film = Film(graphs.loss(graphs.network(2, 3, 1)), fold, lang="zh")
    texts = [mark.shape.text for mark in film.marks if isinstance(mark.shape, Text)]
    said = re.sub(r"(?:layers|neurons)[.\w]*", "", " ".join(texts))
    assert re.findall(r"[A-Za-z]{3,}", said) == []
    assert any("链式法则" in text for text in texts) or fold is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_caption_is_wider_than_the_film(lang):
    x = Value(3.0, "x")
    film = Film(x * x, lang=lang)
    longest = max(
        len(mark.shape.text)
        for mark in film.marks
        if isinstance(mark.shape, Text) and mark.shape.size == 14
    )
    assert film.size()[0] >= 8.4 * longest + 16
    assert f'width="{film.size()[0]:g}"' in film.frame(2)
