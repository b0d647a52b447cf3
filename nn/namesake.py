"""Whether the package `autograd` that Python finds is ours, and not another of that name.

The name is not ours alone: people call a file of their own so, and PyPI has a distribution called
``autograd``, whose files land in the same folder as ours. Whoever imports `nn` is told here.

Read next: `module`.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

OURS = "stepgrad"
REPAIR = f"pip install --force-reinstall --no-deps {OURS}"
APART = "the two need environments of their own (python3 -m venv FOLDER)"


def check_engine(beside: Path) -> None:
    """Import `autograd` and see that it is ours.

    Parameters
    ----------
    beside : path
        The folder of `nn`, beside which our `autograd` was installed.

    Raises
    ------
    ImportError
        When it is another package, or what an uninstallation has left of ours. The message names
        both places, who installed the other, and what to do.

    Warns
    -----
    RuntimeWarning
        When it is ours, but has overwritten the files of the other distribution.
    """
    spec = find_spec("autograd")
    found = Path(spec.origin) if spec and spec.origin else None
    try:
        ours = getattr(import_module("autograd"), "__distribution__", None) == OURS
    except Exception:  # another package may need what is not here
        if found and f'__distribution__ = "{OURS}"' in found.read_text(encoding="utf-8"):
            raise
        ours = False
    expected = beside.parent / "autograd" / "__init__.py"
    if not ours:
        raise ImportError(_message(found, expected), name="autograd")
    if found:
        _check_neighbours(found.parent.parent)


def _message(found: Path | None, expected: Path) -> str:
    ours = f"nn, in {expected.parent.parent / 'nn'}, needs {OURS}'s autograd, {expected}"
    if found is None:
        return f"{ours}, which is missing or only a part of itself; put it back: {REPAIR}"
    owner = _owner(found)
    by = f" of the distribution {owner}" if owner else ""
    other = f"{ours}, but Python finds {'there ' if found == expected else ''}another: {found}{by}"
    if found == expected:
        away = f"pip uninstall {owner}, then " if owner else ""
        return f"{other}, which has overwritten ours; {away}{REPAIR}; {APART}"
    if owner:
        return f"{other}, which comes first in sys.path; pip uninstall {owner}, or {APART}"
    return f"{other}, which comes first in sys.path; rename it or move it away"


def _owner(path: Path) -> str | None:
    """Return the distribution, other than ours, that says it has installed a file."""
    from importlib.metadata import distributions  # slow to import, and rarely needed

    for distribution in distributions():
        name = distribution.metadata["Name"]
        for file in distribution.files or ():
            if name != OURS and file.name == path.name and Path(str(file.locate())) == path:
                return name
    return None


def _check_neighbours(folder: Path) -> None:
    for other in folder.glob("autograd-*.dist-info"):
        warnings.warn(
            f"{folder / 'autograd'} is {OURS}'s autograd, and has overwritten files of the other "
            f"distribution of that name, {other}, which does not work now; pip uninstall autograd, "
            f"then {REPAIR}; {APART}",
            RuntimeWarning,
            stacklevel=4,
        )


def main() -> int:
    """Run the command ``stepgrad``, from here so that a namesake is noticed before it is used."""
    from autograd.cli import main as command

    return command()
