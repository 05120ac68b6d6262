"""Audit log is kept for less than 30 days.

Break-ins are often found weeks later. `--audit-log-maxage` removes files of the audit log that are older
than this many days. Unset is 366 since Kubernetes 1.36; before, and with 0, files are never removed because
of their age.

Fix:
Set `--audit-log-maxage=30` or more.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#log-backend

Standards: CIS 1.2.17

Peers: checkov:CKV_K8S_92, trivy:KCV-0020, kubescape:C-0131
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """How many days of the audit log are kept at least."""

    least: int = 30


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("enough", "pass", _run("--audit-log-path=/var/log/audit.log", "--audit-log-maxage=30"),
            binds="container"),
    Example("unset", "pass", _run("--audit-log-path=/var/log/audit.log"), binds="container"),
    Example("no limit", "pass", _run("--audit-log-path=/var/log/audit.log", "--audit-log-maxage=0"),
            binds="container"),
    Example("on the standard output", "pass", _run("--audit-log-path=-", "--audit-log-maxage=1"),
            binds="container"),
    Example("too little", "fail", _run("--audit-log-path=/var/log/audit.log", "--audit-log-maxage=15"),
            binds="container", path="command[2]", message="--audit-log-maxage is 15"),
    Example("less than settings ask for", "fail", _run("--audit-log-path=/var/log/audit.log",
            "--audit-log-maxage=30"), binds="container", params={"least": 60}, message="and not 60"),
)  # fmt: skip


@policy(
    level="warning", kinds=RUNS["kube-apiserver"], params=Params, enabled=False, examples=EXAMPLES
)
def control_plane_apiserver_audit_log_maxage(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every API server whose log is shorter."""
    for server in running("kube-apiserver", pair.head):
        if server["audit-log-path"].value in {"", "-"}:
            continue
        flag = server["audit-log-maxage"]
        if flag.number is not None and 0 < flag.number < params.least:
            what = f"keeps its audit log for {flag.value} days, and not {params.least}"
            yield Problem(flag.view, f"{server} {what}: {flag}", key=server.key)
