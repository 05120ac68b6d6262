"""What a revert in git does not bring back: the hazards of a rollback that base and head show.

Most of them a policy finds anyway: a table says what its finding means for whoever wants to return. Computed here is
only what no policy says, because it is no fault. The numbers in the tables are those of the hazards R1-R34 in
`reference/gitops.md`, part B5.

Not for judging: a hazard makes no check red.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.kustomization import GROUP
from policygate.kube.lifetime import is_hook
from policygate.kube.workloads import containers, pod_specs
from policygate.model import Hazard, Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policygate.model import Change, Finding, Report, Resource, Running


class _Means(NamedTuple):
    """What a finding means for whoever wants to return: the kind of hazard, why, and what to do."""

    id: str
    why: str
    advice: str


_IMMUTABLE: Final = _Means(  # R1-R6, R8-R13, R24
    "immutable-field",
    "The API server refuses the new value, and once the object was made anew it refuses the old one too.",
    "Revert before anybody deletes the object; else plan to delete and create it again.",
)
_REPLACED: Final = _Means(  # R22
    "replaced-by-force",
    "What cannot be changed is deleted and created: what the object held is gone by then.",
    "Take the option out again before the next sync.",
)
_NO_HISTORY: Final = _Means(  # R27
    "no-history",
    "The version before is not kept, so that only git can bring it back.",
    "Keep two versions or more.",
)
_EVICTIONS: Final = _Means(  # R28
    "disruption-budget",
    "Pods that were evicted meanwhile do not come back with the budget.",
    "Restore the budget before nodes are drained.",
)
_SCALED: Final = _Means(  # R29
    "autoscaler-conflict",
    "The autoscaler and git set the replicas in turn, also while one returns.",
    "Take `replicas` out of the manifest in a change of its own.",
)
_NEW_PLACE: Final = _Means(  # R18, R34
    "moved-release",
    "The old copy is deleted or left behind, and the new one starts empty; a revert does the same again.",
    "Move the data first, and delete the old copy by hand when the new one works.",
)
_ALL_BELOW: Final = _Means(  # R16, R18
    "deleted-with-owner",
    "What it deployed goes with it or stays behind alone; a revert deploys anew what is gone, without its data.",
    "Decide which of the two, and see that the finalizer, `prune` or `preserveResourcesOnDeletion` says so.",
)
_KEYS: Final = _Means(  # R33
    "encryption-keys",
    "What was encrypted for other keys, or not at all, is in the history of git as it is.",
    "Rotate the secret; keep the old key as long as anything in git needs it.",
)
_LEAKED: Final = _Means(
    "secret-in-git",
    "A revert leaves the secret in the history of git, where everybody who reads the repository finds it.",
    "Rotate it.",
)

BY_POLICY: Final[dict[str, _Means]] = {
    "api-version-removed": _Means(  # R32
        "api-version",
        "A cluster that no longer serves the version takes neither this manifest nor the one before.",
        "Write it in a version that both clusters serve.",
    ),
    "argo-rollout-revision-history": _NO_HISTORY,
    "argocd-applicationset-generator-shrunk": _ALL_BELOW,
    "argocd-destination-changed": _NEW_PLACE,
    "argocd-sync-option-unsafe": _REPLACED,
    "crd-version-removed": _Means(  # R14, R15
        "stored-version",
        "Objects may be stored in a version that the other definition does not have or cannot read.",
        "Serve both versions until every object is migrated and status.storedVersions is cleared.",
    ),
    "flux-force-enabled": _REPLACED,
    "flux-helm-release-moved": _NEW_PLACE,
    "flux-helm-remediation-uninstalls": _Means(  # R22
        "uninstalled",
        "A failed upgrade uninstalls the release; a revert installs it anew, without its data.",
        "Use the strategy rollback.",
    ),
    "git-crypt-plaintext": _LEAKED,
    "hpa-replicas-conflict": _SCALED,
    "immutable-field-changed": _IMMUTABLE,
    "loosened-admission-webhook": _Means(  # R31
        "admission",
        "What was let in meanwhile stays, and a webhook that fails may refuse the revert.",
        "Look for what was created since; exempt the namespace of the webhook itself.",
    ),
    "loosened-argocd-finalizer": _Means(  # R21
        "finalizer",
        "Whether its resources go with it is decided when it is deleted, and cannot be said again.",
        "Check it before anybody deletes the application.",
    ),
    "loosened-argocd-prune": _Means(
        "pruning",
        "What a sync has deleted comes back empty and with other addresses; what it left behind stays.",
        "Look at what the next sync would delete, and protect what must stay.",
    ),
    "loosened-deletion-protection": _Means(  # R20
        "protection-dropped",
        "The protection comes back with a revert; what was deleted without it does not.",
        "Protect it in git before it is moved, renamed or deleted.",
    ),
    "loosened-disruption-budget": _EVICTIONS,
    "loosened-flux-prune": _Means(
        "pruning",
        "What was deleted comes back empty and with other addresses; what was left behind stays.",
        "Look at what would be deleted, and protect what must stay.",
    ),
    "loosened-reconciler": _ALL_BELOW,
    "loosened-retention": _Means(  # R7
        "retention",
        "What is deleted meanwhile is gone: restoring the policy brings back no volume and no backup.",
        "Make a snapshot first.",
    ),
    "loosened-secret-kind": _LEAKED,
    "pdb-blocks-eviction": _EVICTIONS,
    "secret-in-annotation-or-label": _LEAKED,
    "secret-in-configmap": _LEAKED,
    "secret-in-crd-field": _LEAKED,
    "secret-in-env-literal": _LEAKED,
    "secret-in-file": _LEAKED,
    "secret-plaintext": _LEAKED,
    "sops-decrypted": _LEAKED,
    "sops-recipient-removed-without-rotation": _KEYS,
    "sops-rules-loosened": _KEYS,
    "stateful-resource-deleted": _Means(  # R16, R17, R19
        "data-deleted",
        "Restoring the manifest brings back an empty one.",
        "Back it up, or protect it from pruning, before this is merged.",
    ),
    "webhook-configuration-review": _Means(  # R31
        "admission",
        "A webhook that fails may refuse the revert as well.",
        "Exempt the namespace that it runs in, and kube-system.",
    ),
}
"""What a finding of a policy, new in this change, means for the way back; sorted."""

_HOLDS_DATA: Final = frozenset(
    {
        "CustomResourceDefinition",
        "Namespace",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "StatefulSet",
    }
)
_MIGRATES: Final = re.compile(
    r"migrat|flyway|liquibase|alembic|(?:^|[^a-z])(?:prisma|goose)(?:$|[^a-z])"
)
_RENAMING: Final = ("namePrefix", "nameSuffix", "namespace")


class Seen(NamedTuple):
    """A resource, and who brought it into a cluster before and after, where that is not the same one."""

    change: Change
    before: str = ""
    after: str = ""


def hazards_of(
    report: Report, moved: Iterable[Seen], running: Sequence[Running], changes: Iterable[Change]
) -> tuple[Hazard, ...]:
    """What cannot simply be reverted, one row a kind of hazard and resource, sorted by place.

    Args:
        report: Whose findings are read, waived ones too: they are as hard to return from.
        moved: Resources that another application or Kustomization takes than before.
        running: What the artifacts of the base were.
        changes: The resources that change.
    """
    found = [
        *(_found(each) for each in (*report.findings, *report.waived) if _is_hazard(each)),
        *(hazard for change in changes for hazard in _computed(change)),
        *(_moved(each) for each in moved),
        *(hazard for each in running for hazard in _unknown(each)),
    ]
    by_key = {(each.id, each.resource, each.location.file): each for each in reversed(found)}
    return tuple(sorted(by_key.values(), key=lambda each: (each.location, each.id)))


def _is_hazard(finding: Finding) -> bool:
    return finding.status != "existing" and finding.policy in BY_POLICY


def _found(finding: Finding) -> Hazard:
    known = BY_POLICY[finding.policy]
    at = finding.location if finding.location.line else finding.base_location or finding.location
    return Hazard(
        known.id, finding.resource, at, finding.message, known.why, known.advice, finding.policy
    )


def _computed(change: Change) -> Iterator[Hazard]:
    base, head = change.base, change.head
    if head is None:
        if base is not None and _is_balancer(base):  # R18
            yield _hazard(base, "address", f"{_called(base)} is gone, and with it its address",
                          "A revert gets another address from the provider.",
                          "Reserve the address, or lower the lifetime of its DNS records first.")  # fmt: skip
        return
    if base is not None and base.id[1:] != head.id[1:]:
        yield from _renamed(base, head)
    if head.id.kind == "Job" or is_hook(head):  # R23
        yield _one_way(head, f"{_called(head)} runs once when this is merged")
    else:
        yield from _migrations(base, head)
    yield from _kustomized(base, head)
    if base is not None and _finalizers(base) != _finalizers(head):  # R21
        yield _hazard(head, "finalizer", f"the finalizers of {_called(head)} change",
                      "They count when it is deleted: the deletion then waits for ever, or skips its clean-up.",
                      "See that the controller of each finalizer runs.")  # fmt: skip


def _renamed(base: Resource, head: Resource) -> Iterator[Hazard]:
    """R18, R19: another identity is another object."""
    if base.id.kind in _HOLDS_DATA or _is_balancer(base):
        yield _hazard(head, "identity", f"{_called(base)} becomes {_called(head)}: another object",
                      "The old one is deleted where that is pruned, with its data or address; a revert makes an empty one.",
                      "Add the new one first, move the data, and delete the old one in a later change.")  # fmt: skip


def _migrations(base: Resource | None, head: Resource) -> Iterator[Hazard]:
    """R23: init containers that migrate data, and are new or another image."""
    before = _migrating(base) if base is not None else {}
    for name, image in _migrating(head).items():
        if before.get(name) != image:
            yield _one_way(head, f"{_called(head)} migrates data: init container {name}")
            return


def _migrating(resource: Resource) -> dict[str, str]:
    found = {}
    for pod in pod_specs(resource):
        for each in containers(pod):
            view = each.view
            words = [view.image, *view.command, *view.args]
            said = " ".join([each.name, *(word.string() for word in words)]).lower()
            if each.role == "init" and _MIGRATES.search(said):
                found[each.name] = view.image.string()
    return found


def _one_way(head: Resource, what: str) -> Hazard:
    return _hazard(head, "one-way-job", what, "A revert in git does not undo what it has done.",
                   "Write down how to undo it, or make it so that the version before can live with it.")  # fmt: skip


def _kustomized(base: Resource | None, head: Resource) -> Iterator[Hazard]:
    if head.id.group != GROUP or base is None:
        return
    for field in _RENAMING:  # R18
        was, now = base.body.get(field), head.body.get(field)
        if was != now:
            yield _hazard(head, "identity", f"{field} of a kustomization changes: everything in it becomes another object",
                          "The old objects are deleted where that is pruned, with their data and addresses.",
                          "Look at what would be deleted, and move the data first.")  # fmt: skip
            break
    off = [each.view.generatorOptions.disableNameSuffixHash.raw is True for each in (base, head)]
    if off == [False, True]:  # R25
        yield _hazard(head, "generated-name", "generated ConfigMaps and Secrets keep one name from now on",
                      "Pods are not restarted when their content changes, nor when it changes back.",
                      "Restart the pods by hand after a revert.")  # fmt: skip


def _moved(seen: Seen) -> Hazard:
    """R34."""
    head = seen.change.resource
    return _hazard(head, "owner", f"{_called(head)} goes from {seen.before} to {seen.after}",
                   "Whoever gives it up may prune it before, or after, the other has taken it; so does a revert.",
                   "Switch pruning off for the old owner, merge, and switch it on again.")  # fmt: skip


def _unknown(running: Running) -> Iterator[Hazard]:
    """R26: what ran before had a name that moves."""
    for each in running.artifacts:
        if each.was_pin == "moving":
            what = f"{each.place} ran {each.was}, whatever that was"
            yield Hazard("unknown-artifact", running.resource, running.location, what,
                         "The name moves: a revert brings back whatever it means by then.",
                         "Note now which digest or commit runs.")  # fmt: skip


def _hazard(resource: Resource, kind: str, what: str, why: str, advice: str) -> Hazard:
    return Hazard(kind, resource.id, _location(resource), what, why, advice)


def _location(resource: Resource) -> Location:
    return resource.locate(())


def _called(resource: Resource) -> str:
    return f"{resource.id.kind} {resource.id.name or 'without a name'}"


def _is_balancer(resource: Resource) -> bool:
    return resource.id.kind == "Service" and resource.view.spec["type"].raw == "LoadBalancer"


def _finalizers(resource: Resource) -> frozenset[str]:
    """The finalizers, but for those of Argo CD, of which a policy speaks."""
    held = (each.string() for each in resource.view.metadata.finalizers)
    return frozenset(each for each in held if "argocd.argoproj.io" not in each)
