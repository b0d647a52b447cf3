"""The axes that pictures are drawn on."""

import sys

import pytest

from nn.diagnostics import plot_gradient_norms


def test_places_on_an_axis_are_whole_numbers(recorded):
    for axes in (recorded.plot(), plot_gradient_norms({"layers.0": 0.5, "layers.1": 1.0})):
        assert all(tick == int(tick) for tick in axes.get_xticks())


def test_without_matplotlib_the_error_says_how_to_install_it(monkeypatch, recorded):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"stepgrad\[notebook\]"):
        recorded.plot()
