"""Controller manager can be reached from other machines.

Metrics, profiles and health of the controller manager are for its own node: with `--bind-address=0.0.0.0`,
which is the default, whoever reaches the node's network can try its port. Prometheus outside of the node
cannot scrape it then; a proxy on the node can hand the metrics on.

Fix:
Set `--bind-address=127.0.0.1`. kubeadm does.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/

Standards: CIS 1.3.7

Peers: checkov:CKV_K8S_113, trivy:KCV-0039, kubescape:C-0150
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, is_local, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-controller-manager", "command": ["kube-controller-manager", *flags]}


EXAMPLES = (
    Example("its own node", "pass", _run("--bind-address=127.0.0.1"), binds="container"),
    Example("its own node, by IPv6", "pass", _run("--bind-address=::1"), binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("unset, which is everywhere", "fail", _run("--leader-elect=true"), binds="container",
            message="--bind-address is not set, which means 0.0.0.0"),
    Example("the network with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration", "controllerManager": {"extraArgs": [{"name": "bind-address",
            "value": "10.0.0.1"}]}}, path="controllerManager.extraArgs[bind-address].value"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-controller-manager"], enabled=False, examples=EXAMPLES)
def control_plane_controller_manager_bind_address(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every controller manager that does not listen on its own node alone."""
    for manager in running("kube-controller-manager", pair.head):
        flag = manager["bind-address"]
        if flag.value is not None and not is_local(flag.value):
            yield Problem(
                flag.view, f"{manager} can be reached from other machines: {flag}", key=manager.key
            )
