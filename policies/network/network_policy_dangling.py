"""NetworkPolicy selects no pods.

Somebody renamed a label, and the policy stayed as it was: the pods that it was written for are open, and it
reads as if they were not.

Fix:
Write the labels of the pods into `spec.podSelector`.

References:
https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource

Peers:
kube-linter:dangling-networkpolicy, kube-score:networkpolicy-targets-pod, kubescape:C-0299, popeye:POP-1200
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.services import selects_nothing
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
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: %s}}}
"""
EXAMPLES = (
    Example("it selects some", "pass", text=WORKLOAD + POLICY % "web"),
    Example("its pods stand elsewhere", "pass", text=POLICY % "web"),
    Example("every pod", "pass", text=WORKLOAD + (POLICY % "web").replace("{matchLabels: {app: web}}", "{}")),
    Example("filled in before the cluster sees it", "pass", text=WORKLOAD + POLICY % "'${APP}'"),
    Example("labels that kustomize adds", "pass", text=WORKLOAD + POLICY % "api" + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
labels: [{pairs: {app: api}}]
"""),
    Example("an operator makes them", "pass", text=WORKLOAD + POLICY % "main" + """\
---
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: {name: main, namespace: shop}
"""),
    Example("other pods", "fail", text=WORKLOAD + POLICY % "api", path="spec.podSelector",
            message="NetworkPolicy web selects none of the pods that this folder makes in its namespace"),
)  # fmt: skip


@policy(
    level="warning", kinds=["networking.k8s.io/NetworkPolicy"], enabled=False, examples=EXAMPLES
)
def network_policy_dangling(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield policies that select no workload of their folder and namespace, where there are some."""
    head, selector = pair.head, pair.head.view.spec.podSelector
    if selects_nothing(head, selector, pair.context):
        words = f"NetworkPolicy {head.id.name} selects none of the pods that this folder makes in its namespace"
        yield Problem(selector, words, possible=True)
