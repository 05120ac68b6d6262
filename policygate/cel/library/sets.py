"""Lists as sets.

Source: https://github.com/google/cel-go/blob/master/ext/sets.go
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policygate.cel.functions import Overload
from policygate.cel.operators import contains

if TYPE_CHECKING:
    from policygate.cel.values import Meter


def _contains(meter: Meter, items: list[Any], wanted: list[Any]) -> bool:
    return all(contains(items, item, meter) for item in wanted)


def _equivalent(meter: Meter, left: list[Any], right: list[Any]) -> bool:
    return _contains(meter, left, right) and _contains(meter, right, left)


def _intersects(meter: Meter, left: list[Any], right: list[Any]) -> bool:
    return any(contains(right, item, meter) for item in left)


OVERLOADS: Final = (
    Overload("sets.contains", (list, list), _contains, metered=True),
    Overload("sets.equivalent", (list, list), _equivalent, metered=True),
    Overload("sets.intersects", (list, list), _intersects, metered=True),
)
