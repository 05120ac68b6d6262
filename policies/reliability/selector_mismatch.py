"""Workload does not select its own pods.

The API server refuses a workload whose selector does not match the labels of its template: the sync
fails, mostly after somebody renamed a label in one of the two places.

Fix:
Write the same labels in `spec.selector` and in `spec.template.metadata.labels`. The selector of a live
workload cannot be changed: then change the template.

References:
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector

Standards:
API validation

Peers:
kube-linter:mismatching-selector,
kube-score:deployment-pod-selector-labels-match-template-metadata-labels,
kube-score:statefulset-pod-selector-labels-match-template-metadata-labels, kubescape:C-0296,
popeye:POP-508
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import adds_labels, is_patch
from policygate.kube.schema_checks import is_later
from policygate.kube.selectors import labels_of, later, matches
from policygate.policy import Example, Pair, Problem, policy


def _deployment(selector: Any, labels: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "web", "image": "web:1"}]}
    spec = {"selector": selector, "template": {"metadata": {"labels": labels}, "spec": pod}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": spec,
    }


EXAMPLES = (
    Example("the same labels", "pass", _deployment({"matchLabels": {"app": "web"}}, {"app": "web", "tier": "front"})),
    Example("an expression", "pass", _deployment({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, {"app": "web"})),
    Example("a Job makes its own", "pass", {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {
        "template": {"spec": {"containers": [{"name": "a", "image": "a:1"}]}}}}),
    Example("a patch of the template alone", "pass", {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"},
        "spec": {"template": {"metadata": {"labels": {"version": "2"}}}}}),
    Example("filled in before the cluster sees it", "pass", _deployment({"matchLabels": {"app": "web"}}, {"app": "${APP}"})),
    Example("labels that kustomize adds", "pass", text="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, template: {spec: {containers: [{name: web, image: "web:1"}]}}}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
commonLabels: {app: web}
"""),
    Example("another value", "fail", _deployment({"matchLabels": {"app": "web"}}, {"app": "api"}), path="spec.selector",
            message="Deployment web selects pods that its template does not make"),
    Example("no labels", "fail", _deployment({"matchLabels": {"app": "web"}}, None)),
    Example("what the template has is excluded", "fail", _deployment(
        {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, {"app": "web"})),
)  # fmt: skip


@policy(
    level="error",
    kinds=[
        "apps/Deployment",
        "apps/StatefulSet",
        "apps/DaemonSet",
        "apps/ReplicaSet",
        "argoproj.io/Rollout",
    ],
    examples=EXAMPLES,
)
def selector_mismatch(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield selectors that do not match the labels of the template beside them."""
    head, context = pair.head, pair.context
    spec = head.view.spec
    if not spec.template or is_patch(head, context) or adds_labels(context, head.id.scope):
        return
    labels = labels_of(spec.template.metadata.labels)
    if later(spec.selector) or any(is_later(value) for value in labels.values()):
        return
    if matches(spec.selector, labels) is False:
        words = f"{head.id.kind} {head.id.name} selects pods that its template does not make"
        yield Problem(spec.selector, words)
