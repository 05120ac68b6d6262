"""Pod chooses its nodes itself.

A pod that names its node, or tolerates the taints of the control plane, runs beside the API server and its
keys, whatever the scheduler thinks. Tenants should get nodes, and not take them.

Fix:
Leave the choice of nodes to the platform: remove the field, or allow the label in the settings.

References:
https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/

Peers:
kyverno:restrict-node-selection, kyverno:restrict-node-affinity,
kyverno:restrict-controlplane-scheduling
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.globs import matches_any
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View


class Params(NamedTuple):
    """Globs over the labels of nodes by which pods may choose."""

    labels: tuple[str, ...] = ("kubernetes.io/os", "kubernetes.io/arch")


CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def _affinity(key: str) -> dict[str, Any]:
    term = {"matchExpressions": [{"key": key, "operator": "Exists"}]}
    return {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [term]}}}


def _pod(**spec: Any) -> dict[str, Any]:
    return {"containers": [{"name": "web"}], **spec}


EXAMPLES = (
    Example("it does not choose", "pass", _pod(), binds="pod"),
    Example("by its processor", "pass", _pod(nodeSelector={"kubernetes.io/arch": "arm64"}, affinity=_affinity("kubernetes.io/os")), binds="pod"),
    Example("what it prefers is no order", "pass", binds="pod", head=_pod(affinity={"nodeAffinity": {
        "preferredDuringSchedulingIgnoredDuringExecution": [{"preference": {"matchExpressions": [{"key": "zone"}]}}]}})),
    Example("other taints", "pass", _pod(tolerations=[{"key": "spot", "operator": "Exists"}]), binds="pod"),
    Example("by name", "fail", _pod(nodeName="node-1"), binds="pod", path="spec.nodeName", message="the pod names its node"),
    Example("by a label", "fail", _pod(nodeSelector={"team": "shop"}), binds="pod", path="nodeSelector.team",
            message="the pod chooses nodes by the label team"),
    Example("by an affinity", "fail", _pod(affinity=_affinity("team")), binds="pod", message="by the label team"),
    Example("the control plane", "fail", _pod(tolerations=[{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}]), binds="pod",
            path="spec.tolerations[0]", message="tolerates the taints of the control plane"),
    Example("every taint there is", "fail", _pod(tolerations=[{"operator": "Exists"}]), binds="pod", message="tolerates every taint"),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["workload"],
    scope="pod",
    params=Params,
    examples=EXAMPLES,
)
def node_selection_restricted(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield names of nodes, required labels that are not allowed, and tolerations that open everything."""
    spec = pair.head.view
    if spec.nodeName.string():
        yield Problem(spec.nodeName, "the pod names its node")
    for key, view in (*spec.nodeSelector.items(), *_required(spec)):
        if not matches_any(params.labels, key):
            yield Problem(view, f"the pod chooses nodes by the label {key[:80]}")
    for toleration in spec.tolerations:
        key = toleration["key"].string()
        if key in CONTROL_PLANE:
            yield Problem(toleration, "the pod tolerates the taints of the control plane")
        elif not key and toleration.operator.raw == "Exists":
            yield Problem(toleration, "the pod tolerates every taint")


def _required(spec: View) -> Iterator[tuple[str, View]]:
    """The labels that a node must have by the affinity of a pod."""
    for term in spec.affinity.nodeAffinity[REQUIRED].nodeSelectorTerms:
        for each in term.matchExpressions:
            yield each["key"].string(), each["key"]
