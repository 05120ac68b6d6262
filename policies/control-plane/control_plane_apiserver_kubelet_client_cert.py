"""API server does not say who it is to kubelets.

For logs, exec and port forwarding the API server calls the kubelet. Without a certificate of its own it is
an anonymous client there: either the kubelet refuses it, or it serves everybody.

Fix:
Set `--kubelet-client-certificate` and `--kubelet-client-key`. kubeadm does.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/setup/best-practices/certificates/

Standards: CIS 1.2.4

Peers: checkov:CKV_K8S_72, trivy:KCV-0005, kubescape:C-0116
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, lacks, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("both set", "pass", _run("--kubelet-client-certificate=/pki/client.crt",
            "--kubelet-client-key=/pki/client.key"), binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("neither", "fail", _run("--secure-port=6443"), binds="container",
            message="--kubelet-client-certificate is not set and --kubelet-client-key is not set"),
    Example("no key", "fail", _run("--kubelet-client-certificate=/pki/client.crt"), binds="container",
            message="kubelets: --kubelet-client-key is not set"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_kubelet_client_cert(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server without a certificate for kubelets."""
    for server in running("kube-apiserver", pair.head):
        lack = lacks(server, "kubelet-client-certificate", "kubelet-client-key")
        if lack is not None:
            words = f"{server} does not say who it is to kubelets: {lack.text}"
            yield Problem(lack.view, words, key=server.key)
