"""What is a misprint away."""

import pytest

from autograd.grading.chance import digits, misprinted


@pytest.mark.parametrize(
    ("printed", "number", "expected"),
    [
        ("0.2984", 0.29837110876, True),
        ("0.2983", 0.29837110876, True),
        ("0.3974", 0.29837110876, False),
        ("0.3984", 0.29837110876, True),
        ("0.3002", 0.29981, True),
        ("0.3004", 0.2995, True),
        ("0.3005", 0.2995, False),
        ("-0.2984", 0.29837110876, False),
        ("29.84", 0.29837110876, False),
        ("0.5", float("nan"), False),
        ("0.5", 1e300, False),
        ("0.0098", 0.1098, True),  # one digit, the first
        ("0.0008", 0.1008, False),  # one digit, and more than a hundred times as much
        ("0.0100", -0.0100, False),
        ("0.00", -0.001, True),
    ],
)
def test_one_wrong_digit_or_a_few_units_of_the_last(printed, number, expected):
    assert misprinted(printed, number) is expected


def test_digits_are_counted_from_the_first_that_is_not_0():
    assert [digits(each) for each in ("0.0210", "-3.51e-05", "0.0", "12")] == [3, 3, 1, 2]
