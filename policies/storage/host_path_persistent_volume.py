"""Volume is a folder of the node.

A PersistentVolume with `hostPath` gives whoever claims it a folder of whatever node the pod runs on, past the
rule that forbids `hostPath` in pods. Its data is not where the pod goes next.

Fix:
Use a driver of the cluster's storage, or a `local` volume with its node affinity. Where folders of nodes are
meant, list their prefixes in `allowed`.

References:
https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
https://kubernetes.io/docs/concepts/storage/volumes/#local

Standards:
CIS 5.1.9

Peers:
kyverno:limit-hostpath-type-pv, kyverno:limit-hostpath-vols, gatekeeper:K8sPSPHostFilesystem
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.host_path import host_paths, is_below, normalised
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Folders that may be mounted, with everything in them; with a list, pods are held to it as well."""

    allowed: tuple[str, ...] = ()


SRV = {"allowed": ["/srv/data"]}


def _volume(**source: object) -> dict[str, object]:
    metadata = {"name": "data"}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": source}


def _pod(path: str) -> dict[str, object]:
    volumes = [{"name": "host", "hostPath": {"path": path}}]
    return {"volumes": volumes, "containers": [{"name": "web"}]}


EXAMPLES = (
    Example("a driver", "pass", _volume(csi={"driver": "ebs.csi.aws.com"})),
    Example("a local volume", "pass", _volume(local={"path": "/mnt/disk"})),
    Example("an allowed folder", "pass", _volume(hostPath={"path": "/srv/data/db"}), params=SRV),
    Example("a pod is left to host-path-volume", "pass", _pod("/etc"), binds="pod"),
    Example("any folder", "fail", _volume(hostPath={"path": "/srv/data"}), path="spec.hostPath",
            message="PersistentVolume data is /srv/data of its node"),
    Example("out of the allowed one", "fail", _volume(hostPath={"path": "/srv/data/../etc"}), params=SRV),
    Example("a name that begins like it", "fail", _volume(hostPath={"path": "/srv/database"}), params=SRV),
    Example("a pod, where folders are listed", "fail", _pod("/etc"), binds="pod", params=SRV, message="pod mounts /etc of its node, which is not allowed"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["core/PersistentVolume", "workload"],
    enabled=False,
    params=Params,
    examples=EXAMPLES,
)
def host_path_persistent_volume(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield volumes that are folders of nodes, but for allowed ones."""
    allowed = [normalised(folder) for folder in params.allowed]
    for at, path, who, _ in host_paths(pair.head):
        if at.path[-1] != "hostPath" or any(is_below(normalised(path), each) for each in allowed):
            continue
        if who != "pod":
            yield Problem(at, f"{who} is {path} of its node")
        elif allowed:
            yield Problem(at, f"pod mounts {path} of its node, which is not allowed")
