"""How secrets are kept, and how surely data is, in orders.

| what | strictest … loosest |
|---|---|
| a secret | ExternalSecret, SealedSecret, SOPS < a plain Secret < a ConfigMap |
| SOPS, who may decrypt | recipients by inclusion; what is encrypted: everything < a part |
| SealedSecret, scope | strict, unset < namespace-wide < cluster-wide |
| reclaim and retention | Retain < Delete |
| finalizers | set < gone |
| backups | a schedule and its time to live: longer < shorter; running < paused < gone |

https://getsops.io/docs/, https://github.com/bitnami-labs/sealed-secrets#scopes,
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming, https://velero.io/docs/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from policygate.kube import sops
from policygate.order.verdict import Dimension, Gain, named
from policygate.place import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource

SEALED_KINDS: Final = ("ExternalSecret", "SealedSecret", "SopsSecret")
_SCOPES: Final = (
    ("sealedsecrets.bitnami.com/cluster-wide", 2),
    ("sealedsecrets.bitnami.com/namespace-wide", 1),
)


def is_sealed(resource: Resource) -> bool:
    """Whether what a resource keeps can be read by nobody who reads the repository."""
    if resource.id.kind in SEALED_KINDS:
        return True
    return bool(resource.view.sops) and sops.MARK in canonical(
        [resource.view.data.raw, resource.view.stringData.raw]
    )


def holds_values(resource: Resource) -> bool:
    """Whether a Secret or a ConfigMap holds something itself."""
    return any(resource.view[field].raw for field in ("data", "stringData", "binaryData"))


def _sealing(base: Resource, head: Resource) -> Iterator[Gain]:
    who = named(head)
    if head.id.kind == "SealedSecret":
        was, now = sealing_scope(base), sealing_scope(head)
        if now > was:
            where = "of every namespace" if now == 2 else "of any name in its namespace"
            text = f"{who} can be opened as a secret {where} now"
            yield Gain(head.view.metadata.annotations, text, was, now)
        return
    if not is_sealed(base) or not is_sealed(head):
        return
    before = sops.recipients(base.view.sops)
    for name, view in sops.recipients(head.view.sops).items():
        if name not in before:
            yield Gain(view, f"{who} can be opened with one more key now", level="warning")
    for field in sops.BY_KEY:
        old, new = base.view.sops[field], head.view.sops[field]
        if new and new.raw != old.raw:
            text = f"{who}: {field} says anew what of it is encrypted"
            yield Gain(new, text, old.raw, new.raw, level="warning", possible=True)


def sealing_scope(sealed: Resource) -> int:
    """Where a SealedSecret can be opened: under its name (0), in its namespace (1), everywhere (2)."""
    for side in (sealed.view.metadata, sealed.view.spec.template.metadata):
        for name, width in _SCOPES:
            if side.annotations[name].raw == "true":
                return width
    return 0


# Data

_POLICIES: Final = ("persistentVolumeReclaimPolicy", "reclaimPolicy", "deletionPolicy")


def _retention(base: Resource, head: Resource) -> Iterator[Gain]:
    who = named(head)
    for was, now in ((base.view, head.view), (base.view.spec, head.view.spec)):
        for field in _POLICIES:
            deletes = now[field].raw == "Delete" or (not now[field] and field == "reclaimPolicy")
            if was[field].raw == "Retain" and deletes:
                text = f"{who} deletes data when nothing claims it any more"
                yield Gain(now[field], text, "Retain", now[field].raw)
    kept = "persistentVolumeClaimRetentionPolicy"
    for when in ("whenDeleted", "whenScaled"):
        now = head.view.spec[kept][when]
        if now.raw == "Delete" and base.view.spec[kept][when].raw != "Delete":
            words = "it is deleted" if when == "whenDeleted" else "it is scaled down"
            text = f"{who} deletes the claims of its pods when {words}"
            yield Gain(now, text, base.view.spec[kept][when].raw, "Delete")
    yield from _backups(base, head, who)


def _backups(base: Resource, head: Resource, who: str) -> Iterator[Gain]:
    if head.id.group != "velero.io":
        return
    for was, now in (
        (base.view.spec.ttl, head.view.spec.ttl),
        (base.view.spec.template.ttl, head.view.spec.template.ttl),
    ):
        old, new = _hours(was.raw), _hours(now.raw)
        if old is not None and new is not None and new < old:
            yield Gain(
                now, f"{who} keeps backups for {now.raw}, no longer for {was.raw}", was.raw, now.raw
            )
    if head.view.spec.paused.raw is True and base.view.spec.paused.raw is not True:
        yield Gain(head.view.spec.paused, f"{who} makes no backups any more", None, now=True)


_DURATION: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def _hours(value: Any) -> float | None:
    """A duration of Go; unset is thirty days."""
    if value is None:
        return 720.0
    found = _DURATION.fullmatch(value) if isinstance(value, str) and value else None
    if found is None:
        return None
    hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return hours + minutes / 60 + seconds / 3600


SEALING: Final = Dimension("sealing", "security", _sealing)
RETENTION: Final = Dimension("retention", "recovery", _retention)
