"""How the code hangs together: complete reading orders, a light engine, documented names.

The directions of imports are contracts of import-linter, in ``pyproject.toml``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

ROOT = Path(autograd.__file__).parent.parent
PACKAGES = sorted(p.parent for top in ("autograd", "nn") for p in (ROOT / top).rglob("__init__.py"))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_package_names_all_its_modules_in_reading_order(package: Path) -> None:
    text = (package / "__init__.py").read_text(encoding="utf-8").split('"""')[1]
    named = set(re.findall(r"\w+", text))
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}
    rooms = {path.parent.name for path in package.glob("*/__init__.py")}
    assert modules | rooms <= named


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_importing_needs_the_standard_library_and_graphviz_alone(package: str) -> None:
    code = (
        "import sys; before = set(sys.modules); "
        f"import {package}; "
        "print(*{m.split('.')[0] for m in set(sys.modules) - before})"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    foreign = set(result.stdout.split()) - set(sys.stdlib_module_names)
    assert foreign <= {"autograd", "nn", "graphviz"}


@pytest.mark.skipif(sys.flags.optimize > 1, reason="-OO leaves no docstrings")
def test_every_public_name_is_there_and_documented() -> None:
    for name in autograd.__all__:
        assert getattr(autograd, name).__doc__, name
    assert dir(autograd) == autograd.__all__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        autograd.nothing  # noqa: B018


@pytest.mark.parametrize("top", ["autograd", "nn"])
def test_every_module_has_a_test_of_its_name(top: str) -> None:
    tests = ROOT / "tests"
    for path in (ROOT / top).rglob("*.py"):
        if not path.stem.startswith("__"):
            place = path.relative_to(ROOT)
            assert (tests / place.with_name(f"test_{path.name}")).exists(), place


CHANGING = {
    "autograd/compiler/emit/functions.py": {"Half"},
    "autograd/compiler/emit/registers.py": {"Registers", "InTurn"},
    "autograd/compiler/schedule/normal.py": {"Sum", "Apply", "Total", "NormalForm"},
    "autograd/compiler/schedule/repeats.py": {"Repeat", "LongSum"},
    "autograd/compiler/schedule/varying.py": {"Tile", "Accumulation", "Call", "_Level"},
    "autograd/compiler/train/plan.py": {"Spent"},
    "autograd/grading/course.py": {"Course"},
    "autograd/grading/evidence.py": {"Evidence"},
    "nn/diagnostics/history.py": {"History"},
    "nn/optim/optimizer.py": {"Optimizer"},
    "nn/optim/optimizers.py": {"SGD", "AdaGrad", "RMSProp", "Adam", "AdamW"},
    "nn/training/run.py": {"Run"},
    "nn/training/step.py": {"Step"},
}
"""The data classes that gather something, or count, while they are in use."""


def test_other_data_classes_do_not_change() -> None:
    for path in [path for top in ("autograd", "nn") for path in sorted((ROOT / top).rglob("*.py"))]:
        text = path.read_text(encoding="utf-8")
        classes = re.findall(r"^@dataclass(.*)\n(?:@.*\n)*class (\w+)", text, re.M)
        changing = {name for options, name in classes if "frozen=True" not in options}
        place = path.relative_to(ROOT).as_posix()
        assert changing == CHANGING.get(place, set()), place


EVERYTHING = """
import importlib, pkgutil, autograd, nn
for top in (autograd, nn):
    for found in pkgutil.walk_packages(top.__path__, top.__name__ + "."):
        module = importlib.import_module(found.name)
        if found.name in ("autograd.cli", "nn.microgpt") or module.__name__.endswith("__main__"):
            try:
                module.main(["--help"])
            except SystemExit as end:
                print(found.name, "ends with", end.code)
"""


def test_every_module_is_imported_and_every_command_helps_without_docstrings() -> None:
    """With ``-OO`` there are none; and whoever turns warnings into errors gets none from us."""
    command = [sys.executable, "-OO", "-W", "error", "-c", EVERYTHING]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONIOENCODING": "utf-8"}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    ends = [line for line in done.stdout.splitlines() if " ends with " in line]
    commands = ("autograd.cli", "nn.course.__main__", "nn.microgpt", "nn.worked_example.__main__")
    assert sorted(ends) == [f"{name} ends with 0" for name in commands]
