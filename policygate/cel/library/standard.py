"""What every dialect of the language has: sizes, conversions, and the basic methods of strings.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

from policygate.cel.errors import EvaluationError, unfit
from policygate.cel.functions import Overload, method
from policygate.cel.regex import find_first
from policygate.cel.values import (
    Meter,
    Uint,
    checked_int,
    checked_uint,
    type_of,
)

_TRUE: Final = frozenset({"1", "t", "true", "TRUE", "True"})
_FALSE: Final = frozenset({"0", "f", "false", "FALSE", "False"})
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,40}", re.ASCII)
_FLOAT: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_SPECIAL: Final = {
    "nan": math.nan,
    **{f"{sign}{name}": value for sign, value in (("", math.inf), ("+", math.inf), ("-", -math.inf))
       for name in ("inf", "infinity")},
}  # fmt: skip


def format_double(value: float) -> str:
    """A double as Go's `strconv.FormatFloat(value, 'g', -1, 64)` with few digits writes it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    if exponent:
        mantissa = mantissa.removesuffix(".0")
        return f"{mantissa}e{exponent[0] if exponent[0] in '+-' else '+'}{abs(int(exponent)):02}"
    return text.removesuffix(".0")


def _int_of_text(text: str) -> int:
    if not _DECIMAL.fullmatch(text):
        raise unfit(text, "is no int")
    return checked_int(int(text))


def _int_of_double(value: float) -> int:
    if math.isnan(value) or not -(2.0**63) < value < 2.0**63:
        raise EvaluationError("the double does not fit into an int")
    return int(value)


def _uint_of_text(text: str) -> Uint:
    if not _DECIMAL.fullmatch(text) or text[0] in "+-":
        raise unfit(text, "is no uint")
    return checked_uint(int(text))


def _uint_of_double(value: float) -> Uint:
    if math.isnan(value) or not -1.0 < value < 2.0**64:
        raise EvaluationError("the double does not fit into a uint")
    return Uint(value)


def _double_of_text(text: str) -> float:
    if _FLOAT.fullmatch(text):
        return float(text)
    if text.lower() in _SPECIAL:
        return _SPECIAL[text.lower()]
    raise unfit(text, "is no double")


def _bool_of_text(text: str) -> bool:
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise unfit(text, "is no bool")


def _text_of_bytes(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise EvaluationError("the bytes are no valid UTF-8") from None


def _int_of_own(value: Any) -> int:
    """The number of seconds in a duration, or since 1970 of a timestamp."""
    if hasattr(type(value), "CEL_TYPE") and hasattr(value, "__int__"):
        return int(value)
    raise EvaluationError(f"`int` does not take {type_of(value).name}")


def _text_of_own(value: Any) -> str:
    """The text of what a library brings along; a quantity has none, as in Kubernetes."""
    if hasattr(type(value), "CEL_TYPE") and type_of(value).name != "kubernetes.Quantity":
        return str(value)
    raise EvaluationError(f"`string` does not take {type_of(value).name}")


def _negative_of_own(value: Any) -> Any:
    if hasattr(type(value), "CEL_TYPE") and hasattr(value, "__neg__"):
        return -value
    raise EvaluationError(f"`-` does not take {type_of(value).name}")


def _matches(meter: Meter, text: str, pattern: str) -> bool:
    return find_first(meter, pattern, text) is not None


def _same(value: Any) -> Any:
    return value


_NUMBERS: Final = (int, Uint, float)
_SIZED: Final = (str, bytes, list, dict)
_ORDERED: Final = (bool, str, bytes)

OVERLOADS: Final = (
    *(Overload("size", (kind,), len) for kind in _SIZED),
    *(method("size", (kind,), len) for kind in _SIZED),
    method("contains", (str, str), lambda text, part: part in text),
    method("startsWith", (str, str), str.startswith),
    method("endsWith", (str, str), str.endswith),
    method("matches", (str, str), _matches, metered=True),
    Overload("matches", (str, str), _matches, metered=True),
    Overload("type", (object,), type_of),
    Overload("dyn", (object,), _same),
    Overload("bool", (bool,), _same),
    Overload("bool", (str,), _bool_of_text),
    Overload("int", (int,), _same),
    Overload("int", (Uint,), lambda value: checked_int(int(value))),
    Overload("int", (float,), _int_of_double),
    Overload("int", (str,), _int_of_text),
    Overload("int", (object,), _int_of_own),
    Overload("uint", (Uint,), _same),
    Overload("uint", (int,), checked_uint),
    Overload("uint", (float,), _uint_of_double),
    Overload("uint", (str,), _uint_of_text),
    Overload("double", (float,), _same),
    Overload("double", (int,), float),
    Overload("double", (Uint,), float),
    Overload("double", (str,), _double_of_text),
    Overload("string", (str,), _same),
    Overload("string", (bool,), lambda value: "true" if value else "false"),
    Overload("string", (int,), str),
    Overload("string", (Uint,), lambda value: str(int(value))),
    Overload("string", (float,), format_double),
    Overload("string", (bytes,), _text_of_bytes),
    Overload("string", (object,), _text_of_own),
    Overload("bytes", (bytes,), _same),
    Overload("bytes", (str,), str.encode),
    Overload("-", (int,), lambda value: checked_int(-value)),
    Overload("-", (float,), lambda value: -value),
    Overload("-", (object,), _negative_of_own),
    # What `operators` computes itself stands here for the words of its errors.
    *(Overload(sign, (object, object), _same) for sign in ("==", "!=", "in")),
    *(Overload("+", (kind, kind), _same) for kind in (*_NUMBERS, str, bytes, list)),
    *(Overload(sign, (kind, kind), _same) for sign in "-*/" for kind in _NUMBERS),
    *(Overload("%", (kind, kind), _same) for kind in (int, Uint)),
    *(
        Overload(sign, (kind, kind), _same)
        for sign in ("<", "<=", ">", ">=")
        for kind in (*_ORDERED, *_NUMBERS)
    ),
)
