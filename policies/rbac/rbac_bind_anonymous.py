"""Binding gives rights to everybody without a login.

`system:anonymous` and `system:unauthenticated` are whoever reaches the API server, on many clusters the
whole internet. Bots look for exactly this.

Fix:
Bind the service account, user or group that needs it. For health checks and for the version the cluster
has `system:public-info-viewer` already.

References:
https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#hardening

Standards: CIS GKE; NSA

Peers:
trivy:KSV-0122, kubescape:C-0262, kyverno:restrict-binding-system-groups,
gatekeeper:K8sDisallowAnonymous, kubesec:BindingsToSystemAnonymous
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.subjects import ANONYMOUS, RoleRef, Subject, role_ref, subjects_of
from policygate.policy import Example, Pair, Problem, policy

HARMLESS = frozenset(
    {
        RoleRef("ClusterRole", "system:public-info-viewer"),
        RoleRef("ClusterRole", "system:service-account-issuer-discovery"),
        RoleRef("Role", "kubeadm:bootstrap-signer-clusterinfo", "kube-public"),
    }
)
"""Roles of Kubernetes itself, made for anybody to read: health, version, public keys, its address."""


def _binding(
    subject: str, name: str, role: str = "view", kind: str = "ClusterRoleBinding"
) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "public"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"kind": subject, "name": name}],
    }


EXAMPLES = (
    Example("a user of one's own", "pass", _binding("User", "anna")),
    Example("what Kubernetes binds itself", "pass",
            _binding("Group", "system:unauthenticated", "system:public-info-viewer")),
    Example("to join a cluster of kubeadm", "pass", {
        **_binding("User", "system:anonymous", kind="RoleBinding"),
        "metadata": {"name": "public", "namespace": "kube-public"},
        "roleRef": {"kind": "Role", "name": "kubeadm:bootstrap-signer-clusterinfo"}}),
    Example("a name like that of Kubernetes' own binding", "fail", {
        **_binding("Group", "system:unauthenticated"), "metadata": {"name": "system:public-info-viewer"}}),
    Example("the group", "fail", _binding("Group", "system:unauthenticated"), path="subjects[0].name",
            message="gives ClusterRole view to everybody without a login"),
    Example("the user, in one namespace", "fail", _binding("User", "system:anonymous", kind="RoleBinding")),
)  # fmt: skip


@policy(
    level="error",
    kinds=[
        "rbac.authorization.k8s.io/ClusterRoleBinding",
        "rbac.authorization.k8s.io/RoleBinding",
    ],
    refines=["loosened-grants"],
    examples=EXAMPLES,
)
def rbac_bind_anonymous(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the subject, unless the role is made for it."""
    binding = pair.head
    ref = role_ref(binding)
    if ref in HARMLESS:
        return
    for at, subject in subjects_of(binding):
        if subject == Subject("Group", ANONYMOUS):
            who = f"{binding.id.kind} {binding.id.name}"
            yield Problem(at, f"{who} gives {ref.kind} {ref.name} to everybody without a login")
