"""Machine code on disk: taken again where all is equal, made anew where anything is not."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
import warnings

import pytest

from autograd import Value, compile, tanh
from autograd.compiler.vector import code_cache
from autograd.compiler.vector.code_cache import Artifact, found, keeping, kept

POSIX = pytest.mark.skipif(os.name == "nt", reason="permissions are those of POSIX")
CODE = Artifact(b"\x7fELF\n\x00code\n", {"scratch_bytes": 3, "kernels": [["exp", 4, False]]})


def test_a_quarter_of_a_gigabyte_is_kept():
    assert code_cache.LIMIT == 268_435_456


@pytest.fixture
def folder(tmp_path, monkeypatch):
    code_cache._warn.cache_clear()
    chosen = tmp_path / "deep" / "cache"
    monkeypatch.setenv("STEPGRAD_CACHE", str(chosen))
    return chosen


class Counted:
    def __init__(self, artifact=CODE):
        self.made = 0
        self.artifact = artifact

    def __call__(self):
        self.made += 1
        return self.artifact


def test_it_is_made_once_and_read_from_then_on(folder):
    make = Counted()
    assert [kept(lambda: ("list", 1), make) for _ in range(3)] == [CODE] * 3
    assert make.made == 1
    assert kept(lambda: ("list", 2), make) == CODE
    assert make.made == 2
    assert len(list(folder.iterdir())) == 2


def test_what_is_kept_is_found_without_making_it(folder):
    assert found(lambda: "a") is None
    kept(lambda: "a", Counted())
    assert found(lambda: "a") == CODE and found(lambda: "b") is None


def test_equal_data_are_one_file_whichever_objects_they_are(folder):
    make = Counted()
    for name in (sys.intern("sigmoid"), "".join(["sig", "moid"])):
        kept(lambda name=name: ("kernel", name, name), make)
    assert make.made == 1


def test_nothing_is_kept_unless_somebody_asks(tmp_path, monkeypatch):
    monkeypatch.delenv("STEPGRAD_CACHE", raising=False)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    make = Counted()
    kept(lambda: "a", make)
    with keeping(False):
        kept(lambda: "a", make)
    assert (make.made, list(tmp_path.iterdir())) == (2, [])
    with keeping(True):
        kept(lambda: "a", make)
        kept(lambda: "a", make)
    assert make.made == 3
    (found,) = tmp_path.rglob("*.code")
    assert found.parent.name == "stepgrad"


def test_another_compiler_has_other_files(folder, monkeypatch):
    make = Counted()
    kept(lambda: "a", make)
    monkeypatch.setattr(code_cache, "compiler", lambda: "another")
    kept(lambda: "a", make)
    assert make.made == 2


def test_the_compiler_is_its_source_and_that_of_what_it_compiles(tmp_path, monkeypatch):
    place = tmp_path / "autograd" / "compiler" / "vector"
    monkeypatch.setattr(code_cache, "__file__", str(place / "code_cache.py"))
    (tmp_path / "autograd" / "views").mkdir(parents=True)
    place.mkdir(parents=True)
    name = code_cache.compiler.__wrapped__
    names = [name()]
    for file in ("functions.py", "compiler/lower.py", "compiler/vector/target.py"):
        (tmp_path / "autograd" / file).write_text("one")
        names.append(name())
        (tmp_path / "autograd" / file).write_text("two")
        names.append(name())
    assert len(set(names)) == 7
    for file in ("views/drawing.py", "compiler/notes.md", "../setup.py"):
        (tmp_path / "autograd" / file).write_text("other")
        assert name() == names[-1]


def test_a_machine_without_llvm_is_another_compiler(monkeypatch):
    here = code_cache.compiler()
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    assert code_cache.compiler.__wrapped__() != here


@pytest.mark.parametrize(
    ("platform", "variable", "below"),
    [
        ("win32", "LOCALAPPDATA", "stepgrad"),
        ("win32", None, "AppData/Local/stepgrad"),
        ("darwin", None, "Library/Caches/stepgrad"),
        ("linux", "XDG_CACHE_HOME", "stepgrad"),
        ("linux", None, ".cache/stepgrad"),
    ],
)
def test_the_users_folder_is_where_the_system_has_it(
    platform, variable, below, tmp_path, monkeypatch
):
    for each in ("LOCALAPPDATA", "XDG_CACHE_HOME"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    if variable:
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert code_cache._users_folder() == tmp_path / below


@POSIX
@pytest.mark.parametrize(
    ("named", "told"), [("~nobody-at-all/code", "~nobody-at-all/code"), ("", "~")]
)
def test_a_user_without_a_home_has_programs_all_the_same(named, told, monkeypatch):
    """As in a container whose processes have a number that no user has."""
    monkeypatch.setenv("STEPGRAD_CACHE", named)
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)  # a KeyError for all
    code_cache._warn.cache_clear()
    make = Counted()
    with (
        keeping(True),
        pytest.warns(RuntimeWarning, match=f"no home folder for '{told}'. Let STEP"),
    ):
        assert kept(lambda: "a", make) == CODE
    with warnings.catch_warnings(), keeping(True):
        warnings.simplefilter("error")  # it is said once
        assert kept(lambda: "a", make) == CODE and found(lambda: "a") is None
    assert make.made == 2


def test_where_users_have_no_numbers_a_folder_is_its_users(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "getuid", raising=False)
    tmp_path.chmod(0o777)
    assert code_cache._is_private(tmp_path.stat())


@POSIX
def test_what_another_process_removes_at_the_same_time_is_passed_over(folder):
    folder.mkdir(parents=True, mode=0o700)
    gone = folder / ("0" * 64 + ".code")
    gone.symlink_to("not there any more")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kept(lambda: "a", make := Counted())
        kept(lambda: "a", make)
    assert make.made == 1


@POSIX
def test_files_and_folder_are_the_users_alone(folder):
    kept(lambda: "a", Counted())
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@POSIX
def test_what_others_may_read_is_still_the_users(folder):
    make = Counted()
    kept(lambda: "a", make)
    folder.chmod(0o755)
    kept(lambda: "a", make)
    assert make.made == 1


@POSIX
@pytest.mark.parametrize("which", ["folder", "file"])
def test_what_others_may_write_is_not_run(which, folder):
    make = Counted()
    kept(lambda: "a", make)
    (path,) = folder.iterdir()
    (path if which == "file" else folder).chmod(0o777)
    if which == "folder":
        with pytest.warns(RuntimeWarning, match="others may write there, and what is read"):
            kept(lambda: "a", make)
    else:
        kept(lambda: "a", make)
    assert make.made == 2


@POSIX
@pytest.mark.parametrize(
    ("mode", "owner", "private"),
    [
        (0o700, 0, True),
        (0o755, 0, True),
        (0o720, 0, False),  # the group alone
        (0o702, 0, False),  # all others alone
        (0o777, 0, False),
        (0o700, 1, False),  # somebody else's, who may write there at any time
    ],
)
def test_what_is_private(mode, owner, private):
    about = os.stat_result((stat.S_IFDIR | mode, 1, 1, 1, os.getuid() + owner, 0, 0, 0, 0, 0))
    assert code_cache._is_private(about) is private


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "folder"])
def test_a_damaged_file_is_made_anew(damage, folder):
    make = Counted()
    kept(lambda: "a", make)
    (path,) = folder.iterdir()
    content = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(content[:-1])
    elif damage == "flipped":
        content[-2] ^= 1
        path.write_bytes(content)
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        path.mkdir()
        with pytest.warns(RuntimeWarning, match="cannot be kept"):
            assert kept(lambda: "a", make) == CODE
        return
    assert kept(lambda: "a", make) == CODE
    assert kept(lambda: "a", make) == CODE
    assert make.made == 2


def test_a_folder_that_cannot_be_had_is_told_once_and_the_code_made(folder):
    folder.parent.write_text("a file in the way")
    make = Counted()
    with pytest.warns(RuntimeWarning, match="machine code cannot be kept in"):
        kept(lambda: "a", make)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kept(lambda: "a", make)
    assert make.made == 2


def test_the_folder_stays_within_its_limit_and_what_was_used_last_stays(folder, monkeypatch):
    monkeypatch.setattr(code_cache, "LIMIT", 3000)
    make = Counted(Artifact(b"x" * 900, {}))
    for name in "abc":
        kept(lambda name=name: name, make)
        time.sleep(0.02)
    kept(lambda: "a", make)
    kept(lambda: "d", make)  # b was not used for longest
    assert len(list(folder.iterdir())) == 3
    assert make.made == 4
    kept(lambda: "a", make)
    assert make.made == 4
    kept(lambda: "b", make)
    assert make.made == 5


@pytest.mark.parametrize(("room", "left"), [(0, 2), (-1, 1)])
def test_a_byte_too_many_is_one_file_too_many(room, left, folder, monkeypatch):
    make = Counted()
    for name in "ab":
        kept(lambda name=name: name, make)
    size = sum(path.stat().st_size for path in folder.iterdir())
    monkeypatch.setattr(code_cache, "LIMIT", size + room)
    code_cache._make_room(folder)
    assert len(list(folder.iterdir())) == left


@POSIX
def test_a_file_that_is_gone_takes_no_room(folder, monkeypatch):
    make = Counted()
    for name in "abc":
        kept(lambda name=name: name, make)
    size = sum(path.stat().st_size for path in folder.iterdir())
    monkeypatch.setattr(code_cache, "LIMIT", size)
    for digit in "0123456789abcdef":
        (folder / (digit * 64 + ".code")).symlink_to("not there any more")
    code_cache._make_room(folder)
    assert sum(path.is_file() for path in folder.iterdir()) == 3


def test_what_cannot_be_put_in_its_place_leaves_no_half(folder, monkeypatch):
    names = []

    def refuse(source, target):
        names.append(source.name)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.warns(RuntimeWarning, match="No space left on device"):
        assert kept(lambda: "a", Counted()) == CODE
    assert not list(folder.iterdir())
    assert code_cache._OURS.fullmatch(names[0])  # or a half that stays is never removed


def test_what_a_process_left_half_written_is_removed_after_a_while(folder):
    kept(lambda: "a", Counted())
    old, new = (folder / f"{letter * 64}.01234567.tmp" for letter in "ab")
    for path in (old, new):
        path.write_bytes(b"half")
    now = time.time()
    os.utime(old, (now - 3700.0, now - 3700.0))
    os.utime(new, (now - 3500.0, now - 3500.0))
    kept(lambda: "b", Counted())
    assert not old.exists()
    assert new.exists()


def test_files_of_the_users_beside_ours_are_left_alone(folder, monkeypatch):
    monkeypatch.setattr(code_cache, "LIMIT", 0)
    kept(lambda: "a", Counted())
    own = [folder / name for name in ("thesis.tmp", "x.0.tmp", "secret.code", "a" * 64)]
    for path in own:
        path.write_bytes(b"mine")
        os.utime(path, (0, 0))
    kept(lambda: "b", Counted())
    assert sorted(folder.iterdir()) == sorted(own)


def test_code_under_another_name_is_not_run(folder):
    kept(lambda: "a", Counted())
    (path,) = folder.iterdir()
    kept(lambda: "b", Counted(other := Artifact(b"other", {})))
    (second,) = set(folder.iterdir()) - {path}
    os.replace(path, second)
    assert kept(lambda: "b", make := Counted(other)) == other
    assert make.made == 1


@POSIX
@pytest.mark.parametrize("of", ["the file", "the half of it", "the folder"])
def test_links_lead_nowhere(of, tmp_path, folder, monkeypatch):
    kept(lambda: "a", Counted())
    (path,) = folder.iterdir()
    precious = tmp_path / "precious"
    precious.write_bytes(b"mine")
    if of == "the file":
        path.unlink()
        path.symlink_to(precious)
    elif of == "the half of it":
        path.unlink()
        monkeypatch.setattr(code_cache, "token_hex", lambda n: "00000000")
        (folder / f"{path.stem}.00000000.tmp").symlink_to(precious)
    else:
        others = tmp_path / "others"
        others.mkdir()
        others.chmod(0o777)
        os.rename(path, others / path.name)
        folder.rmdir()
        folder.symlink_to(others)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kept(lambda: "a", make := Counted())
    assert make.made == 1
    assert precious.read_bytes() == b"mine"


PROGRAM = """
import sys
from autograd import Value, compile, dot, tanh, sin
from autograd.compiler.run import native
from autograd.compiler.train import loop_code
from nn.optim import Adam

