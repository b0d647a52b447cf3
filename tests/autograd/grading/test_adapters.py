"""What nbgrader and otter-grader read; with both of them, where they are installed."""

from __future__ import annotations

import doctest
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
from autograd import Value, grade
from autograd.grading.adapters import feedback, nbgrader_points, otter_test
from autograd.grading.report import Grade, Item

NOTEBOOK = Path(autograd.__file__).parent.parent / "notebooks" / "grading.ipynb"
COURSE = "c = get_config()\nc.CourseDirectory.course_id = 'course'\n"
OTTER = """
import json, otter
cells = json.load(open("grading.ipynb", encoding="utf-8"))["cells"]
environment = {}
for cell in cells:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), environment)
found = otter.Notebook("grading.ipynb").check("q1", global_env=environment)
print(json.dumps([found.score, found.possible, repr(found)]))
"""


@pytest.fixture
def graded():
    x = Value(3.0, "x")
    y = x * x
    y.label = "y"
    return grade(y, {"y": "9.0", "dy/dx": "-6.00000", "x": "3"})


def test_feedback_tells_no_right_number(graded):
    assert feedback(graded, "y") == "right"
    assert feedback(graded, "dy/dx") == "wrong: wrong sign (every gradient has the other sign)"
    with pytest.raises(KeyError, match="there is no answer to 'z'; there are "):
        feedback(graded, "z")


def test_nbgrader_reads_the_value_of_the_last_line(graded, capsys):
    assert nbgrader_points(graded, 3) == pytest.approx(2.0)
    assert "dy/dx: wrong: wrong sign" in capsys.readouterr().out
    assert nbgrader_points(grade(Value(1.0, "x") * 1, {"x": "2.000"}), 3) == 0.0


def test_a_case_of_otter_is_a_doctest_for_each_answer(graded):
    test = otter_test("q1", ["y", "dy/dx"], points=2)
    (suite,) = test["suites"]
    assert [case["points"] for case in suite["cases"]] == [2, 2]
    failed = []
    for case in suite["cases"]:
        example = doctest.DocTestParser().get_doctest(
            case["code"], {"graded": graded}, "case", None, 0
        )
        runner = doctest.DocTestRunner(verbose=False)
        failed.append(runner.run(example, out=lambda _: None).failed)
    assert failed == [0, 1]


def test_the_notebook_carries_the_metadata_of_both():
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    kinds = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    (points,) = [kind["points"] for kind in kinds if kind.get("grade")]
    assert points == 3
    test = notebook["metadata"]["otter"]["tests"]["q1"]
    assert test == otter_test("q1", ["z", "y", "dE/dy", "dE/dz", "dE/dw", "w+"])


def test_nbgrader_itself(tmp_path):
    pytest.importorskip("nbgrader")
    (tmp_path / "nbgrader_config.py").write_text(COURSE, encoding="utf-8")
    for folder in ("source/ps1", "submitted/ann/ps1"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(NOTEBOOK, tmp_path / folder)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it calls alembic
    environment = {**os.environ, "PATH": path, "JUPYTER_PREFER_ENV_PATH": "1"}
    for command in (["generate_assignment", "ps1"], ["autograde", "ps1"], ["export"]):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
        )
    head, row = (tmp_path / "grades.csv").read_text(encoding="utf-8").splitlines()
    scores = dict(zip(head.split(","), row.split(","), strict=True))
    assert (float(scores["score"]), float(scores["max_score"])) == (2.5, 3.0)
    released = (tmp_path / "release/ps1/grading.ipynb").read_text(encoding="utf-8")
    assert "0.63369" not in json.loads(released)["cells"][5]["source"]


def test_otter_itself(tmp_path):
    pytest.importorskip("otter")
    shutil.copy(NOTEBOOK, tmp_path)
    result = subprocess.run(
        [sys.executable, "-c", OTTER], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    score, possible, shown = json.loads(result.stdout.splitlines()[-1])
    assert (score, possible) == (5, 6)
    assert "missing σ′" in shown


def test_one_point_is_given_where_nothing_is_said_and_a_case_is_shown(graded, capsys):
    assert nbgrader_points(graded) == 2.0 / 3.0
    assert capsys.readouterr().out.splitlines()[0] == "x: right"
    code = (
        ">>> from autograd.grading.adapters import feedback\n"
        ">>> print(feedback(graded, 'y'))\nright"
    )
    case = {"code": code, "hidden": False, "locked": False, "points": 1.0}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    assert otter_test("q1", ["y"]) == {"name": "q1", "points": None, "suites": [suite]}
    assert "feedback(mine, 'y')" in str(otter_test("q1", ["y"], graded="mine"))


@pytest.mark.parametrize(
    ("verdict", "mistake", "reason", "told"),
    [
        ("right", None, "", "right"),
        ("right after an earlier mistake", None, "after the mistake in z", "right"),
        ("wrong", None, "", "wrong"),
        ("wrong", None, "no more than a guess", "wrong: no more than a guess"),
        ("wrong", "wrong sign", "the other sign", "wrong: wrong sign (the other sign)"),
    ],
)
def test_a_learner_is_told_why(verdict, mistake, reason, told):
    item = Item("y", "1", 2.0, verdict, mistake, reason, 0.0)
    assert feedback(Grade((item,)), "y") == told
