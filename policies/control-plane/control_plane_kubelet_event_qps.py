"""Kubelet drops events.

Events say why pods did not start, or were killed. The kubelet writes `eventRecordQPS` of them a second (50
where it is not set) and drops the rest. 0 does not mean no limit, as the CIS benchmark has it, but 5, which
is what the client library does without a number.

Fix:
Remove `eventRecordQPS`, or set it to 5 or more; with flags alone `--event-qps`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/

Standards: CIS 4.2.8

Peers: checkov:CKV_K8S_147, trivy:KCV-0087, kubescape:C-0180
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """How many events a second are written at least."""

    least: int = 5


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kubelet", "command": ["kubelet", *flags]}


def _document(**fields: object) -> dict[str, object]:
    return {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **fields}


EXAMPLES = (
    Example("unset, which is 50", "pass", _document(cgroupDriver="systemd")),
    Example("0, which is 5", "pass", _document(eventRecordQPS=0)),
    Example("one a second", "fail", _document(eventRecordQPS=1), path="eventRecordQPS",
            message="eventRecordQPS is 1"),
    Example("by a flag", "fail", _run("--event-qps=2"), binds="container", path="command[1]"),
    Example("less than settings ask for", "fail", _document(eventRecordQPS=5), path="eventRecordQPS",
            params={"least": 10}),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kubelet"], params=Params, enabled=False, examples=EXAMPLES)
def control_plane_kubelet_event_qps(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every kubelet that writes fewer."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["event-qps"]
        if flag.number is not None and (flag.number or 5) < params.least:
            yield Problem(flag.view, f"{kubelet} drops events: {flag}", key=kubelet.key)
