"""The course's command: ``python -m nn.course site FOLDER`` writes it for a file host."""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from autograd.play import pyodide
from autograd.play.site import is_free
from nn.course.notebooks import FOLDER, FOLDERS, notebooks
from nn.course.site import write_site


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code."""
    parser = ArgumentParser("python -m nn.course", description="The course's notebooks.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_site(commands.add_parser("site", help="write the course as a folder for any file host"))
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        parser.exit(2, f"python -m nn.course: error: {error}\n")
    return 0


def add_site(parser: ArgumentParser) -> None:
    """Give the command ``site`` its options."""
    parser.description = (
        "Write the course as a folder that any file host can serve. Python (Pyodide "
        f"{pyodide.VERSION}) runs in the reader's browser, and the pages ask no other server for "
        "anything. It takes the extra `site`, pip and an index of packages."
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="where to")
    parser.add_argument(
        "--pyodide",
        type=Path,
        metavar="PATH",
        help=f"the npm package pyodide {pyodide.VERSION}: its .tgz file (npm pack), or a folder "
        "with what is in it; else npm gets it",
    )
    parser.add_argument(
        "--force", action="store_true", help="write into a folder that stepgrad did not make"
    )
    parser.set_defaults(run=_site)


def _site(options: Namespace) -> None:
    folder: Path = options.folder
    chosen = {language: notebooks(language) for language in FOLDERS}
    if not any(chosen.values()):
        raise ValueError(
            f"there are no notebooks in {FOLDER}: they are in a copy of the repository, not in "
            "the installed package"
        )
    if not options.force and not is_free(folder):
        raise ValueError(
            f"{folder} is there already and nothing in it says that stepgrad made it; "
            "choose another folder, or write into it with --force"
        )
    files = pyodide.from_path(options.pyodide) if options.pyodide else pyodide.download()
    size = write_site(folder, files, chosen)
    print(
        f"wrote {folder}, {size / 1e6:.1f} MB; to try it: "
        f"python3 -m http.server -b 127.0.0.1 -d {shlex.quote(str(folder))}"
    )


if __name__ == "__main__":
    sys.exit(main())
