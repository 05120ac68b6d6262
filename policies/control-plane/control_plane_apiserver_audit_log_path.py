"""API server keeps no audit log.

Without an audit log nobody can find out later who read a Secret or deleted a namespace. The log needs two
things: a place (`--audit-log-path`, or a webhook) and rules (`--audit-policy-file`). With a place and no
rules nothing is written.

Fix:
Set `--audit-log-path=/var/log/kubernetes/audit.log` and `--audit-policy-file`, and mount both; `-` as the
path is the standard output.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/

Standards: CIS 1.2.16; CIS 3.2.1; NSA

Peers: checkov:CKV_K8S_91, trivy:KCV-0019, kubescape:C-0130, kubescape:C-0067, kubescape:C-0160
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("a file and rules", "pass", _run("--audit-log-path=/var/log/audit.log",
            "--audit-policy-file=/etc/kubernetes/audit.yaml"), binds="container"),
    Example("a webhook and rules", "pass", _run("--audit-webhook-config-file=/etc/kubernetes/hook.yaml",
            "--audit-policy-file=/etc/kubernetes/audit.yaml"), binds="container"),
    Example("not set", "fail", _run("--secure-port=6443"), binds="container",
            message="kube-apiserver keeps no audit log: --audit-log-path is not set"),
    Example("no rules", "fail", _run("--audit-log-path=/var/log/audit.log"), binds="container",
            message="kube-apiserver records nothing in its audit log: --audit-policy-file is not set"),
    Example("not set with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}, path="apiServer.extraArgs"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_audit_log_path(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server that records nobody's requests."""
    for server in running("kube-apiserver", pair.head):
        path, webhook, rules = (
            server[name]
            for name in ("audit-log-path", "audit-webhook-config-file", "audit-policy-file")
        )
        if path.empty and webhook.empty:
            yield Problem(path.view, f"{server} keeps no audit log: {path}", key=server.key)
        elif rules.empty:
            yield Problem(
                rules.view, f"{server} records nothing in its audit log: {rules}", key=server.key
            )
