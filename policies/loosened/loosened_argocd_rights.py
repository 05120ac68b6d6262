"""Argo CD lets somebody do more than before.

A new member of `role:admin`, a line that allows every action, or a shell in the pods (`exec`) reaches as
far as Argo CD itself: to every application and every cluster it deploys to.

Fix:
Give the group a role for its own project and for the actions it needs, such as `get` and `sync`.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
https://argo-cd.readthedocs.io/en/stable/operator-manual/web_based_terminal/

Standards:
CWE-269
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo_rights import ADMIN, Membership, Right, default_role, lines
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared

OWNERS = ("clusters", "repositories", "projects", "accounts", "certificates", "gpgkeys", "*")
"""What belongs to the platform, and not to an application."""
CHANGING = frozenset({"create", "update", "delete", "override", "*"})


def _config(*csv: str, default: str = "") -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "argocd-rbac-cm"},
            "data": {"policy.csv": "\n".join(csv), "policy.default": default}}  # fmt: skip


def _project(*lines: str) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": {"name": "shop"},
            "spec": {"roles": [{"name": "dev", "policies": list(lines)}]}}  # fmt: skip


EXAMPLES = (
    Example("one more group that may sync", "pass", base=_config(), head=_config("p, role:shop, applications, sync, shop/*, allow")),
    Example("as it was, in another order", "pass", base=_config("g, a, role:admin", "g, b, role:x"), head=_config("g, b, role:x", "g, a, role:admin")),
    Example("everything of its own project", "pass", base=_project(), head=_project("p, proj:shop:dev, applications, *, shop/*, allow")),
    Example("what is denied is no right", "pass", base=_config(), head=_config("p, role:x, *, *, *, deny")),
    Example("other settings", "pass", base={**_config(), "metadata": {"name": "web"}}, head={**_config("g, a, role:admin"), "metadata": {"name": "web"}}),
    Example("a new administrator", "fail", base=_config(), head=_config("g, team, role:admin"), path='data["policy.csv"]',
            message="team becomes role:admin"),
    Example("every action on all applications", "fail", base=_config(), head=_config("p, role:x, applications, *, */*, allow"),
            message="role:x may do everything with applications */*"),
    Example("a shell", "fail", base=_config(), head=_config("p, role:x, exec, create, */*, allow"), message="open a shell"),
    Example("clusters", "fail", base=_config(), head=_config("p, role:x, clusters, create, *, allow"), message="role:x may create clusters"),
    Example("a shell, by a project", "fail", base=_project(), head=_project("p, proj:shop:dev, exec, create, shop/*, allow"),
            path="spec.roles[dev].policies[0]"),
    Example("more by default", "fail", base=_config(default="role:readonly"), head=_config(default="role:dev"),
            message="whoever logs in is role:dev now, not role:readonly", path='data["policy.default"]'),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["core/ConfigMap", "argoproj.io/ArgoCD", "argoproj.io/AppProject"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_rights(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield far-reaching lines that the base does not have."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head = pair.base, pair.head
    if head.id.kind == "ConfigMap" and head.id.name != "argocd-rbac-cm":
        return
    before = {tuple(line)[:-1] for line in lines(base)}
    for line in lines(head):
        said = _said(line)
        if said and tuple(line)[:-1] not in before:
            yield Problem(line.view, said, key=said)
    if head.id.kind != "AppProject":
        was, role = default_role(base).string(), default_role(head)
        if role.string() not in {was, "", "role:readonly", ADMIN}:  # the last: another policy's
            yield Problem(role, f"whoever logs in is {role.string()} now, not {was or 'nobody'}")


def _said(line: Right | Membership) -> str:
    """What a line allows that reaches far; empty for all others."""
    if isinstance(line, Membership):
        return f"{line.who} becomes role:admin" if line.role == ADMIN else ""
    if line.effect != "allow":
        return ""
    if line.resource == "exec" and line.action in {"create", "*"}:
        return f"{line.subject} may open a shell in the pods of {line.object}"
    if line.action == "*" and (line.resource == "*" or line.object in {"*", "*/*"}):
        return f"{line.subject} may do everything with {line.resource} {line.object}"
    if line.resource in OWNERS and line.action in CHANGING:
        return f"{line.subject} may {line.action} {line.resource} {line.object}"
    return ""
