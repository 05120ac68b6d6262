"""API server serves profiling data.

`--profiling` is on unless it is switched off, and serves `/debug/pprof` on the API port. Profiles show how
the program works inside and cost processor time to make; nobody needs them outside of a debugging session.

Fix:
Set `--profiling=false`; with kubeadm under `apiServer.extraArgs`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/

Standards: CIS 1.2.15

Peers: checkov:CKV_K8S_90, trivy:KCV-0018, kubescape:C-0129
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("switched off", "pass", _run("--profiling=false"), binds="container"),
    Example("unset, which is on", "fail", _run("--secure-port=6443"), binds="container",
            path="spec.containers[kube-apiserver].command",
            message="kube-apiserver serves profiling data: --profiling is not set, which means true"),
    Example("switched off in the image's own command", "pass", {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "api"}, "spec": {"containers": [{"name": "api",
            "image": "registry.k8s.io/kube-apiserver:v1.36.0", "args": ["--profiling=false"]}]}}),
    Example("switched on again", "fail", _run("--profiling=false", "--profiling=true"), binds="container",
            path="command[2]"),
    Example("switched off with kubeadm", "pass", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration", "apiServer": {"extraArgs": [{"name": "profiling",
            "value": "false"}]}}),
    Example("unset with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}, path="apiServer.extraArgs"),
    Example("unset in Cluster API", "fail", {"apiVersion": "controlplane.cluster.x-k8s.io/v1beta1",
            "kind": "KubeadmControlPlane", "metadata": {"name": "cp"},
            "spec": {"kubeadmConfigSpec": {"clusterConfiguration": {"apiServer": {"extraArgs": {}}}}}},
            path="spec.kubeadmConfigSpec.clusterConfiguration.apiServer.extraArgs"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_profiling(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server with profiling on."""
    for server in running("kube-apiserver", pair.head):
        flag = server["profiling"]
        if flag.boolean:
            yield Problem(flag.view, f"{server} serves profiling data: {flag}", key=server.key)
