"""Globs over repository paths and names: `*` and `?` stay inside a path part, `**` crosses parts."""

from __future__ import annotations

import functools
import re


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    out, i = "", 0
    while i < len(pattern):
        if pattern.startswith("**/", i):
            out, i = out + "(?:[^/]+/)*", i + 3
        elif pattern.startswith("**", i):
            out, i = out + ".*", i + 2
        elif pattern[i] == "*":
            out, i = out + "[^/]*", i + 1
        elif pattern[i] == "?":
            out, i = out + "[^/]", i + 1
        else:
            out, i = out + re.escape(pattern[i]), i + 1
    return re.compile(out + r"\Z", re.DOTALL)


def matches(pattern: str, path: str) -> bool:
    """Whether the whole path matches the pattern; a pattern that ends in `/` means all below it."""
    return _compiled(pattern + "**" if pattern.endswith("/") else pattern).match(path) is not None


def matches_any(patterns: tuple[str, ...], path: str) -> bool:
    """Whether one of the patterns matches."""
    return any(matches(pattern, path) for pattern in patterns)
