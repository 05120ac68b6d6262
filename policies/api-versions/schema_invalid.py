"""Manifest does not fit the Kubernetes API.

The API server refuses a wrong type, a missing field or a value that is none of those allowed. In a
GitOps repository nobody notices before the merge: then the sync fails, and with it everything else
that the same application or kustomization holds.

Fix:
Write the value as the API wants it; most often YAML has read a number or a boolean where a text was
meant, and quotes mend it. `kubectl explain` shows every field.

References:
https://kubernetes.io/docs/reference/kubernetes-api/
https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation

Peers:
kube-linter:schema-validation

Standards:
API validation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.schema import violations
from policygate.place import in_words
from policygate.policy import Example, Pair, Problem, policy


def _config(data: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": data}


def _deployment(**spec: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "web", "image": "web:1"}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    selector = {"matchLabels": {"app": "web"}}
    spec = {"selector": selector, "template": template, **spec}
    metadata = {"name": "web"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


EXAMPLES = (
    Example("texts", "pass", _config({"debug": "true", "port": "80"})),
    Example("a number in quotes is a text, one without is an integer", "pass", _deployment(replicas=2)),
    Example("a number may be written as YAML likes", "pass", _deployment(replicas=2.0)),
    Example("null is nothing", "pass", _deployment(replicas=None)),
    Example("filled in before the cluster sees it", "pass", _deployment(replicas="${REPLICAS}")),
    Example("a kind that is not built in", "pass", {
        "apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "web"}, "spec": {"a": 1}}),
    Example("a patch leaves out what it does not change", "pass", {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 2}}),
    Example("a field that nobody knows is another policy's", "pass", _deployment(colour="red")),
    Example("without any spec it is no whole manifest", "pass", {
        "apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment", "metadata": {"name": "a"}}),
    Example("what the cluster writes itself", "pass", {**_deployment(), "status": {"replicas": "x"}}),
    Example("a boolean where a text is wanted", "fail", _config({"debug": True}), path="data.debug",
            message="data.debug must be a string, not a boolean: put it in quotes"),
    Example("a text where an integer is wanted", "fail", _deployment(replicas="2"), path="spec.replicas",
            message="spec.replicas must be an integer, not a string: take the quotes off"),
    Example("a fraction", "fail", _deployment(replicas=1.5), message="must be an integer, not a fraction"),
    Example("a list where an object is wanted", "fail", _config(["a"]), message="must be an object, not a list"),
    Example("a field that must be set", "fail", _deployment(selector=None), path="spec.selector",
            message="spec.selector must be set"),
    Example("no quantity", "fail", {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [
            {"name": "web", "image": "web:1", "resources": {"limits": {"memory": "500MiB"}}}]}},
        path="resources.limits.memory", message="is no quantity"),
)  # fmt: skip


@policy(level="error", examples=EXAMPLES)
def schema_invalid(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what is wrong with the head; unknown fields are another policy's."""
    body = pair.head.body
    for each in violations(body, pair.context.kubernetes, pair.context.custom_check):
        # Without a whole `spec` it is a patch, or what a test expects; the cluster writes `status`.
        is_status = each.path[:1] == ("status",)
        if each.what == "unknown" or is_status or (each.what == "required" and len(each.path) == 1):
            continue
        yield Problem(each.path, f"{in_words(body, each.path) or pair.head.id.kind} {each.message}")
