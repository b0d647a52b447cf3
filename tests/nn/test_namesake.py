"""What `import nn` says where another package called `autograd` is found instead of ours."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import graphviz
import pytest

import nn
from nn import namesake

ROOT = Path(nn.__file__).parent.parent
SITE = Path()  # where graphviz is, and no stepgrad that was installed beside it


@pytest.fixture(scope="module", autouse=True)
def _site(tmp_path_factory: pytest.TempPathFactory) -> None:
    global SITE
    SITE = tmp_path_factory.mktemp("site")
    shutil.copytree(Path(graphviz.__file__).parent, SITE / "graphviz")


def result_of(code: str, *places: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(map(str, (*places, SITE)))
    return subprocess.run(
        [sys.executable, "-S", "-c", code],  # without what else is installed here
        capture_output=True,
        text=True,
        cwd=places[0],
        env=os.environ | {"PYTHONPATH": path},
    )


def last_line(code: str, *places: Path) -> str:
    result = result_of(code, *places)
    assert result.returncode == 1, result.stderr
    return result.stderr.splitlines()[-1]


def installed(folder: Path, name: str, version: str) -> None:
    """Note, as pip does, that a distribution has installed a package `autograd`."""
    note = folder / f"{name}-{version}.dist-info"
    note.mkdir()
    (note / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (note / "RECORD").write_text(f"autograd/__init__.py,,\n{note.name}/RECORD,,\n")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A folder with the other package, whose own import may need what is not there."""
    folder = tmp_path / "other"
    (folder / "autograd").mkdir(parents=True)
    (folder / "autograd" / "__init__.py").write_text("from .core import grad\n")
    (folder / "autograd" / "core.py").write_text("def grad(f): ...\n")
    installed(folder, "autograd", "1.8.0")
    return folder


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A folder as an installation makes it."""
    folder = tmp_path / "ours"
    for package in ("autograd", "nn"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.so"))
    for path in folder.rglob("*"):  # also where the original is read-only
        path.chmod(path.stat().st_mode | stat.S_IWUSR)
    installed(folder, "stepgrad", "0.1.0")
    return folder


def test_a_distribution_that_comes_first_is_named_with_its_cure(ours: Path, other: Path) -> None:
    said = last_line("import nn", other, ours)
    assert said.startswith("ImportError: nn, in ")
    assert str(ours / "nn") in said
    assert str(ours / "autograd" / "__init__.py") in said
    assert f"{other / 'autograd' / '__init__.py'} of the distribution autograd" in said
    assert "pip uninstall autograd" in said


def test_one_that_cannot_even_be_imported_is_named_too(ours: Path, other: Path) -> None:
    (other / "autograd" / "core.py").write_text("import a_package_that_is_not_here\n")
    assert "of the distribution autograd, which comes first" in last_line("import nn", other, ours)


def test_a_file_of_ones_own_is_to_be_renamed(ours: Path, tmp_path: Path) -> None:
    lesson = tmp_path / "lesson"
    lesson.mkdir()
    (lesson / "autograd.py").write_text("class Value:\n    pass\n")
    said = last_line("import nn", lesson, ours)
    assert str(lesson / "autograd.py") in said
    assert said.endswith("rename it or move it away")


def test_the_command_says_it_too(ours: Path, other: Path) -> None:
    said = last_line("from nn.namesake import main; main()", other, ours)
    assert "pip uninstall autograd" in said
    scripts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'stepgrad = "nn.namesake:main"' in scripts


def test_ours_overwritten_by_the_other(ours: Path, other: Path) -> None:
    shutil.copytree(other, ours, dirs_exist_ok=True)  # as pip install autograd does
    said = last_line("import nn", ours)
    assert f"finds there another: {ours / 'autograd' / '__init__.py'}" in said
    assert "pip uninstall autograd, then pip install --force-reinstall --no-deps stepgrad" in said


def test_what_an_uninstallation_has_left(ours: Path) -> None:
    (ours / "autograd" / "__init__.py").unlink()
    said = last_line("import nn", ours)
    assert "missing or only a part of itself" in said
    assert said.endswith("pip install --force-reinstall --no-deps stepgrad")
    shutil.rmtree(ours / "autograd")
    assert "missing or only a part of itself" in last_line("import nn", ours)


def test_ours_over_the_other_warns_and_works(ours: Path) -> None:
    code = "import nn; print(len(nn.MLP(2, [1]).parameters()))"
    assert "RuntimeWarning" not in result_of(code, ours).stderr
    installed(ours, "autograd", "1.8.0")
    result = result_of(code, ours)
    assert result.stdout == "3\n"
    assert "<string>:1: RuntimeWarning" in result.stderr  # the line that imports it
    assert "pip uninstall autograd" in result.stderr


def test_a_fault_of_our_own_is_shown_as_it_is(ours: Path) -> None:
    file = ours / "autograd" / "__init__.py"
    text = file.read_text(encoding="utf-8")
    mark = '__distribution__ = "stepgrad"'
    assert mark in text
    file.write_text(text.replace(mark, f"{mark}\nimport a_package_that_is_not_here\n"))
    assert "No module named 'a_package_that_is_not_here'" in last_line("import nn", ours)


def test_the_command_is_that_of_our_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.cli.main", lambda: 7)
    assert namesake.main() == 7


class Here:
    """What is imported in this very process instead of `autograd`, and from where."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, origin: Path | None, imported: object):
        def import_module(name: str) -> object:
            if isinstance(imported, Exception):
                raise imported
            return imported

        spec = None if origin is None else SimpleNamespace(origin=str(origin))
        monkeypatch.setattr(namesake, "find_spec", lambda name: spec)
        monkeypatch.setattr(namesake, "import_module", import_module)


