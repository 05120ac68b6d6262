"""Semantic versions.

Source: https://github.com/kubernetes/apiserver/blob/master/pkg/cel/library/semver_lib.go
"""

from __future__ import annotations

import re
from functools import total_ordering
from typing import ClassVar, Final

from policygate.cel.errors import EvaluationError, unfit
from policygate.cel.functions import Overload, method
from policygate.cel.values import UINT_MAX, Type

_NUMBER: Final = r"(0|[1-9][0-9]*)"
_IDENTIFIERS: Final = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_STRICT: Final = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_IDENTIFIERS}))?(?:\+({_IDENTIFIERS}))?", re.ASCII
)
_CORE: Final = re.compile(
    r"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?([-+].*)?", re.ASCII | re.DOTALL
)
_LONGEST: Final = 1000


@total_ordering
class Semver:
    """A semantic version; the build is not compared."""

    __slots__ = ("build", "core", "prerelease")
    CEL_TYPE: ClassVar = Type("kubernetes.Semver")

    def __init__(self, core: tuple[int, ...], prerelease: str, build: str) -> None:
        self.core = core
        self.prerelease = prerelease
        self.build = build

    @property
    def _order(self) -> tuple[object, ...]:
        parts = [
            (0, int(part), "") if part.isdigit() else (1, 0, part)
            for part in self.prerelease.split(".")
        ]
        return (self.core, not self.prerelease, parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Semver) and self._order == other._order

    def __lt__(self, other: Semver) -> bool:
        return self._order < other._order

    def __hash__(self) -> int:
        return hash((self.core, self.prerelease))

    def __str__(self) -> str:
        text = ".".join(map(str, self.core))
        text += f"-{self.prerelease}" if self.prerelease else ""
        return text + (f"+{self.build}" if self.build else "")


def read_semver(text: str, normalize: bool = False) -> Semver:  # noqa: FBT001, FBT002 (as in CEL)
    """Read a version; normalised, a leading `v`, missing parts and leading zeros are forgiven.

    Raises:
        EvaluationError: For another text.
    """
    written = text
    if len(text) > _LONGEST:
        raise EvaluationError(f"a version of {len(text)} characters is longer than {_LONGEST}")
    if normalize:
        found = _CORE.fullmatch(text)
        if found is not None:
            core = ".".join(str(int(found[place] or "0")) for place in (1, 2, 3))
            text = core + (found[4] or "")
    found = _STRICT.fullmatch(text)
    if found is None:
        raise unfit(written, "is no semantic version such as 1.2.3")
    core_parts = tuple(int(found[place]) for place in (1, 2, 3))
    prerelease, build = found[4] or "", found[5] or ""
    zeros = any(p.isdigit() and len(p) > 1 and p[0] == "0" for p in prerelease.split("."))
    if max(core_parts) > UINT_MAX or zeros:
        raise unfit(written, "is no semantic version such as 1.2.3")
    return Semver(core_parts, prerelease, build)


def _is_semver(text: str, normalize: bool = False) -> bool:  # noqa: FBT001, FBT002 (as in CEL)
    try:
        read_semver(text, normalize)
    except EvaluationError:
        return False
    return True


OVERLOADS: Final = (
    Overload("semver", (str,), read_semver),
    Overload("semver", (str, bool), read_semver),
    Overload("isSemver", (str,), _is_semver),
    Overload("isSemver", (str, bool), _is_semver),
    method("major", (Semver,), lambda version: version.core[0]),
    method("minor", (Semver,), lambda version: version.core[1]),
    method("patch", (Semver,), lambda version: version.core[2]),
    method("isLessThan", (Semver, Semver), lambda a, b: a < b),
    method("isGreaterThan", (Semver, Semver), lambda a, b: a > b),
    method("compareTo", (Semver, Semver), lambda a, b: (a > b) - (a < b)),
)
