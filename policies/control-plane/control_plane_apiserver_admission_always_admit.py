"""API server enables the plugin AlwaysAdmit.

`AlwaysAdmit` does nothing at all: it was made for tests, and is deprecated since Kubernetes 1.13. In the
old flag `--admission-control`, which replaces the list of plugins, it stands where the real ones should be.

Fix:
Remove `AlwaysAdmit` from `--enable-admission-plugins`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#alwaysadmit

Standards: CIS 1.2.10

Peers: checkov:CKV_K8S_79, trivy:KCV-0011, kubescape:C-0122
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("unset", "pass", _run("--secure-port=6443"), binds="container"),
    Example("other plugins", "pass", _run("--enable-admission-plugins=NodeRestriction"), binds="container"),
    Example("switched off", "pass", _run("--disable-admission-plugins=AlwaysAdmit"), binds="container"),
    Example("enabled", "fail", _run("--enable-admission-plugins=NodeRestriction,AlwaysAdmit"), binds="container",
            path="command[1]", message="--enable-admission-plugins is NodeRestriction,AlwaysAdmit"),
    Example("in the old flag", "fail", _run("--admission-control=AlwaysAdmit"), binds="container"),
)  # fmt: skip


@policy(level="error", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_admission_always_admit(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server with the plugin."""
    for server in running("kube-apiserver", pair.head):
        runs, flag = server.admits("AlwaysAdmit")
        if runs is True:
            yield Problem(
                flag.view, f"{server} enables the plugin AlwaysAdmit: {flag}", key=server.key
            )
