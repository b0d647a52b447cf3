"""Copies and pickles of graphs: on their own, shared parts shared, however deep."""

from __future__ import annotations

import copy
import gc
import io
import pickle
import weakref

import pytest

from autograd import Value, copying, replay, tanh
from autograd import graph as old_place
from autograd.copying import copy_graph, pickled
from autograd.operation import TABLE
from autograd.value import Parameter


def graph() -> tuple[Value, Value, Value]:
    x, w = Value(0.5, "x"), Parameter(2.0, "w")
    h = x * w
    h.label = "h"
    y = tanh(h) + h**2 + 1.0
    y.backward()
    return y, x, w


@pytest.mark.parametrize("how", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_copies_backpropagate_on_their_own(how: object) -> None:
    y, x, w = graph()
    y2, x2, w2 = how((y, x, w))  # type: ignore[operator]
    assert repr(y2) == repr(y) and repr(x2) == repr(x) and type(w2) is Parameter
    before = (x.grad, w.grad)
    x2.grad = w2.grad = 0.0
    y2.backward()
    assert (x2.grad, w2.grad) == before == (x.grad, w.grad)
    x2.data = 3.0
    assert replay(y2).data != y.data
    assert x.data == 0.5


@pytest.mark.parametrize("how", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_copies_keep_what_is_shared(how: object) -> None:
    y, x, _ = graph()
    h = y.parents[0]
    z = x * y
    h2, z2, y2, x2 = how([h, z, y, x])  # type: ignore[operator]
    assert z2.parents == (x2, y2)
    assert y2.parents[0] is h2
    h3, y3 = how((h2, y2))  # type: ignore[operator]
    assert y3.parents[0] is h3


def test_a_shallow_copy_has_the_same_parents() -> None:
    y, _, w = graph()
    assert copy.copy(y).parents == y.parents
    assert copy.copy(y) is not y
    assert type(copy.copy(w)) is Parameter


class FullDisk(io.BytesIO):
    def write(self, *_: object) -> int:
        raise OSError("no space left")


def test_pickling_that_fails_half_way_leaves_nothing_behind() -> None:
    y = Value(1.0) * 2.0
    for i in range(25_000):
        y = y + 1.0
        if i == 20_000:
            middle = y
    with pytest.raises(OSError, match="no space left"):
        pickle.dump(y, FullDisk())
    assert pickle.loads(pickle.dumps(middle)).data == middle.data
    y.__reduce__()  # asked for by something that goes no further
    assert pickle.loads(pickle.dumps(middle)).data == middle.data
    with pytest.raises(OSError, match="no space left"):
        pickle.dump(y, FullDisk())
    dropped = weakref.ref(y)
    del y
    assert dropped() is None, "what was to be written is kept alive"


def test_a_graph_is_pickled_again_while_the_first_pickler_is_kept() -> None:
    y = Value(1.0)
    for _ in range(5_000):
        y = y + 1.0
    kept = pickle.Pickler(io.BytesIO())
    kept.dump(y)
    assert pickle.loads(pickle.dumps(y.parents[0].parents[0])).data == 4_999.0


def test_what_is_said_of_a_graph_makes_its_root() -> None:
    y, _, _ = graph()
    make, arguments = y.__reduce__()[:2]
    assert make(*arguments) is y


def test_copies_of_deep_graphs_do_not_recurse() -> None:
    x = Value(1.0)
    y = x
    for _ in range(20_000):
        y = y * 1.0
    for how in (copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))):
        (x2, y2) = how((x, y))
        y2.backward()
        assert x2.grad == 1.0
    assert x.grad == 0.0


def test_operations_pickle_by_name() -> None:
    y = Value(-2.0).leaky_relu(0.25) + Value(2.0) ** 3
    z = pickle.loads(pickle.dumps(y))
    assert z.operation is TABLE["add"]
    assert z.parents[0].operation.parameters == (0.25,)


def test_restore_undoes_pickled() -> None:
    _, x, w = graph()
    for leaf in (x, w):
        function, record = pickled(leaf)
        again = function(*record)
        assert function is copying.restore and again is not leaf and type(again) is type(leaf)
        assert (again.data, again.grad, again.label) == (leaf.data, leaf.grad, leaf.label)
        assert (again.parents, again.operation) == ((), None)


def test_a_copy_of_a_graph_takes_what_was_copied_before() -> None:
    y, x, w = graph()
    known = Value(7.0, "another x")
    memo = {id(x): known}
    again = copy_graph(y, memo)
    h = again.parents[0].parents[0].parents[0]
    assert (h.parents[0], h.parents[1].label) == (known, "w") and h.parents[1] is not w
    assert memo[id(y)] is again and copy_graph(y, memo) is again
    assert copy_graph(x, {}).label == "x" and copy_graph(x, {}) is not x


def test_pickles_of_version_0_1_find_the_functions_where_they_were() -> None:
    assert (old_place.restore, old_place._last) == (copying.restore, copying._last)  # type: ignore[attr-defined]


class IsCollecting:
    """Unpickled, it says whether the cyclic collector is on."""

    def __reduce__(self) -> tuple[object, ...]:
        return gc.isenabled, ()


def test_the_collector_is_on_again_once_a_graph_is_read() -> None:
    assert pickle.loads(pickle.dumps((graph()[0], IsCollecting())))[1]


def test_reading_a_pickle_leaves_the_collector_on() -> None:
    y = Value(1.0)
    for _ in range(2_000):
        y = y * 1.0
    written = pickle.dumps((y, 1))
    while_read: list[bool] = []

    class Watching(io.BytesIO):
        def readinto(self, buffer: object) -> int:
            while_read.append(gc.isenabled())
            return super().readinto(buffer)  # type: ignore[arg-type]

        def read(self, size: int | None = -1) -> bytes:
            while_read.append(gc.isenabled())
            return super().read(size)

    assert pickle.load(Watching(written))[0].data == 1.0
    assert gc.isenabled() and not all(while_read)
    with pytest.raises((EOFError, pickle.UnpicklingError)):
        pickle.loads(written[: len(written) // 2])
    assert gc.isenabled()
