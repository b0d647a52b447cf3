"""Files and modules that declare operations."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograd.expression import read_formula
from autograd.own_file import OwnFileError, declare_from

CUBE = "from autograd import operation\n@operation\ndef cube(x):\n    return x * x * x\n"


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(CUBE, encoding="utf-8")
    assert declare_from(str(path)) == ["cube"]
    output, leaves = read_formula("cube(2*x)", {"x": 1.0})
    output.backward()
    assert (output.data, leaves["x"].grad) == (8.0, 24.0)
    path.write_text(CUBE.replace("x * x * x", "2 * x * x * x"), encoding="utf-8")
    assert declare_from(str(path)) == ["cube"]  # the newer one takes the place of the older
    assert read_formula("cube(x)", {"x": 1.0})[0].data == 2.0


def test_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "course_of_operations.py").write_text(CUBE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    before = list(sys.path)
    try:
        for _ in range(2):  # the second time it is there already
            assert declare_from("course_of_operations") == ["cube"]
    finally:
        sys.modules.pop("course_of_operations", None)
    assert sys.path == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\n", r"mine.py declares no operation: write @autograd.operation before a def"),
        ("\n1/0\n", r"mine.py, line 2: ZeroDivisionError: division by zero"),
        ("x = (\n", r"mine.py, line 1: SyntaxError"),
        (CUBE.replace("cube", "tanh"), r"mine.py, line \d: ValueError: 'tanh' is an operation of"),
        (
            CUBE.replace("@operation", "@operation(local=lambda y, x: (x,))"),
            r"mine.py, line \d: GradientError: the derivative of cube towards 'x' is wrong",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_said(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OwnFileError, match=message):
        declare_from(str(path))
    with pytest.raises(ValueError, match="cube"):
        read_formula("cube(x)", {"x": 1.0})


def test_what_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        declare_from("nowhere.py")
    with pytest.raises(OwnFileError, match="nowhere: ModuleNotFoundError"):
        declare_from("nowhere")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text(CUBE, encoding="utf-8")
    with pytest.raises(OwnFileError, match=r"mine\.txt.*the name of a file ends in \.py"):
        declare_from(str(path))


def test_only_what_a_file_declares_itself_is_named(tmp_path: Path) -> None:
    for name in ("one", "two"):
        path = tmp_path / f"{name}_of_two.py"
        path.write_text(CUBE.replace("cube", f"cube_{name}"), encoding="utf-8")
        assert declare_from(str(path)) == [f"cube_{name}"]
    again = tmp_path / "again.py"  # it takes what was declared by a module that is there already
    again.write_text("from stepgrad_operations_one_of_two import cube_one\n", encoding="utf-8")
    assert declare_from(str(again)) == ["cube_one"]


def test_a_file_knows_where_it_is_and_is_a_module_unless_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "whereabouts.py"
    path.write_text(f"{CUBE}WHERE = __file__, __name__\n", encoding="utf-8")
    declare_from(str(path))
    module = sys.modules.pop("stepgrad_operations_whereabouts")
    where = module.WHERE
    assert where == (str(path), "stepgrad_operations_whereabouts")
    path.write_text("1/0\n", encoding="utf-8")
    with pytest.raises(OwnFileError):
        declare_from(str(path))
    assert "stepgrad_operations_whereabouts" not in sys.modules


def test_a_module_of_this_folder_goes_before_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    for folder in (here, elsewhere):
        folder.mkdir()
        text = CUBE.replace("cube", f"cube_{folder.name}")
        (folder / "module_in_two_folders.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(elsewhere)
    monkeypatch.chdir(here)
    try:
        assert declare_from("module_in_two_folders") == ["cube_here"]
    finally:
        sys.modules.pop("module_in_two_folders", None)


def test_a_module_that_is_there_and_fails_is_not_advised_to_be_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "failing_module.py").write_text("1/0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OwnFileError) as caught:
        declare_from("failing_module")
    assert str(caught.value) == "failing_module: ZeroDivisionError: division by zero"
    with pytest.raises(OwnFileError) as caught:
        declare_from("absent_module")
    assert str(caught.value) == (
        "absent_module: ModuleNotFoundError: No module named 'absent_module'; the name of a file "
        "ends in .py"
    )
