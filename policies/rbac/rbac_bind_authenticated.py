"""Binding gives rights to everybody with a login.

`system:authenticated` is every user and every pod of the cluster, on GKE anybody with a Google account;
`system:serviceaccounts` is every pod. A RoleBinding is a warning only, and one whose role reads nothing
but objects that it names is none.

Fix:
Bind the users, groups or service accounts that need it; `system:serviceaccounts:<namespace>` is all
pods of one namespace.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
https://cloud.google.com/kubernetes-engine/docs/best-practices/rbac#default-roles-groups

Standards: CIS GKE

Peers:
trivy:KSV-01011, kubescape:C-0265, kyverno:restrict-binding-system-groups
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import Rule
from policygate.kube.rbac_powers import strength
from policygate.kube.subjects import (
    ALL_ACCOUNTS,
    EVERYBODY,
    Subject,
    role_ref,
    rules_behind,
    subjects_of,
)
from policygate.policy import Example, Pair, Problem, policy

GROUPS = frozenset({Subject("Group", EVERYBODY), Subject("Group", ALL_ACCOUNTS)})
HARMLESS = frozenset(
    {
        "system:basic-user",
        "system:discovery",
        "system:public-info-viewer",
        "system:service-account-issuer-discovery",
    }
)
"""Cluster roles that Kubernetes itself gives to these groups."""


def _binding(
    group: str, role: str = "view", kind: str = "ClusterRoleBinding", of: str = "ClusterRole"
) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "all"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": of, "name": role},
        "subjects": [{"kind": "Group", "name": group}],
    }


INFO = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: info}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [VERB, describe], resourceNames: [info]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: info}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: info}
subjects: [{kind: Group, name: "system:authenticated"}]
"""
EXAMPLES = (
    Example("the pods of one namespace", "pass", _binding("system:serviceaccounts:shop")),
    Example("what Kubernetes binds itself", "pass", _binding("system:authenticated", "system:discovery")),
    Example("to read one thing in one namespace", "pass", text=INFO.replace("VERB", "get")),
    Example("everybody", "fail", _binding("system:authenticated"), path="subjects[0].name",
            message="ClusterRoleBinding all gives ClusterRole view to system:authenticated"),
    Example("every pod", "fail", _binding("system:serviceaccounts")),
    Example("in one namespace", "fail", _binding("system:authenticated", kind="RoleBinding")),
    Example("to write the one thing", "fail", text=INFO.replace("VERB", "update"), path="subjects[0].name"),
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
def rbac_bind_authenticated(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the subject; how bad it is depends on the role, where that is to be seen."""
    binding = pair.head
    ref = role_ref(binding)
    found = [(at, subject) for at, subject in subjects_of(binding) if subject in GROUPS]
    if not found or (ref.kind == "ClusterRole" and ref.name in HARMLESS):
        return
    rules = rules_behind(ref, binding.id.scope, pair.context)
    everywhere = binding.id.kind == "ClusterRoleBinding"
    if not everywhere and rules is not None and all(map(_is_narrow, rules)):
        return
    strong = ref.rank > 1 or any(strength(rule) in {"takeover", "others"} for rule in rules or ())
    for at, subject in found:
        message = (
            f"{binding.id.kind} {binding.id.name} gives {ref.kind} {ref.name} to {subject.name}"
        )
        yield Problem(at, message, level="error" if everywhere or strong else "warning")


def _is_narrow(rule: Rule) -> bool:
    return bool(rule.names) and strength(rule) == "reads"
