"""How the code hangs together: one reading direction, no circles, a light engine."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import autograd

ROOT = Path(autograd.__file__).parent.parent
ENGINE = ["operation", "functions", "graph", "backward", "value"]


def modules() -> dict[str, Path]:
    found = {}
    for package in ("autograd", "nn"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path) -> set[str]:
    """Every module of the project that a file imports, wherever in the file that stands."""
    known = modules()
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            base = node.module or ""
            found |= {
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base
                for alias in node.names
            }
    return {module for module in found if module in known and module != name}


def test_imports_form_no_circle() -> None:
    # A package's __init__ only re-exports: it stands above its modules, which may not use it.
    graph = {name: imports(name, path) for name, path in modules().items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_autograd_never_imports_nn() -> None:
    for name, path in modules().items():
        if name.startswith("autograd"):
            assert not any(m.split(".")[0] == "nn" for m in imports(name, path)), name


def test_the_engine_is_read_in_one_direction() -> None:
    for i, name in enumerate(ENGINE):
        allowed = {f"autograd.{earlier}" for earlier in ENGINE[:i]} | {"autograd"}
        path = modules()[f"autograd.{name}"]
        assert imports(f"autograd.{name}", path) <= allowed, name


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


def test_every_public_name_is_there_and_documented() -> None:
    for name in autograd.__all__:
        assert getattr(autograd, name).__doc__, name
    assert dir(autograd) == autograd.__all__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        autograd.nothing  # noqa: B018
