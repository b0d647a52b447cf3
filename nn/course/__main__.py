"""``python -m nn.course``: build the notebooks from their sources."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nn.course.lessons import LESSONS

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m nn.course", description="The course's tools.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="run the sources and write the notebooks")
    build.add_argument("lessons", nargs="*", metavar="NN", help="such as 05; left out, all")
    build.add_argument("--notebooks", type=Path, default=NOTEBOOKS, help="the folder (notebooks/)")
    build.set_defaults(run=_build)
    gallery = commands.add_parser("gallery", help="draw the pictures of the gallery again")
    gallery.add_argument(
        "--notebooks", type=Path, default=NOTEBOOKS, help="the folder (notebooks/)"
    )
    gallery.set_defaults(run=_gallery)
    given = parser.parse_args(arguments)
    return int(given.run(given))


def _build(given: argparse.Namespace) -> int:
    from nn.course.build import build
    from nn.course.index import page

    numbers = {lesson.name[:2]: lesson for lesson in LESSONS}
    unknown = [number for number in given.lessons if number not in numbers]
    if unknown:
        sys.exit(f"there is no lesson {unknown[0]}; there are {', '.join(numbers)}")
    for number, lesson in numbers.items():
        if not given.lessons or number in given.lessons:
            for path in build(lesson, given.notebooks):
                print(path)
    (given.notebooks / "README.md").write_text(page(given.notebooks), encoding="utf-8")
    return 0


def _gallery(given: argparse.Namespace) -> int:
    from nn.course.gallery import draw_pictures

    for path in draw_pictures(given.notebooks / "gallery.md", given.notebooks):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
