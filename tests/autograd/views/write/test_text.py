import pytest

from autograd.views.write.text import check_precision, number, shorten, visible, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("w1", "w1"),
        ("two words", "two words"),
        ("", ""),
        ("  ", "␣␣"),
        ("σ(z)·½", "σ(z)·½"),
        ("a\nb\tc", "a␊b␉c"),
        ("nul\0", "nul␀"),
        ("\x7f\x85", "␡\ufffd"),
        ("left\u202eright\u2066", "left\ufffdright\ufffd"),
        ("zero\u200bwidth\ufeff", "zero\ufffdwidth\ufffd"),
        ("\ud800", "\ufffd"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
        ("\u2028", "\ufffd"),
        ("权重", "权重"),
        ("e\u0301\u0302", "e\u0301\u0302"),
        ("e" + "\u0301\u0336" * 50, "e\u0301\u0336"),
    ],
)
def test_what_cannot_be_seen_becomes_a_sign(text, shown):
    assert visible(text) == shown
    shown.encode()


def test_chinese_and_emoji_take_two_columns():
    assert width("abc") == 3
    assert width("权重w") == 5
    assert width("한国カ🙂") == 8
    assert width("é·−…") == 4


@pytest.mark.parametrize("columns", range(1, 12))
@pytest.mark.parametrize("keep_end", [False, True])
@pytest.mark.parametrize("text", ["w", "abcdefghijkl", "权重权重权重", "a权b重c权d"])
def test_shortened_text_fits_and_says_that_it_is_cut(text, columns, keep_end):
    short = shorten(text, columns, keep_end=keep_end)
    assert width(short) <= columns
    if width(text) <= columns:
        assert short == text
    elif keep_end:
        assert short[0] == "…"
        assert text.endswith(short[1:])
    else:
        assert short[-1] == "…"
        assert text.startswith(short[:-1])


def test_a_double_width_character_is_never_halved():
    assert shorten("权重权重", 4) == "权…"
    assert shorten("权重权重", 4, keep_end=True) == "…重"


def test_numbers_have_the_asked_significant_digits():
    assert number(0.298371109, 6) == "0.298371"
    assert number(-1.23456789e-300, 6) == "−1.23457e-300"
    assert number(2.0, 6) == "2"
    assert number(float("nan"), 6) == "nan"
    assert number(float("-inf"), 3) == "−inf"


EMOJI = ["👨‍👩‍👧‍👦", "❤️", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪", "1️⃣", "👩‍🔬", "🏳️‍🌈"]


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_of_several_characters_is_one(emoji):
    assert visible(emoji) == emoji
    assert width(f"a{emoji}b") == 4
    assert shorten(f"{emoji}{emoji}", 3) == f"{emoji}…"
    assert shorten(f"{emoji}ab", 3) == "…" if width(emoji) > 2 else f"{emoji}…"
    assert shorten(f"ab{emoji}", 3, keep_end=True) == f"…{emoji}"
    assert shorten(f"a{emoji}", 2) == "a…"


def test_a_joiner_that_joins_no_emoji_is_a_sign():
    assert visible("a\u200db") == "a\ufffdb"
    assert visible("👩\u200d") == "👩\ufffd"
    assert visible("≠\u200d≠") == "≠\ufffd≠"


@pytest.mark.parametrize(("given", "error"), [(0, ValueError), (18, ValueError), (True, TypeError)])
def test_a_precision_is_from_1_to_17(given, error):
    check_precision(1)
    check_precision(17)
    with pytest.raises(error, match="precision must be"):
        check_precision(given)
