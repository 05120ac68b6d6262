"""Role may change any config map.

Config maps hold what programs do: in kube-system also the names that the cluster's DNS answers
with. Whoever may write them all can change programs that it may not deploy.

Fix:
Name the config maps in `resourceNames`; for leader election give `leases` instead.

References:
https://kubernetes.io/docs/concepts/configuration/configmap/
https://kubernetes.io/docs/concepts/security/rbac-good-practices/

Standards: MITRE ATT&CK

Peers:
trivy:KSV-0049, kubescape:C-0037
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import WRITE, Access, named_grants
from policygate.policy import Example, Pair, Problem, policy

CONFIG_MAPS = Access(("",), ("configmaps",), WRITE)


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
    Example("to read them", "pass", _role("configmaps", "get", "list")),
    Example("one by name", "pass", _role("configmaps", "update", resourceNames=["leader"])),
    Example("to create by name is to create nothing", "pass", _role("configmaps", "create", resourceNames=["leader"])),
    Example("all of them", "fail", _role("configmaps", "get", "update"), path="rules[0].resources[0]",
            message="Role ci may update configmaps"),
    Example("every verb", "fail", _role("configmaps", "*")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_manage_configmaps(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which config maps may be written."""
    role = pair.head
    for grant in named_grants(role, pair.base, CONFIG_MAPS):
        message = f"{role.id.kind} {role.id.name} may {grant.text}"
        yield Problem(grant.at, message, known=grant.known)
