from __future__ import annotations

import contextlib
import math
import subprocess
import sys

import pytest

from autograd import cli
from autograd.play.answer import answer
from autograd.views.draw.layout import layered
from autograd.views.drawing import LAYOUTS

FORMULA = ("tanh(w*x + b)**2", "w=0.5", "x=2", "b=-0.3")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = cli.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_grad_prints_the_value_and_every_derivative(capsys):
    code, out, err = run(capsys, "grad", *FORMULA)
    assert (code, err) == (0, "")
    shown = dict(line.split(" = ") for line in out.splitlines())
    assert list(shown) == ["y", "∂y/∂w", "∂y/∂x", "∂y/∂b"]
    slope = 2 * math.tanh(0.7) * (1 - math.tanh(0.7) ** 2)
    expected = (math.tanh(0.7) ** 2, 2 * slope, 0.5 * slope, slope)
    assert all(map(math.isclose, map(float, shown.values()), expected))


@pytest.mark.parametrize("expression", ["-x*y", "-2*x**y", "-hypot(x, y)", "-(x)", "(-o)*x", "--x"])
def test_a_formula_may_start_with_a_minus(capsys, expression):
    arguments = [expression, "x=3", "y=4", "o=1"]
    separator = ["--"] if expression.startswith("--") else []
    code, out, err = run(capsys, "grad", *separator, *arguments)
    assert (code, err) == (0, "")
    expected = eval(expression, {"hypot": math.hypot, "x": 3.0, "y": 4.0, "o": 1.0})
    assert float(out.splitlines()[0].partition(" = ")[2]) == expected
    code, out, _ = run(capsys, "derive", "--wrt", "x", *separator, *arguments)
    assert code == 0
    assert "∂output/∂x = " in out


def test_options_are_still_options(capsys, tmp_path):
    path = tmp_path / "y.svg"
    assert run(capsys, "draw", "-x", "x=3", "-o", path)[0] == 0
    assert run(capsys, "draw", "-x", "x=3", f"-o{path}", "--force")[0] == 0
    with pytest.raises(SystemExit):
        run(capsys, "grad", "-h")
    code, _, err = run(capsys, "grad", "x", "x=3", "-z")
    assert code == 2
    assert "-z" in err


def test_without_arguments_those_of_the_program_are_taken(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["stepgrad", "grad", "x*x", "x=3"])
    assert cli.main() == 0
    assert capsys.readouterr().out.splitlines() == ["y = 9.0", "∂y/∂x = 6.0"]


def test_derive_names_every_step(capsys):
    code, out, _ = run(capsys, "derive", *FORMULA, "--wrt", "x")
    assert code == 0
    assert out.splitlines() == [
        "v1 = w·x = 1",
        "v2 = v1+b = 0.7",
        "v3 = tanh(v2) = 0.604368",
        "y = v3² = 0.36526",
        "",
        "∂y/∂x = ∂y/∂v3 · ∂v3/∂v2 · ∂v2/∂v1 · ∂v1/∂x "
        "= 1.20874 · 0.634740 · 1.00000 · 0.500000 = 0.383616",
    ]


def test_derive_avoids_names_that_are_taken(capsys):
    _, out, _ = run(capsys, "derive", "exp(v1*y) + 1", "v1=1", "y=2", "--wrt", "y")
    assert [line.split(" = ")[0] for line in out.splitlines()[:3]] == ["v2", "v3", "output"]


def test_a_part_named_as_the_output_would_be_is_told_from_it(capsys):
    _, out, _ = run(capsys, "derive", "y = w*x; y + w", "w=2", "x=0.5", "--wrt", "w")
    assert out.splitlines()[:4] == [
        "y = w·x = 1",
        "output = y+w = 3",
        "",
        "∂output/∂w = ∂output/∂y · ∂y/∂w",
    ]


def test_derive_as_latex(capsys):
    _, out, _ = run(capsys, "derive", *FORMULA, "--wrt", "x", "--latex")
    assert out.startswith(r"\begin{aligned} \frac{\partial y}{\partial x} & = ")


