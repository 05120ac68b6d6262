"""API server serves a certificate that it signed itself.

Without `--tls-cert-file` and `--tls-private-key-file` the API server makes a certificate of its own at
every start in an empty directory. No client can check it, so people switch checking off.

Fix:
Set `--tls-cert-file` and `--tls-private-key-file` to a certificate of the cluster's authority. kubeadm
does.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/setup/best-practices/certificates/

Standards: CIS 1.2.24

Peers: checkov:CKV_K8S_100, trivy:KCV-0027, kubescape:C-0138
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, lacks, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("both set", "pass", _run("--tls-cert-file=/pki/apiserver.crt",
            "--tls-private-key-file=/pki/apiserver.key"), binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("neither", "fail", _run("--secure-port=6443"), binds="container",
            message="--tls-cert-file is not set and --tls-private-key-file is not set"),
    Example("no key", "fail", _run("--tls-cert-file=/pki/apiserver.crt"), binds="container",
            message="itself: --tls-private-key-file is not set"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_tls_cert(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server without a certificate."""
    for server in running("kube-apiserver", pair.head):
        lack = lacks(server, "tls-cert-file", "tls-private-key-file")
        if lack is not None:
            words = f"{server} serves a certificate that it signed itself: {lack.text}"
            yield Problem(lack.view, words, key=server.key)
