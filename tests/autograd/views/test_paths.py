import pytest

from autograd import Value, exp
from autograd.graph import topological_order
from autograd.views.paths import count_paths, downwards, each_path, labelled_links


@pytest.fixture
def diamond(graphs):
    """y = u·v with u = x² and v = 3x, all labelled."""
    x = Value(2.0, "x")
    u, v = graphs.named("u", x * x), graphs.named("v", 3 * x)
    return x, u, v, graphs.named("y", u * v)


def links_of(root, value):
    return labelled_links(topological_order(root), root, value)


def test_links_are_the_labelled_nodes_and_their_factors(diamond):
    x, u, v, y = diamond
    assert links_of(y, x) == {y: {u: 6.0, v: 4.0}, u: {x: 4.0}, v: {x: 3.0}}
    assert links_of(y, u) == {y: {u: 6.0}}


def test_unlabelled_nodes_are_multiplied_in():
    x = Value(0.0, "x")
    y = 2 * exp(3 * x) + x
    assert links_of(y, x) == {y: {x: 7.0}}


def test_each_node_comes_after_all_that_lead_to_it(diamond):
    x, u, v, y = diamond
    assert downwards(links_of(y, x)) == [y, u, v, x]


def test_paths_are_counted_and_gone_along(diamond):
    x, u, v, y = diamond
    links = links_of(y, x)
    first, second = each_path(links, y, x)
    assert count_paths(links, y, x) == 2
    assert first.factors == ((y, u, 6.0), (u, x, 4.0))
    assert second.factors == ((y, v, 4.0), (v, x, 3.0))
    assert (first.product, second.product) == (24.0, 12.0)


def test_from_a_node_to_itself_there_is_one_empty_path(diamond):
    *_, y = diamond
    (path,) = each_path(links_of(y, y), y, y)
    assert (path.factors, path.product) == ((), 1.0)
    assert count_paths(links_of(y, y), y, y) == 1


def test_an_unrelated_value_has_no_path(diamond):
    *_, y = diamond
    z = Value(1.0, "z")
    links = links_of(y, z)
    assert (links, list(each_path(links, y, z)), count_paths(links, y, z)) == ({}, [], 0)
