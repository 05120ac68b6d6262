"""Claim leaves open which storage it gets, or takes a kind that is not allowed.

A claim without `storageClassName` gets the default class, which is another one in every cluster and can be
changed for all at once. An empty text is something else: a volume that somebody made by hand.

Fix:
Name the class of storage, one of those that your clusters offer for this data.

References:
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1
https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass

Peers:
kyverno:require-storageclass, kyverno:restrict-storageclass,
kyverno:nfs-subdir-external-provisioner-storage-path, gatekeeper:K8sStorageClass
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.claims import KINDS, claims
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The classes that are allowed, such as `fast` and `standard`; none for all."""

    allowed: tuple[str, ...] = ()


def _claim(**spec: object) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": spec,
    }


FAST = {"allowed": ["fast"]}
EXAMPLES = (
    Example("any class", "pass", _claim(storageClassName="slow")),
    Example("a class of the list", "pass", _claim(storageClassName="fast"), params=FAST),
    Example("made by hand", "pass", _claim(storageClassName="")),
    Example("a volume by its name", "pass", _claim(volumeName="data-1")),
    Example("none", "fail", _claim(), path="spec.storageClassName", message="the claim data gets whatever class is the default"),
    Example("another class", "fail", _claim(storageClassName="slow"), params=FAST, message="the claim data is of the class slow, which is not allowed"),
    Example("made by hand, where classes are listed", "fail", _claim(storageClassName=""), params=FAST, message="of no class"),
    Example("a template", "fail", {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"},
        "spec": {"selector": {}, "template": {"spec": {"containers": [{"name": "db", "image": "db:1"}]}},
                 "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {}}]}},
        message="the claim template data gets"),
)  # fmt: skip


@policy(level="warning", kinds=KINDS, enabled=False, params=Params, examples=EXAMPLES)
def persistent_volume_claim_storage_class(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield claims without a class, and those of a class that is not in the list."""
    for spec, name in claims(pair.head):
        at = spec.storageClassName
        if not at and not spec.volumeName:
            yield Problem(at, f"{name} gets whatever class is the default")
        elif at and params.allowed and at.string() not in params.allowed:
            what = (
                f"of the class {at.string()}, which is not allowed"
                if at.string()
                else "of no class"
            )
            yield Problem(at, f"{name} is {what}")
