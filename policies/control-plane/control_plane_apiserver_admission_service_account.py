"""API server does not give pods their service account.

The admission plugin `ServiceAccount` is on by default. It gives pods the service account `default` where
they name none, mounts its token, and refuses pods that name one that does not exist. Switched off, programs
in pods cannot log in.

Fix:
Remove `ServiceAccount` from `--disable-admission-plugins`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#serviceaccount

Standards: CIS 1.2.12

Peers: checkov:CKV_K8S_82, trivy:KCV-0014, kubescape:C-0125
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("unset, which is on", "pass", _run("--secure-port=6443"), binds="container"),
    Example("others switched off", "pass", _run("--disable-admission-plugins=DefaultStorageClass"),
            binds="container"),
    Example("switched off", "fail", _run("--disable-admission-plugins=DefaultStorageClass,ServiceAccount"),
            binds="container", path="command[1]",
            message="--disable-admission-plugins is DefaultStorageClass,ServiceAccount"),
    Example("switched off with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration", "apiServer": {"extraArgs": [{"name": "disable-admission-plugins",
            "value": "ServiceAccount"}]}}),
    Example("not in the old flag", "fail", _run("--admission-control=NamespaceLifecycle"), binds="container"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_admission_service_account(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every API server without the plugin."""
    for server in running("kube-apiserver", pair.head):
        runs, flag = server.admits("ServiceAccount")
        if runs is False:
            yield Problem(
                flag.view,
                f"{server} does not give pods their service account: {flag}",
                key=server.key,
            )
