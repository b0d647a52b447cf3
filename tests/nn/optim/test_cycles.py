"""Schedules that rise and fall against the figures of reference/make_reference.py."""

import math

import pytest

from nn.optim import SGD, OneCycle, ReduceOnPlateau, StepDecay, WarmUp
from tests.nn.optim.problem import close, figures, leaves

JUST_BELOW_0, JUST_ABOVE_1 = math.nextafter(0.0, -1.0), math.nextafter(1.0, 2.0)
SCHEDULES = {
    "WarmUp": lambda optimizer: WarmUp(optimizer, 6, 0.125),
    "WarmUp, then StepDecay": lambda optimizer: WarmUp(
        optimizer, 6, 0.125, then=StepDecay(optimizer, 4, gamma=0.5)
    ),
    "OneCycle": lambda optimizer: OneCycle(optimizer, 1.5, 21),
    "OneCycle, linear, of three phases": lambda optimizer: OneCycle(
        optimizer,
        1.5,
        21,
        three_phase=True,
        anneal_strategy="linear",
        pct_start=0.4,
        div_factor=10.0,
        final_div_factor=100.0,
    ),
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


def test_a_cycle_stays_at_its_last_rate_and_may_have_no_rise():
    schedule = OneCycle(SGD(leaves(), lr=0.8), 1.0, 5, div_factor=10.0, final_div_factor=10.0)
    assert [schedule.rate(step) for step in (4, 5, 50)] == close([0.01] * 3)
    flat = OneCycle(SGD(leaves(), lr=0.8), 1.0, 5, pct_start=0.0, final_div_factor=10.0)
    assert flat.rate(0) > flat.rate(1) > flat.rate(4)
    steep = OneCycle(SGD(leaves(), lr=0.8), 1.0, 5, pct_start=1.0, anneal_strategy="linear")
    assert steep.rate(4) == 1.0


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (WarmUp, {"steps": 0}, "steps=0 is not allowed"),
        (WarmUp, {"steps": 2, "start_factor": 1.5}, "start_factor=1.5"),
        (WarmUp, {"steps": 2, "start_factor": JUST_BELOW_0}, "start_factor=-5e-324"),
        (WarmUp, {"steps": 2, "start_factor": math.nan}, "start_factor=nan"),
        (OneCycle, {"max_lr": -1.0, "total_steps": 5}, "max_lr=-1.0"),
        (OneCycle, {"max_lr": 1.0, "total_steps": 1}, "total_steps=1 is not allowed"),
        (OneCycle, {"max_lr": 1.0, "total_steps": 5, "pct_start": 1.5}, "pct_start=1.5"),
        (OneCycle, {"max_lr": 1.0, "total_steps": 5, "pct_start": JUST_BELOW_0}, "pct_start=-5e-"),
        (OneCycle, {"max_lr": 1.0, "total_steps": 5, "pct_start": math.nan}, "pct_start=nan"),
        (WarmUp, {"steps": 2, "start_factor": JUST_ABOVE_1}, "start_factor=1.0000000000000002"),
        (
            OneCycle,
            {"max_lr": 1.0, "total_steps": 5, "pct_start": JUST_ABOVE_1},
            "pct_start=1.0000000000000002",
        ),
        (OneCycle, {"max_lr": 1.0, "total_steps": 5, "div_factor": 0.0}, "div_factor=0.0"),
        (OneCycle, {"max_lr": 1.0, "total_steps": 5, "anneal_strategy": "exp"}, "anneal_strategy"),
    ],
)
def test_a_wrong_option_is_named(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(SGD(leaves(), lr=0.1), **options)


def test_what_follows_a_rise_must_fit():
    optimizer = SGD(leaves(), lr=0.1)
    with pytest.raises(ValueError, match="another optimiser"):
        WarmUp(optimizer, 5, then=StepDecay(SGD(leaves(), lr=0.1), 1, 0.5))
    with pytest.raises(TypeError, match="a schedule of time alone"):
        WarmUp(optimizer, 5, then=ReduceOnPlateau(optimizer))


def test_the_shortest_rise_and_the_shortest_cycle():
    rise = WarmUp(SGD(leaves(), lr=0.8), 1, 0.25)
    assert [rise.rate(step) for step in (0, 1, 2)] == close([0.2, 0.8, 0.8])
    cycle = OneCycle(SGD(leaves(), lr=0.8), 1.0, 2, pct_start=0.5)
    assert [cycle.rate(step) for step in (0, 1)] == close([1.0, 1.0 / 25.0 / 1e4])


def test_a_rise_begins_at_a_third_and_ends_at_the_whole_rate():
    rise = WarmUp(SGD(leaves(), lr=0.75), 4)
    assert rise.rate(0) == 0.25
    for hundredths in range(101):  # 0.01 + 0.99 falls short of 1 by a rounding, which must not stay
        rise = WarmUp(SGD(leaves(), lr=0.75), 3, hundredths / 100)
        assert [rise.rate(step) for step in (3, 4)] == [0.75, 0.75]


@pytest.mark.parametrize("three_phase", [False, True])
@pytest.mark.parametrize("anneal_strategy", ["cos", "linear"])
def test_a_cycle_ends_at_its_last_rate_to_the_last_digit(anneal_strategy, three_phase):
    options = {"anneal_strategy": anneal_strategy, "three_phase": three_phase}
    cycle = OneCycle(
        SGD(leaves(), lr=0.8), 2.0, 10, div_factor=0.5, final_div_factor=4.0, **options
    )
    assert [cycle.rate(step) for step in (0, 9, 10, 1000)] == [4.0, 1.0, 1.0, 1.0]
    at_once = OneCycle(SGD(leaves(), lr=0.8), 2.0, 10, pct_start=0.1, **options)
    assert at_once.rate(0) == 2.0  # the rise takes no step


def test_a_cycle_may_begin_and_end_at_0_but_no_factor_is_0_or_nan():
    cycle = OneCycle(SGD(leaves(), lr=0.8), 1.0, 10, div_factor=math.inf)
    assert (cycle.rate(0), cycle.rate(2), cycle.rate(9)) == (0.0, 1.0, 0.0)
    cycle = OneCycle(SGD(leaves(), lr=0.8), 1.0, 10, div_factor=2.0, final_div_factor=math.inf)
    assert (cycle.rate(0), cycle.rate(2), cycle.rate(9)) == (0.5, 1.0, 0.0)
    for name in ("div_factor", "final_div_factor"):
        for factor in (0.0, -1.0, math.nan):
            with pytest.raises(ValueError, match=f"{name}={factor} is not allowed: it must be ab"):
                OneCycle(SGD(leaves(), lr=0.8), 1.0, 10, **{name: factor})
