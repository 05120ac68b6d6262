"""Budget keeps more pods than the autoscaler does.

When there is little traffic, the autoscaler goes down to its minimum. The budget then asks for more pods
than there are: none may be evicted, and every node that is drained waits until morning.

Fix:
Write `maxUnavailable: 1` instead of `minAvailable`, or raise `minReplicas` above it.

References:
https://kubernetes.io/docs/tasks/run-application/configure-pdb/
https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/

Peers:
polaris:pdbMinAvailableGreaterThanHPAMinReplicas
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.replicas import kept, least_of, scaler_of
from policygate.kube.selectors import matches
from policygate.kube.services import Template, templates
from policygate.kube.targets import Target, target_of
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
---
"""
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {scaleTargetRef: {kind: Deployment, name: web}, %smaxReplicas: 9}
---
"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {%s, selector: {matchLabels: {app: %s}}}
---
"""


def _all(budget: str, minimum: str = "minReplicas: 5, ", app: str = "web") -> str:
    return WORKLOAD + SCALER % minimum + BUDGET % (budget, app)


EXAMPLES = (
    Example("fewer", "pass", text=_all("minAvailable: 2")),
    Example("as many", "pass", text=_all("minAvailable: 5")),
    Example("a share of them", "pass", text=_all("minAvailable: 50%")),
    Example("the other way round", "pass", text=_all("maxUnavailable: 5")),
    Example("a budget for other pods", "pass", text=_all("minAvailable: 9", app="api")),
    Example("no autoscaler", "pass", text=WORKLOAD + BUDGET % ("minAvailable: 5", "web")),
    Example("scaled to nothing on purpose", "pass", text=_all("minAvailable: 1", "minReplicas: 0, ")),
    Example("filled in before the cluster sees it", "pass", text=_all("minAvailable: ${MINIMUM}")),
    Example("an autoscaler of what stands elsewhere", "pass", text=SCALER % "" + BUDGET % ("minAvailable: 5", "web")),
    Example("more", "fail", text=_all("minAvailable: 6"), path="spec.minAvailable",
            message="PodDisruptionBudget web keeps 6 pods, and HorizontalPodAutoscaler web goes down to 5"),
    Example("more than all of them", "fail", text=_all("minAvailable: 150%"), message="keeps 8 pods"),
    Example("no minimum is 1", "fail", text=_all("minAvailable: 2", ""), message="goes down to 1"),
    Example("the autoscaler changes", "fail", base_text=_all("minAvailable: 3"), text=_all("minAvailable: 3", "minReplicas: 2, "),
            path="spec.minReplicas"),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=[
        "policy/PodDisruptionBudget",
        "autoscaling/HorizontalPodAutoscaler",
        "keda.sh/ScaledObject",
    ],
    examples=EXAMPLES,
)
def pdb_min_available_over_hpa_min(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield budgets that ask for more than an autoscaler keeps; at the autoscaler where only it changed."""
    for budget, scaler in _meeting(pair):
        least = least_of(scaler)
        stay = kept(budget.view.spec.minAvailable, least.number) if least is not None else 0
        if least is None or not 0 < least.number < stay:
            continue
        words = (
            f"PodDisruptionBudget {budget.id.name} keeps {stay} pods, "
            f"and {scaler.id.kind} {scaler.id.name} goes down to {least.number}"
        )
        at = budget.view.spec.minAvailable if pair.head is budget else least.view
        yield Problem(at, words)


def _meeting(pair: Pair) -> Iterator[tuple[Resource, Resource]]:
    """The budgets and autoscalers of one workload, of which the head is one."""
    head, context = pair.head, pair.context
    scope, namespace = head.id.scope, head.id.namespace
    if head.id.kind == "PodDisruptionBudget":
        for each in templates(context, scope, namespace):
            scaler = scaler_of(context, each.resource)
            if scaler is not None and matches(head.view.spec.selector, each.labels):
                yield head, scaler
        return
    changes = context.changes_of("PodDisruptionBudget")
    changed = {each.id for each in changes if each.action != "same"}
    for each in _scaled_by(head, context):
        for budget in context.head_resources(scope, "PodDisruptionBudget", namespace=namespace):
            if budget.id not in changed and matches(budget.view.spec.selector, each.labels):
                yield budget, head


def _scaled_by(scaler: Resource, context: Any) -> list[Template]:
    """The pods of the workload that an autoscaler scales."""
    found = target_of(scaler)
    return [
        each
        for each in templates(context, scaler.id.scope, scaler.id.namespace)
        if found and found[1] == Target(each.resource.id.kind, each.resource.id.name)
    ]
