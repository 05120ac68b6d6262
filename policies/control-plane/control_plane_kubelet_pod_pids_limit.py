"""Pods may start any number of processes.

Where `podPidsLimit` is not set, one pod can use up all process numbers of its node: then nothing there can
start a process any more, neither the kubelet nor anybody who logs in to help.

Fix:
Set `podPidsLimit`, such as to 4096; with flags alone `--pod-max-pids`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/concepts/policy/pid-limiting/

Standards: CIS 4.2.13

Peers: kubescape:C-0284
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kubelet", "command": ["kubelet", *flags]}


def _document(**fields: object) -> dict[str, object]:
    return {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **fields}


EXAMPLES = (
    Example("limited", "pass", _document(podPidsLimit=4096)),
    Example("unset, which is no limit", "fail", _document(cgroupDriver="systemd"), path="podPidsLimit",
            message="podPidsLimit is not set, which means -1"),
    Example("no limit", "fail", _document(podPidsLimit=-1), path="podPidsLimit"),
    Example("no limit by a flag", "fail", _run("--pod-max-pids", "-1"), binds="container", path="command[2]"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_pod_pids_limit(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet without a limit."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["pod-max-pids"]
        if flag.number is not None and flag.number <= 0:
            yield Problem(
                flag.view,
                f"{kubelet} lets pods start any number of processes: {flag}",
                key=kubelet.key,
            )
