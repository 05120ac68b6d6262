"""Anybody can join etcd as a member.

Unless `--peer-client-cert-auth` is on, whoever reaches the peer port of etcd can join in as a member, and
gets a copy of everything. It is off by default. A single member, which listens for peers on its own node
only, is left alone.

Fix:
Set `--peer-client-cert-auth=true` and `--peer-trusted-ca-file`. kubeadm does.

References:
https://etcd.io/docs/latest/op-guide/security/
https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters

Standards: CIS 2.5

Peers: checkov:CKV_K8S_121, trivy:KCV-0046, kubescape:C-0157
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, is_single, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "etcd", "command": ["etcd", *flags]}


EXAMPLES = (
    Example("switched on", "pass", _run("--peer-client-cert-auth=true"), binds="container"),
    Example("a single member", "pass", _run("--data-dir=/var/lib/etcd"), binds="container"),
    Example("switched on by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}),
    Example("unset, which is off", "fail", _run("--listen-peer-urls=https://10.0.0.1:2380"), binds="container",
            message="--peer-client-cert-auth is not set, which means false"),
)  # fmt: skip


@policy(level="error", kinds=RUNS["etcd"], enabled=False, examples=EXAMPLES)
def control_plane_etcd_peer_client_cert_auth(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every member that asks peers for no certificate."""
    for member in running("etcd", pair.head):
        flag = member["peer-client-cert-auth"]
        if flag.boolean is False and not is_single(member):
            yield Problem(flag.view, f"{member} takes anybody for a member: {flag}", key=member.key)
