"""Marks of other tools that excuse a finding: those that the base has, of checks that a policy takes the place of.

A change cannot excuse itself with them: they have no owner, and mostly no reason and no end. What a change adds
is said by `suppression-added`. Not for reading the marks (`kube.suppressions`, `kube.suppression_comments`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from policygate.kube.environments import speaks_for
from policygate.kube.policy_exceptions import (
    CONSTRAINTS,
    IGNORED,
    KYVERNO,
    is_excluded,
    is_exempt_by,
)
from policygate.kube.suppression_comments import Comment, comments_of
from policygate.kube.suppressions import Mark, marks
from policygate.model import Standing, Waiver
from policygate.waivers import day_of, days_left

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from policygate.manifests import Manifests
    from policygate.model import Finding, Resource
    from policygate.policy.types import Policy
    from policygate.settings import Settings

WORDS: Final = ("PolicyException", CONSTRAINTS, IGNORED)
"""What objects that make exceptions hold."""
_SECRETS: Final = "secrets"
"""The pack that comments about secrets are for."""


class Peers:
    """The marks of other tools in one run.

    Args:
        base: The manifests of the base; None without one, and then what the head has counts.
        head: Those of the head.
        settings: Of the base.
        policies: All there are, by id.
        today: The day, in UTC.
    """

    def __init__(
        self,
        base: Manifests | None,
        head: Manifests,
        settings: Settings,
        policies: Mapping[str, Policy],
        today: date,
    ) -> None:
        self._base = base
        self._head = head
        self._honoured = settings.peer_markers == "honour"
        self._never = {*settings.waivers.not_waivable}
        self._policies = policies
        self._today = today
        self._found: dict[str, Standing] = {}
        self._exceptions: dict[str, tuple[Resource, ...]] = {}

    def waive(self, finding: Finding) -> Standing | None:
        """The mark that excuses a finding, as a waiver; None where there is none."""
        policy = self._policies.get(finding.policy)
        if not self._honoured or policy is None or finding.location.line == 0:
            return None
        for waiver in self._marks(policy, finding):
            end = day_of(waiver.expires)
            if waiver.expires and (end is None or end < self._today):
                continue
            standing = Standing(waiver, "in force", days_left(waiver, self._today), answers=1)
            self._found.setdefault(waiver.id, standing)
            return standing
        return None

    def standings(self) -> tuple[Standing, ...]:
        """The marks that have excused something, in the order of their ids."""
        return tuple(self._found[key] for key in sorted(self._found))

    def _marks(self, policy: Policy, finding: Finding) -> Iterator[Waiver]:
        if not policy.waivable or {policy.id, policy.pack} & self._never:
            return
        resource = self._head.resource(finding.location.file, finding.resource)
        if resource is not None:
            yield from self._on_object(policy, finding, resource)
            yield from self._by_objects(policy, finding, resource)
        yield from self._in_comments(policy, finding)

    def _on_object(self, policy: Policy, finding: Finding, resource: Resource) -> Iterator[Waiver]:
        file = finding.base_location.file if finding.base_location else finding.location.file
        older = self._base.resource(file, finding.resource) if self._base is not None else None
        known = list(marks(older)) if older is not None else []
        for mark in marks(resource):
            if mark.tool == "terrascan":  # its checks stand in JSON, which nobody here reads
                continue
            same = [each for each in known if each[:3] == mark[:3]]
            if self._base is not None and not same:
                continue
            container, dot, check = (
                mark.check.rpartition(".") if mark.tool == "kubeaudit" else ("", "", mark.check)
            )
            if dot and container != finding.container:
                continue
            if _stands_for(policy, mark.tool, check):
                at = resource.locate(mark.view.path)
                yield Waiver(
                    id=f"{at.file}:{at.line}",
                    policy=policy.id,
                    resource=str(resource.id),
                    location=at,
                    container=container or None,
                    file=at.file,
                    reason=f"{mark.tool} {mark.check or 'everything'}: {mark.reason or 'no reason'}",
                    expires=_earliest(mark, *same),
                    form="peer",
                )

    def _by_objects(self, policy: Policy, finding: Finding, resource: Resource) -> Iterator[Waiver]:
        """Exceptions of Kyverno, and exclusions of Gatekeeper, that the base has as they are."""
        names = _own(policy, "kyverno")
        for each in self._objects(WORDS[0]) if names else ():
            if each.id.group not in KYVERNO or not speaks_for(each.file, resource.file):
                continue
            if is_exempt_by(each, names, resource):
                yield _by_object(policy, resource, each, "kyverno")
        kinds = _own(policy, "gatekeeper")
        if not kinds:
            return
        known = [each for each in self._objects(CONSTRAINTS) if each.id.group == CONSTRAINTS]
        for kind in kinds:
            constraints = [each for each in known if each.id.kind == kind]
            near = [each for each in constraints if speaks_for(each.file, resource.file)]
            if near and is_excluded(constraints, resource, finding.container):
                yield _by_object(policy, resource, near[0], "gatekeeper")
        for each in self._objects(IGNORED):
            named = each.id.kind == "Namespace" and each.id.name == resource.id.namespace
            if not (named and speaks_for(each.file, resource.file)):
                continue
            if each.view["metadata"]["labels"][IGNORED].exists:
                yield _by_object(policy, resource, each, "gatekeeper")

    def _objects(self, word: str) -> tuple[Resource, ...]:
        """The objects of files that hold a word, where the base has them with the same body."""
        if word not in self._exceptions:
            found = [r for path in self._head.holding(word) for r in self._head.resources(path)]
            if self._base is not None:
                base = self._base
                old = {r.id: r.body for path in base.holding(word) for r in base.resources(path)}
                found = [each for each in found if old.get(each.id) == each.body]
            self._exceptions[word] = tuple(found)
        return self._exceptions[word]

    def _in_comments(self, policy: Policy, finding: Finding) -> Iterator[Waiver]:
        file = finding.location.file
        parsed = self._head.read(file)
        if parsed is None:
            return
        for comment in comments_of(parsed.text):
            if comment.line != finding.location.line:
                continue
            if not (
                _stands_for(policy, comment.tool, comment.check)
                if comment.tool
                else policy.pack == _SECRETS
            ):
                continue
            if self._base is not None and not self._was_there(finding, comment, parsed.text):
                continue
            yield Waiver(
                id=f"{file}:{comment.line}",
                policy=policy.id,
                resource="",
                location=finding.location,
                file=file,
                reason=f"{comment.tool or 'a scanner for secrets'} {comment.check}: {comment.reason or 'no reason'}",
                expires=comment.expires,
                form="peer",
            )

    def _was_there(self, finding: Finding, comment: Comment, text: str) -> bool:
        """Whether the base has a comment where it has what is found: the same words elsewhere are another mark."""
        at, file = finding.base_location, finding.location.file
        parsed = self._base.read(at.file if at else file) if self._base is not None else None
        older = list(comments_of(parsed.text)) if parsed is not None else []
        same = [each for each in older if each.text == comment.text and each.check == comment.check]
        if at is not None:
            return any(each.line == at.line for each in same)
        newer = [
            e for e in comments_of(text) if e.text == comment.text and e.check == comment.check
        ]
        return finding.resource is None and len(newer) <= len(same)


def _by_object(policy: Policy, resource: Resource, exception: Resource, tool: str) -> Waiver:
    at = exception.locate(())
    return Waiver(
        id=f"{at.file}:{at.line}",
        policy=policy.id,
        resource=str(resource.id),
        location=at,
        file=at.file,
        reason=f"{tool} {exception.id.kind} {exception.id.name}: no reason",
        form="peer",
    )


def _own(policy: Policy, tool: str) -> list[str]:
    """The checks of a tool that a policy takes the place of."""
    return [peer.partition(":")[2] for peer in policy.peers if peer.startswith(f"{tool}:")]


def _stands_for(policy: Policy, tool: str, check: str) -> bool:
    """Whether a policy takes the place of a tool's check, or of any of its checks where none is named."""
    own = _own(policy, tool)
    return bool(own) if not check else _plain(check) in map(_plain, own)


def _plain(check: str) -> str:
    """The id of a check however it is spelled: `KSV-0009`, `AVD-KSV-0009`, `KSV009`; `hostNetworkSet`, `host-network-set`."""
    text = re.sub(r"[^a-z0-9]", "", check.lower()).removeprefix("avd")
    return re.sub(r"[0-9]+", lambda number: number[0].lstrip("0"), text)


def _earliest(*marks: Mark) -> str:
    """The first end of the same mark at the head and at the base; one that is no day comes before all days.

    A change that moves the end would otherwise excuse itself.
    """
    ends = (each.expires for each in marks if each.expires)
    return min(ends, key=lambda end: (day_of(end) is not None, end), default="")
