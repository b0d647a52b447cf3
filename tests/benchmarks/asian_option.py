"""What the price of an Asian option and its sensitivities cost, beside JAX.

Run from the project's root, with JAX installed or without:

    pip install -e '.[benchmark]'
    python -m tests.benchmarks.asian_option [--rounds N]

The work is the usual comparison of tools for sensitivities: 100 options on the mean of 252 daily
prices, each by 1,000 paths of geometric Brownian motion, the price and its derivatives by spot,
volatility and rate. All options see the same paths' random numbers. A run is all of it; the first
gradient is everything from a Python function to the first option's numbers: recording,
differentiating, compiling and running. Prices and sensitivities are compared before anything is
timed, and the contestants run in turn. The report is `asian_option.md`.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.compiled import in_child, ratio, told

Array = NDArray[np.float64]
Prices = Callable[[], Array]
"""Prices and sensitivities of all options: an array (options, 4)."""

REPORT = Path(__file__).with_suffix(".md")
OPTIONS, PATHS, STEPS = 100, 1000, 252
STRIKE = 100.0
DRAWS = np.random.default_rng(0).normal(size=(PATHS, STEPS))
MARKETS = np.stack(
    [
        np.linspace(80.0, 120.0, OPTIONS),
        np.linspace(0.1, 0.4, OPTIONS),
        np.linspace(0.01, 0.05, OPTIONS),
    ],
    axis=1,
)
"""Spot, volatility and rate for each option."""


def stepgrad() -> tuple[Callable[[Array], Array], Prices]:
    """Return what prices one option, and what prices all."""
    from autograd import Value, compile, exp, relu, total

    market = [Value(x) for x in MARKETS[0]]

    @compile(backend="llvm")
    def payoff(draws: Any) -> Any:
        spot, volatility, rate = market
        step = 1.0 / STEPS
        drift, scale = (rate - 0.5 * volatility**2) * step, volatility * step**0.5
        moved, prices = 0.0, []
        for draw in draws:
            moved = moved + drift + scale * draw
            prices.append(exp(moved))
        return relu(spot * total(prices) / STEPS - STRIKE) * exp(-rate)

    def one(numbers: Array) -> Array:
        for value, number in zip(market, numbers.tolist(), strict=True):
            value.data, value.grad = number, 0.0
        price = payoff.backward(DRAWS)
        return np.array([price, *(value.grad for value in market)])

    return one, lambda: np.stack([one(numbers) for numbers in MARKETS])


def jax() -> tuple[Callable[[Array], Array], Prices]:
    """Return the same by JAX: all options are one array."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    draws = jnp.array(DRAWS)

    def price(market: Any) -> Any:
        spot, volatility, rate = market
        step = 1.0 / STEPS
        moves = (rate - 0.5 * volatility**2) * step + volatility * step**0.5 * draws
        means = spot * jnp.exp(jnp.cumsum(moves, axis=1)).sum(axis=1) / STEPS
        return (jax.nn.relu(means - STRIKE) * jnp.exp(-rate)).mean()

    gradient = jax.jit(jax.value_and_grad(price))

    def one(numbers: Array) -> Array:
        value, slopes = gradient(jnp.array(numbers))
        return np.array([value, *slopes])

    return one, lambda: np.stack([one(numbers) for numbers in MARKETS])


MAKERS = {"stepgrad": stepgrad, "JAX": jax}


def first(name: str) -> float:
    """Time a contestant's first gradient, its library loaded and used before."""
    warm_up(name)
    before = time.perf_counter()
    one, _ = MAKERS[name]()
    one(MARKETS[0])
    return time.perf_counter() - before


def warm_up(name: str) -> None:
    """Have a library load what it loads at its first use."""
    if name == "JAX":
        import jax

        jax.jit(lambda x: x * x)(1.0).block_until_ready()
    else:
        from autograd import compile

        compile(lambda x: x * x, backend="llvm").backward([1.0, 2.0])


def runs(names: list[str], rounds: int) -> dict[str, list[float]]:
    """Time runs in turn, after a look at whether the prices agree."""
    contestants = {name: MAKERS[name]()[1] for name in names}
    prices = {name: price() for name, price in contestants.items()}
    for name, found in prices.items():
        difference = np.abs(found - prices[names[0]]).max()
        if not difference <= 1e-9 * np.abs(prices[names[0]]).max():
            raise SystemExit(f"{name} differs from {names[0]} by {difference:.3g}")
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, price in contestants.items():
            before = time.perf_counter()
            price()
            times[name].append(time.perf_counter() - before)
    return times


def installed() -> list[str]:
    """Name the contestants that can take part."""
    try:
        import jax  # noqa: F401
    except ImportError:
        return ["stepgrad"]
    return list(MAKERS)


def main() -> None:
    """Parse the arguments, run, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    names = installed()
    firsts = {
        name: statistics.median(in_child(1, partial(first, name)) for _ in range(rounds))
        for name in names
    }
    times = in_child(1, partial(runs, names, rounds))
    medians = {name: statistics.median(found) for name, found in times.items()}
    lines = [
        f"{OPTIONS} Asian options, {PATHS} paths of {STEPS} steps, price and 3 sensitivities; "
        f"medians of {rounds} rounds in turn, one thread; Python {platform.python_version()}.",
        "",
        "| contestant | first gradient | a run | ÷ stepgrad |",
        "|---|---:|---:|---:|",
        *(
            f"| {name} | {told(firsts[name])} | {told(medians[name])} "
            f"| {ratio(medians[name], medians['stepgrad'])} |"
            for name in names
        ),
    ]
    print("\n".join(lines))
    REPORT.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
