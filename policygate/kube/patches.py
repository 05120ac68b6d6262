"""Which files kustomize takes as patches, and which as whole resources.

A patch of a kind that needs nothing (a ConfigMap, a custom kind) looks like a whole manifest. Not for
what is inside of patches.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Any, Final

from policygate.kube.kustomization import GROUP, patch_files, resource_files

if TYPE_CHECKING:
    from policygate.model import Resource
    from policygate.policy.types import Context

_FOLDERS: Final = 3
"""How far up a kustomization may stand that names a patch: `overlays/prod/patches/web.yaml`."""


def kustomizations(context: Context, folder: str) -> list[Any]:
    """The bodies of the kustomizations and components of a folder."""
    return [
        each.body
        for kind in ("Kustomization", "Component")
        for each in context.head_resources(folder, kind)
        if each.id.group == GROUP
    ]


def adds_labels(context: Context, folder: str) -> bool:
    """Whether a kustomization of a folder gives labels to what it builds."""
    bodies = kustomizations(context, folder)
    return any(body.get("labels") or body.get("commonLabels") for body in bodies)


def adds_annotations(context: Context, folder: str) -> bool:
    """Whether a kustomization of a folder gives annotations to what it builds."""
    return any(body.get("commonAnnotations") for body in kustomizations(context, folder))


def is_patch(resource: Resource, context: Context) -> bool:
    """Whether a resource sets a part of another one: by its form, or because a kustomization says so."""
    if resource.partial:
        return True
    folder, is_named = resource.id.scope, False
    for _ in range(_FOLDERS):
        for body in kustomizations(context, folder):
            if resource.file in resource_files(body, folder):
                return False
            is_named = is_named or resource.file in patch_files(body, folder)
        if not folder:
            break
        folder = dirname(folder)
    return is_named


def built_together(one: Resource, other: Resource, context: Context) -> bool:
    """Whether two whole resources of one folder go to one cluster together.

    They do in one file, or where a kustomization takes both. Without one, the files of a folder may be
    alternatives.
    """
    if is_patch(one, context) or is_patch(other, context):
        return False
    folder = one.id.scope
    taken = [frozenset(resource_files(body, folder)) for body in kustomizations(context, folder)]
    if one.file == other.file:
        return not taken or any(one.file in files for files in taken)
    return any({one.file, other.file} <= files for files in taken)
