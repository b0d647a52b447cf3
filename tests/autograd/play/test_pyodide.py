from __future__ import annotations

import tarfile
from hashlib import sha256
from io import BytesIO

import pytest

from autograd.play import pyodide


@pytest.fixture
def contents(monkeypatch) -> dict[str, bytes]:
    """Files that stand for Pyodide's, which are too large for a test."""
    made = {name: f"this is {name}".encode() for name in pyodide.FILES}
    digests = {name: sha256(content).hexdigest() for name, content in made.items()}
    monkeypatch.setattr(pyodide, "FILES", digests)
    return made


def pack(path, contents):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in contents.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(content)
            archive.addfile(info, BytesIO(content))
    return path


def unpack(folder, contents):
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def test_the_version_is_pinned_file_by_file():
    assert {"pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip"} < set(pyodide.FILES)
    assert all(len(bytes.fromhex(digest)) == 32 for digest in pyodide.FILES.values())
    assert pyodide.VERSION in pyodide.NOTICE


def test_packed_and_unpacked(tmp_path, contents):
    more = contents | {"README.md": b"not needed"}
    assert pyodide.from_path(pack(tmp_path / "a.tgz", more)) == contents
    assert pyodide.from_path(unpack(tmp_path / "a" / "package", more)) == contents
    assert pyodide.from_path(tmp_path / "a") == contents


def test_a_file_that_is_missing_or_another(tmp_path, contents):
    name, *_ = contents
    damaged = contents | {name: b"something else"}
    for path in (pack(tmp_path / "a.tgz", damaged), unpack(tmp_path / "a", damaged)):
        with pytest.raises(ValueError, match=rf"{name} in .* is not that of pyodide 314\.0\.7"):
            pyodide.from_path(path)
    del damaged[name]
    for path in (pack(tmp_path / "b.tgz", damaged), unpack(tmp_path / "b", damaged)):
        with pytest.raises(ValueError, match=r"npm package pyodide 314\.0\.7") as caught:
            pyodide.from_path(path)
        assert name in str(caught.value)
    (tmp_path / "c.tgz").write_text("no archive", encoding="utf-8")
    with pytest.raises(ValueError, match="is no packed npm package"):
        pyodide.from_path(tmp_path / "c.tgz")
    with pytest.raises(FileNotFoundError):
        pyodide.from_path(tmp_path / "nothing")


def npm(tmp_path, monkeypatch, script):
    """A program that stands for npm."""
    program = tmp_path / "npm"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(pyodide.shutil, "which", lambda _: str(program))


def test_download_asks_npm_for_the_version(tmp_path, monkeypatch, contents):
    packed = pack(tmp_path / "packed", contents)
    npm(tmp_path, monkeypatch, f'[ "$1 $2" = "pack pyodide@314.0.7" ] && cp {packed} p.tgz')
    assert pyodide.download() == contents
    pack(packed, contents | {"pyodide.mjs": b"something else"})
    with pytest.raises(ValueError, match="is not that of pyodide"):
        pyodide.download()


def test_download_without_npm_or_network(tmp_path, monkeypatch):
    npm(tmp_path, monkeypatch, "echo there is no network >&2; exit 1")
    with pytest.raises(RuntimeError, match=r"there is no network\nWith no network, copy"):
        pyodide.download()
    monkeypatch.setattr(pyodide.shutil, "which", lambda _: None)
    with pytest.raises(RuntimeError, match=r"--download needs npm; .* --pyodide PATH"):
        pyodide.download()


@pytest.mark.parametrize(
    ("script", "reason"),
    [("exit 0", "npm gave no reason"), ("echo half > p.tgz; echo odd >&2; exit 1", "odd")],
)
def test_download_takes_nothing_from_an_npm_that_failed(tmp_path, monkeypatch, script, reason):
    npm(tmp_path, monkeypatch, script)
    with pytest.raises(RuntimeError, match=rf"npm could not get pyodide 314\.0\.7: {reason}\n"):
        pyodide.download()


def test_a_folder_in_the_place_of_a_file_is_not_that_file(tmp_path, contents):
    name, *others = contents
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as archive:
        folder = tarfile.TarInfo(f"package/{name}")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for other in others:
            info = tarfile.TarInfo(f"package/{other}")
            info.size = len(contents[other])
            archive.addfile(info, BytesIO(contents[other]))
    with pytest.raises(ValueError, match=rf"{name} in .* is not that of pyodide"):
        pyodide.from_path(tmp_path / "a.tgz")
