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

from policygate.kube.rbac import Access
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted, role_body

TRACES = (
    Access(("", "events.k8s.io"), ("events",), ("delete", "deletecollection")),
    Access(("",), ("pods/log",), ("delete", "deletecollection")),
)


EXAMPLES = (
    Example("to write events", "pass", role_body("events", "create", "patch")),
    Example("to read logs", "pass", role_body("pods/log", "get")),
    Example("to delete events", "fail", role_body("events", "create", "delete"), path="rules[0].resources[0]",
            message="Role ci may delete events"),
    Example("of the new API group", "fail", role_body("events", "deletecollection", group="events.k8s.io")),
    Example("logs", "fail", role_body("pods/log", "delete")),
    Example("every verb", "fail", role_body("events", "*")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_delete_events_or_logs(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which traces may be deleted."""
    yield from granted(pair, *TRACES)
