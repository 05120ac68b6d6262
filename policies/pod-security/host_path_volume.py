"""Pod mounts a path of the node.

A hostPath volume reaches the files of the node: credentials of the kubelet, sockets of the runtime, logs of
other pods. What is written there outlives the pod and its permissions.

Fix:
Use a `configMap`, `emptyDir`, `persistentVolumeClaim` or `csi` volume. A node agent that needs the path (logs,
CNI, CSI) belongs in a waiver, or its folder into `allowed`.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/concepts/storage/volumes/#hostpath

Standards:
PSS Baseline: HostPath Volumes; CIS 5.2.12

Peers:
polaris:hostPathSet, trivy:KSV-0023, kubescape:C-0048, kubescape:C-0203, kyverno:disallow-host-path,
datree:CONTAINERS_INCORRECT_KEY_HOSTPATH, gatekeeper:K8sPSPHostFilesystem, terrascan:allowedHostPath,
psa:hostPathVolumes
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.kube.host_path import is_below, normalised
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Folders of nodes that may be mounted, with everything in them, such as `/var/log/pods`."""

    allowed: tuple[str, ...] = ()


LOGS = {"name": "logs", "hostPath": {"path": "/var/log"}}
ALLOWED = {"allowed": ["/var/log"]}


def _pod(*volumes: dict[str, Any]) -> dict[str, Any]:
    return {"volumes": list(volumes), "containers": [{"name": "web"}]}


def _path(path: Any) -> dict[str, Any]:
    return {"name": "host", "hostPath": {"path": path}}


EXAMPLES = (
    Example("an emptyDir", "pass", _pod({"name": "tmp", "emptyDir": {}}), binds="pod"),
    Example("no volumes", "pass", {"containers": [{"name": "web"}]}, binds="pod"),
    Example("a folder that may be mounted", "pass", _pod(_path("/var/log/pods/")), binds="pod", params=ALLOWED),
    Example("the socket of the runtime", "fail", _pod({"name": "tmp", "emptyDir": {}}, _path("/run/containerd")), binds="pod",
            path="volumes[host].hostPath", message="pod mounts /run/containerd of its node"),
    Example("more of it than before", "fail", base=_pod(LOGS), head=_pod(LOGS, _path("/")), binds="pod", path="volumes[host].hostPath"),
    Example("a name that begins like it", "fail", _pod(_path("/var/logs")), binds="pod", params=ALLOWED),
    Example("up and out of it", "fail", _pod(_path("/var/log/../lib")), binds="pod", params=ALLOWED),
    Example("no path", "fail", _pod(_path(None)), binds="pod", params=ALLOWED, message="pod mounts a path of its node"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="pod", params=Params, examples=EXAMPLES)
def host_path_volume(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield volumes on the node, but for those in an allowed folder."""
    allowed = [normalised(folder) for folder in params.allowed]
    for volume in pair.head.view.volumes:
        at, path = volume.hostPath, volume.hostPath["path"].string()
        if at and not (path and any(is_below(normalised(path), each) for each in allowed)):
            yield Problem(at, f"pod mounts {path or 'a path'} of its node")
