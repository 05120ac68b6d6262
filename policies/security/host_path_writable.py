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

from policygate.kube.pod_security import called
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
    Example("unset is writable", "fail", _pod(), binds="pod", path="volumes[logs].hostPath",
            message="container web can write to /var/log of its node"),
    Example("writable", "fail", _pod(readOnly=False), binds="pod"),
    Example("no longer read-only", "fail", base=_pod(readOnly=True), head=_pod(), binds="pod"),
    Example("once more than read-only", "fail", binds="pod", head={**_pod(), "containers": [{"name": "web", "volumeMounts": [
        {"name": "logs", "mountPath": "/logs", "readOnly": True}, {"name": "logs", "mountPath": "/var/log"}]}]}),
    Example("a debugging container", "fail", binds="pod", message="container debugger can write to /var/log", head={
        **_pod(readOnly=True), "ephemeralContainers": [{"name": "debugger", "volumeMounts": [{"name": "logs", "mountPath": "/logs"}]}]}),
    Example("a patch, which need not repeat it", "pass", text="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      volumes: [{name: logs, hostPath: {path: /var/log}}]
      containers: [{name: web, volumeMounts: [{name: logs, mountPath: /logs}]}]
"""),
)  # fmt: skip


@policy(
    level="error",
    kinds=["workload"],
    scope="container",
    refines=["host-path-volume"],
    examples=EXAMPLES,
)
def host_path_writable(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield hostPath volumes of which a mount is not read-only."""
    container = pair.head
    partial = container.pod.resource.partial
    writable = {
        mount["name"].string()
        for mount in container.view.volumeMounts
        if mount.readOnly.raw is not True and (mount.readOnly.exists or not partial)
    }
    for volume in container.pod.view.volumes if writable else ():
        if volume.hostPath and volume["name"].string() in writable:
            path = volume.hostPath["path"].string() or "a path"
            yield Problem(volume.hostPath, f"{called(container)} can write to {path} of its node")
