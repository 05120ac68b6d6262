"""Nothing says that this data is backed up.

Backups that select by label or annotation leave out what has none. It is noticed on the day on which
somebody wants to restore.

Fix:
Add the label or the annotation by which your backups select, such as
`backup.velero.io/backup-volumes`, or the one that says that no backup is needed.

References:
https://velero.io/docs/main/file-system-backup/
https://docs.kasten.io/latest/usage/protect.html

Peers:
kyverno:kasten/kasten-3-2-1-backup-policy, kyverno:kasten/kasten-data-protection-by-label, kyverno:kasten/kasten-hourly-rpo, kyverno:kasten/kasten-immutable-location-profile, kyverno:kasten/kasten-validate-ns-by-preset-label, kyverno:velero/block-velero-restore
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Labels or annotations one of which says how something is backed up; without any it says nothing."""

    keys: tuple[str, ...] = ()


KEYS = {"keys": ["dataprotection"]}


def _claim(**metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", **metadata},
    }


def _database(labels: dict[str, str]) -> dict[str, Any]:
    pod = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "db", "image": "db:1"}]},
    }
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"}, "spec": {
        "selector": {}, "template": pod, "volumeClaimTemplates": [{"metadata": {"name": "data"}}]}}  # fmt: skip


EXAMPLES = (
    Example("nobody said how backups select", "pass", _claim()),
    Example("by a label", "pass", _claim(labels={"dataprotection": "daily"}), params=KEYS),
    Example("by an annotation", "pass", _claim(annotations={"dataprotection": "none"}), params=KEYS),
    Example("on the pods", "pass", _database({"dataprotection": "daily"}), params=KEYS),
    Example("a claim without", "fail", _claim(), params=KEYS, message="nothing says how PersistentVolumeClaim data is backed up"),
    Example("a StatefulSet without", "fail", _database({}), params=KEYS),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["core/PersistentVolumeClaim", "apps/StatefulSet"],
    params=Params,
    enabled=False,
    examples=EXAMPLES,
)
def backup_policy_present(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield what has volumes and none of the marks, on itself, its pods or its claims."""
    view, head = pair.head.view, pair.head
    claims = list(view.spec.volumeClaimTemplates)
    if not params.keys or (head.id.kind == "StatefulSet" and not claims):
        return
    holders = [view.metadata, view.spec.template.metadata, *(claim.metadata for claim in claims)]
    marked = any(
        each[where][key]
        for each in holders
        for where in ("labels", "annotations")
        for key in params.keys
    )
    if not marked:
        yield Problem(
            view.metadata.labels, f"nothing says how {head.id.kind} {head.id.name} is backed up"
        )
