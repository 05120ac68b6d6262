"""API server has no client certificate for etcd.

etcd holds every Secret of the cluster. It can only ask for certificates, and so keep others out, when the
API server has one.

Fix:
Set `--etcd-certfile` and `--etcd-keyfile`. kubeadm does, for its own etcd.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/setup/best-practices/certificates/

Standards: CIS 1.2.23

Peers: checkov:CKV_K8S_99, trivy:KCV-0026, kubescape:C-0137
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, lacks, running, stores_locally
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("both set", "pass", _run("--etcd-certfile=/pki/etcd.crt", "--etcd-keyfile=/pki/etcd.key"),
            binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("a socket on the same node", "pass", _run("--etcd-servers=unix:///run/kine.sock"), binds="container"),
    Example("neither", "fail", _run("--etcd-servers=http://10.0.0.1:2379"), binds="container",
            message="--etcd-certfile is not set and --etcd-keyfile is not set"),
    Example("an external etcd with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration", "etcd": {"external": {"endpoints": ["http://10.0.0.1:2379"]}}},
            path="apiServer.extraArgs"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_etcd_cert(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server that cannot say who it is to etcd."""
    for server in running("kube-apiserver", pair.head):
        lack = lacks(server, "etcd-certfile", "etcd-keyfile")
        if lack is not None and not stores_locally(server):
            words = f"{server} has no client certificate for etcd: {lack.text}"
            yield Problem(lack.view, words, key=server.key)
