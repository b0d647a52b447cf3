"""Printed figures: decimals, agreement, lines of a file."""

import math
from decimal import Decimal

import pytest

from autograd.grading.figures import (
    Figure,
    agreement,
    digits_of,
    exponent,
    figure_line,
    rounds_of,
    written_lines,
)


@pytest.mark.parametrize(
    ("printed", "number", "verdict"),
    [
        ("0.5933", 0.59326999, "match"),
        ("0.5932", 0.59326999, "match (truncated)"),
        ("0.5934", 0.59326999, ""),
        ("0.5931", 0.59326999, ""),
        ("-0.0190", -0.01904912, "match"),
        ("-0.0191", -0.01904912, ""),
        ("-0.01904911", -0.019049118, "match (truncated)"),
        ("0.511301270", 0.5113012702387375, "match"),
        ("0.51130127", 0.5113012702387375, "match"),
        ("0.3925", 0.39249999999999996, "match"),
        ("0.3924", 0.39249999999999996, ""),
        ("0.29837110876000267", 0.2983711087600027, "match"),
        ("0.29837110877", 0.2983711087600027, ""),
        ("0.25", 0.245, "match"),
        ("0.24", 0.245, "match"),
        ("3.51e-05", 3.510187782978859e-05, "match"),
        ("3.52e-05", 3.510187782978859e-05, ""),
        ("1", 0.6, "match"),
        ("0", 0.6, "match (truncated)"),
        ("0.6", -0.6, ""),
        ("0.0", -0.06, "match (truncated)"),
        ("40", 38.0, ""),
        ("4e1", 38.0, "match"),
        (".5", 0.5, "match"),
        ("0.5", math.nan, ""),
        ("0.5", math.inf, ""),
    ],
)
def test_agreement_at_the_printed_precision(printed, number, verdict):
    assert agreement(printed, number) == verdict


def test_what_has_no_digits_has_no_last_digit():
    with pytest.raises(ValueError, match="NaN has no digits"):
        exponent(Decimal("nan"))


def test_rounds_are_taken_off_a_name():
    assert rounds_of("w5+") == ("w5", 1)
    assert rounds_of("E_total@10000") == ("E_total", 10_000)
    with pytest.raises(ValueError, match="after @ a number of rounds up to 100,000"):
        rounds_of("w5@100001")


@pytest.mark.parametrize("printed", ["1e309", "0.E589", "0e400", "9" * 400])
def test_a_figure_is_no_larger_than_a_float(printed):
    with pytest.raises(ValueError, match=r"the figure of 'w' is too large: a float reaches up"):
        digits_of("w", printed)
    assert digits_of("w", "1.7e308") == "1.7e308"


def test_digits_may_have_the_minus_of_printed_mathematics():
    assert digits_of("w", " −0.5 ") == "-0.5"
    with pytest.raises(ValueError, match="the figure of 'w' is a number such as"):
        digits_of("w", "0,5")


def test_decimals_are_counted():
    assert [Figure("w", 0, printed).decimals for printed in ("0.2980", "40", "3.5e-5")] == [4, 0, 6]


def test_lines_that_say_something_have_their_place(tmp_path):
    path = tmp_path / "figures.txt"
    path.write_text("\ufeffw, 0.5 # mine\n\n  # nothing\nb , −1\nc\n", encoding="utf-8")
    places = [f"{str(path)!r}, line {number}" for number in (1, 4, 5)]
    lines = list(written_lines(path))
    assert lines == list(zip(places, ("w, 0.5", "b , −1", "c"), strict=True))
    read = [figure_line(*line, lambda name, printed: (name, printed)) for line in lines[:2]]
    assert [(name.strip(), printed.strip()) for name, printed in read] == [
        ("w", "0.5"),
        ("b", "−1"),
    ]
    with pytest.raises(ValueError, match=r"line 5: 'name, figure' is expected"):
        figure_line(*lines[2], lambda *_: None)


def test_a_figure_has_no_more_digits_than_the_longest_float():
    assert digits_of("w", "0." + "1" * 1098) == "0." + "1" * 1098
    with pytest.raises(ValueError, match=r"of 'w' has 1,101 characters; at most 1,100 are read"):
        digits_of("w", "0." + "1" * 1099)
    assert digits_of("w", "0e308") == "0e308"
    assert rounds_of("w5@100000") == ("w5", 100_000)


@pytest.mark.parametrize(
    ("printed", "number", "verdict"),
    [
        ("0.5", 0.55, "match"),  # the float is a little more than 55 hundredths
        ("0.5", 0.5500000000001, "match"),  # as much as an engine may be off
        ("0.5", 0.550000000001, "match (truncated)"),
        ("0.5", 0.5999999999990, "match (truncated)"),
        ("0.5", 0.5999999999999, ""),
        ("-0.5", -0.59, "match (truncated)"),
        ("0.0", 0.09, "match (truncated)"),
    ],
)
def test_the_engine_may_be_off_by_a_unit_in_the_twelfth_digit(printed, number, verdict):
    assert agreement(printed, number) == verdict
