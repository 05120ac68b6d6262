"""Label or annotation that the API server refuses.

A label has 63 characters at most, of letters, digits, `-`, `_` and `.`; and YAML reads `1.0` or `true`
as something else than a text. The object is refused, and with it everything that is synced together.

Fix:
Put numbers and booleans in quotes (`version: "1.0"`), shorten the value, and keep what is longer, or
holds other characters, in an annotation.

References:
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set

Standards:
API validation

Peers:
kube-score:label-values, datree:WORKLOAD_INVALID_LABELS_VALUE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.names import is_placeholder, wrong_label_key, wrong_label_value
from policygate.kube.workloads import pod_specs
from policygate.model import Path, Resource
from policygate.place import look_up
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

CONFIGURATION = frozenset({"kustomize.config.k8s.io"})
"""Groups of what no cluster stores."""
SELECTORS = (("spec", "selector", "matchLabels"), ("spec", "podSelector", "matchLabels"))
KINDS = {bool: "a boolean", int: "a number", float: "a number", dict: "an object", list: "a list"}


def _config(labels: Any = None, annotations: Any = None) -> dict[str, Any]:
    metadata = {"name": "web", "labels": labels, "annotations": annotations}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


def _deployment(label: Any) -> dict[str, Any]:
    pod = {
        "metadata": {"labels": {"app": label}},
        "spec": {"containers": [{"name": "web", "image": "web:1"}]},
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": pod}}  # fmt: skip


EXAMPLES = (
    Example("texts", "pass", _config({"app.kubernetes.io/version": "1.0", "empty": ""}, {"a": "any text: at all"})),
    Example("filled in later", "pass", _config({"app": "${APP}", "version": "{{ version }}"})),
    Example("kustomize reads its own file", "pass", {
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "metadata": {"annotations": {"a": True}}}),
    Example("null is nothing", "pass", _config({"app": None})),
    Example("a number", "fail", _config({"version": 1.0}), path="metadata.labels.version", message="version is a number: put it in quotes"),
    Example("a boolean", "fail", _config(None, {"exempt": True}), path="metadata.annotations.exempt", message="exempt is a boolean"),
    Example("too long", "fail", _config({"commit": "a" * 64}), message="has 64 characters, and 63 are allowed"),
    Example("other characters", "fail", _config({"owner": "team web"}), message="may hold letters, digits"),
    Example("a key that is none", "fail", _config({"my label": "a"}), message="the key my label"),
    Example("a key of an annotation", "fail", _config(None, {"a/b/c": "d"}), message="prefix that is no domain"),
    Example("on the pods", "fail", _deployment("web!"), path="spec.template.metadata.labels.app"),
    Example("in a selector", "fail", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
            "spec": {"selector": {"app": "a b"}}}, path="spec.selector.app"),
)  # fmt: skip


@policy(level="error", refines=["schema-invalid"], examples=EXAMPLES)
def label_value_invalid(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield keys and values that the API server refuses, of the object, its pods and its selector."""
    head = pair.head
    if head.id.group in CONFIGURATION:
        return
    for path in _places(head):
        metadata = View(look_up(head.body, path)[0], path)
        yield from _labels(metadata.labels)
        for key, value in metadata.annotations.items():
            said = wrong_label_key(key.lower()) or _wrong_type(value)
            if said and not is_placeholder(key):
                yield Problem(value, _sentence("annotation", key, said))
    for path in (*SELECTORS, *((("spec", "selector"),) if head.id.kind == "Service" else ())):
        yield from _labels(View(look_up(head.body, path)[0], path))


def _places(head: Resource) -> list[Path]:
    places: list[Path] = [("metadata",)]
    for pod in pod_specs(head):
        place: Path = (*pod.view.path[:-1], "metadata")
        if pod.certainty == "known" and pod.view.path[-1:] == ("spec",) and place not in places:
            places.append(place)
    return places


def _labels(labels: View) -> Iterator[Problem]:
    for key, value in labels.items():
        if is_placeholder(key) or is_placeholder(value.string()):
            continue
        said = wrong_label_key(key) or _wrong_type(value) or wrong_label_value(value.string())
        if said:
            yield Problem(value, _sentence("label", key, said))


def _wrong_type(value: View) -> str:
    kind = KINDS.get(type(value.raw))
    return f"is {kind}: put it in quotes" if kind else ""


def _sentence(what: str, key: str, said: str) -> str:
    if said == wrong_label_key(key) or said == wrong_label_key(key.lower()):
        return f"the key {key} of a {what} {said}"
    return f"the {what} {key} {said}"
