"""API server takes passwords from a file of tokens.

The tokens in the file of `--token-auth-file` stand there in clear text, never expire, and can be withdrawn
only by changing the file on every control plane node and starting the API server again.

Fix:
Remove `--token-auth-file` and give users certificates or OpenID Connect, and programs service accounts.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file

Standards: CIS 1.2.2

Peers: checkov:CKV_K8S_70, trivy:KCV-0002, kubescape:C-0114
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("not set", "pass", _run("--secure-port=6443"), binds="container"),
    Example("set", "fail", _run("--token-auth-file=/etc/kubernetes/tokens.csv"), binds="container",
            message="--token-auth-file is /etc/kubernetes/tokens.csv", path="command[1]"),
    Example("set with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration",
            "apiServer": {"extraArgs": [{"name": "token-auth-file", "value": "/tokens.csv"}]}},
            path="apiServer.extraArgs[token-auth-file].value"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_token_auth_file(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server with a file of tokens."""
    for server in running("kube-apiserver", pair.head):
        flag = server["token-auth-file"]
        if flag.value:
            yield Problem(flag.view, f"{server} takes tokens from a file: {flag}", key=server.key)
