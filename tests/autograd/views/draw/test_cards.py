import pytest

from autograd import Value, tanh
from autograd.value import Parameter
from autograd.views.draw.cards import FEWEST_COLUMNS, MOST_FOR_LABELS, CardWriter
from autograd.views.draw.picture import picture
from autograd.views.write.text import width


def cards(root, **options):
    return {card.name: card for card in picture([root], **options).cards}


def test_every_node_has_a_card_with_its_name_symbol_value_and_gradient(graphs):
    shown = cards(graphs.worked_example())
    assert len(shown) == 43 - 1  # both constants are called 0.5
    assert shown["w7·h1"].symbol == "×"
    assert shown["w7·h1"].rows == (("data", "0.296635"), ("grad", "-0.0380982"))
    assert shown["w1·i1+w2·i2"].role == "operation"
    assert shown["(t1−o1)²"].symbol == "x²"
    assert shown["E"].rows == (("data", "0.298371"), ("grad", "1"))
    roles = {name: shown[name].role for name in ("i1", "w5", "0.5", "h1", "E")}
    assert list(roles.values()) == ["input", "parameter", "constant", "operation", "output"]


def test_gradients_are_a_dash_before_backward():
    x = Value(3.0, "x")
    y = x * x
    assert {card.rows[1] for card in picture([y]).cards} == {("grad", "–")}
    y.backward()
    assert cards(y)["x"].rows[1] == ("grad", "6")


def test_precision_is_in_significant_digits():
    x = Value(1 / 3, "x")
    assert cards(x, precision=3)["x"].rows[0] == ("data", "0.333")
    assert cards(x, precision=17)["x"].rows[0] == ("data", "0.33333333333333331")


def test_a_leaf_without_a_label_is_called_by_its_number():
    shown = cards(Value(-2.5) * 1e-05)
    assert set(shown) == {"−2.5", "1e-05", "(−2.5)·1e-05"}
    assert shown["−2.5"].role == "input"
    assert shown["1e-05"].role == "constant"


def test_a_single_leaf_can_be_drawn():
    (card,) = picture([Value(2.0, "x")]).cards
    assert (card.role, card.name, card.symbol) == ("output", "x", "")


def test_long_expressions_show_a_part_of_each_argument():
    hidden = tanh(Value(1.0, "a long label") * Value(2.0, "another"))
    shown = cards(hidden - Value(0.0, "t"))
    assert {"(a lon…)·another", "tanh(…·an…)", "tanh(…·an…)−t"} <= set(shown)


def test_what_a_module_computes_is_named_after_it_where_its_expression_is_too_long(graphs):
    outputs = graphs.network(2, 3, 1)
    shown = cards(outputs[0], fold_by="layer")
    assert shown["…1.neurons.0.tanh"].role == "output"
    assert shown["…1.neurons.0.tanh"].title.startswith("layers.1.neurons.0.tanh = tanh(")
    error = cards(graphs.loss(outputs))
    assert {
        "w0·x0+w1·x1+b",
        "…0.neurons.2.tanh",
        "…rs.1.neurons.0.dot",
        "…1.neurons.0.tanh−t0",
    } <= set(error)


def test_parameters_are_known_by_the_end_of_their_path():
    x = Value(1.0, "x")
    weight = Parameter(1.0, "some.very.long.path.to.layers.0.neurons.1.w0")
    shown = cards(weight * x)
    assert "w0·x" in shown
    assert "….layers.0.neurons.1.w0"[-21:] in " ".join(shown)
    assert all(name in shown for name in ["x"])


@pytest.mark.parametrize("root", ["nasty", "worked_example", "small_network"])
@pytest.mark.parametrize("precision", [1, 6, 17])
def test_text_fits_its_card(graphs, root, precision):
    root = getattr(graphs, root)()
    shown = picture([root], precision=precision, fold_by=False)
    assert shown.columns <= max(MOST_FOR_LABELS, precision + 12)
    for card in shown.cards:
        gap = 1 if card.symbol else 0
        assert width(card.name) + gap + width(card.symbol) <= shown.columns
        for key, text in card.rows:
            assert width(key) + 1 + width(text) <= shown.columns


def test_the_widest_number_fits_beside_its_key():
    shown = picture([Value(-1.2345678901234567e-300, "x")], precision=17)
    assert len("data " + shown.cards[0].rows[0][1]) == shown.columns


def test_titles_have_everything_in_full(graphs):
    title = cards(graphs.worked_example())["E1"].title
    assert title.split("\n") == [
        "E1 = 0.5·(t1−o1)²",
        "operation: multiply",
        "data 0.274811083176155",
        "grad 1.0",
    ]
    label = max(graphs.NASTY_LABELS, key=len)
    card = next(card for card in picture([graphs.nasty()]).cards if label in card.title)
    assert card.name.endswith("…")


def test_a_folded_neuron_shows_its_counts_value_and_gradient(graphs):
    outputs = graphs.network(2, 3, 1)
    root = graphs.loss(outputs)
    rows = dict(cards(root, fold_by="neuron")["layers.1.neurons.0"].rows)
    assert (rows["parameters"], rows["nodes"]) == ("4", "6")
    assert rows["data"] == format(outputs[0].data, ".6g")
    assert rows["grad"] == format(outputs[0].grad, ".6g")


def test_a_card_says_whose_numbers_it_shows(graphs):
    x = Value(2.0, "x")
    assert cards(x * x)["x"].shown is x
    outputs = graphs.network(2, 3, 1)
    folded = cards(graphs.loss(outputs), fold_by="layer")
    assert folded["layers.1"].shown is outputs[0]
    assert folded["layers.0"].shown is None
    assert [key for key, _ in folded["layers.0"].rows] == ["neurons", "parameters", "nodes"]


def test_what_hands_on_zero_is_shown_too():
    w = Parameter(0.0, "cell.w")
    (module,) = [
        c for c in picture([tanh(w * 1.0) + 1], fold_by="layer").cards if c.role == "module"
    ]
    assert module.rows[-2:] == (("data", "0"), ("grad", "–"))


def test_a_writer_makes_all_cards_equally_wide():
    x = Value(2.0, "a label of 22 columns.")
    y = x * x
    writer = CardWriter([y], [y], precision=3)
    assert writer.columns == MOST_FOR_LABELS == 22
    assert writer.node(x).name == "a label of 22 columns."
    assert writer.node(y).title == (
        "(a label of 22 columns.)·(a label of 22 columns.)\noutput: multiply\ndata 4.0\ngrad –"
    )


def test_cards_are_as_narrow_as_their_numbers_allow_or_wide_enough_for_any(graphs):
    x = Value(0.25, "x")
    y = x * x
    wide = CardWriter([y], [y], 6)
    fit = CardWriter([y], [y], 6, fit=True)
    assert (fit.columns, wide.columns) == (FEWEST_COLUMNS, 18)
    x.data = -1.23457e-300
    assert CardWriter([y], [y], 6, fit=True).columns == len("data -1.23457e-300")
