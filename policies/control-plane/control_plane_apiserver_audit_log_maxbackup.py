"""Fewer than 10 files of the audit log are kept.

`--audit-log-maxbackup` removes the oldest file of the audit log when there are more than this many.
Somebody who floods the API with requests pushes the traces out all the faster. Unset is 100 since
Kubernetes 1.36; before, and with 0, all files are kept.

Fix:
Set `--audit-log-maxbackup=10` or more.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#log-backend

Standards: CIS 1.2.18

Peers: checkov:CKV_K8S_93, trivy:KCV-0021, kubescape:C-0132
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """How many files of the audit log are kept at least."""

    least: int = 10


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("enough", "pass", _run("--audit-log-path=/var/log/audit.log", "--audit-log-maxbackup=10"),
            binds="container"),
    Example("unset", "pass", _run("--audit-log-path=/var/log/audit.log"), binds="container"),
    Example("no limit", "pass", _run("--audit-log-path=/var/log/audit.log", "--audit-log-maxbackup=0"),
            binds="container"),
    Example("on the standard output", "pass", _run("--audit-log-path=-", "--audit-log-maxbackup=1"),
            binds="container"),
    Example("too little", "fail", _run("--audit-log-path=/var/log/audit.log", "--audit-log-maxbackup=5"),
            binds="container", path="command[2]", message="--audit-log-maxbackup is 5"),
    Example("less than settings ask for", "fail", _run("--audit-log-path=/var/log/audit.log",
            "--audit-log-maxbackup=10"), binds="container", params={"least": 20}, message="and not 20"),
)  # fmt: skip


@policy(
    level="warning", kinds=RUNS["kube-apiserver"], params=Params, enabled=False, examples=EXAMPLES
)
def control_plane_apiserver_audit_log_maxbackup(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every API server whose log is shorter."""
    for server in running("kube-apiserver", pair.head):
        if server["audit-log-path"].value in {"", "-"}:
            continue
        flag = server["audit-log-maxbackup"]
        if flag.number is not None and 0 < flag.number < params.least:
            what = f"keeps {flag.value} files of its audit log, and not {params.least}"
            yield Problem(flag.view, f"{server} {what}: {flag}", key=server.key)
