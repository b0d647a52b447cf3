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
    assert curve.points[-3:] == [(40.0, CORNER), (40.0, 80.0), (40.0, 80.0)]


def test_near_another_corner_a_corner_begins_half_way():
    curve = Curve(0.0, 0.0)
    curve.corners([(8.0, 0.0), (8.0, -4.0), (30.0, -4.0), (30.0, -4.0)])
    assert list(dict.fromkeys(curve.points)) == [
        *((0.0, 0.0), (4.0, 0.0), (8.0, 0.0), (8.0, -2.0)),
        *((8.0, -3.0), (8.0, -4.0), (14.0, -4.0), (24.0, -4.0), (30.0, -4.0)),
    ]
    assert curve.points[-3:] == [(30.0, -4.0)] * 3
    assert not curve.is_straight


def test_a_piece_without_length_is_none():
    curve = Curve(7.0, 5.0)
    curve.straight(7.0)
    curve.straight(6.0)
    assert curve.points == [(7.0, 5.0)]


def test_a_straight_piece_behind_corners_is_a_piece_of_its_own():
    curve = Curve(0.0, 0.0)
    curve.straight(20.0)
    curve.corners([(40.0, 0.0), (40.0, 80.0)])
    before = len(curve.points)
    curve.straight(60.0)
    assert curve.points[before - 1 :] == [(40.0, 80.0), (40.0, 80.0), (60.0, 80.0), (60.0, 80.0)]
    curve.bend(80.0, 70.0)
    curve.straight(90.0)
    assert curve.points[-4:] == [(80.0, 70.0), (80.0, 70.0), (90.0, 70.0), (90.0, 70.0)]
