"""Kubelet checks no client certificates.

The API server shows the kubelet a certificate to say who it is. Without a certificate authority
(`authentication.x509.clientCAFile`) the kubelet cannot check it: either logs and exec do not work, or
everybody is let in. kubeadm fills it in for the documents that it is given.

Fix:
Set `authentication.x509.clientCAFile`, such as to `/etc/kubernetes/pki/ca.crt`; with flags alone
`--client-ca-file`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/

Standards: CIS 4.2.3; NSA

Peers: checkov:CKV_K8S_140, trivy:KCV-0081, kubescape:C-0174, kubescape:C-0070
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, filled_in_by_kubeadm, running
from policygate.policy import Example, Pair, Problem, policy

BESIDE_KUBEADM = """\
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
"""


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kubelet", "command": ["kubelet", *flags]}


def _document(**fields: object) -> dict[str, object]:
    return {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **fields}


EXAMPLES = (
    Example("set", "pass", _document(authentication={"x509": {"clientCAFile": "/etc/kubernetes/pki/ca.crt"}})),
    Example("filled in by kubeadm", "pass", text=BESIDE_KUBEADM),
    Example("not set", "fail", _document(cgroupDriver="systemd"), path="authentication.x509.clientCAFile",
            message="authentication.x509.clientCAFile is not set"),
    Example("not set without a document", "fail", _run("--kubeconfig=/etc/kubernetes/kubelet.conf"),
            binds="container", message="--client-ca-file is not set"),
)  # fmt: skip


@policy(level="error", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_client_ca_file(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet without a certificate authority for clients."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["client-ca-file"]
        if flag.empty and not filled_in_by_kubeadm(pair):
            yield Problem(
                flag.view, f"{kubelet} checks no client certificates: {flag}", key=kubelet.key
            )
