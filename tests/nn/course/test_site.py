from __future__ import annotations

import json
import subprocess

import pytest

from nn.course import front, site
from nn.course.__main__ import main
from nn.course.notebooks import notebooks

PYODIDE = {"pyodide.mjs": b"python", "pyodide-lock.json": b'{"info": {}, "packages": {}}'}


def test_without_jupyterlite_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(site, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'stepgrad\[site\]'"):
        site.write_site(tmp_path / "site", PYODIDE, {"en": notebooks("en")})


def test_a_notebook_is_trusted_and_says_below_its_title_what_it_needs(monkeypatch):
    pytest.importorskip("nbformat")
    path = notebooks("en")[0]
    plain = json.loads(site._for_the_browser(path, "en"))
    assert plain["metadata"]["kernelspec"]["name"] == "python"
    assert all(cell["metadata"]["trusted"] for cell in plain["cells"])
    monkeypatch.setattr(front, "needs", lambda notebook: "scikit-learn")
    first, second, *rest = json.loads(site._for_the_browser(path, "en"))["cells"]
    assert first["source"].startswith("# ")
    assert "a machine needs scikit-learn" in second["source"]
    assert [first, *rest] == plain["cells"]


def test_jupyterlite_failing_is_said_with_its_reason(monkeypatch, tmp_path):
    run = subprocess.CompletedProcess([], 1, "copied\n", "no room\n")
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: run)
    with pytest.raises(RuntimeError, match="JupyterLite failed:\ncopied\nno room"):
        site._build(tmp_path, tmp_path / "site", tmp_path)


def test_the_command_leaves_the_folders_of_others_alone(tmp_path, capsys):
    (tmp_path / "index.html").write_text("somebody's", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["site", str(tmp_path), "--pyodide", "nowhere"])
    assert ended.value.code == 2
    assert "nothing in it says that stepgrad made it" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_the_command_says_that_there_is_no_pyodide(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["site", str(tmp_path / "site"), "--pyodide", str(tmp_path)])
    assert "it must be the npm package pyodide" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_site_needs_notebooks(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("nn.course.__main__.notebooks", lambda language: [])
    with pytest.raises(SystemExit):
        main(["site", str(tmp_path / "site")])
    assert "they are in a copy of the repository" in capsys.readouterr().err
