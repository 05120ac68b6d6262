"""Role edit may write endpoints.

Up to Kubernetes 1.21 the role `edit` could write Endpoints and EndpointSlices. Who may do so sends the
traffic of an Ingress or of a load balancer to any pod, past the NetworkPolicies of that pod's namespace
(CVE-2021-25740). A cluster that was made with an old version keeps the rule.

Fix:
Take `endpoints` and `endpointslices` out of the rules that write, and set
`rbac.authorization.kubernetes.io/autoupdate: "false"` on the role if an old version brings them back.

References:
https://github.com/kubernetes/kubernetes/issues/103675
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#write-access-for-endpoints

Standards: CVE-2021-25740

Peers:
kyverno:restrict-edit-for-endpoints, gatekeeper:K8sBlockEndpointEditDefaultRole
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.aggregation import aggregates_to
from policygate.kube.rbac import WRITE, Access
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted

ENDPOINTS = (
    Access(("",), ("endpoints",), WRITE),
    Access(("discovery.k8s.io",), ("endpointslices",), WRITE),
)


def _role(
    *verbs: str, name: str = "system:aggregate-to-edit", to: str = "", **rule: Any
) -> dict[str, Any]:
    labels = {f"rbac.authorization.k8s.io/aggregate-to-{to}": "true"} if to else {}
    endpoints = {"apiGroups": [""], "resources": ["services", "endpoints"], "verbs": [*verbs]}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name, "labels": labels},
        "rules": [{**endpoints, **rule}],
    }


EXAMPLES = (
    Example("to read them", "pass", _role("get", "list")),
    Example("a role of one's own", "pass", _role("update", name="proxy")),
    Example("a role that goes into view", "pass", _role("update", name="more", to="view")),
    Example("to write them", "fail", _role("get", "update"), path="rules[0].resources[1]",
            message="ClusterRole system:aggregate-to-edit may update endpoints"),
    Example("slices, in the role itself", "fail", _role(
        "create", name="edit", apiGroups=["discovery.k8s.io"], resources=["endpointslices"])),
    Example("a role that goes into edit", "fail", _role("patch", name="more", to="edit")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_edit_endpoints(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which `edit` may write them, be it by aggregation."""
    role = pair.head
    into = {name for _, name in aggregates_to(role.view)}
    if role.id.name not in {"edit", "system:aggregate-to-edit"} and "edit" not in into:
        return
    yield from granted(pair, *ENDPOINTS)
