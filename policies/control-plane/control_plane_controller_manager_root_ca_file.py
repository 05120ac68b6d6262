"""Pods do not get the certificate of the API server's authority.

The controller manager puts the file of `--root-ca-file` beside every service account token. Without it,
programs in pods cannot check that they talk to the API server, and either fail or stop checking.

Fix:
Set `--root-ca-file`, such as to `/etc/kubernetes/pki/ca.crt`. kubeadm does.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/

Standards: CIS 1.3.5

Peers: checkov:CKV_K8S_111, trivy:KCV-0037, kubescape:C-0148
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-controller-manager", "command": ["kube-controller-manager", *flags]}


EXAMPLES = (
    Example("set", "pass", _run("--root-ca-file=/etc/kubernetes/pki/ca.crt"), binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("not set", "fail", _run("--leader-elect=true"), binds="container",
            message="--root-ca-file is not set"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-controller-manager"], enabled=False, examples=EXAMPLES)
def control_plane_controller_manager_root_ca_file(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every controller manager without that file."""
    for manager in running("kube-controller-manager", pair.head):
        flag = manager["root-ca-file"]
        if flag.empty:
            yield Problem(
                flag.view,
                f"{manager} does not hand the certificate authority to pods: {flag}",
                key=manager.key,
            )
