from __future__ import annotations

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from autograd.play.page import page
from autograd.play.site import engine, is_free, write_site

PYODIDE = {"pyodide.mjs": b"python", "pyodide.asm.wasm": b"code"}


def test_the_folder_holds_the_page_and_python(tmp_path):
    folder = tmp_path / "a" / "site"
    size = write_site(folder, PYODIDE)
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    assert set(files) == {
        "index.html", "play.js", "texts.js", "play.css", "frame.html", "host.js", "worker.js",
        "autograd.zip", "pyodide/pyodide.mjs", "pyodide/pyodide.asm.wasm", "pyodide/NOTICE.txt",
    }  # fmt: skip
    assert size == sum(path.stat().st_size for path in files.values())
    assert files["index.html"].read_text(encoding="utf-8") == page()
    assert files["pyodide/pyodide.mjs"].read_bytes() == b"python"
    scripts = "".join(files[name].read_text(encoding="utf-8") for name in ("host.js", "worker.js"))
    for name in re.findall(r'"([\w./]+\.(?:js|mjs|zip))"', scripts):
        assert name.removeprefix("./") in files, name


def test_the_same_bytes_every_time(tmp_path):
    assert engine() == engine()
    write_site(tmp_path, PYODIDE)
    before = (tmp_path / "autograd.zip").read_bytes()
    write_site(tmp_path, PYODIDE)
    assert (tmp_path / "autograd.zip").read_bytes() == before


def test_the_packed_engine_answers_with_the_standard_library_alone(tmp_path):
    names = ZipFile(BytesIO(engine())).namelist()
    assert "autograd/play/bridge.js" in names
    assert not any("compiler" in name or "__pycache__" in name for name in names)
    with ZipFile(BytesIO(engine())) as archive:
        archive.extractall(tmp_path)
    code = (
        "from autograd.play.answer import reply; import sys; "
        "assert not {'graphviz', 'numpy', 'socket'} & set(sys.modules); "
        """print(reply('{"formula": "x*x", "values": {"x": "3"}}'))"""
    )
    # -I -S: neither this repository nor anything that is installed
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    assert '"value": ["9", "9.0"]' in run.stdout


def test_a_folder_of_others_is_not_free(tmp_path):
    assert is_free(tmp_path / "new")
    assert is_free(tmp_path)
    write_site(tmp_path / "ours", PYODIDE)
    assert is_free(tmp_path / "ours")
    assert not is_free(tmp_path)  # something is in it, and no page of ours
    (tmp_path / "index.html").write_text("<p>mine", encoding="utf-8")
    assert not is_free(tmp_path)
    assert not is_free(Path(__file__))
