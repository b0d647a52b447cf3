import re

import pytest

from autograd import Value, draw
from autograd.views.draw.picture import picture
from autograd.views.draw.words import CHINESE, ENGLISH, LANGUAGES
from autograd.views.write.text import width

LATIN = re.compile(r"[A-Za-z]{3,}")


def test_no_chinese_key_is_wider_than_the_english_one():
    for key, word in CHINESE.keys.items():
        assert width(word) <= width(ENGLISH.keys[key])


def test_both_languages_fill_in_the_same():
    for english, chinese in zip(ENGLISH, CHINESE, strict=True):
        if isinstance(english, str):
            assert sorted(re.findall(r"{\w*}", english)) == sorted(re.findall(r"{\w*}", chinese))
        else:
            assert english.keys() == chinese.keys()
    assert LANGUAGES == ("en", "zh")


@pytest.mark.parametrize("fold", [None, "layer"])
def test_a_chinese_drawing_has_the_english_layout_and_no_english_words(graphs, fold):
    root = graphs.loss(graphs.network(2, 3, 1))
    root.backward()
    english, chinese = (draw(root, fold=fold, lang=lang) for lang in LANGUAGES)
    assert chinese.placement == english.placement
    said = " ".join(re.findall(r">([^<]*)<", chinese.svg()))
    said = re.sub(r"(?:layers|neurons)[.\w]*|：\w+", "", said)  # labels and operations
    said = re.sub(r"\.stepgrad.*}", "", said, flags=re.S)
    assert set(LATIN.findall(said)) <= {"tanh", "dot"}


def test_titles_rows_and_legend_are_chinese():
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    y.backward()
    drawing = draw(y, lang="zh")
    assert [card.title.split("\n")[1:] for card in drawing.picture.cards] == [
        ["输入", "值 3.0", "梯度 6.0"],
        ["输出：multiply", "值 9.0", "梯度 1.0"],
    ]
    svg = drawing.svg()
    assert "<title>y 的计算图</title>" in svg
    assert "数据从左到右流动，2 张卡片之间有 2 条连线：1 个输入、1 个输出。y = 9。" in svg
    assert re.findall(r'class="key"[^>]*>([^<]*)', svg) == ["值", "梯度", "值", "梯度"]
    assert {"输入", "输出"} <= set(re.findall(r'class="name"[^>]*>([^<]*)', svg))
    assert ">data<" not in drawing.source
    assert ">值<" in drawing.source
    assert "\n   值  梯度\nx   3     6\n" in drawing._repr_html_()


def test_modules_and_long_sums_say_what_they_hold(graphs):
    network = graphs.loss(graphs.network(2, 3, 1))
    titles = [card.title for card in picture([network], fold_by="layer", lang="zh").cards]
    assert "layers.0\n模块：3 个神经元、9 个参数、15 个节点" in titles
    total = sum(Value(float(k), f"x{k}") for k in range(1, 8))
    assert picture([total], lang="zh").cards[-1].title.endswith("\n项 7")


def test_one_card_is_no_plural():
    assert [ENGLISH.number_of(count, "input") for count in (1, 2, 11)] == [
        *("1 input", "2 inputs", "11 inputs")
    ]
    assert [CHINESE.number_of(count, "input") for count in (1, 2)] == ["1 个输入", "2 个输入"]


def test_another_language_is_refused():
    with pytest.raises(ValueError, match=r"lang must be one of 'en', 'zh', not 'de'"):
        draw(Value(1.0), lang="de")
