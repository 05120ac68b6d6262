"""Pods are spread by a constraint that cannot work.

The API server refuses a constraint without its three fields; one whose selector does not select the
pods themselves counts others, and spreads nothing.

Fix:
Set `maxSkew` (1 or more), `topologyKey` and `whenUnsatisfiable`, and select the pod's own labels.

References:
https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/

Standards:
API validation

Peers:
kube-score:pod-topology-spread-constraints, datree:EKS_INVALID_VALUE_DONOOTSCHEDULE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.selectors import labels_of, matches
from policygate.place import look_up
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

GOOD = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"}


def _pod(**constraint: Any) -> dict[str, Any]:
    spec = {
        "containers": [{"name": "web", "image": "web:1"}],
        "topologySpreadConstraints": [{**GOOD, **constraint}],
    }
    metadata = {"name": "web", "labels": {"app": "web"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


EXAMPLES = (
    Example("complete", "pass", _pod(labelSelector={"matchLabels": {"app": "web"}})),
    Example("without a selector", "pass", _pod()),
    Example("by keys of the pod's labels", "pass", _pod(matchLabelKeys=["app"], labelSelector={})),
    Example("no skew", "fail", _pod(maxSkew=0), path="topologySpreadConstraints[0].maxSkew",
            message="maxSkew must be 1 or more"),
    Example("no topology", "fail", _pod(topologyKey=None), message="topologyKey must be set"),
    Example("no such answer", "fail", _pod(whenUnsatisfiable="Never"), message="whenUnsatisfiable must be DoNotSchedule or ScheduleAnyway"),
    Example("other pods", "fail", _pod(labelSelector={"matchLabels": {"app": "api"}}), message="selects pods other than these"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="pod", examples=EXAMPLES)
def topology_spread_invalid(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what is missing or wrong in each constraint."""
    pod = pair.head
    place = (*pod.view.path[:-1], "metadata", "labels")
    labels = labels_of(View(look_up(pod.resource.body, place)[0]))
    for each in pod.view.topologySpreadConstraints:
        if each.maxSkew.integer() < 1:
            yield Problem(each.maxSkew, "maxSkew must be 1 or more")
        if not each.topologyKey.string():
            yield Problem(each.topologyKey, "topologyKey must be set")
        if each.whenUnsatisfiable.raw not in ("DoNotSchedule", "ScheduleAnyway"):
            words = "whenUnsatisfiable must be DoNotSchedule or ScheduleAnyway"
            yield Problem(each.whenUnsatisfiable, words)
        if labels and matches(each.labelSelector, labels) is False:
            yield Problem(each.labelSelector, "the constraint selects pods other than these")
