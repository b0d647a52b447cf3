import pytest

from autograd import Value, dot, tanh
from autograd.value import Parameter
from autograd.views.draw.picture import picture


def cards(root, **options):
    return {card.name: card for card in picture([root], **options).cards}


def test_a_square_has_two_links():
    x = Value(3.0, "x")
    shown = picture([x * x])
    assert [(k.source, k.target, k.argument, k.count) for k in shown.links] == [
        (0, 1, 0, 1),
        (0, 1, 1, 1),
    ]


def test_cards_are_as_large_as_their_lines():
    root = tanh(Parameter(1.0, "cell.w") * 1.0) * 2 + Value(1 / 3, "x")
    shown = picture([root], fold_by="layer")
    sizes = {card.name: (shown.card_width(card), shown.card_height(card)) for card in shown.cards}
    # A character is 6.8 pixels wide and a line 14 high, 8 around them; a module's sheets are 6.
    assert sizes["x"] == (round(18 * 6.8 + 16), 3 * 14 + 8) == (138, 50)
    assert sizes["2"] == (round(13 * 6.8 + 16), 14 + 8) == (104, 22)
    assert sizes["cell"] == (138, 5 * 14 + 8 + 6)
    assert dict(shown.cards[-2].rows)["data"] == "0.333333"
    graph = shown.graph("TB", (3.0, 4.0), wrap=7)
    assert graph.sizes == list(sizes.values())
    assert (graph.direction, graph.label, graph.wrap) == ("TB", (3.0, 4.0), 7)


def test_each_use_of_a_leaf_can_have_a_card_of_its_own():
    x = Value(3.0, "x")
    shown = picture([x * x + x], share_leaves=False)
    assert [card.name for card in shown.cards].count("x") == 3
    assert len({link.source for link in shown.links}) == len(shown.links) == 4


def test_small_graphs_are_in_full_and_large_ones_folded_by_layer(graphs):
    small, large = graphs.loss(graphs.network(2, 3, 1)), graphs.loss(graphs.network(2, 16, 16, 1))
    assert all(card.role != "module" for card in picture([small]).cards)
    shown = cards(large)
    assert shown["layers.1"].rows == (("neurons", "16"), ("parameters", "272"), ("nodes", "304"))
    assert shown["layers.2"].rows[:2] == (("parameters", "17"), ("nodes", "19"))
    assert len(picture([large], fold_by=False).cards) == 408


@pytest.mark.parametrize(
    ("steps", "terms", "cards"), [(299, 0, 300), (300, 0, 2), (293, 5, 300), (294, 5, 7)]
)
def test_beyond_300_cards_modules_are_folded(steps, terms, cards):
    y = Parameter(0.5, "cell.w")
    for _ in range(steps):
        y = tanh(y)
    root = sum([Value(1.0, f"x{k}") for k in range(terms)], y)  # one card for the whole sum
    assert len(picture([root]).cards) == cards


def test_large_graphs_without_modules_are_in_full(graphs):
    assert len(picture([graphs.chain(400)]).cards) == 402


def test_links_at_a_module_are_counted_and_drawn_once(graphs):
    shown = picture([graphs.loss(graphs.network(2, 3, 1))], fold_by="layer")
    names = [card.name for card in shown.cards]
    counts = {(names[k.source], names[k.target]): (k.count, k.argument) for k in shown.links}
    assert counts["layers.0", "layers.1"] == (3, -1)
    assert counts["x0", "layers.0"] == (3, -1)
    assert len(shown.links) == len(counts)
    assert all(source != target for source, target in counts)


def test_unshared_constants_of_a_module_do_not_leave_it(graphs):
    root = graphs.loss(graphs.network(2, 3, 1))
    shared = picture([root], fold_by="layer")
    single = picture([root], fold_by="layer", share_leaves=False)
    assert [c.name for c in shared.cards if c.role == "module"] == ["layers.0", "layers.1"]
    assert sorted(c.name for c in single.cards if c.role == "module") == ["layers.0", "layers.1"]


@pytest.mark.parametrize(
    ("fold_by", "cards"), [(False, 408), ("neuron", 38), ("layer", 8), (None, 8)]
)
def test_more_cards_than_allowed_are_refused_with_the_options(graphs, fold_by, cards):
    root = graphs.loss(graphs.network(2, 16, 16, 1))
    assert len(picture([root], max_nodes=cards, fold_by=fold_by).cards) == cards
    with pytest.raises(ValueError, match="fold='layer' or fold='neuron'") as error:
        picture([root], max_nodes=cards - 1, fold_by=fold_by)
    assert f"would have {cards} cards, more than max_nodes={cards - 1}:" in str(error.value)


def test_more_than_3000_cards_are_refused_unless_more_are_asked_for(graphs):
    with pytest.raises(ValueError, match="would have 3001 cards, more than max_nodes=3000"):
        picture([graphs.chain(2999)])


