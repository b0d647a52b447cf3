"""Printed figures: names, decimals, agreement, files."""

from collections import Counter

import pytest

from nn.worked_example import FROZEN, PER_NEURON, figure, published, read_figures
from nn.worked_example.figures import known_names
from nn.worked_example.rules import figures_after


def test_decimals_are_counted_as_printed():
    assert figure("w7+", "0.511301270").decimals == 9
    assert figure("E_total", "3.51e-05").decimals == 7
    assert figure("E_total", "1").decimals == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("net_h1", ("net_h1", 0)),
        (" dE/dw5 ", ("dE/dw5", 0)),
        ("w5+", ("w5", 1)),
        ("w5@1", ("w5", 1)),
        ("E_total@10000", ("E_total", 10_000)),
        ("∂E/∂w5", ("dE/dw5", 0)),
        ("∂E_total/∂out_o1", ("dE/dout_o1", 0)),
        ("b_o2@3", ("b_o2", 3)),
    ],
)
def test_names_of_figures(name, expected):
    read_as = figure(name, "0.1")
    assert (read_as.name, read_as.rounds) == expected


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no figure called 'net_h3' \(did you mean 'net_h") as e:
        figure("net_h3", "0.1")
    for name in ("net_h1", "dE/dw5", "dout_o1/dnet_o1", "dE_o2/dout_h1", "b_h1", "name@n"):
        assert name in str(e.value)
    with pytest.raises(ValueError, match="no figure called 'zzz'; the figures are i1, "):
        figure("zzz", "0.1")
    with pytest.raises(ValueError, match="no figure called ''"):
        figure("", "0.1")


@pytest.mark.parametrize("printed", ["", "abc", "0.1.2", "nan", "inf", "1_000", "0,5", "1e9999"])
def test_what_is_no_number_is_refused(printed):
    with pytest.raises(ValueError, match=f"the figure of 'w1' is a number .*, not {printed!r}"):
        figure("w1", printed)


@pytest.mark.parametrize("rounds", ["100001", "9" * 5000, "-1", "1.5", "", "²", "2+"])
def test_impossible_numbers_of_rounds_are_refused(rounds):
    assert figure("w1@100000", "0.1").rounds == 100_000
    with pytest.raises(ValueError, match="after @ a number of rounds up to 100,000 is expected"):
        figure(f"w1@{rounds}", "0.1")


def test_every_known_name_can_be_looked_up():
    for rule in (FROZEN, PER_NEURON):
        assert set(figures_after(1, 0.5, rule)) <= set(known_names())
    assert len(set(known_names())) == len(known_names())


def test_published_figures_are_those_of_the_notes_and_of_the_tutorial():
    sources = Counter(each.source for each in published())
    assert sources == {"notes": 8, "tutorial": 33}
    texts = {(each.name, each.rounds, each.printed) for each in published()}
    assert ("w7", 1, "0.511301270") in texts  # with the zero that is printed
    assert ("E_total", 10_000, "0.0000351085") in texts


def homework(tmp_path, text):
    path = tmp_path / "homework.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_homework_may_have_remarks_and_the_minus_of_print(tmp_path):
    path = homework(tmp_path, "w5+, 0.3589  # after one update\r\ndE_o2/dout_h1, −0.019\r\n")
    assert [(f.name, f.rounds, f.printed) for f in read_figures(path)] == [
        ("w5", 1, "0.3589"),
        ("dE_o2/dout_h1", 0, "-0.019"),
    ]


@pytest.mark.parametrize("text", ["\x1b[31mnet_h1, 0.3", "net_h1, \x1b]0;a\x07", "net\x1b[2J", "#"])
def test_control_characters_of_a_file_are_not_passed_on(tmp_path, text):
    path = tmp_path / "\x1b[1mhomework.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"'.*\\x1b\[1mhomework\.txt'") as caught:
        read_figures(path)
    assert str(caught.value).isprintable()
    path.write_bytes(b"\xff")
    with pytest.raises(ValueError, match="UTF-8") as caught:
        read_figures(path)
    assert str(caught.value).isprintable()
