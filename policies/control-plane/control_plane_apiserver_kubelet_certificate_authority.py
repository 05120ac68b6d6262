"""API server does not check who the kubelet is.

Without `--kubelet-certificate-authority` the API server takes any certificate from a kubelet. Who stands
between them on the network reads along in `kubectl exec` and logs, and can answer in the kubelet's place.
kubeadm does not set it.

Fix:
Give kubelets certificates of the cluster (`serverTLSBootstrap: true`, and approve the requests), then set
`--kubelet-certificate-authority`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/#apiserver-to-kubelet

Standards: CIS 1.2.5

Peers: checkov:CKV_K8S_73, trivy:KCV-0006, kubescape:C-0117
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("set", "pass", _run("--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt"), binds="container"),
    Example("not set", "fail", _run("--secure-port=6443"), binds="container",
            message="--kubelet-certificate-authority is not set"),
    Example("empty", "fail", _run("--kubelet-certificate-authority="), binds="container",
            message="--kubelet-certificate-authority is empty", path="command[1]"),
    Example("not set with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}, path="apiServer.extraArgs"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_kubelet_certificate_authority(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every API server that trusts any kubelet."""
    for server in running("kube-apiserver", pair.head):
        flag = server["kubelet-certificate-authority"]
        if flag.empty:
            yield Problem(
                flag.view, f"{server} does not check who the kubelet is: {flag}", key=server.key
            )