def test_derive_by_a_name_that_the_formula_does_not_have(capsys):
    assert "∂y/∂z = 0" in run(capsys, "derive", "x*2", "x=1", "z=1", "--wrt", "z")[1]
    code, _, err = run(capsys, "derive", "x*2", "x=1", "--wrt", "z")
    assert (code, err) == (2, "stepgrad: --wrt z: nothing is assigned to 'z'\n")


def test_draw_writes_gradients_too(capsys, tmp_path):
    code, out, _ = run(capsys, "draw", *FORMULA, "-o", tmp_path / "out.svg")
    assert (code, out) == (0, f"wrote {tmp_path / 'out.svg'}\n")
    assert "0.383616" in (tmp_path / "out.svg").read_text(encoding="utf-8")


def test_draw_knows_formats_by_suffix(capsys, tmp_path):
    assert run(capsys, "draw", *FORMULA, "-o", tmp_path / "out.dot")[0] == 0
    assert "digraph" in (tmp_path / "out.dot").read_text(encoding="utf-8")
    code, _, err = run(capsys, "draw", *FORMULA, "-o", tmp_path / "out.xyz")
    assert (code, "out.xyz" in err) == (2, True)


def test_walk_writes_a_page(capsys, tmp_path):
    code, out, _ = run(capsys, "walk", *FORMULA, "-o", tmp_path / "steps.html")
    assert (code, out) == (0, f"wrote {tmp_path / 'steps.html'}\n")
    assert (tmp_path / "steps.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("command", "name"), [("draw", "a.svg"), ("draw", "a.dot"), ("walk", "a.html")]
)
def test_files_of_others_are_kept(capsys, tmp_path, command, name):
    path = tmp_path / name
    path.write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, command, *FORMULA, "-o", path)
    assert (code, path.read_text(encoding="utf-8")) == (2, "mine")
    assert "is there already and nothing in it says that stepgrad wrote it" in err
    assert run(capsys, command, *FORMULA, "-o", path, "--force")[0] == 0
    assert path.read_text(encoding="utf-8") != "mine"
    before = path.read_bytes()
    assert run(capsys, command, "x*x", "x=1", "-o", path)[0] == 0  # ours now
    assert path.read_bytes() != before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("grad", "x*z", "x=1"),
            "nothing is assigned to 'z'; write z=... after it\n  x*z\n    ^\n",
        ),
        (("grad", "x", "x"), "'x' is not of the form name=value, such as x=0.5\n"),
        (("grad", "x", "x=1", "x=2"), "'x' is assigned twice\n"),
        (("grad", "log(x)", "x=-1"), "log has no real value at 'x' = -1.0"),
        (("walk", "x", "x=1", "-o", "/no/such/directory/a.html"), "No such file or directory\n"),
        (("walk", "x", "x=1", "-o", "/"), "/: Is a directory\n"),
    ],
)
def test_what_cannot_be_done_is_said_and_exits_with_2(capsys, arguments, message):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("stepgrad: ")
    assert message in err


