"""API server does not hold kubelets to their own node.

The authorizer `Node` lets a kubelet read only the Secrets, ConfigMaps and volumes of the pods on its own
node. Without it kubelets need a role, which holds for all nodes: who breaks into one node reads every
Secret of the cluster.

Fix:
Put `Node` first in `--authorization-mode`, or into the AuthorizationConfiguration: `Node,RBAC`. kubeadm
does.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/node/
https://kubernetes.io/docs/reference/access-authn-authz/authorization/

Standards: CIS 1.2.7

Peers: checkov:CKV_K8S_75, trivy:KCV-0008, kubescape:C-0119
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import AUTHORIZATION, RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("both", "pass", _run("--authorization-mode=Node,RBAC"), binds="container"),
    Example("both, one by one", "pass", _run("--authorization-mode=Node", "--authorization-mode=RBAC"),
            binds="container"),
    Example("both in a file", "pass", {"apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "AuthorizationConfiguration", "authorizers": [{"type": "Node", "name": "node"},
            {"type": "RBAC", "name": "rbac"}]}),
    Example("roles alone", "fail", _run("--authorization-mode=RBAC"), binds="container",
            message="--authorization-mode is RBAC", path="command[1]"),
    Example("unset", "fail", _run("--secure-port=6443"), binds="container"),
    Example("neither in a file", "fail", {"apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "AuthorizationConfiguration", "authorizers": [{"type": "Webhook", "name": "opa"}]},
            message="authorizers is Webhook", path="authorizers"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=[*RUNS["kube-apiserver"], AUTHORIZATION],
    enabled=False,
    examples=EXAMPLES,
)
def control_plane_apiserver_authorization_mode_node(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server without the authorizer for nodes."""
    for server in running("kube-apiserver", pair.head):
        flag = server["authorization-mode"]
        if flag.value is not None and "Node" not in flag.items:
            yield Problem(
                flag.view,
                f"{server} does not hold kubelets to their own node: {flag}",
                key=server.key,
            )
