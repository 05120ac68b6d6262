"""API server lets objects into namespaces that are going away.

The admission plugin `NamespaceLifecycle` is on by default. It refuses objects in namespaces that do not
exist or are being deleted, and keeps `default`, `kube-system` and `kube-public` from deletion. Switched
off, deleted namespaces leave objects behind.

Fix:
Remove `NamespaceLifecycle` from `--disable-admission-plugins`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle

Standards: CIS 1.2.13

Peers: checkov:CKV_K8S_83, trivy:KCV-0015, kubescape:C-0126
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("unset, which is on", "pass", _run("--secure-port=6443"), binds="container"),
    Example("switched off", "fail", _run("--disable-admission-plugins=NamespaceLifecycle"), binds="container",
            path="command[1]", message="--disable-admission-plugins is NamespaceLifecycle"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_admission_namespace_lifecycle(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every API server without the plugin."""
    for server in running("kube-apiserver", pair.head):
        runs, flag = server.admits("NamespaceLifecycle")
        if runs is False:
            yield Problem(
                flag.view,
                f"{server} lets objects into namespaces that are going away: {flag}",
                key=server.key,
            )