@pytest.mark.parametrize("arguments", [(), ("nope",), ("draw", "x", "x=1"), ("derive", "x", "x=1")])
def test_wrong_usage_exits_with_2(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    assert caught.value.code == 2
    assert "usage: stepgrad" in capsys.readouterr().err


def test_verify_runs_the_worked_example(tmp_path, monkeypatch, capsys):
    package = tmp_path / "nn"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "worked_example.py").write_text(
        "import sys\nprint(__name__, sys.argv)\nsys.exit(3)\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    for name in {"nn", *(name for name in sys.modules if name.startswith("nn."))}:
        monkeypatch.setitem(sys.modules, name, None)  # is undone, also where it was not there
        del sys.modules[name]
    before = sys.argv
    with pytest.raises(SystemExit) as caught:
        cli.main(["verify"])
    assert caught.value.code == 3  # the audit's own answer is the command's
    assert sys.argv is before
    assert capsys.readouterr().out == "__main__ ['nn.worked_example']\n"


def test_verify_without_nn_says_so(monkeypatch, capsys):
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    code, _, err = run(capsys, "verify")
    assert (code, err) == (
        2,
        "stepgrad: the worked example is in the package nn, which is not installed\n",
    )


def test_the_module_is_the_command():
    command = [sys.executable, "-m", "autograd.cli", "grad", "x*x", "x=3"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout == "y = 9.0\n∂y/∂x = 6.0\n"


@pytest.mark.parametrize(
    ("language", "expected"), [("c", "void neuron_gradient("), ("python", "def run(")]
)
def test_export_writes_the_formula_and_its_gradient(capsys, tmp_path, language, expected):
    file = tmp_path / "neuron.txt"
    for _ in range(2):  # the second time it is a file of ours
        code, out, err = run(capsys, "export", *FORMULA, "--language", language, "-o", file)
        assert (code, out, err) == (0, f"wrote {file}\n", "")
    assert expected in file.read_text(encoding="utf-8")
    file.write_text("somebody else's")
    code, _, err = run(capsys, "export", *FORMULA, "-o", file)
    assert code == 2 and "--force" in err
    assert file.read_text() == "somebody else's"
    assert run(capsys, "export", *FORMULA, "-o", file, "--force")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["grad", "x\x1b[31m", "x=1"],
        ["grad", "x", "x=1\x1b]0;title\x07"],
        ["grad", "x", "\x1b[2Jx=1"],
        ["draw", "x*x", "x=1", "-o", "missing\x1b[31m/folder/x.svg"],
        ["draw", "x*x", "x=1", "--layout", "\x1b[31m", "-o", "x.svg"],
    ],
)
def test_what_is_printed_does_not_act_on_the_terminal(arguments, capsys):
    with contextlib.suppress(SystemExit):
        cli.main(arguments)
    printed = "".join(capsys.readouterr())
    assert printed
    assert not any(ord(char) < 32 and char != "\n" for char in printed)


def test_a_message_does_not_repeat_a_whole_file(capsys, tmp_path):
    long = "z" * 200_000
    (tmp_path / "figures.txt").write_text(f"{long}, 1\n")
    (tmp_path / "operations.py").write_text(f"raise ValueError({long!r})\n")
    for arguments in (
        ["grade", str(tmp_path / "figures.txt")],
        ["grad", "x", "x=1", "--operations", str(tmp_path / "operations.py")],
        ["grad", "x", f"x={long}"],
        ["grad", "x", "x=1", f"--{long}"],
    ):
        with contextlib.suppress(SystemExit):
            assert cli.main(arguments) == 2
        printed = "".join(capsys.readouterr())
        assert "zzz" in printed and len(printed) < 3000


def test_play_starts_in_the_state_that_is_given(monkeypatch, capsys):
    calls = []
    monkeypatch.setattr(cli, "play", lambda *arguments: calls.append(arguments))
    assert run(capsys, "play")[0] == 0
    assert run(capsys, "play", "-x*w", "x=3", "w=-0.5", "--no-browser", "--port", 8123)[0] == 0
    assert calls == [("", 0, True), ("formula=%20-x*w&x=3.0&w=-0.5", 8123, False)]
    code, _, err = run(capsys, "play", "x", "x=abc")
    assert (code, "is not a number" in err) == (2, True)


def test_site_writes_a_folder_and_keeps_those_of_others(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(cli.pyodide, "from_path", lambda path: {"pyodide.mjs": str(path).encode()})
    monkeypatch.setattr(cli.pyodide, "download", lambda: {"pyodide.mjs": b"downloaded"})
    folder = tmp_path / "my site"
    code, out, _ = run(capsys, "site", folder, "--pyodide", "there")
    assert (code, (folder / "pyodide/pyodide.mjs").read_bytes()) == (0, b"there")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert out.startswith(f"wrote {folder}, {size / 1e6:.1f} MB; to try it: ")
    assert f"http.server -b 127.0.0.1 -d '{folder}'" in out
    assert run(capsys, "site", folder, "--download")[0] == 0
    assert (folder / "pyodide/pyodide.mjs").read_bytes() == b"downloaded"
    (folder / "index.html").write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, "site", folder, "--download")
    assert (code, "--force" in err) == (2, True)
    assert (folder / "index.html").read_text(encoding="utf-8") == "mine"
    assert run(capsys, "site", folder, "--download", "--force")[0] == 0


