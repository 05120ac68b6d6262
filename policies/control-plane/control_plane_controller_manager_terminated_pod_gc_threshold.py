"""Finished pods pile up.

`--terminated-pod-gc-threshold` (12500 where it is not set) is how many finished pods may be there before
the oldest are removed. At 0 or below none ever are, and etcd and every list of pods grow until the API
server runs out of memory.

Fix:
Remove `--terminated-pod-gc-threshold`, or set it to what your cluster needs; the parameter `most` holds it
to less than the default.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-garbage-collection

Standards: CIS 1.3.1

Peers: checkov:CKV_K8S_106, trivy:KCV-0033, kubescape:C-0144
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """How many finished pods may be left at most."""

    most: int = 12500


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-controller-manager", "command": ["kube-controller-manager", *flags]}


EXAMPLES = (
    Example("unset, which is 12500", "pass", _run("--profiling=false"), binds="container"),
    Example("fewer", "pass", _run("--terminated-pod-gc-threshold=1000"), binds="container"),
    Example("never removed", "fail", _run("--terminated-pod-gc-threshold=0"), binds="container",
            path="command[1]", message="--terminated-pod-gc-threshold is 0"),
    Example("more than settings allow", "fail", _run("--profiling=false"), binds="container",
            params={"most": 1000}, message="is not set, which means 12500"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=RUNS["kube-controller-manager"],
    params=Params,
    enabled=False,
    examples=EXAMPLES,
)
def control_plane_controller_manager_terminated_pod_gc_threshold(
    pair: Pair, params: Params
) -> Iterator[Problem]:
    """Yield every controller manager that removes them too late or never."""
    for manager in running("kube-controller-manager", pair.head):
        flag = manager["terminated-pod-gc-threshold"]
        if flag.number is not None and not 0 < flag.number <= params.most:
            yield Problem(
                flag.view, f"{manager} lets finished pods pile up: {flag}", key=manager.key
            )
