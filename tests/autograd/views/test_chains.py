import pytest

from autograd import Value, total
from autograd.graph import topological_order
from autograd.views.chains import FEWEST_TERMS, chains


def terms(count):
    return [Value(0.1 * k, f"x{k}") for k in range(count)]


def found(root, modules=frozenset()):
    return chains(topological_order(root), {root}, modules)


def labels(chain):
    return [term.label for term in chain.terms]


def test_a_sum_is_one_chain_from_five_terms_on():
    few, many = sum(terms(FEWEST_TERMS - 1)), sum(terms(FEWEST_TERMS))
    assert FEWEST_TERMS == 5
    assert found(few) == {}
    chain = found(many)[many]
    assert labels(chain) == ["x0", "x1", "x2", "x3", "x4"]
    assert chain.nodes == tuple(topological_order(many))
    assert chain.symbol == "Σ"


def test_brackets_do_not_matter():
    a, b, c, d, e = terms(5)
    root = (a + (b + c)) + (d + e)
    assert labels(found(root)[root]) == ["x0", "x1", "x2", "x3", "x4"]
    assert found(root)[root].nodes[-1] is root


def test_a_product_is_a_chain_of_its_own():
    a, b, c, d, e = terms(5)
    product = a * b * c * d * e
    root = product + a + b + c + d
    chain_of_sum, chain_of_product = found(root)[root], found(root)[product]
    assert chain_of_product.symbol == "Π"
    assert labels(chain_of_product) == ["x0", "x1", "x2", "x3", "x4"]
    assert labels(chain_of_sum) == ["", "x0", "x1", "x2", "x3"]


def test_what_adds_the_same_value_in_several_places_stays_by_itself():
    w, b = Value(2.0, "w"), Value(0.5, "b")
    predictions = [w * x + b for x in terms(6)]
    root = sum(predictions)
    assert found(root)[root].terms == tuple(predictions)
    assert set(found(root)) == {root}


def test_twice_is_several_places():
    w, b = Value(2.0, "w"), Value(0.5, "b")
    x = terms(5)
    first, second = w * x[0] + b, w * x[1] + b
    root = first + second + x[2] + x[3] + x[4]
    assert found(root)[root].terms == (first, second, *x[2:])


def test_a_recurrence_is_no_product():
    h, w = Value(1.0, "h"), Value(0.9, "w")
    for _ in range(20):
        h = h * w
    assert found(h) == {}


@pytest.mark.parametrize("kind", ["labelled", "used twice", "output", "in a module"])
def test_what_is_of_interest_by_itself_is_a_term(kind):
    inside = sum(terms(5))
    root = inside + Value(1.0, "y") + Value(2.0, "z") + Value(3.0, "u") + Value(4.0, "v")
    outputs, modules = {root}, set()
    if kind == "labelled":
        inside.label = "part"
    elif kind == "used twice":
        root = root + inside
        outputs = {root}
    elif kind == "output":
        outputs.add(inside)
    else:
        modules = set(topological_order(inside))
    all_chains = chains(topological_order(root), outputs, modules)
    assert inside in all_chains[root].terms
    assert (inside in all_chains) == (kind != "in a module")


def test_what_is_one_node_already_is_no_chain():
    assert found(total(terms(9))) == {}
    assert chains([], set()) == {}


def test_long_sums_need_no_recursion():
    root = sum(terms(5000))
    assert len(found(root)[root].terms) == 5000
