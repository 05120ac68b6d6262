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

from policygate.kube.rbac import Access
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted, role_body

PORTFORWARD = Access(("",), ("pods/portforward",), ("create", "get"))
"""`get` is enough where a client comes by websocket."""


EXAMPLES = (
    Example("another verb", "pass", role_body("pods/portforward", "list")),
    Example("of one pod", "pass", role_body("pods/portforward", "create", resourceNames=["db-0"])),
    Example("of every pod", "fail", role_body("pods/portforward", "create"), path="rules[0].resources[0]",
            message="Role ci may create pods/portforward"),
    Example("by websocket", "fail", role_body("pods/portforward", "get")),
    Example("every verb", "fail", role_body("pods/portforward", "*")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_pod_portforward(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule with the subresource."""
    yield from granted(pair, PORTFORWARD)
