"""API server has no port.

`--secure-port=0` once meant that only the insecure port was served. That port is gone since Kubernetes
1.24, and an API server without a secure port refuses to start.

Fix:
Remove `--secure-port`, which is then 6443, or name a port.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/

Standards: CIS (older versions)

Peers: checkov:CKV_K8S_89, trivy:KCV-0017, kubescape:C-0128
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("unset, which is 6443", "pass", _run("--profiling=false"), binds="container"),
    Example("set", "pass", _run("--secure-port=443"), binds="container"),
    Example("none", "fail", _run("--secure-port=0"), binds="container", path="command[1]",
            message="kube-apiserver has no port: --secure-port is 0"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_secure_port(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server whose port is 0."""
    for server in running("kube-apiserver", pair.head):
        flag = server["secure-port"]
        if flag.number == 0:
            yield Problem(flag.view, f"{server} has no port: {flag}", key=server.key)
