import pytest

from autograd import Value, exp, sin, total
from autograd.graph import topological_order
from autograd.views.paths import Link, ways


@pytest.fixture
def diamond(graphs):
    """y = u·v with u = x² and v = 3x, all labelled."""
    x = Value(2.0, "x")
    u, v = graphs.named("u", x * x), graphs.named("v", 3 * x)
    return x, u, v, graphs.named("y", u * v)


def ways_of(root, value):
    return ways(topological_order(root), root, value)


def test_every_link_that_leads_to_the_value_is_a_way_on(diamond):
    x, u, v, y = diamond
    found = ways_of(y, x)
    assert found.links == {
        u: (Link(u, x, 2.0, 0), Link(u, x, 2.0, 1)),
        v: (Link(v, x, 3.0, 1),),
        y: (Link(y, u, 6.0, 0), Link(y, v, 4.0, 1)),
    }


def test_stretches_lead_from_label_to_label(diamond):
    x, u, v, y = diamond
    assert ways_of(y, x).stretches().links == {
        u: (Link(u, x, 4.0, None),),  # over two links
        v: (Link(v, x, 3.0, 1),),
        y: (Link(y, u, 6.0, 0), Link(y, v, 4.0, 1)),
    }


def test_a_stretch_multiplies_unlabelled_nodes_in():
    x = Value(0.0, "x")
    y = 2 * exp(3 * x) + x
    assert ways_of(y, x).stretches().links == {y: (Link(y, x, 7.0, None),)}


def test_a_stretch_can_be_gone_along_link_by_link(graphs):
    x = Value(2.0, "x")
    u = graphs.named("u", x * x)
    part = sin(x) * u
    y = graphs.named("y", part + x)
    every = ways_of(y, x)
    to_u, to_x = every.stretches().links[y]
    assert (to_u.parent, to_u.argument, to_x.argument) == (u, None, None)
    assert [len(path.links) for path in every.within(to_x).each()] == [3, 1]
    assert every.within(to_u).links == {part: (every.links[part][1],), y: (every.links[y][0],)}
    assert sum(path.product for path in every.within(to_x).each()) == pytest.approx(to_x.value)


def test_a_stretch_holds_both_sides_of_a_diamond():
    x = Value(2.0, "x")
    left, right = exp(sin(x)), exp(3 * x)
    y = left * right
    every = ways_of(y, x)
    (stretch,) = every.stretches().links[y]
    assert every.within(stretch) == every
    assert len(every.links) == 5


def test_a_ladder_of_a_billion_ways_is_gone_through_once(graphs):
    x = y = Value(1.0, "x")
    side = sin(x)
    for k in range(30):
        y = graphs.named(f"y{k}", graphs.named(f"a{k}", 1 * y) + graphs.named(f"b{k}", 1 * y))
    root = side + y
    found = ways_of(root, x)
    to_side, to_ladder = found.links[root]
    assert found.is_alone(to_side)
    assert found.is_alone(to_ladder)
    assert found.stretches().count == found.count == 2**30 + 1


def test_each_node_comes_after_all_that_lead_to_it(diamond):
    x, u, v, y = diamond
    assert ways_of(y, x).downwards()[0] is y
    assert set(ways_of(y, x).downwards()[1:3]) == {u, v}
    assert ways_of(y, x).downwards()[3] is x


def test_ways_are_counted_and_gone_along(diamond):
    x, u, v, y = diamond
    found = ways_of(y, x)
    one, two, three = found.each()
    assert found.count == 3
    assert one.factors == two.factors == ((y, u, 6.0), (u, x, 2.0))
    assert three.factors == ((y, v, 4.0), (v, x, 3.0))
    assert (one.product, two.product, three.product) == (12.0, 12.0, 12.0)
    assert found.gradients == {y: 1.0, u: 6.0, v: 4.0, x: 36.0}


def test_a_link_is_alone_where_no_other_way_leads_to_its_parent(graphs):
    x = Value(2.0, "x")
    u = graphs.named("u", sin(x))
    w = graphs.named("w", u + 1)
    y = graphs.named("y", u * w)
    found = ways_of(y, x)
    (sine,), (plus,), (direct, around) = (found.links[node] for node in (u, w, y))
    assert found.is_alone(sine)
    assert found.is_alone(plus)
    assert found.is_alone(around)
    assert found.is_alone(direct) is False


def test_from_a_node_to_itself_there_is_one_empty_way(diamond):
    *_, y = diamond
    found = ways_of(y, y)
    (path,) = found.each()
    assert (path.factors, path.product, found.count) == ((), 1.0, 1)


def test_an_unrelated_value_has_no_way(diamond):
    *_, y = diamond
    found = ways_of(y, Value(1.0, "z"))
    assert (found.links, list(found.each()), found.count) == ({}, [], 0)
    assert found.stretches().links == {}


def test_a_link_is_alone_where_no_other_way_leads_there():
    x = Value(2.0, "x")
    goal = exp(x)
    y = total([goal, *(sin(x * k) for k in range(1, 30)), 3.0 * goal])
    found = ways_of(y, x)
    to_goal = found.links[y][0]
    assert to_goal.parent is goal and not found.is_alone(to_goal)
    assert found.is_alone(found.links[y][1])
