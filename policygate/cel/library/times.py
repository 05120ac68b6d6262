"""Durations and timestamps, exact to the nanosecond.

A duration is a 64-bit count of nanoseconds, a timestamp lies in the years 1 to 9999, as in cel-go.
There is no clock: an expression cannot ask what time it is.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import total_ordering
from typing import TYPE_CHECKING, ClassVar, Final

from policygate.cel.errors import EvaluationError, unfit
from policygate.cel.functions import Overload, method
from policygate.cel.values import INT_MAX, INT_MIN, Type

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND: Final = 10**9
_UNITS: Final = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": SECOND}
_UNITS_OF_CLOCK: Final = {**_UNITS, "m": 60 * SECOND, "h": 3600 * SECOND}
_PART: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_RFC3339: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))"
)
_OFFSET: Final = re.compile(r"([+-]?)(\d\d):(\d\d)")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = -62135596800 * SECOND
_LAST: Final = 253402300800 * SECOND - 1


@total_ordering
class Duration:
    """A length of time; `nanos` may be negative."""

    __slots__ = ("nanos",)
    CEL_TYPE: ClassVar = Type("google.protobuf.Duration")

    def __init__(self, nanos: int) -> None:
        if not INT_MIN <= nanos <= INT_MAX:
            raise EvaluationError("the duration is out of range: 292 years at most")
        self.nanos = nanos

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duration) and self.nanos == other.nanos

    def __lt__(self, other: object) -> bool:
        return self.nanos < other.nanos if isinstance(other, Duration) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.nanos)

    def __add__(self, other: object) -> Duration | Timestamp:
        if isinstance(other, (Duration, Timestamp)):
            return type(other)(self.nanos + other.nanos)
        return NotImplemented

    def __sub__(self, other: object) -> Duration:
        return Duration(self.nanos - other.nanos) if isinstance(other, Duration) else NotImplemented

    def __neg__(self) -> Duration:
        return Duration(-self.nanos)

    def __int__(self) -> int:
        return _whole(SECOND)(self)

    def __str__(self) -> str:
        return f"{_decimal(self.nanos)}s"


@total_ordering
class Timestamp:
    """A point in time; `nanos` count from 1970-01-01T00:00:00Z."""

    __slots__ = ("nanos",)
    CEL_TYPE: ClassVar = Type("google.protobuf.Timestamp")

    def __init__(self, nanos: int) -> None:
        if not _FIRST <= nanos <= _LAST:
            raise EvaluationError("the timestamp is out of range: years 1 to 9999")
        self.nanos = nanos

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timestamp) and self.nanos == other.nanos

    def __lt__(self, other: object) -> bool:
        return self.nanos < other.nanos if isinstance(other, Timestamp) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.nanos)

    def __add__(self, other: object) -> Timestamp:
        return (
            Timestamp(self.nanos + other.nanos) if isinstance(other, Duration) else NotImplemented
        )

    def __sub__(self, other: object) -> Timestamp | Duration:
        if isinstance(other, Duration):
            return Timestamp(self.nanos - other.nanos)
        return (
            Duration(self.nanos - other.nanos) if isinstance(other, Timestamp) else NotImplemented
        )

    def __int__(self) -> int:
        return self.nanos // SECOND

    def __str__(self) -> str:
        moment = self.at(UTC)
        _, dot, fraction = _decimal(self.nanos % SECOND).partition(".")
        return f"{moment.year:04}-{moment:%m-%dT%H:%M:%S}{dot}{fraction}Z"

    def at(self, zone: tzinfo) -> datetime:
        """The date and time of day in a zone, without what is below a second."""
        return (_EPOCH + timedelta(seconds=self.nanos // SECOND)).astimezone(zone)


def _decimal(nanos: int) -> str:
    """Nanoseconds as seconds, with as many places as are needed."""
    sign = "-" if nanos < 0 else ""
    whole, rest = divmod(abs(nanos), SECOND)
    return f"{sign}{whole}" + (f".{rest:09}".rstrip("0") if rest else "")


def read_duration(text: str) -> Duration:
    """Read a duration as Go writes it: `1h30m`, `-1.5s`, `300ms`.

    Raises:
        EvaluationError: For another text.
    """
    rest = text[1:] if text[:1] in {"+", "-"} else text
    at, nanos = 0, 0
    while at < len(rest):
        found = _PART.match(rest, at)
        if found is None or not (found[1] or found[2]) or len(found.group()) > 40:
            break
        unit = _UNITS_OF_CLOCK[found[3]]
        part = found[2] or ""
        nanos += int(found[1] or 0) * unit + int(part or 0) * unit // 10 ** len(part)
        at = found.end()
    if rest != "0" and (at < len(rest) or not rest):
        raise unfit(text, "is no duration such as 1h30m or 1.5s")
    return Duration(-nanos if text[0] == "-" else nanos)


def read_timestamp(text: str) -> Timestamp:
    """Read a timestamp of RFC 3339, such as `2026-11-20T12:00:00Z`.

    Raises:
        EvaluationError: For another text, or a date that does not exist.
    """
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise unfit(text, "is no timestamp such as 2026-11-20T12:00:00Z")
    year, month, day, hour, minute, second = (int(found[place]) for place in range(1, 7))
    offset = int(found[10] or 0) * 60 + int(found[11] or 0)
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise unfit(text, "is no timestamp: there is no such date or time") from None
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    seconds -= offset * 60 * (-1 if found[9] == "-" else 1)
    return Timestamp(seconds * SECOND + int((found[7] or "0")[:9].ljust(9, "0")))


def _zone(name: str) -> tzinfo:
    """A zone by its name (`Europe/Berlin`) or offset (`+02:00`)."""
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        minutes = int(offset[2]) * 60 + int(offset[3])
        if minutes >= 24 * 60:
            raise EvaluationError(f"{name} is no offset of a time zone")
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    if name in {"UTC", ""}:
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise unfit(name, "is no time zone") from None


def _field(name: str, read: Callable[[datetime], int]) -> tuple[Overload, Overload]:
    return (
        method(name, (Timestamp,), lambda moment: read(moment.at(UTC))),
        method(name, (Timestamp, str), lambda moment, zone: read(moment.at(_zone(zone)))),
    )


def _milliseconds(value: Duration) -> int:
    part = abs(value.nanos) % SECOND // 10**6
    return part if value.nanos >= 0 else -part


def _whole(unit: int) -> Callable[[Duration], int]:
    """Whole units of a duration, towards zero."""
    return lambda value: value.nanos // unit if value.nanos >= 0 else -(-value.nanos // unit)


OVERLOADS: Final = (
    Overload("duration", (str,), read_duration),
    Overload("duration", (Duration,), lambda value: value),
    Overload("timestamp", (str,), read_timestamp),
    Overload("timestamp", (int,), lambda seconds: Timestamp(seconds * SECOND)),
    Overload("timestamp", (Timestamp,), lambda value: value),
    *_field("getFullYear", lambda moment: moment.year),
    *_field("getMonth", lambda moment: moment.month - 1),
    *_field("getDate", lambda moment: moment.day),
    *_field("getDayOfMonth", lambda moment: moment.day - 1),
    *_field("getDayOfWeek", lambda moment: moment.isoweekday() % 7),
    *_field("getDayOfYear", lambda moment: moment.timetuple().tm_yday - 1),
    *_field("getHours", lambda moment: moment.hour),
    *_field("getMinutes", lambda moment: moment.minute),
    *_field("getSeconds", lambda moment: moment.second),
    method("getMilliseconds", (Timestamp,), lambda value: value.nanos % SECOND // 10**6),
    method("getMilliseconds", (Timestamp, str), lambda value, _: value.nanos % SECOND // 10**6),
    method("getHours", (Duration,), _whole(3600 * SECOND)),
    method("getMinutes", (Duration,), _whole(60 * SECOND)),
    method("getSeconds", (Duration,), _whole(SECOND)),
    method("getMilliseconds", (Duration,), _milliseconds),
)
