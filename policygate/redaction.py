"""The last look at every finding: what is known to be a secret stands nowhere in it.

Policies of any origin build messages out of manifests, and the masks on their way (`secrets.masking`)
go by names. Here the values that the search has found in the same resource or file are taken out, as
they are written and in the forms that programs turn them into. Not for the search (`secrets`).
"""

from __future__ import annotations

import base64
import dataclasses
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from policygate.model import UNSET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policygate.model import Change, Finding, Resource, ResourceId
    from policygate.yamldoc import Parsed

HIDDEN: Final = "(hidden)"
_SHORTEST: Final = 6
"""A shorter secret is a part of ordinary words: to cut it out of a sentence would spell it."""


class Redaction:
    """Takes secrets out of findings.

    Args:
        changes: Every change of the run.
        files: Every changed file, at the base and at the head.
    """

    def __init__(
        self,
        changes: Iterable[Change],
        files: Sequence[tuple[Parsed | None, Parsed | None]],
    ) -> None:
        self._changes: dict[ResourceId, list[Change]] = {}
        for change in changes:
            self._changes.setdefault(change.id, []).append(change)
        self._files: dict[str, list[Parsed]] = {}
        for each in (one for pair in files for one in pair if one is not None):
            self._files.setdefault(each.file, []).append(each)
        self._known: dict[ResourceId | str, frozenset[str]] = {}

    def __call__(self, finding: Finding) -> Finding:
        """Return a finding without anything that is known to be a secret."""
        about = finding.resource or finding.location.file
        if about not in self._known:
            self._known[about] = frozenset(self._forms(about))
        known = self._known[about]
        return _without(finding, sorted(known, key=len, reverse=True)) if known else finding

    def _forms(self, about: ResourceId | str) -> Iterator[str]:
        for value in self._values(about):
            if len(value) >= _SHORTEST:
                yield from forms(value)

    def _values(self, about: ResourceId | str) -> Iterator[str]:
        from policygate.secrets.search import secrets_beside, secrets_of

        if not isinstance(about, str):
            for resource in self._resources(about):
                yield from (str(found.value) for found in secrets_of(resource))
            return
        for parsed in self._files.get(about, ()):
            yield from (str(each.found.value) for each in secrets_beside(parsed))

    def _resources(self, about: ResourceId) -> Iterator[Resource]:
        for change in self._changes.get(about, ()):
            yield from (each for each in (change.base, change.head, *change.rivals) if each)


def forms(value: str) -> Iterator[str]:
    """Yield a value as it is, its lines, and what programs make of it: base64, a part of a URL, reversed."""
    yield value
    yield from (line.strip() for line in value.split("\n") if len(line.strip()) >= _SHORTEST)
    data = value.encode("utf-8", "surrogatepass")
    yield base64.b64encode(data).decode("ascii").rstrip("=")
    yield base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
    yield quote(value, safe="", errors="replace")
    yield value[::-1]


def _without(finding: Finding, known: Sequence[str]) -> Finding:
    changed = {}
    for field in ("message", "path", "container", "was", "now", "excerpt", "edit", "fix"):
        held = getattr(finding, field)
        clean = _clean(held, known)
        if clean is not held:
            changed[field] = clean
    return dataclasses.replace(finding, **changed) if changed else finding


def _clean(value: Any, known: Sequence[str]) -> Any:
    """The same value, or one without what is known; structures are kept as they are."""
    if value is UNSET or value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        clean = value
        for each in known:
            clean = clean.replace(each, HIDDEN)
        return clean if clean != value else value
    if isinstance(value, dict):
        items = {_clean(key, known): _clean(item, known) for key, item in value.items()}
        return items if items != value else value
    if isinstance(value, (list, tuple)):
        members = [_clean(each, known) for each in value]
        if all(one is other for one, other in zip(members, value, strict=True)):
            return value
        made: Any = type(value)
        return made(*members) if hasattr(value, "_fields") else made(members)
    return value
