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

from policygate.kube.rbac import WRITE, Access
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted, role_body

CONFIG_MAPS = Access(("",), ("configmaps",), WRITE)


EXAMPLES = (
    Example("to read them", "pass", role_body("configmaps", "get", "list")),
    Example("one by name", "pass", role_body("configmaps", "update", resourceNames=["leader"])),
    Example("to create by name is to create nothing", "pass", role_body("configmaps", "create", resourceNames=["leader"])),
    Example("all of them", "fail", role_body("configmaps", "get", "update"), path="rules[0].resources[0]",
            message="Role ci may update configmaps"),
    Example("every verb", "fail", role_body("configmaps", "*")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_manage_configmaps(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which config maps may be written."""
    yield from granted(pair, CONFIG_MAPS)
