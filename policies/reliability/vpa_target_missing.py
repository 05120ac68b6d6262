"""Vertical autoscaler scales nothing, or what others scale.

One whose workload was renamed gives no recommendations to anybody. Two of one workload, or one beside a
horizontal autoscaler that counts the same CPU or memory, undo each other's work: pods grow because there are
few of them, and get fewer because they have grown.

Fix:
Name the workload that is meant in `spec.targetRef`, keep one for each, and set `updateMode: "Off"` or other
`controlledResources` beside a horizontal one.

References:
https://kubernetes.io/docs/concepts/workloads/autoscaling/vertical-pod-autoscale/
https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/known-limitations.md

Peers:
kyverno:verify-vpa-target, kyverno:check-vpa-configuration, kyverno:prevent-duplicate-vpa
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.targets import SCALED, Target, likely, target_of
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

KINDS = (*SCALED, "DaemonSet", "CronJob", "Job")
BOTH = frozenset({"cpu", "memory"})
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {selector: {}, template: {spec: {containers: [{name: web, image: "web:1"}]}}}
---
"""
VERTICAL = """\
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: %s, namespace: shop}
spec: {targetRef: {apiVersion: apps/v1, kind: %s, name: %s}%s}
---
"""
HORIZONTAL = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 3%s}
---
"""


def _web(rest: str = "", name: str = "web", kind: str = "Deployment", own: str = "web") -> str:
    return VERTICAL % (own, kind, name, rest)


def _counting(resource: str) -> str:
    return HORIZONTAL % f", metrics: [{{type: Resource, resource: {{name: {resource}}}}}]"


MEMORY = (
    ", resourcePolicy: {containerPolicies: [{containerName: '*', controlledResources: [memory]}]}"
)
OFF = ", resourcePolicy: {containerPolicies: [{containerName: '*', mode: 'Off'}]}"
EXAMPLES = (
    Example("its target is here", "pass", text=WORKLOAD + _web()),
    Example("it stands elsewhere", "pass", text=_web()),
    Example("nothing like its name is here", "pass", text=WORKLOAD + _web(name="database")),
    Example("of a kind that nobody here knows", "pass", text=WORKLOAD + _web(kind="Widget")),
    Example("it names nothing", "pass", text=_web(name="''")),
    Example("a horizontal one that counts something else", "pass", text=_counting("cpu") + _web(MEMORY)),
    Example("it only recommends", "pass", text=_counting("cpu") + _web(", updatePolicy: {updateMode: 'Off'}")),
    Example("it leaves the containers alone", "pass", text=_counting("cpu") + _web(OFF)),
    Example("by requests in a queue", "pass", text=HORIZONTAL % ", metrics: [{type: External}]" + _web()),
    Example("a horizontal one of something else", "pass", text=_counting("cpu").replace("name: web}", "name: api}") + _web()),
    Example("misspelt", "fail", text=WORKLOAD + _web(name="wbe"), path="spec.targetRef.name",
            message="there is no Deployment wbe here: did you mean the Deployment web?"),
    Example("another kind", "fail", text=WORKLOAD + _web(kind="StatefulSet"), message="did you mean the Deployment web?"),
    Example("two of one", "fail", text=WORKLOAD + _web() + _web(own="two"), message="VerticalPodAutoscaler two scales Deployment web, too"),
    Example("a horizontal one counts the same", "fail", text=WORKLOAD + _counting("memory") + _web(),
            message="HorizontalPodAutoscaler web counts memory of Deployment web, which this one changes"),
    Example("without metrics it counts CPU", "fail", text=HORIZONTAL % "" + _web(), message="counts cpu"),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["autoscaling.k8s.io/VerticalPodAutoscaler"],
    examples=EXAMPLES,
)
def vpa_target_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a target that is missing while what was meant is there, and autoscalers that share one."""
    head, context = pair.head, pair.context
    scope, _, kind, namespace, _ = head.id
    reference, target = _target(head)
    if not target.name:
        return
    meant = likely(context, head, target, KINDS) if target.kind in KINDS else None
    if meant is not None:
        missing = f"there is no {target.kind} {target.name} here"
        yield Problem(reference["name"], f"{missing}: did you mean the {meant.kind} {meant.name}?")
    for other in context.head_resources(scope, kind, namespace=namespace):
        if other.id != head.id and _target(other)[1] == target:
            words = f"{kind} {other.id.name} scales {target.kind} {target.name}, too"
            yield Problem(reference, words, key=f"with {other.id.name}")
    for scaler in context.head_resources(scope, "HorizontalPodAutoscaler", namespace=namespace):
        found = target_of(scaler)
        counted = sorted(_counted(scaler) & _changed(head))
        if found is not None and found[1] == target and counted:
            words = (
                f"{scaler.id.kind} {scaler.id.name} counts {' and '.join(counted)} "
                f"of {target.kind} {target.name}, which this one changes"
            )
            yield Problem(reference, words, key=f"beside {scaler.id.name}")


def _target(vertical: Resource) -> tuple[View, Target]:
    reference = vertical.view.spec.targetRef
    return reference, Target(reference.kind.string(), reference["name"].string())


def _changed(vertical: Resource) -> frozenset[str]:
    """The resources that a vertical autoscaler sets."""
    spec = vertical.view.spec
    if spec.updatePolicy.updateMode.raw == "Off":
        return frozenset()
    policies = list(spec.resourcePolicy.containerPolicies)
    found = set() if any(each.containerName.raw == "*" for each in policies) else set(BOTH)
    for each in policies:
        if each.mode.raw != "Off":
            found.update(item.string() for item in each.controlledResources or BOTH_VIEW)
    return frozenset(found)


BOTH_VIEW = View(sorted(BOTH))


def _counted(horizontal: Resource) -> frozenset[str]:
    """The resources that a horizontal autoscaler counts; CPU where it names no metrics at all."""
    spec = horizontal.view.spec
    names = {
        metric[source]["name"].string()
        for metric in spec.metrics
        for source in ("resource", "containerResource")
    }
    return frozenset(names) & BOTH if spec.metrics else frozenset({"cpu"})
