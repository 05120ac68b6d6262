"""Binding names what does not exist.

A binding to a role that is not there gives nothing, and gives whatever somebody later puts under that
name. A service account without a namespace in a ClusterRoleBinding is refused by the API server.

The role is looked for in the folder of the binding, and in none that kustomize takes more into. This is for
repositories that hold everything: roles from elsewhere go into the parameter `external`.

Fix:
Add the role or correct its name; write the namespace of the service account.

References:
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding

Peers:
popeye:POP-1300, polaris:clusterrolebindingPodExecAttach
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.globs import matches_any
from policygate.kube.folders import is_closed, is_kustomized, same_namespace
from policygate.kube.rbac import GROUP
from policygate.kube.subjects import role_ref
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Globs over the names of roles that come from elsewhere."""

    external: tuple[str, ...] = ("view", "edit", "admin", "cluster-admin", "system:**")


def _binding(role: str, of: str = "ClusterRole", **subject: str) -> dict[str, Any]:
    account = {"kind": "ServiceAccount", "name": "ci", **subject}
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "ci"},
        "roleRef": {"apiGroup": GROUP, "kind": of, "name": role},
        "subjects": [account],
    }


BESIDE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: deployer, namespace: dev}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ci, namespace: NAMESPACE}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: deployer}
subjects: [{kind: ServiceAccount, name: ci}]
"""
KUSTOMIZED = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: RESOURCES
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: deployer}
subjects: [{kind: ServiceAccount, name: ci}]
"""
EXAMPLES = (
    Example("a role of every cluster", "pass", _binding("view", namespace="ci")),
    Example("a role from elsewhere", "pass", _binding("ops-reader", namespace="ci"), params={"external": ["ops-*"]}),
    Example("the role is beside it", "pass", text=BESIDE.replace("NAMESPACE", "dev")),
    Example("kustomize may take it in", "pass", text=KUSTOMIZED.replace("RESOURCES", "[../base, a.yaml]")),
    Example("no role of that name", "fail", _binding("deployr", namespace="ci"), path="roleRef.name",
            message="ClusterRoleBinding ci binds ClusterRole deployr, which is not in this folder"),
    Example("a role of another namespace", "fail", text=BESIDE.replace("NAMESPACE", "shop"), path="roleRef.name"),
    Example("kustomize takes in this folder alone", "fail", text=KUSTOMIZED.replace("RESOURCES", "[./a.yaml]"),
            path="roleRef.name"),
    Example("an account without a namespace", "fail", _binding("view"), path="subjects[ci].name",
            message="ServiceAccount ci has no namespace"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=[
        "rbac.authorization.k8s.io/RoleBinding",
        "rbac.authorization.k8s.io/ClusterRoleBinding",
    ],
    params=Params,
    enabled=False,
    examples=EXAMPLES,
)
def rbac_role_ref_missing(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield a role that the folder does not hold, and accounts that have no namespace."""
    binding, context = pair.head, pair.context
    scope, kind, ref = binding.id.scope, binding.id.kind, role_ref(binding)
    roles = context.head_resources(scope, ref.kind, name=ref.name)
    here = any(same_namespace(role.id.namespace, ref.namespace) for role in roles)
    known = here or matches_any(params.external, ref.name)
    if ref.name and not known and is_closed(scope, context):
        message = (
            f"{kind} {binding.id.name} binds {ref.kind} {ref.name}, which is not in this folder"
        )
        yield Problem(binding.view.roleRef.name, message)
    if kind == "RoleBinding" or is_kustomized(scope, context):
        return
    for item in binding.view.subjects:
        name = item.name.string()
        if item["kind"].raw == "ServiceAccount" and name and not item.namespace.string():
            yield Problem(
                item.name, f"ServiceAccount {name} has no namespace in {kind} {binding.id.name}"
            )
