"""Which faults the campaign plants in scripts, and how it says which functions ran."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.campaigns import mutation
from tests.campaigns.mutation import ROOT, known, record
from tests.campaigns.planting import Mutant
from tests.campaigns.script_noticing import function_of, mark, users
from tests.campaigns.script_planting import Script, script_mutants
from tests.campaigns.scripts import EQUIVALENT, scripts

TEXT = """// A comment 1 + 1.
const LEAST = 4;
const MOST = 1e300;
const size = ({ wide }, more = 2) => wide > LEAST && !more ? `${wide + 1} px` : "1 < 2";
const grow = (list) => {
  if (list?.length === 3) list.push(/[/"]-1/.test("b") ? -1 : Math.min(1.5, 2));
  for (let i = 0; i < 9; i += 1) total += i;
  return list ?? true;
};
"""
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")


def test_faults_are_planted_in_what_runs() -> None:
    found = {(m.line, m.old, m.new) for m in script_mutants("a.js", TEXT)}
    push = 'list.push(/[/"]-1/.test("b") ? -1 : Math.min(1.5, 2));'
    assert found == {
        (2, "4", "5"),
        (3, "1e300", "2e+300"),
        (4, "2", "3"),
        (4, "wide > LEAST && !more", "!(wide > LEAST && !more)"),
        (4, ">", ">="),
        (4, "&&", "||"),
        (4, "!", ""),
        (4, "+", "-"),
        (4, "1", "2"),
        (6, "?.", "."),
        (6, "===", "!=="),
        (6, "3", "4"),
        (6, '/[/"]-1/.test("b")', '!(/[/"]-1/.test("b"))'),
        (6, "-", ""),
        (6, "1", "2"),
        (6, "min", "max"),
        (6, "1.5", "2.5"),
        (6, "2", "3"),
        (6, push, ";"),
        (7, "0", "1"),
        (7, "<", "<="),
        (7, "9", "10"),
        (7, "+=", "-="),
        (7, "1", "2"),
        (7, "total += i;", ";"),
        (8, "??", "&&"),
        (8, "true", "false"),
        (8, "return list ?? true;", "return;"),
    }


def node(script: str) -> str:
    done = subprocess.run(["node"], input=script, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.mark.external
@needs_node
@pytest.mark.parametrize("path", ["autograd/play/play.js", "autograd/views/player/unpack.js"])
def test_every_fault_is_javascript(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    changed = [mutant.apply(text) for mutant in script_mutants(path, text)]
    assert text not in changed
    texts = [each.replace("import {", "const {").replace(" from ", " = ") for each in changed]
    node(f"for (const text of {json.dumps(texts)}) new (require('vm').Script)(text);")


@pytest.mark.external
@needs_node
def test_functions_that_run_say_so() -> None:
    script = Script("const a = (x) => x > 1 ? 3 : 4;\nconst b = (x) => {\n  return a(x);\n};\n")
    run = "console.log(a(2), [...globalThis.stepgradRan]); b(0);"
    show = "console.log([...globalThis.stepgradRan]);"
    said = node(script.marked(mark(7)) + run + show)
    assert said.split("\n") == ["3 [ 7000, 7001 ]", "[ 7000, 7001, 7002 ]", ""]
    assert function_of(7002, [str(i) for i in range(9)]) == "7#1"
    assert function_of(7000, [str(i) for i in range(9)]) == "7#-1"


def test_a_fault_stands_in_its_innermost_function_or_in_a_constant_of_some() -> None:
    script = Script(TEXT)
    place = {m.old: script.function_at(m.start) for m in script_mutants("a.js", TEXT)}
    assert (place["wide > LEAST && !more"], place["total += i;"], place["4"]) == (0, 1, -1)
    least = next(m for m in script_mutants("a.js", TEXT) if m.old == "4")
    assert users(least, script) == {"a.js#0"}
    assert users(Mutant("a.js", 6, TEXT.index("total"), 0, "", ""), script) == set()


def test_a_fault_outside_of_functions_after_a_loop_over_a_list_is_in_no_constant() -> None:
    text = "const LEAST = 4;\nfor (const each of [5]) go(each);\nconst f = () => LEAST;\n"
    found = {m.old: users(m, Script(text)) for m in script_mutants("a.js", text)}
    assert found == {"4": {"a.js#0"}, "5": set(), "go(each);": set()}


def test_every_script_can_be_taken_apart() -> None:
    for path in scripts():
        script = Script((ROOT / path).read_text(encoding="utf-8"))
        assert all(f.start <= f.end for f in script.functions), path


def test_a_section_keeps_the_other_tables(tmp_path, monkeypatch) -> None:
    table = tmp_path / "mutation.md"
    table.write_text(mutation.TABLE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(mutation, "TABLE", table)
    before = table.read_text(encoding="utf-8").split("\n## ")
    record({"z.js": "| `z.js` | 9 | 3 | 2 | 1 | 0 | 100.0 % | 2026-01-01 |"}, "JavaScript")
    after = table.read_text(encoding="utf-8").split("\n## ")
    assert [part.split("\n")[0] for part in after] == [part.split("\n")[0] for part in before]
    assert after[0] == before[0]
    assert "| `z.js` | 9 | 3 | 2 | 1 | 0 | 100.0 % | 2026-01-01 |\n| together |" in after[1]


def test_each_equivalent_fault_can_be_planted_and_has_a_reason() -> None:
    """When the line changes, so does what is said of it."""
    entries = json.loads(EQUIVALENT.read_text(encoding="utf-8"))
    for entry, name in zip(entries, known(EQUIVALENT), strict=True):
        text = (ROOT / entry["path"]).read_text(encoding="utf-8")
        assert name in [mutant.name for mutant in script_mutants(entry["path"], text)], name
        assert len(entry["reason"].split()) > 5, name
