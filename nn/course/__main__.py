"""The course's command: build its notebooks, draw its gallery, write it as a site."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from autograd.play import pyodide
from autograd.play.site import is_free
from autograd.terminal import Parser, told
from autograd.whole import replace_file
from nn.course.lessons import LESSONS
from nn.course.notebooks import FOLDER, FOLDERS, notebooks


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code."""
    parser = Parser("python -m nn.course", description="The course's notebooks.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_build(commands.add_parser("build", help="run the sources and write the notebooks"))
    add_gallery(commands.add_parser("gallery", help="draw the pictures of the gallery again"))
    add_site(commands.add_parser("site", help="write the course as a folder for any file host"))
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        parser.exit(2, f"python -m nn.course: error: {told(error)}\n")
    return 0


def add_build(parser: Parser) -> None:
    """Give the command ``build`` its options."""
    parser.add_argument("lessons", nargs="*", metavar="NN", help="such as 05; left out, all")
    parser.add_argument("--notebooks", type=Path, default=FOLDER, help="the folder (notebooks/)")
    parser.set_defaults(run=_build)


def _build(options: Namespace) -> None:
    from nn.course.build import build
    from nn.course.index import page

    numbers = {lesson.name[:2]: lesson for lesson in LESSONS}
    unknown = [number for number in options.lessons if number not in numbers]
    if unknown:
        raise ValueError(f"there is no lesson {unknown[0]!r}; there are {', '.join(numbers)}")
    for number in options.lessons or numbers:
        for path in build(numbers[number], options.notebooks):
            print(path)
    replace_file(options.notebooks / "README.md", page(options.notebooks).encode())


def add_gallery(parser: Parser) -> None:
    """Give the command ``gallery`` its options."""
    parser.add_argument("--notebooks", type=Path, default=FOLDER, help="the folder (notebooks/)")
    parser.set_defaults(run=_gallery)


def _gallery(options: Namespace) -> None:
    from nn.course.gallery import draw_pictures

    for path in draw_pictures(options.notebooks / "gallery.md", options.notebooks):
        print(path)


def add_site(parser: Parser) -> None:
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
    from nn.course.site import write_site

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
