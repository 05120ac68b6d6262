"""Workload has too few replicas.

With one pod, every drained node, every rollout that fails and every crash is an outage.

Fix:
Set `replicas: 2` or more, or let an autoscaler with such a minimum set the number.

References:
https://kubernetes.io/docs/concepts/workloads/pods/disruptions/

Peers:
kube-linter:minimum-three-replicas, kube-score:deployment-replicas,
polaris:deploymentMissingReplicas, kyverno:deployment-has-multiple-replicas,
datree:DEPLOYMENT_INCORRECT_REPLICAS_VALUE, gatekeeper:K8sReplicaLimits
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.kube.replicas import least_replicas
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Fewer replicas than these are too few."""

    minimum: int = 2


def _deployment(**spec: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "web", "image": "web:1"}]}
    spec = {"selector": {}, "template": {"spec": pod}, **spec}
    metadata = {"name": "web"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


SCALED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {selector: {}, template: {spec: {containers: [{name: web, image: "web:1"}]}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 3}
"""
EXAMPLES = (
    Example("two", "pass", _deployment(replicas=2)),
    Example("switched off", "pass", _deployment(replicas=0)),
    Example("an autoscaler decides", "pass", text=SCALED),
    Example("filled in before the cluster sees it", "pass", _deployment(replicas="${REPLICAS}")),
    Example("a patch of something else", "pass", {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {}}),
    Example("one", "fail", _deployment(replicas=1), path="spec.replicas", message="Deployment web has 1 replica, and 2 are the least"),
    Example("unset is one, unless an autoscaler stands elsewhere", "fail", _deployment(), path="spec.replicas"),
    Example("fewer than this repository wants", "fail", _deployment(replicas=2), params={"minimum": 3}),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["apps/Deployment", "apps/StatefulSet", "argoproj.io/Rollout"],
    params=Params,
    examples=EXAMPLES,
)
def minimum_replicas(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield a number that is too low; that of an autoscaler is another policy's."""
    head = pair.head
    least = least_replicas(pair.context, head)
    if least is None or least.scaler is not None or not 0 < least.number < params.minimum:
        return
    count = f"{least.number} replica{'s' if least.number > 1 else ''}"
    words = f"{head.id.kind} {head.id.name} has {count}, and {params.minimum} are the least"
    yield Problem(least.view, words, possible=not least.view)
