from autograd.views.draw.layout.curves import CORNER, Curve


def test_straight_pieces_become_one_and_never_lead_back():
    curve = Curve(0.0, 5.0)
    curve.straight(10.0)
    curve.straight(30.0)
    curve.straight(20.0)
    assert curve.points == [(0.0, 5.0), (0.0, 5.0), (30.0, 5.0), (30.0, 5.0)]


def test_a_bend_leaves_and_arrives_along_the_links():
    curve = Curve(0.0, 0.0)
    curve.bend(40.0, 20.0)
    assert curve.points[1:] == [(20.0, 0.0), (20.0, 20.0), (40.0, 20.0)]


def test_a_bend_to_the_same_line_is_straight():
    curve = Curve(0.0, 7.0)
    curve.bend(40.0, 7.0)
    curve.straight(50.0)
    assert curve.points == [(0.0, 7.0), (0.0, 7.0), (50.0, 7.0), (50.0, 7.0)]


def test_corners_are_round():
    curve = Curve(0.0, 0.0)
    curve.corners([(40.0, 0.0), (40.0, 80.0)])
    assert curve.points[3:7] == [
        (40.0 - CORNER, 0.0),
        (40.0, 0.0),
        (40.0, 0.0),
        (40.0, CORNER),
    ]
    assert curve.points[-1] == (40.0, 80.0)
