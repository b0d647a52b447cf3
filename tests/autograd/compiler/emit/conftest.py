"""Small lists, lowered and run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from autograd.compiler.lower import Lowered, lower
from autograd.compiler.run.native import Native
from autograd.compiler.vector.processor import host
from autograd.compiler.vector.target import Processor, Target
from autograd.compiler.wengert.wengert import WengertList

Results = tuple[list[list[float]], list[float]]


@pytest.fixture(params=[8, 4, 1], ids=lambda lanes: f"{lanes} lanes")
def processor(request: pytest.FixtureRequest) -> Processor:
    """This processor, with vectors of several widths."""
    return replace(host(), target=Target(request.param, host().target.fused))


@pytest.fixture
def lowered(processor: Processor) -> Callable[[WengertList], Lowered]:
    """What each stage makes of a list."""
    return lambda listed: lower(listed, processor)


@pytest.fixture
def run(processor: Processor) -> Callable[..., Results]:
    """The outputs and sums of a list: run(listed, columns, parameters)."""

    def run(
        listed: WengertList,
        columns: Sequence[Sequence[float]],
        parameters: Sequence[float],
        rows: int = 1,
    ) -> Results:
        given = [np.array(column) for column in columns]
        length = len(columns[0]) if columns else rows
        outputs, sums = Native(listed, processor).run(given, np.array(parameters), rows=length)
        return outputs.tolist(), sums.tolist()

    return run
