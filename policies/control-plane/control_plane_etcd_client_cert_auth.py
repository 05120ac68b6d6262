"""Everybody who reaches etcd can read and write it.

Unless `--client-cert-auth` is on, whoever reaches the port of etcd can read and write everything in it,
past the API server and its rules. It is off by default.

Fix:
Set `--client-cert-auth=true` and `--trusted-ca-file`. kubeadm does.

References:
https://etcd.io/docs/latest/op-guide/security/
https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters

Standards: CIS 2.2

Peers: checkov:CKV_K8S_117, trivy:KCV-0043, kubescape:C-0154
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "etcd", "command": ["etcd", *flags]}


EXAMPLES = (
    Example("switched on", "pass", _run("--client-cert-auth"), binds="container"),
    Example("switched on by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}),
    Example("unset, which is off", "fail", _run("--data-dir=/var/lib/etcd"), binds="container",
            message="--client-cert-auth is not set, which means false"),
    Example("switched off with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration", "etcd": {"local": {"dataDir": "/var/lib/etcd",
            "extraArgs": [{"name": "client-cert-auth", "value": "false"}]}}},
            path="etcd.local.extraArgs[client-cert-auth].value"),
)  # fmt: skip


@policy(level="error", kinds=RUNS["etcd"], enabled=False, examples=EXAMPLES)
def control_plane_etcd_client_cert_auth(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every member that asks clients for no certificate."""
    for member in running("etcd", pair.head):
        flag = member["client-cert-auth"]
        if flag.boolean is False:
            yield Problem(
                flag.view, f"{member} serves clients that nobody knows: {flag}", key=member.key
            )
