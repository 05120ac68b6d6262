"""From a parsed document to resources: identity, lists, kustomizations and patches.

What looks like Kubernetes and is not (Helm charts and values, JSON patches, release notes) gives no
resource. Not for reading text (`yamldoc`) nor for what a resource means (`workloads`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from posixpath import basename, dirname
from typing import TYPE_CHECKING, Any, Final

from policygate.kube.kustomization import FILES, GROUP
from policygate.kube.places import BUILT_IN, WHOLE, aliased
from policygate.kube.workloads import pod_specs
from policygate.model import Path, Positions, Resource, ResourceId
from policygate.place import look_up
from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator


_GROUPS_WITHOUT_DOT: Final = frozenset({"apps", "autoscaling", "batch", "extensions", "policy"})
_CORE_VERSION: Final = re.compile(r"v[0-9]+(?:(?:alpha|beta)[0-9]+)?", re.ASCII)
_GROUP: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
_VERSION: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_BUILT_IN_KIND: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_CUSTOM_KIND: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_NAME_LIMIT: Final = 253

_LIST_DEPTH: Final = 100
_DIRECTIVES: Final = ("$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/")
_DIRECTIVE_NODES: Final = 20_000

REQUIRED: Final[dict[tuple[str, str], tuple[Path, ...]]] = {
    ("", "Pod"): (("spec",),),
    ("", "ReplicationController"): (("spec", "template"),),
    ("", "Service"): (("spec",),),
    ("apps", "DaemonSet"): (("spec", "selector"), ("spec", "template")),
    ("apps", "Deployment"): (("spec", "selector"), ("spec", "template")),
    ("apps", "ReplicaSet"): (("spec", "selector"), ("spec", "template")),
    ("apps", "StatefulSet"): (("spec", "selector"), ("spec", "template")),
    ("argoproj.io", "Rollout"): (("spec",),),
    ("autoscaling", "HorizontalPodAutoscaler"): (
        ("spec", "maxReplicas"),
        ("spec", "scaleTargetRef"),
    ),
    ("batch", "CronJob"): (("spec", "jobTemplate"), ("spec", "schedule")),
    ("batch", "Job"): (("spec", "template"),),
    ("networking.k8s.io", "Ingress"): (("spec",),),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): (("roleRef",),),
    ("rbac.authorization.k8s.io", "RoleBinding"): (("roleRef",),),
}
"""What the cluster refuses a kind without: a document that lacks it is a patch."""


def resources_of(value: Any, positions: Positions, file: str) -> tuple[Resource, ...]:
    """Return the resources of one document.

    Args:
        value: The document's value; anything at all.
        positions: Where its paths stand in the file.
        file: Its path, POSIX, relative to the repository.

    Returns:
        None, one, or for a list those of its items.
    """
    return tuple(_resources(value, positions, file, (), 0))


def is_resource(value: Any, file: str) -> bool:
    """Whether a document is a resource, or a list that may hold some: without making any."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("items"), list):
        return _is_called_list(value)
    return _kind_of(value, file) is not None


def disguised_lists(value: Any, file: str, prefix: Path = ()) -> Iterator[Path]:
    """Yield the ways to the `items` of what is written as an object and applied as a list.

    See `resources_of` for the arguments; `prefix` is where the value stands in its document.
    """
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list) or len(prefix) >= 2 * _LIST_DEPTH:
        return
    if not _is_called_list(value) and _kind_of(value, file) is not None:
        yield (*prefix, "items")
    for index, item in enumerate(items):
        yield from disguised_lists(_inherited(item, value), file, (*prefix, "items", index))


def _is_called_list(body: dict[str, Any]) -> bool:
    return str(body.get("kind")).endswith("List")


def _resources(
    value: Any, positions: Positions, file: str, prefix: Path, depth: int
) -> Iterator[Resource]:
    if not isinstance(value, dict):
        return
    items = value.get("items")
    if not isinstance(items, list):
        resource = _resource(value, positions, file, prefix)
        if resource:
            yield resource
        return
    # kubectl, Argo CD and Flux take everything with `items` for a list, whatever it is called: what
    # stands beside them reaches no cluster.
    for index, item in enumerate(items) if depth < _LIST_DEPTH else ():
        inherited = _inherited(item, value)
        yield from _resources(inherited, positions, file, (*prefix, "items", index), depth + 1)


def _inherited(item: Any, of: dict[str, Any]) -> Any:
    """Give an item of a typed list (`RoleList`) the version and kind it leaves out."""
    if not isinstance(item, dict):
        return item
    kind = str(of.get("kind")).removesuffix("List")
    defaults = {"apiVersion": of.get("apiVersion"), "kind": kind}
    missing = {key: value for key, value in defaults.items() if value and item.get(key) is None}
    return {**item, **missing} if missing else item


