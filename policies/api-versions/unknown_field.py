"""Manifest has a field that the Kubernetes API does not know.

A misspelt field does nothing: the API server drops it, or refuses the manifest, as the client asks.
Either way what its author meant does not happen.

Fix:
Write the field as `kubectl explain` shows it, at the place it belongs to, or take it out.

References:
https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation

Peers:
kube-linter:schema-validation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.schema import unknown_fields
from policygate.policy import Example, Pair, Problem, policy


def _service(**spec: Any) -> dict[str, Any]:
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80}], **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}


EXAMPLES = (
    Example("known fields", "pass", _service(sessionAffinity="None")),
    Example("an encrypted file has one more", "pass", {
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "sops": {"version": "3.9"}}),
    Example("what a patch tells kustomize", "pass", {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"$patch": "replace", "ports": []}}),
    Example("fields of a kind that is not built in", "pass", {
        "apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "web"}, "specs": {}}),
    Example("misspelt", "fail", _service(sesionAffinity="None"), path="spec.sesionAffinity",
            message="`sesionAffinity` is no field of ServiceSpec: did you mean `sessionAffinity`?"),
    Example("nothing like it", "fail", _service(colour="red"), message="`colour` is no field of ServiceSpec"),
    Example("in the item of a list", "fail", _service(ports=[{"port": 80, "targetport": 8080}]),
            path="spec.ports[80].targetport", message="did you mean `targetPort`?"),
)  # fmt: skip


@policy(level="warning", examples=EXAMPLES)
def unknown_field(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every field that the API does not know."""
    for path, message, _ in unknown_fields(
        pair.head.body, pair.context.kubernetes, pair.context.custom_check
    ):
        yield Problem(path, message)
