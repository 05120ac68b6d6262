"""API server admits Services with external IPs.

Whoever may write a Service can name any address in `externalIPs` and so get the traffic of other pods to
that address (CVE-2020-8554). The admission plugin `DenyServiceExternalIPs` refuses new ones.

Fix:
Add `DenyServiceExternalIPs` to `--enable-admission-plugins`; with kubeadm keep `NodeRestriction` in the
list, which `extraArgs` replaces.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#denyserviceexternalips

Standards: CIS 1.2.3

Peers: trivy:KCV-0003, kubescape:C-0115, kubescape:C-0283
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("refused", "pass", _run("--enable-admission-plugins=NodeRestriction,DenyServiceExternalIPs"),
            binds="container"),
    Example("unset", "fail", _run("--secure-port=6443"), binds="container",
            message="--enable-admission-plugins is not set"),
    Example("other plugins", "fail", _run("--enable-admission-plugins=NodeRestriction"), binds="container",
            path="command[1]"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_deny_service_external_ips(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every API server without the plugin."""
    for server in running("kube-apiserver", pair.head):
        runs, flag = server.admits("DenyServiceExternalIPs")
        if runs is False:
            yield Problem(
                flag.view, f"{server} admits Services with external IPs: {flag}", key=server.key
            )
