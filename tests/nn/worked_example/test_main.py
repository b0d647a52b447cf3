"""The program `python -m nn.worked_example`."""

import io
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from nn.worked_example import __main__ as program
from nn.worked_example import audit, read_figures


def written(folder):
    return sorted(path.name for path in folder.iterdir())


FILES = ["worked_example.html", "worked_example.svg", "worked_example.txt"]


def test_the_program_verifies_and_writes_its_files(tmp_path, capsys, whole_audit):
    folder = tmp_path / "a" / "b"
    assert program.main(["--output", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert written(folder) == FILES
    report, last = shown.rstrip().rsplit("\n", 1)
    assert (folder / "worked_example.txt").read_text(encoding="utf-8").rstrip() == report
    assert last.startswith("written: ")
    assert report == str(whole_audit)
    svg = (folder / "worked_example.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "net_h1" in svg
    assert "E_o2" in svg
    assert "0.298371" in svg
    html = (folder / "worked_example.html").read_text(encoding="utf-8")
    assert "<!doctype html>" in html.lower()
    assert "net_h1" in html


def test_the_program_writes_twice_into_one_folder(tmp_path):
    for _ in range(2):
        assert program.main(["--output", str(tmp_path), "--rounds", "1"]) == 0
    assert written(tmp_path) == FILES


def test_a_reader_may_stop_before_the_end(tmp_path, monkeypatch):
    """Then all that waits to be written fails, which the program sees to before it ends."""

    class Pipe(io.StringIO):
        flushed = False

        def flush(self):
            self.flushed = True
            raise BrokenPipeError

    pipe = Pipe()
    monkeypatch.setattr(sys, "stdout", pipe)
    assert program.main(["--output", str(tmp_path), "--rounds", "1"]) == 0
    assert pipe.flushed and pipe.getvalue().count("written: ") == 1


def test_the_folder_is_called_worked_example_unless_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert program.main(["--rounds", "1"]) == 0
    assert written(tmp_path / "worked_example") == FILES


@pytest.mark.parametrize(
    ("options", "title"),
    [
        (["--rounds", "1"], "learning rate 0.5, biases frozen, 1 round of training"),
        (["--rounds", "25"], "learning rate 0.5, biases frozen, 25 rounds of training"),
        (["--learning-rate", "0.1", "--rounds", "2"], "learning rate 0.1, biases frozen, 2 rounds"),
        (["--biases", "shared", "--rounds", "2"], "biases trained and shared, 2 rounds"),
        (["--biases", "per-neuron", "--rounds", "2"], "biases trained per neuron, 2 rounds"),
        (["--biases", "frozen", "--rounds", "2"], "biases frozen, 2 rounds"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options(options, title, tmp_path, capsys):
    assert program.main([*options, "--output", str(tmp_path)]) == 0
    assert title in capsys.readouterr().out


def homework(tmp_path, text):
    path = tmp_path / "homework.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_homework_is_checked_in_place_of_the_published_figures(tmp_path, capsys):
    path = homework(
        tmp_path,
        "\ufeff# my homework\n\nnet_h1, 0.3775\n  dE/dw5 ,0.0822\nE_total@1, 0.2804714\n"
        "# E_total@10, 7\n",
    )
    assert [(f.name, f.rounds, f.printed) for f in read_figures(path)] == [
        ("net_h1", 0, "0.3775"),
        ("dE/dw5", 0, "0.0822"),
        ("E_total", 1, "0.2804714"),
    ]
    assert program.main(["--figures", str(path), "--output", str(tmp_path), "--rounds", "1"]) == 0
    shown = capsys.readouterr().out
    assert "figures: 2 match, 1 explained, 0 unexplained" in shown
    assert "yours     differs: biases trained per neuron" in shown
    assert "tutorial" not in shown


def test_the_file_that_help_shows_is_right(tmp_path):
    shown = program.EPILOG.partition("exit code:")[0].partition("\n")[2]
    assert audit(read_figures(homework(tmp_path, shown)), rounds=1).count("match") == 4


def test_homework_that_nothing_explains_gives_exit_code_1(tmp_path, capsys):
    path = homework(tmp_path, "net_h1, 0.5\n")
    assert program.main(["--figures", str(path), "--output", str(tmp_path), "--rounds", "1"]) == 1
    assert "unexplained" in capsys.readouterr().out
    assert written(tmp_path) == ["homework.txt", *FILES]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "net_h1, 0.3775\nnet_h2 0.3925\n",
            "line 2: 'name, figure' is expected, not 'net_h2 0.3925'",
        ),
        ("\n#\nnet_h1, x\n", "line 3: the figure of 'net_h1' is a number such as 0.298, not 'x'"),
        ("net_h1, 0.1, 0.2\n", "line 1: the figure of 'net_h1' is a number"),
        ("w9, 0.1\n", "line 1: there is no figure called 'w9'"),
        (", 0.1\n", "line 1: there is no figure called ''"),
        ("w1@1000000, 0.1\n", "line 1: after @ a number of rounds up to 100,000 is expected"),
        ("", "has no figures: write 'name, figure' in each line"),
        ("# nothing\n\n", "has no figures"),
        (b"\xff\xfe\x00", "is not a text file in UTF-8"),
        (None, "No such file"),
    ],
)
def test_a_malformed_file_is_an_error_with_its_line(text, message, tmp_path, capsys):
    path = tmp_path / "missing.txt" if text is None else homework(tmp_path, text)
    with pytest.raises(SystemExit) as caught:
        program.main(["--figures", str(path), "--output", str(tmp_path / "out")])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert str(path) in error
    assert error.startswith("usage: python -m nn.worked_example")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rounds", "0"], "argument --rounds: '0' is not a whole number from 1 to 100,000"),
        (["--rounds", "-1"], "'-1' is not a whole number"),
        (["--rounds", "1.5"], "'1.5' is not a whole number"),
        (["--rounds", "100001"], "'100001' is not a whole number from 1 to 100,000"),
        (["--rounds", "²"], "'²' is not a whole number"),
        (["--rounds", "9" * 5000], "is not a whole number"),
        (["--rounds"], "expected one argument"),
        (["--learning-rate", "0"], "argument --learning-rate: '0' is not a number above 0"),
        (["--learning-rate", "-0.5"], "'-0.5' is not a number above 0"),
        (["--learning-rate", "nan"], "'nan' is not a number above 0"),
        (["--learning-rate", "inf"], "'inf' is not a number above 0"),
        (["--learning-rate", "fast"], "'fast' is not a number above 0"),
        (["--biases", "learned"], "argument --biases: invalid choice: 'learned'"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else "",
)
def test_bad_arguments_give_usage_and_exit_code_2(options, message, capsys):
    with pytest.raises(SystemExit) as caught:
        program.main(options)
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("usage: python -m nn.worked_example")
    assert message in error


def test_a_folder_that_cannot_be_made_gives_exit_code_2(tmp_path, capsys):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        program.main(["--output", str(tmp_path / "taken")])
    assert caught.value.code == 2
    assert "taken" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_gives_exit_code_2(tmp_path, capsys):
    (tmp_path / "worked_example.svg").mkdir()
    with pytest.raises(SystemExit) as caught:
        program.main(["--output", str(tmp_path), "--rounds", "1"])
    assert caught.value.code == 2
    assert "cannot write to the output folder" in capsys.readouterr().err


def test_help_says_what_there_is(capsys):
    with pytest.raises(SystemExit) as caught:
        program.main(["--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    for word in ("--rounds", "--learning-rate", "--biases", "--figures", "--output", "exit code"):
        assert word in text
    assert "w5+, 0.3589" in text


def test_it_runs_as_a_module(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["worked_example", "--rounds", "1", "--output", str(tmp_path)])
    monkeypatch.delitem(sys.modules, "nn.worked_example.__main__")
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("nn.worked_example", run_name="__main__")
    assert caught.value.code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_it_runs_as_a_program(encoding, tmp_path):
    """Also in a terminal that has none of the report's ½ and –."""
    command = [sys.executable, "-m", "nn.worked_example", "--rounds", "1", "--output", tmp_path]
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert "verdict: every figure is accounted for" in done.stdout.decode()


def test_what_is_left_out_and_the_least_and_most_that_can_be_said():
    options = program._parser().parse_args([])
    assert (options.rounds, options.learning_rate, options.biases) == (10_000, 0.5, "frozen")
    assert (options.figures, options.output) == (None, Path("worked_example"))
    for text in ("1", "100000", "000000007"):
        assert program._parser().parse_args(["--rounds", text]).rounds == int(text)
    for text in ("5e-324", "1.7e308", "2"):
        told = program._parser().parse_args(["--learning-rate", text])
        assert told.learning_rate == float(text)
