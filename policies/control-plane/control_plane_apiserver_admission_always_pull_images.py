"""API server lets pods use images that others have pulled.

An image that is on a node can be started there by everybody who knows its name, with no right to pull it.
The admission plugin `AlwaysPullImages` sets `imagePullPolicy: Always` on every pod, so that the registry is
asked each time. The price is that pods do not start while the registry is away. Kubernetes 1.35 and later
checks pull credentials by itself (`KubeletEnsureSecretPulledImages`).

Fix:
On clusters that several teams share, add `AlwaysPullImages` to `--enable-admission-plugins`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#alwayspullimages

Standards: CIS 1.2.11

Peers: checkov:CKV_K8S_80, trivy:KCV-0012, kubescape:C-0123, terrascan:alwaysPullImages
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("enabled", "pass", _run("--enable-admission-plugins=NodeRestriction,AlwaysPullImages"),
            binds="container"),
    Example("unset", "fail", _run("--secure-port=6443"), binds="container",
            message="--enable-admission-plugins is not set"),
    Example("other plugins with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration", "apiServer": {"extraArgs": [{"name": "enable-admission-plugins",
            "value": "NodeRestriction"}]}}, path="apiServer.extraArgs[enable-admission-plugins].value"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_admission_always_pull_images(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every API server without the plugin."""
    for server in running("kube-apiserver", pair.head):
        runs, flag = server.admits("AlwaysPullImages")
        if runs is False:
            yield Problem(
                flag.view,
                f"{server} lets pods use images that others have pulled: {flag}",
                key=server.key,
            )
