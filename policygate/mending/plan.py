"""Which places of the base answer a finding, and the text with those put back.

A finding names a place; what differs there, below it or around it is what the change did to it. Where nothing does,
the place that a waiver of it would record is asked. Not for whether that settles the finding: only judging again tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.mending.differences import Difference, differences
from policygate.mending.splice import Text, put_back
from policygate.place import look_up
from policygate.yamldoc import Document

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from policygate.model import Change, Finding, Resource
    from policygate.policy.types import Context, Files

_MOST: Final = 100
"""Places of one resource that are put back; who changed more wants git to return, or meant it."""

NO_PLACE: Final = "no single place of the base decides it"
NOT_LINES: Final = "it is written in a way that cannot be put back line by line, such as flow style, an anchor or a block of text"


class Mended(NamedTuple):
    """A text with places put back: which, in words, and which could not be."""

    text: Text
    places: tuple[str, ...]
    failed: tuple[str, ...]


def places_of(finding: Finding, base: Text, head: Text) -> frozenset[str]:
    """The places that differ and that a finding is about, in words; none where that is not known."""
    names = {each.words(base.body, head.body) for each in differences(base.body, head.body)}
    accepted = finding.accepted
    for place in (finding.path, accepted.path if accepted else ""):
        found = frozenset(name for name in names if place and _touch(name, place))
        if found:
            return found
    return frozenset()


def _touch(one: str, other: str) -> bool:
    """Whether a place is another one, or lies in it, or the other way round."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) : len(short) + 1] in ("", ".", "[")


def mend(head: Text, base: Text, wanted: Collection[str]) -> Mended:
    """Put places back, from the last on, so that none moves another one."""
    done: list[str] = []
    failed: list[str] = []
    for _ in range(_MOST):
        was, now = base.body, head.body
        found = differences(was, now)
        known = {each: each.words(was, now) for each in found}
        todo = [each for each in found if known[each] in wanted and known[each] not in failed]
        if not todo:
            break
        each = todo[-1]
        after = put_back(head, base, each) or _around(head, base, each, known, wanted)
        if after is None:
            failed.append(known[each])
        else:
            head = after
            done.append(known[each])
    return Mended(head, tuple(sorted(set(done))), tuple(failed))


def _around(
    head: Text,
    base: Text,
    place: Difference,
    known: dict[Difference, str],
    wanted: Collection[str],
) -> Text | None:
    """What is written on one line is put back as a whole, if nothing else in it differs; so is what would be empty."""
    outer, was = place.path[:-1], place.was[:-1]
    if place.kind == "extra" and outer and len(look_up(head.body, outer)[0]) == 1:
        return put_back(head, base, Difference("changed", outer, was))
    for length in range(len(place.path) - 1, 0, -1):
        outer = place.path[:length]
        inside = [each for each in known if each.path[:length] == outer]
        if any(known[each] not in wanted for each in inside):
            return None
        whole = Difference("changed", outer, place.was[:length])
        after = put_back(head, base, whole, on_one_line=True)
        if after is not None:
            return after
    return None


def texts_of(change: Change, context: Context) -> tuple[Text, Text] | None:
    """The texts of a resource at the head and at the base; None for one that no document of a file holds."""
    head = _text(change.head, context.files)
    base = _text(change.base, context.of_base.files)
    return (head, base) if head is not None and base is not None else None


def _text(resource: Resource | None, files: Files) -> Text | None:
    if resource is None or not isinstance(resource.positions, Document):
        return None
    found = files.read(resource.file)
    if found is None:
        return None
    text = Text(resource.file, found.text, resource.positions.index, resource.prefix)
    body = text.body
    # What a list gives its items, and what stands in a patch inside of a file, is no text of its own.
    same = isinstance(body, dict) and all(resource.body.get(key) == body[key] for key in body)
    return text if same else None


def changes_by_place(changes: Iterable[Change]) -> dict[tuple[object, str], Change]:
    """Changes by the identity and the file that findings about them name."""
    return {(each.id, each.resource.file): each for each in changes}
