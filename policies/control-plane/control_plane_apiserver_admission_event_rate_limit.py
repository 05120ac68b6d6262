"""API server takes any number of events.

A broken controller, or somebody who means harm, can write events faster than etcd can store them. The
admission plugin `EventRateLimit` bounds them by namespace, user or server. It is alpha, and needs a
configuration file.

Fix:
Add `EventRateLimit` to `--enable-admission-plugins`, and its limits to the file of
`--admission-control-config-file`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#eventratelimit

Standards: CIS 1.2.9

Peers: checkov:CKV_K8S_78, trivy:KCV-0010, kubescape:C-0121
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("limited", "pass", _run("--enable-admission-plugins=NodeRestriction,EventRateLimit"),
            binds="container"),
    Example("unset", "fail", _run("--secure-port=6443"), binds="container",
            message="kube-apiserver takes any number of events"),
    Example("other plugins", "fail", _run("--enable-admission-plugins=NodeRestriction"), binds="container",
            path="command[1]"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_admission_event_rate_limit(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every API server without the plugin."""
    for server in running("kube-apiserver", pair.head):
        runs, flag = server.admits("EventRateLimit")
        if runs is False:
            yield Problem(flag.view, f"{server} takes any number of events: {flag}", key=server.key)