if sys.argv[1] == "second":
    def refuse(*_): raise AssertionError("code was made anew")
    from autograd.compiler.vector import processor
    native.lower = native.object_code = processor.object_code = processor.kernel_source = refuse
w = [Value(0.1 * k, f"w{k}") for k in range(5)]
program = compile(lambda x: tanh(dot(w, x)) * sin(x[0]), backend="llvm")
rows = [[0.3, 0.1, -0.5, 1.0, 2.0], [0.1] * 5, [0.2] * 5]
print(program.batch(rows), program.backward(rows), [v.grad for v in w])
print(program.train(rows, optimizer=Adam(w, lr=0.1), epochs=3), [v.data for v in w])
"""


def run(*arguments, folder):
    environment = os.environ | {"STEPGRAD_CACHE": str(folder)}
    command = [sys.executable, "-c", PROGRAM, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)


def test_a_second_process_makes_no_code_and_gets_the_same_bits(tmp_path):
    outputs = []
    for which in ("first", "second"):
        process = run(which, folder=tmp_path)
        outputs.append(process.communicate(timeout=120)[0])
        assert process.returncode == 0
    assert outputs[0] == outputs[1] != ""


OWN_PROGRAM = """
import sys
import autograd
factor = float(sys.argv[1])
@autograd.operation
def scaled(x):
    return x * factor
