"""The archives hold what they should, the same bytes wherever built; versions are pinned."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.make_licences import HEAD, PINNED, WRITTEN, known, pinned

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SOURCES = (
    *("autograd", "nn", "tests", "notebooks", ".ci", "README.md", "README.zh-CN.md"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "pyproject.toml", ".gitignore"),
)
MADE = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd", ".ipynb_checkpoints")


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A wheel and a source distribution, each built in two folders with other settings."""
    pytest.importorskip("hatchling", reason="needs the extra `lint`")
    built = []
    for number, (umask, zone) in enumerate([(0o022, "UTC"), (0o077, "Asia/Tokyo")]):
        folder = tmp_path_factory.mktemp("built") / ("deeper" * number) / "stepgrad"
        folder.mkdir(parents=True)
        for name in SOURCES:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=MADE)
            else:
                shutil.copy(source, folder / name)
        if number:
            for path in folder.rglob("*"):
                path.chmod(path.stat().st_mode & 0o700)
                os.utime(path, (10**9, 10**9))
        built += _built(folder, zone, umask)
    return built


def _built(folder: Path, zone: str, umask: int = -1) -> list[Path]:
    """Build both archives in a folder with the project's source; -1 for the umask that is set."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", "dist"],
        cwd=folder,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000", "TZ": zone, "PYTHONPATH": ""},
        umask=umask,
        check=True,
        capture_output=True,
    )
    return sorted((folder / "dist").iterdir())


@pytest.mark.external
def test_archives_are_the_same_bytes_wherever_they_are_built(archives: list[Path]) -> None:
    first, second = archives[:2], archives[2:]
    assert [path.name for path in first] == [path.name for path in second]
    hashes = [sha256(path.read_bytes()).hexdigest() for path in archives]
    assert hashes[:2] == hashes[2:]


@pytest.mark.external
def test_archives_built_from_the_source_distribution_are_the_same(
    archives: list[Path], tmp_path: Path
) -> None:
    made = {path.suffix: path for path in archives[:2]}
    with tarfile.open(made[".gz"]) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    built = _built(folder, "Asia/Kathmandu")
    assert [path.read_bytes() for path in built] == [path.read_bytes() for path in archives[:2]]


def files_of(*tops: str) -> set[str]:
    """What lies in folders here, without what is made at installing and running."""
    found = set()
    for top in tops:
        for path in (ROOT / top).rglob("*"):
            parts = path.relative_to(ROOT).parts
            if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(parts):
                found.add("/".join(parts))
    return {name for name in found if not name.endswith((".so", ".pyd", ".pyc"))}


@pytest.mark.external
def test_a_wheel_has_the_packages_and_their_files_alone(archives: list[Path]) -> None:
    (wheel,) = [path for path in archives[:2] if path.suffix == ".whl"]
    names = set(zipfile.ZipFile(wheel).namelist())
    about = f"stepgrad-{PROJECT['version']}.dist-info"
    ours = {name for name in names if not name.startswith(f"{about}/")}
    loops = {name for name in ours if name.endswith((".so", ".pyd"))}
    assert ours - loops == files_of("autograd", "nn")
    assert all(name.startswith("autograd/speed/_loops.") for name in loops)
    assert {"autograd/py.typed", "nn/py.typed", "autograd/speed/loops.c"} <= ours
    rest = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
    assert names - ours == {f"{about}/{name}" for name in rest}


@pytest.mark.external
def test_a_source_distribution_has_all_that_the_tests_need(archives: list[Path]) -> None:
    (source,) = [path for path in archives[:2] if path.suffix == ".gz"]
    with tarfile.open(source) as archive:
        members = archive.getmembers()
    top = f"stepgrad-{PROJECT['version']}/"
    names = {member.name.removeprefix(top) for member in members if member.isfile()}
    folders = [name for name in SOURCES if (ROOT / name).is_dir()]
    files = {name for name in SOURCES if (ROOT / name).is_file()}
    assert names == files_of(*folders) | files | {"PKG-INFO"}
    assert {(member.uid, member.gid, member.uname) for member in members} == {(0, 0, "")}


# ------------------------------------------------------------------------------------- versions

REQUIRED = [
    Requirement(line)
    for line in [
        *PROJECT["dependencies"],
        *(
            line
            for extra, lines in PROJECT["optional-dependencies"].items()
            if extra != "benchmark"  # which races others, in whatever version they are
            for line in lines
        ),
    ]
    if not line.startswith("stepgrad[")
]


def versions() -> dict[str, list[str]]:
    """Package to its pinned versions: some have one for each Python."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(
        r"(?m)^([a-z0-9][\w.-]*)==([^ \\\n]+)", PINNED.read_text(encoding="utf-8")
    ):
        found.setdefault(name, []).append(version)
    return found


def test_every_package_that_is_asked_for_is_pinned_as_it_is_asked_for() -> None:
    found = versions()
    for required in REQUIRED:
        allowed: SpecifierSet = required.specifier
        pins = found[canonicalize_name(required.name)]
        assert pins, required
        assert all(allowed.contains(version) for version in pins), (required, pins)


def test_pins_have_hashes_and_name_no_place() -> None:
    text = PINNED.read_text(encoding="utf-8")
    assert not re.search(r"://|(?m:^-)|\bindex\b|\bfile:|@ ", text)
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(entries) > 100
    for entry in entries:
        pin, *hashes = entry.splitlines()
        assert re.match(r"[a-z0-9][\w.-]*==\S+( ; [^\\]+)? \\$", pin), pin
        assert hashes and all(re.match(r" +--hash=sha256:[0-9a-f]{64}", each) for each in hashes)


def test_every_pinned_package_has_its_licence_listed() -> None:
    listed = known()
    assert set(listed) == set(pinned())
    assert WRITTEN.read_text(encoding="utf-8").startswith(HEAD)
    direct = {canonicalize_name(required.name) for required in REQUIRED}
    missing = {name for name in direct if not listed[name] or "not installed" in listed[name]}
    assert missing == set()
