"""Pod reaches files of its node that it did not reach before.

A path of the node that is mounted, one that is wider than before, or one that can be written now. What lies in
a folder that was mounted before is nothing new.

Fix:
Remove the volume, mount the one file that is needed, or set `readOnly: true`.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/concepts/storage/volumes/#hostpath

Standards:
PSS Baseline: HostPath Volumes
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.node import HOST_PATHS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _mount(path: str, name: str = "data", **mount: Any) -> dict[str, Any]:
    return {
        "volumes": [{"name": name, "hostPath": {"path": path}}],
        "containers": [
            {"name": "web", "volumeMounts": [{"name": name, "mountPath": "/data", **mount}]}
        ],
    }


EXAMPLES = (
    Example("another name", "pass", binds="pod", base=_mount("/var/log"), head=_mount("/var/log/", name="logs")),
    Example("a part of it", "pass", binds="pod", base=_mount("/var/log"), head=_mount("/var/log/pods")),
    Example("only to read", "pass", binds="pod", base=_mount("/var/log"), head=_mount("/var/log", readOnly=True)),
    Example("a path", "fail", binds="pod", base={"containers": [{"name": "web"}]}, head=_mount("/etc", readOnly=True),
            message="the pod may now read /etc of its node", path="spec.volumes[data].hostPath"),
    Example("a wider one", "fail", binds="pod", base=_mount("/var/log/pods"), head=_mount("/var"), message="may now write to /var of"),
    Example("to write", "fail", binds="pod", base=_mount("/var/log", readOnly=True), head=_mount("/var/log"),
            message="may now write to /var/log of its node, which it could only read"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=[
        "host-path-volume",
        "host-path-sensitive",
        "host-path-writable",
        "runtime-socket-mount",
    ],
    examples=EXAMPLES,
)
def loosened_host_paths(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, HOST_PATHS)
