"""Controller manager serves profiling data.

`--profiling` is on unless it is switched off, and serves `/debug/pprof`. Profiles show how the program
works inside and cost processor time to make; nobody needs them outside of a debugging session.

Fix:
Set `--profiling=false`; with kubeadm under `controllerManager.extraArgs`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/

Standards: CIS 1.3.2

Peers: checkov:CKV_K8S_107, trivy:KCV-0034, kubescape:C-0145
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-controller-manager", "command": ["kube-controller-manager", *flags]}


EXAMPLES = (
    Example("switched off", "pass", _run("--profiling=false"), binds="container"),
    Example("unset, which is on", "fail", _run("--leader-elect=true"), binds="container",
            message="--profiling is not set, which means true"),
    Example("switched off with kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration", "controllerManager": {"extraArgs": [{"name": "profiling",
            "value": "false"}]}}),
    Example("unset with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}, path="controllerManager.extraArgs"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-controller-manager"], enabled=False, examples=EXAMPLES)
def control_plane_controller_manager_profiling(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every controller manager with profiling on."""
    for manager in running("kube-controller-manager", pair.head):
        flag = manager["profiling"]
        if flag.boolean:
            yield Problem(flag.view, f"{manager} serves profiling data: {flag}", key=manager.key)
