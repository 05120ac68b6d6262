"""What becomes of waivers in one run: which findings they answer, and whether what they excuse is restored.

A waiver remembers the values before and after. The head is held against both: no looser than what was
accepted is excused, as good as before is settled. Not for the form of a waiver (`waivers`), and not for
saying what is wrong with one: the pack `gate` does.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.configuration import located
from policygate.course import Course, is_within, spans, value_at
from policygate.errors import SettingsError
from policygate.model import UNSET, Location, Objection, Standing, Waiver
from policygate.peers import Peers
from policygate.place import canonical, from_words, look_up
from policygate.remains import Left, Remains, means
from policygate.waivers import (
    ANNOTATION,
    FOLDER,
    WORD,
    annotated,
    commented,
    covers,
    day_of,
    days_left,
    is_waiver_file,
    objections,
    overlaps,
    read_waiver,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from policygate.manifests import Manifests
    from policygate.model import Finding, Resource, State
    from policygate.policy.types import Policy
    from policygate.settings import Settings
    from policygate.sources import Snapshot
    from policygate.vetted import Vetted

_MOST_NAMED: Final = 5
"""Files that a message lists."""


class Entry(NamedTuple):
    """A waiver of the head, and what is to be said of it whatever it answers.

    `added` says that the change adds or edits it, `fresh` that it does so with a reason of its own.
    """

    waiver: Waiver
    added: bool
    objections: tuple[Objection, ...]
    fresh: bool = False

    @property
    def counts(self) -> bool:
        """Whether it may excuse anything."""
        return not any(each.refuses for each in self.objections)


def waivers_of(
    tree: Snapshot | None, manifests: Manifests, vetted: Vetted
) -> Iterator[Waiver | tuple[Location, str]]:
    """Yield the waivers of a tree, wherever they are written; what cannot be read as its place and why."""
    for path in tree.paths(FOLDER) if tree is not None else ():
        data = tree.read(path) if tree is not None and is_waiver_file(path) else None
        if data is None:
            continue
        try:
            yield read_waiver(data, path, vetted)
        except SettingsError as wrong:
            yield located(wrong, path)
    for path in manifests.holding(WORD):
        parsed = None if path.startswith(FOLDER) else manifests.file(path)
        if parsed is not None:
            yield from commented(parsed.text, path)
            for resource in manifests.resources(path) if ANNOTATION in parsed.text else ():
                yield from annotated(resource)


class Ledger:
    """The waivers of one run.

    Args:
        base: What the base has: a tree and its manifests; None without a base.
        head: The same of the head.
        settings: Of the base; their limits count.
        policies: All there are, by id, as the base has them.
        today: The day, in UTC.
        vetted: Which files have passed their format before.
    """

    def __init__(
        self,
        base: tuple[Snapshot, Manifests] | None,
        head: tuple[Snapshot, Manifests],
        settings: Settings,
        policies: Mapping[str, Policy],
        today: date,
        vetted: Vetted,
    ) -> None:
        self._manifests = head[1]
        self._settings = settings
        self._policies = policies
        self._today = today
        newer = tuple(waivers_of(*head, vetted))
        before = waivers_of(*base, vetted) if base else ()
        older = [each for each in before if isinstance(each, Waiver)]
        self._older = older
        self._before = base[1] if base else None
        self._late: dict[int, Objection] = {}
        self._seen: dict[int, set[str]] = {}
        self._course = Course(head[1], settings, policies)
        self._past = Course(base[1], settings, policies) if base else self._course
        self._remains = Remains(self._past, self._course, policies)
        self._answered: dict[int, int] = {}
        self._renamed: dict[int, Left] = {}
        self._peers = Peers(base[1] if base else None, head[1], settings, policies, today)
        comments = Counter(_comment(each) for each in newer if isinstance(each, Waiver))
        comments.subtract(_comment(each) for each in older)
        self._more = {each for each, times in comments.items() if times > 0}
        self._entries = [self._entry(each, older, has_base=base is not None) for each in newer]

    def _entry(
        self, each: Waiver | tuple[Location, str], older: Sequence[Waiver], *, has_base: bool
    ) -> Entry:
        if not isinstance(each, Waiver):
            at, message = each
            return Entry(
                Waiver(at.file, "", "", at),
                added=False,
                objections=(Objection("waiver-malformed", message),),
            )
        # A comment that stands there once more than before is a new one, which ever it is.
        copied = each.form == "comment" and _comment(each) in self._more
        twins = [] if copied else [other for other in older if overlaps(other, each)]
        twins = twins or [other for other in older if self._remains.goes_on(other, each)]
        added = has_base and not any(_same_words(each, other) for other in twins)
        reasons = {" ".join(other.reason.lower().split()) for other in twins}
        fresh = has_base and " ".join(each.reason.lower().split()) not in reasons
        before = max(twins, key=lambda other: other.expires, default=None)
        said = [*objections(each, self._policies, self._settings.waivers, self._today, before)]
        if added:
            said += self._lies(each, twins)
        return Entry(each, added, tuple(said), fresh)

    def _lies(self, waiver: Waiver, twins: Sequence[Waiver]) -> Iterator[Objection]:
        """What a new waiver records that is not so: what it accepts is held against for as long as it lasts."""
        older = {each.path: each for twin in twins for each in twin.accepted}
        for resource in self._course.resources(waiver) if waiver.accepted else ():
            before = self._before.resource(resource.file, resource.id) if self._before else None
            for each in waiver.accepted:
                path = from_words(resource.body, each.path)
                now = look_up(resource.body, path)[0] if path else None
                was = look_up(before.body, path)[0] if before and path else UNSET
                if each.path in older:  # it goes on: what was before the emergency stays
                    was = older[each.path].was
                if each.path and each.now is not UNSET and canonical(now) != canonical(each.now):
                    said = f"it accepts something else at {each.path} than what stands there"
                    yield Objection("waiver-malformed", said)
                elif UNSET not in (was, each.was) and canonical(was) != canonical(each.was):
                    said = f"what it says was at {each.path} before was not there"
                    yield Objection("waiver-malformed", said)

    def waive(self, finding: Finding) -> Standing | None:
        """The waiver that excuses a finding; None where it has to be answered for."""
        for at, entry in enumerate(self._entries):
            waiver = entry.waiver
            if not covers(waiver, finding):
                continue
            self._seen.setdefault(at, set()).add(finding.path)
            if not entry.counts or not self._is_bound(waiver, finding, at):
                continue
            if self._is_too_long(at, finding) or not self._accepts(entry, finding):
                continue
            self._answered[at] = self._answered.get(at, 0) + 1
            return Standing(waiver, "in force", days_left(waiver, self._today), entry.added, 1)
        for waiver in self._older:
            # What is put back as it was is no new loosening, also where its waiver goes with it.
            if covers(waiver, finding) and self._is_put_back(waiver, finding):
                return Standing(waiver, "settled", days_left(waiver, self._today), answers=1)
        self._follow(finding)
        return self._peers.waive(finding)

    def _follow(self, finding: Finding) -> None:
        """Note what a waiver of the base excused in a resource that is called otherwise now."""
        at = finding.base_location
        older = [(n, one) for n, one in enumerate(self._older) if one.policy == finding.policy]
        if not older or at is None or finding.status != "existing" or self._before is None:
            return
        if any(means(entry.waiver, finding) for entry in self._entries):
            return
        for base in self._before.resources(at.file):
            if spans(base, at.line) and str(base.id) != str(finding.resource):
                before = dataclasses.replace(finding, resource=base.id, location=at)
                left = Left(str(finding.resource), finding.location)
                self._renamed.update((n, left) for n, one in older if means(one, before))

    def _is_put_back(self, waiver: Waiver, finding: Finding) -> bool:
        """Whether what is found was there before the emergency that the base is in, as its waiver remembers it."""
        head, base = self._course.resource_of(finding), self._older_of(finding)
        if head is None or base is None or not self._could_count(waiver):
            return False
        if not self.may_waive(finding) or not self._is_bound(waiver, finding):
            return False
        return self._course.is_restored(waiver, head) and any(
            is_within(finding.path, each.path)
            and canonical(value_at(base, each.path)) == canonical(each.now)
            and self._past.is_worse(waiver, base, each)
            for each in waiver.accepted
        )

    def _older_of(self, finding: Finding) -> Resource | None:
        at = finding.base_location or finding.location
        return self._before.resource(at.file, finding.resource) if self._before else None

    def _could_count(self, waiver: Waiver) -> bool:
        """Whether nothing but its end is to be said against a waiver."""
        said = objections(waiver, self._policies, self._settings.waivers, self._today, None)
        return not any(each.refuses and each.policy != "waiver-expired" for each in said)

    def may_waive(self, finding: Finding) -> bool:
        """Whether a finding may be excused at all."""
        policy = self._policies.get(finding.policy)
        if policy is None:
            return False
        return policy.waivable and not {policy.id, policy.pack} & {
            *self._settings.waivers.not_waivable
        }

    def _is_bound(self, waiver: Waiver, finding: Finding, at: int | None = None) -> bool:
        """Whether a waiver can mean only one resource, the one of the finding."""
        if finding.resource is None:
            return True
        if waiver.form != "comment":
            rivals = self._rivals(waiver, finding)
            if rivals and at is not None:
                self._late[at] = Objection("waiver-malformed", rivals)
            return not rivals
        line = waiver.location.line
        there = [e for e in self._manifests.resources(finding.location.file) if spans(e, line)]
        return len({each.id for each in there}) == 1 and there[0].id == finding.resource

    def _rivals(self, waiver: Waiver, finding: Finding) -> str:
        """Say what else a waiver could mean than the resource of a finding; empty where there is nothing."""
        found = list(self._course.resources(waiver))
        files = sorted({finding.location.file, *(each.file for each in found)})
        if len(files) > 1:
            return f"{waiver.resource} is in {_listed(files)}, and it does not say in which: add `file`, one waiver for each"
        if len({each.id for each in found}) > 1:
            return (
                f"{files[0]} has more than one {waiver.resource}: write it as a comment on the line"
            )
        return ""

    def _is_too_long(self, at: int, finding: Finding) -> bool:
        """Whether a waiver lasts longer than is allowed for the level that a finding has here."""
        waiver = self._entries[at].waiver
        most = self._settings.waivers.max_days.get(finding.level)
        end, start = day_of(waiver.expires), day_of(waiver.opened) or self._today
        if most is None or end is None or (end - min(start, self._today)).days <= most:
            return False
        days = (end - min(start, self._today)).days
        said = f"the waiver of {waiver.policy} lasts {days} days; {most} are allowed for the level {finding.level}"
        self._late[at] = Objection("waiver-too-long", said)
        return True

    def _accepts(self, entry: Entry, finding: Finding) -> bool:
        """Whether a finding is no worse than what a waiver accepts.

        Where the value is not recorded, it is excused in the change that adds the waiver, and after it as long as
        the base has it: everything that is looser still would be excused as well.
        """
        waiver = entry.waiver
        anything = entry.fresh or self._before is None or finding.status == "existing"
        if not waiver.accepted:
            return anything
        for each in waiver.accepted:
            if each.path and not is_within(finding.path, each.path):
                continue
            if each.now is UNSET:
                return anything
            held = finding.accepted
            if held and held.path == each.path and canonical(held.now) == canonical(each.now):
                return True
            resource = self._course.resource_of(finding)
            if resource is None:
                return each.now is None and not each.path  # gone, as it was accepted
            worse = self._course.looser(waiver, resource, each, each.now)
            if worse is not None and not any(f.path == finding.path for f in worse):
                return True
        return False

    # Where they stand

    def standings(self) -> tuple[Standing, ...]:
        """Where each waiver stands, those that the change adds first; ask when all findings are judged."""
        found = [self._standing(at, entry) for at, entry in enumerate(self._entries)]
        found += self._removed()
        own = sorted(found, key=lambda each: (not each.added, each.waiver.location))
        return (*own, *self._peers.standings())

    def _standing(self, at: int, entry: Entry) -> Standing:
        waiver, answers = entry.waiver, self._answered.get(at, 0)
        left = days_left(waiver, self._today)
        objected = [*entry.objections]
        if at in self._late and not answers:
            objected.append(self._late[at])
        if entry.counts and entry.added:
            objected += self._aimless(at, waiver)
        refusing = {each.policy for each in objected if each.refuses}
        state: State = "expired" if "waiver-expired" in refusing else "refused"
        if refusing <= {"waiver-expired"}:
            found, more = self._course.state(waiver, answers, added=entry.added)
            if not refusing:
                state, objected = found, [*objected, *more]
            elif found in ("settled", "unused") and not entry.added:
                # It is not looked for any more what it excused: all that is left is its file.
                state, objected = found, [*more]
        return Standing(waiver, state, left, entry.added, answers, tuple(objected))

    def _aimless(self, at: int, waiver: Waiver) -> Iterator[Objection]:
        """Places that a new waiver accepts and where its policy finds nothing: only what comes later is excused there."""
        known = {each.path for one in self._older if overlaps(one, waiver) for each in one.accepted}
        there = not waiver.resource or any(True for _ in self._course.resources(waiver))
        places = waiver.accepted if there else ()
        new = [each.path for each in places if each.path and each.path not in known]
        found = self._seen.get(at, set()).union(self._found(waiver)) if new else ()
        for place in new:
            if not any(is_within(path, place) for path in found):
                said = f"{waiver.policy} finds nothing at {place}, neither at the base nor now: take it out of `accepted`"
                yield Objection("waiver-malformed", said)

    def _found(self, waiver: Waiver) -> Iterator[str]:
        """Where the policy of a waiver finds something that the waiver is for, in this change or without it."""
        found = [*(self._past.found(waiver) or ()), *(self._course.found(waiver) or ())]
        for each in self._course.resources(waiver):
            before = self._before.resource(each.file, each.id) if self._before else None
            found += self._course.compared(waiver, before, each) or ()
        yield from (each.path for each in found if covers(waiver, each))

    def _removed(self) -> Iterator[Standing]:
        """The waivers of the base that are gone or say less, while what they excuse is still there."""
        entries = [entry.waiver for entry in self._entries]
        for number, waiver in enumerate(self._older):
            left = self._remains.of(waiver, entries) or self._renamed.get(number)
            if left is None:
                continue
            edited = next((each.location for each in entries if overlaps(each, waiver)), None)
            what = "says less than before" if edited else "is removed"
            said = f"the waiver of {waiver.policy} {what}, and what it excused in {left.about} is still there"
            at = left.location or edited or Location(waiver.location.file, 0)
            objection = Objection("waiver-removed", said, refuses=False)
            gone = waiver._replace(location=at)
            yield Standing(gone, "removed", None, added=True, objections=(objection,))


def _listed(files: Sequence[str]) -> str:
    more = len(files) - _MOST_NAMED
    return ", ".join(files[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _comment(waiver: Waiver) -> tuple[str, str, str]:
    return (waiver.policy, waiver.file, waiver.text)


def _same_words(one: Waiver, other: Waiver) -> bool:
    """Whether two waivers say the same, wherever they stand."""
    nowhere = Location("", 0)
    return one._replace(location=nowhere, id="") == other._replace(location=nowhere, id="")
