"""ClusterRoles that are put together of others: which ones an aggregationRule takes in.

Not for what rules grant (`rbac`).
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.view import View

PREFIX: Final = "rbac.authorization.k8s.io/aggregate-to-"


class Requirement(NamedTuple):
    """What a selector asks of one label."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def implies(self, other: Requirement) -> bool:
        """Whether every value that fits this one fits the other one."""
        ours, theirs = self.values, other.values
        if self.key != other.key:
            return False
        match self.operator, other.operator:
            case ("In", "In"):
                return ours <= theirs
            case ("In", "NotIn"):
                return ours.isdisjoint(theirs)
            case ("NotIn", "NotIn"):
                return ours >= theirs
            case ("In" | "Exists", "Exists") | ("DoesNotExist", "NotIn" | "DoesNotExist"):
                return True
        return False


def selects_no_more(selector: View, than: View) -> bool:
    """Whether a label selector selects nothing that the other one does not."""
    ours = tuple(_requirements(selector))
    return all(any(one.implies(other) for one in ours) for other in _requirements(than))


def _requirements(selector: View) -> Iterator[Requirement]:
    for key, value in selector.matchLabels.items():
        yield Requirement(key, "In", frozenset({value.string()}))
    for each in selector.matchExpressions:
        values = frozenset(value.string() for value in each["values"])
        yield Requirement(each.key.string(), each.operator.string(), values)


def aggregates_to(role: View) -> Iterator[tuple[View, str]]:
    """Yield the labels by which the rules of a ClusterRole go into another role, and its name."""
    for key, value in role.metadata.labels.items():
        if key.startswith(PREFIX) and value.raw == "true":
            yield value, key.removeprefix(PREFIX)
