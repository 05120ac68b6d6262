"""Volume of type emptyDir has no bound.

What is written to an emptyDir lies on the disk of the node, or in its memory with `medium: Memory`. Without
a bound one pod fills it, and the kubelet evicts others as well.

Fix:
Set `sizeLimit` on the volume, or limits of ephemeral storage (of memory with `medium: Memory`) on every
container that mounts it.

References:
https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
https://kubernetes.io/docs/concepts/storage/ephemeral-storage/

Peers:
kyverno:require-emptydir-requests-and-limits
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.limits import amount
from policygate.kube.workloads import containers
from policygate.policy import Example, Pair, Problem, policy


def _pod(volume: Any, **limits: str) -> dict[str, Any]:
    container: dict[str, Any] = {
        "name": "web",
        "volumeMounts": [{"name": "tmp", "mountPath": "/data"}],
    }
    if limits:
        container["resources"] = {"limits": {k.replace("_", "-"): v for k, v in limits.items()}}
    return {"volumes": [{"name": "tmp", "emptyDir": volume}], "containers": [container]}


EXAMPLES = (
    Example("a bound", "pass", _pod({"sizeLimit": "1Gi"}), binds="pod"),
    Example("whoever mounts it has one", "pass", _pod({}, ephemeral_storage="1Gi"), binds="pod"),
    Example("in memory, which is limited", "pass", _pod({"medium": "Memory"}, memory="1Gi"), binds="pod"),
    Example("nobody mounts it", "pass", {"volumes": [{"name": "tmp", "emptyDir": {}}], "containers": [{"name": "web"}]}, binds="pod"),
    Example("another volume", "pass", {"volumes": [{"name": "tmp", "configMap": {"name": "tmp"}}], "containers": [{"name": "web"}]}, binds="pod"),
    Example("none", "fail", _pod({}), binds="pod", path="volumes[tmp].emptyDir.sizeLimit",
            message="the volume tmp may fill the disk of its node"),
    Example("in memory, with a limit for the disk alone", "fail", _pod({"medium": "Memory"}, ephemeral_storage="1Gi"), binds="pod",
            message="the volume tmp may fill the memory of its node"),
    Example("one of those that mount it has none", "fail", binds="pod", head={
        **_pod({}, ephemeral_storage="1Gi"),
        "initContainers": [{"name": "setup", "volumeMounts": [{"name": "tmp", "mountPath": "/data"}]}]}),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="pod", enabled=False, examples=EXAMPLES)
def emptydir_size_limit(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield emptyDir volumes that neither themselves nor those who mount them bound."""
    for volume in pair.head.view.volumes:
        limit = volume.emptyDir.sizeLimit
        if not isinstance(volume.emptyDir.raw, dict) or limit:
            continue
        in_memory = volume.emptyDir.medium.raw == "Memory"
        resource = "memory" if in_memory else "ephemeral-storage"
        name = volume["name"].string()
        mounting = [each for each in containers(pair.head) if _mounts(each, name)]
        alone = (Pair(None, each, pair.change, pair.context) for each in mounting)
        if any(amount(each, "limits", resource) is None for each in alone):
            what = "memory" if in_memory else "disk"
            yield Problem(limit, f"the volume {name} may fill the {what} of its node")


def _mounts(container: Any, name: str) -> bool:
    return container.role != "ephemeral" and any(
        mount["name"].raw == name for mount in container.view.volumeMounts
    )
