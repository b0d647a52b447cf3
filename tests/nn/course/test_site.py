from __future__ import annotations

import json
import subprocess
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

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


def test_a_site_holds_all_that_it_needs(monkeypatch, tmp_path, capsys):
    """With stand-ins for JupyterLite, which writes its own pages, and for pip."""
    kernel = tmp_path / "kernel"
    (kernel / "static" / "pypi").mkdir(parents=True)
    (kernel / "package.json").write_bytes(b"{}")
    (kernel / "static" / "pypi" / "piplite-1-py3-none-any.whl").write_bytes(b"piplite")
    (kernel / "static" / "pypi" / "other-1-py3-none-any.whl").write_bytes(b"other")

    class File:
        def match(self, pattern):
            return pattern == f"{site.KERNEL}/package.json"

        def locate(self):
            return kernel / "package.json"

    built = {}
    commands = []

    def jupyterlite(command, *, cwd, **options):
        commands.append(command)
        built.update({path.relative_to(cwd).as_posix(): path.read_bytes()
                      for path in cwd.rglob("*") if path.is_file()})  # fmt: skip
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(site, "files", lambda name: [File()])
    monkeypatch.setattr(site, "find_spec", lambda name: object())
    monkeypatch.setattr(site.wheels, "download", lambda: {"six-1-py3-none-any.whl": b"six"})
    monkeypatch.setattr(subprocess, "run", jupyterlite)
    monkeypatch.setattr(site, "_for_the_browser", lambda path, language: language.encode())
    monkeypatch.setattr("autograd.play.pyodide.from_path", lambda path: PYODIDE)
    assert main(["site", str(tmp_path / "site"), "--pyodide", "x.tgz"]) == 0
    assert "to try it: python3 -m http.server" in capsys.readouterr().out
    listed = json.loads((tmp_path / "site" / site.LIST).read_bytes())["packages"]
    assert set(listed) == {"six", "piplite", "stepgrad"}
    assert (
        tmp_path / "site" / "static" / "wheels" / "six-1-py3-none-any.whl"
    ).read_bytes() == b"six"
    assert (tmp_path / "site" / "index.html").exists()
    assert built["static/pyodide/pyodide.mjs"] == b"python"
    assert {built[f"files/{lang}/{notebooks(lang)[0].name}"] for lang in ("en", "zh")} == {
        b"en", b"zh"
    }  # fmt: skip
    assert {"--apps=notebooks", "--apps=lab", "--apps=tree"} <= {*commands[0]}
    settings = json.loads(built["jupyter-lite.json"])
    assert settings["jupyter-lite-schema-version"] == 0
    assert settings["jupyter-config-data"]["exposeAppInBrowser"] is True
    config = settings["jupyter-config-data"]["litePluginSettings"]
    assert config[f"{site.KERNEL}:kernel"]["disablePyPIFallback"] is True  # asks nobody else
    options = config[f"{site.KERNEL}:kernel"]["loadPyodideOptions"]
    assert set(options["packages"]) == set(listed)


def test_a_kernel_that_is_not_installed_is_named_with_its_extra(monkeypatch):
    def missing(name):
        raise site.PackageNotFoundError(name)

    monkeypatch.setattr(site, "files", missing)
    with pytest.raises(ModuleNotFoundError, match=r"stepgrad\[site\]"):
        site._kernel()


def test_the_command_builds_lessons_and_the_page_of_their_folder(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("nn.course.build.build", lambda lesson, folder: [folder / lesson.name])
    monkeypatch.setattr("nn.course.index.page", lambda folder: "the page")
    assert main(["build", "05", "--notebooks", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / '05_gradient_descent'}\n"
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "the page"
    with pytest.raises(SystemExit):
        main(["build", "15", "--notebooks", str(tmp_path)])
    assert "there is no lesson '15'; there are 01, 02" in capsys.readouterr().err


def test_the_command_draws_the_gallery(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("nn.course.gallery.draw_pictures", lambda page, folder: [page, folder])
    assert main(["gallery", "--notebooks", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'gallery.md'}\n{tmp_path}\n"


class Node(dict):
    """A part of a notebook as nbformat has it, which is not in the extra `test`."""

    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


@pytest.mark.parametrize(("needed", "note"), [("", None), ("NumPy", "a machine needs NumPy")])
def test_a_notebook_for_the_browser_with_a_stand_in_for_nbformat(monkeypatch, needed, note):
    def cell(source, **more):
        return Node(source=source, metadata=Node(), **more)

    read = Node(cells=[cell("# One"), cell("1 + 1")], metadata=Node())
    nbformat = SimpleNamespace(
        read=lambda path, as_version: read, v4=SimpleNamespace(new_markdown_cell=cell)
    )
    monkeypatch.setattr(site, "import_module", {"nbformat": nbformat}.get)
    monkeypatch.setattr(site, "require", lambda *needed: None)
    monkeypatch.setattr(front, "needs", lambda notebook: needed)
    written = json.loads(site._for_the_browser(Path("one.ipynb"), "en"))
    kernel = {"name": "python", "display_name": "Python", "language": "python"}
    assert written["metadata"] == {"kernelspec": kernel}
    first, *between, last = written["cells"]
    assert first == {"source": "# One", "metadata": {"trusted": True}}
    assert last == {"source": "1 + 1", "metadata": {"trusted": True}}
    assert len(between) == (note is not None)
    for told in between:
        assert told["id"] == "in-the-browser" and note in told["source"]


def test_without_nbformat_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr("autograd.checks.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"a site of the course .* 'stepgrad\[site\]'"):
        site._for_the_browser(Path("one.ipynb"), "en")


def test_pyodide_comes_from_npm_where_no_path_is_given(monkeypatch, tmp_path, capsys):
    written = []
    monkeypatch.setattr("autograd.play.pyodide.download", lambda: PYODIDE)
    monkeypatch.setattr(
        "nn.course.site.write_site", lambda *given: written.append(given) or 2_540_000
    )
    folder = tmp_path / "a site"
    assert main(["site", str(folder)]) == 0
    ((where, files, chosen),) = written
    assert (where, files) == (folder, PYODIDE)
    assert chosen == {language: notebooks(language) for language in ("en", "zh")}
    assert capsys.readouterr().out == (
        f"wrote {folder}, 2.5 MB; to try it: python3 -m http.server -b 127.0.0.1 -d '{folder}'\n"
    )


def test_the_module_is_a_program(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["nn.course", "build", "15"])
    with pytest.raises(SystemExit) as ended:
        run_path(str(Path(front.__file__).with_name("__main__.py")), run_name="__main__")
    assert ended.value.code == 2
    assert "there is no lesson '15'" in capsys.readouterr().err
