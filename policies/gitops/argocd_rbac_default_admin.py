"""Everybody who can log in to Argo CD is its administrator.

The default role counts for every user who has no other, and a line without limits for every member of
its group. Whoever may change any application deploys what he likes, to every cluster Argo CD reaches.

Fix:
Set `policy.default` to `role:readonly` or leave it empty, and give groups the applications of their own
projects: `p, role:shop, applications, sync, shop/*, allow`.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/

Standards:
CWE-269
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo_rights import ADMIN, Right, default_role, lines
from policygate.policy import Example, Pair, Problem, policy


def _config(default: str = "", csv: str = "") -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "argocd-rbac-cm"},
            "data": {"policy.default": default, "policy.csv": csv}}  # fmt: skip


EXAMPLES = (
    Example("reading by default", "pass", _config("role:readonly", "g, platform, role:admin")),
    Example("limited to a project", "pass", _config("", "p, role:shop, applications, *, shop/*, allow")),
    Example("another ConfigMap", "pass", {**_config("role:admin"), "metadata": {"name": "web"}}),
    Example("a role of its own by default", "pass", _config("role:dev", "p, role:dev, applications, get, */*, allow")),
    Example("administrators by default", "fail", _config("role:admin"), path='data["policy.default"]',
            message="whoever logs in is role:admin"),
    Example("a role that may do everything, by default", "fail", _config("role:dev", "p, role:dev, *, *, *, allow"),
            message="whoever logs in is role:dev, which may do everything"),
    Example("of the operator", "fail", {"apiVersion": "argoproj.io/v1beta1", "kind": "ArgoCD", "metadata": {"name": "argocd"},
            "spec": {"rbac": {"defaultPolicy": "role:admin"}}}, path="spec.rbac.defaultPolicy"),
)  # fmt: skip


@policy(level="error", kinds=["core/ConfigMap", "argoproj.io/ArgoCD"], examples=EXAMPLES)
def argocd_rbac_default_admin(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a default role that may do everything."""
    head = pair.head
    if head.id.kind == "ConfigMap" and head.id.name != "argocd-rbac-cm":
        return
    role = default_role(head)
    if role.raw == ADMIN:
        yield Problem(role, "whoever logs in is role:admin")
    elif role.string() and any(_is_all(line, role.string()) for line in lines(head)):
        yield Problem(role, f"whoever logs in is {role.string()}, which may do everything")


def _is_all(line: Any, role: str) -> bool:
    if not isinstance(line, Right) or line.subject != role or line.effect != "allow":
        return False
    return (line.resource, line.action) in {("*", "*"), ("applications", "*")} and line.object in {
        "*",
        "*/*",
    }
