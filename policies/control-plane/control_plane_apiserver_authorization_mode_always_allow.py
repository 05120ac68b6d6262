"""API server allows every request.

With the mode `AlwaysAllow` whoever gets past authentication is an administrator: every pod, by its service
account. That is also what an API server does when `--authorization-mode` is not set.

Fix:
Set `--authorization-mode=Node,RBAC`. kubeadm does.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/authorization/

Standards: CIS 1.2.6

Peers: checkov:CKV_K8S_74, trivy:KCV-0007, kubescape:C-0118
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("with roles", "pass", _run("--authorization-mode=Node,RBAC"), binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("by a file, which has no such mode", "pass",
            _run("--authorization-config=/etc/kubernetes/authz.yaml"), binds="container"),
    Example("by a variable, which cannot be seen", "pass", _run("--authorization-mode=$(MODES)"),
            binds="container"),
    Example("unset, which allows everything", "fail", _run("--secure-port=6443"), binds="container",
            message="--authorization-mode is not set, which means AlwaysAllow"),
    Example("beside roles", "fail", _run("--authorization-mode", "RBAC,AlwaysAllow"), binds="container",
            path="command[2]"),
    Example("set in Cluster API", "fail", {"apiVersion": "controlplane.cluster.x-k8s.io/v1beta1",
            "kind": "KubeadmControlPlane", "metadata": {"name": "cp"},
            "spec": {"kubeadmConfigSpec": {"clusterConfiguration": {"apiServer": {"extraArgs": {"authorization-mode": "AlwaysAllow"}}}}}},
            path="apiServer.extraArgs.authorization-mode"),
)  # fmt: skip


@policy(
    level="error",
    kinds=RUNS["kube-apiserver"],
    refines=[
        "control-plane-apiserver-authorization-mode-node",
        "control-plane-apiserver-authorization-mode-rbac",
    ],
    enabled=False,
    examples=EXAMPLES,
)
def control_plane_apiserver_authorization_mode_always_allow(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every API server that authorizes nobody, and so everybody."""
    for server in running("kube-apiserver", pair.head):
        flag = server["authorization-mode"]
        if "AlwaysAllow" in flag.items:
            yield Problem(flag.view, f"{server} allows every request: {flag}", key=server.key)
