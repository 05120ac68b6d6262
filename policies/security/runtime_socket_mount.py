"""The socket of the container runtime is mounted.

Whoever can write to that socket starts any container on the node, with any right and any path of the
node mounted: it is root on the node. A read-only mount does not help, a socket can be used all the same.

Fix:
Build images without a daemon (BuildKit, Kaniko, Buildah), and read logs and metrics from the kubelet.

References:
https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html

Standards:
MITRE; CWE-250

Peers:
kube-linter:docker-sock, checkov:CKV_K8S_27, trivy:KSV-0006, kubescape:C-0074,
kyverno:disallow-container-sock-mounts, kyverno:docker-socket-check, kubesec:DockerSock,
datree:CONTAINERS_INCORRECT_PATH_VALUE_DOCKERSOCKET, kubeaudit:SensitivePathsMounted,
semgrep:exposing-docker-socket-hostpath, terrascan:dontConnectDockerSock
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from typing import Any

from policygate.kube.host_path import host_paths, normalised, reached
from policygate.model import Level
from policygate.policy import Example, Pair, Problem, policy

SOCKETS = (
    "/run/docker.sock", "/run/containerd/containerd.sock", "/run/k3s/containerd/containerd.sock",
    "/run/k0s/containerd.sock", "/run/crio/crio.sock", "/run/cri-dockerd.sock", "/run/dockershim.sock",
    "/run/podman/podman.sock", "/var/snap/microk8s/common/run/containerd.sock",
)  # fmt: skip
NAMES = frozenset(
    {
        "docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "dockershim.sock",
        "podman.sock", "docker_engine", "containerd-containerd",
    }
)  # fmt: skip
"""What the socket is called wherever it lies: for a user without root, or as a pipe of Windows."""


def _pod(path: str, **mount: Any) -> dict[str, Any]:
    mounts = [{"name": "host", "mountPath": "/host", **mount}]
    return {
        "volumes": [{"name": "host", "hostPath": {"path": path}}],
        "containers": [{"name": "web", "volumeMounts": mounts}],
    }


EXAMPLES = (
    Example("another file of the same folder", "pass", _pod("/run/dbus"), binds="pod"),
    Example("a name that only begins like it", "pass", _pod("/run/docker.socket"), binds="pod"),
    Example("the socket", "fail", _pod("/var/run/docker.sock"), binds="pod", path="volumes[host].hostPath",
            message="pod mounts /var/run/docker.sock of its node"),
    Example("a folder above it", "fail", _pod("/var/run/"), binds="pod"),
    Example("written oddly", "fail", _pod("//var/run/../run/docker.sock"), binds="pod"),
    Example("of another runtime", "fail", _pod("/run/containerd"), binds="pod", message="containerd.sock"),
    Example("for a user without root", "fail", _pod("/run/user/1000/podman/podman.sock"), binds="pod"),
    Example("a pipe of Windows", "fail", _pod(r"\\.\pipe\docker_engine"), binds="pod"),
    Example("behind a claim", "fail", path="spec.hostPath", head={
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "run"},
        "spec": {"hostPath": {"path": "/run/crio"}}}, message="PersistentVolume run mounts /run/crio"),
    Example("read-only is as good", "fail", _pod("/var/run/docker.sock", readOnly=True), binds="pod"),
)  # fmt: skip


@policy(
    level="error",
    kinds=["workload", "core/PersistentVolume"],
    refines=["host-path-volume", "host-path-sensitive", "host-path-writable"],
    examples=EXAMPLES,
)
def runtime_socket_mount(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield volumes that are the socket of a runtime, or a folder above one."""
    for at, path, who, certainty in host_paths(pair.head):
        level: Level = "warning" if certainty == "guessed" else "error"
        socket = reached(path, SOCKETS)
        if basename(normalised(path)) in NAMES:
            yield Problem(at, f"{who} mounts {path} of its node", level=level)
        elif socket:
            yield Problem(at, f"{who} mounts {path}, and with it {socket}", level=level)
