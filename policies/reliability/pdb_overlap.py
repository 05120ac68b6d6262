"""Pods are in two PodDisruptionBudgets.

The eviction of such a pod fails with an error of the server, whatever the two budgets say: the node that is
drained never gets empty.

Fix:
Make their selectors disjoint, or keep one of them.

References:
https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-workloads-and-arbitrary-selectors
https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/

Peers:
popeye:POP-209
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import built_together
from policygate.kube.selectors import matches
from policygate.kube.services import templates
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
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: %s, namespace: shop}
spec: {maxUnavailable: 1, selector: %s}
---
"""
WEB = "{matchLabels: {app: web}}"
EXAMPLES = (
    Example("one", "pass", text=WORKLOAD + BUDGET % ("web", WEB)),
    Example("of other pods", "pass", text=WORKLOAD + BUDGET % ("web", WEB) + BUDGET % ("api", "{matchLabels: {app: api}}")),
    Example("of a namespace that is not the same", "pass", text=WORKLOAD + BUDGET % ("web", WEB) + (BUDGET % ("two", WEB)).replace("shop", "test")),
    Example("pods that stand elsewhere", "pass", text=BUDGET % ("web", WEB) + BUDGET % ("two", "{}")),
    Example("both select them", "fail", text=WORKLOAD + BUDGET % ("web", WEB) + BUDGET % ("two", "{}"), path="spec.selector",
            message="PodDisruptionBudget two selects the pods of Deployment web, and so does web"),
    Example("the second one is new", "fail", base_text=WORKLOAD + BUDGET % ("web", WEB),
            text=WORKLOAD + BUDGET % ("web", WEB) + BUDGET % ("two", WEB)),
)  # fmt: skip


@policy(level="warning", enabled=False, kinds=["policy/PodDisruptionBudget"], examples=EXAMPLES)
def pdb_overlap(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a budget with another one that selects pods of the same workload."""
    head, context = pair.head, pair.context
    scope, _, kind, namespace, name = head.id
    others = [
        other
        for other in context.head_resources(scope, kind, namespace=namespace)
        if other.id != head.id and built_together(head, other, context)
    ]
    if not others:
        return
    selector = head.view.spec.selector
    own = [each for each in templates(context, scope, namespace) if matches(selector, each.labels)]
    for other in others:
        both = next((t for t in own if matches(other.view.spec.selector, t.labels)), None)
        if both is not None:
            what = f"{both.resource.id.kind} {both.resource.id.name}"
            words = f"{kind} {name} selects the pods of {what}, and so does {other.id.name}"
            yield Problem(selector, words, key=f"with {other.id.name}")
