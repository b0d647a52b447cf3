"""An exercise in a file."""

from __future__ import annotations

import pytest

from autograd.grading.exercise import read_exercise


@pytest.fixture
def read(tmp_path):
    path = tmp_path / "homework.txt"

    def reads(text):
        path.write_text(text, encoding="utf-8")
        return read_exercise(path)

    return reads


def test_answers_alone(read):
    found = read("# mine\nnet_h1, 0.3775\nw5+, 0.3589  # rounded\nw5+, 0.358916\n")
    assert (found.output, found.learning_rate) == (None, None)
    assert found.answers == (("net_h1", " 0.3775"), ("w5+", " 0.3589"), ("w5+", " 0.358916"))


def test_an_exercise_and_answers(read):
    found = read("w = 0.5\nx=3\nh = tanh(w*x)\nE = atan2(h, w)**2\nlearning_rate = 0.1\nE, 1.2\n")
    assert found.output.label == "E"
    assert found.output.data == pytest.approx(1.13660262)
    assert found.learning_rate == 0.1
    assert found.answers == (("E", " 1.2"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no figures"),
        ("w = 1", "has no figures"),
        ("what is this", "line 1: 'name, figure' is expected"),
        ("w = 1\nw = 2\nw, 1", "'w' is given twice"),
        ("y = w*2\ny, 2", "nothing is assigned to 'w'"),
    ],
)
def test_what_is_no_exercise(read, text, message):
    with pytest.raises(ValueError, match=message):
        read(text)
