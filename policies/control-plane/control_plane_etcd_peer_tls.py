"""Members of etcd talk to each other without TLS.

Members of etcd copy everything to each other, every Secret included. Without `--peer-cert-file` and
`--peer-key-file`, or with a URL that begins with `http://`, that crosses the network in clear text. A
single member, which listens for peers on its own node only, is left alone.

Fix:
Set `--peer-cert-file` and `--peer-key-file`, and begin `--listen-peer-urls` with `https://`. kubeadm does.

References:
https://etcd.io/docs/latest/op-guide/security/
https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters

Standards: CIS 2.4

Peers: checkov:CKV_K8S_119, trivy:KCV-0045, kubescape:C-0156
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, is_single, lacks_tls, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "etcd", "command": ["etcd", *flags]}


EXAMPLES = (
    Example("both set", "pass", _run("--peer-cert-file=/pki/server.crt", "--peer-key-file=/pki/server.key",
            "--listen-peer-urls=https://10.0.0.1:2380"), binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("neither", "fail", _run("--listen-peer-urls=http://10.0.0.1:2380"), binds="container",
            message="--peer-cert-file is not set and --peer-key-file is not set"),
    Example("set, and not used", "fail", _run("--peer-cert-file=/pki/server.crt",
            "--peer-key-file=/pki/server.key", "--listen-peer-urls=http://10.0.0.1:2380"), binds="container",
            path="command[3]", message="without TLS at http://10.0.0.1:2380"),
    Example("a single member", "pass", _run("--data-dir=/var/lib/etcd"), binds="container"),
)  # fmt: skip


@policy(level="error", kinds=RUNS["etcd"], enabled=False, examples=EXAMPLES)
def control_plane_etcd_peer_tls(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every member that talks to peers in clear text."""
    for member in running("etcd", pair.head):
        lack = None if is_single(member) else lacks_tls(member, "peer", "peer-")
        if lack is not None:
            words = f"{member} serves peers without TLS{lack.text}"
            yield Problem(lack.view, words, key=member.key)
