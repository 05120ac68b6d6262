"""Binding gives rights to a default service account.

Every pod of the namespace that names no service account runs as `default`: the rights that one program
needs are given to all of them, also to those that come later.

Fix:
Make a service account for the program, name it in `serviceAccountName`, and bind that.

References:
https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
https://kubernetes.io/docs/concepts/security/rbac-good-practices/

Standards: CIS 5.1.5

Peers:
checkov:CKV_K8S_42, kubescape:C-0189, kubescape:C-0225, kubescape:C-0239,
terrascan:defaultServiceAccountUsed, popeye:POP-308
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.subjects import subjects_of
from policygate.policy import Example, Pair, Problem, policy


def _binding(*subjects: dict[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "ci", "namespace": "shop"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [*subjects],
    }


EXAMPLES = (
    Example("an account of its own", "pass", _binding({"kind": "ServiceAccount", "name": "ci"})),
    Example("a group that is called so", "pass", _binding({"kind": "Group", "name": "default"})),
    Example("default", "fail", _binding({"kind": "ServiceAccount", "name": "default"}),
            path="subjects[default].name", message="RoleBinding ci gives rights to ServiceAccount shop/default"),
    Example("default, written as the user that it is", "fail",
            _binding({"kind": "User", "name": "system:serviceaccount:dev:default"}), message="dev/default"),
    Example("default of another namespace", "fail", base=_binding(
            {"kind": "ServiceAccount", "name": "default", "namespace": "a"}), head=_binding(
            {"kind": "ServiceAccount", "name": "default", "namespace": "a"},
            {"kind": "ServiceAccount", "name": "default", "namespace": "b"}), message="b/default"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=[
        "rbac.authorization.k8s.io/ClusterRoleBinding",
        "rbac.authorization.k8s.io/RoleBinding",
    ],
    refines=["loosened-grants"],
    examples=EXAMPLES,
)
def rbac_bind_default_service_account(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the subject."""
    binding = pair.head
    for at, subject in subjects_of(binding):
        if subject.kind == "ServiceAccount" and subject.name == "default":
            who = f"{binding.id.kind} {binding.id.name}"
            yield Problem(at, f"{who} gives rights to {subject}", key=str(subject))
