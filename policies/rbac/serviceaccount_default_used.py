"""Workload runs as the default service account.

All pods of a namespace that name no account share `default`: a right that one of them needs is given to
all. Where the token is not mounted, a pod cannot use it and nothing is said.

Fix:
Make a service account for the workload and name it in `serviceAccountName`, or set
`automountServiceAccountToken: false` if it never talks to the API server.

References:
https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts
https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/

Standards: CIS 5.1.5

Peers:
kube-linter:default-service-account, kubesec:ServiceAccountName, popeye:POP-300,
kyverno:restrict-service-account, kyverno:check-sa,
datree:ARGO_WORKFLOW_INCORRECT_SERVICE_ACCOUNT_NAME_VALUE_DEFAULT, kubescape:C-0189
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.folders import same_namespace
from policygate.policy import Example, Pair, Problem, policy

CONTAINERS = [{"name": "web", "image": "web:1"}]
BESIDE = """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: shop}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  AUTOMOUNT
  containers: [{name: web, image: "web:1"}]
"""
EXAMPLES = (
    Example("one of its own", "pass", {"serviceAccountName": "web", "containers": CONTAINERS}, binds="pod"),
    Example("one of its own in the deprecated field", "pass", {"serviceAccount": "web", "containers": CONTAINERS},
            binds="pod"),
    Example("no token in the pod", "pass", {"automountServiceAccountToken": False, "containers": CONTAINERS},
            binds="pod"),
    Example("the account says so for the pod", "pass", text=BESIDE.replace("AUTOMOUNT", "")),
    Example("the pod has the last word", "fail", text=BESIDE.replace("AUTOMOUNT", "automountServiceAccountToken: true"),
            message="Pod web runs as the default service account"),
    Example("none is named", "fail", {"containers": CONTAINERS}, binds="pod"),
    Example("default is named", "fail", {"serviceAccountName": "default", "containers": CONTAINERS}, binds="pod",
            path="serviceAccountName"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="pod", enabled=False, examples=EXAMPLES)
def serviceaccount_default_used(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the field of the account, unless no token is mounted."""
    pod = pair.head
    named, deprecated = pod.view.serviceAccountName, pod.view.serviceAccount
    name = named.string() or deprecated.string()
    if name not in {"", "default"} or not _mounts_token(pair):
        return
    at = deprecated if deprecated.string() and not named.string() else named
    owner = pod.resource.id
    message = f"{owner.kind} {owner.name} runs as the default service account"
    yield Problem(at, message, key="default")


def _mounts_token(pair: Pair) -> bool:
    """What the pod says counts, and then what the account beside it says."""
    automount, owner = pair.head.view.automountServiceAccountToken, pair.head.resource.id
    if automount:
        return automount.raw is not False
    found = pair.context.head_resources(owner.scope, "ServiceAccount", name="default")
    return not any(
        account.view.automountServiceAccountToken.raw is False
        and same_namespace(account.id.namespace, owner.namespace)
        for account in found
    )
