"""Whoever takes over this workload takes over more.

The service account of the pods may read secrets, start pods or change rights: a hole in the program is
then a hole in the namespace, or in the cluster. The bindings and roles of the same folder are looked at,
and the roles that every cluster has.

Fix:
Give the program an account of its own with the few rights that it needs, or split what needs more from
what is reached from outside.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
https://kubernetes.io/docs/concepts/security/service-accounts/

Standards: MITRE ATT&CK

Peers:
kubescape:C-0053, kubescape:C-0267, kubescape:C-0272
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.folders import same_namespace
from policygate.kube.rbac import GROUP
from policygate.kube.rbac_powers import leads_further
from policygate.kube.subjects import BINDINGS, Subject, role_ref, rules_behind, subjects_of, wider
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy


def _together(
    *, account: str = "ci", role: str = "ci", rule: str = "[get], resources: [pods]", more: str = ""
) -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: ci}}
rules: [{{apiGroups: [""], verbs: {rule}}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: ci}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}
subjects: [{{kind: ServiceAccount, name: {account}, namespace: shop}}]
---
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop}}
spec:
  serviceAccountName: ci{more}
  containers: [{{name: web, image: "web:1"}}]
"""


SECRETS = "[get], resources: [secrets]"
EXAMPLES = (
    Example("harmless rights", "pass", text=_together()),
    Example("another account", "pass", text=_together(account="cd", rule=SECRETS)),
    Example("a role that reads no secrets", "pass", text=_together(role="view")),
    Example("a role that is not here", "pass", text=_together(role="other")),
    Example("no token in the pod", "pass", text=_together(
        rule=SECRETS, more="\n  automountServiceAccountToken: false")),
    Example("secrets", "fail", text=_together(rule=SECRETS), path="spec.serviceAccountName",
            message="Pod web runs as ci, to which ClusterRoleBinding ci gives ClusterRole ci"),
    Example("pods", "fail", text=_together(rule="[create], resources: [pods]")),
    Example("everything", "fail", text=_together(rule="['*'], resources: ['*']")),
    Example("a role of every cluster", "fail", text=_together(role="edit"), message="gives ClusterRole edit"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="pod", enabled=False, examples=EXAMPLES)
def rbac_takeover_workload(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the account with each binding that gives it such rights."""
    pod, owner = pair.head, pair.head.resource
    account = pod.view.serviceAccountName
    name = account.string() or "default"
    if pod.view.automountServiceAccountToken.raw is False:
        return
    for kind in BINDINGS:
        for binding in pair.context.head_resources(owner.id.scope, kind):
            ref = role_ref(binding)
            if _binds(binding, name, owner.id.namespace) and _is_strong(pair, binding):
                message = (
                    f"{owner.id.kind} {owner.id.name} runs as {name}, to which "
                    f"{kind} {binding.id.name} gives {ref.kind} {ref.name}"
                )
                yield Problem(account, message, key=f"{kind}/{ref.kind}/{ref.name}")


def _binds(binding: Resource, name: str, namespace: str) -> bool:
    groups = set(wider(Subject("ServiceAccount", name, namespace)))
    return binding.id.group == GROUP and any(
        subject in groups
        or (
            subject[:2] == ("ServiceAccount", name) and same_namespace(subject.namespace, namespace)
        )
        for _, subject in subjects_of(binding)
    )


def _is_strong(pair: Pair, binding: Resource) -> bool:
    ref = role_ref(binding)
    rules = rules_behind(ref, binding.id.scope, pair.context) or ()
    return ref.rank > 1 or any(map(leads_further, rules))
