"""Kubelet never ends idle connections.

`--streaming-connection-idle-timeout=0` keeps exec, attach and port forwarding open however long nothing is
said, and each holds memory and a port of the node. In a KubeletConfiguration 0 means unset, which is 4
hours: only the flag can switch it off.

Fix:
Remove `--streaming-connection-idle-timeout`; 4 hours are the default, `5m` is tighter.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/

Standards: CIS 4.2.5

Peers: checkov:CKV_K8S_143, trivy:KCV-0085, kubescape:C-0176
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
    Example("unset, which is 4 hours", "pass", _run("--kubeconfig=/etc/kubernetes/kubelet.conf"),
            binds="container"),
    Example("five minutes", "pass", _run("--streaming-connection-idle-timeout=5m"), binds="container"),
    Example("0 in the document, which is 4 hours", "pass", _document(streamingConnectionIdleTimeout="0s")),
    Example("never", "fail", _run("--streaming-connection-idle-timeout=0"), binds="container", path="command[1]",
            message="--streaming-connection-idle-timeout is 0"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_streaming_idle_timeout(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet without a bound on idle connections."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["streaming-connection-idle-timeout"]
        if flag.seconds == 0:
            yield Problem(
                flag.view, f"{kubelet} never ends idle connections: {flag}", key=kubelet.key
            )
