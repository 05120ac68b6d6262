"""Lists: those of Kubernetes (`isSorted`, `sum`, `min`, `max`, `indexOf`) and of cel-go's extension.

Sources: https://github.com/kubernetes/apiserver/blob/master/pkg/cel/library/lists.go and
https://github.com/google/cel-go/blob/master/ext/lists.go
"""

from __future__ import annotations

from functools import cmp_to_key
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from policygate.cel.errors import EvaluationError
from policygate.cel.functions import Overload, method
from policygate.cel.operators import combine, contains
from policygate.cel.values import MISSING, Meter, Uint, check_size, equal, some, type_of

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBERS: Final = frozenset({int, Uint, float})
_ORDERED: Final = frozenset({str, bytes, bool})


def _has_order(kind: type) -> bool:
    return kind in _ORDERED or (hasattr(kind, "CEL_TYPE") and "__lt__" in vars(kind))


def comparable(items: list[Any]) -> Callable[[Any, Any], int]:
    """How to compare the elements of a list.

    Raises:
        EvaluationError: When they have no order, or not one with each other.
    """
    kinds = {type(item) for item in items}
    if kinds <= _NUMBERS or (len(kinds) == 1 and all(map(_has_order, kinds))):
        return lambda a, b: (a > b) - (a < b)
    names = ", ".join(sorted({type_of(item).name for item in items}))
    raise EvaluationError(f"elements of {names} have no order with each other")


def _is_sorted(items: list[Any]) -> bool:
    compare = comparable(items)
    return all(compare(a, b) <= 0 for a, b in pairwise(items))


def _sort(items: list[Any]) -> list[Any]:
    return sorted(items, key=cmp_to_key(comparable(items)))


def _extreme(name: str, *, largest: bool) -> Callable[[list[Any]], Any]:
    def find(items: list[Any]) -> Any:
        if not items:
            raise EvaluationError(f"`{name}` of an empty list")
        comparable(items)
        return max(items) if largest else min(items)

    return find


def _sum(items: list[Any]) -> Any:
    if not items:
        return 0
    total = items[0]
    for item in items[1:]:
        if type(item) is not type(total) or type(item) in {str, bytes, list}:
            raise EvaluationError("`sum`: expected numbers of one type, or durations")
        total = combine("+", total, item)
    return total


def _index_of(meter: Meter, items: list[Any], value: Any) -> int:
    meter.spend(len(items) >> 5)
    return next((i for i, item in enumerate(items) if equal(item, value, meter)), -1)


def _last_index_of(meter: Meter, items: list[Any], value: Any) -> int:
    place = _index_of(meter, items[::-1], value)
    return len(items) - 1 - place if place >= 0 else -1


def _distinct(meter: Meter, items: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        if not contains(kept, item, meter):
            kept.append(item)
    return kept


def _flatten(items: list[Any], levels: int = 1) -> list[Any]:
    if levels < 0:
        raise EvaluationError("`flatten`: the number of levels is negative")
    for _ in range(levels):
        if not any(type(item) is list for item in items):
            break
        check_size(sum(len(item) if type(item) is list else 1 for item in items))
        items = [part for item in items for part in (item if type(item) is list else [item])]
    return items


def _slice(items: list[Any], start: int, end: int) -> list[Any]:
    if not 0 <= start <= end <= len(items):
        raise EvaluationError(
            f"`slice`: {start} to {end} is not within a list of {len(items)} elements"
        )
    return items[start:end]


def _range(meter: Meter, count: int) -> list[int]:
    check_size(count)
    meter.spend(max(count, 0) >> 3)
    return list(range(count))


OVERLOADS: Final = (
    method("isSorted", (list,), _is_sorted),
    method("sum", (list,), _sum),
    method("min", (list,), _extreme("min", largest=False)),
    method("max", (list,), _extreme("max", largest=True)),
    method("indexOf", (list, object), _index_of, metered=True),
    method("lastIndexOf", (list, object), _last_index_of, metered=True),
    method("distinct", (list,), _distinct, metered=True),
    method("flatten", (list,), _flatten),
    method("flatten", (list, int), _flatten),
    method("reverse", (list,), lambda items: items[::-1]),
    method("slice", (list, int, int), _slice),
    method("sort", (list,), _sort),
    method("first", (list,), lambda items: some(items[0] if items else MISSING)),
    method("last", (list,), lambda items: some(items[-1] if items else MISSING)),
    Overload("lists.range", (int,), _range, metered=True),
)
