"""Methods of strings beyond the standard ones, `format`, and regular expressions.

Positions count characters. Sources: https://github.com/google/cel-go/blob/master/ext/strings.go and
https://github.com/kubernetes/apiserver/blob/master/pkg/cel/library/regex.go
"""

from __future__ import annotations

from typing import Any, Final

from policygate.cel.errors import EvaluationError
from policygate.cel.functions import Overload, method
from policygate.cel.library.text_format import format_text
from policygate.cel.regex import find_all, find_first
from policygate.cel.values import Meter, check_size

_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_UPPER: Final = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_QUOTED: Final = str.maketrans(
    {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
     "\\": "\\\\", '"': '\\"'}
)  # fmt: skip


def _within(place: int, length: int) -> int:
    if 0 <= place <= length:
        return place
    raise EvaluationError(f"position {place} is out of range: the text has {length} characters")


def _char_at(text: str, place: int) -> str:
    return text[_within(place, len(text)) :][:1]


def _index_of(text: str, part: str, start: int = 0) -> int:
    return text.find(part, _within(start, len(text)))


def _last_index_of(text: str, part: str) -> int:
    return text.rfind(part)


def _last_index_before(text: str, part: str, start: int) -> int:
    return text.rfind(part, 0, _within(start, len(text)) + len(part))


def _substring(text: str, start: int, end: int | None = None) -> str:
    stop = len(text) if end is None else _within(end, len(text))
    if _within(start, len(text)) > stop:
        raise EvaluationError(f"`substring`: it starts at {start} and ends before, at {stop}")
    return text[start:stop]


def _replace(text: str, old: str, new: str, limit: int = -1) -> str:
    count = text.count(old)
    if limit >= 0:
        count = min(count, limit)
    check_size(len(text) + count * (len(new) - len(old)))
    return text.replace(old, new, limit)


def _split(text: str, separator: str, limit: int = -1) -> list[str]:
    if limit == 0:
        return []
    if separator:
        return text.split(separator, limit - 1 if limit > 0 else -1)
    if 0 < limit < len(text):
        return [*text[: limit - 1], text[limit - 1 :]]
    return list(text)


def _join(items: list[Any], separator: str = "") -> str:
    length = max(len(items) - 1, 0) * len(separator)
    for item in items:
        if type(item) is not str:
            raise EvaluationError("`join`: expected a list of strings")
        length += len(item)
    check_size(length)
    return separator.join(items)


def _format(meter: Meter, text: str, values: list[Any]) -> str:
    return format_text(text, values, meter)


def _find(meter: Meter, text: str, pattern: str) -> str:
    found = find_first(meter, pattern, text)
    return "" if found is None else text[found[0] : found[1]]


def _find_all(meter: Meter, text: str, pattern: str, limit: int = -1) -> list[str]:
    return [text[start:end] for start, end in find_all(meter, pattern, text, limit)]


OVERLOADS: Final = (
    method("charAt", (str, int), _char_at),
    method("indexOf", (str, str), _index_of),
    method("indexOf", (str, str, int), _index_of),
    method("lastIndexOf", (str, str), _last_index_of),
    method("lastIndexOf", (str, str, int), _last_index_before),
    method("substring", (str, int), _substring),
    method("substring", (str, int, int), _substring),
    method("replace", (str, str, str), _replace),
    method("replace", (str, str, str, int), _replace),
    method("split", (str, str), _split),
    method("split", (str, str, int), _split),
    method("join", (list,), _join),
    method("join", (list, str), _join),
    method("lowerAscii", (str,), lambda text: text.translate(_LOWER)),
    method("upperAscii", (str,), lambda text: text.translate(_UPPER)),
    method("trim", (str,), lambda text: text.strip(_SPACE)),
    method("reverse", (str,), lambda text: text[::-1]),
    method("format", (str, list), _format, metered=True),
    Overload("strings.quote", (str,), lambda text: f'"{text.translate(_QUOTED)}"'),
    method("find", (str, str), _find, metered=True),
    method("findAll", (str, str), _find_all, metered=True),
    method("findAll", (str, str, int), _find_all, metered=True),
)
