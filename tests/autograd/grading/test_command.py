"""``stepgrad grade`` and ``stepgrad table``."""

from __future__ import annotations

import json

import pytest

from autograd import cli
from nn import MLP

EXERCISE = "w = 0.4\nx = 1.5\nb = -0.1\nt = 0.2\nz = w*x + b\ny = sigmoid(z)\nE = 0.5*(t - y)**2\n"


@pytest.fixture
def run(capsys, tmp_path):
    def runs(*arguments, text=""):
        path = tmp_path / "answers.txt"
        path.write_text(text, encoding="utf-8")
        given = [str(path) if each == "FILE" else str(each) for each in arguments]
        code = cli.main(given)
        out, err = capsys.readouterr()
        return code, out, err

    return runs


def test_a_file_with_its_exercise(run):
    code, out, _ = run("grade", "FILE", text=f"{EXERCISE}dE/dz, 0.42246\ndE/dw, 0.63369\n")
    assert code == 1
    assert "missing σ′" in out
    assert out.endswith("score 50%: 0 right, 1 wrong, 1 right after an earlier mistake\n")


def test_the_worked_example_is_meant_without_another(run):
    answers = "net_h1, 0.3775\ndE/dw5, 0.082167041\nE_o1, 0.298371109\nE_total@1, 0.291027924\n"
    code, out, _ = run("grade", "FILE", "--json", text=answers)
    items = {item["name"]: item["mistake"] for item in json.loads(out)["items"]}
    assert code == 1
    assert items["E_o1"] == "another quantity's figure"
    assert items["E_total@1"] == "already updated weights"
    assert '"right":' not in out
    _, out, _ = run("grade", "FILE", "--json", "--answers", text=answers)
    assert '"right":' in out
    per_neuron = ("grade", "FILE", "--biases", "per-neuron")
    assert run(*per_neuron, text="b_h1+, 0.345614\nb_o2+, 0.619049\n")[0] == 0


def test_a_formula_or_a_network_for_the_answers(run):
    formula = ("tanh(w*x)", "w=0.5", "x=2")
    assert run("grade", "FILE", *formula, text="y, 0.7616\ndy/dw, 0.83995\n")[0] == 0
    rate = ("--learning-rate", "0.1", "--learning", "w")
    assert run("grade", "FILE", *formula, *rate, text="w+, 0.4160\nx+, 2.0")[0] == 0
    network = ("--network", "2-1", "i1=1", "i2=1", "w1=0.5", "w2=0.5", "b1=0", "t1=0")
    assert run("grade", "FILE", *network, text="out_o1, 0.7311\ndE/dnet_o1, 0.1437")[0] == 0
    code, _, err = run("grade", "FILE", *formula, text=f"{EXERCISE}E, 1")
    assert code == 2
    assert "holds an exercise; give no other" in err


def test_mistakes_in_the_file_have_their_line(run):
    code, _, err = run("grade", "FILE", text="net_h1, 0.3775\nnet_h2 0.3")
    assert code == 2
    assert "line 2: 'name, figure' is expected" in err
    assert "no figure called 'zz'" in run("grade", "FILE", text="zz, 1")[2]


def test_tables_of_a_formula_and_of_networks(run, tmp_path):
    code, out, _ = run("table", "h = w*x; tanh(h)", "w=0.5", "x=2", "--rounds", "3")
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("dy/dh")]
    assert "after 3 rounds" in out
    code, out, _ = run("table", "--network", "3-2-1", "--activation", "tanh", "i1=0.25")
    assert code == 0
    assert "out_h1   tanh(net_h1)" in out
    assert [line.split()[-1] for line in out.splitlines() if line.startswith("i1 ")] == ["0.25"]
    model = MLP(2, [2, 1], seed=1)
    model.save(tmp_path / "model.json")
    code, out, _ = run("table", "--model", tmp_path / "model.json", "i1=0.5", "t1=1")
    assert code == 0
    w1 = next(line.split()[-1] for line in out.splitlines() if line.startswith("w1 "))
    assert float(w1.replace("−", "-")) == pytest.approx(model.layers[0].neurons[0].weights[0].data)


@pytest.mark.parametrize("suffix", [".html", ".md", ".txt"])
def test_tables_in_a_file(run, tmp_path, suffix):
    path = tmp_path / f"tables{suffix}"
    arguments = ("table", "--network", "2-2-1", "-o", path)
    code, out, _ = run(*arguments)
    assert (code, out) == (0, f"wrote {path}\n")
    text = path.read_text(encoding="utf-8")
    assert "chain-rule factors" in text
    assert {".html": "<table>", ".md": "|---|", ".txt": "dE_total/dw1"}[suffix] in text
    assert run(*arguments)[0] == (0 if suffix == ".html" else 2)  # one that says who wrote it
    assert run(*arguments, "--force")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["table"], "give a formula, such as"),
        (["table", "--network", "2"], "a network is given by its sizes"),
        (["table", "--network", "2-1", "q=1"], "there is no q in this network"),
        (["table", "x*2", "x=1", "--rounds", "-1"], "rounds=-1 is not allowed"),
        (["table", "x*2", "x=1", "--learning-rate", "-1"], "learning_rate is a number above 0"),
        (["table", "x*2", "x=1", "--learning", "q"], "'q' is no leaf of the graph"),
    ],
)
def test_what_cannot_be_done_as_asked(run, arguments, message):
    code, _, err = run(*arguments)
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["grade", "FILE", "w*x", "w=0.5", "x=2", "--learning-rate", "0"], "w+, 0"),
        (["grade", "FILE"], "w = 0.5\ny = w*w\nlearning_rate = 0\nw+, 0"),
        (["table", "w*x", "w=0.5", "x=2", "--learning-rate", "0"], ""),
    ],
)
def test_a_rate_of_0_is_refused(run, arguments, text):
    code, out, err = run(*arguments, text=text)
    assert (code, out) == (2, "")
    assert "learning_rate is a number above 0, not 0.0" in err


def test_the_rate_of_the_command_goes_before_that_of_the_file_and_one_half_is_meant_without(run):
    exercise = "w = 1\ny = w*w\n"
    rate, given = "learning_rate = 0.25\n", ("--learning-rate", "0.125")
    for text, options, weight in (("", (), 0.0), (rate, (), 0.5), (rate, given, 0.75)):
        assert run("grade", "FILE", *options, text=f"{exercise}{text}w+, {weight}")[0] == 0


def test_a_table_shows_one_round_nine_digits_and_the_numbers_of_the_seed_0(run):
    _, out, _ = run("table", "--network", "2-2-1")
    assert "after 1 round\n" in out
    assert "rounds" not in out
    same = ("--rounds", "1", "--precision", "9", "--seed", "0", "--biases", "shared")
    assert run("table", "--network", "2-2-1", *same)[1] == out
    for other in (("--seed", "1"), ("--precision", "8"), ("--rounds", "2")):
        assert run("table", "--network", "2-2-1", *other)[1] != out


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("grade", ["  dE/dw5, 0.0822         # a derivative along all paths", "  w = 0.5"]),
        ("table", ["  stepgrad table --network 3-2-1 --activation tanh i1=0.5 i2=0.3 w1=0.2"]),
    ],
)
def test_help_has_examples_line_by_line(capsys, command, lines):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert {*lines} <= {*capsys.readouterr().out.splitlines()}
