"""Kubelet serves a certificate that it signed itself.

Where a kubelet has neither certificate files nor leave to ask the cluster for a certificate
(`serverTLSBootstrap`), it signs one itself. The API server cannot check that, so whoever stands between
them on the network can answer logs and exec in the kubelet's place.

Fix:
Set `serverTLSBootstrap: true` and approve the requests, or set `tlsCertFile` and `tlsPrivateKeyFile`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/

Standards: CIS 4.2.9

Peers: checkov:CKV_K8S_148, trivy:KCV-0088, trivy:KCV-0089, kubescape:C-0181
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
    Example("asked for", "pass", _document(serverTLSBootstrap=True)),
    Example("from files", "pass", _document(tlsCertFile="/pki/kubelet.crt",
            tlsPrivateKeyFile="/pki/kubelet.key")),
    Example("neither", "fail", _document(cgroupDriver="systemd"), path="serverTLSBootstrap",
            message="serverTLSBootstrap is not set, which means false and tlsCertFile is not set"),
    Example("no key", "fail", _run("--tls-cert-file=/pki/kubelet.crt"), binds="container",
            message="--tls-private-key-file is not set"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=RUNS["kubelet"],
    refines=["control-plane-kubelet-rotate-server-certificate"],
    enabled=False,
    examples=EXAMPLES,
)
def control_plane_kubelet_tls_cert(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet whose certificate nobody can check."""
    for kubelet in running("kubelet", pair.head):
        asks = kubelet["rotate-server-certificates"]
        missing = [
            flag
            for flag in (kubelet["tls-cert-file"], kubelet["tls-private-key-file"])
            if flag.empty
        ]
        if missing and asks.boolean is False:
            what = f"{asks} and {missing[0]}"
            yield Problem(
                asks.view,
                f"{kubelet} serves a certificate that it signed itself: {what}",
                key=kubelet.key,
            )
