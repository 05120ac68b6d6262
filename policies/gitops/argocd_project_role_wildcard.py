"""Role of a project may do everything, or is a key that never ends.

The token of such a role is made for a pipeline. With every action it may also delete, override what git
says and open shells; without an end it is valid for as long as the signing key of Argo CD.

Fix:
List the actions the pipeline needs (`get`, `sync`), and create tokens with `--expires-in`.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/projects/#project-roles
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo_rights import Right, lines
from policygate.policy import Example, Pair, Problem, policy


def _project(line: str = "", *tokens: dict[str, Any]) -> dict[str, Any]:
    role = {"name": "ci", "policies": [line] if line else [], "jwtTokens": list(tokens)}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": "shop"},
        "spec": {"roles": [role]},
    }


EXAMPLES = (
    Example("one action", "pass", _project("p, proj:shop:ci, applications, sync, shop/*, allow", {"iat": 1, "exp": 2})),
    Example("every action on one application", "pass", _project("p, proj:shop:ci, applications, *, shop/web, allow")),
    Example("what is denied is no right", "pass", _project("p, proj:shop:ci, *, *, shop/*, deny")),
    Example("every action on everything", "fail", _project("p, proj:shop:ci, *, *, shop/*, allow"), path="policies[0]",
            message="proj:shop:ci may do everything"),
    Example("shells", "fail", _project("p, proj:shop:ci, exec, create, shop/*, allow"), message="proj:shop:ci may open shells"),
    Example("a key without an end", "fail", _project("", {"iat": 1}), path="jwtTokens[0]", message="a token of ci never ends"),
)  # fmt: skip


@policy(level="warning", kinds=["argoproj.io/AppProject"], examples=EXAMPLES)
def argocd_project_role_wildcard(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield far-reaching lines of roles, and tokens without an end."""
    for line in lines(pair.head):
        if not isinstance(line, Right) or line.effect != "allow":
            continue
        if line.resource == "*" and line.action == "*":
            yield Problem(line.view, f"{line.subject} may do everything in the project")
        elif line.resource == "exec":
            yield Problem(line.view, f"{line.subject} may open shells in pods")
    for role in pair.head.view.spec.roles:
        for token in role.jwtTokens:
            if token.iat and not token.exp:
                yield Problem(token, f"a token of {role['name'].string()} never ends")
