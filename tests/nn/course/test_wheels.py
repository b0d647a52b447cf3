from __future__ import annotations

import json
import re
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from nn.course import wheels

LOCK = b'{"info": {"python": "3.14.2"}, "packages": {"numpy": {"name": "numpy"}}}'


def pins() -> list[str]:
    lines = wheels.PINS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_each_wheel_is_pinned_to_one_version_and_its_hash():
    for line in pins():
        assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}", line), line
    assert {"ipython", "micropip", "graphviz"} <= {line.split("==")[0] for line in pins()}


def test_the_list_has_those_wheels_and_no_other():
    listed = wheels.lock(LOCK, {"a_b-1.2-py3-none-any.whl": b"one", "../c-3-py3-none-any.whl": b""})
    assert listed["info"] == {"python": "3.14.2"}
    assert set(listed["packages"]) == {"a-b", "c"}
    entry = listed["packages"]["a-b"]
    assert entry == {
        "name": "a-b",
        "version": "1.2",
        "file_name": "a_b-1.2-py3-none-any.whl",
        "sha256": sha256(b"one").hexdigest(),
        "install_dir": "site",
        "package_type": "package",
        "imports": [],
        "depends": [],
    }
    assert listed["packages"]["c"]["file_name"] == "../c-3-py3-none-any.whl"
    json.dumps(listed)


def test_our_own_wheel_is_all_of_us_and_the_same_every_time():
    name, wheel = wheels.own_wheel()
    assert (name, wheel) == wheels.own_wheel()
    assert wheels.name_of(name) == "stepgrad"
    names = ZipFile(BytesIO(wheel)).namelist()
    assert {"autograd/compiler/program.py", "nn/names.txt", "autograd/views/player/player.css"} <= {
        *names
    }
    assert not any(each.endswith((".so", ".pyc", ".c")) for each in names)


def test_our_own_wheel_computes_and_compiles_in_python_alone(tmp_path):
    with ZipFile(BytesIO(wheels.own_wheel()[1])) as archive:
        archive.extractall(tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import autograd; "
        "print(autograd.__file__, autograd.compile(lambda x: x * x, backend='python')(3.0))"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert (run.stderr, run.stdout.split()) == (
        "",
        [str(tmp_path / "autograd" / "__init__.py"), "9.0"],
    )


def test_what_pip_says_when_it_cannot(monkeypatch, tmp_path):
    missing = tmp_path / "wheels.txt"
    missing.write_text("six==0.0.0 --hash=sha256:" + "0" * 64, encoding="utf-8")
    monkeypatch.setattr(wheels, "PINS", missing)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(
        RuntimeError, match=r"(?s)pip could not get what is in .*wheels\.txt:\n.*six"
    ):
        wheels.download()


def test_what_pip_gets_is_given_by_name(monkeypatch):
    def pip(command, **options):
        folder = Path(command[command.index("--dest") + 1])
        (folder / "six-1-py3-none-any.whl").write_bytes(b"six")
        (folder / "note.txt").write_bytes(b"no wheel")
        assert command[1:4] == ["-m", "pip", "download"] and "--require-hashes" in command
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pip)
    assert wheels.download() == {"six-1-py3-none-any.whl": b"six"}


def test_the_words_of_pip_are_told(monkeypatch):
    run, fails = subprocess.run, "import sys; sys.exit('broken')"
    monkeypatch.setattr(
        subprocess, "run", lambda command, **more: run([sys.executable, "-SIc", fails], **more)
    )
    with pytest.raises(RuntimeError, match=r"pip could not get what is in .*:\nbroken$"):
        wheels.download()
