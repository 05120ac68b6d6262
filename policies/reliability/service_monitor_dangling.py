"""ServiceMonitor selects no Service.

Somebody renamed a label of the Service: nobody scrapes it any more, its alerts never fire, and nothing says so.

Fix:
Write the labels of the Service itself, which are not those of its pods, into `spec.selector`.

References:
https://prometheus-operator.dev/docs/developer/getting-started/#using-servicemonitors

Peers:
kube-linter:dangling-servicemonitor
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import adds_labels, is_patch
from policygate.kube.selectors import labels_of, later, matches
from policygate.policy import Example, Pair, Problem, policy

TEXT = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: %s}}
spec: {ports: [{port: 80}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: http}]%s}
"""
EXAMPLES = (
    Example("it selects one", "pass", text=TEXT % ("web", "")),
    Example("Services of other namespaces", "pass", text=TEXT % ("api", ", namespaceSelector: {any: true}")),
    Example("Services stand elsewhere", "pass", text=TEXT.partition("---\n")[2] % ""),
    Example("labels that kustomize adds", "pass", text=TEXT % ("api", "") + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
commonLabels: {app: web}
"""),
    Example("others", "fail", text=TEXT % ("api", ""), path="spec.selector",
            message="ServiceMonitor web selects none of the Services of this folder and its namespace"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["monitoring.coreos.com/ServiceMonitor"],
    enabled=False,
    examples=EXAMPLES,
)
def service_monitor_dangling(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield monitors that select no Service of their folder and namespace, where there are some."""
    head, context = pair.head, pair.context
    selector = head.view.spec.selector
    elsewhere = head.view.spec.namespaceSelector
    if elsewhere.any.raw is True or list(elsewhere.matchNames) or later(selector):
        return
    if is_patch(head, context) or adds_labels(context, head.id.scope):
        return
    here = context.head_resources(head.id.scope, "Service", namespace=head.id.namespace)
    found = [matches(selector, labels_of(each.view.metadata.labels)) for each in here]
    if found and not any(each is not False for each in found):
        words = f"ServiceMonitor {head.id.name} selects none of the Services of this folder and its namespace"
        yield Problem(selector, words, possible=True)
