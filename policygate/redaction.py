"""The last look at every finding and fault: what is known to be a secret stands nowhere in it.

Policies of any origin build messages out of manifests, and the masks on their way (`secrets.masking`)
go by names. Here the values that the search has found in the change are taken out, as they are
written, in the forms that programs turn them into, and of what is random every piece. Not for the
search (`secrets`).
"""

from __future__ import annotations

import base64
import dataclasses
import re
from typing import TYPE_CHECKING, Any, Final

from policygate.model import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from policygate.model import Change, Finding, Resource, ResourceId, Standing
    from policygate.yamldoc import Parsed

HIDDEN: Final = "(hidden)"
_SHORTEST: Final = 6
"""A shorter secret is a part of ordinary words: to cut it out of a sentence would spell it."""
_PIECE: Final = 8
"""So many characters in a row of what is random belong to nothing else."""
_WORD: Final = re.compile(r"[^\W\d]+(?:[-_ .][^\W\d]+)*")
"""A secret that could be a word of any sentence: it is one only where it stands."""
_ROLLED: Final = re.compile(r"[A-Za-z0-9+/_=-]{12,}")
_OURS: Final = frozenset({"credentials", "passphrase", "password", "secret"})
"""What findings say themselves: to cut it out would spell it."""
_FIELDS: Final = (
    "message", "path", "container", "was", "now", "excerpt", "edit", "fix", "version",
)  # fmt: skip


class Redaction:
    """Takes secrets out of findings and texts.

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
        self._everywhere: Cutter | None = None
        self._words: dict[ResourceId | str, Cutter] = {}
        self._cut: dict[str, str] = {}

    def __call__(self, finding: Finding) -> Finding:
        """Return a finding without anything that is known to be a secret."""
        about = finding.resource or finding.location.file
        changed = {}
        for field in _FIELDS:
            held = getattr(finding, field)
            clean = cleaned(held, lambda text: self.text(text, about))
            if clean is not held:
                changed[field] = clean
        if finding.resource is not None:
            kind, namespace, name = (self.text(part, about) for part in finding.resource[2:])
            named = finding.resource._replace(kind=kind, namespace=namespace, name=name)
            if named != finding.resource:
                changed["resource"] = named
        return dataclasses.replace(finding, **changed) if changed else finding

    def standing(self, standing: Standing) -> Standing:
        """Return a waiver without anything that is known to be a secret."""
        file = standing.waiver.location.file

        def cut(text: str) -> str:
            return self.text(text, file)

        return dataclasses.replace(
            standing,
            waiver=cleaned(standing.waiver, cut),
            objections=cleaned(standing.objections, cut),
        )

    def text(self, text: str, about: ResourceId | str) -> str:
        """Return a text without anything that is known to be a secret.

        Args:
            text: Any text.
            about: The resource or the file that it is about.
        """
        if self._everywhere is None:
            self._everywhere = Cutter(
                value for value in self._all() if not _WORD.fullmatch(value.strip())
            )
        if about not in self._words:
            self._words[about] = Cutter(self._words_of(about))
        if text not in self._cut:  # much is said of many resources
            self._cut[text] = self._everywhere.cut(text)
        return self._words[about].cut(self._cut[text])

    def _all(self) -> Iterator[str]:
        for resource in self._changes:
            yield from self._values(resource)
        for file in self._files:
            yield from self._values(file)

    def _words_of(self, about: ResourceId | str) -> Iterator[str]:
        """The secrets of a resource or file that are words, but for those that name it."""
        names = set() if isinstance(about, str) else {about.namespace, about.name}
        for value in self._values(about):
            word = value.strip()
            if _WORD.fullmatch(word) and word not in names and word.lower() not in _OURS:
                yield word

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


class Cutter:
    """Cuts some values out of texts, in all of their forms.

    Args:
        values: The values; those that are too short are left out.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._by_head: dict[str, set[str]] = {}
        for value in set(values):
            for form in forms(value):
                if len(form) >= _SHORTEST:
                    self._by_head.setdefault(form[:_SHORTEST], set()).add(form)

    def cut(self, text: str) -> str:
        """Return a text in which every stretch of known forms is hidden, overlapping ones as one."""
        spans: list[tuple[int, int]] = []
        for at in range(len(text) - _SHORTEST + 1 if self._by_head else 0):
            found = self._by_head.get(text[at : at + _SHORTEST])
            ends = [at + len(form) for form in found or () if text.startswith(form, at)]
            if ends and spans and at <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], *ends))
            elif ends:
                spans.append((at, max(ends)))
        for start, end in reversed(spans):
            text = text[:start] + HIDDEN + text[end:]
        return text


def forms(value: str) -> Iterator[str]:
    """Yield a value and its lines, and what programs make of them: base64, a part of a URL, reversed."""
    from policygate.secrets.values import decoded_text

    texts = [value, decoded_text(value, least=12) or ""]
    for text in texts:
        lines = [line.strip() for line in text.split("\n")]
        for each in dict.fromkeys((text, text.strip(), " ".join(text.split()), *lines)):
            if len(each) >= _SHORTEST:
                yield from _spelled(each)


def _spelled(text: str) -> Iterator[str]:
    import json
    from urllib.parse import quote, quote_plus

    yield text
    yield text[::-1]
    yield from _pieces(text)
    for escaped in (json.dumps(text), json.dumps(text, ensure_ascii=False), repr(text)):
        yield escaped[1:-1]
    yield from (quote(text, safe, errors="replace") for safe in ("", "/"))
    yield quote_plus(text, errors="replace")
    data = text.encode("utf-8", "surrogatepass")
    yield from (data.hex(), data.hex().upper())
    yield from _in_base64(data)


def _in_base64(data: bytes) -> Iterator[str]:
    """Base64 of data, alone, with a line end, and as it looks in the middle of something longer."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for whole in (data, data + b"\n"):
            coded = encode(whole).decode("ascii").rstrip("=")
            yield coded
            yield from _pieces(coded)
        for before in range(3):
            inside = encode(b"\0" * before + data).decode("ascii")
            yield inside[-(-before * 4 // 3) : (before + len(data)) * 8 // 6]


def _pieces(text: str) -> Iterator[str]:
    """The pieces of a text, when it is random: whatever cuts it short leaves some of them."""
    from policygate.secrets.values import is_random

    if _ROLLED.fullmatch(text) and is_random(text):
        yield from (text[at : at + _PIECE] for at in range(len(text) - _PIECE + 1))


def cleaned(value: Any, cut: Callable[[str], str]) -> Any:
    """The same value, or one without what is known; structures are kept as they are."""
    if value is UNSET or value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        clean = cut(value)
        return clean if clean != value else value
    if isinstance(value, dict):
        items = {cleaned(key, cut): cleaned(item, cut) for key, item in value.items()}
        return items if items != value else value
    if isinstance(value, (list, tuple)):
        members = [cleaned(each, cut) for each in value]
        if all(one is other for one, other in zip(members, value, strict=True)):
            return value
        made: Any = type(value)
        return made(*members) if hasattr(value, "_fields") else made(members)
    return value