def test_each_case_in_this_process(
    other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cases above, where messages are compared word by word in programs of their own."""
    ours = tmp_path / "ours"
    (ours / "autograd").mkdir(parents=True)
    (ours / "autograd" / "__init__.py").write_text('__distribution__ = "stepgrad"\n')
    installed(ours, "stepgrad", "0.1.0")
    theirs, mine = (folder / "autograd" / "__init__.py" for folder in (other, ours))
    stranger, engine = SimpleNamespace(), SimpleNamespace(__distribution__="stepgrad")
    beside = [place for place in sys.path if "site-packages" not in place]  # many to look through
    monkeypatch.setattr(sys, "path", [str(other), str(ours), *beside])
    Here(monkeypatch, theirs, stranger)
    with pytest.raises(
        ImportError, match=r"of the distribution autograd, which comes first"
    ) as said:
        namesake.check_engine(ours / "nn")
    assert str(said.value).startswith(
        f"nn, in {ours / 'nn'}, needs stepgrad's autograd, {mine}, "
        f"but Python finds another: {theirs}"
    )
    Here(monkeypatch, theirs, ImportError("a package that is not here"))
    with pytest.raises(
        ImportError, match=r"which comes first in sys\.path; pip uninstall autograd"
    ):
        namesake.check_engine(ours / "nn")
    Here(monkeypatch, tmp_path / "autograd.py", stranger)
    with pytest.raises(ImportError, match="rename it or move it away"):
        namesake.check_engine(ours / "nn")
    Here(monkeypatch, None, stranger)
    with pytest.raises(ImportError, match="missing or only a part of itself"):
        namesake.check_engine(ours / "nn")
    Here(monkeypatch, mine, ImportError("a fault of our own"))
    with pytest.raises(ImportError, match="a fault of our own"):
        namesake.check_engine(ours / "nn")
    Here(monkeypatch, None, engine)
    namesake.check_engine(ours / "nn")
    Here(monkeypatch, mine, engine)
    namesake.check_engine(ours / "nn")
    shutil.copytree(other, ours, dirs_exist_ok=True)
    with pytest.warns(RuntimeWarning, match="has overwritten files of the other") as warned:
        namesake.check_engine(ours / "nn")
    assert str(warned[0].message).startswith(f"{ours / 'autograd'} is stepgrad's autograd, and")
    Here(monkeypatch, mine, stranger)
    with pytest.raises(
        ImportError,
        match=r"finds there another.* has overwritten ours; pip uninstall autograd, then",
    ):
        namesake.check_engine(ours / "nn")
    shutil.rmtree(ours / "autograd-1.8.0.dist-info")
    with pytest.raises(ImportError, match="has overwritten ours; pip install --force"):
        namesake.check_engine(ours / "nn")
