"""API server lets kubelets change other nodes.

The admission plugin `NodeRestriction` lets a kubelet write only its own Node and the pods on it, and not
the labels that decide where sensitive pods run. It is off by default. Without it, who breaks into one node
can draw the pods and Secrets of the others to it.

Fix:
Add `NodeRestriction` to `--enable-admission-plugins`. kubeadm does, but a list of your own in `extraArgs`
replaces it: repeat it there.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction

Standards: CIS 1.2.14

Peers: checkov:CKV_K8S_85, trivy:KCV-0016, kubescape:C-0127
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("enabled", "pass", _run("--enable-admission-plugins=NodeRestriction"), binds="container"),
    Example("enabled by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}),
    Example("unset, which is off", "fail", _run("--secure-port=6443"), binds="container",
            message="kube-apiserver lets kubelets change other nodes: --enable-admission-plugins is not set"),
    Example("replaced in kubeadm's list", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration", "apiServer": {"extraArgs": [{"name": "enable-admission-plugins",
            "value": "EventRateLimit"}]}}, message="--enable-admission-plugins is EventRateLimit",
            path="apiServer.extraArgs[enable-admission-plugins].value"),
)  # fmt: skip


@policy(level="error", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_admission_node_restriction(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every API server without the plugin."""
    for server in running("kube-apiserver", pair.head):
        runs, flag = server.admits("NodeRestriction")
        if runs is False:
            yield Problem(
                flag.view, f"{server} lets kubelets change other nodes: {flag}", key=server.key
            )
