"""Kubelet allows every request.

With the mode `AlwaysAllow` everybody who can log in to the kubelet may do everything there, such as run
commands in any pod of the node. `Webhook` asks the API server. In a KubeletConfiguration unset is
`Webhook`; with flags alone (`--authorization-mode`) it is `AlwaysAllow`.

Fix:
Set `authorization.mode: Webhook` in the KubeletConfiguration, and no `--authorization-mode`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/

Standards: CIS 4.2.2

Peers: checkov:CKV_K8S_139, trivy:KCV-0080, kubescape:C-0173
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
    Example("unset in the document, which asks", "pass",
            _document(authentication={"webhook": {"enabled": True}})),
    Example("asked", "pass", _document(authorization={"mode": "Webhook"})),
    Example("allowed", "fail", _document(authorization={"mode": "AlwaysAllow"}), path="authorization.mode",
            message="authorization.mode is AlwaysAllow"),
    Example("unset without a document", "fail", _run("--kubeconfig=/etc/kubernetes/kubelet.conf"),
            binds="container", message="--authorization-mode is not set, which means AlwaysAllow"),
    Example("asked, by a flag", "pass", _run("--authorization-mode=Webhook"), binds="container"),
)  # fmt: skip


@policy(level="error", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_authorization_mode(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet that authorizes nobody, and so everybody."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["authorization-mode"]
        if flag.value == "AlwaysAllow":
            yield Problem(flag.view, f"{kubelet} allows every request: {flag}", key=kubelet.key)
