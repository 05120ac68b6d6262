"""API server does not use RBAC.

Without the authorizer `RBAC` the Roles and bindings in the cluster decide nothing. What is left (ABAC, a
webhook, or everything for everybody) does not stand in manifests and cannot be reviewed there.

Fix:
Name `RBAC` in `--authorization-mode`, or in the AuthorizationConfiguration: `Node,RBAC`. kubeadm does.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/rbac/
https://kubernetes.io/docs/reference/access-authn-authz/authorization/

Standards: CIS 1.2.8

Peers: checkov:CKV_K8S_77, trivy:KCV-0009, kubescape:C-0120, kubescape:C-0088
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
    Example("in a file", "pass", {"apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "AuthorizationConfiguration", "authorizers": [{"type": "Node", "name": "node"},
            {"type": "RBAC", "name": "rbac"}]}),
    Example("in a file that cannot be seen", "pass", _run("--authorization-config=/authz.yaml"),
            binds="container"),
    Example("another one", "fail", _run("--authorization-mode=Node,ABAC"), binds="container",
            message="kube-apiserver does not use RBAC: --authorization-mode is Node,ABAC", path="command[1]"),
    Example("not in a file", "fail", {"apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "AuthorizationConfiguration", "authorizers": [{"type": "Webhook", "name": "opa"}]},
            path="authorizers"),
)  # fmt: skip


@policy(
    level="error", kinds=[*RUNS["kube-apiserver"], AUTHORIZATION], enabled=False, examples=EXAMPLES
)
def control_plane_apiserver_authorization_mode_rbac(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server whose roles decide nothing."""
    for server in running("kube-apiserver", pair.head):
        flag = server["authorization-mode"]
        if flag.value is not None and "RBAC" not in flag.items:
            yield Problem(flag.view, f"{server} does not use RBAC: {flag}", key=server.key)