def test_site_needs_to_know_where_pyodide_comes_from(capsys, tmp_path):
    for arguments in ((), ("--download", "--pyodide", "there")):
        with pytest.raises(SystemExit):
            cli.main(["site", str(tmp_path), *arguments])
    assert "--pyodide" in capsys.readouterr().err
    assert run(capsys, "site", tmp_path / "a", "--pyodide", tmp_path / "nothing")[0] == 2
    assert not (tmp_path / "a").exists()


def test_a_part_keeps_its_name_in_a_derivation(capsys):
    _, out, _ = run(capsys, "derive", "v1 = w*x; exp(v1) + 1", "w=1", "x=2", "--wrt", "x")
    assert [line.split(" = ")[0] for line in out.splitlines()[:3]] == ["v1", "v2", "y"]


def test_quiz_writes_a_sheet_and_its_key(capsys, tmp_path):
    paths = [tmp_path / name for name in ("sheet.html", "key.html", "again.html")]
    for path, more in zip(paths, ([], ["--key"], []), strict=True):
        code, out, err = run(
            capsys, "quiz", *FORMULA, "--seed", 7, "--questions", 6, "-o", path, *more
        )
        assert (code, out, err) == (0, f"wrote {path}\n", "")
    sheet, key, again = (path.read_text(encoding="utf-8") for path in paths)
    assert sheet == again != key
    assert sheet.count('class="question"') == key.count('class="question"') == 6
    assert "0.383616" not in sheet
    assert run(capsys, "quiz", *FORMULA, "-o", paths[0])[0] == 0  # ours: it is replaced


def test_quiz_says_what_it_cannot_do(capsys, tmp_path):
    code, _, err = run(capsys, "quiz", "x*x", "x=3", "--questions", 9, "-o", tmp_path / "a.html")
    assert (code, "questions must be from 1 to 3" in err) == (2, True)
    code, _, err = run(capsys, "quiz", "x*x", "x=3", "--questions", 3, "-o", tmp_path / "a.doc")
    assert (code, "end it in .html, .htm, .tex, .pdf" in err) == (2, True)


OWN = """
import math
from autograd import operation

@operation(symbol="³")
def cube(x):
    return x * x * x

@operation(local=lambda y, x: (y,))
def by_numbers(x):
    return math.exp(x)
"""


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(OWN, encoding="utf-8")
    return ["--operations", path]


@pytest.mark.parametrize(
    ("command", "suffix"),
    [("draw", "svg"), ("walk", "html"), ("quiz", "html"), ("export", "c"), ("table", "html")],
)
def test_operations_of_ones_own_in_what_is_written(command, suffix, own, capsys, tmp_path):
    path = tmp_path / f"out.{suffix}"
    assert (
        run(capsys, command, "h = cube(w*x + b); h*h + x", "w=2", "x=0.5", "b=1", *own, "-o", path)[
            0
        ]
        == 0
    )
    assert path.stat().st_size > 100


def test_operations_of_ones_own_in_what_is_printed(own, capsys):
    assert "∂y/∂w = 12.0" in run(capsys, "grad", "cube(w)", "w=2", *own)[1]
    assert "cube(w) = 8" in run(capsys, "derive", "cube(w)", "w=2", "--wrt", "w", *own)[1]


def test_operations_that_ask_for_numbers(own, capsys, tmp_path):
    assert "∂y/∂w = 1.0" in run(capsys, "grad", "by_numbers(w)", "w=0", *own)[1]
    for command, path in (("walk", tmp_path / "s.html"), ("export", tmp_path / "f.c")):
        code, _, err = run(capsys, command, "by_numbers(w)", "w=0", *own, "-o", path)
        assert (code, "by_numbers asks for numbers" in err) == (2, True), err


