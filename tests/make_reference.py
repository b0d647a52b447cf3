"""Write the reference of `autograd` and `nn` as HTML, from their docstrings (extra ``docs``).

``python -m tests.make_reference FOLDER``; then open ``FOLDER/index.html``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import autograd
import nn


def names_in_groups(package: ModuleType) -> list[str]:
    """The public names in the order in which the package's first page groups them."""
    groups = re.findall(r"^(?:- |  ).*$", package.__doc__ or "", re.MULTILINE)
    return re.findall(r"`(\w+)`", "\n".join(groups))


def make_reference(folder: Path) -> None:
    import pdoc
    from pdoc.render import configure

    for package in (autograd, nn):  # pdoc sees only what a package has already imported
        vars(package).update({name: getattr(package, name) for name in package.__all__})
        package.__all__ = names_in_groups(package)
    configure(docformat="numpy", show_source=False)
    pdoc.pdoc("autograd", "nn", output_directory=folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.make_reference FOLDER")
    make_reference(Path(sys.argv[1]))
