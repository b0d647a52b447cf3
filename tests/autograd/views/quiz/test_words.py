from autograd.views.quiz.words import WORDS


def test_both_languages_have_the_same_places_to_fill():
    import re

    for english, chinese in zip(WORDS["en"], WORDS["zh"], strict=True):
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", chinese))
        assert any("\u4e00" <= char <= "\u9fff" for char in chinese)