def test_several_outputs_share_one_picture(graphs):
    outputs = graphs.network(2, 3, 2)
    shown = picture(outputs)
    assert [card.role for card in shown.cards].count("output") == 2
    assert len({id(card.values[0]) for card in shown.cards}) == len(shown.cards)


def test_an_output_that_another_output_reads_is_drawn_once(graphs):
    x = Value(1.0, "x")
    y = graphs.named("y", x + 1)
    z = graphs.named("z", y * 2)
    assert [card.name for card in picture([y, z]).cards] == ["x", "1", "y", "2", "z"]


def long_sum(terms):
    x = Value(3.0, "x")
    error = sum((x * float(k + 1)) ** 2 for k in range(terms))
    error.label = "E"
    error.backward()
    return error


def test_a_long_sum_is_one_card_with_its_terms_and_their_true_gradients():
    shown = picture([long_sum(10)])
    names = [card.name for card in shown.cards]
    (card,) = [card for card in shown.cards if card.symbol == "Σ"]
    assert (card.name, card.role) == ("E", "output")
    assert card.rows == (("data", "3465"), ("grad", "1"), ("terms", "10"))
    assert card.title.endswith("grad 1.0\nterms 10")
    assert len(card.values) == 9
    assert card.shown is card.values[-1]
    arriving = [link for link in shown.links if link.target == names.index("E")]
    assert [link.argument for link in arriving] == [-1] * 10
    for link in arriving:
        term = shown.cards[link.source]
        assert term.symbol == "x²"
        assert term.values[0].grad == card.shown.grad
    assert len(picture([long_sum(10)], fold_by=False).cards) == len(shown.cards) + 8


def test_a_sum_without_a_label_is_called_by_its_number_and_names_all_its_terms_or_none():
    few = picture([sum([Value(1.0, name) for name in "abcde"])])
    assert [card.name for card in few.cards if card.symbol == "Σ"] == ["v4 = a+b+c+d+e"]
    many = picture([sum([Value(1.0, f"x{k}") for k in range(20)])])
    assert [card.name for card in many.cards if card.symbol == "Σ"] == ["v19"]


def test_a_short_sum_shows_each_node():
    assert "Σ" not in {card.symbol for card in picture([long_sum(4)]).cards}
    assert "Σ" in {card.symbol for card in picture([long_sum(5)]).cards}


def test_a_long_product_shows_its_factors():
    factors = [Value(1.0 + 0.1 * k, f"x{k}") for k in range(6)]
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    (card,) = [card for card in picture([product]).cards if card.symbol == "Π"]
    assert card.rows[-1] == ("factors", "6")
    assert len(picture([product]).cards) == 7


def test_sums_are_folded_beside_modules_too(graphs):
    root = sum([(output - 0.5) ** 2 for output in graphs.network(2, 6)])
    shown = picture([root], fold_by="layer")
    assert [card.role for card in shown.cards].count("module") == 1
    assert [card.rows[-1] for card in shown.cards if card.symbol == "Σ"] == [("terms", "6")]


def test_what_a_long_sum_hides_counts_for_no_limit():
    values = [Value(0.1, f"x{k}") for k in range(200)]
    assert len(picture([sum(values)], max_nodes=201).cards) == 201
    assert len(picture([sum(values)], fold_by=False).cards) == 399


def unrolled(steps):
    w, h = Parameter(0.5, "cell.w"), Value(0.0, "h0")
    for k in range(steps):
        h = tanh(dot([w], [h], Value(0.1 * k, f"x{k}")))
    return h - Value(1.0, "t")


def test_a_long_recurrence_is_folded_step_by_step_and_a_very_long_one_by_layer():
    names = {card.name for card in picture([unrolled(120)]).cards}
    assert {"cell", "cell step 1", "cell step 119"} <= names
    assert "cell step 1" not in {card.name for card in picture([unrolled(60)]).cards}
    assert "cell step 299" in {card.name for card in picture([unrolled(299)]).cards}  # 300 parts
    assert "cell step 1" not in {card.name for card in picture([unrolled(300)]).cards}


def test_a_step_shows_the_state_that_it_hands_on():
    shown = cards(unrolled(3), fold_by="time")
    assert shown["cell"].rows == (("parameters", "1"), ("nodes", "1"))
    assert [key for key, _ in shown["cell step 2"].rows] == ["nodes", "data", "grad"]


@pytest.mark.parametrize("share_leaves", [False, True])
def test_leaves_with_a_card_at_each_use_count_each_time(share_leaves):
    h, w = Value(1.0, "x"), Parameter(0.9, "cell.w")
    for _ in range(160):
        h = h * w
    shown = picture([h + 1], share_leaves=share_leaves)
    is_folded = any(card.role == "module" for card in shown.cards)
    assert is_folded is not share_leaves
