"""Certificate authority of etcd is that of the whole cluster.

etcd lets in every client whose certificate its authority has signed. The cluster's authority signs those of
kubelets and users too: each of them could then read etcd past the API server. Compared are the file of
`--trusted-ca-file`, the `--client-ca-file` of API servers in the same folder, and the parameter
`cluster_ca`.

Fix:
Make an authority for etcd alone, such as `/etc/kubernetes/pki/etcd/ca.crt`, and name it in
`--trusted-ca-file`. kubeadm does.

References:
https://etcd.io/docs/latest/op-guide/security/
https://kubernetes.io/docs/setup/best-practices/certificates/

Standards: CIS 2.7

Peers: kubescape:C-0159
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy

BESIDE = """\
apiVersion: v1
kind: Pod
metadata: {name: etcd}
spec:
  containers:
    - name: etcd
      image: quay.io/coreos/etcd:v3.6.0
      command: [etcd, --trusted-ca-file=/ssl/root.pem]  # expect: control-plane-etcd-unique-ca
---
apiVersion: v1
kind: Pod
metadata: {name: api}
spec:
  containers:
    - name: api
      image: registry.k8s.io/kube-apiserver:v1.36.0
      args: [--client-ca-file=/ssl/root.pem]
"""


class Params(NamedTuple):
    """The file of the cluster's own certificate authority."""

    cluster_ca: str = "/etc/kubernetes/pki/ca.crt"


def _run(*flags: str) -> dict[str, object]:
    return {"name": "etcd", "command": ["etcd", *flags]}


EXAMPLES = (
    Example("one of its own", "pass", _run("--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt"),
            binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("none at all", "pass", _run("--data-dir=/var/lib/etcd"), binds="container"),
    Example("that of the cluster", "fail", _run("--trusted-ca-file=/etc/kubernetes/pki/ca.crt"),
            binds="container", path="command[1]", message="--trusted-ca-file is /etc/kubernetes/pki/ca.crt"),
    Example("that of settings", "fail", _run("--trusted-ca-file=/ssl/ca.pem"), binds="container",
            params={"cluster_ca": "/ssl/ca.pem"}),
    Example("that of an API server in the same folder", "fail", text=BESIDE),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["etcd"], params=Params, enabled=False, examples=EXAMPLES)
def control_plane_etcd_unique_ca(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every member that trusts an authority of others."""
    for member in running("etcd", pair.head):
        flag = member["trusted-ca-file"]
        if flag.value and flag.value in {params.cluster_ca, *_of_api_servers(pair)}:
            what = f"{member} trusts the certificate authority of the whole cluster: {flag}"
            yield Problem(flag.view, what, key=member.key)


def _of_api_servers(pair: Pair) -> Iterator[str | None]:
    """The authorities for clients of the API servers in the same folder."""
    for resource in pair.context.head_resources(pair.head.id.scope, "Pod"):
        for server in running("kube-apiserver", resource):
            yield server["client-ca-file"].value or None
