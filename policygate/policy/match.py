"""Which resources, operations and files a policy judges.

Not for judging them: that is `engine`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policygate.globs import matches_any
from policygate.kube.workloads import is_workload
from policygate.place import look_up
from policygate.policy.types import completed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policygate.model import Change, Operation, Resource
    from policygate.policy.types import Match, Policy


def applies(policy: Policy, resource: Resource, operation: Operation) -> bool:
    """Whether a policy judges this operation on this resource."""
    return is_kind(policy.match, resource) and applies_of_kind(policy, resource, operation)


def applies_of_kind(policy: Policy, resource: Resource, operation: Operation) -> bool:
    """Whether a policy that matches the kind of a resource judges this operation on it."""
    match, exclude = policy.match, policy.exclude
    if operation not in match.operations:
        return False
    if (match.namespaces or match.labels or match.paths) and not _is_chosen(match, resource):
        return False
    if exclude is None or (exclude.operations and operation not in exclude.operations):
        return True
    return not applies_to(exclude, resource)


def applies_to(match: Match, resource: Resource) -> bool:
    """Whether a resource is meant by a match, operations aside."""
    return is_kind(match, resource) and _is_chosen(match, resource)


def _is_chosen(match: Match, resource: Resource) -> bool:
    """Whether a resource of the kind is meant by everything else."""
    if match.namespaces and not matches_any(match.namespaces, resource.id.namespace):
        return False
    if match.paths and not matches_any(match.paths, resource.file):
        return False
    if match.labels:
        found, _ = look_up(resource.body, ("metadata", "labels"))
        labels = found if isinstance(found, dict) else {}
        return all(labels.get(key) == value for key, value in match.labels)
    return True


def is_kind(match: Match, resource: Resource) -> bool:
    """Whether a resource is of a kind that is meant."""
    return not match.kinds or any(_is_kind(kind, resource) for kind in match.kinds)


def _is_kind(kind: str, resource: Resource) -> bool:
    if kind == "*":
        return True
    if kind == "workload":
        return is_workload(resource)
    group, slash, name = kind.rpartition("/")
    if not slash:
        return resource.id.kind == kind
    of_group = resource.id.group == ("" if group == "core" else group)
    return of_group and name in ("*", resource.id.kind)


def applies_to_file(policy: Policy, file: str, operation: Operation = "UPDATE") -> bool:
    """Whether a policy of the scope `file` judges what happens to this file."""
    if operation not in policy.match.operations:
        return False
    paths = policy.match.paths
    excluded = policy.exclude.paths if policy.exclude else ()
    return (not paths or matches_any(paths, file)) and not matches_any(excluded, file)


class ByKind:
    """The policies that may judge a change of some kind of resource: the others cost nothing.

    Attributes:
        found: The answers so far, by what decides them.
    """

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.policies = [each for each in policies if each.scope not in ("file", "gate")]
        self.found: dict[tuple[str, str, str, bool], list[Policy]] = {}

    def of(self, change: Change) -> list[Policy]:
        """The policies that match the kind of the resource, and what happens to it."""
        resource, operation = change.resource, change.operation
        key = (operation, resource.id.group, resource.id.kind, is_workload(resource))
        if key not in self.found:
            # Many policies name the same kinds: each list of them is looked at once.
            lists = {each.match.kinds: each.match for each in self.policies}
            meant = {kinds for kinds, match in lists.items() if is_kind(match, resource)}
            self.found[key] = [
                each
                for each in self.policies
                if operation in each.match.operations and each.match.kinds in meant
            ]
        return self.found[key]


def needed(
    policies: Sequence[Policy], changes: Sequence[Change], *, any_file: bool = True
) -> list[Policy]:
    """The policies that may judge one of the changes, or a file; the others are not even loaded."""
    by_kind = ByKind(policies)
    for change in changes:
        if not change.is_untouched:
            by_kind.of(change)
    wanted = {policy.id for found in by_kind.found.values() for policy in found}
    return [
        completed(each)
        for each in policies
        if (each.scope == "file" and any_file) or each.id in wanted
    ]
