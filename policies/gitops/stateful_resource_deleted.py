"""Something that holds data is gone from git.

Where the controller prunes, the next sync deletes it: with a Namespace everything in it, with a
CustomResourceDefinition every object of that kind in every namespace, with a claim the disk. Restoring
the file brings back an empty one.

Fix:
Check that it is empty or backed up, and say so in the pull request. To keep it, protect it first:
`argocd.argoproj.io/sync-options: Prune=false` or `kustomize.toolkit.fluxcd.io/prune: disabled`.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources
https://fluxcd.io/flux/components/kustomize/kustomizations/#prune
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reclaiming
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import annotated_options
from policygate.kube.flux import PRUNE
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy

TAKES = {
    "Namespace": "everything in it",
    "CustomResourceDefinition": "every object of its kind",
    "PersistentVolumeClaim": "its volume",
    "StatefulSet": "what runs on its volumes",
}


def _object(kind: str, *, prune: str = "") -> dict[str, Any]:
    api = {"StatefulSet": "apps/v1", "CustomResourceDefinition": "apiextensions.k8s.io/v1"}.get(
        kind, "v1"
    )
    pod = {"containers": [{"name": "db", "image": "db:1"}]}
    spec: dict[str, Any] = (
        {"selector": {}, "template": {"spec": pod}} if kind == "StatefulSet" else {}
    )
    annotations = {"argocd.argoproj.io/sync-options": prune} if prune else {}
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": "db", "annotations": annotations},
        "spec": spec,
    }


EXAMPLES = (
    Example("changed, not deleted", "pass", base=_object("Namespace"), head={**_object("Namespace"), "metadata": {"name": "db", "labels": {}}}),
    Example("protected", "pass", base=_object("PersistentVolumeClaim", prune="Prune=false")),
    Example("a patch is gone, not the object", "pass", base={**_object("Namespace"), "$patch": "merge"}),
    Example("protected in Flux", "pass", base={**_object("PersistentVolumeClaim"), "metadata": {
        "name": "db", "annotations": {PRUNE: "disabled"}}}),
    Example("a namespace", "fail", base=_object("Namespace"), message="Namespace db is gone from git: pruning it deletes everything in it"),
    Example("a claim", "fail", base=_object("PersistentVolumeClaim"), message="deletes its volume"),
    Example("a definition", "fail", base=_object("CustomResourceDefinition"), message="every object of its kind"),
    Example("a StatefulSet", "fail", base=_object("StatefulSet"), message="what runs on its volumes"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=[
        "core/Namespace",
        "core/PersistentVolumeClaim",
        "apps/StatefulSet",
        "apiextensions.k8s.io/CustomResourceDefinition",
    ],
    operations=["DELETE"],
    examples=EXAMPLES,
)
def stateful_resource_deleted(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what is gone and was not protected."""
    gone = pair.base
    ending = pair.change.ending if pair.change is not None else None
    if gone.partial or _is_protected(gone) or (ending is not None and ending.kept):
        return
    kind, name = gone.id.kind, gone.id.name
    message = f"{kind} {name} is gone from git: pruning it deletes {TAKES[kind]}"
    yield Problem((), message, was="present", now=None)


def _is_protected(gone: Resource) -> bool:
    if gone.view.metadata.annotations[PRUNE].string().lower() == "disabled":
        return True
    return any(
        option.name == "Prune" and option.value in {"false", "confirm"}
        for option in annotated_options(gone)
    )
