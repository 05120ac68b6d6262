"""Replicas are not spread over zones.

Without a constraint the scheduler weighs many things, and a workload may run in one zone alone. When that
zone has an outage, so has the workload.

Fix:
Add `topologySpreadConstraints` with `topologyKey: topology.kubernetes.io/zone`, the pod's own labels, and
`whenUnsatisfiable: ScheduleAnyway` where an uneven spread is better than no pod.

References:
https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/

Peers:
polaris:topologySpreadConstraint, kyverno:topologyspreadconstraints-policy
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.replicas import least_replicas
from policygate.kube.workloads import pod_specs
from policygate.policy import Example, Pair, Problem, policy

SPREAD = {
    "maxSkew": 1,
    "topologyKey": "topology.kubernetes.io/zone",
    "whenUnsatisfiable": "ScheduleAnyway",
}


def _deployment(replicas: Any, **pod: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "web", "image": "web:1"}], **pod}
    spec = {"replicas": replicas, "selector": {}, "template": {"spec": pod}}
    metadata = {"name": "web"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


EXAMPLES = (
    Example("spread", "pass", _deployment(2, topologySpreadConstraints=[SPREAD])),
    Example("one replica cannot be spread", "pass", _deployment(1)),
    Example("unset is one", "pass", _deployment(None)),
    Example("a DaemonSet is everywhere", "pass", {**_deployment(None), "kind": "DaemonSet"}),
    Example("no constraint", "fail", _deployment(3), path="topologySpreadConstraints",
            message="Deployment web does not spread its 3 replicas"),
    Example("an empty list", "fail", _deployment(3, topologySpreadConstraints=[]), path="topologySpreadConstraints"),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["apps/Deployment", "apps/StatefulSet", "argoproj.io/Rollout"],
    examples=EXAMPLES,
)
def topology_spread_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield workloads of several pods without a constraint."""
    head = pair.head
    least = least_replicas(pair.context, head)
    if least is None or least.number < 2:
        return
    for pod in pod_specs(head):
        at = pod.view.topologySpreadConstraints
        if not list(at):
            words = f"{head.id.kind} {head.id.name} does not spread its {least.number} replicas"
            yield Problem(at, words)
