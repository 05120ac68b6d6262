"""Name that the API server refuses.

The object is refused, and with it everything that is synced together. What runs is not touched, so it is
noticed only when something that should have changed has not.

Fix:
Use small letters, digits and `-`; a Service, a Namespace or a StatefulSet has 63 characters at most, a
CronJob 52.

References:
https://kubernetes.io/docs/concepts/overview/working-with-objects/names/

Standards:
API validation

Peers:
datree:RESOURCE_MISSING_NAME, kyverno:openshift/team-validate-ns-name
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.names import is_placeholder, wrong_name
from policygate.kube.openapi import fields_of
from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy


def _object(name: Any, kind: str = "ConfigMap", api: str = "v1", **metadata: Any) -> dict[str, Any]:
    named = {"name": name} if name is not None else {}
    return {"apiVersion": api, "kind": kind, "metadata": {**named, **metadata}}


RBAC = "rbac.authorization.k8s.io/v1"
EXAMPLES = (
    Example("a name", "pass", _object("web.example.com")),
    Example("a role may be called nearly anything", "pass", _object("system:web", "ClusterRole", RBAC)),
    Example("filled in later", "pass", _object("${APP}-config")),
    Example("kustomize fills in the namespace", "pass", _object("_", "Namespace")),
    Example("made up by the cluster", "pass", _object(None, generateName="web-")),
    Example("no object of the cluster", "pass", {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}),
    Example("without a name, of a kind that nobody knows", "pass", {"apiVersion": "example.com/v1", "kind": "Settings"}),
    Example("capitals", "fail", _object("Web"), path="metadata.name", message="Web may hold small letters"),
    Example("a namespace with a dot", "fail", _object("shop.example", "Namespace"), message="shop.example may hold"),
    Example("too long for a CronJob", "fail", _object("a" * 53, "CronJob", "batch/v1"), message="has 53 characters, and 52 are allowed"),
    Example("a slash in a role", "fail", _object("a/b", "Role", RBAC), message="holds `/` or `%`"),
    Example("no name", "fail", _object(None), path="metadata.name", message="a ConfigMap has no name"),
)  # fmt: skip


@policy(level="error", examples=EXAMPLES)
def resource_name_invalid(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a name that its kind may not have; no name at all only for kinds of Kubernetes itself."""
    head = pair.head
    _, group, kind, _, name = head.id
    at = head.view.metadata["name"]
    if not name:
        known = fields_of(f"{group or 'core'}/{kind}")
        if known and head.view.metadata and not is_patch(head, pair.context):
            yield Problem(at, f"a {kind} has no name")
    elif isinstance(at.raw, str) and not is_placeholder(name):
        wrong = wrong_name(name, group, kind)
        if wrong:
            yield Problem(at, f"the name {name} {wrong}")
