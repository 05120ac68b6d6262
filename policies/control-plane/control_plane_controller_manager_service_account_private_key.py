"""Controller manager has no key to sign service account tokens.

`--service-account-private-key-file` holds the key that tokens in Secrets are signed with. Without it the
controller for tokens does not run, and such Secrets stay empty; a key that is set apart from certificates
can be replaced alone.

Fix:
Set `--service-account-private-key-file`, such as to `/etc/kubernetes/pki/sa.key`. kubeadm does. Clusters
whose tokens an external signer makes need none: leave the policy off there.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/

Standards: CIS 1.3.4

Peers: checkov:CKV_K8S_110, trivy:KCV-0036, kubescape:C-0147
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-controller-manager", "command": ["kube-controller-manager", *flags]}


EXAMPLES = (
    Example("set", "pass", _run("--service-account-private-key-file=/etc/kubernetes/pki/sa.key"),
            binds="container"),
    Example("set by kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration"}),
    Example("not set", "fail", _run("--leader-elect=true"), binds="container",
            message="--service-account-private-key-file is not set"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-controller-manager"], enabled=False, examples=EXAMPLES)
def control_plane_controller_manager_service_account_private_key(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every controller manager without that key."""
    for manager in running("kube-controller-manager", pair.head):
        flag = manager["service-account-private-key-file"]
        if flag.empty:
            yield Problem(
                flag.view,
                f"{manager} has no key to sign service account tokens: {flag}",
                key=manager.key,
            )
