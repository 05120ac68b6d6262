"""Claims of storage, wherever a resource writes one down.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims. Not for judging.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.workloads import pod_specs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.view import View

KINDS: Final = ("core/PersistentVolumeClaim", "apps/StatefulSet", "workload")
"""What may hold a claim, in the words of a policy's `match`."""


class Claim(NamedTuple):
    """The spec of a claim, and what to call it."""

    spec: View
    name: str


def claims(resource: Resource) -> Iterator[Claim]:
    """Yield a claim itself, the templates of a StatefulSet, and those of ephemeral volumes."""
    view, ident = resource.view, resource.id
    if (ident.group, ident.kind) == ("", "PersistentVolumeClaim"):
        yield Claim(view.spec, f"the claim {ident.name}".rstrip())
    if (ident.group, ident.kind) == ("apps", "StatefulSet"):
        for each in view.spec.volumeClaimTemplates:
            name = each.metadata["name"].string()
            yield Claim(each.spec, f"the claim template {name}".rstrip())
    for pod in pod_specs(resource):
        for volume in pod.view.volumes:
            template = volume.ephemeral.volumeClaimTemplate
            if template:
                yield Claim(template.spec, f"the volume {volume['name'].string()}".rstrip())
