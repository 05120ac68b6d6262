"""Role may delete events.

Events say what happened to an object. Whoever may delete them can hide what it did.

Fix:
Drop `delete` and `deletecollection`: events go by themselves after an hour.

References:
https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
https://kubernetes.io/docs/concepts/security/rbac-good-practices/

Standards: MITRE ATT&CK

Peers:
kubescape:C-0031, trivy:KSV-0042
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import Access, named_grants
from policygate.policy import Example, Pair, Problem, policy

TRACES = (
    Access(("", "events.k8s.io"), ("events",), ("delete", "deletecollection")),
    Access(("",), ("pods/log",), ("delete", "deletecollection")),
)


def _role(
    resource: str, *verbs: str, group: str = "", kind: str = "Role", **more: list[str]
) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "ci"},
        "rules": [{"apiGroups": [group], "resources": [resource], "verbs": [*verbs], **more}],
    }


EXAMPLES = (
    Example("to write events", "pass", _role("events", "create", "patch")),
    Example("to read logs", "pass", _role("pods/log", "get")),
    Example("to delete events", "fail", _role("events", "create", "delete"), path="rules[0].resources[0]",
            message="Role ci may delete events"),
    Example("of the new API group", "fail", _role("events", "deletecollection", group="events.k8s.io")),
    Example("logs", "fail", _role("pods/log", "delete")),
    Example("every verb", "fail", _role("events", "*")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_delete_events_or_logs(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which traces may be deleted."""
    role = pair.head
    for grant in named_grants(role, pair.base, *TRACES):
        message = f"{role.id.kind} {role.id.name} may {grant.text}"
        yield Problem(grant.at, message, known=grant.known)
