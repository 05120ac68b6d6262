"""Kubelet tells everybody about its pods.

The read-only port of the kubelet serves the whole spec of every pod on the node, and its metrics, with
neither credentials nor TLS. In a KubeletConfiguration it is closed unless it is opened; with flags alone
(`--read-only-port`) it is 10255.

Fix:
Remove `readOnlyPort` from the KubeletConfiguration, or set it to 0; with flags alone `--read-only-port=0`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/

Standards: CIS 4.2.4

Peers: checkov:CKV_K8S_141, trivy:KCV-0082, kubescape:C-0175
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kubelet", "command": ["kubelet", *flags]}


def _document(**fields: object) -> dict[str, object]:
    return {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **fields}


EXAMPLES = (
    Example("unset in the document, which is closed", "pass", _document(cgroupDriver="systemd")),
    Example("closed", "pass", _document(readOnlyPort=0)),
    Example("open", "fail", _document(readOnlyPort=10255), path="readOnlyPort",
            message="kubelet tells everybody about its pods: readOnlyPort is 10255"),
    Example("unset without a document", "fail", _run("--kubeconfig=/etc/kubernetes/kubelet.conf"),
            binds="container", message="--read-only-port is not set, which means 10255"),
    Example("open in Cluster API", "fail", {"apiVersion": "bootstrap.cluster.x-k8s.io/v1beta1",
            "kind": "KubeadmConfigTemplate", "metadata": {"name": "workers"},
            "spec": {"template": {"spec": {"joinConfiguration": {"nodeRegistration": {"kubeletExtraArgs": {"read-only-port": "10255"}}}}}}},
            path="kubeletExtraArgs.read-only-port"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_read_only_port(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet with that port open."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["read-only-port"]
        if flag.number:
            yield Problem(
                flag.view, f"{kubelet} tells everybody about its pods: {flag}", key=kubelet.key
            )
