"""Some of the calls at which users' functions raise, for every run."""

from __future__ import annotations

import pytest

from tests.campaigns.own_code import StumbleError, calls, main, stumbling, trainings, tries

TRAININGS = trainings()


@pytest.mark.parametrize("name", [name for name in TRAININGS if name != "fit, threads"])
def test_after_an_error_of_a_users_function_all_is_whole(name: str) -> None:
    training = TRAININGS[name]
    for source in training.sources:
        last = calls(training, source)
        assert last > 0
        assert list(filter(None, tries(training, source, {1, (last + 1) // 2, last}))) == []


def test_it_raises_at_one_call_of_one_kind() -> None:
    stumbling.set("loss", 2)
    stumbling("model")
    stumbling("loss")
    with pytest.raises(StumbleError, match="call 2 of the loss"):
        stumbling("loss")
    stumbling("loss")
    stumbling.set()


def test_what_is_left_wrong_is_found() -> None:
    training = TRAININGS["fit, eager"]
    wrong = training._replace(note=lambda things, states: None)
    assert "a state between" in "".join(tries(wrong, "loss", [4]))


def test_it_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "train, python"]) == 0
    assert "8 errors raised, 0 left something wrong" in capsys.readouterr().out
