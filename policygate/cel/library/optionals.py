"""`optional.of`, `optional.none` and what is called on an optional.

`or`, `orValue`, `optMap` and `optFlatMap` evaluate their argument only where it is needed, so
`compiler` knows them itself; the first two stand here for their number of arguments.
"""

from __future__ import annotations

from typing import Any, Final

from policygate.cel.errors import EvaluationError
from policygate.cel.functions import Overload, method
from policygate.cel.values import MISSING, NONE, Optional, Uint


def _of_non_zero(value: Any) -> Optional:
    return NONE if is_zero(value) else Optional(value)


def is_zero(value: Any) -> bool:
    """Whether a value is the zero of its type: `0`, `''`, `[]`, `false`, `null` and so on."""
    if type(value) in {int, Uint, float, str, bytes, list, dict, bool, type(None)}:
        return not value
    return type(value) is Optional and value is NONE


def _value(value: Optional) -> Any:
    if value.value is MISSING:
        raise EvaluationError("`value()` of an optional that is none")
    return value.value


def _unwrap(items: list[Any]) -> list[Any]:
    if not all(type(item) is Optional for item in items):
        raise EvaluationError("`optional.unwrap`: expected a list of optionals")
    return [item.value for item in items if item.value is not MISSING]


OVERLOADS: Final = (
    Overload("optional.of", (object,), Optional),
    Overload("optional.ofNonZeroValue", (object,), _of_non_zero),
    Overload("optional.none", (), lambda: NONE),
    Overload("optional.unwrap", (list,), _unwrap),
    method("unwrapOpt", (list,), _unwrap),
    method("hasValue", (Optional,), lambda value: value.value is not MISSING),
    method("value", (Optional,), _value),
    method("or", (Optional, Optional), lambda value, other: other if value is NONE else value),
    method(
        "orValue", (Optional, object), lambda value, other: other if value is NONE else value.value
    ),
)
