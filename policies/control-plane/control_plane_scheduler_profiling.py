"""Scheduler serves profiling data.

Profiling is on unless it is switched off, and serves `/debug/pprof`. Profiles show how the program works
inside and cost processor time to make. With `--config` the flag does not count: the file's
`enableProfiling` does.

Fix:
Set `--profiling=false`, with kubeadm under `scheduler.extraArgs`; or `enableProfiling: false` in the
KubeSchedulerConfiguration.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/
https://kubernetes.io/docs/reference/config-api/kube-scheduler-config.v1/

Standards: CIS 1.4.1

Peers: checkov:CKV_K8S_114, trivy:KCV-0040, kubescape:C-0151
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-scheduler", "command": ["kube-scheduler", *flags]}


def _document(**fields: object) -> dict[str, object]:
    return {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        **fields,
    }


EXAMPLES = (
    Example("switched off", "pass", _run("--profiling=false"), binds="container"),
    Example("in a file that cannot be seen", "pass", _run("--config=/etc/kubernetes/scheduler.yaml"),
            binds="container"),
    Example("unset, which is on", "fail", _run("--leader-elect=true"), binds="container",
            message="kube-scheduler serves profiling data: --profiling is not set, which means true"),
    Example("switched off in the document", "pass", _document(enableProfiling=False)),
    Example("unset in the document", "fail", _document(profiles=[]), path="enableProfiling"),
    Example("unset with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}, path="scheduler.extraArgs"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-scheduler"], enabled=False, examples=EXAMPLES)
def control_plane_scheduler_profiling(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every scheduler with profiling on."""
    for scheduler in running("kube-scheduler", pair.head):
        flag = scheduler["profiling"]
        if flag.boolean:
            yield Problem(
                flag.view, f"{scheduler} serves profiling data: {flag}", key=scheduler.key
            )
