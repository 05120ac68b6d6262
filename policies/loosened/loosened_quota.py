"""Namespace may take more than before.

A quota keeps one namespace from taking what all of them need. A bound that is raised is a warning, one that goes
blocks. A quota that goes together with its namespace held nothing back any more.

Fix:
Restore the bound, or say in the pull request why the namespace needs more.

References:
https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.guards import QUOTA
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up


def _quota(**hard: str) -> dict[str, Any]:
    spec = {"hard": {key.replace("_", "."): value for key, value in hard.items()}}
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "all", "namespace": "shop"},
        "spec": spec,
    }


NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
MANIFEST = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: all, namespace: shop}\nspec: {hard: {pods: 5}}\n---\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: web, image: web}]}\n"


EXAMPLES = (
    Example("the same amount in other words", "pass", base=_quota(requests_memory="1Gi"), head=_quota(requests_memory="1024Mi")),
    Example("less", "pass", base=_quota(pods="10"), head=_quota(pods="5", services="1")),
    Example("gone with its namespace", "pass", base_text=NAMESPACE + MANIFEST, text="kind: List\napiVersion: v1\nitems: []\n"),
    Example("more", "fail", base=_quota(pods="10"), head=_quota(pods="20"), message="ResourceQuota all: pods 10 → 20", path="spec.hard.pods"),
    Example("no bound any more", "fail", base=_quota(pods="10", services="1"), head=_quota(pods="10"), message="no longer bounds services"),
    Example("other pods", "fail", base={**_quota(pods="1"), "spec": {"hard": {"pods": "1"}, "scopes": ["BestEffort"]}}, head=_quota(pods="1"), message="is for other pods now"),
    Example("deleted", "fail", base_text=MANIFEST + POD, text=POD, message="ResourceQuota all is gone"),
)  # fmt: skip


@policy(
    level="error",
    class_="reliability",
    kinds=["core/ResourceQuota"],
    operations=["UPDATE", "DELETE"],
    refines=["resource-quota-incomplete"],
    examples=EXAMPLES,
)
def loosened_quota(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, QUOTA)
