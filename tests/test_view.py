"""A view never raises, and every part of it knows its path."""

from __future__ import annotations

import copy
import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policygate.place import look_up
from policygate.view import RESERVED, View
from tests.kube.bodies import anything, keys

steps = st.one_of(keys, st.integers(-3, 5))


@given(anything, st.lists(steps, max_size=6))
def test_a_walk_agrees_with_the_body(body: Any, path: list[str | int]) -> None:
    """Any walk ends at the path it took, with the value that stands there or as missing."""
    view = View(body)
    for step in path:
        view = view[step]
    value, exists = look_up(body, tuple(path))
    assert view.path == tuple(path)
    assert view.exists == exists
    assert view.raw is value
    assert bool(view) == (value is not None)


@given(anything, st.text(min_size=1).filter(lambda name: name not in RESERVED and name[:2] != "__"))
def test_an_attribute_is_a_key(body: Any, name: str) -> None:
    """`view.name` is `view["name"]` for every name that is not reserved."""
    assert getattr(View(body), name) == View(body)[name]


@given(anything)
def test_parts_are_found_again_at_their_paths(body: Any) -> None:
    """Every item and entry that a view yields stands at its path in the body."""
    waiting = [View(body)]
    while waiting:
        view = waiting.pop()
        parts = [*view, *(part for _, part in view.items())]
        assert len(parts) == (len(view.raw) if isinstance(view.raw, (list, dict)) else 0)
        for part in parts:
            assert look_up(body, part.path)[0] is part.raw
        waiting += parts


@given(anything)
def test_typed_reads_give_their_type_or_the_default(body: Any) -> None:
    """A typed read returns a value of its type, the default for every other one, null included."""
    view = View(body)
    assert view.string("x") == (body if isinstance(body, str) else "x")
    assert view.boolean(default=True) is (body if isinstance(body, bool) else True)
    whole = isinstance(body, (int, float)) and not isinstance(body, bool) and body == body // 1
    assert view.integer(7) == (body if whole else 7)
    assert type(view.integer()) is int


def test_null_is_unset() -> None:
    """An explicit null is written, but counts as unset everywhere."""
    view = View({"containers": None}).containers
    assert view.exists
    assert not view
    assert list(view) == []
    assert not view[0].exists


def test_false_and_zero_are_set() -> None:
    """A view of false, 0 or an empty value counts as true: it is set."""
    assert all(map(View, (False, 0, "", [], {})))


def test_reserved_names_are_reached_as_keys() -> None:
    """Keys that the view's own names hide are reached with brackets."""
    body = {name: name for name in RESERVED}
    for name in RESERVED:
        assert View(body)[name].raw == name
        assert getattr(View(body), name) != View(body)[name]


def test_a_view_can_be_copied() -> None:
    """Copies and pickles are equal."""
    view = View({"a": [1]}).a
    assert copy.deepcopy(view) == view == pickle.loads(pickle.dumps(view))
