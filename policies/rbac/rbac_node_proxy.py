"""ClusterRole may reach the kubelets through nodes/proxy.

`nodes/proxy` is the whole API of the kubelet: it runs commands in every pod of the node. Neither
admission nor the audit log of the API server sees what is done there, and `get` is enough for it.

Fix:
For metrics ask for `nodes/metrics` and `nodes/stats`, for probes `nodes/healthz`, for the pods of a node
`nodes/pods`; from Kubernetes 1.33 on the kubelet asks for these itself.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#access-to-proxy-subresource-of-nodes
https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/

Standards: CIS 5.1.10

Peers:
checkov:CKV2_K8S_2, trivy:KSV-0047, kubescape:C-0279, kyverno:restrict-clusterrole-nodesproxy
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac_powers import NODE_PROXY
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted


def _role(*resources: str, kind: str = "ClusterRole", **more: list[str]) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "agent"},
        "rules": [{"apiGroups": [""], "resources": [*resources], "verbs": ["get"], **more}],
    }


EXAMPLES = (
    Example("metrics", "pass", _role("nodes", "nodes/metrics", "nodes/stats")),
    Example("a Role is about no node", "pass", _role("nodes/proxy", kind="Role")),
    Example("pods are another matter", "pass", _role("pods/proxy")),
    Example("get alone", "fail", _role("nodes", "nodes/proxy"), path="rules[0].resources[1]",
            message="ClusterRole agent may get nodes/proxy"),
    Example("one node is enough", "fail", _role("nodes/proxy", resourceNames=["node-1"])),
    Example("proxy of every resource", "fail", _role("*/proxy", verbs=["create"])),
    Example("every verb", "fail", _role("nodes/proxy", verbs=["*"]), message="every verb on nodes/proxy"),
    Example("added", "fail", base=_role("nodes"), head=_role("nodes", "nodes/proxy")),
)  # fmt: skip


@policy(
    level="error",
    kinds=["rbac.authorization.k8s.io/ClusterRole"],
    examples=EXAMPLES,
)
def rbac_node_proxy(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule with the subresource, whatever its verb."""
    yield from granted(pair, NODE_PROXY)
