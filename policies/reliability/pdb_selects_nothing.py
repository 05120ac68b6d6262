"""PodDisruptionBudget selects no pods.

Somebody renamed a label, and the budget stayed as it was. It looks as if the pods were protected, until a
node is drained and takes all of them. Without a selector it never protected any.

Fix:
Write the labels of the pods into `spec.selector.matchLabels`.

References:
https://kubernetes.io/docs/tasks/run-application/configure-pdb/

Peers:
popeye:POP-900
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import is_patch
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
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {maxUnavailable: 1%s}
"""
OTHER = ", selector: {matchLabels: {app: api}}"
EXAMPLES = (
    Example("it selects some", "pass", text=WORKLOAD + BUDGET % ", selector: {matchLabels: {app: web}}"),
    Example("empty is every pod", "pass", text=WORKLOAD + BUDGET % ", selector: {}"),
    Example("its pods stand elsewhere", "pass", text=BUDGET % OTHER),
    Example("filled in before the cluster sees it", "pass", text=WORKLOAD + BUDGET % ", selector: {matchLabels: {app: '${APP}'}}"),
    Example("labels that kustomize adds", "pass", text=WORKLOAD + BUDGET % OTHER + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
labels: [{pairs: {app: api}}]
"""),
    Example("a patch of the number", "pass", text=BUDGET % "" + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches: [{path: example.yaml}]
"""),
    Example("a chart makes them", "pass", text=WORKLOAD + BUDGET % OTHER + """\
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: api, namespace: shop}
"""),
    Example("other pods", "fail", text=WORKLOAD + BUDGET % OTHER, path="spec.selector",
            message="PodDisruptionBudget web selects none of the pods that this folder makes in its namespace"),
    Example("no selector", "fail", text=BUDGET % "", path="spec.selector", message="has no selector, and so selects no pods"),
)  # fmt: skip


@policy(level="warning", enabled=False, kinds=["policy/PodDisruptionBudget"], examples=EXAMPLES)
def pdb_selects_nothing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield budgets without a selector, and those that select no workload where there are some."""
    head, context = pair.head, pair.context
    selector, name = head.view.spec.selector, f"PodDisruptionBudget {pair.head.id.name}"
    if is_patch(head, context):
        return
    if not selector:
        yield Problem(selector, f"{name} has no selector, and so selects no pods")
        return
    if selects_nothing(head, selector, context):
        words = f"{name} selects none of the pods that this folder makes in its namespace"
        yield Problem(selector, words, possible=True)
