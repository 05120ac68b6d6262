"""Namespace has no quota or no default limits.

Without a ResourceQuota one namespace may take the cluster, and without a LimitRange containers that say
nothing run without bounds. This looks beside the manifest of the namespace, and cannot know what
another folder or a controller adds.

Fix:
Put a ResourceQuota and a LimitRange into the folder of the namespace.

References:
https://kubernetes.io/docs/concepts/policy/resource-quotas/
https://kubernetes.io/docs/concepts/policy/limit-range/

Standards:
NSA

Peers:
kyverno:namespace-inventory-check
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """What must stand beside a Namespace, such as `NetworkPolicy` as well."""

    kinds: tuple[str, ...] = ("ResourceQuota", "LimitRange")


NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
QUOTA = (
    "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: all, namespace: shop}\nspec: {}\n"
)
LIMITS = "---\napiVersion: v1\nkind: LimitRange\nmetadata: {name: all, namespace: shop}\nspec: {}\n"
EXAMPLES = (
    Example("both", "pass", text=NAMESPACE + QUOTA + LIMITS),
    Example("the namespace is left to kustomize", "pass", text=(NAMESPACE + QUOTA + LIMITS).replace(", namespace: shop", "")),
    Example("of the cluster itself", "pass", text=NAMESPACE.replace("shop", "kube-system")),
    Example("no quota", "fail", text=NAMESPACE + LIMITS, message="beside the Namespace shop stands no ResourceQuota"),
    Example("of another namespace", "fail", text=NAMESPACE + QUOTA + LIMITS.replace("shop", "web"),
            message="beside the Namespace shop stands no LimitRange", path="metadata.name"),
    Example("a kind of one's own", "fail", text=NAMESPACE + QUOTA, params={"kinds": ["NetworkPolicy"]}, message="no NetworkPolicy"),
)  # fmt: skip
SYSTEM = ("kube-", "openshift")


@policy(level="warning", kinds=["core/Namespace"], enabled=False, params=Params, examples=EXAMPLES)
def namespace_without_quota_or_limitrange(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield a Namespace beside which one of the kinds is missing."""
    ident = pair.head.id
    if not ident.name or ident.name.startswith(SYSTEM) or pair.head.partial:
        return
    for kind in params.kinds:
        found = any(
            pair.context.head_resources(ident.scope, kind, namespace=namespace)
            for namespace in (ident.name, "")
        )
        if not found:
            message = f"beside the Namespace {ident.name} stands no {kind}"
            name = pair.head.view.metadata["name"]
            yield Problem(name, message, key=kind, possible=True)