print(autograd.compile(lambda x: scaled(x) + scaled(x + 1.0), backend="llvm")(1.0))
"""


def test_an_own_operation_that_was_changed_is_computed_as_it_is_now(tmp_path):
    environment = os.environ | {"STEPGRAD_CACHE": str(tmp_path)}
    for factor in ("2.0", "3.0"):
        command = [sys.executable, "-c", OWN_PROGRAM, factor]
        result = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert float(result.stdout) == 3.0 * float(factor), result.stderr


def test_a_row_alone_is_kept_where_a_program_asks(tmp_path, monkeypatch):
    monkeypatch.delenv("STEPGRAD_CACHE", raising=False)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    w = Value(0.25, "w")
    program = compile(lambda x: tanh(w * x) - 0.125, backend="llvm", cache=True)
    program(0.5)
    assert list(tmp_path.rglob("*.code"))


def test_processes_that_fill_one_folder_at_once_agree(tmp_path):
    processes = [run("first", folder=tmp_path) for _ in range(3)]
    outputs = {process.communicate(timeout=120)[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(outputs) == 1
    assert not list(tmp_path.glob("*.tmp"))


@POSIX
def test_where_users_have_no_numbers_a_users_folder_is_his_own(folder, monkeypatch):
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    monkeypatch.delattr(os, "getuid")
    make = Counted()
    assert [kept(lambda: "a", make), kept(lambda: "a", make)] == [CODE, CODE]
    assert make.made == 1