def _kind_of(body: dict[str, Any], file: str) -> tuple[str, str, str] | None:
    """Return group, version and kind, or None for what is no Kubernetes object."""
    version, kind = body.get("apiVersion"), body.get("kind")
    if (version is None or kind is None) and basename(file) in FILES:
        # kustomize adds what is left out
        version = f"{GROUP}/v1beta1" if version is None else version
        kind = "Kustomization" if kind is None else kind
    if not isinstance(version, str) or not isinstance(kind, str):
        return None
    if len(version) > 2 * _NAME_LIMIT or len(kind) > _NAME_LIMIT:
        return None
    return _named(version, kind)


@lru_cache(maxsize=1024)  # a repository has few, and many of each
def _named(version: str, kind: str) -> tuple[str, str, str] | None:
    group, slash, name = version.rpartition("/")
    if not slash or group in _GROUPS_WITHOUT_DOT:
        if not _CORE_VERSION.fullmatch(name) or not _BUILT_IN_KIND.fullmatch(kind):
            return None
    elif not (
        _GROUP.fullmatch(group) and _VERSION.fullmatch(name) and _CUSTOM_KIND.fullmatch(kind)
    ):
        return None
    return aliased(group, kind), name, kind


def _resource(
    body: dict[str, Any], positions: Positions, file: str, prefix: Path
) -> Resource | None:
    found = _kind_of(body, file)
    if found is None:
        return None
    group, version, kind = found
    metadata = View(body)["metadata"]
    ident = ResourceId(
        scope=dirname(file),
        group=group,
        kind=kind,
        namespace=metadata["namespace"].string(),
        name=_name(metadata),
    )
    whole = Resource(ident, version, body, file, positions, prefix)
    if not _is_patch(whole):
        return whole
    delete = body.get("$patch") == "delete"
    return Resource(
        ident, version, body, file, positions, prefix, partial=True, delete_patch=delete
    )


def _name(metadata: View) -> str:
    """The name; `prefix*` where the cluster generates it; empty where there is none."""
    name = metadata["name"].raw
    if isinstance(name, str) and name:
        return name
    if isinstance(name, int) and abs(name) < 2**63:  # the cluster refuses it, people read it
        return str(name)
    prefix = metadata["generateName"].string()
    return f"{prefix}*" if prefix else ""


# Patches


def without_directives(resource: Resource) -> Resource:
    """A resource whose file nobody takes for a patch: directives in it are mere keys to the cluster."""
    return replace(resource, partial=lacks_required(resource))


def _is_patch(resource: Resource) -> bool:
    """Whether a document sets a part of a resource only: by what it lacks, or because it says so."""
    return lacks_required(resource) or _has_directive(resource.body)


def lacks_required(resource: Resource) -> bool:
    """Whether the cluster would refuse a document as a whole: it can be nothing but a patch."""
    key = (resource.id.group, resource.id.kind)
    optional = ("spec", "selector") if "beta" in resource.version else ()  # defaulted before v1
    if any(
        path != optional and look_up(resource.body, path)[0] is None
        for path in REQUIRED.get(key, ())
    ):
        return True
    if (key in BUILT_IN or key in WHOLE) and not _sets_images(resource):
        pods = [pod for pod in pod_specs(resource) if pod.certainty == "known"]
        if not all(_has_images(pod.view) for pod in pods):
            return True
    return False


def _sets_images(resource: Resource) -> bool:
    """Whether a DeploymentConfig takes its images from an ImageStream, and so need not name them."""
    triggers = resource.view.spec.triggers
    return any(trigger["type"].raw == "ImageChange" for trigger in triggers)


def _has_images(pod: View) -> bool:
    items = list(pod.containers)
    return bool(items) and all(item.image.raw for item in (*items, *pod.initContainers))


def _has_directive(body: dict[str, Any]) -> bool:
    """Whether a strategic merge patch's directive stands anywhere in a body.

    https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
    """
    stack: list[dict[str, Any] | list[Any]] = [body]
    for _ in range(_DIRECTIVE_NODES):
        if not stack:
            return False
        node = stack.pop()
        if isinstance(node, dict):
            for key in node:
                if key[:1] == "$" and key.startswith(_DIRECTIVES):
                    return True
        inner = node.values() if isinstance(node, dict) else node
        stack += [value for value in inner if isinstance(value, (dict, list))]
    return False
