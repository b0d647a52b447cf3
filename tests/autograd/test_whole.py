"""Attributes are set together, and files replaced, as a whole or not at all."""

from __future__ import annotations

import os
import resource
import signal
import stat
import threading
from pathlib import Path

import pytest

from autograd import Value
from autograd.whole import replace_file, set_all, set_each, setting, setting_each
from tests.campaigns.fault_cases import OLD, SAVES


def test_attributes_of_several_objects_are_set_together() -> None:
    x, y = Value(1.0), Value(2.0)
    set_all([(x, "grad", 3.0), (y, "_label", "y")])
    assert (x.grad, y.label) == (3.0, "y")


def test_one_attribute_of_several_objects_is_set_once_all_numbers_are_known() -> None:
    leaves = [Value(float(i)) for i in range(3)]
    set_each(leaves, "grad", (leaf.data + 1.0 for leaf in leaves))
    assert [leaf.grad for leaf in leaves] == [1.0, 2.0, 3.0]
    with pytest.raises(ZeroDivisionError):
        set_each(leaves, "grad", (1.0 / leaf.data for leaf in reversed(leaves)))
    assert [leaf.grad for leaf in leaves] == [1.0, 2.0, 3.0]


def test_other_attributes_are_set_with_those_of_several_objects() -> None:
    leaves, other = [Value(float(i)) for i in range(3)], Value(0.0)
    set_each(leaves, "grad", [1.0, 2.0, 3.0], [(other, "_label", "other"), (other, "grad", 4.0)])
    assert [leaf.grad for leaf in (*leaves, other)] == [1.0, 2.0, 3.0, 4.0]
    assert other.label == "other"


def test_what_is_prepared_for_each_takes_the_numbers_of_that_time() -> None:
    leaves = [Value(float(i)) for i in range(5)]
    put_back = setting_each(leaves, "grad", (leaf.grad for leaf in leaves))
    set_each(leaves, "grad", [7.0] * 5)
    put_back()
    assert [leaf.grad for leaf in leaves] == [0.0] * 5


def test_what_is_prepared_takes_the_numbers_of_that_time() -> None:
    leaves = [Value(float(i)) for i in range(5)]
    put_back = setting((leaf, "grad", leaf.grad) for leaf in leaves)
    set_all([(leaf, "grad", 7.0) for leaf in leaves])
    put_back()
    assert [leaf.grad for leaf in leaves] == [0.0] * 5


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)
    path.chmod(0o640)
    replace_file(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o640)
    assert os.listdir(tmp_path) == ["file"]


def test_what_is_synced_is_whole_when_the_disk_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda number: sizes.append(os.fstat(number).st_size))
    replace_file(tmp_path / "file", b"new")
    assert sizes == []
    replace_file(tmp_path / "file", b"newer", synced=True)
    assert sizes == [5]


def test_what_a_link_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(OLD)
    link = tmp_path / "link"
    link.symlink_to("real")
    replace_file(link, b"new")
    assert link.is_symlink() and (tmp_path / "real").read_bytes() == b"new"
    (tmp_path / "real").unlink()
    replace_file(link, b"again")
    assert link.is_symlink() and (tmp_path / "real").read_bytes() == b"again"


@pytest.mark.parametrize("sign", ["x", "é", "权", "🦊"])
def test_a_name_may_be_as_long_as_the_folder_allows(sign: str, tmp_path: Path) -> None:
    name = sign * (255 // len(sign.encode()))
    replace_file(tmp_path / name, b"new")
    assert os.listdir(tmp_path) == [name]


def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    replace_file(pipe, b"new")
    reader.join()
    assert read == [b"new"] and stat.S_ISFIFO(pipe.stat().st_mode)
    replace_file("/dev/null", b"new")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(OSError, match="No space left"):
        replace_file("/dev/full", b"new")
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_what_cannot_be_written_is_said_of_the_file_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError) as error:
        replace_file(tmp_path / "none" / "file", b"new")
    assert error.value.filename == str(tmp_path / "none" / "file")
    round_about = tmp_path / "round_about"
    round_about.symlink_to("round_about")
    with pytest.raises(OSError, match="symbolic links") as loop:
        replace_file(round_about, b"new")
    assert loop.value.filename == str(round_about) and round_about.is_symlink()
    for folder in (tmp_path, Path("/")):
        with pytest.raises(IsADirectoryError) as there:
            replace_file(folder, b"new")
        assert there.value.filename == str(folder)
    to_a_folder = tmp_path / "to a folder"
    to_a_folder.symlink_to(tmp_path)
    with pytest.raises(IsADirectoryError) as there:
        replace_file(to_a_folder, b"new")
    assert there.value.filename == str(to_a_folder)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "beside")

    monkeypatch.setattr(Path, "open", refused)  # whoever runs this may be root, who may all
    with pytest.raises(PermissionError, match=r"Permission denied: '.*file'"):
        replace_file(tmp_path / "file", b"new")

    def out_of_order(*_: object, **__: object) -> None:
        raise OSError("out of order")  # without a number, Python shows no file, or nothing else

    monkeypatch.setattr(Path, "open", out_of_order)
    with pytest.raises(OSError, match=r"^out of order$"):
        replace_file(tmp_path / "file", b"new")


@pytest.mark.parametrize("name", SAVES)
def test_on_a_full_disk_the_old_file_stays(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(OLD)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(OLD) + 1, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            SAVES[name](path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == OLD
    assert os.listdir(tmp_path) == [name]
    SAVES[name](path)
    assert path.read_bytes() != OLD and os.listdir(tmp_path) == [name]
