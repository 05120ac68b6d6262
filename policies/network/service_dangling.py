"""Service selects no pod any more.

A label was renamed on one side only: the Service has no endpoints, and every request to it fails.

Fix:
Write the labels of the pods into `spec.selector`, or the selector into the labels of the template.

References:
https://kubernetes.io/docs/concepts/services-networking/service/

Peers:
kube-linter:dangling-service, kube-score:service-targets-pod, kubescape:C-0293, popeye:POP-1100
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.services import selector_of, selects, templates
from policygate.policy import Example, Pair, Problem, policy

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: %s}, ports: [{port: 80}]}
---
"""
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""
EXAMPLES = (
    Example("it selects its pods", "pass", text=SERVICE % "web" + WORKLOAD % "web"),
    Example("its pods stand elsewhere", "pass", text=SERVICE % "web"),
    Example("its pods are another operator's", "pass", text=(SERVICE % "web").replace("app:", "cluster:") + WORKLOAD % "web"),
    Example("it selects nothing itself", "pass", text=(SERVICE % "web").replace("{selector: {app: web}, ", "{") + WORKLOAD % "api"),
    Example("an external name", "pass", text=(SERVICE % "web").replace("spec: {", "spec: {type: ExternalName, ") + WORKLOAD % "api"),
    Example("it never matched anything here", "pass", text=SERVICE % "db" + WORKLOAD % "web"),
    Example("nor did it at the base", "pass", base_text=SERVICE % "db" + WORKLOAD % "web",
            text=(SERVICE % "db").replace("port: 80", "port: 81") + WORKLOAD % "web"),
    Example("the pods were renamed", "fail", base_text=SERVICE % "web" + WORKLOAD % "web",
            text=(SERVICE % "web").replace("port: 80", "port: 81") + WORKLOAD % "front", path="spec.selector",
            message="Service web selected pods at the base, and selects none now"),
    Example("the selector was changed", "fail", base_text=SERVICE % "web" + WORKLOAD % "web", text=SERVICE % "api" + WORKLOAD % "web"),
)  # fmt: skip


@policy(level="warning", kinds=["core/Service"], operations=["UPDATE"], examples=EXAMPLES)
def service_dangling(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield Services that selected pods of their folder before the change and do not after it."""
    base, head = pair.base.id, pair.head.id
    before, now = selector_of(pair.base), selector_of(pair.head)
    old = templates(pair.context.of_base, base.scope, base.namespace)
    if not now or not any(selects(before, each.labels) for each in old):
        return
    here = list(templates(pair.context, head.scope, head.namespace))
    if here and not any(selects(now, each.labels) for each in here):
        words = f"Service {head.name} selected pods at the base, and selects none now"
        yield Problem(pair.head.view.spec.selector, words, unordered=True)
