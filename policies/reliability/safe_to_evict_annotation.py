"""Pod with local data does not say whether its node may go.

The cluster autoscaler leaves a node alone while a pod on it has an `emptyDir` or `hostPath` volume, since
the data would be lost. Most often it is a cache, and an almost empty node stays for it, and is paid for.

Fix:
Annotate the pod template: `cluster-autoscaler.kubernetes.io/safe-to-evict: "true"` where the data may be
lost, and `"false"` where not.

References:
https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#what-types-of-pods-can-prevent-ca-from-removing-a-node
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

SAFE = "cluster-autoscaler.kubernetes.io/safe-to-evict"
VOLUMES = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"
CACHE = {"name": "cache", "emptyDir": {}}


def _pod(*volumes: dict[str, Any], kind: str = "Deployment", **annotations: str) -> dict[str, Any]:
    written = {key.replace("__", "-"): value for key, value in annotations.items()}
    named = {f"cluster-autoscaler.kubernetes.io/{key}": value for key, value in written.items()}
    pod = {"containers": [{"name": "web", "image": "web:1"}], "volumes": [*volumes]}
    spec = {"selector": {}, "template": {"metadata": {"annotations": named}, "spec": pod}}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"}, "spec": spec}


EXAMPLES = (
    Example("the data may be lost", "pass", _pod(CACHE, safe__to__evict="true")),
    Example("it may not", "pass", _pod(CACHE, safe__to__evict="false")),
    Example("this volume may", "pass", _pod(CACHE, safe__to__evict__local__volumes="tmp,cache")),
    Example("in memory", "pass", _pod({"name": "cache", "emptyDir": {"medium": "Memory"}})),
    Example("no local data", "pass", _pod({"name": "data", "persistentVolumeClaim": {"claimName": "data"}})),
    Example("a DaemonSet's pods go with their node", "pass", _pod(CACHE, kind="DaemonSet")),
    Example("nobody says it", "fail", _pod(CACHE), message="the volume cache is local, and the pod has no annotation"),
    Example("another volume may", "fail", _pod(CACHE, safe__to__evict__local__volumes="tmp")),
    Example("a folder of the node", "fail", _pod({"name": "logs", "hostPath": {"path": "/var/log/web"}}), path="volumes[logs]"),
)  # fmt: skip


@policy(level="warning", enabled=False, kinds=["workload"], scope="pod", examples=EXAMPLES)
def safe_to_evict_annotation(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the first local volume of a pod that says nothing about it."""
    pod = pair.head
    if pod.annotations[SAFE] or pod.resource.id.kind == "DaemonSet":
        return
    named = {name.strip() for name in pod.annotations[VOLUMES].string().split(",")}
    for volume in pod.view.volumes:
        name = volume["name"].string()
        if _is_local(volume) and name not in named:
            yield Problem(
                volume, f"the volume {name} is local, and the pod has no annotation {SAFE}"
            )
            return


def _is_local(volume: View) -> bool:
    return bool(volume.hostPath) or (
        volume.emptyDir.exists and volume.emptyDir.medium.raw != "Memory"
    )
