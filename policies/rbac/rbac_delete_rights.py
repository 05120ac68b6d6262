"""Role may delete what others need.

A workload, a claim, a secret or a namespace that is deleted is an outage, and a namespace or a
claim takes its data with it.

Fix:
Name what may be deleted in `resourceNames`, or leave deleting to the tool that deploys.

References:
https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
https://kubernetes.io/docs/concepts/security/rbac-good-practices/

Standards: MITRE ATT&CK

Peers:
kubescape:C-0007
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from policygate.kube.rbac import Access
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted, role_body

DELETE = ("delete", "deletecollection")
WANTED = (
    Access(("",), ("pods", "secrets", "persistentvolumeclaims", "replicationcontrollers"), DELETE),
    Access(("",), ("namespaces", "persistentvolumes"), DELETE, cluster=True),
    Access(
        ("apps", "extensions"),
        ("deployments", "daemonsets", "statefulsets", "replicasets"),
        DELETE,
    ),
    Access(("batch",), ("jobs", "cronjobs"), DELETE),
)


_role = partial(role_body, kind="ClusterRole")
EXAMPLES = (
    Example("to write them", "pass", _role("secrets", "create", "update")),
    Example("one by name", "pass", _role("secrets", "delete", resourceNames=["token"])),
    Example("a Role is about no namespace", "pass", _role("namespaces", "delete", kind="Role")),
    Example("namespaces", "fail", _role("namespaces", "get", "delete"), path="rules[0].resources[0]",
            message="ClusterRole ci may delete namespaces"),
    Example("all at once", "fail", _role("deployments", "deletecollection", group="apps")),
    Example("every verb", "fail", _role("persistentvolumeclaims", "*")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_delete_rights(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which something that matters may be deleted."""
    yield from granted(pair, *WANTED)
