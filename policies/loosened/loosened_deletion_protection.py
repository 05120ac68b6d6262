"""Object may be deleted now, and was protected.

The annotation kept the object when it vanished from git or when its application was deleted. Without it
the next moved file, renamed chart or removed application takes it along, and the data with it.

Fix:
Restore the annotation. Where the object is meant to go, delete it by hand once its data is safe.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources
https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
https://helm.sh/docs/howto/charts_tips_and_tricks/#tell-helm-not-to-uninstall-a-resource
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import SYNC_OPTIONS, annotated_options
from policygate.kube.flux import PRUNE
from policygate.kube.patches import is_patch
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared

KEEP = "helm.sh/resource-policy"
KEEPING = frozenset(
    {"Namespace", "PersistentVolumeClaim", "PersistentVolume", "StatefulSet", "CustomResourceDefinition"}
)  # fmt: skip
"""Kinds that take data with them."""


def _object(kind: str = "PersistentVolumeClaim", **annotations: str) -> dict[str, Any]:
    names = {"sync": SYNC_OPTIONS, "prune": PRUNE, "keep": KEEP, "team": "team"}
    metadata = {
        "name": "data",
        "annotations": {names[key]: value for key, value in annotations.items()},
    }
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


EXAMPLES = (
    Example("still protected", "pass", base=_object(sync="Prune=false"), head=_object(sync="Prune=confirm,Delete=false")),
    Example("protected by another tool", "pass", base=_object(prune="disabled"), head=_object(sync="Prune=false")),
    Example("never protected", "pass", base=_object(), head=_object(team="shop")),
    Example("a new object", "pass", _object()),
    Example("Argo CD may prune it", "fail", base=_object(sync="Prune=false"), head=_object(), path=f'metadata.annotations["{SYNC_OPTIONS}"]',
            message="PersistentVolumeClaim data was kept when it vanished from git"),
    Example("Argo CD may delete it", "fail", base=_object(sync="Delete=false"), head=_object(), message="when its application is deleted"),
    Example("Flux may prune it", "fail", base=_object(prune="disabled"), head=_object(prune="enabled"), path=f'metadata.annotations["{PRUNE}"]'),
    Example("Helm may delete it", "fail", base=_object("ConfigMap", keep="keep"), head=_object("ConfigMap"), path=f'metadata.annotations["{KEEP}"]'),
)  # fmt: skip


@policy(level="warning", class_="recovery", operations=["UPDATE"], examples=EXAMPLES)
def loosened_deletion_protection(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield protections that the base had and the head has not, in any tool's words."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    before = _protections(pair.base)
    if not before:
        return
    now, head = _protections(pair.head), pair.head
    for what, key in before.items():
        if what not in now:
            when = "it vanished from git" if what == "prune" else "its application is deleted"
            yield Problem(
                head.view.metadata.annotations[key],
                f"{head.id.kind} {head.id.name} was kept when {when}, and is not any more",
                key=what,
                possible=is_patch(head, pair.context),
                level="error" if head.id.kind in KEEPING else None,
            )


def _protections(resource: Resource) -> dict[str, str]:
    """What an object is protected from, and the annotation that says so."""
    annotations = resource.view.metadata.annotations
    found: dict[str, str] = {}
    for option in annotated_options(resource):
        if option.name in {"Prune", "Delete"} and option.value in {"false", "confirm"}:
            found[option.name.lower()] = SYNC_OPTIONS
    if annotations[PRUNE].string().lower() == "disabled":
        found.setdefault("prune", PRUNE)
    if annotations[KEEP].raw == "keep":
        found.setdefault("delete", KEEP)
    return found
