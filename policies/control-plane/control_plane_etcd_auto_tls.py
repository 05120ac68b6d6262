"""Server certificate of etcd is signed by itself.

With `--auto-tls` etcd makes a certificate for itself. Clients have no authority to check it by, so what is
sent is encrypted, and possibly to somebody else.

Fix:
Remove `--auto-tls`; set `--cert-file` and `--key-file` to a certificate of etcd's authority.

References:
https://etcd.io/docs/latest/op-guide/security/
https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#securing-etcd-clusters

Standards: CIS 2.3

Peers: checkov:CKV_K8S_118, trivy:KCV-0044, kubescape:C-0155
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "etcd", "command": ["etcd", *flags]}


EXAMPLES = (
    Example("unset, which is off", "pass", _run("--data-dir=/var/lib/etcd"), binds="container"),
    Example("switched off", "pass", _run("--auto-tls=false"), binds="container"),
    Example("switched on", "fail", _run("--auto-tls"), binds="container", path="command[1]",
            message="--auto-tls is true"),
    Example("switched on by a variable", "fail", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "etcd"},
            "spec": {"containers": [{"name": "etcd", "image": "quay.io/coreos/etcd:v3.6.0", "command": ["etcd"],
            "env": [{"name": "ETCD_AUTO_TLS", "value": "true"}]}]}}, path="value"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["etcd"], enabled=False, examples=EXAMPLES)
def control_plane_etcd_auto_tls(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every member with certificates of its own."""
    for member in running("etcd", pair.head):
        flag = member["auto-tls"]
        if flag.boolean:
            yield Problem(
                flag.view,
                f"{member} signs its own certificates for clients: {flag}",
                key=member.key,
            )
