"""How likely chance is, and what is a misprint away."""

import pytest

from autograd.grading.chance import by_chance, digits, misprinted


@pytest.mark.parametrize(
    ("printed", "numbers", "chance"),
    [
        ("0.25", [0.1, 0.2, 0.3], 0.15),
        ("0.2500", [0.1, 0.2, 0.3], 0.0015),
        ("0.25", [0.1, 0.101, 0.2, 0.3], 0.15),  # two candidates that print alike are one
        ("0.01", [0.1, 0.2, 0.3], 1.0),
        ("0.25", [0.1], 0.0),
        ("0.25", [0.1, float("nan"), float("inf")], 0.0),
        ("0.0", [0.1, 0.5], 1.0),
    ],
)
def test_chance_is_the_share_of_the_spread_that_candidates_cover(printed, numbers, chance):
    assert by_chance(printed, numbers) == pytest.approx(chance)


@pytest.mark.parametrize(
    ("printed", "number", "expected"),
    [
        ("0.2984", 0.29837110876, True),
        ("0.2983", 0.29837110876, True),
        ("0.3974", 0.29837110876, False),
        ("0.3984", 0.29837110876, True),
        ("0.3002", 0.29981, True),
        ("-0.2984", 0.29837110876, False),
        ("29.84", 0.29837110876, False),
        ("0.5", float("nan"), False),
        ("0.5", 1e300, False),
    ],
)
def test_one_wrong_digit_or_a_few_units_of_the_last(printed, number, expected):
    assert misprinted(printed, number) is expected


def test_digits_are_counted_from_the_first_that_is_not_0():
    assert [digits(each) for each in ("0.0210", "-3.51e-05", "0.0", "12")] == [3, 3, 1, 2]
