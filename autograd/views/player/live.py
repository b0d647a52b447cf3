"""The leaf values that a learner sets in a notebook's player, seen and set from Python.

Where anywidget is installed, a model without a view (``bridge.js``) carries them between the kernel
and the frame that holds the page. What a notebook stores is the same with it and without it.

Read next: `assets`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from numbers import Real
from typing import Any

from autograd.graph import leaves, topological_order
from autograd.value import Value
from autograd.views.player.assets import asset
from autograd.views.write.names import is_number, names

INSTALL = "pip install 'stepgrad[widget]'"

SPECIAL = ("nan", "inf", "-inf", "-0.0")
"""Numbers that JSON, or JavaScript's writing of it, has no word for: they travel as texts."""


class LeafValues(MutableMapping[str, float]):
    """Leaf name to number, as the player shows it now.

    Before a learner changes anything these are the numbers of the graph. Setting one moves it in
    the players of this walkthrough that are shown; the graph itself stays as it is.
    """

    def __init__(self, root: Value) -> None:
        self._root = root
        self._bridge: Any = None

    @cached_property
    def _numbers(self) -> dict[str, float]:
        name = names(topological_order(self._root), [self._root])
        own = [leaf for leaf in leaves(self._root) if not is_number(leaf, name[leaf])]
        return {name[leaf]: leaf.data for leaf in own}

    def __getitem__(self, name: str) -> float:
        return self._numbers[name]

    def __setitem__(self, name: str, number: float) -> None:
        if name not in self._numbers:
            raise KeyError(f"there is no leaf {name!r}; there are {', '.join(self._numbers)}")
        if not isinstance(number, Real) or isinstance(number, bool):
            raise TypeError(f"the value of {name!r} must be a number, not {number!r}")
        self._connected()
        self._bridge.values = _written(self._numbers | {name: float(number)})

    def __delitem__(self, name: str) -> None:
        raise TypeError("a graph keeps its leaves: a value can be set, not deleted")

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __repr__(self) -> str:
        return repr(self._numbers)

    def channel(self) -> str:
        """What the page must call itself to be heard; empty where there is no bridge."""
        if find_spec("anywidget") is None or not _someone_is_there():
            return ""
        self._connected()
        return str(self._bridge.channel)

    def _connected(self) -> None:
        if self._bridge is None:
            self._bridge = _bridge(self._numbers)
            self._bridge.observe(lambda change: self._take(change["new"]), "values")

    def _take(self, given: dict[str, Any]) -> None:
        for name, number in given.items():
            if name in self._numbers and (isinstance(number, Real) or number in SPECIAL):
                self._numbers[name] = float(number)


def _written(numbers: Mapping[str, float]) -> dict[str, float | str]:
    return {name: x if math.isfinite(x) else repr(x) for name, x in numbers.items()}


def _someone_is_there() -> bool:
    # What runs a notebook from its first cell to its last, as nbconvert does, says that it cannot
    # answer questions. It would store the bridge, and pages made of the notebook would ask the
    # network for what shows widgets.
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    kernel = getattr(shell, "kernel", None)
    return kernel is not None and getattr(kernel, "_allow_stdin", True)


def _bridge(numbers: dict[str, float]) -> Any:
    try:
        anywidget = import_module("anywidget")
        traitlets = import_module("traitlets")
    except ImportError:
        raise ImportError(f"setting values in a player needs the extra: {INSTALL}") from None
    synced = {
        "_esm": asset("bridge.js"),
        "values": traitlets.Dict(_written(numbers)).tag(sync=True),
        "channel": traitlets.Unicode().tag(sync=True),
    }
    bridge = type("Bridge", (anywidget.AnyWidget,), synced)()
    bridge.channel = bridge.model_id or ""
    return bridge
