"""Role may give itself more rights.

The API server lets nobody write a role with rights that he has not, nor bind one, unless he has the
verbs `escalate` and `bind` on roles: with them a role is as good as cluster-admin. Without them,
whoever may write bindings can still hand on all rights of his own, which is a warning.

Fix:
Drop the verbs, and give the operator itself the rights that it hands on. Where it must bind roles,
name them in `resourceNames`.

References:
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#escalate-verb

Standards: CIS 5.1.8

Peers:
checkov:CKV_K8S_157, checkov:CKV_K8S_158, checkov:CKV2_K8S_1, trivy:KSV-0050, trivy:KSV-0051,
trivy:KSV-0052, trivy:KSV-0055, kubescape:C-0191, kyverno:restrict-escalation-verbs-roles,
datree:CIS_INVALID_VALUE_BIND_IMPERSONATE_ESCALATE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import GROUP, named_grants
from policygate.kube.rbac_powers import BIND, ESCALATE, WRITE_BINDINGS
from policygate.policy import Example, Pair, Problem, policy


def _role(
    resource: str, *verbs: str, kind: str = "ClusterRole", **more: list[str]
) -> dict[str, Any]:
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": kind,
        "metadata": {"name": "operator"},
        "rules": [{"apiGroups": [GROUP], "resources": [resource], "verbs": [*verbs], **more}],
    }


EXAMPLES = (
    Example("to write roles it must have their rights", "pass", _role("clusterroles", "create", "update")),
    Example("to bind means nothing on bindings", "pass", _role("rolebindings", "get", "bind")),
    Example("one role may be bound", "pass", _role("clusterroles", "bind", resourceNames=["view"])),
    Example("no Role is about the bindings of the cluster", "pass",
            _role("clusterrolebindings", "create", kind="Role")),
    Example("roles of another API group", "pass", _role("roles", "escalate", apiGroups=["iam.example.com"])),
    Example("escalate", "fail", _role("clusterroles", "get", "escalate"), path="rules[0].verbs[1]",
            message="ClusterRole operator may escalate clusterroles, and so get every right"),
    Example("escalate within a namespace", "fail", _role("roles", "escalate", kind="Role")),
    Example("escalate one role, which may be its own", "fail",
            _role("clusterroles", "escalate", resourceNames=["operator"])),
    Example("bind", "fail", _role("clusterroles", "bind"), message="may bind clusterroles"),
    Example("one role may be bound, and it is cluster-admin", "fail",
            _role("clusterroles", "bind", resourceNames=["cluster-admin"])),
    Example("every verb is both of them", "fail", _role("roles", "*"), path="rules[0].verbs[0]",
            message="may use every verb on roles"),
    Example("whatever the API group", "fail", _role("roles", "escalate", apiGroups=["*"])),
    Example("bindings", "fail", _role("rolebindings", "create"), path="rules[0].resources[0]",
            message="may create rolebindings, and so hand on its own rights"),
    Example("escalate beside bind", "fail", base=_role("roles", "bind"), head=_role("roles", "bind", "escalate"),
            path="rules[0].verbs[1]"),
)  # fmt: skip


@policy(
    level="error",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    refines=["rbac-wildcard-rule"],
    examples=EXAMPLES,
)
def rbac_escalate_bind(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the verbs that get around the API server's check, and the bindings that need not."""
    role = pair.head
    who = f"{role.id.kind} {role.id.name}"
    seen = set()
    for grant in named_grants(role, pair.base, ESCALATE, BIND._replace(narrowed=False)):
        names = grant.rule.names
        at = grant.verbs[0]
        harmless = "bind" in grant.rule.verbs and names and "cluster-admin" not in names
        if not harmless and at.path not in seen:
            seen.add(at.path)
            yield Problem(at, f"{who} may {grant.text}, and so get every right", known=grant.known)
    for grant in named_grants(role, pair.base, *WRITE_BINDINGS):
        message = f"{who} may {grant.text}, and so hand on its own rights"
        yield Problem(grant.at, message, known=grant.known, level="warning")
