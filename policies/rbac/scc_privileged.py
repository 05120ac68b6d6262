"""OpenShift lets pods be privileged.

A SecurityContextConstraints object says what the pods of its users may do. One that allows privileged
containers, or the use of `privileged` or `anyuid`, takes from these pods what OpenShift protects the node
by: they run as root.

Fix:
Use `restricted-v2`, or write constraints that allow the one thing that is needed; `nonroot-v2` is enough
for an image with a user of its own.

References:
https://docs.redhat.com/en/documentation/openshift_container_platform/4.16/html/authentication_and_authorization/managing-pod-security-policies

Standards: OpenShift

Peers:
kube-linter:scc-deny-privileged-container,
kyverno:openshift/disallow-security-context-constraint-anyuid
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import Access, named_grants
from policygate.kube.workloads import pod_specs
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

OPENSHIFT = "security.openshift.io"
DANGEROUS = frozenset({"privileged", "anyuid"})
USE = Access((OPENSHIFT,), ("securitycontextconstraints",), ("use",), narrowed=False)
ANNOTATION = "openshift.io/required-scc"
ROLE = "system:openshift:scc:"


def _scc(**allow: bool) -> dict[str, Any]:
    return {
        "apiVersion": f"{OPENSHIFT}/v1",
        "kind": "SecurityContextConstraints",
        "metadata": {"name": "agent"},
        **allow,
    }


def _use(*names: str) -> dict[str, Any]:
    rule = {"apiGroups": [OPENSHIFT], "resources": ["securitycontextconstraints"], "verbs": ["use"]}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "agent"},
        "rules": [{**rule, **({"resourceNames": [*names]} if names else {})}],
    }


def _binding(role: str) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "agent"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"kind": "ServiceAccount", "name": "agent"}],
    }


def _pod(constraints: str) -> dict[str, Any]:
    annotations = {ANNOTATION: constraints}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "annotations": annotations},
        "spec": {"containers": [{"name": "web", "image": "web:1"}]},
    }


EXAMPLES = (
    Example("constraints without it", "pass", _scc(allowPrivilegedContainer=False)),
    Example("constraints that do not say", "pass", _scc()),
    Example("the use of harmless ones", "pass", _use("restricted-v2")),
    Example("a binding to harmless ones", "pass", _binding("system:openshift:scc:nonroot-v2")),
    Example("a pod under harmless ones", "pass", _pod("restricted-v2")),
    Example("privileged containers", "fail", _scc(allowPrivilegedContainer=True), path="allowPrivilegedContainer",
            message="SecurityContextConstraints agent allows privileged containers"),
    Example("the use of dangerous ones", "fail", _use("nonroot", "anyuid"), path="rules[0].resourceNames[1]",
            message="Role agent may use the constraints anyuid"),
    Example("the use of any", "fail", _use(), path="rules[0].resources[0]", message="may use any constraints"),
    Example("a binding to dangerous ones", "fail", _binding("system:openshift:scc:privileged"), path="roleRef.name",
            message="RoleBinding agent gives the constraints privileged"),
    Example("a pod that asks for them", "fail", _pod("privileged"), message="Pod web asks for the constraints"),
)  # fmt: skip


@policy(
    level="error",
    kinds=[
        f"{OPENSHIFT}/SecurityContextConstraints",
        "rbac.authorization.k8s.io/Role",
        "rbac.authorization.k8s.io/ClusterRole",
        "rbac.authorization.k8s.io/RoleBinding",
        "rbac.authorization.k8s.io/ClusterRoleBinding",
        "workload",
    ],
    refines=["loosened-grants"],
    examples=EXAMPLES,
)
def scc_privileged(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield dangerous constraints, and each of the three ways to their use."""
    resource = pair.head
    kind, view = resource.id.kind, resource.view
    who = f"{kind} {resource.id.name}"
    if kind == "SecurityContextConstraints":
        if view.allowPrivilegedContainer.boolean():
            yield Problem(view.allowPrivilegedContainer, f"{who} allows privileged containers")
    elif kind in {"Role", "ClusterRole"}:
        yield from _used(pair, who)
    elif kind in {"RoleBinding", "ClusterRoleBinding"}:
        name = view.roleRef.name.string()
        if name.startswith(ROLE) and name.removeprefix(ROLE) in DANGEROUS:
            message = f"{who} gives the constraints {name.removeprefix(ROLE)}"
            yield Problem(view.roleRef.name, message)
    else:
        for pod in pod_specs(resource):
            wanted: View = pod.annotations[ANNOTATION]
            if wanted.string() in DANGEROUS:
                yield Problem(wanted, f"{who} asks for the constraints {wanted.raw}")


def _used(pair: Pair, who: str) -> Iterator[Problem]:
    for grant in named_grants(pair.head, pair.base, USE):
        if not grant.rule.names:
            yield Problem(grant.at, f"{who} may use any constraints", known=grant.known)
            continue
        for item in pair.head.view.rules[grant.at.path[1]].resourceNames:
            if item.string() in DANGEROUS:
                yield Problem(item, f"{who} may use the constraints {item.raw}")
