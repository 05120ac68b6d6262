"""Kubelet does not renew its client certificate.

The certificate that a kubelet logs in to the API server with is usually good for a year. Unless
`rotateCertificates` is on, it is not renewed, and the node drops out of the cluster on that day. kubeadm
switches it on in the documents that it is given.

Fix:
Set `rotateCertificates: true`; with flags alone `--rotate-certificates`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
https://kubernetes.io/docs/tasks/tls/certificate-rotation/

Standards: CIS 4.2.10

Peers: checkov:CKV_K8S_149, trivy:KCV-0090, kubescape:C-0182
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
    Example("switched on", "pass", _document(rotateCertificates=True)),
    Example("switched on by kubeadm", "pass", text=BESIDE_KUBEADM),
    Example("unset, which is off", "fail", _document(cgroupDriver="systemd"), path="rotateCertificates",
            message="rotateCertificates is not set, which means false"),
    Example("switched off past the document", "fail", _run("--config=/var/lib/kubelet/config.yaml",
            "--rotate-certificates=false"), binds="container", path="command[2]"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_rotate_certificates(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet that stays with the first one."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["rotate-certificates"]
        if flag.boolean is False and not filled_in_by_kubeadm(pair):
            yield Problem(
                flag.view,
                f"{kubelet} does not renew its client certificate: {flag}",
                key=kubelet.key,
            )
