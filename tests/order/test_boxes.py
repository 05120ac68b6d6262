"""Boxes are covered exactly where trying every point says so."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.order.boxes import Box, Fuel, OutOfFuelError, left_over, meet
from policygate.order.sets import Ranges, Texts, ranges

NAMES = ("a", "b", None, "fresh")
LINE = ranges([(0, 9)])
some_texts = st.builds(Texts, st.frozensets(st.sampled_from(["a", "b", None])), st.booleans())
some_numbers = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=3).map(ranges)


def _holds(values: Any, point: Any) -> bool:
    if isinstance(values, Ranges):
        return any(first <= point <= last for first, last in values.parts)
    return (point in values.named) is not values.others


def _inside(box: Box, point: dict[str, Any]) -> bool:
    return all(_holds(values, point[name]) for name, values in box.items())


_optional: dict[str, Any] = {"x": some_texts, "y": some_texts, "n": some_numbers}
boxes: Any = st.fixed_dictionaries({}, optional=_optional).filter(
    lambda box: not any(values.empty for values in box.values())
)
POINTS = [dict(zip("xyn", point, strict=True)) for point in product(NAMES, NAMES, range(10))]


@given(some_texts, some_texts)
def test_sets_of_texts(one: Texts, other: Texts) -> None:
    """A text is in both, or in one and not in the other, as it is in each."""
    for name in NAMES:
        assert _holds(one.meet(other), name) == (_holds(one, name) and _holds(other, name))
        assert _holds(one.without(other), name) == (_holds(one, name) and not _holds(other, name))
    assert one.empty == (not any(_holds(one, name) for name in NAMES))
    assert one.empty or _holds(one, one.some())


@given(some_numbers, some_numbers)
def test_sets_of_numbers(one: Ranges, other: Ranges) -> None:
    """So is a number; and ranges stand in order and do not touch."""
    for n in range(10):
        assert _holds(one.meet(other), n) == (_holds(one, n) and _holds(other, n))
        assert _holds(one.without(other), n) == (_holds(one, n) and not _holds(other, n))
    for found in (one, one.without(other)):
        assert all(a[1] + 1 < b[0] for a, b in zip(found.parts, found.parts[1:], strict=False))
    assert one.empty or _holds(one, one.some())


@given(boxes, boxes)
def test_what_is_in_two_boxes(one: Box, other: Box) -> None:
    """A point is in what two boxes meet in if it is in both."""
    both = meet(one, other)
    for point in POINTS:
        inside = _inside(one, point) and _inside(other, point)
        assert inside == (both is not None and _inside(both, point))


@given(boxes, st.lists(boxes, max_size=5))
def test_what_is_left_over_is_in_no_cover(box: Box, covers: list[Box]) -> None:
    """Something is left over exactly where a point is, and all of it is outside of every cover."""
    box = {"n": LINE, **box}
    found = left_over(box, covers, Fuel())
    points = [p for p in POINTS if _inside(box, p) and not any(_inside(c, p) for c in covers)]
    assert (found is not None) == bool(points)
    if found is not None:
        held = [point for point in POINTS if _inside(found, point)]
        assert held
        assert all(point in points for point in held)


def test_a_question_that_costs_too_much_has_no_answer() -> None:
    """Nothing is said where the work runs out."""
    covers: list[Box] = [{f"d{n}": Texts(frozenset({"a"})), f"d{n + 1}": Texts(frozenset({"b"}))} for n in range(40)]  # fmt: skip
    with pytest.raises(OutOfFuelError):
        left_over({}, covers, Fuel(10))
