"""API server answers requests without credentials.

`--anonymous-auth` lets a request that nobody vouches for in as the user `system:anonymous`. It is on unless
it is switched off. RBAC gives that user little, but one careless binding of `system:unauthenticated`, or
one hole in a path that needs no rights, is then open to everybody who reaches the port.

Health probes of kubeadm's own static pods come in this way. Where `--authentication-config` names a file,
that file can open the health paths alone, and this policy says nothing.

Fix:
Set `--anonymous-auth=false` and give the probes credentials, or allow only `/livez`, `/readyz` and
`/healthz` in an AuthenticationConfiguration (Kubernetes 1.32 and later).

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests

Standards: CIS 1.2.1

Peers: checkov:CKV_K8S_68, trivy:KCV-0001, kubescape:C-0113
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("switched off", "pass", _run("--anonymous-auth=false"), binds="container"),
    Example("the probes alone, by a file", "pass", _run("--authentication-config=/etc/kubernetes/authn.yaml"),
            binds="container"),
    Example("unset, which is on", "fail", _run("--secure-port=6443"), binds="container",
            message="kube-apiserver answers requests without credentials: --anonymous-auth is not set, which means true"),
    Example("switched on", "fail", _run("--anonymous-auth"), binds="container", path="command[1]"),
    Example("switched off in Cluster API", "pass", {"apiVersion": "controlplane.cluster.x-k8s.io/v1beta1",
            "kind": "KubeadmControlPlane", "metadata": {"name": "cp"},
            "spec": {"kubeadmConfigSpec": {"clusterConfiguration": {"apiServer": {"extraArgs": {"anonymous-auth": "false"}}}}}}),
    Example("unset with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}, path="apiServer.extraArgs"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_anonymous_auth(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server that lets anonymous requests in."""
    for server in running("kube-apiserver", pair.head):
        flag = server["anonymous-auth"]
        if flag.boolean:
            yield Problem(
                flag.view, f"{server} answers requests without credentials: {flag}", key=server.key
            )
