"""What the waivers of the base leave behind: what they excused, where no waiver of the head says it any more.

A waiver that is edited, pointed at something else, moved or deleted is held to the words that the base has. It goes
on only where a waiver of the head is for the same thing and remembers the same values before the emergency. Not
for whether a waiver counts (`ledger`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policygate.course import is_within
from policygate.model import UNSET
from policygate.place import canonical, counterpart, from_words, in_words
from policygate.policy.types import compares, completed
from policygate.waivers import covers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policygate.course import Course
    from policygate.model import Accepted, Finding, Location, Resource, Waiver
    from policygate.policy.types import Policy


class Left(NamedTuple):
    """What a waiver leaves behind: in what, and where that stands, for a comment."""

    about: str
    location: Location | None = None


class Remains:
    """What is left of the waivers of the base.

    Args:
        base: What stands at the base, as waivers see it.
        head: The same of the head.
        policies: All there are, by id, as the base has them.
    """

    def __init__(self, base: Course, head: Course, policies: Mapping[str, Policy]) -> None:
        self._base = base
        self._head = head
        self._policies = policies
        self._known: dict[Waiver, list[Finding]] = {}

    def of(self, waiver: Waiver, newer: Iterable[Waiver]) -> Left | None:
        """Something that a waiver of the base excused and that no newer one is for; None where nothing is left."""
        policy = self._policies.get(waiver.policy)
        if policy is None:
            return None
        newer = [each for each in newer if each.policy == waiver.policy]
        if waiver.form == "comment":
            found = (each for each in self._followed(waiver) if not _is_meant(each, newer))
            named = (Left(str(f.resource or f.location.file), f.location) for f in found)
            return next(named, None)
        policy = completed(policy)
        there = (each for each in self._placed(waiver) if self._is_left(policy, each, newer))
        return next((Left(each.resource or each.file) for each in there), None)

    def goes_on(self, older: Waiver, newer: Waiver) -> bool:
        """Whether a waiver of the head excuses what one of the base does, where one of both is a comment."""
        if older.policy != newer.policy or older.policy not in self._policies:
            return False
        if older.form == "comment":
            return any(means(newer, each) for each in self._followed(older))
        if newer.form != "comment" or older.file not in ("", newer.file):
            return False
        return any(means(older, each) for each in self._head.found(newer) or ())

    def _is_left(self, policy: Policy, waiver: Waiver, newer: list[Waiver]) -> bool:
        if waiver.accepted:
            left = tuple(
                place
                for place in waiver.accepted
                if not any(_keeps(each, waiver, place, policy) for each in newer)
            )
            if not left or (compares(policy) and all(each.was is UNSET for each in left)):
                return False  # or what was before is not known
            state, _ = self._head.state(waiver._replace(accepted=left), 0)
            return state in ("in force", "exceeded")
        if compares(policy):
            return False
        found = self._head.found(waiver)
        return found is None or any(not _is_meant(each, newer) for each in found)

    def _placed(self, waiver: Waiver) -> Iterator[Waiver]:
        """A waiver of the base, for each file that holds at the head what it is for; what was moved is the same."""
        if not waiver.resource:
            yield waiver
            return
        files = {each.file for each in self._head.resources(waiver)}
        if not files:
            anywhere = waiver._replace(file="")
            known = {each.file for each in self._base.resources(anywhere)}
            files = {each.file for each in self._head.resources(anywhere)} - known
        for file in sorted(files):
            yield waiver._replace(file=file)

    def _followed(self, waiver: Waiver) -> list[Finding]:
        """What a comment of the base excused there, as it is found at the head."""
        if waiver not in self._known:  # many comments may be asked about many
            self._known[waiver] = list(self._follow(waiver))
        return self._known[waiver]

    def _follow(self, waiver: Waiver) -> Iterator[Finding]:
        before = self._base.found(waiver) or ()
        for resource in self._base.resources(waiver):
            moved = waiver._replace(resource=str(resource.id), form="file")
            paths = [each.path for each in before if each.resource == resource.id]
            for at in self._placed(moved) if paths else ():
                for head in self._head.resources(at):
                    same = {_same_place(resource, head, path) for path in paths}
                    found = self._head.found(at) or ()
                    yield from (f for f in found if f.resource == head.id and f.path in same)
        said = {(each.path, each.message) for each in before if each.resource is None}
        whole = self._head.found(waiver._replace(form="file")) if said else ()
        yield from (each for each in whole or () if (each.path, each.message) in said)


def means(waiver: Waiver, finding: Finding) -> bool:
    """Whether a finding is at a place that a waiver is for, whatever stands there."""
    places = [each.path for each in waiver.accepted]
    return covers(waiver, finding) and (
        not places or any(not each or is_within(finding.path, each) for each in places)
    )


def _is_meant(finding: Finding, waivers: Iterable[Waiver]) -> bool:
    return any(means(each, finding) for each in waivers)


def _keeps(newer: Waiver, older: Waiver, place: Accepted, policy: Policy) -> bool:
    """Whether a waiver of the head is for a place of an older one, and remembers what was there before."""
    if newer.form == "comment" or newer.resource != older.resource:
        return False
    if newer.file not in ("", older.file):
        return False
    if newer.container not in (None, older.container) and f"[{newer.container}]" not in place.path:
        return False
    if not newer.accepted:
        return place.was is UNSET or not compares(policy)
    return any(
        each.path == place.path and (place.was is UNSET or _is_same(each.was, place.was))
        for each in newer.accepted
    )


def _is_same(one: object, other: object) -> bool:
    return one is not UNSET and canonical(one) == canonical(other)


def _same_place(base: Resource, head: Resource, words: str) -> str | None:
    """A place of a resource of the base, in the words of the head; None where it is gone."""
    path = from_words(base.body, words)
    there = counterpart(base.body, head.body, path) if path is not None else None
    return in_words(head.body, there.path) if there is not None else None
