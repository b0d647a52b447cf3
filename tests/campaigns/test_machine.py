"""A few examples of the state machines; and each notices an engine that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from autograd import Value
from nn.optim import Adam
from tests.campaigns.machine import TAKEN, Graphs, machine_settings, main
from tests.campaigns.training_machine import Trainings
from tests.campaigns.training_machine import main as training_main

STEPS = {"build", "backward", "replay", "gradients", "pickle", "deepcopy", "drop", "compile"}


def test_graphs_are_as_the_oracle_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--examples", "20", "--steps", "30"]) == 0
    assert capsys.readouterr().out.endswith("\n") and set(TAKEN) >= STEPS


def test_trainings_are_as_the_plain_loop_leaves_them() -> None:
    assert training_main(["--examples", "12", "--steps", "12"]) == 0
    assert set(TAKEN) >= {"fit", "fit, compiled", "step", "save, load", "pickle"}


def _wrong_grad(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Value.backward
    monkeypatch.setattr(Value, "backward", lambda self, g=1.0: right(self, g * (1 + 1e-12)))


def _kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    right, kept = Value.detach, list[Any]()

    def detach(self: Value) -> Value:
        kept.append(right(self))
        return kept[-1]

    monkeypatch.setattr(Value, "detach", detach)


def _wrong_step(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Adam.coefficients
    monkeypatch.setattr(Adam, "coefficients", lambda self, lr, step: right(self, lr, step + 1.0))


@pytest.mark.parametrize(
    ("machine", "spoil"),
    [(Graphs, _wrong_grad), (Graphs, _kept_alive), (Trainings, _wrong_step)],
)
def test_what_is_wrong_is_noticed(
    machine: type[RuleBasedStateMachine], spoil: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=machine_settings(30, 15, shrink=False))
