"""API server has no key of its own for service account tokens.

`--service-account-key-file` holds the public key that tokens are checked with. Where it is not set, old
versions take the key of the server's certificate, so that neither can be replaced alone; new ones do not
start. An external signer (`--service-account-signing-endpoint`) has keys of its own.

Fix:
Set `--service-account-key-file`, such as to `/etc/kubernetes/pki/sa.pub`. kubeadm does.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/

Standards: CIS 1.2.22

Peers: checkov:CKV_K8S_97, trivy:KCV-0025, kubescape:C-0136
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("set", "pass", _run("--service-account-key-file=/etc/kubernetes/pki/sa.pub"), binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("an external signer", "pass", _run("--service-account-signing-endpoint=/run/signer.sock"),
            binds="container"),
    Example("not set", "fail", _run("--secure-port=6443"), binds="container",
            message="--service-account-key-file is not set"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_service_account_key_file(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server without that key."""
    for server in running("kube-apiserver", pair.head):
        flag = server["service-account-key-file"]
        if flag.empty and not server.gives("service-account-signing-endpoint"):
            yield Problem(
                flag.view,
                f"{server} has no key of its own for service account tokens: {flag}",
                key=server.key,
            )
