"""Kubelet answers requests without credentials.

Whoever reaches port 10250 of a kubelet that lets anonymous requests in reads logs and runs commands in
every pod of the node, unless authorization stops it. In a KubeletConfiguration anonymous requests are off
unless they are switched on; with flags alone (`--anonymous-auth`) they are on unless they are switched off.

Fix:
Set `authentication.anonymous.enabled: false` in the KubeletConfiguration, and no `--anonymous-auth`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/

Standards: CIS 4.2.1; NSA

Peers: checkov:CKV_K8S_138, trivy:KCV-0079, kubescape:C-0172, kubescape:C-0069
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
    Example("unset in the document, which is off", "pass",
            _document(authentication={"webhook": {"enabled": True}})),
    Example("switched off", "pass", _document(authentication={"anonymous": {"enabled": False}})),
    Example("in a file that cannot be seen", "pass", _run("--config=/var/lib/kubelet/config.yaml"),
            binds="container"),
    Example("switched on", "fail", _document(authentication={"anonymous": {"enabled": True}}),
            path="authentication.anonymous.enabled", message="authentication.anonymous.enabled is true"),
    Example("unset without a document, which is on", "fail", _run("--kubeconfig=/etc/kubernetes/kubelet.conf"),
            binds="container", message="--anonymous-auth is not set, which means true"),
    Example("switched on past the document", "fail", _run("--config=/var/lib/kubelet/config.yaml",
            "--anonymous-auth=true"), binds="container", path="command[2]"),
)  # fmt: skip


@policy(level="error", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_anonymous_auth(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet that lets anonymous requests in."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["anonymous-auth"]
        if flag.boolean:
            yield Problem(
                flag.view,
                f"{kubelet} answers requests without credentials: {flag}",
                key=kubelet.key,
            )
