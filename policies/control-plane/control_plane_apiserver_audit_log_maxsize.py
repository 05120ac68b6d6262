"""Files of the audit log hold less than 100 MB.

`--audit-log-maxsize` begins a new file of the audit log at this many megabytes. Small files and a bound on
their number make a log that covers minutes. Unset is 100; 0 is 100 before Kubernetes 1.36, and one file
that grows for ever since.

Fix:
Set `--audit-log-maxsize=100` or more.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#log-backend

Standards: CIS 1.2.19

Peers: checkov:CKV_K8S_94, trivy:KCV-0022, kubescape:C-0133
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """How many megabytes a file of the audit log holds at least."""

    least: int = 100


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("enough", "pass", _run("--audit-log-path=/var/log/audit.log", "--audit-log-maxsize=100"),
            binds="container"),
    Example("unset", "pass", _run("--audit-log-path=/var/log/audit.log"), binds="container"),
    Example("no limit", "pass", _run("--audit-log-path=/var/log/audit.log", "--audit-log-maxsize=0"),
            binds="container"),
    Example("on the standard output", "pass", _run("--audit-log-path=-", "--audit-log-maxsize=1"),
            binds="container"),
    Example("too little", "fail", _run("--audit-log-path=/var/log/audit.log", "--audit-log-maxsize=50"),
            binds="container", path="command[2]", message="--audit-log-maxsize is 50"),
    Example("less than settings ask for", "fail", _run("--audit-log-path=/var/log/audit.log",
            "--audit-log-maxsize=100"), binds="container", params={"least": 200}, message="and not 200"),
)  # fmt: skip


@policy(
    level="warning", kinds=RUNS["kube-apiserver"], params=Params, enabled=False, examples=EXAMPLES
)
def control_plane_apiserver_audit_log_maxsize(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every API server whose log is shorter."""
    for server in running("kube-apiserver", pair.head):
        if server["audit-log-path"].value in {"", "-"}:
            continue
        flag = server["audit-log-maxsize"]
        if flag.number is not None and 0 < flag.number < params.least:
            what = (
                f"begins a new file of its audit log after {flag.value} MB, and not {params.least}"
            )
            yield Problem(flag.view, f"{server} {what}: {flag}", key=server.key)
