"""`'%s has %d'.format([…])`: the clauses of a format and how values read in them.

Source: https://github.com/google/cel-go/blob/master/ext/formatting.go
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from policygate.cel.errors import EvaluationError
from policygate.cel.library.standard import format_double
from policygate.cel.values import BoolKey, Meter, Type, Uint, check_size, type_of

if TYPE_CHECKING:
    from collections.abc import Callable

_CLAUSE: Final = re.compile(r"%(?:%|(?:\.([0-9]{1,3}))?(.))", re.DOTALL)
_WHOLE: Final = frozenset({int, Uint})
_BASES: Final = {"b": "b", "o": "o", "x": "x", "X": "X"}
_PLACES: Final = 6


def format_text(text: str, values: list[Any], meter: Meter) -> str:
    """Fill the clauses of a format.

    Raises:
        EvaluationError: For a clause that is unknown, has no value, or one of the wrong type.
        BudgetError: For a result that is too large.
    """
    made: list[str] = []
    at = length = used = 0
    for found in _CLAUSE.finditer(text):
        made.append(text[at : found.start()])
        at = found.end()
        if found.group() == "%%":
            made.append("%")
            continue
        if used >= len(values):
            raise EvaluationError(f"`format`: there is no value number {used + 1}")
        made.append(_clause(found[2], found[1], values[used], meter))
        used += 1
        length += len(made[-1])
        check_size(length)
    if "%" in text[at:]:
        raise EvaluationError("`format`: a single % at the end; write %% for a percent sign")
    return "".join([*made, text[at:]])


def _clause(kind: str, places: str | None, value: Any, meter: Meter) -> str:
    if kind == "s":
        return shown(value, meter)
    if kind == "d" and type(value) in _WHOLE:
        return str(int(value))
    if kind == "d" and type(value) is float:
        return _special(value) or shown(value, meter)
    if kind in {"e", "f"} and (type(value) in _WHOLE or type(value) is float):
        return _special(value) or _fixed(kind, _PLACES if places is None else int(places), value)
    if kind in _BASES:
        return _based(kind, value)
    if kind not in {"d", "e", "f"}:
        raise EvaluationError(f"`format`: unknown clause %{kind}")
    raise EvaluationError(f"`format`: found {type_of(value).name}, expected a number for %{kind}")


def _fixed(kind: str, places: int, value: float) -> str:
    return f"{value:.{places}{kind}}"


def _based(kind: str, value: Any) -> str:
    if type(value) in _WHOLE:
        return f"{int(value):{kind}}"
    if kind == "b" and type(value) is bool:
        return "1" if value else "0"
    if kind in {"x", "X"} and type(value) in {str, bytes}:
        data = value.encode() if isinstance(value, str) else value
        return str(data.hex() if kind == "x" else data.hex().upper())
    raise EvaluationError(f"`format`: %{kind} does not take {type_of(value).name}")


def _special(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return ""


def shown(value: Any, meter: Meter) -> str:
    """A value as `%s` writes it; maps in the order of their keys' texts."""
    meter.spend(1)
    if type(value) is list:
        return f"[{_joined([shown(item, meter) for item in value])}]"
    if type(value) is dict:
        entries = sorted((shown(key, meter), shown(item, meter)) for key, item in value.items())
        return f"{{{_joined([f'{key}: {item}' for key, item in entries])}}}"
    if type(value) is BoolKey:
        value = value.value
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    if type_of(value).name.startswith("google.protobuf."):
        return str(value)
    raise EvaluationError(f"`format`: %s does not take {type_of(value).name}")


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    bool: lambda value: "true" if value else "false",
    bytes: lambda value: value.decode(errors="replace"),
    float: lambda value: _special(value) or format_double(value),
    int: str,
    str: str,
    Type: lambda value: value.name,
    type(None): lambda _: "null",
    Uint: lambda value: str(int(value)),
}


def _joined(pieces: list[str]) -> str:
    check_size(sum(map(len, pieces)))
    return ", ".join(pieces)
