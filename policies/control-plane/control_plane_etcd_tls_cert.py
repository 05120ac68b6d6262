"""Clients reach etcd without TLS.

etcd holds every Secret of the cluster. Without `--cert-file` and `--key-file`, or with a URL that begins
with `http://`, all of them cross the network in clear text. Flags, and the variables that stand for them
(`ETCD_CERT_FILE`), both count.

Fix:
Set `--cert-file` and `--key-file`, and begin `--listen-client-urls` with `https://`. kubeadm does.

References:
https://etcd.io/docs/latest/op-guide/security/
https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters

Standards: CIS 2.1

Peers: checkov:CKV_K8S_116, trivy:KCV-0042, kubescape:C-0153
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, lacks_tls, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "etcd", "command": ["etcd", *flags]}


EXAMPLES = (
    Example("both set", "pass", _run("--cert-file=/pki/server.crt", "--key-file=/pki/server.key",
            "--listen-client-urls=https://10.0.0.1:2379"), binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("neither", "fail", _run("--listen-client-urls=http://10.0.0.1:2379"), binds="container",
            message="--cert-file is not set and --key-file is not set"),
    Example("set, and not used", "fail", _run("--cert-file=/pki/server.crt", "--key-file=/pki/server.key",
            "--listen-client-urls=http://10.0.0.1:2379"), binds="container", path="command[3]",
            message="without TLS at http://10.0.0.1:2379"),
    Example("set by variables", "pass", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "etcd"},
            "spec": {"containers": [{"name": "etcd", "image": "quay.io/coreos/etcd:v3.6.0", "command": ["etcd"],
            "env": [{"name": "ETCD_CERT_FILE", "value": "/pki/server.crt"}, {"name": "ETCD_KEY_FILE",
            "value": "/pki/server.key"}]}]}}),
    Example("in a file that cannot be seen", "pass", _run("--config-file=/etc/etcd.yaml"), binds="container"),
)  # fmt: skip


@policy(level="error", kinds=RUNS["etcd"], enabled=False, examples=EXAMPLES)
def control_plane_etcd_tls_cert(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every member that talks to clients in clear text."""
    for member in running("etcd", pair.head):
        lack = lacks_tls(member, "client")
        if lack is not None:
            words = f"{member} serves clients without TLS{lack.text}"
            yield Problem(lack.view, words, key=member.key)
