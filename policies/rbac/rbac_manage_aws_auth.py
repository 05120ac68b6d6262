"""Role may change who is admin of the EKS cluster.

The config map `aws-auth` in `kube-system` says which IAM users and roles are which groups of the cluster:
who may write it makes himself `system:masters`. On clusters without it this policy has nothing to say.

Fix:
Leave the config map to the tool that makes the cluster, or use EKS access entries in its place.

References:
https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html
https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html

Standards: EKS

Peers:
trivy:KSV-0115
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import Access, named_grants
from policygate.policy import Example, Pair, Problem, policy

NAME = "aws-auth"
CONFIG_MAPS = Access(
    ("",), ("configmaps",), ("create", "update", "patch", "delete"), narrowed=False
)


def _role(*verbs: str, namespace: str = "kube-system", **more: list[str]) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "ci", "namespace": namespace},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": [*verbs], **more}],
    }


BESIDE = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: aws-auth, namespace: kube-system}
data: {mapRoles: "[]"}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: ci, namespace: NAMESPACE}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get, update]}]
"""
EXAMPLES = (
    Example("to read it", "pass", _role("get", resourceNames=["aws-auth"])),
    Example("to create it by name is to create nothing", "pass", _role("create", resourceNames=["aws-auth"])),
    Example("another config map", "pass", _role("update", resourceNames=["leader"])),
    Example("every config map, of a cluster that may be no EKS", "pass", _role("update")),
    Example("every config map of another namespace", "pass", text=BESIDE.replace("NAMESPACE", "shop")),
    Example("to write it", "fail", _role("get", "patch", resourceNames=["leader", "aws-auth"]),
            path="rules[0].resourceNames[1]", message="Role ci may patch the config map aws-auth"),
    Example("every config map beside it", "fail", text=BESIDE.replace("NAMESPACE", "kube-system"),
            path="rules[0].resources[0]", message="Role ci may update the config map aws-auth"),
    Example("its name is added", "fail", base=_role("update", resourceNames=["leader"]),
            head=_role("update", resourceNames=["leader", "aws-auth"])),
)  # fmt: skip


@policy(
    level="error",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    examples=EXAMPLES,
)
def rbac_manage_aws_auth(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield rules that name the config map, and those of `kube-system` that need not."""
    role = pair.head
    for grant in named_grants(role, pair.base, CONFIG_MAPS):
        if grant.rule.names and NAME not in grant.rule.names:
            continue
        if not grant.rule.names and not _beside(pair):
            continue
        index = grant.at.path[1]
        named = (item for item in role.view.rules[index].resourceNames if item.raw == NAME)
        verbs = grant.text.removesuffix(" configmaps")
        message = f"{role.id.kind} {role.id.name} may {verbs} the config map {NAME}"
        yield Problem(next(named, grant.at), message, known=grant.known)


def _beside(pair: Pair) -> bool:
    """Whether a Role of kube-system stands beside the config map."""
    scope, _, kind, namespace, _ = pair.head.id
    found = pair.context.head_resources(scope, "ConfigMap", name=NAME)
    return kind == "Role" and namespace == "kube-system" and bool(found)
