"""Data is kept less surely than before.

What deletes volumes, claims or backups takes with it what no revert brings back.

Fix:
Restore `Retain`, or the time that backups are kept.

References:
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming
https://velero.io/docs/main/api-types/schedule/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.keeping import RETENTION
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _volume(policy: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "data"},
        "spec": {"persistentVolumeReclaimPolicy": policy},
    }


def _set(**kept: str) -> dict[str, Any]:
    spec = {"persistentVolumeClaimRetentionPolicy": kept}
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "db"},
        "spec": spec,
    }


def _backup(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "velero.io/v1",
        "kind": "Schedule",
        "metadata": {"name": "all"},
        "spec": {"schedule": "@daily", **spec},
    }


CLASS = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "fast"},
    "provisioner": "a",
}

EXAMPLES = (
    Example("kept from now on", "pass", base=_volume("Delete"), head=_volume("Retain")),
    Example("the default is written", "pass", base=_set(), head=_set(whenDeleted="Retain")),
    Example("longer", "pass", base=_backup(ttl="24h0m0s"), head=_backup(ttl="48h")),
    Example("deleted", "fail", base=_volume("Retain"), head=_volume("Delete"), message="deletes data when nothing claims it", path="spec.persistentVolumeReclaimPolicy"),
    Example("by default", "fail", base={**CLASS, "reclaimPolicy": "Retain"}, head=CLASS),
    Example("claims", "fail", base=_set(), head=_set(whenDeleted="Delete"), message="deletes the claims of its pods when it is deleted"),
    Example("shorter", "fail", base=_backup(), head=_backup(ttl="24h"), message="keeps backups for 24h"),
    Example("not at all", "fail", base=_backup(), head=_backup(paused=True), message="makes no backups any more"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=[
        "core/PersistentVolume",
        "storage.k8s.io/StorageClass",
        "snapshot.storage.k8s.io/VolumeSnapshotClass",
        "apps/StatefulSet",
        "velero.io/Schedule",
        "velero.io/Backup",
    ],
    operations=["UPDATE"],
    refines=["reclaim-policy-delete"],
    examples=EXAMPLES,
)
def loosened_retention(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, RETENTION)
