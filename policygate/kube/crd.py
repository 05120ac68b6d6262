"""Schemas of custom kinds, as CustomResourceDefinitions hold them.

Not for finding CRDs in a tree (`custom_kinds`), nor for holding manifests against them (`schema`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORD: Final = "CustomResourceDefinition"
"""What every file with a CRD in it holds."""


class CustomKind(NamedTuple):
    """One version of a custom kind, and the schema of its objects."""

    api_version: str
    kind: str
    schema: Mapping[str, Any]


def custom_kinds_in(body: Any) -> Iterator[CustomKind]:
    """The custom kinds that a document defines; nothing for one that is no CRD.

    https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
    """
    crd = View(body)
    if crd.kind.raw != WORD or not crd.apiVersion.string().startswith("apiextensions.k8s.io/"):
        return
    group, kind = crd.spec.group.string(), crd.spec.names.kind.string()
    for version in crd.spec.versions:
        schema = version["schema"].openAPIV3Schema.raw
        name = version.name.string()
        if isinstance(schema, dict) and group and kind and name:
            yield CustomKind(f"{group}/{name}", kind, schema)
