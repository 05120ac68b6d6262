"""Container can write to a path of the node.

What it writes there outlives the pod, and is read or run by others: a cron job, a unit of systemd, a
log that an agent parses. Unset, a mount can be written to.

Fix:
Set `readOnly: true` on the mount; where something must be written, use an emptyDir or a claim.

References:
https://kubernetes.io/docs/concepts/storage/volumes/#hostpath

Standards:
NSA; MITRE

Peers:
kube-linter:writable-host-mount, kubescape:C-0045, kyverno:ensure-readonly-hostpath,
datree:EKS_INVALID_HOSTPATH_MOUNT_READONLY_VALUE, gatekeeper:K8sPSPHostFilesystem
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy


def _pod(**mount: Any) -> dict[str, Any]:
    mounts = [{"name": "logs", "mountPath": "/logs", **mount}]
    return {
        "volumes": [
            {"name": "logs", "hostPath": {"path": "/var/log"}},
            {"name": "tmp", "emptyDir": {}},
        ],
        "containers": [{"name": "web", "volumeMounts": mounts}],
    }


EXAMPLES = (
    Example("read-only", "pass", _pod(readOnly=True), binds="pod"),
    Example("another volume", "pass", _pod(name="tmp"), binds="pod"),
    Example("unset is writable", "fail", _pod(), binds="pod", path="volumeMounts[logs]",
            message="container web can write to /var/log of its node"),
    Example("writable", "fail", _pod(readOnly=False), binds="pod"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", examples=EXAMPLES)
def host_path_writable(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield mounts of hostPath volumes that are not read-only."""
    container = pair.head
    names = {
        volume["name"].string(): volume.hostPath["path"].string()
        for volume in container.pod.view.volumes
        if volume.hostPath
    }
    for mount in container.view.volumeMounts if names else ():
        path = names.get(mount["name"].string())
        if path is not None and mount.readOnly.raw is not True:
            yield Problem(
                mount, f"container {container.name} can write to {path or 'a path'} of its node"
            )
