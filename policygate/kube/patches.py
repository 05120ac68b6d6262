"""Which files kustomize takes as patches, and which as whole resources.

A patch of a kind that needs nothing (a ConfigMap, a custom kind) looks like a whole manifest. Not for
what is inside of patches.
"""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, Final

from policygate.kube.kustomization import GROUP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.policy.types import Context

_PATCHING: Final = ("patches", "patchesStrategicMerge", "patchesJson6902")
_WHOLE: Final = ("resources",)
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
    folder = resource.id.scope
    for _ in range(_FOLDERS):
        for body in kustomizations(context, folder):
            if resource.file in _patches(body, folder):
                return True
        if not folder:
            return False
        folder = dirname(folder)
    return False


def built_together(one: Resource, other: Resource, context: Context) -> bool:
    """Whether two whole resources of one folder go to one cluster together.

    They do in one file, or where a kustomization takes both. Without one, the files of a folder may be
    alternatives.
    """
    if is_patch(one, context) or is_patch(other, context):
        return False
    folder = one.id.scope
    taken = [frozenset(_named(body, folder, _WHOLE)) for body in kustomizations(context, folder)]
    if one.file == other.file:
        return not taken or any(one.file in files for files in taken)
    return any({one.file, other.file} <= files for files in taken)


def _patches(body: Any, folder: str) -> frozenset[str]:
    return frozenset(_named(body, folder, _PATCHING))


def _named(body: Any, folder: str, keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys if isinstance(body, dict) else ():
        held = body.get(key)
        for each in held if isinstance(held, list) else ():
            name = each.get("path") if isinstance(each, dict) else each
            if isinstance(name, str) and name and "\n" not in name and "://" not in name:
                yield normpath(join(folder, name))
