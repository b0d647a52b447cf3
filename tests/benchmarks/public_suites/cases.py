"""What a case is, how it ends, and how a test file of another project is made into cases.

Read next: `spelled`.
"""

from __future__ import annotations

import builtins
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.benchmarks.public_suites.spelled import DIFFERENCES, MissingError

STEP = 1e-4


@dataclass(frozen=True)
class Case:
    """A test about scalars: it passes when `run` returns, and fails when that raises an error."""

    suite: str
    name: str
    run: Callable[[], object]

    def end(self) -> tuple[str, str]:
        """How it ends: "pass", "difference", "missing" or "fail", and what there is to say."""
        try:
            self.run()
        except MissingError as missing:
            return self._other("missing", f"no {missing}")
        except Exception as error:
            return self._other("fail", f"{type(error).__name__}: {error}".split("\n")[0][:160])
        return "pass", ""

    def _other(self, end: str, words: str) -> tuple[str, str]:
        reason = DIFFERENCES.get(self.name)
        return ("difference", reason) if reason else (end, words)


def check_close(what: str, found: float, wanted: float, within: float) -> None:
    """Raise an AssertionError unless two numbers are alike, relatively or near 0."""
    alike = found == wanted or abs(found - wanted) <= within * max(1.0, abs(wanted))
    if not (alike or (found != found and wanted != wanted)):
        raise AssertionError(f"{what} is {found!r}, not {wanted!r}")


def check_slopes(function: Callable[..., Any], point: tuple[float, ...], order: int = 1) -> None:
    """Compare the derivatives by each argument with central differences, up to an order."""
    import autograd

    for i, x in enumerate(point):
        slope = autograd.grad(function, i)
        h = STEP * (abs(x) or 1.0)
        two, one, back, back_two = (
            float(function(*point[:i], x + k * h, *point[i + 1 :])) for k in (2.0, 1.0, -1.0, -2.0)
        )
        wanted = (8.0 * (one - back) - (two - back_two)) / (12.0 * h)
        check_close(f"the slope by argument {i} at {point}", float(slope(*point)), wanted, 1e-6)
        tangent = autograd.jvp(function, point, tuple(float(k == i) for k in range(len(point))))
        check_close(f"the tangent at {point}", float(tangent[1]), float(slope(*point)), 1e-12)
        if order > 1:
            check_slopes(slope, point, order - 1)


def execute(path: Path, stand_ins: dict[str, Any]) -> dict[str, Any]:
    """Run a Python file of another project with stand-ins for modules that it imports."""

    def imported(name: str, *rest: Any) -> Any:
        if name in stand_ins:
            named = len(rest) > 2 and rest[2]  # from ... import these
            return stand_ins[name if named else name.partition(".")[0]]
        return builtins.__import__(name, *rest)

    names: dict[str, Any] = {"__name__": path.stem}
    names["__builtins__"] = vars(builtins) | {"__import__": imported}
    exec(compile(path.read_text("utf-8"), str(path), "exec"), names)
    return names


def tests_of(names: dict[str, Any]) -> Iterator[tuple[str, Callable[[], object]]]:
    """The tests of an executed file, one for each choice of their parameters."""
    for name, function in names.items():
        if not name.startswith("test_") or not callable(function):
            continue
        marks = [m for m in getattr(function, "pytestmark", []) if m.name == "parametrize"]
        choices = [[(m.args[0], choice) for choice in m.args[1]] for m in marks]
        for chosen in itertools.product(*choices):
            label = ",".join(str(c[0] if isinstance(c, tuple) else c) for _, c in chosen)
            yield f"{name}[{label}]" if label else name, _call(function, dict(chosen))


def _call(function: Callable[..., object], arguments: dict[str, Any]) -> Callable[[], object]:
    return lambda: function(**arguments)


def module(name: str, **names: Any) -> Any:
    """A stand-in for a module."""
    made = ModuleType(name)
    vars(made).update(names)
    return made
