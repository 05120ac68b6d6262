"""Role may start pods.

Whoever starts pods picks their service account, their mounted secrets and their image: it has the
rights of every account of the namespace and reads every secret in it. A Deployment, a Job or any
other workload is as good as a Pod. Deployers need this; hence it is off until somebody asks for it.

Fix:
Keep this right for the tool that deploys, in the namespaces that it deploys to.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation

Standards: CIS 5.1.4

Peers:
kube-linter:access-to-create-pods, trivy:KSV-0048, kubescape:C-0188, kubescape:C-0267,
datree:CIS_INVALID_VALUE_CREATE_POD
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from policygate.kube.rbac_powers import WORKLOADS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted, role_body

_role = partial(role_body, group="apps")
EXAMPLES = (
    Example("to read them", "pass", _role("deployments", "get", "list")),
    Example("to scale them", "pass", _role("deployments/scale", "update")),
    Example("to delete them", "pass", _role("deployments", "delete")),
    Example("one deployment by name", "pass", _role("deployments", "patch", resourceNames=["web"])),
    Example("pods", "fail", _role("pods", "create", group=""), path="rules[0].resources[0]",
            message="Role ci may create pods"),
    Example("deployments", "fail", _role("deployments", "get", "patch"), message="may patch deployments"),
    Example("jobs", "fail", _role("cronjobs", "update", group="batch")),
    Example("every verb", "fail", _role("daemonsets", "*"), message="every verb on daemonsets"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_create_pods(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which a workload may be created or changed."""
    yield from granted(pair, *WORKLOADS)
