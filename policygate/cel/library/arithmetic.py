"""Numbers.

Source: https://github.com/google/cel-go/blob/master/ext/math.go
"""

from __future__ import annotations

import math
from typing import Any, Final

from policygate.cel.errors import EvaluationError
from policygate.cel.functions import Overload
from policygate.cel.values import UINT_MAX, Uint, checked_int, type_of

_NUMBERS: Final = (int, Uint, float)


def _most(*values: Any) -> Any:
    return _extreme("math.greatest", values, largest=True)


def _least(*values: Any) -> Any:
    return _extreme("math.least", values, largest=False)


def _extreme(name: str, values: tuple[Any, ...], *, largest: bool) -> Any:
    items = values[0] if len(values) == 1 and type(values[0]) is list else values
    if not items:
        raise EvaluationError(f"`{name}` of an empty list")
    for item in items:
        if type(item) not in _NUMBERS:
            raise EvaluationError(f"`{name}`: found {type_of(item).name}, expected numbers")
    best = items[0]
    for item in items[1:]:
        if (item > best) if largest else (item < best):
            best = item
    return best


def _round(value: float) -> float:
    """To the nearest, halves away from zero."""
    if math.isnan(value) or math.isinf(value) or abs(value) >= 2.0**52:
        return value
    whole = math.floor(abs(value))
    return math.copysign(whole + (abs(value) - whole >= 0.5), value)


def _whole(rounded: Any) -> Any:
    return lambda value: (
        value if math.isnan(value) or math.isinf(value) else math.copysign(rounded(value), value)
    )


def _sign(value: float) -> float:
    return value if math.isnan(value) else float((value > 0) - (value < 0))


def _shift(bits: int) -> int:
    if bits < 0:
        raise EvaluationError("a shift by a negative number of bits")
    return bits


def _left(value: int, bits: int) -> int:
    if _shift(bits) > 63:
        return 0
    wrapped = (value << bits) & UINT_MAX
    return wrapped - 2**64 if wrapped >= 2**63 else wrapped


def _right(value: int, bits: int) -> int:
    """Without regard to the sign: zeros come in."""
    shifted = (value & UINT_MAX) >> _shift(bits)
    return shifted - 2**64 if shifted >= 2**63 else shifted


def _square_root(value: Any) -> float:
    return math.sqrt(value) if value >= 0 else math.nan


OVERLOADS: Final = (
    *(Overload("math.greatest", (kind,), _most, many=True) for kind in (object,)),
    *(Overload("math.least", (kind,), _least, many=True) for kind in (object,)),
    Overload("math.ceil", (float,), _whole(math.ceil)),
    Overload("math.floor", (float,), _whole(math.floor)),
    Overload("math.trunc", (float,), _whole(math.trunc)),
    Overload("math.round", (float,), _round),
    Overload("math.abs", (int,), lambda value: checked_int(abs(value))),
    Overload("math.abs", (Uint,), lambda value: value),
    Overload("math.abs", (float,), abs),
    Overload("math.sign", (int,), lambda value: (value > 0) - (value < 0)),
    Overload("math.sign", (Uint,), lambda value: Uint(value > 0)),
    Overload("math.sign", (float,), _sign),
    *(Overload("math.sqrt", (kind,), _square_root) for kind in _NUMBERS),
    Overload("math.isNaN", (float,), math.isnan),
    Overload("math.isInf", (float,), math.isinf),
    Overload("math.isFinite", (float,), math.isfinite),
    *(
        overload
        for kind in (int, Uint)
        for overload in (
            Overload("math.bitAnd", (kind, kind), lambda a, b, k=kind: k(a & b)),
            Overload("math.bitOr", (kind, kind), lambda a, b, k=kind: k(a | b)),
            Overload("math.bitXor", (kind, kind), lambda a, b, k=kind: k(a ^ b)),
        )
    ),
    Overload("math.bitNot", (int,), lambda value: ~value),
    Overload("math.bitNot", (Uint,), lambda value: Uint(UINT_MAX ^ value)),
    Overload("math.bitShiftLeft", (int, int), _left),
    Overload(
        "math.bitShiftLeft",
        (Uint, int),
        lambda value, bits: Uint((int(value) << bits) & UINT_MAX if _shift(bits) < 64 else 0),
    ),
    Overload("math.bitShiftRight", (int, int), _right),
    Overload(
        "math.bitShiftRight", (Uint, int), lambda value, bits: Uint(int(value) >> _shift(bits))
    ),
)
