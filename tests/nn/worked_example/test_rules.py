"""The ways to train the example, and well-known slips."""

import math

import pytest

from nn.worked_example import (
    FROZEN,
    NO_HALF,
    PER_NEURON,
    RULES,
    SHARED,
    STALE,
    TRANSPOSED_BACKWARDS,
    TRANSPOSED_FORWARDS,
    train,
)
from nn.worked_example.rules import course, figures_after


def by_formula(rule, rounds, learning_rate=0.5):
    """The rules once more, in the plain arithmetic of the text: E_total after some rounds."""

    def sigmoid(x):
        return 1.0 / (1.0 + math.exp(-x))

    W1, W2 = [[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]
    i, t = [0.05, 0.10], [0.01, 0.99]
    double = 2.0 if rule is NO_HALF else 1.0

    def entry(W, r, c):
        return W[c][r] if rule is TRANSPOSED_FORWARDS else W[r][c]

    for n in range(rounds + 1):
        h = [sigmoid(sum(entry(W1, r, c) * i[c] for c in (0, 1)) + 0.35) for r in (0, 1)]
        o = [sigmoid(sum(entry(W2, r, c) * h[c] for c in (0, 1)) + 0.60) for r in (0, 1)]
        if n == rounds:
            return sum(double * 0.5 * (t[k] - o[k]) ** 2 for k in (0, 1))
        d_o = [double * (o[k] - t[k]) * o[k] * (1 - o[k]) for k in (0, 1)]
        if rule is TRANSPOSED_FORWARDS:
            new = [[W2[c][r] - learning_rate * d_o[r] * h[c] for r in (0, 1)] for c in (0, 1)]
        else:
            new = [[W2[r][c] - learning_rate * d_o[r] * h[c] for c in (0, 1)] for r in (0, 1)]
        back = new if rule is STALE else W2
        if rule in (TRANSPOSED_BACKWARDS, TRANSPOSED_FORWARDS):
            back = [[back[c][r] for c in (0, 1)] for r in (0, 1)]
        d_h = [sum(d_o[k] * back[k][j] for k in (0, 1)) * h[j] * (1 - h[j]) for j in (0, 1)]
        for r in (0, 1):
            for c in (0, 1):
                if rule is TRANSPOSED_FORWARDS:
                    W1[c][r] -= learning_rate * d_h[r] * i[c]
                else:
                    W1[r][c] -= learning_rate * d_h[r] * i[c]
        W2 = new
    return None


@pytest.mark.parametrize("learning_rate", [0.5, 0.1])
@pytest.mark.parametrize(
    "rule",
    [FROZEN, STALE, NO_HALF, TRANSPOSED_FORWARDS, TRANSPOSED_BACKWARDS],
    ids=lambda rule: rule.name,
)
def test_slips_are_what_their_names_say(rule, learning_rate):
    for rounds in (0, 1, 2, 25):
        engine = train(rounds, learning_rate, rule)["E_total"].data
        assert engine == pytest.approx(by_formula(rule, rounds, learning_rate), rel=1e-12, abs=0.0)


def test_stale_gradients_are_those_that_somebody_with_stale_weights_would_print():
    """∂E/∂out_h1 with w5+ and w7+ in place of w5 and w7."""
    own = [figures_after(rounds, 0.5, FROZEN) for rounds in (0, 1)]
    stale = figures_after(0, 0.5, STALE)
    contributions = [own[0][f"dE/dnet_{o}"] * own[1][w] for o, w in (("o1", "w5"), ("o2", "w7"))]
    assert stale["dE_o1/dout_h1"] == pytest.approx(contributions[0], rel=1e-12, abs=0.0)
    assert stale["dE_o2/dout_h1"] == pytest.approx(contributions[1], rel=1e-12, abs=0.0)
    assert stale["dE/dout_h1"] == pytest.approx(sum(contributions), rel=1e-12, abs=0.0)
    factor = own[0]["dout_h1/dnet_h1"]
    assert stale["dE/dw1"] == pytest.approx(sum(contributions) * factor * 0.05, rel=1e-12, abs=0.0)
    assert stale["dE/db1"] == pytest.approx(
        stale["dE/dnet_h1"] + stale["dE/dnet_h2"], rel=1e-12, abs=0.0
    )
    assert stale["dE/dw5"] == own[0]["dE/dw5"]
    assert stale["dE/db2"] == own[0]["dE/db2"]


def test_rules_have_names_of_their_own():
    assert len({rule.name for rule in RULES}) == len(RULES) == 7


@pytest.mark.parametrize("rule", [STALE, TRANSPOSED_BACKWARDS], ids=lambda rule: rule.name)
def test_the_grader_knows_the_slips_backwards(rule):
    assert course(rule, 0.5).slip.says == rule.slip
    assert rule.name.startswith(course(rule, 0.5).slip.name)


def test_training_for_no_round_is_the_network_as_it_starts():
    values = train(0)
    assert values["w1"].data == 0.15
    assert values["w1"].grad == pytest.approx(0.000438568, rel=1e-6, abs=0.0)


def test_training_moves_the_biases_that_the_rule_trains(golden):
    assert train(1)["b1"].data == 0.35
    assert train(1, rule=SHARED)["b1"].data == golden["shared"][1]["b_h1"]
    per_neuron = train(1, rule=PER_NEURON)
    for name in ("b_h1", "b_h2", "b_o1", "b_o2"):
        assert per_neuron[name].data == pytest.approx(
            golden["per_neuron"][1][name], rel=1e-14, abs=0.0
        )
