"""Write ``.ci/licences.md``: the licence of every package that ``.ci/versions.txt`` pins.

``python -m tests.make_licences`` reads them from what is installed beside it, and keeps what it
knew of packages that are not, such as those for another system.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, files, metadata
from pathlib import Path

from packaging.utils import canonicalize_name

FOLDER = Path(__file__).parent.parent / ".ci"
PINNED, WRITTEN = FOLDER / "versions.txt", FOLDER / "licences.md"
HEAD = """\
# Licences of the packages that stepgrad can be used and tested with

Using stepgrad needs `graphviz` alone; all others belong to extras. None is part of stepgrad's own
files, which are under the licence in `LICENSE`. Written by `python -m tests.make_licences`.

| package | licence |
|---|---|
"""
LONGEST = 60
UNKNOWN = "not installed where this was written"


def pinned() -> dict[str, str]:
    """Package to version, of the file of versions."""
    lines = PINNED.read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^([a-z0-9][\w.-]*)==([^ \\\n]+)", lines))


def licence(package: str) -> str:
    """What a package's metadata says, else the title of a file with its licence."""
    try:
        about = metadata(package)
    except PackageNotFoundError:
        return ""
    classifiers = [
        each.rpartition(" :: ")[2]
        for each in about.get_all("Classifier", [])
        if each.startswith("License ::")
    ]
    words = about.get("License", "").strip().partition("\n")[0]
    said = about.get("License-Expression") or words or ", ".join(classifiers)
    if len(said) > LONGEST or said == "UNKNOWN":
        said = ", ".join(classifiers)
    said = said or first_line_of_its_licence(package) or "its metadata names none"
    return said.replace("|", "\\|")


def first_line_of_its_licence(package: str) -> str:
    """The title of the licence among a package's files, where there is one."""
    for file in files(package) or ():
        if re.match(r"(?i)(licen[cs]e|copying)", file.name):
            lines = file.locate().read_text(encoding="utf-8").split("\n")
            return next((line.strip(" #") for line in lines if line.strip(" #=-")), "")[:LONGEST]
    return ""


def known() -> dict[str, str]:
    """What the file says now."""
    if not WRITTEN.exists():
        return {}
    return dict(re.findall(r"(?m)^\| `([^`]+)` \| (.*) \|$", WRITTEN.read_text(encoding="utf-8")))


def main() -> None:
    """Write the file."""
    before = known()
    rows = []
    for package in sorted(pinned(), key=canonicalize_name):
        said = licence(package) or before.get(package, UNKNOWN)
        rows.append(f"| `{package}` | {said} |\n")
    WRITTEN.write_text(HEAD + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
