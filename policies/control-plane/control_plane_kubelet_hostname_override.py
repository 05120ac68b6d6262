"""Kubelet gives its node another name.

The name of a node stands in its certificate and in what the node may read. With `--hostname-override` it is
no longer the name of the machine: certificates stop to fit, and logs of the machine and of the cluster are
hard to bring together. Some cloud providers need it; leave the policy off there.

Fix:
Remove `--hostname-override`, and name the machine itself as the node is to be called.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/

Standards: CIS 4.2.7

Peers: checkov:CKV_K8S_146, trivy:KCV-0086, kubescape:C-0179
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
    Example("not set", "pass", _run("--config=/var/lib/kubelet/config.yaml"), binds="container"),
    Example("a document, which cannot say it", "pass", _document(cgroupDriver="systemd")),
    Example("set", "fail", _run("--hostname-override=node-1"), binds="container", path="command[1]",
            message="--hostname-override is node-1"),
    Example("set with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "JoinConfiguration",
            "nodeRegistration": {"kubeletExtraArgs": [{"name": "hostname-override", "value": "node-1"}]}},
            path="nodeRegistration.kubeletExtraArgs[hostname-override].value"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_hostname_override(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet that overrides the name of its machine."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["hostname-override"]
        if flag.value:
            yield Problem(
                flag.view, f"{kubelet} gives its node another name: {flag}", key=kubelet.key
            )
