import pytest

from autograd import Value, tanh
from autograd.value import Parameter
from autograd.views.draw.cards import MOST_FOR_LABELS, CardWriter
from autograd.views.draw.picture import picture
from autograd.views.write.text import number, width


def cards(root, **options):
    return {card.name: card for card in picture([root], **options).cards}


def test_every_node_has_a_card_with_its_name_symbol_value_and_gradient(graphs):
    shown = cards(graphs.worked_example())
    assert len(shown) == 43 - 1  # both constants are called 0.5
    assert shown["v12 = w7·h1"].symbol == "×"
    assert shown["v12 = w7·h1"].rows == (("data", "0.296635"), ("grad", "−0.0380982"))
    assert shown["v3 = v1+v2"].role == "operation"
    assert shown["v11 = v10²"].symbol == "x²"
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


def test_a_leaf_without_a_label_has_a_name_and_a_constant_is_its_number():
    shown = cards(Value(-2.5) * -1e-05)
    assert set(shown) == {"x1", "−1e-05", "v1 = x1·(−1e-05)"}
    assert shown["x1"].role == "input"
    assert shown["−1e-05"].role == "constant"


def test_nobody_asks_for_the_gradient_of_a_constant():
    y = 2 * Value(3.0, "x")
    y.backward()
    shown = cards(y)
    assert shown["2"].rows == (("data", "2"),)
    assert shown["2"].title == "2\nconstant\ndata 2.0"


def test_signs_are_minuses():
    y = Value(-3.0, "x") * Value(-0.5, "w")
    y.backward()
    x = cards(y)["x"]
    assert x.rows == (("data", "−3"), ("grad", "−0.5"))
    assert x.title == "x\ninput\ndata −3.0\ngrad −0.5"


def test_cards_are_wider_where_a_formula_then_fits():
    x, w = Value(1.0, "x"), Value(1.0, "weight")
    assert picture([x * x]).columns == 18
    assert picture([w * w * w]).columns == len("v1 = weight·weight ×") == 20
    assert picture([w * x * (w * w) * w * w]).columns == 20


def test_a_constant_is_brief_in_a_formula_and_makes_no_card_wider():
    shown = picture([Value(1.0, "x") * 0.1234567890123456], fit=True)
    assert [card.name for card in shown.cards] == ["x", "0.123457", "v1 = x·0.123457"]
    assert shown.columns == len("v1 = x·0.123457 ×") == 17


def test_no_card_is_wider_for_a_symbol_that_its_formula_says():
    w = Value(1.0, "weight")
    assert picture([w + w]).columns == len("v1 = weight+weight") == 18
    assert cards(w + w)["v1 = weight+weight"].symbol == ""


def test_a_formula_that_says_its_symbol_needs_no_other():
    x = Value(1.0, "x")
    assert cards(x.sin().tanh())["v2 = tanh(v1)"].symbol == "tanh"
    assert cards(x.sin().softplus())["v2 = softplus(v1)"].symbol == ""


def test_what_would_show_no_argument_is_a_name_alone():
    x = Value(1.0, "x")
    assert cards(x.leaky_relu(0.125))["v1"].symbol == "leaky Re…"


def test_a_single_leaf_can_be_drawn():
    (card,) = picture([Value(2.0, "x")]).cards
    assert (card.role, card.name, card.symbol) == ("output", "x", "")


def test_long_expressions_show_a_part_of_each_argument():
    hidden = tanh(Value(1.0, "a long label") * Value(2.0, "another"))
    shown = cards(hidden - Value(0.0, "t"))
    assert {"v1 = (a …)·anot…", "v2 = tanh(v1)", "v3 = v2−t"} <= set(shown)


def test_what_a_module_computes_has_a_formula_and_its_place_in_the_title(graphs):
    outputs = graphs.network(2, 3, 1)
    shown = cards(outputs[0], fold_by="layer")
    title = shown["v8 = tanh(v7)"].title.split("\n")
    assert title[0].startswith("v8 = tanh(w0·tanh(w0·x0+w1·x1+b)")
    assert title[1] == "output: tanh, layers.1.neurons.0.tanh"
    error = cards(graphs.loss(outputs))
    assert {"v1 = w0·x0+w1·x1+b", "v2 = tanh(v1)", "v9 = v8−t0"} <= set(error)
    assert "v7 = …neurons.0.dot" in error  # its formula has seven arguments


