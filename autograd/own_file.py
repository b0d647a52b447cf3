"""A file or module of the user's that declares operations, for formulas on the command line.

A formula itself runs nothing (`expression`); what is imported here is named by whoever gives the
command, and never by a page or a file of answers.

Read before: `own`. Read next: `expression`.
"""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from pathlib import Path
from types import ModuleType

from autograd.operation import OWN


class OwnFileError(ValueError):
    """A file or module that cannot be imported, or declares nothing."""


def declare_from(source: str) -> list[str]:
    """Import a Python file or a module, and return the names of the operations that it declares.

    Parameters
    ----------
    source : str
        The path of a file that ends in .py, or the name of a module such as ``course.functions``.

    Raises
    ------
    OwnFileError
        When there is no such module, when an error occurs in it, or when it declares nothing.
    OSError
        When there is no such file.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from autograd.expression import read_formula
    >>> text = '''
    ... from autograd import operation
    ...
    ... @operation
    ... def cube(x):
    ...     return x * x * x
    ... '''
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "mine.py")
    ...     _ = path.write_text(text)
    ...     declare_from(str(path))
    ['cube']
    >>> read_formula("cube(w) + 1", {"w": 2.0})[0].data
    9.0
    """
    before = dict(OWN)
    module = _file(Path(source)) if source.endswith(".py") else _module(source)
    names = [name for name, function in OWN.items() if before.get(name) is not function]
    names = names or [name for name, function in OWN.items() if function in _public(module)]
    if not names:
        raise OwnFileError(
            f"{source} declares no operation: write @autograd.operation before a def in it"
        )
    return names


def _public(module: ModuleType) -> list[object]:
    """What a module holds, also one that was imported before."""
    return [thing for thing in vars(module).values() if callable(thing)]


def _file(path: Path) -> ModuleType:
    text = path.read_bytes()  # an OSError says more than a failed import
    name = f"stepgrad_operations_{path.stem}"
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        exec(compile(text, str(path), "exec"), vars(module))
    except Exception as error:
        del sys.modules[name]
        raise OwnFileError(_said(str(path), error)) from error
    return module


def _module(name: str) -> ModuleType:
    folder = str(Path.cwd())
    sys.path.insert(0, folder)  # as `python -m` does
    try:
        return import_module(name)
    except Exception as error:
        advice = "" if Path(f"{name}.py").exists() else "; the name of a file ends in .py"
        raise OwnFileError(_said(name, error) + advice) from error
    finally:
        sys.path.remove(folder)


def _said(source: str, error: Exception) -> str:
    """What went wrong, and in which of its lines."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == source]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    place = f"{source}, line {line}" if line else source
    return f"{place}: {type(error).__name__}: {error}"
