"""Role may forward ports of pods.

`pods/portforward` opens a connection to any port of a pod from outside of the cluster, past every
NetworkPolicy, Ingress and login that stands before it.

Fix:
Leave the rule out, or narrow it to pods by `resourceNames`; people who debug get a role of their
own for the time they need it.

References:
https://kubernetes.io/docs/tasks/access-application-cluster/port-forward-access-application-cluster/
https://kubernetes.io/docs/concepts/security/rbac-good-practices/

Standards: MITRE ATT&CK

Peers:
kubescape:C-0063
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import Access, named_grants
from policygate.policy import Example, Pair, Problem, policy

PORTFORWARD = Access(("",), ("pods/portforward",), ("create", "get"))
"""`get` is enough where a client comes by websocket."""


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
    Example("another verb", "pass", _role("pods/portforward", "list")),
    Example("of one pod", "pass", _role("pods/portforward", "create", resourceNames=["db-0"])),
    Example("of every pod", "fail", _role("pods/portforward", "create"), path="rules[0].resources[0]",
            message="Role ci may create pods/portforward"),
    Example("by websocket", "fail", _role("pods/portforward", "get")),
    Example("every verb", "fail", _role("pods/portforward", "*")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_pod_portforward(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule with the subresource."""
    role = pair.head
    for grant in named_grants(role, pair.base, PORTFORWARD):
        message = f"{role.id.kind} {role.id.name} may {grant.text}"
        yield Problem(grant.at, message, known=grant.known)
