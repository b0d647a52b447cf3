"""How somebody rounded shows in a list of figures."""

import pytest

from nn.worked_example import FROZEN, figure
from nn.worked_example.explanations import Case
from nn.worked_example.verdicts import judge

PRODUCTS = """
    out_h1 0.593269992, out_o2 0.772928465, E_total 0.298371109, dE/dout_o1 0.74136507
    dout_o1/dnet_o1 0.186815602, dE/dw6 0.082667628, dE_o2/dout_h1 -0.019049118
    dout_h1/dnet_h1 0.241300709, dE/dnet_h1 0.008771354, dE/dw2 0.0008771354
"""
BY_PRODUCTS = """
    dE/dnet_o1 0.13849856185, dE/dnet_o2 -0.03809823661, dE/dout_h1 0.036350307
    dE_o1/dout_h2 0.0623243528, dE_o2/dout_h2 -0.02095403013, dE/dout_h2 0.041370322
    dout_h2/dnet_h2 0.2406134173, dE/dnet_h2 0.00995425455, dE/dw4 0.000995425455
    dE/dw7 -0.022602541
"""
SINGLE = "w7+ 0.5113013, dout_o2/dnet_o2 0.17551005, dE/dout_o1 0.7413651, w1+ 0.14978072"
BY_SINGLE = """
    net_h2 0.39249998, dE/dw5 0.082167044, dE_o2/dout_h1 -0.019049117, dE/dw1 0.00043856777
    w8+ 0.56137013
"""
SUM_OF_A_WRONG_ONE = "E_o1 0.298371109, E_o2 0.023560026"


def listed(text):
    return [figure(*each.split()) for each in text.strip().replace(",", "\n").splitlines()]


def verdicts(right, others):
    given = listed(others)
    found = judge(Case(FROZEN, 0.5), listed(right) + given)
    return [(verdict, {each.rule for each in why}) for verdict, why in map(found.get, given)]


def test_products_and_sums_of_printed_figures():
    found = verdicts(PRODUCTS, BY_PRODUCTS)
    assert all(
        verdict.startswith("match") or "printed intermediates, the others to 9 decimals" in rules
        for verdict, rules in found
    )
    assert [verdict for verdict, _ in found].count("explained") == 9


def test_single_precision():
    assert verdicts(SINGLE, BY_SINGLE) == [("explained", {"single precision"})] * 5


def test_a_sum_of_a_wrong_figure_as_it_is_printed():
    ((verdict, rules),) = verdicts(SUM_OF_A_WRONG_ONE, "E_total 0.321931135")
    assert verdict == "explained"
    assert any(rule.startswith("printed intermediates") for rule in rules)


@pytest.mark.parametrize("alone", listed(BY_SINGLE), ids=lambda each: each.name)
def test_one_figure_alone_proves_no_rounding(alone):
    ((verdict, _),) = judge(Case(FROZEN, 0.5), [alone]).values()
    assert verdict == "unexplained"


def test_a_list_that_says_otherwise_refutes_a_way_of_rounding():
    """Ten right figures that single precision would make others of."""
    right = """
        net_h2 0.392500000, dE/dw1 0.000438567734, dE/dw2 0.000877135469, out_h1 0.593269992
        out_h2 0.596884378, net_o1 1.105905967, w5+ 0.358916480, w6+ 0.408666186
        dE_o1/dout_h1 0.055399424651, dE_o2/dout_h1 -0.019049118258
    """
    assert verdicts(right, "dE/dw5 0.082167044")[0][0] == "unexplained"


def test_an_update_by_printed_gradients():
    """Two gradients printed with 3 and 4 decimals, and used so."""
    gradients = "dE/dw5 0.082, dE/dw6 0.0827, dE/dw7 -0.0226, dE/dw8 -0.0227"
    found = verdicts(gradients, "w5+ 0.359, w6+ 0.40865, w7+ 0.5113, w8+ 0.56135")
    assert [verdict for verdict, _ in found] == ["match", "explained", "match", "explained"]
