"""Replicas may all run on one node.

The scheduler prefers to spread the pods of a workload, and does not have to: when nodes are full, they end
up together, and the node that fails takes all of them.

Fix:
Add `affinity.podAntiAffinity`, preferred or required, or `topologySpreadConstraints`, with the pod's own
labels and `topologyKey: kubernetes.io/hostname` or the zone.

References:
https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/

Peers:
kube-linter:no-anti-affinity, kube-score:deployment-has-host-podantiaffinity,
kube-score:statefulset-has-host-podantiaffinity, datree:EKS_MISSING_KEY_TOPOLOGYKEY
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.replicas import least_replicas
from policygate.kube.selectors import matches
from policygate.kube.services import labels_of_pod
from policygate.kube.workloads import PodSpec, pod_specs
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
OWN = {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": "kubernetes.io/hostname"}
OTHERS = {**OWN, "labelSelector": {"matchLabels": {"app": "api"}}}


def _deployment(replicas: Any, **pod: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "web", "image": "web:1"}], **pod}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    spec = {"replicas": replicas, "selector": {}, "template": template}
    metadata = {"name": "web"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


EXAMPLES = (
    Example("required", "pass", _deployment(2, affinity={"podAntiAffinity": {REQUIRED: [OWN]}})),
    Example("preferred", "pass", _deployment(2, affinity={"podAntiAffinity": {PREFERRED: [{"weight": 100, "podAffinityTerm": OWN}]}})),
    Example("spread", "pass", _deployment(2, topologySpreadConstraints=[{**OWN, "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"}])),
    Example("one replica", "pass", _deployment(1)),
    Example("unset is one", "pass", _deployment(None)),
    Example("nobody says it", "fail", _deployment(2), path="affinity.podAntiAffinity",
            message="nothing keeps the 2 replicas of Deployment web on different nodes"),
    Example("away from others", "fail", _deployment(2, affinity={"podAntiAffinity": {REQUIRED: [OTHERS]}})),
    Example("spread by the labels of others", "fail", _deployment(2, topologySpreadConstraints=[OTHERS])),
    Example("close to its like", "fail", _deployment(2, affinity={"podAffinity": {REQUIRED: [OWN]}})),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["apps/Deployment", "apps/StatefulSet", "argoproj.io/Rollout"],
    examples=EXAMPLES,
)
def anti_affinity_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield workloads of several pods that neither avoid each other nor are spread."""
    head = pair.head
    least = least_replicas(pair.context, head)
    if head.partial or least is None or least.number < 2:
        return
    for pod in pod_specs(head):
        labels = labels_of_pod(pod)
        if not any(matches(term.labelSelector, labels) for term in _terms(pod)):
            what = f"the {least.number} replicas of {head.id.kind} {head.id.name}"
            at = pod.view.affinity.podAntiAffinity
            yield Problem(at, f"nothing keeps {what} on different nodes")


def _terms(pod: PodSpec) -> Iterator[View]:
    """Everything that keeps pods apart, by a label of their nodes."""
    away = pod.view.affinity.podAntiAffinity
    terms = [*away[REQUIRED], *(each.podAffinityTerm for each in away[PREFERRED])]
    for term in (*terms, *pod.view.topologySpreadConstraints):
        if term.topologyKey.string():
            yield term
