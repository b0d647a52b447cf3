"""A history to look at; pictures are drawn without a screen, and closed after each test."""

import pytest

from nn.diagnostics import History


@pytest.fixture(autouse=True)
def _figures_are_closed():
    pytest.importorskip("matplotlib").use("Agg")
    yield
    from matplotlib import pyplot

    pyplot.close("all")


@pytest.fixture
def recorded():
    """The history of three epochs."""
    return History(
        losses=[1.0, 0.5, 0.2],
        validation_losses=[1.1, 0.6, 0.7],
        learning_rates=[0.1] * 3,
        gradient_norms=[3.0, 2.0, 1.0],
    )
