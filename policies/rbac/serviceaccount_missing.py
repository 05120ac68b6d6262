"""Workload runs as a service account that does not exist.

No pod of the workload starts: the API server refuses pods whose service account is not there.

The account is looked for in the folder of the workload, and in none that kustomize takes more into. This is
for repositories that hold everything: accounts from elsewhere go into the parameter `external`.

Fix:
Add the ServiceAccount beside the workload, or correct its name.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/

Peers:
kube-linter:non-existent-service-account, kubescape:C-0307, popeye:POP-307, popeye:POP-507
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.globs import matches_any
from policygate.kube.folders import is_closed, same_namespace
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Globs over the names of service accounts that come from elsewhere."""

    external: tuple[str, ...] = ("default", "builder", "deployer", "pipeline")


def _pod(account: str, **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web"},
        "spec": {
            "serviceAccountName": account,
            "containers": [{"name": "web", "image": "web:1"}],
            **more,
        },
    }


BESIDE = """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: dev}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: NAMESPACE}
spec:
  serviceAccountName: web
  containers: [{name: web, image: "web:1"}]
"""
KUSTOMIZED = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [https://example.com/accounts.yaml]
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: web
  containers: [{name: web, image: "web:1"}]
"""
EXAMPLES = (
    Example("every namespace has this one", "pass", _pod("default")),
    Example("none is named", "pass", _pod("")),
    Example("an account from elsewhere", "pass", _pod("vault-agent"), params={"external": ["vault-*"]}),
    Example("the account is beside it", "pass", text=BESIDE.replace("NAMESPACE", "dev")),
    Example("kustomize may take it in", "pass", text=KUSTOMIZED),
    Example("no account of that name", "fail", _pod("wbe"), path="spec.serviceAccountName",
            message="Pod web runs as wbe, which is not in this folder"),
    Example("the deprecated field", "fail", _pod("", serviceAccount="wbe"), path="spec.serviceAccount"),
    Example("an account of another namespace", "fail", text=BESIDE.replace("NAMESPACE", "shop"),
            path="spec.serviceAccountName"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="pod",
    params=Params,
    enabled=False,
    examples=EXAMPLES,
)
def serviceaccount_missing(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield an account that the folder does not hold."""
    pod, context = pair.head, pair.context
    owner = pod.resource
    account = pod.view.serviceAccountName
    account = account if account.string() else pod.view.serviceAccount
    name = account.string()
    if not name or matches_any(params.external, name):
        return
    found = context.head_resources(owner.id.scope, "ServiceAccount", name=name)
    if any(same_namespace(each.id.namespace, owner.id.namespace) for each in found):
        return
    if is_closed(owner.id.scope, context):
        message = f"{owner.id.kind} {owner.id.name} runs as {name}, which is not in this folder"
        yield Problem(account, message)
