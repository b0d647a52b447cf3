"""DiffRules.jl: its table of rules, each function compared with mpmath.

An argument whose rule is NaN has no derivative there, and none is asked for here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.public_suites.cases import Case
from tests.benchmarks.public_suites.exact import EXACT, check_function
from tests.benchmarks.public_suites.spelled import MissingError

SUITE = "DiffRules.jl"
_RULE = re.compile(r"@define_diffrule (\w+)\.:?([^\s(]+)\(([^)]*)\)\s*=([^@]*)")


def cases(folder: Path) -> Iterator[Case]:
    """A case for each rule."""
    text = (folder / "DiffRules.jl/src/rules.jl").read_text("utf-8")
    text = re.sub(r"#=.*?=#", "", text, flags=re.DOTALL)  # a comment of several lines
    for home, name, arguments, rules in _RULE.findall(text):
        count = arguments.count(",") + 1
        slopes = re.split(r",\s*:", rules)
        by = tuple(i for i, rule in enumerate(slopes) if "NaN" not in rule.split("(")[0])
        yield Case(SUITE, f"{home}.{name}/{count}", _checked(name, count, by[:count]))


def _checked(name: str, count: int, by: tuple[int, ...]) -> Callable[[], None]:
    def run() -> None:
        if name not in EXACT and f"{name}/{count}" not in EXACT:
            raise MissingError(name)
        check_function(name, count, by)

    return run
