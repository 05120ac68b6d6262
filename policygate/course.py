"""The course of an emergency: what a waiver accepts and what was before, held against what stands there now.

The resource is judged against itself with another value in its place: the one that was accepted, or the one
before. Not for which waivers there are, and whether they count (`ledger`).
"""

from __future__ import annotations

import dataclasses
from posixpath import basename, dirname
from typing import TYPE_CHECKING, Any

from policygate.endings import built, lasts
from policygate.engine import FilePair, judge
from policygate.findings import Display, Gate
from policygate.kube.kustomization import FILES
from policygate.model import UNSET, Change, Objection
from policygate.place import canonical, from_words, look_up, with_value
from policygate.policy.types import compares, completed
from policygate.settings import override
from policygate.surroundings import Surroundings
from policygate.waivers import covers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.manifests import Manifests
    from policygate.model import Accepted, Finding, Level, Resource, State, Waiver
    from policygate.policy.types import Policy
    from policygate.settings import Settings


class Course:
    """Where the emergencies of one state stand.

    Args:
        manifests: The manifests of that state: of the head, or of the base.
        settings: Of the base.
        policies: All there are, by id.
    """

    def __init__(
        self, manifests: Manifests, settings: Settings, policies: Mapping[str, Policy]
    ) -> None:
        self._manifests = manifests
        self._settings = settings
        self._policies = policies
        self._judgements: dict[tuple[str, int, str], list[Finding] | None] = {}

    def resources(self, waiver: Waiver) -> Iterator[Resource]:
        """The resources that a waiver is for."""
        if waiver.form == "comment" or not waiver.resource:
            for each in self._manifests.resources(waiver.file):
                if waiver.form != "comment" or spans(each, waiver.location.line):
                    yield each
            return
        name = waiver.resource.rpartition("/")[2]
        paths = [waiver.file] if waiver.file else self._manifests.holding(name)
        if basename(waiver.file) in FILES:  # said of what it builds, or does not build any more
            paths = [*paths, *sorted(built(dirname(waiver.file), self._manifests))]
        for path in paths:
            for each in self._manifests.resources(path):
                if str(each.id) == waiver.resource:
                    yield each

    def resource_of(self, finding: Finding) -> Resource | None:
        """The resource that a finding is about."""
        return self._manifests.resource(finding.location.file, finding.resource)

    def state(
        self, waiver: Waiver, answers: int, *, added: bool = False
    ) -> tuple[State, tuple[Objection, ...]]:
        """Where a waiver that counts stands, and what is to be said of it.

        Args:
            waiver: The waiver.
            answers: How many findings of this run it excuses.
            added: Whether this change adds it.
        """
        if completed(self._policies[waiver.policy]).scope == "file":
            return self._state_of_file(waiver, answers)
        resources = list(self.resources(waiver))
        gone = any(each.now is None and not each.path for each in waiver.accepted)
        what = f"{waiver.resource or waiver.file}"
        if not resources:
            return ("in force", ()) if answers or gone else self._state_of_none(waiver, added=added)
        if gone and not all(lasts(each, self._manifests) for each in resources):
            return "in force", ()  # its text is back, or never went, and no cluster has it
        if all(self.is_restored(waiver, each) for each in resources):
            return _settled(waiver)
        worse = [w for each in resources for w in self._worse(waiver, each)]
        if worse and not answers:
            said = f"{what}: {worse[0]}, beyond what the waiver of {waiver.policy} accepts"
            return "exceeded", (Objection("waiver-exceeded", said, refuses=False),)
        if answers:
            return "in force", ()
        settled = [self._is_settled(waiver, each) for each in resources]
        if all(settled):
            return _settled(waiver)
        return "in force", ()

    def _state_of_none(self, waiver: Waiver, *, added: bool) -> tuple[State, tuple[Objection, ...]]:
        """Where a waiver of resources that are not there stands."""
        if not waiver.resource and self._manifests.read(waiver.file) is not None:
            return "in force", ()
        what = waiver.resource or waiver.file
        said = f"{what} is not there any more: remove this waiver of {waiver.policy}"
        elsewhere = self._elsewhere(waiver)
        if elsewhere:
            said = f"{waiver.resource} is in {elsewhere} now: edit `file` of this waiver of {waiver.policy}"
        # Gone with what was deleted, it is in nobody's way; a new one was meant for something else.
        level: Level | None = None if added else "warning"
        return "orphaned", (Objection("waiver-orphaned", said, refuses=False, level=level),)

    def _state_of_file(self, waiver: Waiver, answers: int) -> tuple[State, tuple[Objection, ...]]:
        """Where a waiver of a finding about a whole file stands."""
        if answers:
            return "in force", ()
        if self._manifests.read(waiver.file) is None:
            said = f"{waiver.file} is not there any more: remove this waiver of {waiver.policy}"
            return "orphaned", (Objection("waiver-orphaned", said, refuses=False, level="warning"),)
        found = self.found(waiver)
        paths = {each.path for each in waiver.accepted}
        if found is None or any(not paths or each.path in paths for each in found):
            return "in force", ()
        return _settled(waiver)

    def found(self, waiver: Waiver) -> list[Finding] | None:
        """What the policy of a waiver finds in what the waiver is for, as it stands; None where it cannot tell."""
        policy = completed(self._policies[waiver.policy])
        if policy.scope == "file":
            judged = [self._judged_file(policy, waiver.file)]
        else:
            judged = [self._judged(policy, Change(None, each)) for each in self.resources(waiver)]
        if None in judged:
            return None
        return [each for some in judged for each in some or () if covers(waiver, each)]

    def compared(
        self, waiver: Waiver, before: Resource | None, resource: Resource
    ) -> list[Finding] | None:
        """What the policy of a waiver finds in a change of a resource; None where it cannot tell."""
        return self._judged(completed(self._policies[waiver.policy]), Change(before, resource))

    def _judged_file(self, policy: Policy, file: str) -> list[Finding] | None:
        parsed = self._manifests.read(file)
        folder, pairs = self._manifests.folder, [FilePair(None, parsed)] if parsed else []
        around = Surroundings((), folder, folder, files=(self._manifests,) * 2)
        found = judge([policy], (), pairs, around, Gate(), Display())
        return None if found.faults else list(found.findings)

    def _elsewhere(self, waiver: Waiver) -> str:
        """The one other file that holds what a waiver is for; empty where there is none, or more."""
        if not (waiver.file and waiver.resource) or waiver.form != "file":
            return ""
        paths = {each.file for each in self.resources(waiver._replace(file=""))}
        return paths.pop() if len(paths) == 1 else ""

    def _worse(self, waiver: Waiver, resource: Resource) -> Iterator[str]:
        """What of a resource is looser than a waiver accepts, in words."""
        for each in waiver.accepted:
            if each.now is UNSET or not each.path:
                continue
            found = self.looser(waiver, resource, each, each.now)
            for finding in found or ():
                if finding.status != "existing" and _is_at(finding, each.path):
                    yield finding.message

    def _is_settled(self, waiver: Waiver, resource: Resource) -> bool:
        """Whether nothing is left of what a waiver excuses in a resource."""
        policy = completed(self._policies[waiver.policy])
        if waiver.accepted:
            return all(
                self._is_mended(policy, waiver, resource, each)
                for each in waiver.accepted
                if each.path
            )
        if compares(policy):
            return False  # what was before is not known
        found = self._judged(policy, Change(None, resource))
        return found is not None and not any(covers(waiver, each) for each in found)

    def is_worse(self, waiver: Waiver, resource: Resource, accepted: Accepted) -> bool:
        """Whether a place of a resource is looser than it was before the emergency, as the policy has it."""
        found = self.looser(waiver, resource, accepted, accepted.was)
        return any(f.status != "existing" and is_within(f.path, accepted.path) for f in found or ())

    def _is_mended(
        self, policy: Policy, waiver: Waiver, resource: Resource, accepted: Accepted
    ) -> bool:
        """Whether one place is as good as it was, or nothing is found there any more."""
        if not compares(policy) and not self._is_found(policy, resource, accepted.path):
            return True
        gone = from_words(resource.body, accepted.path) is None
        if accepted.was is UNSET or gone:
            return accepted.was is None and gone
        found = self.looser(waiver, resource, accepted, accepted.was)
        same = canonical(accepted.was) == canonical(accepted.now)
        if same and not compares(policy):
            return False  # it was wrong before, and something is found there still
        return found is not None and not any(
            _is_at(f, accepted.path) and (same or f.status != "existing") for f in found
        )

    def _is_found(self, policy: Policy, resource: Resource, path: str) -> bool:
        """Whether a policy finds something at a place of a resource as it stands, or cannot tell."""
        found = self._judged(policy, Change(None, resource))
        return found is None or any(_is_at(each, path) for each in found)

    def is_restored(self, waiver: Waiver, resource: Resource) -> bool:
        """Whether every place of a resource holds what a waiver says was there before."""
        recorded = [e for e in waiver.accepted if UNSET not in (e.was, e.now) and e.path]
        return (
            bool(recorded)
            and len(recorded) == len(waiver.accepted)
            and all(
                canonical(value_at(resource, each.path)) == canonical(each.was)
                and canonical(each.was) != canonical(each.now)
                for each in recorded
            )
        )

    def looser(
        self, waiver: Waiver, resource: Resource, accepted: Accepted, value: Any
    ) -> list[Finding] | None:
        """What the policy says of a resource as against itself with another value at a place.

        Returns:
            Its findings; None where it cannot tell.
        """
        path = from_words(resource.body, accepted.path)
        policy = self._policies.get(waiver.policy)
        if path is None or not path or policy is None or policy.scope in ("file", "gate"):
            return None
        body = with_value(resource.body, path, value, there=value is not None)
        return self._judged(policy, Change(dataclasses.replace(resource, body=body), resource))

    def _judged(self, policy: Policy, change: Change) -> list[Finding] | None:
        before = canonical(change.base.body) if change.base else ""
        key = (policy.id, id(change.head), before)
        if key not in self._judgements:
            self._judgements[key] = self._judge(policy, change)
        return self._judgements[key]

    def _judge(self, policy: Policy, change: Change) -> list[Finding] | None:
        configured = override(self._settings, dataclasses.replace(policy, enabled=True), change)
        if configured is None:
            return []  # settings switch it off there
        folder = self._manifests.folder

        def before(scope: str) -> Iterator[Resource]:
            for each in folder(scope):
                yield change.base if change.base and each.id == change.base.id else each

        around = Surroundings(
            (change,),
            folder,
            before,
            self._settings.kubernetes,
            files=(self._manifests, self._manifests),
        )
        found = judge([completed(configured)], [change], (), around, Gate(), Display())
        return None if found.faults else list(found.findings)


def _settled(waiver: Waiver) -> tuple[State, tuple[Objection, ...]]:
    what = waiver.resource or waiver.file
    if waiver.accepted:
        said = f"{what} is as good as before: remove this waiver of {waiver.policy}"
        return "settled", (Objection("waiver-settled", said, refuses=False),)
    said = f"{waiver.policy} finds nothing in {what}: remove this waiver"
    return "unused", (Objection("waiver-unused", said, refuses=False),)


def value_at(resource: Resource, words: str) -> Any:
    """What stands at a place in words, None where nothing does."""
    path = from_words(resource.body, words)
    return look_up(resource.body, path)[0] if path else None


def spans(resource: Resource, line: int) -> bool:
    """Whether a line is one of a resource's own."""
    at = resource.locate_value(())
    return at.line <= line <= max(at.line, at.end_line)


def _is_at(finding: Finding, path: str) -> bool:
    return is_within(finding.path, path) or is_below(path, finding.path)


def is_within(path: str, above: str) -> bool:
    """Whether a place, in words, is another one, or inside of it."""
    return path == above or is_below(path, above)


def is_below(path: str, above: str) -> bool:
    """Whether a place, in words, is inside of another one."""
    return path.startswith((f"{above}.", f"{above}["))
