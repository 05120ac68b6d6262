"""Regular expressions in the syntax of RE2, in time linear in the text.

A pattern comes from a policy, the text from a pull request, so a backtracking engine is out of the
question. Where google-re2 is installed it matches; elsewhere (it has no wheel for every platform)
our own `machine` does, more slowly and with the same answers. Never Python's `re`: its `$` matches
before a last line feed, and `^(a+)+$` takes it minutes.

Source of the syntax: https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from policygate.cel.errors import EvaluationError

if TYPE_CHECKING:
    from policygate.cel.values import Meter

_REMEMBERED: Final = 256
Span = tuple[int, int]


class Matcher(Protocol):
    """A compiled pattern."""

    def search(self, text: str, start: int) -> Span | None:
        """The leftmost match at or behind a place, as start and end."""
        ...


class Re2:
    """A pattern compiled by google-re2."""

    def __init__(self, pattern: str) -> None:
        import re2

        options = re2.Options()
        options.log_errors = False
        try:
            self._compiled = re2.compile(pattern, options)
        except re2.error as wrong:
            message = f"invalid pattern {pattern[:60]!r}: {_words(wrong)}"
            raise EvaluationError(message, discreet="invalid pattern") from None

    def search(self, text: str, start: int) -> Span | None:
        """As `Matcher.search`."""
        found = self._compiled.search(text, start)
        return None if found is None else found.span()


def _words(wrong: Exception) -> str:
    reason = wrong.args[0] if wrong.args else ""
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)


@lru_cache(maxsize=1)
def has_re2() -> bool:
    """Whether google-re2 is installed."""
    from importlib.util import find_spec

    return find_spec("re2") is not None


@lru_cache(maxsize=_REMEMBERED)
def compile_pattern(pattern: str) -> Matcher:
    """Compile a pattern.

    Raises:
        EvaluationError: When it is none.
    """
    if has_re2():
        return Re2(pattern)
    from policygate.cel.machine import Machine

    return Machine(pattern)


def find_first(meter: Meter, pattern: str, text: str) -> Span | None:
    """The leftmost match of a pattern in a text, or None.

    Raises:
        EvaluationError: For an invalid pattern.
        BudgetError: When text and pattern are too long for the meter.
    """
    _charge(meter, pattern, text)
    return compile_pattern(pattern).search(text, 0)


def find_all(meter: Meter, pattern: str, text: str, limit: int = -1) -> list[Span]:
    """The matches of a pattern from left to right, which do not overlap.

    Raises:
        EvaluationError: For an invalid pattern.
        BudgetError: When text and pattern are too long for the meter.
    """
    _charge(meter, pattern, text)
    return all_matches(meter, compile_pattern(pattern), text, limit, len(pattern))


def all_matches(meter: Meter, compiled: Matcher, text: str, limit: int, weight: int) -> list[Span]:
    """The matches of a compiled pattern whose length is `weight`; see `find_all`."""
    at, last = 0, -1
    found: list[Span] = []
    while at <= len(text) and len(found) != limit:
        match = compiled.search(text, at)
        if match is None:
            break
        start, end = match
        meter.spend(1 + ((end - at) * weight >> 8))
        if start == end == last:  # an empty match right behind the last one counts for nothing
            at += 1
            continue
        found.append(match)
        at, last = (end if end > start else end + 1), end
    return found


def _charge(meter: Meter, pattern: str, text: str) -> None:
    meter.spend(len(pattern) * len(text) >> 8)
