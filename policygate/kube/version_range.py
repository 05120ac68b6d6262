"""How much a range of versions lets in, in the dialect of Helm, Flux and Argo CD.

https://github.com/Masterminds/semver#checking-version-constraints. Not for telling which version a
range selects: that takes a registry.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

EXACT: Final = 0
PATCHES: Final = 1
MINORS: Final = 2
MAJORS: Final = 3
WORDS: Final = ("one version", "every patch", "every minor version", "every version")
"""What each width lets in."""

_VERSION: Final = re.compile(
    r"v?(\d{1,9}|[xX*])(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?"
)
_TERM: Final = re.compile(r"(>=|=>|<=|=<|!=|~>|[=<>~^])?\s*([^\s,<>=~^!|]+)")
_HYPHEN: Final = re.compile(r"\s+-\s+")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LONGEST: Final = 256


class Width(NamedTuple):
    """How much a range lets in; the greater the wider. Pre-releases count only within one width."""

    size: int
    prereleases: bool

    @property
    def words(self) -> str:
        """What it lets in."""
        return WORDS[self.size]


def width(text: str) -> Width | None:
    """Measure a range.

    Args:
        text: Such as `1.2.3`, `~1.2`, `>=1.0 <2.0` or `*`; empty is every version.

    Returns:
        Its width; None for what is no range (a branch, a placeholder).
    """
    if len(text) > _LONGEST:
        return None
    alternatives = [_alternative(each.strip()) for each in text.split("||")]
    known = [each for each in alternatives if each is not None]
    if len(known) < len(alternatives):
        return None
    return max(known)


def is_commit(text: str) -> bool:
    """Whether a text is the full hash of a commit."""
    return _COMMIT.fullmatch(text) is not None


def _alternative(text: str) -> Width | None:
    if not text:
        return Width(MAJORS, prereleases=False)
    if _HYPHEN.search(text):
        first, _, last = _HYPHEN.sub("\0", text).partition("\0")
        text = f">={first} <={last}"
    if _TERM.sub("", text).strip(" ,"):
        return None
    low: tuple[int, ...] = ()
    high: tuple[int, ...] | None = None
    sizes, prereleases = [], False
    for operator, version in _TERM.findall(text):
        found = _VERSION.fullmatch(version)
        if found is None:
            return None
        numbers = _numbers(found)
        prereleases |= bool(found[4])
        if operator in {">=", "=>", ">"}:
            low = numbers
        elif operator in {"<", "<=", "=<"}:
            high = _last(numbers) if operator == "<" else numbers
        elif operator != "!=":
            sizes.append(_size(operator, numbers))
    if not sizes:
        sizes.append(_between(low, high))
    # A pre-release named exactly lets in nothing but itself.
    return Width(min(sizes), prereleases and min(sizes) != EXACT)


def _numbers(found: re.Match[str]) -> tuple[int, ...]:
    """The numbers of a version up to the first that is left open."""
    numbers: list[int] = []
    for part in found.group(1, 2, 3):
        if part is None or part in "xX*":
            break
        numbers.append(int(part))
    return tuple(numbers)


def _last(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """The versions just below a bound: `2.0.0` ends `1`, `1.3.0` ends `1.2`."""
    kept = list(numbers)
    while kept and kept[-1] == 0:
        kept.pop()
    if kept:
        kept[-1] -= 1
    return tuple(kept)


def _size(operator: str, numbers: tuple[int, ...]) -> int:
    """The width of a version with an operator that bounds it on both sides."""
    if not numbers:
        return MAJORS
    if operator == "^":
        if numbers[0]:
            return MINORS
        if len(numbers) < 2:
            return MINORS
        return PATCHES if numbers[1] or len(numbers) < 3 else EXACT
    if operator in {"~", "~>"}:
        return PATCHES if len(numbers) > 1 else MINORS
    return {1: MINORS, 2: PATCHES}.get(len(numbers), EXACT)


def _between(low: tuple[int, ...], high: tuple[int, ...] | None) -> int:
    if high is None or not low or low[0] != (high[0] if high else -1):
        return MAJORS
    return PATCHES if len(high) > 1 and low[1:2] == high[1:2] else MINORS