def test_a_file_of_operations_that_is_not_there_or_wrong(capsys, tmp_path):
    for command in (("grad", "w", "w=0"), ("grade", tmp_path / "figures.txt"), ("table", "w")):
        code, _, err = run(capsys, *command, "--operations", tmp_path / "no.py")
        assert (code, "no.py" in err) == (2, True)
    path = tmp_path / "bad.py"
    path.write_text("1/0", encoding="utf-8")
    code, _, err = run(capsys, "grad", "w", "w=0", "--operations", path)
    assert code == 2 and "bad.py, line 1: ZeroDivisionError" in err


def test_play_answers_formulas_with_them(own, monkeypatch, capsys):
    told = []
    request = {"formula": "cube(w)", "values": {}}
    monkeypatch.setattr(cli, "play", lambda *_: told.append(answer(request)))
    assert run(capsys, "play", *own)[0] == 0
    assert told[0]["error"] is None and told[0]["value"][1] == "0.125"
    request = {"formula": "by_numbers(w)", "values": {}}
    assert "asks for numbers" in answer(request)["error"]["reason"]


def test_numbers_may_stand_behind_options_and_nothing_else_may(capsys):
    code, out, err = run(capsys, "derive", "w*x", "w=2", "--wrt", "w", "x=3")
    assert (code, err) == (0, "")
    assert out == run(capsys, "derive", "w*x", "w=2", "x=3", "--wrt", "w")[1] != ""
    with pytest.raises(SystemExit) as ended:
        run(capsys, "derive", "w*x", "w=2", "--wrt", "w", "x=3", "--long")
    assert ended.value.code == 2
    assert "unrecognized arguments: --long" in capsys.readouterr().err


def test_what_is_not_said_is_chosen(capsys, tmp_path):
    """Each command writes the same with its defaults and with these said."""
    chosen = {
        "draw": ["--layout", "layered", "--direction", "LR", "--theme", "auto", "--lang", "en"],
        "walk": ["--lang", "en"],
        "quiz": ["--questions", 5, "--seed", 1, "--lang", "en"],
        "export": ["--language", "c"],
    }
    suffixes = {"draw": "svg", "walk": "html", "quiz": "html", "export": "c"}
    for command, options in chosen.items():
        formula = FORMULA if command != "quiz" else ("x*x*w", "x=2", "w=1")
        written = []
        for number, said in enumerate((options[:2] if command == "quiz" else [], options)):
            path = tmp_path / str(number) / f"file.{suffixes[command]}"
            path.parent.mkdir(exist_ok=True)
            assert run(capsys, command, *formula, *said, "-o", path, "--force")[0] == 0
            written.append(path.read_bytes())
        assert written[0] == written[1], command
    path = tmp_path / "eight.html"
    assert run(capsys, "quiz", *FORMULA, "-o", path)[0] == 0
    assert path.read_text(encoding="utf-8").count('class="question"') == 8


def test_options_reach_what_they_are_for(capsys, tmp_path, monkeypatch):
    path = tmp_path / "a.svg"
    placed = []
    monkeypatch.setitem(LAYOUTS, "dot", lambda graph: placed.append(graph) or layered(graph))
    assert run(capsys, "draw", *FORMULA, "--layout", "dot", "-o", path)[0] == 0
    assert len(placed) == 1
    options = ["--direction", "TB", "--theme", "dark", "--lang", "zh"]
    assert run(capsys, "draw", *FORMULA, *options, "-o", path)[0] == 0
    svg = path.read_text(encoding="utf-8")
    assert 'class="stepgrad-dark"' in svg and "数据从上到下流动" in svg
    assert run(capsys, "walk", *FORMULA, "--step", 2, "--lang", "zh", "-o", path)[0] == 0
    assert "上游梯度" in path.read_text(encoding="utf-8")
    page = tmp_path / "a.html"
    assert run(capsys, "quiz", *FORMULA, "--key", "--lang", "zh", "--seed", 7, "-o", page)[0] == 0
    sheet = page.read_text(encoding="utf-8")
    assert "常见错误及其结果" in sheet and "第 7 号" in sheet
