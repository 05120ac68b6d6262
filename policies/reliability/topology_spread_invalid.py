"""Pods are spread by a constraint that cannot work.

The API server refuses a constraint without its three fields. One whose selector does not select the pods
themselves counts others, one without a selector counts none: neither spreads anything.

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

from policygate.kube.patches import adds_labels, is_patch
from policygate.kube.schema_checks import is_later
from policygate.kube.selectors import later, matches
from policygate.kube.services import labels_of_pod
from policygate.kube.workloads import PodSpec
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

SELF = {"matchLabels": {"app": "web"}}
GOOD = {
    "maxSkew": 1,
    "topologyKey": "kubernetes.io/hostname",
    "whenUnsatisfiable": "DoNotSchedule",
    "labelSelector": SELF,
}


def _pod(**constraint: Any) -> dict[str, Any]:
    spec = {
        "containers": [{"name": "web", "image": "web:1"}],
        "topologySpreadConstraints": [{**GOOD, **constraint}],
    }
    metadata = {"name": "web", "labels": {"app": "web"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


EXAMPLES = (
    Example("complete", "pass", _pod()),
    Example("by keys of the pod's labels", "pass", _pod(matchLabelKeys=["app"], labelSelector={})),
    Example("filled in before the cluster sees it", "pass", _pod(labelSelector={"matchLabels": {"app": "${APP}"}})),
    Example("a patch: the other labels stand elsewhere", "pass", {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {"template": {"metadata": {"labels": {"version": "2"}}, "spec": {"topologySpreadConstraints": [GOOD]}}}}),
    Example("no skew", "fail", _pod(maxSkew=0), path="topologySpreadConstraints[0].maxSkew",
            message="maxSkew must be 1 or more"),
    Example("no topology", "fail", _pod(topologyKey=None), message="topologyKey must be set"),
    Example("no such answer", "fail", _pod(whenUnsatisfiable="Never"), message="whenUnsatisfiable must be DoNotSchedule or ScheduleAnyway"),
    Example("other pods", "fail", _pod(labelSelector={"matchLabels": {"app": "api"}}), message="selects pods other than these"),
    Example("without a selector it counts nothing", "fail", _pod(labelSelector=None), message="has no labelSelector, and so counts no pods"),
    Example("a least number of zones that is only a wish", "fail", _pod(minDomains=2, whenUnsatisfiable="ScheduleAnyway"),
            path="topologySpreadConstraints[0].minDomains", message="minDomains needs whenUnsatisfiable: DoNotSchedule"),
)  # fmt: skip


@policy(
    level="error", kinds=["workload"], scope="pod", refines=["schema-invalid"], examples=EXAMPLES
)
def topology_spread_invalid(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what is missing or wrong in each constraint."""
    for each in pair.head.view.topologySpreadConstraints:
        if each.maxSkew.integer() < 1 and not is_later(each.maxSkew.raw):
            yield Problem(each.maxSkew, "maxSkew must be 1 or more")
        if not each.topologyKey.string():
            yield Problem(each.topologyKey, "topologyKey must be set")
        answer = each.whenUnsatisfiable
        if answer.raw not in ("DoNotSchedule", "ScheduleAnyway") and not is_later(answer.raw):
            yield Problem(answer, "whenUnsatisfiable must be DoNotSchedule or ScheduleAnyway")
        if each.minDomains and answer.raw == "ScheduleAnyway":
            yield Problem(each.minDomains, "minDomains needs whenUnsatisfiable: DoNotSchedule")
        yield from _counted(each.labelSelector, pair)


def _counted(selector: View, pair: Pair) -> Iterator[Problem]:
    """A selector that does not count the pods themselves: the cluster takes it, but it spreads nothing."""
    pod: PodSpec = pair.head
    owner = pod.resource
    if pod.certainty == "partial" or later(selector) or is_patch(owner, pair.context):
        return
    labels = labels_of_pod(pod)
    if not selector:
        words = "the constraint has no labelSelector, and so counts no pods"
        yield Problem(selector, words, level="warning")
    elif matches(selector, labels) is False and not adds_labels(pair.context, owner.id.scope):
        yield Problem(selector, "the constraint selects pods other than these", level="warning")
