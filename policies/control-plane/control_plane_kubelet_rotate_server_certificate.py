"""Kubelet does not renew its serving certificate.

With `serverTLSBootstrap` the kubelet asks the cluster for its serving certificate, and for a new one in
time. Without it, or with the feature gate `RotateKubeletServerCertificate` switched off, somebody else must
renew it. A kubelet that is given certificate files is left alone.

Fix:
Set `serverTLSBootstrap: true`, approve the requests, and leave the feature gate alone; with flags alone
`--rotate-server-certificates`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/

Standards: CIS 4.2.11

Peers: trivy:KCV-0091, kubescape:C-0183
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _document(**fields: object) -> dict[str, object]:
    return {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **fields}


EXAMPLES = (
    Example("renewed", "pass", _document(serverTLSBootstrap=True)),
    Example("from a file", "pass", _document(tlsCertFile="/pki/kubelet.crt")),
    Example("unset, which is off", "fail", _document(cgroupDriver="systemd"), path="serverTLSBootstrap",
            message="serverTLSBootstrap is not set, which means false"),
    Example("the feature is switched off", "fail", _document(serverTLSBootstrap=True,
            featureGates={"RotateKubeletServerCertificate": False}), path="featureGates",
            message="kubelet switches RotateKubeletServerCertificate off"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_rotate_server_certificate(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet whose serving certificate runs out."""
    for kubelet in running("kubelet", pair.head):
        asks, gates = kubelet["rotate-server-certificates"], kubelet["feature-gates"]
        if "RotateKubeletServerCertificate=false" in gates.items:
            what = f"{kubelet} switches RotateKubeletServerCertificate off"
            yield Problem(gates.view, what, key=kubelet.key)
        elif asks.boolean is False and kubelet["tls-cert-file"].empty:
            yield Problem(
                asks.view,
                f"{kubelet} does not renew its serving certificate: {asks}",
                key=kubelet.key,
            )
