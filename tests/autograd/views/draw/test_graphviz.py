import pytest

from autograd.views.draw.graphviz import run_graphviz


def test_a_missing_graphviz_says_what_works_and_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match=r"'dot' was not found. SVG works. To install it: 'apt"):
        run_graphviz("digraph {}", "dot", "svg", "SVG works.")
