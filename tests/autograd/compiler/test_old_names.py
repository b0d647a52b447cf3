"""Names of version 0.1's modules and classes, which its pickles ask for."""

from __future__ import annotations

import importlib
import pickle

import pytest

import autograd.compiler.old_names  # noqa: F401
from autograd.compiler import pipeline
from autograd.compiler.record import nested, trace
from autograd.compiler.wengert import expressions


@pytest.mark.parametrize(
    ("module", "name", "now"),
    [
        ("structure", "Nest", nested.Container),
        ("trace", "Recording", trace.Recording),
        ("simplify", "Expressions", expressions.Expressions),
        ("version", "Version", pipeline.Specialization),
        ("version", "Labelled", pipeline.Labelled),
    ],
)
def test_an_old_name_is_the_class_of_today(module: str, name: str, now: type) -> None:
    assert getattr(importlib.import_module(f"autograd.compiler.{module}"), name) is now
    reference = f"cautograd.compiler.{module}\n{name}\n."  # what a pickle of protocol 0 says
    assert pickle.loads(reference.encode()) is now
