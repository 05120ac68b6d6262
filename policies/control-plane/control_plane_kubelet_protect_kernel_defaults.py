"""Kubelet changes kernel settings of its node.

Unless `protectKernelDefaults` is on, a kubelet that finds other kernel settings than it wants (such as
`vm.overcommit_memory` or `kernel.panic`) changes them, past whoever hardened the node. Switched on, it does
not start instead, and says why.

Fix:
Set the kernel settings that the kubelet wants on the node, then `protectKernelDefaults: true`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/

Standards: CIS (older versions)

Peers: checkov:CKV_K8S_144, trivy:KCV-0083, kubescape:C-0177
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
    Example("switched on", "pass", _document(protectKernelDefaults=True)),
    Example("switched on by a flag", "pass", _run("--protect-kernel-defaults=true"), binds="container"),
    Example("unset, which is off", "fail", _document(cgroupDriver="systemd"), path="protectKernelDefaults",
            message="protectKernelDefaults is not set, which means false"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_protect_kernel_defaults(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet that may change them."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["protect-kernel-defaults"]
        if flag.boolean is False:
            yield Problem(
                flag.view, f"{kubelet} changes kernel settings of its node: {flag}", key=kubelet.key
            )
