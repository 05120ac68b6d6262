"""Somebody becomes cluster-admin.

`cluster-admin` may do everything, also change these rules and read every secret. Bound in one namespace it still
owns all that runs there. Whoever takes over one of the subjects has it all. A role of the same folder that allows
everything is as good.

Fix:
Bind a role that has the verbs and resources that are really used; record the reason in a waiver where that is
impossible. Controllers that apply everything stand in the parameter `accounts`.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles

Standards:
CIS 5.1.1; NSA

Peers:
kube-linter:cluster-admin-role-binding, polaris:clusterrolebindingClusterAdmin,
polaris:rolebindingClusterAdminClusterRole, trivy:KSV-0111, kubescape:C-0035, kubescape:C-0185,
kubescape:C-0272, kyverno:restrict-binding-clusteradmin, datree:CIS_INVALID_ROLE_CLUSTER_ADMIN
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.rbac import ALL, Rule
from policygate.kube.subjects import RoleRef, Subject, role_ref, rules_behind, subjects_of
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Service accounts, as `namespace/name`, of controllers that apply whatever a repository holds."""

    accounts: tuple[str, ...] = (
        "argocd/argocd-application-controller",
        "openshift-gitops/openshift-gitops-argocd-application-controller",
        "flux-system/kustomize-controller",
        "flux-system/helm-controller",
    )


BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: %s
metadata:
  name: ci
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: %s
subjects:
"""
ACCOUNT = "  - kind: ServiceAccount\n    name: %s\n    namespace: %s\n"
CI = ACCOUNT % ("ci", "ci")
ADMIN = BINDING % ("ClusterRoleBinding", "cluster-admin")
ROLE = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: deployer}
rules: [{apiGroups: ["*"], resources: ["%s"], verbs: ["*"]}]
"""
EXAMPLES = (
    Example("a role of its own", "pass", text=BINDING % ("ClusterRoleBinding", "deployer") + CI),
    Example("a role of its own, which is here", "pass", text=BINDING % ("ClusterRoleBinding", "deployer") + CI + ROLE % "deployments"),
    Example("nobody is bound", "pass", text=ADMIN.replace("subjects:\n", "subjects: []\n")),
    Example("a controller that applies everything", "pass", text=ADMIN + ACCOUNT % ("kustomize-controller", "flux-system")),
    Example("cluster-admin", "fail", text=ADMIN + CI.replace("name: ci", "name: ci # expect: rbac-cluster-admin-binding"),
            message="ClusterRoleBinding ci makes ServiceAccount ci/ci cluster-admin"),
    Example("in one namespace", "fail", text=BINDING % ("RoleBinding", "cluster-admin") + CI),
    Example("one more than before", "fail", base_text=ADMIN + CI, text=ADMIN + CI + ACCOUNT % ("cd", "ci"), message="ServiceAccount ci/cd"),
    Example("an account of the same name", "fail", text=ADMIN + ACCOUNT % ("kustomize-controller", "default")),
    Example("a role that allows everything", "fail", text=BINDING % ("ClusterRoleBinding", "deployer") + CI + ROLE % "*",
            message="makes ServiceAccount ci/ci as good as cluster-admin"),
)  # fmt: skip


@policy(
    level="error",
    kinds=[
        "rbac.authorization.k8s.io/ClusterRoleBinding",
        "rbac.authorization.k8s.io/RoleBinding",
    ],
    params=Params,
    examples=EXAMPLES,
)
def rbac_cluster_admin_binding(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every subject of such a binding, but for the accounts that need it."""
    ref = role_ref(pair.head)
    what = "cluster-admin" if ref == RoleRef("ClusterRole", "cluster-admin") else ""
    if not what and any(map(_is_everything, _rules(pair, ref))):
        what = "as good as cluster-admin"
    if not what:
        return
    for at, subject in subjects_of(pair.head):
        if f"{subject.namespace}/{subject.name}" in params.accounts and _is_account(subject):
            continue
        who = f"{subject.namespace}/{subject.name}" if subject.namespace else subject.name
        words = f"{pair.head.id.kind} {pair.head.id.name} makes {subject.kind} {who} {what}"
        yield Problem(at, words, key=f"{subject.kind} {who}")


def _rules(pair: Pair, ref: RoleRef) -> tuple[Rule, ...]:
    return rules_behind(ref, pair.head.id.scope, pair.context) or ()


def _is_everything(rule: Rule) -> bool:
    wide = ALL in rule.groups and ALL in rule.resources and ALL in rule.verbs
    return wide and not rule.names


def _is_account(subject: Subject) -> bool:
    return subject.kind == "ServiceAccount"
