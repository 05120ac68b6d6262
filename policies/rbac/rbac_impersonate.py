"""Role may act as somebody else.

With the verb `impersonate` on users, groups or service accounts a request is made in the name of
another one, with all rights of that one. Without names it may be anybody, also the group
`system:masters`, which no rule can restrict.

Fix:
Name in `resourceNames` whom it may act as, or drop the verb.

References:
https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#impersonate-verb

Standards: CIS 5.1.8

Peers:
checkov:CKV2_K8S_3, trivy:KSV-0043, trivy:KSV-0050, kubescape:C-0065, kubescape:C-0191,
kyverno:restrict-escalation-verbs-roles, datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import named_grants
from policygate.kube.rbac_powers import IMPERSONATE
from policygate.policy import Example, Pair, Problem, policy


def _role(*resources: str, kind: str = "ClusterRole", **more: list[str]) -> dict[str, Any]:
    rule = {"apiGroups": [""], "resources": [*resources], "verbs": ["impersonate"], **more}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "proxy"},
        "rules": [rule],
    }


EXAMPLES = (
    Example("one account by name", "pass", _role("serviceaccounts", resourceNames=["deployer"])),
    Example("another verb", "pass", _role("serviceaccounts", verbs=["get", "create"])),
    Example("a Role is about no user", "pass", _role("users", "groups", kind="Role")),
    Example("extra fields of a user who is not to be had", "pass",
            _role("userextras/scopes", apiGroups=["authentication.k8s.io"])),
    Example("users", "fail", _role("users", "groups"), path="rules[0].verbs[0]",
            message="ClusterRole proxy may impersonate users, groups: it acts as anybody"),
    Example("accounts of a namespace", "fail", _role("serviceaccounts", kind="Role")),
    Example("the group that nothing restricts", "fail", _role("groups", resourceNames=["system:masters"])),
    Example("every verb is this one, too", "fail", _role("serviceaccounts", verbs=["*"]),
            message="may use every verb on serviceaccounts"),
    Example("whatever the API group", "fail", _role("users", apiGroups=["*"])),
    Example("the verb is added", "fail", base=_role("users", verbs=["get"]),
            head=_role("users", verbs=["get", "impersonate"]), path="rules[0].verbs[1]"),
)  # fmt: skip


@policy(
    level="error",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    refines=["rbac-wildcard-rule"],
    examples=EXAMPLES,
)
def rbac_impersonate(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the verb where it is about anybody, or about `system:masters`."""
    role = pair.head
    seen = set()
    for grant in named_grants(role, pair.base, *(a._replace(narrowed=False) for a in IMPERSONATE)):
        at = grant.verbs[0]
        if at.path in seen or (grant.rule.names and "system:masters" not in grant.rule.names):
            continue
        seen.add(at.path)
        message = f"{role.id.kind} {role.id.name} may {grant.text}: it acts as anybody"
        yield Problem(at, message, known=grant.known)
