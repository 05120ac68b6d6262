"""Controller manager switches renewal of kubelet certificates off.

The feature gate `RotateKubeletServerCertificate` (on by default) lets kubelets ask for new serving
certificates. Today only the kubelet reads it; the benchmark asks for it here too, so that no component is
told otherwise.

Fix:
Remove `RotateKubeletServerCertificate=false` from `--feature-gates`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/

Standards: CIS 1.3.6

Peers: checkov:CKV_K8S_112, trivy:KCV-0038, kubescape:C-0149
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-controller-manager", "command": ["kube-controller-manager", *flags]}


EXAMPLES = (
    Example("unset, which is on", "pass", _run("--leader-elect=true"), binds="container"),
    Example("switched on", "pass", _run("--feature-gates=RotateKubeletServerCertificate=true"),
            binds="container"),
    Example("switched off", "fail", _run("--feature-gates=A=true,RotateKubeletServerCertificate=false"),
            binds="container", path="command[1]",
            message="kube-controller-manager switches RotateKubeletServerCertificate off"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-controller-manager"], enabled=False, examples=EXAMPLES)
def control_plane_controller_manager_rotate_kubelet_server_certificate(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every controller manager with the gate off."""
    for manager in running("kube-controller-manager", pair.head):
        flag = manager["feature-gates"]
        if "RotateKubeletServerCertificate=false" in flag.items:
            yield Problem(
                flag.view, f"{manager} switches RotateKubeletServerCertificate off", key=manager.key
            )
