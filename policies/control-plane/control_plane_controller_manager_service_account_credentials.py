"""All controllers share the rights of the controller manager.

With `--use-service-account-credentials` each controller logs in as a service account of its own, with the
few rights that it needs. Without it (the default) all share one user, which must be allowed what any of
them needs, and audit logs cannot tell them apart.

Fix:
Set `--use-service-account-credentials=true`. kubeadm does.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#controller-roles

Standards: CIS 1.3.3

Peers: checkov:CKV_K8S_108, trivy:KCV-0035, kubescape:C-0146
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-controller-manager", "command": ["kube-controller-manager", *flags]}


EXAMPLES = (
    Example("switched on", "pass", _run("--use-service-account-credentials"), binds="container"),
    Example("switched on by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}),
    Example("unset, which is off", "fail", _run("--leader-elect=true"), binds="container",
            message="--use-service-account-credentials is not set, which means false"),
    Example("switched off with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration",
            "controllerManager": {"extraArgs": [{"name": "use-service-account-credentials", "value": "false"}]}},
            path="controllerManager.extraArgs[use-service-account-credentials].value"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-controller-manager"], enabled=False, examples=EXAMPLES)
def control_plane_controller_manager_service_account_credentials(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every controller manager whose controllers share one user."""
    for manager in running("kube-controller-manager", pair.head):
        flag = manager["use-service-account-credentials"]
        if flag.boolean is False:
            yield Problem(
                flag.view,
                f"{manager} runs all controllers with its own rights: {flag}",
                key=manager.key,
            )
