import graphviz
import pytest

from autograd.views.draw.graphviz import run_graphviz


def test_a_missing_graphviz_says_what_works_and_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match=r"'dot' was not found. SVG works. To install it: 'apt"):
        run_graphviz("digraph {}", "dot", "svg", "SVG works.")


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ('There is no layout engine support for "neato"\nUse one of: dot\n', True),
        ('Format: "png" not recognized. Use one of: dot svg\n', True),
        ("Error: <stdin>: syntax error in line 2\n", False),
        ("", False),
    ],
)
def test_what_graphviz_says_is_passed_on(said, more, monkeypatch):
    def refuse(*arguments: object, **options: object) -> None:
        raise graphviz.CalledProcessError(1, "neato", None, said.encode())

    monkeypatch.setattr(graphviz.Source, "pipe", refuse)
    with pytest.raises(RuntimeError, match="SVG works") as caught:
        run_graphviz("digraph {}", "neato", "png", "SVG works.")
    assert f"'neato' says: {' '.join(said.split()) or 'nothing.'} SVG works." in str(caught.value)
    assert ("apt install libgvplugin-neato-layout8" in str(caught.value)) == more


@pytest.mark.parametrize("status", [0, 1])
def test_a_program_that_fails_is_told_from_one_that_does_not(status, monkeypatch, tmp_path):
    program = tmp_path / "dot"
    program.write_text(f"#!/bin/sh\ncat > /dev/null\necho drawn\necho no >&2\nexit {status}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    if status:
        with pytest.raises(RuntimeError, match=r"'dot' says: no SVG works\.$"):
            run_graphviz("digraph {}", "dot", "svg", "SVG works.")
    else:
        assert run_graphviz("digraph {}", "dot", "svg", "SVG works.") == b"drawn\n"
