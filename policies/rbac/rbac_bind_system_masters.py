"""Binding names the group system:masters.

Members of `system:masters` pass every check before RBAC is asked: no binding gives them anything, and
taking one away takes nothing. Whoever relies on such a binding hands out client certificates that hold
the group and cannot be revoked.

Fix:
Bind a group of your identity provider to the role that is needed, and keep `system:masters` for the
certificate in the safe.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles

Standards: CIS 5.1.7

Peers:
trivy:KSV-0123, kubescape:C-0246, kyverno:restrict-binding-system-groups,
datree:CIS_INVALID_VALUE_SYSTEM_MASTERS
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.subjects import Subject, subjects_of
from policygate.policy import Example, Pair, Problem, policy


def _binding(*subjects: tuple[str, str], kind: str = "ClusterRoleBinding") -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "ops"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": kind, "name": name} for kind, name in subjects],
    }


EXAMPLES = (
    Example("a group of one's own", "pass", _binding(("Group", "ops"))),
    Example("a user who is called so", "pass", _binding(("User", "system:masters"))),
    Example("the group", "fail", _binding(("Group", "ops"), ("Group", "system:masters")),
            path="subjects[1].name", message="ClusterRoleBinding ops binds the group system:masters"),
    Example("in one namespace", "fail", _binding(("Group", "system:masters"), kind="RoleBinding")),
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
def rbac_bind_system_masters(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the subject."""
    binding = pair.head
    for at, subject in subjects_of(binding):
        if subject == Subject("Group", "system:masters"):
            message = f"{binding.id.kind} {binding.id.name} binds the group system:masters"
            yield Problem(at, message)
