"""API server checks no client certificates.

Without `--client-ca-file` nobody can log in with a certificate. Kubelets, the scheduler and the controller
manager do exactly that; a cluster that runs without it gives them weaker credentials.

Fix:
Set `--client-ca-file` to the certificate authority of the cluster, such as `/etc/kubernetes/pki/ca.crt`.
kubeadm does.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates

Standards: CIS 1.2.25

Peers: trivy:KCV-0028, kubescape:C-0139
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("set", "pass", _run("--client-ca-file=/etc/kubernetes/pki/ca.crt"), binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("not set", "fail", _run("--secure-port=6443"), binds="container",
            message="kube-apiserver checks no client certificates: --client-ca-file is not set"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_client_ca_file(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server without a certificate authority for clients."""
    for server in running("kube-apiserver", pair.head):
        flag = server["client-ca-file"]
        if flag.empty:
            yield Problem(
                flag.view, f"{server} checks no client certificates: {flag}", key=server.key
            )
