"""Workload with several replicas has no PodDisruptionBudget.

Nodes that are drained at the same time may take all of its pods at once: replicas protect from a node that
fails, and not from an upgrade of the cluster that evicts one node after the other without waiting.

Fix:
Add a PodDisruptionBudget with `maxUnavailable: 1` whose selector matches the labels of the pods.

References:
https://kubernetes.io/docs/tasks/run-application/configure-pdb/

Peers:
kube-score:deployment-has-poddisruptionbudget, kube-score:statefulset-has-poddisruptionbudget,
polaris:missingPodDisruptionBudget, kyverno:require-pdb, popeye:POP-206
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.replicas import least_replicas
from policygate.kube.selectors import matches
from policygate.kube.services import labels_of_pod
from policygate.kube.workloads import pod_specs
from policygate.policy import Example, Pair, Problem, policy

BUDGET = """\
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: %s}
spec: {maxUnavailable: 1%s}
"""
SCALER = """\
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: %s, maxReplicas: 9}
"""
SAME = ", selector: {matchLabels: {app: web}}"


def _web(replicas: str = "replicas: 3") -> str:
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template: {{metadata: {{labels: {{app: web, tier: front}}}}, spec: {{containers: [{{name: web, image: "web:1"}}]}}}}
"""


EXAMPLES = (
    Example("it has one", "pass", text=_web() + BUDGET % ("shop", SAME)),
    Example("by an expression", "pass", text=_web() + BUDGET % ("shop", ", selector: {matchExpressions: [{key: app, operator: In, values: [web]}]}")),
    Example("an empty selector is every pod", "pass", text=_web() + BUDGET % ("shop", ", selector: {}")),
    Example("one replica", "pass", text=_web("replicas: 1")),
    Example("unset is one", "pass", text=_web("paused: false")),
    Example("an autoscaler that goes down to one", "pass", text=_web("paused: false") + SCALER % 1),
    Example("none", "fail", text=_web(), path="spec.selector", message="Deployment web runs 3 replicas, and no PodDisruptionBudget here selects them"),
    Example("an autoscaler that keeps two", "fail", text=_web("paused: false") + SCALER % 2, message="runs 2 replicas"),
    Example("of another namespace", "fail", text=_web() + BUDGET % ("test", SAME)),
    Example("one label of two is not enough", "fail", text=_web() + BUDGET % ("shop", ", selector: {matchLabels: {app: web, tier: back}}")),
    Example("without a selector it selects nothing", "fail", text=_web() + BUDGET % ("shop", "")),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["apps/Deployment", "apps/StatefulSet", "argoproj.io/Rollout"],
    examples=EXAMPLES,
)
def pdb_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield workloads of several pods that no budget of the folder selects."""
    head = pair.head
    least = least_replicas(pair.context, head)
    pods = pod_specs(head)
    if head.partial or not pods or least is None or least.number < 2:
        return
    scope, _, kind, namespace, name = head.id
    labels = labels_of_pod(pods[0])
    for budget in pair.context.head_resources(scope, "PodDisruptionBudget", namespace=namespace):
        if matches(budget.view.spec.selector, labels):
            return
    words = (
        f"{kind} {name} runs {least.number} replicas, and no PodDisruptionBudget here selects them"
    )
    yield Problem(head.view.spec.selector, words, possible=True)