def test_parameters_are_known_by_the_end_of_their_path():
    x = Value(1.0, "x")
    weight = Parameter(1.0, "some.very.long.path.to.layers.0.neurons.1.w0")
    shown = cards(weight * x)
    assert "v1 = w0·x" in shown
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
    assert rows["data"] == number(outputs[0].data, 6)
    assert rows["grad"] == number(outputs[0].grad, 6)


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
        "v1 = (a label of 22 columns.)·(a label of 22 columns.)\noutput: multiply\ndata 4.0\ngrad –"
    )


def test_cards_are_as_narrow_as_their_numbers_allow_or_wide_enough_for_any(graphs):
    x = Value(0.25, "x")
    y = x * x
    wide = CardWriter([y], [y], 6)
    fit = CardWriter([y], [y], 6, fit=True)
    assert (fit.columns, wide.columns) == (14, 18)
    x.data = -1.23457e-300
    assert CardWriter([y], [y], 6, fit=True).columns == len("data -1.23457e-300")


def chain_card(*labels):
    terms = [Value(1.0, label) for label in labels]
    (card,) = [card for card in picture([sum(terms[1:], terms[0]) * 2]).cards if card.symbol == "Σ"]
    return card


def test_a_sum_names_its_terms_where_they_fit_beside_its_sign():
    assert chain_card("a", "b", "c", "d", "eee").name == "v4 = a+b+c+d+eee"  # 16 of 18 columns
    card = chain_card("a", "b", "c", "d", "eeee")
    assert card.name == "v4"
    assert card.rows == (("data", "5"), ("grad", "–"), ("terms", "5"))
    assert card.title == "v4 = a+b+c+d+eeee\noperation: add\ndata 5.0\ngrad –\nterms 5"
    assert len(card.values) == 4
    assert card.shown is card.values[-1]


def test_a_sum_with_a_label_is_called_by_it():
    total = sum([Value(1.0, name) for name in "bcde"], Value(0.0, "a"))
    total.label = "t"
    (card,) = [card for card in picture([total]).cards if card.symbol == "Σ"]
    assert (card.name, card.rows[-1]) == ("t", ("terms", "5"))


def test_a_product_counts_factors():
    a, b, c, d, e = (Value(2.0, name) for name in "abcde")
    (card,) = [card for card in picture([a * b * c * d * e]).cards if card.symbol == "Π"]
    assert (card.name, card.rows[-1]) == ("v4 = a·b·c·d·e", ("factors", "5"))
    assert card.title.endswith("\nfactors 5")


def test_a_number_alone_needs_no_line_below_it():
    shown = cards(3 * Value(2.0, "x"))
    assert (shown["3"].is_number, shown["3"].lines) == (True, ())
    assert (shown["x"].is_number, shown["x"].lines) == (False, (("data", "2"), ("grad", "–")))


def test_a_constants_title_begins_with_its_number_as_the_card_has_it():
    shown = cards(Value(2.0, "x") * (1 / 3), precision=3)
    assert shown["0.333"].title == "0.333\nconstant\ndata 0.3333333333333333"


def test_numbers_alone_have_room_for_the_longest_that_there_is_or_may_be():
    y = Value(2.0, "x") * 0.125
    for fit, empty, there in ((True, 1, 5), (False, 10, 10)):
        writer = CardWriter([y], [y], precision=3, fit=fit)
        assert writer.columns_of_numbers([]) == empty
        assert writer.columns_of_numbers([writer.node(node) for node in y.parents]) == there
    long = Value(2.0, "x") * -1.23456789012e-300
    writer = CardWriter([long], [long], precision=3)
    assert writer.columns_of_numbers([writer.node(long.parents[1])]) == len("−1.23e-300") == 10


@pytest.mark.parametrize(("neurons", "counted"), [(1, ()), (2, (("neurons", "2"),))])
def test_a_layers_neurons_are_counted_where_there_are_several(graphs, neurons, counted):
    shown = cards(graphs.loss(graphs.network(2, neurons, 1)), fold_by="layer")
    parameters, nodes = 3 * neurons, 5 * neurons
    rows = (("parameters", str(parameters)), ("nodes", str(nodes)))
    assert shown["layers.0"].rows[: len(counted) + 2] == (*counted, *rows)
