"""The golden figures, which several tests of the worked example compare with."""

import json
from pathlib import Path

import pytest

from nn.worked_example import audit


@pytest.fixture(scope="session")
def golden():
    """From a rule's key to rounds to figures, as another program computed them with 60 digits."""
    text = Path(__file__).with_name("golden.json").read_text(encoding="utf-8")
    return {
        rule: {int(rounds): figures for rounds, figures in by_rounds.items()}
        for rule, by_rounds in json.loads(text).items()
    }


@pytest.fixture(scope="session")
def whole_audit():
    """The audit of all published figures, which takes seconds."""
    return audit()
