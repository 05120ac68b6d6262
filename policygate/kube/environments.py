"""The images of one environment beside those of another, kept in folders that differ in one name.

Not for what images mean (`image`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policygate.kube.kustomization import GROUP
from policygate.kube.workloads import containers, pod_specs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.policy.types import Context
    from policygate.view import View


def images_of(resource: Resource) -> Iterator[tuple[str, View]]:
    """Yield what sets images: the containers of a workload, the entries of a kustomization, by name."""
    if resource.id.group == GROUP:
        for entry in resource.view.images:
            name = entry["name"].string()
            yield name, entry.digest or entry.newTag
        return
    for pod in pod_specs(resource):
        for container in containers(pod):
            yield container.name, container.view.image


def image_beside(resource: Resource, name: str, scope: str, context: Context) -> str:
    """The image that the same object of another folder has under a name; empty where there is none."""
    _, group, kind, _, called = resource.id
    for other in context.head_resources(scope, kind, name=called):
        if other.id.group != group or (other.id == resource.id and other.body is resource.body):
            continue
        for each, image in images_of(other):
            if each == name:
                return image.string()
    return ""
