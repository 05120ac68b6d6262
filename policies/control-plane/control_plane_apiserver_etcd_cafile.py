"""API server does not check who etcd is.

Without `--etcd-cafile` the API server takes any server for etcd that has a certificate the system trusts,
or talks to it in clear text. What it reads and writes there are all objects of the cluster, Secrets
included.

Fix:
Set `--etcd-cafile` to the certificate authority of etcd. kubeadm does, for its own etcd.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/setup/best-practices/certificates/

Standards: CIS 1.2.26

Peers: checkov:CKV_K8S_102, trivy:KCV-0029, kubescape:C-0140
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running, stores_locally
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("set", "pass", _run("--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt"), binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("a socket on the same node", "pass", _run("--etcd-servers=unix:///run/kine.sock"), binds="container"),
    Example("not set", "fail", _run("--etcd-servers=https://10.0.0.1:2379"), binds="container",
            message="--etcd-cafile is not set"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_etcd_cafile(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server that trusts any etcd."""
    for server in running("kube-apiserver", pair.head):
        flag = server["etcd-cafile"]
        if flag.empty and not stores_locally(server):
            yield Problem(flag.view, f"{server} does not check who etcd is: {flag}", key=server.key)
