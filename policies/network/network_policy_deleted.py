"""NetworkPolicy was deleted.

The pods it selected were isolated; without it (and without another policy that selects them) they
accept, or may open, every connection.

Fix:
Restore the NetworkPolicy, or add one that selects the same pods before this one goes.

References:
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.network_policies import directions
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy

NAME = {"name": "deny", "namespace": "shop"}
DENY: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": NAME,
    "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
}  # fmt: skip
EXAMPLES = (
    Example("changed, not deleted", "pass", base=DENY, head={**DENY, "spec": {"podSelector": {}}}),
    Example("deleted with its namespace", "pass", base_text="""\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}}
""", text=""),
    Example("another policy keeps the pods isolated", "pass", base_text="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, ingress: [{}]}
""", text="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}}
"""),
    Example("deleted", "fail", base=DENY, message="NetworkPolicy shop/deny was deleted"),
    Example("removed by a patch that deletes", "fail", head={**DENY, "$patch": "delete"}),
)  # fmt: skip


@policy(
    level="error",
    kinds=["networking.k8s.io/NetworkPolicy"],
    operations=["CREATE", "UPDATE", "DELETE"],
    examples=EXAMPLES,
)
def network_policy_deleted(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a policy that is gone, unless its pods are gone too or stay isolated."""
    gone = pair.head if pair.head is not None and pair.head.delete_patch else None
    if gone is None and pair.head is None:
        gone = pair.base
    if gone is None or _namespace_gone(pair, gone) or _still_isolated(pair, gone):
        return
    name = "/".join(part for part in (gone.id.namespace, gone.id.name) if part)
    yield Problem((), f"NetworkPolicy {name} was deleted", was="present", now=None)


def _namespace_gone(pair: Pair, gone: Resource) -> bool:
    """Whether the namespace is deleted by the same change and nothing of it is left in view."""
    namespace = gone.id.namespace
    return any(
        change.head is None and change.id.name == namespace
        for change in pair.context.changes_of("Namespace")
    ) and not any(
        change.head is not None and change.head.id.namespace == namespace
        for change in pair.context.changes
    )


def _still_isolated(pair: Pair, gone: Resource) -> bool:
    """Whether another policy of the folder isolates at least the same pods in the same directions."""
    spec = gone.view.spec
    scope, _, kind, namespace, _ = gone.id
    for other in pair.context.head_resources(scope, kind, namespace=namespace):
        if other.delete_patch:
            continue
        selector = other.view.spec.podSelector.raw or {}
        if selector in ({}, spec.podSelector.raw or {}) and directions(
            other.view.spec
        ) >= directions(spec):
            return True
    return False
