"""Schedules against the figures of reference/make_reference.py."""

import pytest

from nn.optim import (
    SGD,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    LambdaDecay,
    MultiStep,
    ReduceOnPlateau,
    StepDecay,
)
from tests.nn.optim.problem import close, figures, leaves

SCHEDULES = {
    "StepDecay": lambda optimizer: StepDecay(optimizer, step_size=6, gamma=0.5),
    "ExponentialDecay": lambda optimizer: ExponentialDecay(optimizer, gamma=0.9),
    "InverseTimeDecay": lambda optimizer: InverseTimeDecay(optimizer, rate=0.25),
    "CosineDecay": lambda optimizer: CosineDecay(optimizer, steps=20, minimum=0.05),
    "MultiStep": lambda optimizer: MultiStep(optimizer, [12, 3, 3, 0], gamma=0.5),
    "LambdaDecay": lambda optimizer: LambdaDecay(optimizer, lambda t: 0.9 / (1 + t * t)),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_are_those_of_pytorch(name):
    optimizer = SGD(leaves(), lr=0.8)
    schedule = SCHEDULES[name](optimizer)
    rates = [optimizer.lr]
    for _ in range(20):
        schedule.step()
        rates.append(optimizer.lr)
    assert rates == close(figures("schedules")[name])
    assert [schedule.rate(step) for step in range(21)] == rates


def test_cosine_decay_ends_at_0_where_nothing_is_said():
    assert CosineDecay(SGD(leaves(), lr=0.8), steps=4).rate(4) == 0.0


def test_cosine_decay_stays_at_its_minimum():
    schedule = CosineDecay(SGD(leaves(), lr=0.8), steps=4, minimum=0.05)
    assert [schedule.rate(step) for step in (4, 5, 8)] == close([0.05] * 3)


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (StepDecay, {"step_size": 0, "gamma": 0.5}, "step_size=0 is not allowed"),
        (StepDecay, {"step_size": 1, "gamma": -0.5}, "gamma=-0.5"),
        (ExponentialDecay, {"gamma": -0.5}, "gamma=-0.5"),
        (InverseTimeDecay, {"rate": -1}, "rate=-1"),
        (CosineDecay, {"steps": 0}, "steps=0 is not allowed"),
        (CosineDecay, {"steps": 5, "minimum": -1}, "minimum=-1"),
        (MultiStep, {"milestones": []}, "one milestone or more"),
        (MultiStep, {"milestones": [3, -1]}, "a milestone=-1 is not allowed"),
        (MultiStep, {"milestones": [3], "gamma": -0.5}, "gamma=-0.5"),
        (LambdaDecay, {"factor": lambda t: -1.0}, r"factor\(0\)=-1.0 is not allowed"),
    ],
)
def test_a_wrong_schedule_option_is_named(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(SGD(leaves(), lr=0.1), **options)


@pytest.mark.parametrize("make", [lambda o: StepDecay(o, 1, 0.5), ReduceOnPlateau])
def test_what_has_no_rate_is_refused(make):
    with pytest.raises(TypeError, match=r"a schedule changes the lr of an optimiser, .*not of 0"):
        make(0)


def test_a_milestone_takes_a_tenth_where_nothing_is_said():
    schedule = MultiStep(SGD(leaves(), lr=0.5), [2])
    assert [schedule.rate(step) for step in (1, 2)] == [0.5, 0.05]


def test_a_wrong_kind_of_option_is_named():
    with pytest.raises(TypeError, match="a milestone is a whole number"):
        MultiStep(SGD(leaves(), lr=0.1), [1.5])
    with pytest.raises(TypeError, match=r"a function of the number of steps.*not 0\.9"):
        LambdaDecay(SGD(leaves(), lr=0.1), 0.9)


def test_the_shortest_fall_takes_one_step():
    schedule = CosineDecay(SGD(leaves(), lr=0.8), steps=1, minimum=0.25)
    assert [schedule.rate(step) for step in (0, 1, 2)] == [0.8, 0.25, 0.25]


@pytest.mark.parametrize(("milestones", "rate"), [([0], 0.25), ([1], 0.5), ([0, 0, 1], 0.125)])
def test_milestones_at_the_very_start_count_at_once(milestones, rate):
    optimizer = SGD(leaves(), lr=0.5)
    MultiStep(optimizer, milestones, gamma=0.5)
    assert optimizer.lr == rate
