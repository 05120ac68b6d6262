"""ClusterRole may approve certificates for any user.

With `update` on `certificatesigningrequests/approval` and `approve` on a signer for clients, it approves
a certificate of its own choice: any user, any group, also that of a node. Nothing can take such a
certificate back before it expires.

Fix:
Name the signer that is needed in `resourceNames`, such as `kubernetes.io/kubelet-serving` or
`example.com/*`, and none of `kubernetes.io` that makes client certificates.

References:
https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#authorization
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#csrs-and-certificate-issuing

Standards: CIS 5.1.11

Peers:
checkov:CKV_K8S_156, kubescape:C-0280, kyverno:restrict-clusterrole-csr, kyverno:inspect-csr
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import named_grants, rules_of, touches
from policygate.kube.rbac_powers import APPROVE_REQUESTS, APPROVE_SIGNERS, CERTIFICATES
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy

CLIENTS = frozenset(
    {
        "kubernetes.io/*",
        "kubernetes.io/kube-apiserver-client",
        "kubernetes.io/kube-apiserver-client-kubelet",
    }
)


def _role(*rules: tuple[str, str], names: tuple[str, ...] = ()) -> dict[str, Any]:
    more = {"resourceNames": [*names]} if names else {}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "approver"},
        "rules": [
            {"apiGroups": [CERTIFICATES], "resources": [what], "verbs": [verb],
             **(more if what == "signers" else {})} for what, verb in rules
        ],
    }  # fmt: skip


APPROVAL = ("certificatesigningrequests/approval", "update")
SIGNERS = ("signers", "approve")
EXAMPLES = (
    Example("only one half of it", "pass", _role(APPROVAL)),
    Example("only the other half", "pass", _role(SIGNERS)),
    Example("certificates of servers", "pass", _role(APPROVAL, SIGNERS, names=("kubernetes.io/kubelet-serving",))),
    Example("to sign is not to approve", "pass", _role(APPROVAL, ("signers", "sign"))),
    Example("any signer", "fail", _role(APPROVAL, SIGNERS), path="rules[1].verbs[0]",
            message="ClusterRole approver may approve signers and certificates"),
    Example("by a patch", "fail", _role((APPROVAL[0], "patch"), SIGNERS)),
    Example("a signer for clients", "fail", _role(APPROVAL, SIGNERS, names=("kubernetes.io/kube-apiserver-client",))),
    Example("every verb", "fail", _role(("signers", "*"), ("*/approval", "*")), message="every verb on signers"),
    Example("the second half is added", "fail", base=_role(APPROVAL), head=_role(APPROVAL, SIGNERS)),
    Example("and so is the first", "fail", base=_role(SIGNERS), head=_role(SIGNERS, APPROVAL)),
)  # fmt: skip


@policy(
    level="error",
    kinds=["rbac.authorization.k8s.io/ClusterRole"],
    refines=["rbac-wildcard-rule"],
    examples=EXAMPLES,
)
def rbac_approve_csr(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the verb on signers where the same role may approve requests."""
    role, base = pair.head, pair.base
    if not _may_approve(role):
        return
    for grant in named_grants(role, base, APPROVE_SIGNERS):
        if grant.rule.names and grant.rule.names.isdisjoint(CLIENTS):
            continue
        known = None if base is None else bool(grant.known) and _may_approve(base)
        message = f"{role.id.kind} {role.id.name} may {grant.text} and certificates of any user"
        yield Problem(grant.verbs[0], message, known=known)


def _may_approve(role: Resource) -> bool:
    return any(touches(rule, APPROVE_REQUESTS) for _, rule in rules_of(role.view))
